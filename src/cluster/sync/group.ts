import { finishAtOnce, type Sliced } from '../../base/slices.ts';
import type { Commit, SharedObject } from '../../config/types.ts';
import type { IqueryBodies } from '../../iquery/types.ts';
import { type Deletion, isNewer, keyOf } from './content.ts';
import type { GroupLink, GroupStore, LoadContent } from './group-world.ts';
import { isMixed } from './names.ts';
import { initialState, newestPeer, step } from './machine.ts';
import {
  batchFromBody,
  createLoadAssembler,
  type LoadAssembler,
  loadFromBody,
  stateFromBody,
  stateToBody,
} from './messages.ts';
import type {
  BatchHead,
  GroupConfig,
  GroupContent,
  Head,
  LoadHead,
  MemberState,
  SyncEffect,
  SyncEvent,
  SyncState,
} from './types.ts';
import { type Context, sendBatch, sendBulk, sendLoad } from './outgoing.ts';
import { Turns } from './turns.ts';
import { covers, type Versions } from './versions.ts';

/**
 * One group's machine with its effects carried out: messages through `GroupLink`, content through
 * `GroupStore`. Without timers and sockets, so that the simulator runs the very same code.
 */
export interface Group {
  state(): SyncState;
  configure(config: GroupConfig, hash: string): void;
  connected(device: string, isCompatible: boolean, isAlike: boolean): void;
  /** Has a full load begun to come in, and is not there yet? */
  isTaking(): boolean;
  /** The load that is being taken is written: whatever comes now comes after it. */
  finishTaking(): void;
  /** `clear-incremental-config-sync-cache`. */
  clearCache(): void;
  disconnected(device: string): void;
  committed(content: GroupContent): void;
  tick(): void;
  /** Why it cannot be done, or to whom something was sent. */
  push(isForced: boolean): Command;
  pull(isForced: boolean): Command;
  /** Whom `pull` would ask. */
  newestPeer(): string | undefined;
  /** The device's content, about to be compared with ours, includes this. */
  compared(device: string, versions: Versions): void;
  /** The content as of `have`; undefined when the history does not reach back. */
  contentAt(have: Versions): readonly SharedObject[] | undefined;
  /** Our content is a merge now, made by `commit` where it changed anything here. */
  merged(commit: Head | undefined, seen: Versions): Command;
  receiveState(device: string, body: IqueryBodies['groupState']): void;
  receiveBatch(device: string, body: IqueryBodies['commitBatch']): void;
  receiveLoad(device: string, body: IqueryBodies['fullLoad']): void;
  receiveRequest(device: string, body: IqueryBodies['loadRequest']): void;
  receiveResult(device: string, body: IqueryBodies['syncResult']): void;
}

export interface Command {
  readonly refused: string | undefined;
  readonly sentTo: readonly string[];
}

/** A load or a batch that other changes overtake so often is taken without a turn for them. */
const maximumOvertaken = 3;

const nothing: LoadContent = { objects: [], deletions: [] };

export function createGroup(
  self: string,
  config: GroupConfig,
  own: MemberState,
  store: GroupStore,
  link: GroupLink,
): Group {
  const state = initialState(self, config, own);
  const context: Context = {
    state,
    store,
    link,
    commits: [],
    load: nothing,
    overtaken: 0,
    inbox: new Turns((work) => link.drive(work)),
    outbox: new Turns((work) => link.drive(work)),
  };
  const { inbox } = context;
  // Written by a member of our own domain; the store checks every object again.
  const assembler = createLoadAssembler((text) => link.incoming(JSON.parse(text) as SharedObject));
  const tell = (event: SyncEvent): void => void feed(context, event);
  const hear = (event: () => SyncEvent): void => inbox.run(() => tell(event()));
  // What is done by hand is done on what is there.
  const done = <T>(act: () => T): T => {
    inbox.finish();
    return act();
  };
  return {
    state: () => context.state,
    configure: (next, hash) => tell({ type: 'configured', config: next, hash }),
    connected: (device, isCompatible, isAlike) =>
      hear(() => ({ type: 'connected', device, isCompatible, isAlike })),
    clearCache: () => store.clearCache(context.state.own),
    isTaking: () => assembler.isOpen() || inbox.isBusy(),
    finishTaking: () => inbox.finish(),
    disconnected(device) {
      assembler.forget(device);
      hear(() => ({ type: 'disconnected', device }));
    },
    committed: (content) => tell({ type: 'committed', content }),
    tick() {
      if (!inbox.isBusy()) tell({ type: 'tick', unnamed: store.unnamedHash() });
    },
    push: (isForced) => done(() => command(context, { type: 'push', isForced, time: link.now() })),
    pull: (isForced) => done(() => command(context, { type: 'pull', isForced })),
    newestPeer: () => newestPeer(context.state),
    contentAt: (have) => store.contentAt(have, context.state.own.versions),
    compared: (device, versions) =>
      done(() => {
        const unheld = store.unheld(context.state.own.versions, versions);
        tell({ type: 'compared', device, versions, unheld, time: link.now() });
      }),
    merged: (commit, seen) =>
      done(() => {
        const time = link.now();
        return command(context, { type: 'merged', hash: store.hash(), commit, seen, time });
      }),
    ...receiving(context, assembler),
  };
}

