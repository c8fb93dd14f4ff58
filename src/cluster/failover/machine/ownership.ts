/** What a member does about one traffic group: stand, win, renew, lapse, hand over. */
import {
  canSplit,
  everybody,
  isFresh,
  isStandalone,
  lapsed,
  leaseUntil,
  presumeAfter,
} from './lease.ts';
import { heldUntil, withMove } from './damping.ts';
import { fitnessOf, orderIndex, ownerOf, ownScore, rankings, scoreOf } from './rank.ts';
import { timelineOf } from './timeline.ts';
import type { Effect, GroupState, HistoryEntry, State, TrafficGroup } from '../types.ts';
import { free, grantTo, isFree } from './vote.ts';

/** When the address is announced again after a takeover, milliseconds: a peer's cache may have been locked. */
const announceAfter = [100, 500, 2000, 10_000] as const;
/** The impairment that ends every connection by itself. */
export const dataPlane = 'haproxy';
/** Fence changes smaller than this are not worth a transaction. */
const leaseStep = 1;
/** A candidate repeats itself this much faster than an owner. */
const candidateHaste = 5;
/** How long a device says to whom it handed a group. */
export const successorShare = 4;

export function evaluate(state: State, group: GroupState, now: number, effects: Effect[]): void {
  if (group.role === 'standby') considerStanding(state, group, now, effects);
  if (group.role === 'candidate') considerWinning(state, group, now, effects);
  if (group.role === 'owner') keepOwning(state, group, now, effects);
}

function considerStanding(state: State, group: GroupState, now: number, effects: Effect[]): void {
  const at = standsAt(state, group, now);
  if (at === undefined || now < at) return;
  group.role = 'candidate';
  group.holder = state.config.device;
  group.promiseUntil = Number.POSITIVE_INFINITY;
  group.candidateSince = now;
  group.successor = undefined;
  group.since = now;
  state.nextHeartbeat = now;
  if (!isStandalone(state.config)) {
    effects.push({
      type: 'log',
      level: 'info',
      message: `Standing for traffic group ${group.name}`,
    });
  }
}

/** When this device may stand for the group as things are; undefined: not before something changes. */
export function standsAt(state: State, group: GroupState, now: number): number | undefined {
  if (group.role !== 'standby') return undefined;
  const fitness = fitnessOf(state, now);
  if (fitness === 'forced-offline') return undefined;
  if (isStandalone(state.config)) return now;
  const owner = ownerOf(state, group.name, now);
  if (owner !== undefined && owner !== state.config.device) return undefined;
  const freeAt = group.holder === undefined ? group.freeSince : group.promiseUntil;
  if (group.isInvited) return freeAt;
  const base = Math.max(freeAt, group.standAfter, state.graceUntil);
  // In the grace everybody ranks as unfit; the rank is known only after it.
  const rank = rankings(state, Math.max(now, state.graceUntil)).get(group.name) ?? [];
  const place = rank.indexOf(state.config.device);
  if (place < 0) return undefined;
  return base + place * 2 * state.config.profile.interval;
}

function considerWinning(state: State, group: GroupState, now: number, effects: Effect[]): void {
  const { profile } = state.config;
  const until = leaseUntil(state, group, now);
  if (until > now + profile.permit + profile.interval) {
    win(state, group, now, until, effects);
    return;
  }
  if (now - group.candidateSince < profile.detect) return;
  stepDown(state, group, now, effects, 'no majority acknowledged');
  // Unequal waits by position, so that two that blocked each other do not do so again.
  const place = everybody(state.config).indexOf(state.config.device);
  group.standAfter = now + profile.interval * (1 + 3 * place);
}

function win(state: State, group: GroupState, now: number, until: number, effects: Effect[]): void {
  const isResuming = group.reason === lapsed;
  const reason = winReason(state, group, now);
  if (!isResuming) group.term += 1;
  group.role = 'owner';
  const drainer = drainerOf(state, group, now);
  group.isInvited = false;
  group.since = now;
  group.reason = reason;
  group.fenceUntil = until;
  group.hasAddresses = true;
  announceAgain(group, now);
  // The fence is still closed while the addresses are added: nothing answers before both are there.
  effects.push({ type: 'addresses', group: group.name, present: true });
  if (drainer !== undefined) effects.push({ type: 'inherit', group: group.name, from: drainer });
  effects.push({ type: 'fence', group: group.name, until });
  effects.push({ type: 'announce', group: group.name });
  note(state, group, now, isResuming ? 'resumed' : 'active', reason, effects);
  state.nextHeartbeat = now;
}

/** The former owner that goes on serving its connections; also when the invitation itself has lapsed. */
function drainerOf(state: State, group: GroupState, now: number): string | undefined {
  const drains = (device: string): boolean =>
    isFresh(state, device, now) &&
    (state.peers.get(device)?.claims ?? []).some(
      (claim) =>
        claim.name === group.name &&
        claim.successor === state.config.device &&
        claim.drains === true,
    );
  return [...state.peers.keys()].find(drains);
}

