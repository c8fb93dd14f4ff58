/**
 * What a device knows of the arbiter's records, and what it asks next. Pure.
 *
 * The arbiter keeps one record a traffic group, each with a revision that grows with every write. The
 * holder writes it again and again; every other device may replace it only when it saw the same revision
 * for `detect` milliseconds, counted from the moment at which it had read it. What the holder wrote was
 * sent before anybody could read it, and its lease (`fence`, counted from the sending) is shorter: so it
 * is over before the record can be another's. A record that is not there counts like any other. No clock
 * of the arbiter, and none of its leases, plays a part in safety.
 */

/** etcd's default of `--max-txn-ops`, less the one that reads; BIG-IP has as many traffic groups at most. */
const maximumWrites = 127;

/** Revision 0: there is no record. */
export interface ArbiterRecord {
  readonly group: string;
  /** '': given up; `successor` then says for whom, '' for anybody. */
  readonly holder: string;
  /** Run of the holder's process. */
  readonly instance: number;
  readonly term: number;
  readonly successor: string;
  readonly revision: number;
}

/** One group that this device stands for or owns. */
export interface ArbiterClaim {
  readonly group: string;
  readonly term: number;
}

/** A group that this device does not claim, with whom it handed it to. */
export interface ArbiterRelease {
  readonly group: string;
  readonly successor: string;
}

/** A write that happens only while the record still has `revision`. */
export interface ArbiterWrite {
  readonly group: string;
  readonly revision: number;
  readonly value: Omit<ArbiterRecord, 'group' | 'revision'>;
}

export interface ArbiterRound {
  /** The device's own monotonic milliseconds, read before anything is sent: a lease begins here. */
  readonly sentAt: number;
  readonly writes: readonly ArbiterWrite[];
}

export interface ArbiterAnswer {
  /** Groups whose write happened. */
  readonly written: readonly string[];
  /** All records, after the writes. */
  readonly records: readonly ArbiterRecord[];
}

export interface Acknowledged {
  readonly group: string;
  readonly sentAt: number;
}

interface Seen {
  readonly record: ArbiterRecord;
  /** When it was first read; what had been sent before is older. */
  readonly since: number;
}

export interface Ledger {
  readonly device: string;
  readonly instance: number;
  /** How long a record must stand unchanged before another takes its place, milliseconds. */
  readonly patience: number;
  readonly seen: ReadonlyMap<string, Seen>;
}

export function newLedger(device: string, instance: number, patience: number): Ledger {
  return { device, instance, patience, seen: new Map() };
}

/** What to write now; the records are read in any case. */
export function planRound(
  ledger: Ledger,
  claims: readonly ArbiterClaim[],
  releases: readonly ArbiterRelease[],
  now: number,
): ArbiterRound {
  const { device, instance } = ledger;
  const writes: ArbiterWrite[] = [];
  for (const { group, term } of claims) {
    const seen = ledger.seen.get(group);
    if (seen === undefined || !mayWrite(ledger, seen, now)) continue;
    const value = { holder: device, instance, term, successor: '' };
    writes.push({ group, revision: seen.record.revision, value });
  }
  for (const { group, successor } of releases) {
    const seen = ledger.seen.get(group);
    if (seen === undefined || !isOwn(ledger, seen.record)) continue;
    const value = { holder: '', instance, term: seen.record.term, successor };
    writes.push({ group, revision: seen.record.revision, value });
  }
  return { sentAt: now, writes: writes.slice(0, maximumWrites) };
}

function isOwn({ device, instance }: Ledger, record: ArbiterRecord): boolean {
  return record.holder === device && record.instance === instance;
}

function mayWrite(ledger: Ledger, { record, since }: Seen, now: number): boolean {
  if (isOwn(ledger, record)) return true;
  const isOffered =
    record.revision > 0 &&
    record.holder === '' &&
    (record.successor === '' || record.successor === ledger.device);
  return isOffered || now - since >= ledger.patience;
}

/**
 * `groups`: all that may have a record. `now` is read after the answer arrived. A round without an answer
 * is simply forgotten: if its writes happened after all, the revisions show it.
 */
export function concludeRound(
  ledger: Ledger,
  round: ArbiterRound,
  answer: ArbiterAnswer,
  groups: readonly string[],
  now: number,
): readonly [Ledger, readonly Acknowledged[]] {
  const seen = new Map<string, Seen>();
  const records = new Map(answer.records.map((record) => [record.group, record]));
  for (const group of groups) {
    const record = records.get(group) ?? absent(group);
    const known = ledger.seen.get(group);
    const isSame = known?.record.revision === record.revision;
    seen.set(group, isSame ? known : { record, since: now });
  }
  const acknowledged = round.writes
    .filter(({ group, value }) => value.holder !== '' && answer.written.includes(group))
    .map(({ group }) => ({ group, sentAt: round.sentAt }));
  return [{ ...ledger, seen }, acknowledged];
}

function absent(group: string): ArbiterRecord {
  return { group, holder: '', instance: 0, term: 0, successor: '', revision: 0 };
}