type Receiving = Pick<
  Group,
  'receiveState' | 'receiveBatch' | 'receiveLoad' | 'receiveRequest' | 'receiveResult'
>;

function receiving(context: Context, assembler: LoadAssembler<SharedObject>): Receiving {
  const { store, link, inbox } = context;
  const tell = (event: SyncEvent): void => void feed(context, event);
  const hear = (event: () => SyncEvent): void => inbox.run(() => tell(event()));
  return {
    receiveState: (device, body) =>
      hear(() => {
        const theirs = stateFromBody(body);
        const unheld = store.unheld(context.state.own.versions, theirs.versions);
        return { type: 'told', device, state: theirs, asks: body.asks, unheld, time: link.now() };
      }),
    receiveBatch: (device, body) =>
      inbox.run(() => {
        // Written by a member of our own domain; the store checks every object again.
        const commits = body.commits.map((text) => readCommit(JSON.parse(text) as Commit, link));
        considerBatch(context, device, batchFromBody(body), commits, 0);
      }),
    receiveLoad(device, body) {
      const whole = assembler.add(device, body);
      if (whole === undefined) return;
      const { objects } = whole;
      // As with objects.
      const deletions = whole.deletions.map((text) => JSON.parse(text) as Deletion);
      inbox.run(() => consider(context, device, loadFromBody(body), { objects, deletions }, 0));
    },
    receiveRequest: (device, body) =>
      hear(() => ({ type: 'load-requested', device, isForced: body.force, time: link.now() })),
    receiveResult: (device, body) =>
      hear(() => ({ type: 'result', device, commitId: body.commitId, error: body.error })),
  };
}

function consider(
  context: Context,
  device: string,
  load: LoadHead,
  content: LoadContent,
  overtaken: number,
): void {
  context.load = content;
  context.overtaken = overtaken;
  feed(context, { type: 'load', device, load, time: context.link.now() });
  context.load = nothing;
}

function considerBatch(
  context: Context,
  device: string,
  batch: BatchHead,
  commits: readonly Commit[],
  overtaken: number,
): void {
  context.commits = commits;
  context.overtaken = overtaken;
  feed(context, { type: 'batch', device, batch, time: context.link.now() });
  context.commits = [];
}

function* takingBatch(
  context: Context,
  from: string,
  batch: BatchHead,
  commits: readonly Commit[],
  overtaken: number,
): Sliced<void> {
  const { store, state } = context;
  const work = store.takingCommits(commits, state.own.versions, batch, ({ identity }) => {
    const { id, device, time } = identity;
    feed(context, { type: 'part-taken', head: { id, device, time }, hash: store.hash() });
  });
  const error = overtaken < maximumOvertaken ? yield* work : finishAtOnce(work);
  if (error === undefined) considerBatch(context, from, batch, commits, overtaken + 1);
  else applied(context, from, batch, nothing, error);
}

