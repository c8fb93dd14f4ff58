import type { SyncState } from './types.ts';
import { relationOf } from './versions.ts';

/** What devices of different software call the same content. Pure. */

/**
 * Is there a member with other software? Then a hash is only a name, from whomever it comes: one with our own
 * may have it of that member. The history says what is the same.
 */
export function isMixed({ peers }: SyncState): boolean {
  return Object.values(peers).some(({ isAlike }) => !isAlike);
}

/**
 * The same history, and hashes that cannot be compared: the content is the same, and of two names for it that
 * of the device whose name comes first holds.
 */
export function isNamedByPeer(state: SyncState, device: string): boolean {
  const { self, own, peers } = state;
  const peer = peers[device];
  if (peer?.state === undefined || !isMixed(state) || self < device) return false;
  if (own.synced === undefined || peer.state.synced === undefined) return false;
  return peer.state.hash !== own.hash && relationOf(own.versions, peer.state.versions) === 'same';
}

/**
 * Names that went different ways come together: the device whose name comes first says what its own program
 * calls it, the others follow.
 */
export function nameAgain(state: SyncState, unnamed: string): string | undefined {
  const { self, own, peers } = state;
  if (own.synced === undefined) return undefined;
  const alike = Object.keys(peers).filter((device) => {
    const { isConnected = false, state } = peers[device] ?? {};
    if (!isConnected || state?.synced === undefined) return false;
    return relationOf(own.versions, state.versions) === 'same';
  });
  if (alike.every((device) => peers[device]?.state?.hash === own.hash)) return undefined;
  const [first = self] = [self, ...alike].toSorted();
  const named = peers[first];
  const isOwnName = named?.state === undefined || !isMixed(state);
  if (isOwnName) {
    return own.hash === unnamed ? undefined : unnamed;
  }
  return named.state.hash === own.hash ? undefined : named.state.hash;
}
