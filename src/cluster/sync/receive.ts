import { newerHead, staleError, syncedAt, tellAll, withPeer } from './members.ts';
import { reconcileAll } from './send.ts';
import type {
  BatchHead,
  LastSyncType,
  LoadHead,
  MemberState,
  SyncEffect,
  SyncEvent,
  SyncState,
  SyncStep,
} from './types.ts';
import { covers, joinVersions, relationOf, withPush, withVersion } from './versions.ts';

/** What to do with what another member sent. Pure. */

export function receiveBatch(state: SyncState, device: string, batch: BatchHead): SyncStep {
  const next = heardOf(state, device, batch);
  const { own } = state;
  if (state.peers[device] === undefined) return answer(state, device, batch, notMemberError);
  if (covers(own.versions, batch.versions)) return answer(next, device, batch, '');
  if (!covers(own.versions, batch.after)) return stale(next, device, batch);
  const isMerging = batch.isMerge && state.config.kind === 'merging';
  if (!isMerging && !covers(batch.versions, own.versions)) return stale(next, device, batch);
  return [next, [{ type: 'apply-batch', from: device, batch }]];
}

export function receiveLoad(state: SyncState, device: string, load: LoadHead): SyncStep {
  const next = heardOf(state, device, load);
  if (state.peers[device] === undefined) return answer(state, device, load, notMemberError);
  // A push that others were quicker to tell, and changes since: it must not undo them.
  if (load.isForced && relationOf(state.own.versions, load.versions) === 'ahead') {
    return answer(next, device, load, '');
  }
  const isWelcome =
    load.isForced ||
    (load.isMerge ? state.config.kind === 'merging' : covers(load.versions, state.own.versions));
  if (!isWelcome) return stale(next, device, load);
  return [next, [{ type: 'apply-load', from: device, load }]];
}

const notMemberError = 'Device does not recognize membership in this group';

/** The sender holds what it sends, so we need not wait until it tells. */
function heardOf(state: SyncState, device: string, from: BatchHead | LoadHead): SyncState {
  const peer = state.peers[device];
  if (peer?.state === undefined) return state;
  const { versions, hash, head } = from;
  if (!covers(versions, peer.state.versions)) return state;
  return withPeer(state, device, { ...peer, state: { ...peer.state, versions, hash, head } });
}

function answer(
  state: SyncState,
  device: string,
  from: BatchHead | LoadHead,
  error: string,
): SyncStep {
  return [state, [{ type: 'answer', to: device, commitId: from.head.id, error }]];
}

function stale(state: SyncState, device: string, from: BatchHead | LoadHead): SyncStep {
  return [
    state,
    [
      { type: 'answer', to: device, commitId: from.head.id, error: staleError },
      { type: 'tell', to: [device], asks: true },
    ],
  ];
}

/** The journal tells it after a crash; the others hear of the whole. */
export function partTaken(
  state: SyncState,
  { head, hash }: Extract<SyncEvent, { type: 'part-taken' }>,
): SyncState {
  const { own } = state;
  const versions = withVersion(own.versions, head.device, head.time);
  return { ...state, own: { ...own, versions, hash, head: newerHead(own.head, head) } };
}

/** After the driver tried to apply it. */
export function taken(state: SyncState, event: Extract<SyncEvent, { type: 'applied' }>): SyncStep {
  const { device, from, error } = event;
  if (error !== '') return failed(state, event);
  const own = ownAfter(state, event);
  const next = { ...state, own };
  const effects: SyncEffect[] = [
    { type: 'persist' },
    { type: 'answer', to: device, commitId: from.head.id, error: '' },
    ...tellAll(next, false),
  ];
  const hadNoMore = covers(from.versions, state.own.versions);
  if ('after' in from && hadNoMore && own.hash !== from.hash) {
    const reason = 'content differs after a batch';
    effects.push({ type: 'request-load', to: device, reason, isForced: false });
    return [next, effects];
  }
  const [after, sent] = reconcileAll(next, false);
  return [after, [...effects, ...sent]];
}

function ownAfter(state: SyncState, event: Extract<SyncEvent, { type: 'applied' }>): MemberState {
  const { own } = state;
  const { from, hash, hasMore } = event;
  const joined = joinVersions(own.versions, from.versions);
  // Objects that only we have survived a first meeting: content that the sender has to be given.
  const isMore = from.isMerge && hasMore && relationOf(joined, from.versions) === 'same';
  const versions = isMore ? withPush(joined, state.self, event.time) : joined;
  const head = from.isMerge ? newerHead(own.head, from.head) : from.head;
  const lastSyncType = typeOf(state, from);
  return {
    ...own,
    versions,
    hash,
    head,
    synced: syncedAt(head),
    lastSyncType,
    hasPending: false,
    lastError: '',
  };
}

function typeOf({ config }: SyncState, from: BatchHead | LoadHead): LastSyncType {
  const isFull = !('after' in from);
  const isManual = config.kind === 'manual' || ('isForced' in from && from.isForced);
  if (isManual) return isFull ? 'manual-full' : 'manual-incremental';
  return isFull ? 'auto-full' : 'auto-incremental';
}

function failed(state: SyncState, event: Extract<SyncEvent, { type: 'applied' }>): SyncStep {
  const { device, from, error } = event;
  // Part of a batch may have been taken.
  const own = { ...state.own, hash: event.hash, lastError: error };
  const next = { ...state, own };
  const text = `${state.config.group} from ${device} was not taken: ${error}`;
  const effects: SyncEffect[] = [
    { type: 'log', level: 'err', text },
    { type: 'answer', to: device, commitId: from.head.id, error },
    ...tellAll(next, false),
  ];
  const isPlainBatch = 'after' in from && !from.isMerge;
  if (isPlainBatch) {
    const reason = 'a batch was not taken';
    effects.push({ type: 'request-load', to: device, reason, isForced: false });
  }
  return [next, effects];
}
