/** Control's side of measuring ways: the monitor process does it, so many at a time. */
import type { Clock } from '../../platform/clock.ts';
import type { PathMeasure, PathPlan } from './path-plan.ts';

export interface PathMeter {
  /** Resolves to undefined when the monitor process is away, or takes too long. */
  measure(plan: PathPlan): Promise<PathMeasure | undefined>;
}

export interface HeldPathMeter extends PathMeter {
  /** The monitor process told; null: the plan made no sense. */
  tell(number: number, measure: PathMeasure | null): void;
  /** It went away: nothing that was asked will be told. */
  giveUp(): void;
}

/** All protocols without an answer, and hops counted three times, take less. */
const longestMilliseconds = 60_000;

export function createPathMeter(
  clock: Clock,
  /** False while the monitor process is away. */
  send: (number: number, plan: PathPlan) => boolean,
): HeldPathMeter {
  const waiting = new Map<number, (measure: PathMeasure | undefined) => void>();
  let last = 0;
  return {
    measure(plan) {
      last += 1;
      const number = last;
      return new Promise((resolve) => {
        const cancel = clock.after(longestMilliseconds, () => waiting.get(number)?.(undefined));
        waiting.set(number, (measure) => {
          waiting.delete(number);
          cancel();
          resolve(measure);
        });
        if (!send(number, plan)) waiting.get(number)?.(undefined);
      });
    },
    tell: (number, measure) => waiting.get(number)?.(measure ?? undefined),
    giveUp() {
      const ends = Array.from(waiting.values());
      for (const end of ends) end(undefined);
    },
  };
}
