/**
 * Who counts, and how long the owner may answer. See README.md for the argument why two leases never
 * overlap; everything here is a question, nothing changes state.
 */
import type { GroupConfig, GroupState, Mode, State } from '../types.ts';

/** An owner in a pair that hears nothing goes on alone after this share of its lease, before it ends. */
const presumeShare = 0.8;

/** Reason of a candidate that was the owner and still claims the group. */
export const lapsed = 'lease ran out: no longer acknowledged';

export function isMember(config: GroupConfig, device = config.device): boolean {
  return config.members.some((member) => member.device === device);
}

export function isStandalone(config: GroupConfig): boolean {
  return config.members.length === 1 && isMember(config);
}

/** Only a pair has an agreement about its witness; larger groups always need a majority of all voters. */
export function isPair(config: GroupConfig): boolean {
  return config.members.length === 2 && isMember(config) && config.arbiter === undefined;
}

/** Not the name of any device. */
export const arbiterVoter = '@arbiter';

/**
 * The arbiter has a vote less than there are members: it and any one device are a majority, and so are all
 * devices without it. Any two majorities share a voter.
 */
export function weightOf(config: GroupConfig, voter: string): number {
  return voter === arbiterVoter ? config.members.length - 1 : 1;
}

export function votersOf(config: GroupConfig, mode: Mode): readonly string[] {
  const members = config.members.map((member) => member.device);
  if (members.length === 1) return members;
  if (config.arbiter !== undefined) return [...members, arbiterVoter];
  if (members.length === 2 && mode.phase !== 'witness') return members;
  return [...members, ...config.witnesses.map((witness) => witness.device)];
}

export function everybody(config: GroupConfig): readonly string[] {
  return [...config.members, ...config.witnesses].map((voter) => voter.device);
}

/** Milliseconds for which nothing came from `device`, counting only time in which we looked. */
export function silenceOf(state: State, device: string): number {
  const heardAt = state.peers.get(device)?.heardAt ?? state.startedAt;
  return state.certainUntil - Math.max(heardAt, state.listeningSince);
}

export function isFresh(state: State, device: string, now: number): boolean {
  const peer = state.peers.get(device);
  return peer !== undefined && now - peer.heardAt < state.config.profile.detect;
}

export function peerOf(config: GroupConfig): string {
  return config.members.find((member) => member.device !== config.device)?.device ?? '';
}

export function presumeAfter(state: State): number {
  return state.config.profile.fence * presumeShare;
}

/**
 * In a pair that does not count a witness yet: nothing at all from the peer. The owner needs less silence
 * than a standby: it only goes on, and before its lease ends.
 */
function mayActAlone(state: State, group: GroupState, now: number): boolean {
  const { config } = state;
  if (!canSplit(state) || isIsolated(state, now)) return false;
  const silence = silenceOf(state, peerOf(config));
  if (group.role === 'owner') return silence >= presumeAfter(state);
  const { detect } = config.profile;
  const talked = state.talkingSince === undefined ? 0 : now - state.talkingSince;
  return silence >= detect && talked >= detect && now >= state.graceUntil;
}

/**
 * The latest time at which this device may answer for the group; in the past: not at all. From the send
 * time of the newest own message that a majority acknowledged; a device counts as having just
 * acknowledged itself.
 */
export function leaseUntil(state: State, group: GroupState, now: number): number {
  const { config, mode } = state;
  if (isStandalone(config)) return Number.POSITIVE_INFINITY;
  const isAlone = mayActAlone(state, group, now);
  if (isAlone && mode.phase === 'pair') return now + config.profile.fence;
  // Who waits for the peer to count the witness has both conditions to meet: see README.md.
  const voters = isAlone ? everybody(config) : votersOf(config, mode);
  const sent = voters.map((voter) => ({
    at: voter === config.device ? now : (group.acks.get(voter) ?? Number.NEGATIVE_INFINITY),
    weight: weightOf(config, voter),
  }));
  sent.sort((a, b) => b.at - a.at);
  let missing = sent.reduce((sum, { weight }) => sum + weight, 0) / 2;
  for (const { at, weight } of sent) {
    missing -= weight;
    if (missing < 0) return at + config.profile.fence;
  }
  return Number.NEGATIVE_INFINITY;
}

/**
 * It had a gateway, hears nothing from the peer, and none of the gateways has answered since. A reply of just
 * before the cut does not count: the peer must have missed two heartbeats by then.
 */
function isIsolated(state: State, now: number): boolean {
  const { config, gatewayHeardAt = Number.NEGATIVE_INFINITY } = state;
  if (!state.hadGateway || (config.gateways ?? []).length === 0) return false;
  const { interval, detect } = config.profile;
  const heardAt = state.peers.get(peerOf(config))?.heardAt ?? state.startedAt;
  return gatewayHeardAt < heardAt + 2 * interval || now - gatewayHeardAt >= detect;
}

/**
 * A pair cut on every path, each taking the other for dead, is the one case in which two may answer. Who is
 * joining does not know yet that its peer is.
 */
export function canSplit({ config, mode }: State): boolean {
  return isPair(config) && (mode.phase === 'pair' || mode.phase === 'joining');
}
