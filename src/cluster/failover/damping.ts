/**
 * Flap damping: a group that moved several times of late stays where it is for longer before a preference (HA
 * score, auto failback) moves it again. Faults and orders move it at once, always. Pure.
 */
import type { GroupState } from './types.ts';

const windowMilliseconds = 300_000;
const remembered = 16;
/** The first two moves (there and back) are free; then this long, doubled with each further one. */
const firstHoldMilliseconds = 5000;
const longestHoldMilliseconds = 300_000;
const freeMoves = 2;

export function withMove(group: GroupState, now: number): readonly number[] {
  const recent = group.moves.filter((at) => now - at < windowMilliseconds);
  return [...recent, now].slice(-remembered);
}

/** Until then no preference moves the group; in the past: it may. */
export function heldUntil({ moves }: Pick<GroupState, 'moves'>): number {
  const last = moves.at(-1);
  const extra = moves.length - freeMoves;
  if (last === undefined || extra <= 0) return 0;
  return last + Math.min(longestHoldMilliseconds, firstHoldMilliseconds * 2 ** (extra - 1));
}
