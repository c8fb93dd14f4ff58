/**
 * Long work as a generator: it yields wherever others may have their turn, and whoever drives it decides
 * whether they do (`platform/turn.ts`). What it yields, if anything, is worth waiting for; driven on before,
 * it waits itself. Pure.
 */
export type Sliced<T> = Generator<Promise<void> | undefined, T, undefined>;

/** Carries the work to its end at once. */
export function finishAtOnce<T>(work: Sliced<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/** `flatMap` that lets go after each element. */
export function* flatMapSliced<T, R>(
  values: Iterable<T>,
  each: (value: T) => readonly R[],
): Sliced<R[]> {
  const result: R[] = [];
  for (const value of values) {
    // No spread: one element may have a hundred thousand results.
    for (const one of each(value)) result.push(one);
    yield;
  }
  return result;
}
