import { compareHybrid, type HybridTime } from '../../base/hybrid-clock.ts';
import {
  connectedPeers,
  isReady,
  newerHead,
  staleError,
  syncedAt,
  tellAll,
  withPeer,
} from './members.ts';
import { partTaken, receiveBatch, receiveLoad, taken } from './receive.ts';
import { isNamedByPeer, nameAgain } from './names.ts';
import { nextRetry, retryDue } from './retry.ts';
import { admitUnheld, overtaken } from './set-back.ts';
import { reconcile, reconcileAll, sendChanges } from './send.ts';
import type {
  Head,
  MemberState,
  Peer,
  Sending,
  SyncEffect,
  SyncEvent,
  SyncState,
  SyncStep,
} from './types.ts';
import { joinVersions, relationOf, type Versions, withPush, withVersion } from './versions.ts';

/**
 * Configuration sync of one device group, as one device sees it: `step(state, event)`. Pure; times come in
 * events. Content itself stays with the driver: the machine deals in versions and hashes. A commit leaves
 * the running configuration only by an explicit push; what two devices changed apart is never overwritten
 * by itself (`merging` groups merge it object by object).
 */
export function step(state: SyncState, event: SyncEvent): SyncStep {
  switch (event.type) {
    case 'configured': {
      const peers = Object.fromEntries(
        event.config.members
          .filter((device) => device !== state.self)
          .map((device) => [device, state.peers[device] ?? absent]),
      );
      const own = { ...state.own, hash: event.hash };
      const next = { ...state, config: event.config, own, peers };
      return and(reconcileAll(next, false), tellAll(next, true));
    }
    case 'connected': {
      const known = state.peers[event.device] ?? absent;
      const { isCompatible, isAlike } = event;
      const peer = { ...known, ...unsent, isConnected: true, isCompatible, isAlike };
      return [
        withPeer(state, event.device, peer),
        [{ type: 'tell', to: [event.device], asks: false }],
      ];
    }
    case 'disconnected': {
      const known = state.peers[event.device];
      if (known === undefined) return [state, []];
      return [withPeer(state, event.device, { ...known, ...unsent, isConnected: false }), []];
    }
    case 'committed':
      return committed(state, { ...state.own, ...event.content, hasPending: true });
    case 'told':
      return told(state, event);
    case 'compared': {
      if (state.peers[event.device] === undefined) return [state, []];
      const next = admitUnheld(state, event);
      return next === state ? [state, []] : [next, [{ type: 'persist' }, ...tellAll(next, false)]];
    }
    case 'batch': {
      const { device, batch, time } = event;
      return overtaken(state, { device, versions: batch.versions, time }, (next) =>
        receiveBatch(next, device, batch),
      );
    }
    case 'load': {
      const { device, load, time } = event;
      return overtaken(state, { device, versions: load.versions, time }, (next) =>
        receiveLoad(next, device, load),
      );
    }
    case 'part-taken':
      return [partTaken(state, event), []];
    case 'applied':
      return taken(state, event);
    case 'sent-whole':
      return sentWhole(state, event.device);
    case 'result':
      return result(state, event);
    case 'push':
      return push(state, event.isForced, event.time);
    case 'merged':
      return merged(state, event);
    case 'pull':
      return pull(state, event.isForced);
    case 'load-requested':
      return loadRequested(state, event);
    case 'tick':
      return tick(state, event.unnamed);
  }
}

export function initialState(
  self: string,
  config: SyncState['config'],
  own: MemberState,
): SyncState {
  const others = config.members.filter((device) => device !== self);
  const peers = Object.fromEntries(others.map((device) => [device, absent]));
  return { self, config, own, peers };
}

const absent: Peer = {
  isConnected: false,
  isCompatible: true,
  isAlike: true,
  state: undefined,
  sending: undefined,
  refused: undefined,
  retry: undefined,
};
const unsent = { sending: undefined, refused: undefined, retry: undefined } as const;

function and(first: SyncStep, effects: readonly SyncEffect[]): SyncStep {
  return [first[0], [...first[1], ...effects]];
}

