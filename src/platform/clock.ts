import { readTextIfPresent } from './files.ts';

/** The only door to time. Pure code gets times in its events; edges take a `Clock`. */

export interface Clock {
  /** Milliseconds since 1970; may jump. For showing, stamping and ordering, never for timeouts. */
  wallMilliseconds(): number;
  /** Milliseconds that only grow; for intervals and timeouts. Fractions allowed. */
  monotonicMilliseconds(): number;
  /** Runs `task` once after `delay` milliseconds; the result cancels it. */
  after(delay: number, task: () => void): Cancel;
  /** Runs `task` every `period` milliseconds until cancelled; never two runs at once. */
  every(period: number, task: () => void): Cancel;
}

export type Cancel = () => void;

export const systemClock: Clock = {
  wallMilliseconds: () => Date.now() + wallOffset(),
  monotonicMilliseconds: () => performance.now(),
  after(delay, task) {
    const timer = setTimeout(task, delay);
    return () => clearTimeout(timer);
  },
  every(period, task) {
    const timer = setInterval(task, period);
    return () => clearInterval(timer);
  },
};

/** Where the monotonic time of this thread begins, in milliseconds of the clock that all threads share. */
export const monotonicOrigin = Number(process.hrtime.bigint()) / 1e6 - performance.now();

/**
 * Clock-step faults in the lab: the kernel's clock is shared by all namespaces, so a step is an offset in milliseconds,
 * in a file that is read again at most once a second. Nobody names one outside the lab.
 */
const offsetFile = process.env['EVENKEEL_CLOCK_OFFSET_FILE'];
const offsetAgeMilliseconds = 1_000;
let offset = { milliseconds: 0, readAt: -Infinity };

function wallOffset(): number {
  if (offsetFile === undefined) return 0;
  const now = performance.now();
  if (now - offset.readAt > offsetAgeMilliseconds) {
    offset = { milliseconds: Number(readTextIfPresent(offsetFile) ?? 0), readAt: now };
  }
  return offset.milliseconds;
}

export function sleep(clock: Clock, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(milliseconds, resolve);
  });
}

/** Resolves when `isTrue` holds, checked every `every` ms; rejects after `limit` ms naming `what`. */
export async function waitUntil(
  clock: Clock,
  what: string,
  limit: number,
  isTrue: () => boolean | Promise<boolean>,
  every = 20,
): Promise<void> {
  const end = clock.monotonicMilliseconds() + limit;
  while (!(await isTrue())) {
    if (clock.monotonicMilliseconds() > end)
      throw new Error(`gave up waiting ${limit} ms for ${what}`);
    await sleep(clock, every);
  }
}
