import type { HybridTime } from '../base/hybrid-clock.ts';

const epoch = Date.UTC(2020, 0, 1);
const unitMilliseconds = 100;
const range = 2 ** 32;

/**
 * The SOA serial of a zone: the time of the commit that last changed it, in tenths of a second since
 * 2020, so that it is the same on every device that holds the commit and grows with each (for two commits
 * within one tenth, see `nextSerial`). It wraps in 2033, which serial arithmetic (RFC 1982) allows for.
 * `offset` lets it go on from where the serials of an imported zone were.
 */
export function serialOf(version: HybridTime, offset = 0): number {
  const units = Math.floor((version.wall - epoch) / unitMilliseconds);
  return Math.max(1, (units + offset) % range);
}

/** RFC 1982 3.2: is `a` after `b`? */
export function isLaterSerial(a: number, b: number): boolean {
  const ahead = (a - b + range) % range;
  return ahead > 0 && ahead < range / 2;
}

/** What a zone gets that has `served` now: that of its commit, or one more when it would not grow. */
export function nextSerial(wanted: number, served: number): number {
  return isLaterSerial(wanted, served) ? wanted : Math.max(1, (served + 1) % range);
}

/** With it, the serial of a commit at `version` is just after `serial`: for imported zones. */
export function offsetAfter(serial: number, version: HybridTime): number {
  const units = Math.floor((version.wall - epoch) / unitMilliseconds);
  return (((serial + 1 - units) % range) + range) % range;
}
