/** `show sys responsiveness`: how long requests waited for the control process, at most. */
import type { StateRegistry, Statistics } from '../config/runtime-state.ts';
import type { Clock } from '../platform/clock.ts';
import type { LoopDelay } from '../platform/loop-delay.ts';

const windows = { fiveSecMaxDelay: 5, oneMinMaxDelay: 60, fiveMinMaxDelay: 300 } as const;
const mostSeconds = 300;

/** `delays`: milliseconds, the longest of each second, the newest last. Pure. */
export function responsiveness(delays: readonly number[]): Statistics {
  return Object.fromEntries(
    Object.entries(windows).map(([name, seconds]) => [
      name,
      Math.round(Math.max(0, ...delays.slice(-seconds))),
    ]),
  );
}

export function startResponsiveness(options: {
  readonly state: Pick<StateRegistry, 'provideStatistics'>;
  readonly clock: Clock;
  readonly loop: LoopDelay;
}): { close(): void } {
  const { state, clock, loop } = options;
  const delays: number[] = [];
  /** Of the second that is not over. */
  let now = 0;
  const look = (): number => (now = Math.max(now, loop.longest()));
  const stop = clock.every(1000, () => {
    delays.push(look());
    now = 0;
    if (delays.length > mostSeconds) delays.shift();
  });
  // What was just suffered counts, too.
  state.provideStatistics('sys responsiveness', undefined, () =>
    responsiveness([...delays, look()]),
  );
  return {
    close() {
      stop();
      loop.close();
    },
  };
}
