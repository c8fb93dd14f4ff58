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
const slotNumbers = slotWords / 2;
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
  wanted: Pick<Resolvers, 'list'>;
}

export function createPathTable(memory: PathMemory = pathMemory()): WrittenPathTable {
  const words = new Int32Array(memory.ways);
  const numbers = new Float64Array(memory.ways);
  const slots = words.length / slotWords;
  const wanted = createResolvers(memory.wanted);
  const marks = new Map<string, readonly [number, number]>();
  const address = new Int32Array(4);
  const markWords = (datacenter: string): readonly [number, number] => {
    let mark = marks.get(datacenter);
    if (mark === undefined) {
      const whole = markOf(datacenter);
      mark = [whole | 0, (whole / 0x1_0000_0000) | 0];
      // As many as there are data centers; those that are gone are few.
      marks.set(datacenter, mark);
    }
    return mark;
  };
  /** Sets `address`; the first place of the way. */
  const aim = (bytes: ArrayLike<number>, [low, high]: readonly [number, number]): number => {
    let hash = low ^ Math.imul(high, 0x85ebca6b) ^ bytes.length;
    for (let at = 0; at < 4; at += 1) {
      let value = 0;
      for (let byte = at * 4; byte < at * 4 + 4; byte += 1) {
        value = (value << 8) | (bytes[byte] ?? 0);
      }
      address[at] = value;
      hash = Math.imul(hash ^ value, 0xc2b2ae35);
      hash ^= hash >>> 15;
    }
    return hash >>> 0;
  };
  const isHere = (at: number, [low, high]: readonly [number, number], size: number): boolean =>
    words[at + word.state] === full + size &&
    words[at + word.low] === low &&
    words[at + word.high] === high &&
    words[at + word.address] === address[0] &&
    words[at + word.address + 1] === address[1] &&
    words[at + word.address + 2] === address[2] &&
    words[at + word.address + 3] === address[3];
  const slotAt = (first: number, step: number): number =>
    ((first + step) & (slots - 1)) * slotWords;
  const numberAt = (at: number, which: number): number => numbers[at / 2 + which] ?? 0;
  const ends = (at: number): number =>
    Math.max(numberAt(at, number.expires), numberAt(at, number.hopsExpire));
  return {
    wanted,
    want: (client, now) => wanted.saw(client, now),
    find(bytes, datacenter, now) {
      const mark = markWords(datacenter);
      const first = aim(bytes, mark);
      for (let step = 0; step < probes; step += 1) {
        const at = slotAt(first, step);
        if (!isHere(at, mark, bytes.length)) continue;
        const isFresh = numberAt(at, number.expires) > now;
        const hasHops = numberAt(at, number.hopsExpire) > now && numberAt(at, number.hops) > 0;
        if (!isFresh && !hasHops) return undefined;
        const roundTrip = numberAt(at, number.roundTrip);
        return {
          roundTripMilliseconds: isFresh && roundTrip >= 0 ? roundTrip : undefined,
          completionPercent: isFresh ? words[at + word.completion] : undefined,
          hops: hasHops ? numberAt(at, number.hops) : undefined,
        };
      }
      return undefined;
    },
    write(path) {
      const { bytes, completionPercent, datacenter, expires, hops, hopsExpire } = path;
      const mark = markWords(datacenter);
      const first = aim(bytes, mark);
      let place = slotAt(first, 0);
      for (let step = 0; step < probes; step += 1) {
        const at = slotAt(first, step);
        if (isHere(at, mark, bytes.length)) {
          place = at;
          break;
        }
        if (ends(at) < ends(place)) place = at;
      }
      // Who reads meanwhile finds nothing, and the alternate method decides once.
      Atomics.store(words, place + word.state, 0);
      words[place + word.low] = mark[0];
      words[place + word.high] = mark[1];
      words[place + word.completion] = completionPercent;
      words.set(address, place + word.address);
      const parts = [expires, hopsExpire, path.roundTripMilliseconds ?? -1, hops ?? 0];
      numbers.set(parts, (place / slotWords) * slotNumbers + number.expires);
      Atomics.store(words, place + word.state, full + bytes.length);
    },
  };
}
