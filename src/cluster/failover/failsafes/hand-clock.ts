/** A clock for tests: time passes when it is told to, what was due until then runs in its order. */
import type { Clock } from '../../../platform/clock.ts';

export interface HandClock {
  readonly clock: Clock;
  pass(milliseconds: number): void;
}

export function handClock(): HandClock {
  let now = 0;
  let timers: { at: number; task: () => void }[] = [];
  return {
    clock: {
      wallMilliseconds: () => now,
      monotonicMilliseconds: () => now,
      after(delay, task) {
        const timer = { at: now + delay, task };
        timers.push(timer);
        return () => void (timers = timers.filter((one) => one !== timer));
      },
      every: () => () => undefined,
    },
    pass(milliseconds) {
      const end = now + milliseconds;
      for (;;) {
        const [due] = timers.filter(({ at }) => at <= end).toSorted((x, y) => x.at - y.at);
        if (due === undefined) break;
        timers = timers.filter((one) => one !== due);
        now = due.at;
        due.task();
      }
      now = end;
    },
  };
}
