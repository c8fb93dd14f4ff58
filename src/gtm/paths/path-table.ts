/**
 * What is known of the ways from data centers to resolvers, in memory that all answering threads share: written by the
 * dns process as control tells it, read by decisions, bounded (what ends first gives way). Beside it who is to be measured:
 * resolvers for whom a decision wanted to know. Pure but for the tables; times are monotonic milliseconds.
 */
import { markOf } from '../decision/persistence.ts';
import { createResolvers, resolverMemory, type Resolvers } from '../listener/resolvers.ts';

/** Powers of two. */
const usualSlots = 32_768;
const wantedSlots = 4_096;
const slotWords = 16;
/** Slots in which one way may stand. */
const probes = 8;

export interface PathMetrics {
  readonly roundTripMilliseconds: number | undefined;
  readonly completionPercent: number | undefined;
  readonly hops: number | undefined;
}

export interface PathTable {
  /** Undefined: nothing that still holds. Made anew each time. */
  find(bytes: ArrayLike<number>, datacenter: string, now: number): PathMetrics | undefined;
  /** The resolver's ways are to be measured. */
  want(client: string, now: number): void;
}

/** Where nobody measures. */
export const noPaths: PathTable = { find: () => undefined, want: () => undefined };

export interface HeldPath {
  readonly bytes: ArrayLike<number>;
  readonly datacenter: string;
  readonly roundTripMilliseconds: number | undefined;
  readonly completionPercent: number;
  /** Of round trip and completion. */
  readonly expires: number;
  readonly hops: number | undefined;
  readonly hopsExpire: number;
}

export interface PathMemory {
  readonly ways: SharedArrayBuffer;
  readonly wanted: SharedArrayBuffer;
}

export function pathMemory(slots: number = usualSlots): PathMemory {
  const ways = new SharedArrayBuffer(slots * slotWords * 4);
  return { ways, wanted: resolverMemory(wantedSlots) };
}

/** Words of a slot: state, mark of the data center (two), completion, address (four); then numbers. */
const word = { state: 0, low: 1, high: 2, completion: 3, address: 4 } as const;
const number = { expires: 4, hopsExpire: 5, roundTrip: 6, hops: 7 } as const;
const full = 1;

export interface WrittenPathTable extends PathTable {
  write(path: HeldPath): void;
  /** Who is to be measured, latest first. */
  readonly wanted: Pick<Resolvers, 'list'>;
}

export function createPathTable(memory: PathMemory = pathMemory()): WrittenPathTable {
  return new SharedPathTable(memory);
}

class SharedPathTable implements WrittenPathTable {
  readonly wanted: Resolvers;
  readonly #words: Int32Array;
  readonly #numbers: Float64Array;
  readonly #slots: number;
  readonly #marks = new Map<string, readonly [number, number]>();
  readonly #address = new Int32Array(4);

  constructor(memory: PathMemory) {
    this.#words = new Int32Array(memory.ways);
    this.#numbers = new Float64Array(memory.ways);
    this.#slots = this.#words.length / slotWords;
    this.wanted = createResolvers(memory.wanted);
  }

  want(client: string, now: number): void {
    this.wanted.saw(client, now);
  }

  find(bytes: ArrayLike<number>, datacenter: string, now: number): PathMetrics | undefined {
    const mark = this.#markOf(datacenter);
    const first = this.#aim(bytes, mark);
    for (let step = 0; step < probes; step += 1) {
      const at = this.#slotAt(first, step);
      if (!this.#isHere(at, mark, bytes.length)) continue;
      const isFresh = this.#number(at, number.expires) > now;
      const hops = this.#number(at, number.hops);
      const hasHops = this.#number(at, number.hopsExpire) > now && hops > 0;
      if (!isFresh && !hasHops) return undefined;
      const roundTrip = this.#number(at, number.roundTrip);
      return {
        roundTripMilliseconds: isFresh && roundTrip >= 0 ? roundTrip : undefined,
        completionPercent: isFresh ? this.#words[at + word.completion] : undefined,
        hops: hasHops ? hops : undefined,
      };
    }
    return undefined;
  }

  write(path: HeldPath): void {
    const { bytes, completionPercent, datacenter, expires, hops, hopsExpire } = path;
    const mark = this.#markOf(datacenter);
    const place = this.#placeFor(this.#aim(bytes, mark), mark, bytes.length);
    const words = this.#words;
    // Who reads meanwhile finds nothing, and the alternate method decides once.
    Atomics.store(words, place + word.state, 0);
    words[place + word.low] = mark[0];
    words[place + word.high] = mark[1];
    words[place + word.completion] = completionPercent;
    words.set(this.#address, place + word.address);
    const parts = [expires, hopsExpire, path.roundTripMilliseconds ?? -1, hops ?? 0];
    this.#numbers.set(parts, place / 2 + number.expires);
    Atomics.store(words, place + word.state, full + bytes.length);
  }

  /** Its own, or that of the way that ends first. */
  #placeFor(first: number, mark: readonly [number, number], size: number): number {
    let place = this.#slotAt(first, 0);
    for (let step = 0; step < probes; step += 1) {
      const at = this.#slotAt(first, step);
      if (this.#isHere(at, mark, size)) return at;
      if (this.#endOf(at) < this.#endOf(place)) place = at;
    }
    return place;
  }

  #markOf(datacenter: string): readonly [number, number] {
    const known = this.#marks.get(datacenter);
    if (known !== undefined) return known;
    const whole = markOf(datacenter);
    const mark = [whole | 0, (whole / 0x1_0000_0000) | 0] as const;
    // As many as there are data centers; those that are gone are few.
    this.#marks.set(datacenter, mark);
    return mark;
  }

  /** Sets the address; a number by which the way is found. */
  #aim(bytes: ArrayLike<number>, [low, high]: readonly [number, number]): number {
    let hash = low ^ Math.imul(high, 0x85ebca6b) ^ bytes.length;
    for (let at = 0; at < 4; at += 1) {
      let value = 0;
      for (let byte = at * 4; byte < at * 4 + 4; byte += 1) {
        value = (value << 8) | (bytes[byte] ?? 0);
      }
      this.#address[at] = value;
      hash = Math.imul(hash ^ value, 0xc2b2ae35);
      hash ^= hash >>> 15;
    }
    return hash >>> 0;
  }

  #isHere(at: number, [low, high]: readonly [number, number], size: number): boolean {
    const words = this.#words;
    return (
      words[at + word.state] === full + size &&
      words[at + word.low] === low &&
      words[at + word.high] === high &&
      this.#address.every((value, index) => words[at + word.address + index] === value)
    );
  }

  #slotAt(first: number, step: number): number {
    return ((first + step) & (this.#slots - 1)) * slotWords;
  }

  #number(at: number, which: number): number {
    return this.#numbers[at / 2 + which] ?? 0;
  }

  #endOf(at: number): number {
    return Math.max(this.#number(at, number.expires), this.#number(at, number.hopsExpire));
  }
}
