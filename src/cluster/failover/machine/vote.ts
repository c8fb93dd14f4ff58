/**
 * The voter in every device: one promise a traffic group, to one holder, for `detect` milliseconds after
 * each message of the holder. All of safety is here: while it is promised nobody else is acknowledged.
 */
import { isMember, lapsed } from './lease.ts';
import { preferred } from './rank.ts';
import type { GroupClaim, GroupState, Message, State } from '../types.ts';

/**
 * After a start old promises are forgotten, so none is given until they have lapsed. A member of a pair
 * can have promised to its peer only, or to itself, and its own fence was closed at start.
 */
export function mayVote(state: State, now: number): boolean {
  if (state.config.members.length <= 2 && isMember(state.config)) return true;
  return now >= state.graceUntil - state.config.profile.detect;
}

/** Does the sender's claim to the group beat ours? Only asked while we claim it ourselves. */
export function yieldsTo(
  state: State,
  group: GroupState,
  claim: GroupClaim,
  from: string,
): boolean {
  if (group.role === 'owner' && claim.role !== 'owner') return false;
  // A mere candidate gives way to any owner; one whose lease ran out to an owner that is not older.
  const wasOwner = group.role === 'owner' || group.reason === lapsed;
  if (!wasOwner && claim.role === 'owner') return true;
  if (claim.term !== group.term) return claim.term > group.term;
  const config = state.config.trafficGroups.find((one) => one.name === group.name);
  return preferred(config, from, state.config.device) === from;
}

export function vote(state: State, group: GroupState, message: Message, now: number): void {
  if (!mayVote(state, now)) return;
  const isHeldByOther =
    group.holder !== undefined && group.holder !== message.from && now < group.promiseUntil;
  if (isHeldByOther) return;
  promise(state, group, message.from, message, now);
}

function promise(
  state: State,
  group: GroupState,
  holder: string,
  heard: { readonly instance: number; readonly sequence: number },
  now: number,
): void {
  group.holder = holder;
  group.holderInstance = heard.instance;
  group.holderSequence = heard.sequence;
  group.promiseUntil = now + state.config.profile.detect;
}

/**
 * The sender claims nothing: it will never use what we acknowledged up to its floor. A named successor is
 * given our promise at once, on the newest message we had from it, which makes a handover one packet long.
 */
export function release(
  state: State,
  group: GroupState,
  claim: GroupClaim,
  message: Message,
  now: number,
): void {
  if (group.holder !== message.from) return;
  const isRestarted = message.instance > group.holderInstance;
  if (!isRestarted && group.holderSequence > claim.floor) return;
  free(group, now);
  if (claim.successor !== undefined) grantTo(state, group, claim.successor, now);
}

export function free(group: GroupState, now: number): void {
  group.holder = undefined;
  group.freeSince = now;
  group.promiseUntil = 0;
}

export function grantTo(state: State, group: GroupState, successor: string, now: number): void {
  if (successor === state.config.device) {
    group.isInvited = true;
    return;
  }
  const peer = state.peers.get(successor);
  if (peer === undefined || now - peer.heardAt >= state.config.profile.detect) return;
  if (mayVote(state, now)) promise(state, group, successor, peer, now);
}

/** Nobody holds our promise, or it has lapsed. */
export function isFree(group: GroupState, now: number): boolean {
  return group.holder === undefined || now >= group.promiseUntil;
}
