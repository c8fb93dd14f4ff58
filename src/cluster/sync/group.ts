import { compareHybrid, type HybridTime } from '../../base/hybrid-clock.ts';
import type { Commit, SharedObject } from '../../config/types.ts';
import type { IqueryBodies, Lane } from '../../iquery/types.ts';
import { type Deletion, keyOf } from './content.ts';
import { initialState, newestPeer, step } from './machine.ts';
import {
  batchFromBody,
  createLoadAssembler,
  loadFromBody,
  loadToBodies,
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
  Unheld,
} from './types.ts';
import { covers, type Versions, versionsToMessage } from './versions.ts';

/**
 * One group's machine with its effects carried out: messages through `GroupLink`, content through
 * `GroupStore`. Without timers and sockets, so that the simulator runs the very same code.
 */
export interface GroupStore {
  /** Hash of the group's content now, or what it was named. */
  hash(): string;
  /** What the content is called from now on, until it changes. */
  nameContent(hash: string): void;
  /** The journal no longer tells what others lack: they get everything. */
  clearCache(own: MemberState): void;
  /** What a holder of `have` lacks of `mine`, oldest first; undefined: only a full load can tell. */
  commitsFor(have: Versions, mine: Versions): readonly Commit[] | undefined;
  objects(): readonly SharedObject[];
  /** Objects that were deleted here, as far back as the journal explains the content. */
  deletions(): readonly Deletion[];
  /** Applies those that `own` does not include; "" or why not. */
  takeCommits(commits: readonly Commit[], own: Versions, batch: BatchHead): string;
  /** Makes the content equal to `objects` (merge: adds and renews only); "" or why not. */
  takeObjects(content: LoadContent, load: LoadHead, from: string): string;
  /**
   * Our content as it was when it held no more than `have`; undefined: the history does not reach back so
   * far.
   */
  contentAt(have: Versions, mine: Versions): readonly SharedObject[] | undefined;
  /** What `mine` claims of `theirs` and is not there. */
  unheld(mine: Versions, theirs: Versions): Unheld;
  /** `own` survives a restart from here on. */
  save(own: MemberState): void;
}

export interface LoadContent {
  readonly objects: readonly SharedObject[];
  readonly deletions: readonly Deletion[];
}

export interface GroupLink {
  send<K extends keyof IqueryBodies>(
    device: string,
    lane: Lane,
    kind: K,
    body: IqueryBodies[K],
  ): void;
  log(level: 'notice' | 'warning' | 'err', text: string): void;
  /** An object as `device` can read it: with its secrets sealed or plain. */
  outgoing<T extends SharedObject>(device: string, object: T): T;
  /** The same as it is kept here. */
  incoming<T extends SharedObject>(object: T): T;
  /** Orders a push among the group's events. */
  now(): HybridTime;
}

