import type { HybridTime } from '../../base/hybrid-clock.ts';
import type { Commit } from '../../config/types.ts';
import { includes, pushOrigin, type Versions } from './versions.ts';

/**
 * A device that was set back makes its commits as pushes until it has its own again: which push each of them
 * is. Without it nobody can tell who has them: their times may be of what was lost. Pure.
 */
export interface StandIn {
  /** Of the commit. */
  readonly id: string;
  readonly event: HybridTime;
}

/** As many as are sent at once; of older ones the history does not tell. */
const maximumStandIns = 512;

/** `before` and `after` the commit of `self`: what the content included. */
export function withStandIn(
  known: readonly StandIn[] | undefined,
  self: string,
  id: string,
  [before, after]: readonly [Versions, Versions],
): readonly StandIn[] | undefined {
  const origin = pushOrigin(self);
  const event = after[origin];
  if (event === undefined || includes(before, origin, event)) return known;
  const others = (known ?? []).filter((one) => one.id !== id);
  return [...others, { id, event }].slice(-maximumStandIns);
}

/** Does a holder of `have` have the commit? */
export function hasCommit(
  have: Versions,
  { id, device, time }: Commit['identity'],
  self: string,
  standIns: readonly StandIn[],
): boolean {
  const standIn = device === self ? standIns.find((one) => one.id === id) : undefined;
  if (standIn === undefined) return includes(have, device, time);
  return includes(have, pushOrigin(self), standIn.event);
}
