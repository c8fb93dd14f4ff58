import type { SyncState } from './types.ts';
import { relationOf } from './versions.ts';

/** What devices of different software call the same content. Pure. */

/**
 * The same history, and hashes that cannot be compared: the content is the same, and of two names for it that
 * of the device whose name comes first holds.
 */
export function isNamedByPeer({ self, own, peers }: SyncState, device: string): boolean {
  const peer = peers[device];
  if (peer?.state === undefined || peer.isAlike || self < device) return false;
  if (own.synced === undefined || peer.state.synced === undefined) return false;
  return peer.state.hash !== own.hash && relationOf(own.versions, peer.state.versions) === 'same';
}

/**
 * Names that went different ways come together: the device whose name comes first says what its own program
 * calls it, those with the same program do as well, the others follow.
 */
export function nameAgain({ self, own, peers }: SyncState, unnamed: string): string | undefined {
  if (own.synced === undefined) return undefined;
  const alike = Object.keys(peers).filter((device) => {
    const { isConnected = false, state } = peers[device] ?? {};
    if (!isConnected || state?.synced === undefined) return false;
    return relationOf(own.versions, state.versions) === 'same';
  });
  if (alike.every((device) => peers[device]?.state?.hash === own.hash)) return undefined;
  const [first = self] = [self, ...alike].toSorted();
  const named = peers[first];
  if (named?.state === undefined || (named.isAlike && named.state.hash !== own.hash)) {
    return own.hash === unnamed ? undefined : unnamed;
  }
  return named.state.hash === own.hash ? undefined : named.state.hash;
}
