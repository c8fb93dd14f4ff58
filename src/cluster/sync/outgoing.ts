import { flatMapSliced, type Sliced } from '../../base/slices.ts';
import type { Commit } from '../../config/types.ts';
import type { IqueryBodies } from '../../iquery/types.ts';
import type { GroupLink, GroupStore, LoadContent } from './group-world.ts';
import { loadToBodies } from './messages.ts';
import type { Turns } from './turns.ts';
import type { SyncState } from './types.ts';
import { type Versions, versionsToMessage } from './versions.ts';

/** Content on its way to other members, one thing after the other. Pure. */

/** A machine with what it works on. */
export interface Context {
  state: SyncState;
  readonly store: GroupStore;
  readonly link: GroupLink;
  /** The content that came with the event being handled. */
  commits: readonly Commit[];
  load: LoadContent;
  /** How often the load being looked at was overtaken by other changes. */
  overtaken: number;
  /** What others tell while a load is taken waits for it. */
  readonly inbox: Turns;
  /** What is sent on the bulk lane comes after a load that is being sent. */
  readonly outbox: Turns;
}

/** False: only a full load can tell what is lacking there. */
export function sendBatch(
  context: Context,
  to: string,
  after: Versions,
  isMerge: boolean,
): boolean {
  const { own, config } = context.state;
  const lacked = context.store.commitsFor(after, own.versions);
  if (lacked === undefined) return false;
  const commits: string[] = [];
  let bytes = 0;
  for (const commit of lacked) {
    const text = commitText(commit, to, context.link, config.incrementalBytes - bytes);
    if (text === undefined) return false;
    commits.push(text);
    bytes += text.length;
  }
  sendBulk(context, to, 'commitBatch', {
    group: config.group,
    commits,
    afterId: '',
    after: versionsToMessage(after),
    versions: versionsToMessage(own.versions),
    contentHash: own.hash,
    merge: isMerge,
    head: { commitId: own.head.id, commitDevice: own.head.device, commitTime: own.head.time },
  });
  return true;
}

/** What was there before is of no use to the receiver. Undefined: longer than `limit` characters. */
function commitText(
  { changes, ...commit }: Commit,
  to: string,
  link: GroupLink,
  limit: number,
): string | undefined {
  const texts: string[] = [];
  let length = 0;
  for (const { component, name, after } of changes) {
    const text = JSON.stringify({ component, name, after: after && link.outgoing(to, after) });
    length += text.length;
    if (length > limit) return undefined;
    texts.push(text);
  }
  return `{"changes":[${texts.join(',')}],${JSON.stringify(commit).slice(1)}`;
}

export function sendBulk<K extends keyof IqueryBodies>(
  { outbox, link }: Context,
  to: string,
  kind: K,
  body: IqueryBodies[K],
): void {
  outbox.run(() => link.send(to, 'bulk', kind, body));
}

/** What is there now, as it was decided to be sent. */
export function sendLoad(context: Context, to: string, isForced: boolean, isMerge: boolean): void {
  const { state, store, link, outbox } = context;
  const objects = store.objects();
  // Whoever takes it may meet a member that still has what is gone, or tell another of it.
  const isMerging = state.config.kind === 'merging';
  const deletions = isMerging ? store.deletions().map((one) => JSON.stringify(one)) : [];
  const sending = function* (): Sliced<void> {
    const texts = yield* flatMapSliced(objects, (object) => [
      JSON.stringify(link.outgoing(to, object)),
    ]);
    const head = { isForced, isMerge };
    for (const body of loadToBodies(state.config.group, state.own, head, texts, deletions)) {
      link.send(to, 'bulk', 'fullLoad', body);
      // What is sent leaves at the end of the turn's piece: one part at a time.
      yield Promise.resolve();
    }
  };
  outbox.append(sending());
}
