/** What is shown of the machine's state. Pure: times come in. */
import { canSplit, everybody, isFresh, isMember } from './lease.ts';
import type { FailoverStatus, GroupStatus, PeerStatus } from '../protocol.ts';
import { heldUntil } from './damping.ts';
import { fitnessOf, loads, ownerOf, ownScore, rankings } from './rank.ts';
import type { State } from '../types.ts';

type MachineStatus = Pick<
  FailoverStatus,
  | 'device'
  | 'deviceGroup'
  | 'profile'
  | 'fitness'
  | 'impairments'
  | 'mode'
  | 'canSplit'
  | 'groups'
  | 'peers'
>;

/** The machine's part of what the process says of itself. */
export function machineStatus(state: State, now: number, wallOffset: number): MachineStatus {
  return {
    device: state.config.device,
    deviceGroup: state.config.deviceGroup,
    profile: state.config.profile.name,
    fitness: fitnessOf(state, now),
    impairments: state.impairments,
    mode: state.mode,
    canSplit: canSplit(state),
    groups: groupStatuses(state, now, wallOffset),
    peers: peerStatuses(state, now),
  };
}

/** `wallOffset`: add to a monotonic time to get milliseconds since 1970. */
export function groupStatuses(state: State, now: number, wallOffset: number): GroupStatus[] {
  const next = rankings(state, now);
  const shares = loadShares(state, now, next);
  return [...state.groups.values()].map((group) => {
    const lease = group.fenceUntil - now;
    const held = heldUntil(group);
    return {
      name: group.name,
      role: group.role,
      term: group.term,
      owner: ownerOf(state, group.name, now),
      nextActive: next.get(group.name)?.[0],
      leaseRemaining: Number.isFinite(lease) ? Math.max(0, Math.round(lease)) : null,
      since: Math.round(group.since + wallOffset),
      reason: group.reason,
      scores: scoresOf(state, group.name, now),
      loads: shares,
      heldUntil: held > now ? Math.round(held + wallOffset) : null,
    };
  });
}

function scoresOf(state: State, group: string, now: number): Readonly<Record<string, number>> {
  const scores: Record<string, number> = {};
  const own = ownScore(state, group);
  if (own !== undefined) scores[state.config.device] = own;
  for (const peer of state.peers.values()) {
    const score = peer.claims.find((claim) => claim.name === group)?.score;
    if (score !== undefined && isFresh(state, peer.device, now)) scores[peer.device] = score;
  }
  return scores;
}

/** BIG-IP's utilisation: load factors over HA capacity, as it is and with all that a device is next active for. */
function loadShares(
  state: State,
  now: number,
  next: ReadonlyMap<string, readonly string[]>,
): GroupStatus['loads'] {
  const present = loads(state, now);
  const coming = new Map(present);
  for (const { name, loadFactor } of state.config.trafficGroups) {
    const device = next.get(name)?.[0];
    if (device !== undefined) coming.set(device, (coming.get(device) ?? 0) + loadFactor);
  }
  const share = (load: ReadonlyMap<string, number>, device: string): number =>
    (load.get(device) ?? 0) / Math.max(1, state.config.capacity[device] ?? 1);
  return Object.fromEntries(
    state.config.members.map(({ device }) => [
      device,
      { now: share(present, device), next: share(coming, device) },
    ]),
  );
}

function peerStatuses(state: State, now: number): PeerStatus[] {
  const others = everybody(state.config).filter((device) => device !== state.config.device);
  return others.map((device) => {
    const peer = state.peers.get(device);
    const isHeard = isFresh(state, device, now);
    return {
      device,
      isWitness: !isMember(state.config, device),
      isHeard,
      fitness: isHeard ? peer?.fitness : undefined,
      silence: peer === undefined ? null : Math.round(now - peer.heardAt),
      activeFor: isHeard ? activeGroups(state, device) : [],
    };
  });
}

function activeGroups(state: State, device: string): readonly string[] {
  const claims = state.peers.get(device)?.claims ?? [];
  return claims.filter((claim) => claim.role === 'owner').map((claim) => claim.name);
}

/** Everything but the times that pass by themselves: a change of it is worth telling at once. */
export function statusKey(state: State, now: number): string {
  return JSON.stringify([
    state.config.deviceGroup,
    fitnessOf(state, now),
    state.impairments,
    state.mode,
    canSplit(state),
    groupStatuses(state, now, 0).map((group) => ({ ...group, leaseRemaining: 0 })),
    peerStatuses(state, now).map((peer) => ({ ...peer, silence: 0 })),
  ]);
}