function committed(state: SyncState, own: MemberState): SyncStep {
  let next: SyncState = { ...state, own };
  const effects: SyncEffect[] = [];
  const untold: string[] = [];
  for (const device of connectedPeers(state)) {
    const [after, sent] = sendChanges(next, device);
    next = after;
    effects.push(...sent);
    if (sent.length === 0) untold.push(device);
  }
  if (untold.length > 0) effects.push({ type: 'tell', to: untold, asks: false });
  return [next, effects];
}

function told(state: SyncState, event: Extract<SyncEvent, { type: 'told' }>): SyncStep {
  const peer = state.peers[event.device];
  if (peer === undefined) return [state, []];
  const isChanged =
    peer.state === undefined || relationOf(peer.state.versions, event.state.versions) !== 'same';
  const heard: Peer = {
    ...peer,
    state: event.state,
    refused: isChanged ? undefined : peer.refused,
    retry: isChanged ? undefined : peer.retry,
  };
  let next = admitUnheld(withPeer(state, event.device, heard), {
    ...event,
    versions: event.state.versions,
  });
  const effects: SyncEffect[] = [];
  if (next.own !== state.own) effects.push({ type: 'persist' }, ...tellAll(next, false));
  if (isNamedByPeer(next, event.device)) {
    const { hash } = event.state;
    next = { ...next, own: { ...next.own, hash } };
    effects.push({ type: 'name-content', hash }, ...tellAll(next, false));
  }
  const agreed = agreeOnEqual(next.own, event.state, next.config.kind === 'merging');
  if (agreed !== undefined) {
    next = { ...next, own: agreed };
    effects.push({ type: 'persist' }, ...tellAll(next, false));
  } else if (event.asks) {
    effects.push({ type: 'tell', to: [event.device], asks: false });
  }
  const [after, sent] = reconcile(next, event.device, false);
  return [after, [...effects, ...sent]];
}

function tick(state: SyncState, unnamed: string): SyncStep {
  const hash = nameAgain(state, unnamed);
  if (hash === undefined) return reconcileAll(retryDue(state), true);
  const next = { ...state, own: { ...state.own, hash } };
  return and(reconcileAll(retryDue(next), true), [
    { type: 'name-content', hash },
    ...tellAll(next, false),
  ]);
}

/** Equal content is in sync, whatever the histories say; undefined when there is nothing to learn. */
function agreeOnEqual(
  own: MemberState,
  theirs: MemberState,
  isMerging: boolean,
): MemberState | undefined {
  if (own.hash !== theirs.hash) return undefined;
  // Ordinary groups start with a push by hand, equal content or not.
  if (!isMerging && (own.synced === undefined || theirs.synced === undefined)) return undefined;
  const relation = relationOf(own.versions, theirs.versions);
  const isKnown = relation === 'same' || relation === 'ahead';
  if (isKnown && own.synced !== undefined && !own.hasPending && own.lastError === '')
    return undefined;
  const head = newerHead(own.head, theirs.head);
  return {
    ...own,
    versions: joinVersions(own.versions, theirs.versions),
    head,
    synced: syncedAt(head),
    hasPending: false,
    lastError: '',
  };
}

function sentWhole(state: SyncState, device: string): SyncStep {
  const peer = state.peers[device];
  if (peer?.sending === undefined) return [state, []];
  const isManual = peer.sending.type.startsWith('manual');
  const type = isManual ? 'manual-full' : 'auto-full';
  return [withPeer(state, device, { ...peer, sending: { ...peer.sending, type } }), []];
}

function result(state: SyncState, event: Extract<SyncEvent, { type: 'result' }>): SyncStep {
  const peer = state.peers[event.device];
  const sending = peer?.sending;
  if (peer === undefined || sending === undefined) return [state, []];
  if (event.error !== '') {
    const text = `${event.device} did not take ${state.config.group}: ${event.error}`;
    const isStale = event.error === staleError;
    const refused = isStale ? undefined : sending;
    const retry = isStale ? peer.retry : nextRetry(peer);
    return [
      withPeer(state, event.device, { ...peer, sending: undefined, refused, retry }),
      isStale ? [] : [{ type: 'log', level: 'err', text }],
    ];
  }
  if (event.commitId !== sending.head.id) return [state, []];
  // It tells the same in a moment, on the other lane; until then it should not seem behind. It may also have
  // told that or more already.
  const isEqual =
    relationOf(sending.versions, state.own.versions) === 'same' &&
    (peer.state === undefined || relationOf(state.own.versions, peer.state.versions) === 'ahead');
  const { versions, hash, head } = state.own;
  const heard = isEqual && peer.state ? { ...peer.state, versions, hash, head } : peer.state;
  const next = withPeer(state, event.device, { ...peer, ...unsent, state: heard });
  return markSynced(next, sending);
}