function winReason(state: State, group: GroupState, now: number): string {
  if (isStandalone(state.config)) return 'standalone device';
  if (group.isInvited) return 'handed over by the former active device';
  if (group.reason === lapsed) return 'acknowledged again';
  if (canSplit(state) && leaseUntil(state, group, now) === now + state.config.profile.fence) {
    return 'nothing heard from the peer on any path';
  }
  return 'no active device; a majority agreed';
}

function keepOwning(state: State, group: GroupState, now: number, effects: Effect[]): void {
  if (considerHandover(state, group, now, effects)) return;
  const until = leaseUntil(state, group, now);
  if (until <= now) {
    suspend(state, group, now, effects);
    return;
  }
  renew(state, group, now, until, effects);
  // The renewal may have ended it.
  if (group.fenceUntil === 0) return;
  if (now >= group.nextAnnounce) {
    const [last = 0, next] = announceAfter.slice(group.announcements);
    group.announcements += 1;
    group.nextAnnounce = next === undefined ? Number.POSITIVE_INFINITY : now + next - last;
    effects.push({ type: 'announce', group: group.name });
  }
}

/** From the beginning, as after a takeover. */
export function announceAgain(group: GroupState, now: number): void {
  group.announcements = 0;
  group.nextAnnounce = now + (announceAfter[0] ?? 0);
}

function renew(
  state: State,
  group: GroupState,
  now: number,
  until: number,
  effects: Effect[],
): void {
  const change = until - group.fenceUntil;
  const isHeld = until === group.fenceUntil || Math.abs(change) < leaseStep;
  if (isHeld && !group.isRefused) return;
  // A lease with less than a permit left cannot pass through one: the fence is left to run out, or closed
  // when it would stay open longer than the lease (it was opened without acknowledgements, the peer is back).
  if (until - now <= state.config.profile.permit + leaseStep) {
    if (change < 0) suspend(state, group, now, effects);
    return;
  }
  if (now < group.fenceAfter) return;
  group.isRefused = false;
  group.fenceUntil = until;
  effects.push({ type: 'fence', group: group.name, until });
}

/** Keeps the claim, and the addresses behind the closed fence, for as long as a candidate may. */
function suspend(state: State, group: GroupState, now: number, effects: Effect[]): void {
  group.role = 'candidate';
  group.candidateSince = now;
  group.since = now;
  group.fenceUntil = 0;
  group.reason = lapsed;
  effects.push({ type: 'close', group: group.name });
  note(state, group, now, 'suspended', lapsed, effects);
}

/**
 * Leaves the group to others: fence closed first, then the claim is withdrawn and said so. With `drainTo` the
 * connections there are go on through that device; nothing new is answered.
 */
export function stepDown(
  state: State,
  group: GroupState,
  now: number,
  effects: Effect[],
  reason: string,
  drainTo?: string,
): void {
  const wasShown = group.role === 'owner' || group.reason === lapsed;
  group.role = 'standby';
  group.fenceUntil = 0;
  group.acks = new Map();
  group.floor = state.sequence;
  group.isInvited = false;
  group.since = now;
  group.reason = reason;
  free(group, now);
  state.nextHeartbeat = now;
  effects.push({ type: 'close', group: group.name });
  if (group.hasAddresses) {
    group.hasAddresses = false;
    effects.push(
      drainTo === undefined
        ? { type: 'addresses', group: group.name, present: false }
        : { type: 'drain', group: group.name, to: drainTo },
    );
  }
  if (wasShown) note(state, group, now, 'standby', reason, effects);
}

export function handOver(
  state: State,
  group: GroupState,
  successor: string,
  now: number,
  effects: Effect[],
  { reason, drains }: { readonly reason: string; readonly drains: boolean },
): void {
  stepDown(state, group, now, effects, reason, drains ? successor : undefined);
  group.successor = successor;
  group.drains = drains;
  grantTo(state, group, successor, now);
}

export function canDrain(state: State): boolean {
  return !state.impairments.includes(dataPlane);
}

/** Best device to hand the group to: heard a moment ago, able, and not us. */
export function successorFor(state: State, group: GroupState, now: number): string | undefined {
  const ranked = rankings(state, now).get(group.name) ?? [];
  return ranked.find((device) => device !== state.config.device && isReady(state, device, now));
}

export function isReady(state: State, device: string, now: number): boolean {
  const peer = state.peers.get(device);
  if (peer === undefined || peer.fitness !== 'able') return false;
  const { interval, detect } = state.config.profile;
  return now - peer.heardAt < Math.min(detect, 3 * interval);
}

function considerHandover(
  state: State,
  group: GroupState,
  now: number,
  effects: Effect[],
): boolean {
  const config = state.config.trafficGroups.find((one) => one.name === group.name);
  const [wanted, reason] = wantedMove(state, group, config, now);
  if (wanted === undefined) return false;
  if (state.impairments.length > 0) {
    const message = '010c0026:5: Failover condition, active attempting to go standby.';
    effects.push({ type: 'log', level: 'notice', message });
  } else group.moves = withMove(group, now);
  handOver(state, group, wanted, now, effects, { reason, drains: canDrain(state) });
  return true;
}

