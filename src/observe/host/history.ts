/** The last five minutes by readings, and each graph's average and maximum since the start. Pure. */
import type { Windows } from './processors.ts';

/** Seconds between readings; the shortest window that BIG-IP shows. */
export const readingSeconds = 5;
const maximumReadings = 300 / readingSeconds + 1;

export interface History<T> {
  add(reading: T): void;
  newest(): T | undefined;
  /** The reading that each window begins with; the oldest there is while it is not full. */
  starts(): Windows<T> | undefined;
}

export function createHistory<T>(): History<T> {
  const readings: T[] = [];
  const back = (seconds: number): T | undefined =>
    readings[Math.max(readings.length - 1 - seconds / readingSeconds, 0)];
  return {
    add(reading) {
      readings.push(reading);
      if (readings.length > maximumReadings) readings.shift();
    },
    newest: () => readings.at(-1),
    starts() {
      const fiveSec = back(5);
      const oneMin = back(60);
      const fiveMin = back(300);
      if (fiveSec === undefined || oneMin === undefined || fiveMin === undefined) return undefined;
      return { fiveSec, oneMin, fiveMin };
    },
  };
}

export interface Graph {
  readonly current: number;
  readonly average: number;
  readonly maximum: number;
}

export interface Graphs {
  add(values: Readonly<Record<string, number>>): void;
  get(name: string): Graph | undefined;
}

export function createGraphs(): Graphs {
  const held = new Map<string, { current: number; sum: number; count: number; maximum: number }>();
  return {
    add(values) {
      for (const [name, value] of Object.entries(values)) {
        const one = held.get(name) ?? { current: 0, sum: 0, count: 0, maximum: 0 };
        one.current = value;
        one.sum += value;
        one.count += 1;
        one.maximum = Math.max(one.maximum, value);
        held.set(name, one);
      }
    },
    get(name) {
      const one = held.get(name);
      if (one === undefined) return undefined;
      const { current, sum, count, maximum } = one;
      return { current, average: sum / count, maximum };
    },
  };
}
