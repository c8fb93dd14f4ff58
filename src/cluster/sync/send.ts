import { isReady, withPeer } from './members.ts';
import { isMixed } from './names.ts';
import type { LastSyncType, Peer, Sending, SyncEffect, SyncState, SyncStep } from './types.ts';
import { covers, isToldInCommits, joinVersions, relationOf } from './versions.ts';

/** What to send to whom, and when not to. Pure. */

export function reconcileAll(state: SyncState, isHelping: boolean): SyncStep {
  let next = state;
  const effects: SyncEffect[] = [];
  for (const device of Object.keys(state.peers)) {
    const [after, sent] = reconcile(next, device, isHelping);
    next = after;
    effects.push(...sent);
  }
  return [next, effects];
}

/**
 * Brings one peer up to date where the group does that by itself. The maker of the newest commit sends
 * it; the others help only later (`isHelping`), for a member that the maker does not reach.
 */
export function reconcile(state: SyncState, device: string, isHelping: boolean): SyncStep {
  const { own, config } = state;
  const peer = state.peers[device];
  const theirs = peer?.state;
  if (peer === undefined || theirs === undefined || !isReady(state, device)) return [state, []];
  if (peer.sending !== undefined || theirs.hash === own.hash) return [state, []];
  if (!isAutomatic(state, device)) return [state, []];
  const { refused } = peer;
  if (refused !== undefined && relationOf(refused.versions, own.versions) === 'same') {
    return [state, []];
  }
  const relation = relationOf(own.versions, theirs.versions);
  if (relation === 'same' && isFirstMeeting(state, device)) return send(state, device);
  if (relation === 'behind') return [state, []];
  if (relation === 'apart' && config.kind !== 'merging') return [state, []];
  if (relation === 'same') return repair(state, device, peer);
  const maker = own.head.device;
  const isMakerThere = maker !== device && state.peers[maker]?.isConnected === true;
  if (relation === 'ahead' && isMakerThere && !isHelping) return [state, []];
  return send(state, device);
}

/** Same history, other content: a fault that one of the two mends, once. Other names are none. */
function repair(state: SyncState, device: string, peer: Peer): SyncStep {
  if (state.self > device || isMixed(state)) return [state, []];
  const { versions, head } = state.own;
  const sending: Sending = { versions, head, type: 'auto-full' };
  const text = `${state.config.group} on ${device} differs though it holds the same commits`;
  return [
    withPeer(state, device, { ...peer, sending, refused: sending }),
    [
      { type: 'log', level: 'warning', text },
      { type: 'send-load', to: device, isForced: false, isMerge: state.config.kind === 'merging' },
    ],
  ];
}

/** Does the group send to this member without being told to? */
function isAutomatic(state: SyncState, device: string): boolean {
  const { kind } = state.config;
  if (kind === 'manual') return false;
  if (kind === 'merging') return true;
  return state.own.synced !== undefined && state.peers[device]?.state?.synced !== undefined;
}

/** After a commit: the difference to what the peer has or is about to have. */
export function sendChanges(state: SyncState, device: string, isByHand = false): SyncStep {
  const { own } = state;
  const peer = state.peers[device];
  if (peer === undefined || !isReady(state, device)) return [state, []];
  if (!isByHand && !isAutomatic(state, device)) return [state, []];
  if (peer.sending === undefined) {
    return isByHand ? send(state, device, true) : reconcile(state, device, false);
  }
  const after = peer.sending.versions;
  if (!covers(own.versions, after)) return [state, []];
  if (state.config.fullLoadOnSync || !isToldInCommits(own.versions, after)) return [state, []];
  const type = syncType(isByHand, false);
  const sending: Sending = { versions: own.versions, head: own.head, type };
  return [
    withPeer(state, device, { ...peer, sending }),
    [{ type: 'send-batch', to: device, after, isMerge: state.config.kind === 'merging' }],
  ];
}

function syncType(isByHand: boolean, isFull: boolean): LastSyncType {
  if (isFull) return isByHand ? 'manual-full' : 'auto-full';
  return isByHand ? 'manual-incremental' : 'auto-incremental';
}

function send(state: SyncState, device: string, isByHand = false): SyncStep {
  const { own, config } = state;
  const peer = state.peers[device];
  const theirs = peer?.state;
  if (peer === undefined || theirs === undefined) return [state, []];
  const isApart = relationOf(own.versions, theirs.versions) === 'apart';
  const isMerging = config.kind === 'merging';
  const isNewcomer = isMerging && theirs.synced === undefined;
  const isFirst = isFirstMeeting(state, device);
  const needsLoad =
    isFirst ||
    config.fullLoadOnSync ||
    (isNewcomer && !isApart) ||
    !isToldInCommits(own.versions, theirs.versions);
  const versions = joinVersions(own.versions, theirs.versions);
  const sending: Sending = { versions, head: own.head, type: syncType(isByHand, needsLoad) };
  const next = withPeer(state, device, { ...peer, sending, refused: undefined });
  if (needsLoad) {
    const isMerge = isFirst || isApart;
    return [next, [{ type: 'send-load', to: device, isForced: false, isMerge }]];
  }
  return [next, [{ type: 'send-batch', to: device, after: theirs.versions, isMerge: isMerging }]];
}

/** Neither history says anything about the other's objects: both are kept. */
function isFirstMeeting(state: SyncState, device: string): boolean {
  const { kind, newcomer } = state.config;
  if (kind !== 'merging' || newcomer !== 'merge') return false;
  return state.own.synced === undefined || state.peers[device]?.state?.synced === undefined;
}