/** What was changed here meanwhile may make it unwelcome. */
function* takingLoad(
  context: Context,
  from: string,
  load: LoadHead,
  content: LoadContent,
  overtaken: number,
): Sliced<void> {
  const { own, peers } = context.state;
  const haveMet = own.synced !== undefined && peers[from]?.state?.synced !== undefined;
  const common = haveMet && own.lost === undefined ? own.versions : undefined;
  const work = context.store.takingObjects(content, load, from, common);
  const error = overtaken < maximumOvertaken ? yield* work : finishAtOnce(work);
  if (error === undefined) consider(context, from, load, content, overtaken + 1);
  else applied(context, from, load, content, error);
}

function feed(context: Context, event: SyncEvent): readonly SyncEffect[] {
  const [next, effects] = step(context.state, event);
  context.state = next;
  for (const effect of effects) run(context, effect);
  return effects;
}

function command(context: Context, event: SyncEvent): Command {
  const effects = feed(context, event);
  const refusal = effects.find((effect) => effect.type === 'refuse');
  const sentTo = effects.flatMap((effect) =>
    effect.type === 'send-batch' || effect.type === 'send-load' || effect.type === 'request-load'
      ? [effect.to]
      : [],
  );
  return { refused: refusal?.text, sentTo };
}

function run(context: Context, effect: SyncEffect): void {
  const { state, store, link } = context;
  const { group } = state.config;
  switch (effect.type) {
    case 'tell': {
      const body = stateToBody(group, state.own, effect.asks);
      for (const device of effect.to) link.send(device, 'control', 'groupState', body);
      return;
    }
    case 'send-batch':
      if (!sendBatch(context, effect.to, effect.after, effect.isMerge)) {
        feed(context, { type: 'sent-whole', device: effect.to });
        sendLoad(context, effect.to, false, effect.isMerge);
      }
      return;
    case 'send-load':
      return sendLoad(context, effect.to, effect.isForced, effect.isMerge);
    case 'request-load': {
      const { reason, isForced: force } = effect;
      return sendBulk(context, effect.to, 'loadRequest', { group, reason, force });
    }
    case 'apply-batch': {
      const { batch, from } = effect;
      const { commits, overtaken } = context;
      const changes = commits.reduce((sum, commit) => sum + commit.changes.length, 0);
      if (changes >= link.longBatch)
        return context.inbox.begin(takingBatch(context, from, batch, commits, overtaken));
      const error = store.takeCommits(commits, state.own.versions, batch);
      return applied(context, from, batch, nothing, error);
    }
    case 'apply-load':
      return context.inbox.begin(
        takingLoad(context, effect.from, effect.load, context.load, context.overtaken),
      );
    case 'answer': {
      const { commitId, error } = effect;
      return sendBulk(context, effect.to, 'syncResult', { group, commitId, error });
    }
    case 'name-content':
      return store.nameContent(effect.hash);
    case 'persist':
      return store.save(state.own);
    case 'log':
      return link.log(effect.level, effect.text);
    case 'refuse':
      return;
  }
}

function applied(
  context: Context,
  device: string,
  from: BatchHead | LoadHead,
  content: LoadContent,
  error: string,
): void {
  const { state, store, link } = context;
  const isAlike = !isMixed(state);
  const isLoad = !('after' in from);
  // What both write in the same way is compared by its hash, which also sees what went wrong.
  const hasMore = isAlike
    ? store.hash() !== from.hash
    : isLoad && from.isMerge && hasOthers(store.objects(), content.objects);
  const isSame = isLoad ? !hasMore : covers(from.versions, state.own.versions);
  if (error === '' && !isAlike && isSame) store.nameContent(from.hash);
  const hash = store.hash();
  feed(context, { type: 'applied', device, from, hash, hasMore, error, time: link.now() });
}

/** Is there anything that the load does not have, or has older, or still has? */
function hasOthers(ours: readonly SharedObject[], theirs: readonly SharedObject[]): boolean {
  const there = new Map(theirs.map((object) => [keyOf(object), object]));
  const isMore = ours.some((object) => {
    const other = there.get(keyOf(object));
    const held = { time: other?.version, object: other };
    // Also one of two that were made at the same time.
    return isNewer({ time: object.version, object }, held);
  });
  // What is here is there, too: then the load has others only where it has more.
  return isMore || there.size > ours.length;
}

function readCommit(commit: Commit, link: GroupLink): Commit {
  const changes = commit.changes.map((change) => ({
    ...change,
    after: change.after && link.incoming(change.after),
  }));
  return { ...commit, changes };
}
