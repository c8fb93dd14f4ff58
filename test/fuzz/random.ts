/** Chance that comes out the same each time: a run that failed can be run again. */

export interface Chance {
  /** From 0 to below `limit`. */
  below(limit: number): number;
  /** True once in so many times. */
  oneIn(times: number): boolean;
  pick<T>(values: readonly [T, ...T[]]): T;
}

/** mulberry32: small, and good enough to choose with. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    oneIn: (times) => below(times) === 0,
    pick: (values) => values[below(values.length)] ?? values[0],
  };
}

/** How much of everything: a short round in each test run, a long one with `--long`. */
export const rounds = process.env['EVENKEEL_TEST_LONG'] === '1' ? 15 : 1;

/** EVENKEEL_FUZZ_SEED repeats another run. */
export const seed = Number(process.env['EVENKEEL_FUZZ_SEED'] ?? 20_261_121);
