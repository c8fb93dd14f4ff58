/**
 * What one worker of HAProxy counted, packed: tens of thousands of objects, read every few seconds, would be garbage
 * that has grown old, and each collection of that holds everybody up. Pure.
 */

export interface Counters {
  readonly currentConnections: number;
  readonly maximumConnections: number;
  readonly totalConnections: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly requests: number;
  readonly queued: number;
  /** Means of the last 1,024 connections or requests, as HAProxy has them; 0: nothing measured. */
  readonly connectMilliseconds: number;
  readonly responseMilliseconds: number;
  /** Connections that did not come about, each attempt counted, and answers that were none. */
  readonly failures: number;
}

/** In the order in which a row holds them. */
const names = [
  'queued',
  'currentConnections',
  'maximumConnections',
  'totalConnections',
  'bytesIn',
  'bytesOut',
  'requests',
  'connectMilliseconds',
  'responseMilliseconds',
  'failures',
] as const satisfies readonly (keyof Counters)[];
const width = names.length;

export const noCounters: Counters = {
  currentConnections: 0,
  maximumConnections: 0,
  totalConnections: 0,
  bytesIn: 0,
  bytesOut: 0,
  requests: 0,
  queued: 0,
  connectMilliseconds: 0,
  responseMilliseconds: 0,
  failures: 0,
};

/** Of two workers, or of two servers. The greatest number at once is that of the busier. */
export function addCounters(one: Counters, other: Counters): Counters {
  return {
    currentConnections: one.currentConnections + other.currentConnections,
    queued: one.queued + other.queued,
    failures: one.failures + other.failures,
    maximumConnections: Math.max(one.maximumConnections, other.maximumConnections),
    totalConnections: one.totalConnections + other.totalConnections,
    bytesIn: one.bytesIn + other.bytesIn,
    bytesOut: one.bytesOut + other.bytesOut,
    requests: one.requests + other.requests,
    connectMilliseconds: meanOf(one, other, 'connectMilliseconds'),
    responseMilliseconds: meanOf(one, other, 'responseMilliseconds'),
  };
}

/** Who has more connections counts for more; who measured nothing does not count. */
function meanOf(
  one: Counters,
  other: Counters,
  name: 'connectMilliseconds' | 'responseMilliseconds',
): number {
  if (one[name] === 0 || other[name] === 0) return one[name] + other[name];
  const shares = one.totalConnections + other.totalConnections;
  const sum = one[name] * one.totalConnections + other[name] * other.totalConnections;
  return shares === 0 ? one[name] : sum / shares;
}

/** Where a line of an answer was counted the last time. */
export interface KnownLine {
  readonly proxy: string;
  readonly server: string;
  /** What the proxy stood for. */
  readonly meaning: string | undefined;
  /** Undefined: nobody counts it. */
  readonly row: number | undefined;
  /** Of a server that is counted by itself, too. */
  readonly own: number | undefined;
}

/** What one reading shares with the next: answers hardly differ in anything but figures. */
interface Places {
  readonly rows: Map<string, number>;
  readonly lines: (KnownLine | undefined)[];
  readonly virtuals: Map<number, { readonly name: string; readonly row: number }>;
}

/** Rows of objects that are gone are kept up to this many, and as many as there are objects. */
const spareRows = 1000;

export class CounterTable {
  readonly #places: Places;
  #values: Float64Array;
  #size = 0;

  /** `before`: an earlier table, of any worker. */
  constructor(before?: CounterTable) {
    const rows = before === undefined ? 0 : before.#places.rows.size;
    const isFit = before !== undefined && rows <= 2 * before.size + spareRows;
    this.#places = isFit ? before.#places : { rows: new Map(), lines: [], virtuals: new Map() };
    // NaN: not there.
    this.#values = new Float64Array(Math.max(16, isFit ? rows : 0) * width).fill(Number.NaN);
  }

  get places(): Places {
    return this.#places;
  }

  get size(): number {
    return this.#size;
  }

  has(key: string): boolean {
    const row = this.#places.rows.get(key);
    return row !== undefined && this.#isThere(row);
  }

  get(key: string): Counters | undefined {
    const row = this.#places.rows.get(key);
    return row === undefined || !this.#isThere(row) ? undefined : this.#at(row);
  }

  /** Of those that are there. */
  *entries(): Generator<readonly [string, Counters]> {
    for (const [key, row] of this.#places.rows) {
      if (this.#isThere(row)) yield [key, this.#at(row)];
    }
  }

  /** No connection is left, none waits. */
  get isIdle(): boolean {
    for (let at = 0; at < this.#values.length; at += width) {
      // NaN is not greater.
      if ((this.#values[at] ?? 0) > 0 || (this.#values[at + 1] ?? 0) > 0) return false;
    }
    return true;
  }

  rowOf(key: string): number {
    const known = this.#places.rows.get(key);
    if (known !== undefined) return known;
    const row = this.#places.rows.size;
    this.#places.rows.set(key, row);
    return row;
  }

  /** `figures` in the order of a row; what is there already is added to. */
  count(row: number, figures: Float64Array): void {
    this.#makeRoom(row);
    if (this.#isThere(row)) {
      const sum = addCounters(this.#at(row), countersOf(figures, 0));
      for (const [place, name] of names.entries()) this.#values[row * width + place] = sum[name];
      return;
    }
    this.#values.set(figures, row * width);
    this.#size += 1;
  }

  delete(key: string): void {
    const row = this.#places.rows.get(key);
    if (row === undefined || !this.#isThere(row)) return;
    this.#values[row * width] = Number.NaN;
    this.#values[row * width + 1] = Number.NaN;
    this.#size -= 1;
  }

  #isThere(row: number): boolean {
    // Beyond the end: undefined, and not a number, either.
    return !Number.isNaN(this.#values[row * width] ?? Number.NaN);
  }

  #at(row: number): Counters {
    return countersOf(this.#values, row * width);
  }

  #makeRoom(row: number): void {
    const needed = (row + 1) * width;
    if (needed <= this.#values.length) return;
    const larger = new Float64Array(Math.max(needed, 2 * this.#values.length)).fill(Number.NaN);
    larger.set(this.#values);
    this.#values = larger;
  }
}

export const rowWidth = width;

function countersOf(values: Float64Array, at: number): Counters {
  return {
    queued: values[at] ?? 0,
    currentConnections: values[at + 1] ?? 0,
    maximumConnections: values[at + 2] ?? 0,
    totalConnections: values[at + 3] ?? 0,
    bytesIn: values[at + 4] ?? 0,
    bytesOut: values[at + 5] ?? 0,
    requests: values[at + 6] ?? 0,
    connectMilliseconds: values[at + 7] ?? 0,
    responseMilliseconds: values[at + 8] ?? 0,
    failures: values[at + 9] ?? 0,
  };
}