/** At least one other member holds it now. */
function markSynced(state: SyncState, sent: Sending): SyncStep {
  const { own } = state;
  const isNewest = own.head.id === sent.head.id;
  if (own.synced?.id === syncedAt(sent.head).id && !(isNewest && own.hasPending))
    return [state, []];
  const hasPending = isNewest ? false : own.hasPending;
  const lastSyncType = sent.type;
  const marked = { ...own, synced: syncedAt(sent.head), lastSyncType, hasPending, lastError: '' };
  const next = { ...state, own: marked };
  return [next, [{ type: 'persist' }, ...tellAll(next, false)]];
}

function push(state: SyncState, isForced: boolean, time: HybridTime): SyncStep {
  const devices = connectedPeers(state).filter((device) => isReady(state, device));
  if (devices.length === 0) {
    return refuse(state, `No member of ${state.config.group} can be reached.`);
  }
  const newer = isForced ? undefined : devices.find((device) => isNewer(state, device));
  if (newer !== undefined) {
    return refuse(
      state,
      `${newer} has a newer configuration of ${state.config.group}; use force-full-load-push to overwrite it.`,
    );
  }
  const needsLoad = devices.filter((device) => needsFullLoad(state, device, isForced));
  let next = state;
  const effects: SyncEffect[] = [];
  // What includes all that they hold wins over nothing: a push that got lost must not look like a conflict.
  const isEvent = isForced || needsLoad.some((device) => !isIncluded(state, device));
  if (isEvent || (needsLoad.length > 0 && state.own.head.id === '')) {
    next = supersede(next, devices, time);
    effects.push({ type: 'persist' });
  }
  for (const device of devices) {
    const peer = next.peers[device];
    if (peer === undefined) continue;
    if (needsLoad.includes(device)) {
      const { versions, head } = next.own;
      const sending: Sending = { versions, head, type: 'manual-full' };
      next = withPeer(next, device, { ...peer, sending, refused: undefined });
      // Unforced, it is taken only where nothing was changed since we heard of it.
      effects.push({ type: 'send-load', to: device, isForced, isMerge: false });
    } else if (peer.state?.hash !== next.own.hash) {
      const [after, sent] = sendChanges(
        withPeer(next, device, { ...peer, ...unsent }),
        device,
        true,
      );
      next = after;
      effects.push(...sent);
    }
  }
  return [next, [...effects, ...tellAll(next, false)]];
}

/** Sent whole, in one commit for each receiver; whoever holds more than was seen says so and keeps it. */
function merged(state: SyncState, event: Extract<SyncEvent, { type: 'merged' }>): SyncStep {
  const { hash, seen, time, commit } = event;
  const { self } = state;
  const known = joinVersions(state.own.versions, seen);
  const done = commit === undefined ? known : withVersion(known, self, commit.time);
  const versions = withPush(done, self, time, versionsToldBy(state));
  const id = `${time.wall}.${time.counter}@${self}`;
  const head = commit ?? { id, device: self, time };
  const synced = state.own.synced ?? head;
  const own = { ...state.own, versions, hash, head, synced, hasPending: true, lastError: '' };
  let next: SyncState = { ...state, own };
  const effects: SyncEffect[] = [{ type: 'persist' }];
  for (const device of connectedPeers(next).filter((one) => isReady(next, one))) {
    const peer = next.peers[device];
    if (peer === undefined) continue;
    const sending: Sending = { versions, head, type: 'manual-full' };
    next = withPeer(next, device, { ...peer, sending, refused: undefined });
    effects.push({ type: 'send-load', to: device, isForced: false, isMerge: false });
  }
  return [next, [...effects, ...tellAll(next, false)]];
}

