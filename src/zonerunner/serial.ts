import type { HybridTime } from '../base/hybrid-clock.ts';

const epoch = Date.UTC(2020, 0, 1);
const unitMilliseconds = 100;

/**
 * The SOA serial of a zone: the time of the commit that last changed it, in tenths of a second since
 * 2020, so that it is the same on every device that holds the commit and grows with each (two commits
 * within one tenth share one). It wraps in 2033, which serial arithmetic (RFC 1982) allows for.
 */
export function serialOf(version: HybridTime): number {
  const units = Math.floor((version.wall - epoch) / unitMilliseconds);
  return Math.max(1, units % 2 ** 32);
}
