/**
 * One value over time, in bounded memory: the last hour fine, the last day coarser, the last week coarser still. Coarse
 * values are means of the fine ones. Pure.
 */
export interface Span {
  readonly name: 'hour' | 'day' | 'week';
  readonly stepSeconds: number;
  readonly count: number;
}

export const spans: readonly Span[] = [
  { name: 'hour', stepSeconds: 10, count: 360 },
  { name: 'day', stepSeconds: 300, count: 288 },
  { name: 'week', stepSeconds: 1800, count: 336 },
];

export const sampleSeconds = spans[0]?.stepSeconds ?? 10;

interface Level {
  readonly span: Span;
  /** How many samples make one value. */
  readonly width: number;
  readonly values: Float32Array;
  /** Values ever written. */
  written: number;
  sum: number;
  samples: number;
  /** Samples that were a number. */
  known: number;
}

export class Ring {
  readonly #levels: readonly Level[] = spans.map((span) => ({
    span,
    width: span.stepSeconds / sampleSeconds,
    values: new Float32Array(span.count),
    written: 0,
    sum: 0,
    samples: 0,
    known: 0,
  }));

  /** NaN: not known just now. */
  add(value: number): void {
    const isKnown = !Number.isNaN(value);
    for (const level of this.#levels) {
      level.sum += isKnown ? value : 0;
      level.known += isKnown ? 1 : 0;
      level.samples += 1;
      if (level.samples < level.width) continue;
      put(level, level.known === 0 ? NaN : level.sum / level.known);
      level.sum = 0;
      level.known = 0;
      level.samples = 0;
    }
  }

  /** So long nobody looked: what is not known is no number. */
  skip(seconds: number): void {
    for (const level of this.#levels) {
      const missed = Math.min(level.values.length, Math.floor(seconds / level.span.stepSeconds));
      for (let count = 0; count < missed; count += 1) put(level, NaN);
    }
  }

  /** Oldest first; as many as there are; NaN where nobody looked. */
  values(name: Span['name']): readonly number[] {
    const level = this.#levels.find(({ span }) => span.name === name);
    return level === undefined ? [] : Array.from(kept(level), rounded);
  }

  /** Of each span, oldest first, for `restore`. */
  kept(): readonly Float32Array[] {
    return this.#levels.map(kept);
  }

  /** As `kept` gave them; what does not fit is left out from its beginning. */
  restore(all: readonly Float32Array[]): void {
    for (const [index, level] of this.#levels.entries()) {
      for (const value of (all[index] ?? []).slice(-level.values.length)) put(level, value);
    }
  }
}

function put(level: Level, value: number): void {
  level.values[level.written % level.values.length] = value;
  level.written += 1;
}

function kept({ values, written }: Level): Float32Array {
  const count = Math.min(written, values.length);
  return Float32Array.from(
    { length: count },
    (_, index) => values[(written - count + index) % values.length] ?? NaN,
  );
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
