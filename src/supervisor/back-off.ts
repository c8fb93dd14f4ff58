/**
 * When a process that ended unasked is started again. The first restart is nearly at once, because a
 * dead process is an outage; a process that keeps dying is tried ever more rarely. Pure.
 */
export interface BackOff {
  /** Quick deaths in a row. */
  readonly failures: number;
}

export const noFailures: BackOff = { failures: 0 };

const firstDelayMilliseconds = 20;
const maximumDelayMilliseconds = 5_000;
const stableMilliseconds = 10_000;

/** After a run of `ranMilliseconds` ended unasked: how long to wait, and what to remember. */
export function nextRestart(
  before: BackOff,
  ranMilliseconds: number,
): { readonly after: BackOff; readonly delayMilliseconds: number } {
  const failures = ranMilliseconds >= stableMilliseconds ? 0 : before.failures;
  return {
    after: { failures: failures + 1 },
    delayMilliseconds: Math.min(firstDelayMilliseconds * 2 ** failures, maximumDelayMilliseconds),
  };
}
