/** Seeded numbers (mulberry32): the same seed gives the same run, byte for byte. */
export interface Dice {
  /** In [0, 1). */
  fraction(): number;
  between(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
}

export function dice(seed: number): Dice {
  let word = seed >>> 0;
  const fraction = (): number => {
    word = (word + 0x6d2b79f5) >>> 0;
    let mixed = word;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return {
    fraction,
    between: (low, high) => low + fraction() * (high - low),
    chance: (probability) => fraction() < probability,
    pick(from) {
      const chosen = from[Math.floor(fraction() * from.length)];
      if (chosen === undefined) throw new Error('nothing to pick from');
      return chosen;
    },
  };
}
