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

/** So many starts apart: that two of one device come out the same is one chance in a million. */
const incarnationStep = 2 ** 20;
/** A counter is 32 bits on the wire (`proto/iquery.proto`). */
const highestIncarnation = 2 ** 32 - 2 * incarnationStep;

/**
 * Where a clock goes on after a start, `last` being the newest event it remembers. A device that was set back to
 * an older image remembers less than it did; with a clock that was set back, too, its next events would get exactly
 * the times of those that it lost, and two different events one identity. `fraction` is random, in [0, 1).
 */
export function hybridStart(last: HybridTime, fraction: number): HybridTime {
  const step = Math.floor(fraction * incarnationStep);
  if (last.counter < highestIncarnation) return { wall: last.wall, counter: last.counter + step };
  return { wall: last.wall + 1, counter: step };
}

/** After a message stamped `remote` arrived. */
export function hybridReceive(last: HybridTime, remote: HybridTime, now: number): HybridTime {
  return hybridTick(compareHybrid(last, remote) >= 0 ? last : remote, now);
}

export function compareHybrid(a: HybridTime, b: HybridTime): number {
  return a.wall === b.wall ? a.counter - b.counter : a.wall - b.wall;
}
