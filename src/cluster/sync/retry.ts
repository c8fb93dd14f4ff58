import { withPeer } from './members.ts';
import type { Peer, Retry, SyncState } from './types.ts';

/**
 * What a member did not take, for want of disk or whatever else, is sent again by itself: after 5 s, 10 s, …
 * up to 5 minutes. Pure.
 */

const firstRetryTicks = 5;
const longestRetryTicks = 300;

/** After one more refusal. */
export function nextRetry({ retry }: Peer): Retry {
  const tries = (retry?.tries ?? 0) + 1;
  return { tries, ticksLeft: Math.min(firstRetryTicks * 2 ** (tries - 1), longestRetryTicks) };
}

/** A second later: what was refused is sent once more by itself, later each time. */
export function retryDue(state: SyncState): SyncState {
  let next = state;
  for (const [device, peer] of Object.entries(state.peers)) {
    const { retry, refused } = peer;
    if (retry === undefined || refused === undefined) continue;
    const ticksLeft = retry.ticksLeft - 1;
    const isDue = ticksLeft <= 0 && state.config.kind !== 'manual';
    next = withPeer(next, device, {
      ...peer,
      retry: { ...retry, ticksLeft },
      refused: isDue ? undefined : refused,
    });
  }
  return next;
}
