import { compareHybrid } from '../../base/hybrid-clock.ts';
import type { Head, Peer, SyncEffect, SyncState } from './types.ts';

/** Small questions about a group's members. Pure. */

export function withPeer(state: SyncState, device: string, peer: Peer): SyncState {
  return { ...state, peers: { ...state.peers, [device]: peer } };
}

export function newerHead(one: Head, other: Head): Head {
  const order = compareHybrid(one.time, other.time);
  return order > 0 || (order === 0 && one.id >= other.id) ? one : other;
}

/** Where nobody ever committed anything there is a state to agree on, too: with a name that travels. */
export function syncedAt(head: Head): Head {
  return head.id === '' ? { ...head, id: '0.0@' } : head;
}

/** Connected, of a version we may send to, and it has told what it holds. */
export function isReady(state: SyncState, device: string): boolean {
  const peer = state.peers[device];
  return peer !== undefined && peer.isConnected && peer.isCompatible && peer.state !== undefined;
}

export function connectedPeers(state: SyncState): readonly string[] {
  return Object.keys(state.peers).filter((device) => state.peers[device]?.isConnected === true);
}

export function tellAll(state: SyncState, asks: boolean): readonly SyncEffect[] {
  const to = connectedPeers(state);
  return to.length === 0 ? [] : [{ type: 'tell', to, asks }];
}

/** What a receiver says when it holds something that the sender did not know of; both tell again. */
export const staleError = 'the configuration has changed meanwhile';