export interface Group {
  state(): SyncState;
  configure(config: GroupConfig, hash: string): void;
  connected(device: string, isCompatible: boolean, isAlike: boolean): void;
  /** Has a full load begun to come in? */
  isTaking(): boolean;
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

/** A machine with what it works on. */
interface Context {
  state: SyncState;
  readonly store: GroupStore;
  readonly link: GroupLink;
  /** The content that came with the event being handled. */
  commits: readonly Commit[];
  load: LoadContent;
}

const nothing: LoadContent = { objects: [], deletions: [] };

export function createGroup(
  self: string,
  config: GroupConfig,
  own: MemberState,
  store: GroupStore,
  link: GroupLink,
): Group {
  const state = initialState(self, config, own);
  const context: Context = { state, store, link, commits: [], load: nothing };
  // Written by a member of our own domain; the store checks every object again.
  const assembler = createLoadAssembler((text) => link.incoming(JSON.parse(text) as SharedObject));
  const tell = (event: SyncEvent): void => void feed(context, event);
  return {
    state: () => context.state,
    configure: (next, hash) => tell({ type: 'configured', config: next, hash }),
    connected: (device, isCompatible, isAlike) =>
      tell({ type: 'connected', device, isCompatible, isAlike }),
    clearCache: () => store.clearCache(context.state.own),
    isTaking: () => assembler.isOpen(),
    disconnected(device) {
      assembler.forget(device);
      tell({ type: 'disconnected', device });
    },
    committed: (content) => tell({ type: 'committed', content }),
    tick: () => tell({ type: 'tick' }),
    push: (isForced) => command(context, { type: 'push', isForced, time: link.now() }),
    pull: (isForced) => command(context, { type: 'pull', isForced }),
    newestPeer: () => newestPeer(context.state),
    contentAt: (have) => store.contentAt(have, context.state.own.versions),
    compared(device, versions) {
      const unheld = store.unheld(context.state.own.versions, versions);
      tell({ type: 'compared', device, versions, unheld, time: link.now() });
    },
    merged(commit, seen) {
      const time = link.now();
      return command(context, { type: 'merged', hash: store.hash(), commit, seen, time });
    },
    receiveState(device, body) {
      const theirs = stateFromBody(body);
      const unheld = store.unheld(context.state.own.versions, theirs.versions);
      tell({ type: 'told', device, state: theirs, asks: body.asks, unheld, time: link.now() });
    },
    receiveBatch(device, body) {
      // Written by a member of our own domain; the store checks every object again.
      context.commits = body.commits.map((text) => readCommit(JSON.parse(text) as Commit, link));
      tell({ type: 'batch', device, batch: batchFromBody(body) });
      context.commits = [];
    },
    receiveLoad(device, body) {
      const whole = assembler.add(device, body);
      if (whole === undefined) return;
      context.load = {
        objects: whole.objects,
        // As with objects.
        deletions: whole.deletions.map((text) => JSON.parse(text) as Deletion),
      };
      tell({ type: 'load', device, load: loadFromBody(body) });
      context.load = nothing;
    },
    receiveRequest(device, body) {
      tell({ type: 'load-requested', device, isForced: body.force, time: link.now() });
    },
    receiveResult(device, body) {
      tell({ type: 'result', device, commitId: body.commitId, error: body.error });
    },
  };
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
      return sendBatch(context, effect.to, effect.after, effect.isMerge);
    case 'send-load':
      return sendLoad(context, effect.to, effect.isForced, effect.isMerge);
    case 'request-load': {
      const { reason, isForced: force } = effect;
      return link.send(effect.to, 'bulk', 'loadRequest', { group, reason, force });
    }
    case 'apply-batch': {
      const error = store.takeCommits(context.commits, state.own.versions, effect.batch);
      return applied(context, effect.from, effect.batch, error);
    }
    case 'apply-load': {
      const error = store.takeObjects(context.load, effect.load, effect.from);
      return applied(context, effect.from, effect.load, error);
    }
    case 'answer': {
      const { commitId, error } = effect;
      return link.send(effect.to, 'bulk', 'syncResult', { group, commitId, error });
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
  error: string,
): void {
  const { state, store, link, load } = context;
  const isAlike = state.peers[device]?.isAlike !== false;
  const isLoad = !('after' in from);
  // What both write in the same way is compared by its hash, which also sees what went wrong.
  const hasMore = isAlike
    ? store.hash() !== from.hash
    : isLoad && from.isMerge && hasOthers(store.objects(), load.objects);
  const isSame = isLoad ? !hasMore : covers(from.versions, state.own.versions);
  if (error === '' && !isAlike && isSame) store.nameContent(from.hash);
  const hash = store.hash();
  feed(context, { type: 'applied', device, from, hash, hasMore, error, time: link.now() });
}

/** Is there anything that the load does not have, or has older? */
function hasOthers(ours: readonly SharedObject[], theirs: readonly SharedObject[]): boolean {
  const there = new Map(theirs.map((object) => [keyOf(object), object.version]));
  return ours.some((object) => {
    const version = there.get(keyOf(object));
    return version === undefined || compareHybrid(object.version, version) > 0;
  });
}

function sendBatch(context: Context, to: string, after: Versions, isMerge: boolean): void {
  const { own, config } = context.state;
  const lacked = context.store.commitsFor(after, own.versions);
  const commits = lacked?.map((commit) => commitText(commit, to, context.link));
  const bytes = commits?.reduce((sum, text) => sum + text.length, 0) ?? Infinity;
  if (commits === undefined || bytes > config.incrementalBytes) {
    feed(context, { type: 'sent-whole', device: to });
    return sendLoad(context, to, false, isMerge);
  }
  context.link.send(to, 'bulk', 'commitBatch', {
    group: config.group,
    commits,
    afterId: '',
    after: versionsToMessage(after),
    versions: versionsToMessage(own.versions),
    contentHash: own.hash,
    merge: isMerge,
    head: { commitId: own.head.id, commitDevice: own.head.device, commitTime: own.head.time },
  });
}

/** What was there before is of no use to the receiver. */
function commitText(commit: Commit, to: string, link: GroupLink): string {
  const changes = commit.changes.map(({ component, name, after }) => ({
    component,
    name,
    after: after && link.outgoing(to, after),
  }));
  return JSON.stringify({ ...commit, changes });
}

function readCommit(commit: Commit, link: GroupLink): Commit {
  const changes = commit.changes.map((change) => ({
    ...change,
    after: change.after && link.incoming(change.after),
  }));
  return { ...commit, changes };
}

function sendLoad(context: Context, to: string, isForced: boolean, isMerge: boolean): void {
  const { own, config } = context.state;
  const texts = context.store
    .objects()
    .map((object) => JSON.stringify(context.link.outgoing(to, object)));
  const deletions = isMerge ? context.store.deletions().map((one) => JSON.stringify(one)) : [];
  for (const body of loadToBodies(config.group, own, { isForced, isMerge }, texts, deletions)) {
    context.link.send(to, 'bulk', 'fullLoad', body);
  }
}
