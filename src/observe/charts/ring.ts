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
}

export class Ring {
  readonly #levels: readonly Level[] = spans.map((span) => ({
    span,
    width: span.stepSeconds / sampleSeconds,
    values: new Float32Array(span.count),
    written: 0,
    sum: 0,
    samples: 0,
  }));

  add(value: number): void {
    for (const level of this.#levels) {
      level.sum += value;
      level.samples += 1;
      if (level.samples < level.width) continue;
      level.values[level.written % level.values.length] = level.sum / level.samples;
      level.written += 1;
      level.sum = 0;
      level.samples = 0;
    }
  }

  /** Oldest first; as many as there are. */
  values(name: Span['name']): readonly number[] {
    const level = this.#levels.find(({ span }) => span.name === name);
    if (level === undefined) return [];
    const { values, written } = level;
    const count = Math.min(written, values.length);
    return Array.from({ length: count }, (_, index) =>
      rounded(values[(written - count + index) % values.length] ?? 0),
    );
  }
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