function needsFullLoad(state: SyncState, device: string, isForced: boolean): boolean {
  const theirs = state.peers[device]?.state;
  if (isForced || theirs === undefined || theirs.synced === undefined) return true;
  if (state.own.synced === undefined || state.config.fullLoadOnSync) return true;
  if (theirs.hash === state.own.hash) return false;
  return relationOf(state.own.versions, theirs.versions) !== 'ahead';
}

/** Does our content include theirs, and not only by the versions? */
function isIncluded({ own, peers }: SyncState, device: string): boolean {
  const theirs = peers[device]?.state;
  if (theirs === undefined) return false;
  const relation = relationOf(own.versions, theirs.versions);
  return relation === 'ahead' || (relation === 'same' && theirs.hash === own.hash);
}

function isNewer(state: SyncState, device: string): boolean {
  const theirs = state.peers[device]?.state;
  if (theirs === undefined || theirs.hash === state.own.hash) return false;
  const relation = relationOf(state.own.versions, theirs.versions);
  if (relation === 'behind') return true;
  if (relation !== 'apart') return false;
  return compareHybrid(theirs.head.time, state.own.head.time) > 0;
}

/** Our content, and whatever the others have had: an event of its own that includes them all. */
function supersede(state: SyncState, devices: readonly string[], time: HybridTime): SyncState {
  const theirs = devices.map((device) => state.peers[device]?.state?.versions ?? {});
  const joined = joinVersions(state.own.versions, ...theirs);
  const versions = withPush(joined, state.self, time, versionsToldBy(state));
  return { ...state, own: { ...state.own, versions, head: namedHead(state, time) } };
}

function versionsToldBy({ peers }: SyncState): readonly Versions[] {
  return Object.values(peers).map((peer) => peer.state?.versions ?? {});
}

/** A group that nothing was ever committed to is pushed too; what was pushed has to have a name. */
function namedHead({ own, self }: SyncState, time: HybridTime): Head {
  if (own.head.id !== '') return own.head;
  return { id: `${time.wall}.${time.counter}@${self}`, device: self, time };
}

function pull(state: SyncState, isForced: boolean): SyncStep {
  const { group } = state.config;
  const newest = newestPeer(state);
  if (newest === undefined) return refuse(state, `No member of ${group} can be reached.`);
  const isOlder = compareHybrid(headOf(state, newest).time, state.own.head.time) < 0;
  const isEqual = state.peers[newest]?.state?.hash === state.own.hash;
  if (isOlder && !isEqual && !isForced && state.own.hasPending) {
    return refuse(
      state,
      `This device has the newest configuration of ${group}; use force-full-load-push to overwrite it.`,
    );
  }
  return [state, [{ type: 'request-load', to: newest, reason: 'from-group', isForced: true }]];
}

/** Whom `from-group` takes the configuration of. */
export function newestPeer(state: SyncState): string | undefined {
  return connectedPeers(state)
    .filter((device) => isReady(state, device))
    .toSorted((one, two) => compareHybrid(headOf(state, two).time, headOf(state, one).time))[0];
}

function headOf(state: SyncState, device: string): Head {
  return state.peers[device]?.state?.head ?? state.own.head;
}

function loadRequested(
  state: SyncState,
  event: Extract<SyncEvent, { type: 'load-requested' }>,
): SyncStep {
  const peer = state.peers[event.device];
  if (peer === undefined || !peer.isConnected) return [state, []];
  const next = event.isForced ? supersede(state, [event.device], event.time) : state;
  const { versions, head } = next.own;
  const type = event.isForced || state.config.kind === 'manual' ? 'manual-full' : 'auto-full';
  const sending: Sending = { versions, head, type };
  const isForced = event.isForced;
  const effects: SyncEffect[] = [
    { type: 'send-load', to: event.device, isForced, isMerge: false },
    ...(isForced ? [{ type: 'persist' } as const, ...tellAll(next, false)] : []),
  ];
  return [withPeer(next, event.device, { ...peer, sending, refused: undefined }), effects];
}

function refuse(state: SyncState, text: string): SyncStep {
  return [state, [{ type: 'refuse', text }]];
}
