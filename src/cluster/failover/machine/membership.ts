/** The machine's groups, and what a change of configuration does to them. Pure. */
import { everybody, isMember, isPair, isStandalone } from './lease.ts';
import { stepDown } from './ownership.ts';
import type { Effect, GroupConfig, GroupState, State, TrafficGroup } from '../types.ts';

export function newGroup(name: string, now: number): GroupState {
  return {
    name,
    role: 'standby',
    term: 0,
    floor: 0,
    successor: undefined,
    isInvited: false,
    drains: false,
    holder: undefined,
    holderInstance: 0,
    holderSequence: 0,
    promiseUntil: 0,
    freeSince: now,
    standAfter: now,
    candidateSince: now,
    fenceUntil: 0,
    isRefused: false,
    fenceAfter: 0,
    acks: new Map(),
    since: now,
    nextAnnounce: Number.POSITIVE_INFINITY,
    announcements: 0,
    hasAddresses: false,
    reason: 'started',
    moves: [],
  };
}

/** Groups that this device owns or stands for. */
export function claimed(state: State): GroupState[] {
  return [...state.groups.values()].filter((group) => group.role !== 'standby');
}

/**
 * A change of who votes. An owner with addresses goes on under the new rules; a device that owned nothing
 * real (it was alone and joins a group whose addresses live elsewhere) lets go and starts like a fresh one.
 */
export function reconfigure(
  before: State,
  config: GroupConfig,
  now: number,
  effects: Effect[],
): State {
  const isJoining = before.config.deviceGroup !== config.deviceGroup && !isStandalone(config);
  const isEmpty = (group: GroupState): boolean =>
    before.config.trafficGroups.every(
      (one) => one.name !== group.name || one.addresses.length === 0,
    );
  const state: State = { ...before, config };
  const wanted = new Set(config.trafficGroups.map((group) => group.name));
  for (const group of state.groups.values()) {
    const isGone = isMember(config) && !wanted.has(group.name);
    const lets = isJoining && isEmpty(group) && group.role !== 'standby';
    if (isGone || lets) {
      stepDown(state, group, now, effects, isGone ? 'traffic group removed' : 'joined a group');
    }
    if (isGone) state.groups.delete(group.name);
  }
  for (const wish of config.trafficGroups) {
    const { name } = wish;
    const group = state.groups.get(name);
    if (group === undefined) {
      const made = newGroup(name, now);
      made.standAfter = now + (isJoining ? 0 : patienceFor(wish, config));
      state.groups.set(name, made);
    } else if (group.role === 'owner') {
      effects.push({ type: 'addresses', group: name, present: true });
      effects.push({ type: 'announce', group: name });
    }
  }
  for (const device of state.peers.keys()) {
    if (!everybody(config).includes(device)) state.peers.delete(device);
  }
  if (isJoining) join(state, now, effects);
  state.nextHeartbeat = now;
  return state;
}

/** Who made the group has it at first, where no order says otherwise: the others wait for him to stand. */
function patienceFor({ isMadeHere, haOrder }: TrafficGroup, config: GroupConfig): number {
  if (isMadeHere === true || haOrder.length > 0 || isStandalone(config)) return 0;
  return config.profile.detect;
}

function join(state: State, now: number, effects: Effect[]): void {
  const owns = claimed(state).length > 0;
  const { detect } = state.config.profile;
  state.graceUntil = owns ? now : now + 2 * detect;
  state.muteUntil = owns ? now : now + detect;
  state.talkingSince = owns ? now : undefined;
  state.modeSince = now;
  // The creator of a pair was alone until now, so nobody can be counting a witness against it.
  state.mode =
    owns && isPair(state.config) ? { epoch: 1, phase: 'pair' } : { epoch: 0, phase: 'unknown' };
  state.durableMode = state.mode;
  effects.push({ type: 'persist', mode: state.mode });
}
