/** What is shown of the machine's state. Pure: times come in. */
import { canSplit, everybody, isFresh, isMember } from './lease.ts';
import type { GroupStatus, PeerStatus } from './protocol.ts';
import { fitnessOf, ownerOf, rankings } from './rank.ts';
import type { State } from './types.ts';

/** `wallOffset`: add to a monotonic time to get milliseconds since 1970. */
export function groupStatuses(state: State, now: number, wallOffset: number): GroupStatus[] {
  const next = rankings(state, now);
  return [...state.groups.values()].map((group) => {
    const lease = group.fenceUntil - now;
    return {
      name: group.name,
      role: group.role,
      term: group.term,
      owner: ownerOf(state, group.name, now),
      nextActive: next.get(group.name)?.[0],
      leaseRemaining: Number.isFinite(lease) ? Math.max(0, Math.round(lease)) : null,
      since: Math.round(group.since + wallOffset),
      reason: group.reason,
    };
  });
}

export function peerStatuses(state: State, now: number): PeerStatus[] {
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
