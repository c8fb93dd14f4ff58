/**
 * Flap damping: a device that gave a group away by preference (HA score, auto failback) of late holds it longer
 * before it does so again, doubled each time. Faults and orders move it at once, always, and count for nothing.
 * Pure.
 */
import type { GroupState } from '../types.ts';

const windowMilliseconds = 300_000;
const remembered = 16;
const firstHoldMilliseconds = 5000;
const longestHoldMilliseconds = 300_000;

export function withMove(group: GroupState, now: number): readonly number[] {
  const recent = group.moves.filter((at) => now - at < windowMilliseconds);
  return [...recent, now].slice(-remembered);
}

/** Until then no preference moves the group; in the past: it may. */
export function heldUntil({ moves }: Pick<GroupState, 'moves'>): number {
  const last = moves.at(-1);
  if (last === undefined) return 0;
  const hold = firstHoldMilliseconds * 2 ** (moves.length - 1);
  return last + Math.min(longestHoldMilliseconds, hold);
}
