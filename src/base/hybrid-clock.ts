/**
 * Hybrid logical clock (Kulkarni et al., 2014): orders commits of several devices by time where clocks
 * agree, and by cause where they do not. Pure: the wall clock comes in as an argument.
 */

export interface HybridTime {
  /** Milliseconds since 1970, never less than any seen before. */
  readonly wall: number;
  /** Breaks ties within one millisecond. */
  readonly counter: number;
}

export const hybridZero: HybridTime = { wall: 0, counter: 0 };

/** The next local event after `last`, at wall-clock time `now`. */
export function hybridTick(last: HybridTime, now: number): HybridTime {
  return now > last.wall
    ? { wall: now, counter: 0 }
    : { wall: last.wall, counter: last.counter + 1 };
}

/** After a message stamped `remote` arrived. */
export function hybridReceive(last: HybridTime, remote: HybridTime, now: number): HybridTime {
  return hybridTick(compareHybrid(last, remote) >= 0 ? last : remote, now);
}

export function compareHybrid(a: HybridTime, b: HybridTime): number {
  return a.wall === b.wall ? a.counter - b.counter : a.wall - b.wall;
}