function wantedMove(
  state: State,
  group: GroupState,
  config: TrafficGroup | undefined,
  now: number,
): readonly [string | undefined, string] {
  if (state.impairments.length > 0) {
    const reason = `${state.impairments.join(', ')} failed on this device`;
    return [successorFor(state, group, now), reason];
  }
  if (config === undefined) return [undefined, ''];
  if (ownScore(state, group.name) !== undefined) {
    if (now < heldUntil(group)) return [undefined, ''];
    const isHealth = state.scores[group.name]?.isHealth === true;
    return [betterByScore(state, config, group, now), isHealth ? 'HA group' : 'HA score'];
  }
  if (!config.autoFailback || now < heldUntil(group)) return [undefined, ''];
  const own = orderIndex(config, state.config.device);
  const due = now - config.autoFailbackSeconds * 1000;
  // The delay runs from the move, too: an order to leave a device that is well would be undone at once.
  if (group.since > due) return [undefined, ''];
  const better = config.haOrder.find(
    (device) =>
      orderIndex(config, device) < own &&
      isReady(state, device, now) &&
      (state.peers.get(device)?.ableSince ?? now) <= due,
  );
  return [better, 'auto failback'];
}

/** Somebody able whose score is higher than ours, our bonus for being active included. */
function betterByScore(
  state: State,
  config: TrafficGroup,
  group: GroupState,
  now: number,
): string | undefined {
  const own = scoreOf(state, config, state.config.device);
  const best = successorFor(state, group, now);
  return best !== undefined && scoreOf(state, config, best) > own ? best : undefined;
}

export function note(
  state: State,
  group: GroupState,
  at: number,
  change: 'active' | 'standby' | 'suspended' | 'resumed',
  reason: string,
  effects: Effect[],
): void {
  const heard = [...state.peers.values()]
    .map((peer) => `${peer.device} heard ${(at - peer.heardAt).toFixed(0)} ms ago`)
    .join(', ');
  const evidence = `term ${group.term}; ${heard || 'no other device heard'}`;
  effects.push({
    type: 'history',
    entry: {
      at,
      group: group.name,
      change,
      reason,
      evidence,
      timeline: timelineOf(state, group, at, change),
    },
  });
  const texts = {
    active: `010c0053:5: Active for traffic group ${group.name}`,
    standby: `010c0052:5: Standby for traffic group ${group.name}`,
    suspended: `Lease of traffic group ${group.name} suspended`,
    resumed: `Lease of traffic group ${group.name} resumed`,
  } as const;
  const level = change === 'suspended' ? 'warning' : 'notice';
  effects.push({ type: 'log', level, message: `${texts[change]} (${reason}; ${evidence})` });
  noteDevice(state, change, effects);
}

/** A device is active while it is for one group at least. */
function noteDevice(state: State, change: HistoryEntry['change'], effects: Effect[]): void {
  const owned = [...state.groups.values()].filter(({ role }) => role === 'owner').length;
  const message =
    change === 'active' && owned === 1
      ? '010c0019:5: Active'
      : change === 'standby' && owned === 0
        ? '010c0018:5: Standby'
        : undefined;
  if (message !== undefined) effects.push({ type: 'log', level: 'notice', message });
}

/** When something about this group has to be looked at again, if nothing arrives. */
export function groupDeadline(state: State, group: GroupState, now: number): number {
  const { profile } = state.config;
  if (group.role === 'candidate') {
    return Math.min(group.candidateSince + profile.detect, now + profile.interval / candidateHaste);
  }
  if (group.role === 'owner') {
    const again = group.isRefused ? group.fenceAfter : Number.POSITIVE_INFINITY;
    const held = heldUntil(group);
    const mayMove = held > now ? held : Number.POSITIVE_INFINITY;
    return Math.min(group.fenceUntil, again, group.nextAnnounce, mayMove);
  }
  const stands = standsAt(state, group, now);
  const lapses = group.holder !== undefined && !isFree(group, now) ? group.promiseUntil : undefined;
  return Math.min(stands ?? Number.POSITIVE_INFINITY, lapses ?? Number.POSITIVE_INFINITY);
}

/** Silence that decides something is looked at twice, a moment apart: see `silenceOf`. */
export function silenceDeadline(state: State, device: string, now: number): number {
  if (!isFresh(state, device, now)) return Number.POSITIVE_INFINITY;
  const heardAt = Math.max(state.peers.get(device)?.heardAt ?? 0, state.listeningSince);
  const presume = heardAt + presumeAfter(state);
  const detect = heardAt + state.config.profile.detect;
  return presume > state.certainUntil ? presume : detect;
}

export function candidatePeriod(state: State): number {
  return state.config.profile.interval / candidateHaste;
}
