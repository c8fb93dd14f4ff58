/**
 * Which certificates of the trust domain are due, so that none ever expires: decided by one certificate
 * authority device at a time, the one with the smallest name that it sees. Two that do not see each other may
 * both act: any certificate for a member's key is good, and what does not fit the authority is signed again.
 * Pure.
 */
export interface RotationFacts {
  /** Wall milliseconds. */
  readonly now: number;
  readonly self: string;
  /** Names of the certificate authority devices that have a session with us, or are us. */
  readonly present: readonly string[];
  /** All of them. */
  readonly certifiers: readonly string[];
  /** Does this device hold the authority's key? */
  readonly canSign: boolean;
  /** Since when, in wall milliseconds, it should hold the key and does not. */
  readonly lacksKeySince: number | undefined;
  readonly authority: { readonly since: number; readonly until: number };
  readonly formers: number;
  readonly members: readonly {
    readonly device: string;
    readonly until: number;
    /** Signed by the present authority? */
    readonly isCurrent: boolean;
    /** Listed as one that may sign, or as one that may not? */
    readonly isListed: boolean;
    /** Its key is one of a device that was removed. */
    readonly isRevoked: boolean;
  }[];
  /** By fingerprint: when the certificate of a removed device ends. */
  readonly revocations: ReadonlyMap<string, number>;
  /** Of these the maker of the authority knew: none of them can have its key. */
  readonly answered: ReadonlySet<string>;
  /** The key that seals heartbeats. `answered`: these removed devices have not got it. */
  readonly heartbeat: {
    readonly since: number;
    readonly answered: ReadonlySet<string>;
    /** Wall milliseconds since when a new one is due. */
    readonly dueSince: number | undefined;
    /** Since when every member has a session with us. */
    readonly togetherSince: number | undefined;
  };
  /** The largest difference between our clock and a member's, milliseconds. */
  readonly skewMilliseconds: number;
}

export type RotationStep =
  | { readonly kind: 'renew'; readonly devices: readonly string[] }
  /** `keepsFormer`: the former one goes on to count beside it. */
  | { readonly kind: 'new-authority'; readonly reason: string; readonly keepsFormer: boolean }
  /** A commit of its own, after the removal: a device that leaves may still get that one. */
  | { readonly kind: 'new-heartbeat-key'; readonly reason: string }
  | { readonly kind: 'forget-formers' }
  | { readonly kind: 'forget-revocations'; readonly keys: readonly string[] }
  | { readonly kind: 'list'; readonly devices: readonly string[] }
  | { readonly kind: 'put-out'; readonly devices: readonly string[] };

const day = 24 * 3600 * 1000;
/** Half of a device's certificate: one that was switched off for a year finds its way back. */
const renewDays = 365;
/** Before it would cut the devices' certificates short. */
const rollOverDays = 730;
/** As devices' certificates. */
const heartbeatDays = 365;
/** Members that meet again first merge what they did apart: of two changes of Root one is lost. */
const mergeMilliseconds = 5000;
/** A member that is away longer is not waited for. */
const waitMilliseconds = 300_000;
/** For devices of other domains that hear of a new authority late. */
const overlapDays = 30;
/** Beyond this a clock is wrong, and nothing is made by it. */
const maximumSkewMilliseconds = 3600 * 1000;
/** A key that nobody gives us although all are here: nobody has it. */
const lostKeyMilliseconds = 120_000;
const warnDays = 30;

export function dueSteps(facts: RotationFacts): readonly RotationStep[] {
  const { now, self, present, authority, members } = facts;
  if (present.toSorted()[0] !== self || facts.skewMilliseconds > maximumSkewMilliseconds) return [];
  const steps: RotationStep[] = [];
  const revoked = members.filter(({ isRevoked }) => isRevoked).map(({ device }) => device);
  if (revoked.length > 0) steps.push({ kind: 'put-out', devices: revoked });
  const unlisted = members
    .filter(({ isListed, isRevoked }) => !isListed && !isRevoked)
    .map(({ device }) => device);
  if (unlisted.length > 0) steps.push({ kind: 'list', devices: unlisted });
  const reason = heartbeatReason(facts);
  if (reason !== undefined && isTimeFor(facts)) steps.push({ kind: 'new-heartbeat-key', reason });
  if (isKeyLost(facts)) {
    const reason = 'no device has the key of the former one';
    return [...steps, { kind: 'new-authority', reason, keepsFormer: true }];
  }
  if (!facts.canSign) return steps;
  if ([...facts.revocations.keys()].some((key) => !facts.answered.has(key))) {
    const reason = 'a removed device may have the key of the former one';
    return [...steps, { kind: 'new-authority', reason, keepsFormer: false }];
  }
  if (authority.until - now < rollOverDays * day) {
    return [
      ...steps,
      { kind: 'new-authority', reason: 'the former one expires', keepsFormer: true },
    ];
  }
  const due = members
    .filter(({ isRevoked }) => !isRevoked)
    .filter(({ until, isCurrent }) => !isCurrent || until - now < renewDays * day)
    .map(({ device }) => device);
  if (due.length > 0) steps.push({ kind: 'renew', devices: due });
  if (facts.formers > 0 && now - authority.since > overlapDays * day) {
    steps.push({ kind: 'forget-formers' });
  }
  const keys = [...facts.revocations].filter(([, until]) => until < now).map(([key]) => key);
  if (keys.length > 0) steps.push({ kind: 'forget-revocations', keys });
  return steps;
}

function isTimeFor({ now, heartbeat: { dueSince, togetherSince } }: RotationFacts): boolean {
  if (togetherSince !== undefined && now - togetherSince >= mergeMilliseconds) return true;
  return dueSince !== undefined && now - dueSince >= waitMilliseconds;
}

/** Undefined: the present one stays. */
export function heartbeatReason({
  now,
  heartbeat,
  revocations,
}: RotationFacts): string | undefined {
  if ([...revocations.keys()].some((key) => !heartbeat.answered.has(key))) {
    return 'a removed device has the former one';
  }
  return now - heartbeat.since > heartbeatDays * day ? 'the former one is a year old' : undefined;
}

function isKeyLost({ now, canSign, lacksKeySince, present, certifiers }: RotationFacts): boolean {
  if (canSign || lacksKeySince === undefined || present.length < certifiers.length) return false;
  return now - lacksKeySince >= lostKeyMilliseconds;
}

/** What people have to hear of: certificates near their end although they should be renewed by now. */
export function expiryWarnings(
  now: number,
  certificates: readonly { readonly name: string; readonly until: number }[],
): readonly { readonly level: 'warning' | 'err'; readonly text: string }[] {
  return certificates
    .filter(({ until }) => until - now <= warnDays * day)
    .map(({ name, until }) => {
      const end = new Date(until).toUTCString();
      return until <= now
        ? { level: 'err', text: `${name} has expired on ${end}` }
        : { level: 'warning', text: `${name} will expire on ${end}` };
    });
}
