import { sleep, systemClock } from '../src/platform/clock.ts';

export function milliseconds(): number {
  return systemClock.monotonicMilliseconds();
}

export const pause = (duration: number): Promise<void> => sleep(systemClock, duration);

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
