/**
 * Looking back: commits, what lies between two of them, and the way back. Long histories are read in
 * pieces, so that nobody waits for whoever looks at them.
 */
import { type Fault, type Outcome, failed, succeeded } from '../../base/fault.ts';
import { NetChanges, reversed } from '../../config/model/diff.ts';
import type { Change, Commit, ConfigStore, ObjectKey } from '../../config/types.ts';
import { type Clock, sleep } from '../../platform/clock.ts';

export interface HistoryOptions {
  readonly store: ConfigStore;
  readonly clock: Clock;
}

/** Commits read without letting others in: fewer where many objects were changed at once. */
const pageCommits = 50;
const firstPage = 4;
const pageChanges = 200;

/** Newest first, from `before` (exclusive) down; lets others in between pages. */
async function* commitsDown(
  { store, clock }: HistoryOptions,
  before: number,
): AsyncGenerator<Commit> {
  let size = firstPage;
  for (let below = before; ;) {
    const page = store.history(size, below);
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < size) return;
    below = last.sequence;
    const changes = page.reduce((sum, commit) => sum + commit.changes.length, 0);
    const fitting = Math.floor((size * pageChanges) / Math.max(1, changes));
    size = Math.max(1, Math.min(pageCommits, size * 2, fitting));
    await sleep(clock, 0);
  }
}

export interface CommitFilter {
  readonly object?: ObjectKey;
  readonly user?: string;
  readonly source?: string;
}

export interface CommitPage {
  readonly commits: readonly Commit[];
  /** There may be more below this one. */
  readonly next: number | undefined;
}

export async function findCommits(
  options: HistoryOptions,
  filter: CommitFilter,
  limit: number,
  before: number,
): Promise<CommitPage> {
  const commits: Commit[] = [];
  for await (const commit of commitsDown(options, before)) {
    if (!fits(commit, filter)) continue;
    if (commits.length === limit) return { commits, next: commits.at(-1)?.sequence };
    commits.push(commit);
  }
  return { commits, next: undefined };
}

function fits({ origin, changes }: Commit, { object, user, source }: CommitFilter): boolean {
  if (user !== undefined && origin.user !== user) return false;
  if (source !== undefined && origin.source !== source) return false;
  return object === undefined || changes.some((change) => isSame(change, object));
}

export function isSame(one: ObjectKey, other: ObjectKey): boolean {
  return one.component === other.component && one.name === other.name;
}

/** "running", or the sequence number of a commit; 0 is the configuration before the first one. */
export type Moment = 'running' | number;

export function momentOf(text: string): Outcome<Moment> {
  if (text === 'running') return succeeded('running');
  if (/^\d{1,15}$/.test(text)) return succeeded(Number(text));
  return failed({
    status: 400,
    message: `"${text}" is no commit: give its number, or running`,
  });
}

/** Why the configuration at the commit cannot be told any more, or never could. */
export function unknownMoment({ store }: HistoryOptions, moment: Moment): Fault | undefined {
  if (moment === 'running') return undefined;
  const { oldest, newest } = store.journal();
  if (moment > newest) {
    const message = `The requested commit (${moment}) was not found: the newest is ${newest}.`;
    return { status: 404, code: '01020036', message };
  }
  if (moment >= oldest - 1) return undefined;
  return {
    status: 404,
    message: `The commit (${moment}) is no longer in the history, which keeps ${oldest} to ${newest}.`,
  };
}

export function oneCommit(options: HistoryOptions, sequence: number): Outcome<Commit> {
  const [commit] = options.store.history(1, sequence + 1);
  if (commit?.sequence === sequence) return succeeded(commit);
  const { oldest } = options.store.journal();
  // A number that may have been one reads as pruned; 0 never was.
  const fault =
    sequence > 0 && sequence < oldest ? unknownMoment(options, sequence - 1) : undefined;
  return failed(
    fault ?? {
      status: 404,
      code: '01020036',
      message: `The requested commit (${sequence}) was not found.`,
    },
  );
}

/**
 * What to do to `from` to have `to`. With `to` running it is true of the very moment it resolves in: the
 * caller may act on it before it awaits anything else.
 */
export async function changesBetween(
  options: HistoryOptions,
  from: Moment,
  to: Moment,
): Promise<Outcome<readonly Change[]>> {
  const unknown = [from, to].flatMap((moment) => unknownMoment(options, moment) ?? []);
  if (unknown.length > 0) return failed(...unknown);
  if (from === to) return succeeded([]);
  const { store } = options;
  const start = store.view().sequence;
  const first = from === 'running' ? start : from;
  const last = to === 'running' ? start : to;
  const net = new NetChanges();
  const [low, high] = first < last ? [first, last] : [last, first];
  for await (const commit of commitsDown(options, high + 1)) {
    if (commit.sequence <= low) break;
    net.addOlder(commit);
  }
  if (store.journal().oldest > low + 1) return failed(unknownMoment(options, low) ?? lostMoment);
  if (from === 'running' || to === 'running') addRest(store, net, start);
  const changes = net.changes();
  return succeeded(first <= last ? changes : reversed(changes));
}

/** What to do to the running configuration to have that of a peer, as far as it is shared with it. */
export type PeerChanges = (device: string) => Promise<Outcome<readonly Change[]>>;

export async function changesToPeer(
  { peerChanges }: { readonly peerChanges?: PeerChanges | undefined },
  device: string,
): Promise<Outcome<readonly Change[]>> {
  if (peerChanges !== undefined) return peerChanges(device.replace(/^\/Common\//, ''));
  return failed({ status: 503, message: 'peers cannot be asked on this device' });
}

const lostMoment: Fault = { status: 503, message: 'The history moved on meanwhile, try again.' };

/** What was committed while we read. */
function addRest(store: ConfigStore, net: NetChanges, start: number): void {
  const missed = store.view().sequence - start;
  if (missed === 0) return;
  for (const commit of store.history(missed).toReversed()) net.addNewer(commit);
}
