import { sleep, systemClock } from '../../src/platform/clock.ts';
import type { Lab } from '../lab.ts';

/** What a step measured, by name; units are in the names. */
export type Figures = Readonly<Record<string, number | string | boolean>>;

export interface Step {
  readonly name: string;
  /** Uses public interfaces only; rejects with what did not hold. */
  run(lab: Lab): Promise<Figures>;
}

export interface StepResult {
  readonly name: string;
  readonly ok: boolean;
  readonly seconds: number;
  readonly figures: Figures;
  readonly error?: string;
}

export function milliseconds(): number {
  return systemClock.monotonicMilliseconds();
}

export const pause = (duration: number): Promise<void> => sleep(systemClock, duration);

/** Fails the step with what was expected and what was found. */
export function expect(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}

const pollMilliseconds = 50;

/**
 * Asks until the answer is defined; after `limit` ms rejects with `what` and the last reason. Returns the
 * answer and how many milliseconds it took.
 */
export async function eventually<T>(
  what: string,
  limit: number,
  ask: () => Promise<T | undefined>,
): Promise<{ readonly value: T; readonly tookMilliseconds: number }> {
  const started = milliseconds();
  let last = 'not yet';
  for (;;) {
    try {
      const value = await ask();
      if (value !== undefined) return { value, tookMilliseconds: milliseconds() - started };
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    if (milliseconds() - started > limit) {
      throw new Error(`${what}: not within ${Math.round(limit)} ms (${last})`);
    }
    await pause(pollMilliseconds);
  }
}

/** For `eventually`: says why it is not so yet. */
export function notYet(reason: string): never {
  throw new Error(reason);
}

export function round(value: number, digits = 0): number {
  return Number(value.toFixed(digits));
}
