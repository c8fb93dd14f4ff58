/**
 * Persistence records: which member a resolver's network was last given for a wide IP. In memory that all answering
 * threads share, bounded: where a record has its place, the one that ends first gives way. Objects are known by the
 * marks of their names, so that records outlive a new snapshot. Pure but for the table itself; times are monotonic
 * milliseconds.
 */
import { addressOf } from '../../base/address.ts';

/** A power of two. */
const usualSlots = 131_072;
export const slotWords = 16;
const slotNumbers = slotWords / 2;
/** Slots in which one record may stand. */
const probes = 8;
/** Somebody who holds a slot for longer has died. */
const mostSpins = 10_000;

export interface PersistenceRecord {
  /** Names it for `remove`. */
  readonly id: number;
  readonly wideIp: number;
  /** For people: `198.51.100.7/24`. */
  readonly network: string;
  readonly pool: number;
  readonly member: number;
  readonly expires: number;
}

export interface PersistenceTable {
  /** Whom `find` and `keep` are about: the address of 4 or 16 bytes at `at`, and how many bits of it count. */
  aim(bytes: ArrayLike<number>, at: number, size: number, bits: number): void;
  /** Sets `pool` and `member` when there is a record. */
  find(wideIp: number, now: number): boolean;
  /** What `find` found: marks, and when it ends. */
  readonly found: { pool: number; member: number; expires: number };
  /** `isNews`: others are to know it, too (`persistence-news.ts`). */
  keep(
    wideIp: number,
    pool: number,
    member: number,
    now: number,
    expires: number,
    isNews?: boolean,
  ): void;
  /** Those that hold still. */
  list(now: number): readonly PersistenceRecord[];
  remove(id: number): void;
}

export function persistenceMemory(slots: number = usualSlots): SharedArrayBuffer {
  return new SharedArrayBuffer(slots * slotWords * 4 + Math.max(8, slots / 8));
}

/** Slots of such a memory; behind them a bit for each: kept here, and not told others yet. */
export function slotsOf(memory: SharedArrayBuffer): number {
  return 2 ** Math.floor(Math.log2(memory.byteLength / (slotWords * 4)));
}

/** 52 bits that stand for a name: two FNV-1a with different starts. */
export function markOf(text: string): number {
  let low = 0x811c9dc5;
  let high = 0x2f0b4477;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x01000193) ^ (high >>> 15);
  }
  return ((mixed(high) >>> 12) & 0xfffff) * 0x1_0000_0000 + (mixed(low) >>> 0);
}

function mixed(from: number): number {
  let value = Math.imul(from ^ (from >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return value ^ (value >>> 16);
}

/** Words of a slot; the numbers behind them: pool 4, member 5, expires 6, wide IP 7. */
export const word = { state: 0, shape: 1, low: 2, high: 3, address: 4 } as const;
export const state = { free: 0, held: 1, full: 2 } as const;

export function createPersistenceTable(
  memory: SharedArrayBuffer = persistenceMemory(),
): PersistenceTable {
  const words = new Int32Array(memory);
  const numbers = new Float64Array(memory);
  const slots = slotsOf(memory);
  const address = new Int32Array(4);
  const found = { pool: 0, member: 0, expires: 0 };
  let shape = 0;
  let networkLow = 0;
  let networkHigh = 0;
  let keyLow = 0;
  let keyHigh = 0;
  const key = (wideIp: number): void => {
    keyLow = mixed(networkLow ^ (wideIp | 0));
    keyHigh = mixed(networkHigh ^ ((wideIp / 0x1_0000_0000) | 0) ^ keyLow);
  };
  const isKeyed = (at: number): boolean =>
    words[at + word.low] === keyLow && words[at + word.high] === keyHigh;
  const slotAt = (step: number): number => (((keyLow >>> 0) + step) & (slots - 1)) * slotWords;
  const fill = (at: number, parts: readonly [number, number, number, number]): void => {
    words[at + word.shape] = shape;
    words[at + word.low] = keyLow;
    words[at + word.high] = keyHigh;
    words.set(address, at + word.address);
    numbers.set(parts, at / 2 + 4);
    Atomics.store(words, at, state.full);
  };
  const expiresAt = (at: number): number => numbers[at / 2 + 6] ?? 0;
  return {
    found,
    aim(bytes, at, size, bits) {
      shape = size | (Math.min(bits, size * 8) << 8);
      networkLow = shape;
      networkHigh = ~shape;
      for (let index = 0; index < 4; index += 1) {
        const whole = index * 4 < size ? wordAt(bytes, at + index * 4) : 0;
        address[index] = whole;
        const left = bits - index * 32;
        const kept = left >= 32 ? whole : left <= 0 ? 0 : whole & (-1 << (32 - left));
        networkLow = mixed(networkLow ^ kept);
        networkHigh = mixed(networkHigh + kept + 0x9e37);
      }
    },
    find(wideIp, now) {
      key(wideIp);
      for (let step = 0; step < probes; step += 1) {
        const at = slotAt(step);
        if (!isKeyed(at) || !seize(words, at, state.full)) continue;
        const isFound = isKeyed(at) && expiresAt(at) > now;
        found.pool = numbers[at / 2 + 4] ?? 0;
        found.member = numbers[at / 2 + 5] ?? 0;
        found.expires = expiresAt(at);
        Atomics.store(words, at, state.full);
        if (isFound) return true;
      }
      return false;
    },
    keep(wideIp, pool, member, now, expires, isNews = true) {
      key(wideIp);
      const chosen = chooseSlot(words, numbers, slotAt, isKeyed, now);
      const before = words[chosen] === state.free ? state.free : state.full;
      if (!seize(words, chosen, before)) return;
      fill(chosen, [pool, member, expires, wideIp]);
      const slot = chosen / slotWords;
      if (isNews) Atomics.or(words, slots * slotWords + (slot >> 5), 1 << (slot & 31));
    },
    list: (now) => listed(words, numbers, slots, now),
    remove: (id) => forget(words, numbers, id),
  };
}

/**
 * What `find` found does not outlive what is configured now: a lowered `ttl-persistence` holds from the next question on.
 * Each device does so by itself: others are not told.
 */
export function shorten(
  table: PersistenceTable,
  wideIp: number,
  now: number,
  seconds: number,
): void {
  const latest = now + seconds * 1_000;
  const { expires, member, pool } = table.found;
  if (expires > latest) table.keep(wideIp, pool, member, now, latest, false);
}

/** That of the key, else a free one or one that is over, else the one that ends first. */
function chooseSlot(
  words: Int32Array,
  numbers: Float64Array,
  slotAt: (step: number) => number,
  isKeyed: (at: number) => boolean,
  now: number,
): number {
  const expiresAt = (at: number): number =>
    words[at] === state.free ? -Infinity : (numbers[at / 2 + 6] ?? 0);
  let chosen = slotAt(0);
  for (let step = 0; step < probes; step += 1) {
    const at = slotAt(step);
    if (isKeyed(at) && words[at] !== state.free) return at;
    if (expiresAt(chosen) > now && expiresAt(at) < expiresAt(chosen)) chosen = at;
  }
  return chosen;
}

function forget(words: Int32Array, numbers: Float64Array, id: number): void {
  const at = id * slotWords;
  if (!seize(words, at, state.full)) return;
  numbers[id * slotNumbers + 6] = 0;
  words.fill(0, at + word.shape, at + slotWords);
  Atomics.store(words, at, state.full);
}

/** False: it is in another state now, or never let go. */
export function seize(words: Int32Array, at: number, before: number): boolean {
  for (let spin = 0; spin < mostSpins; spin += 1) {
    const was = Atomics.compareExchange(words, at, before, state.held);
    if (was === before) return true;
    if (was !== state.held) return false;
  }
  return false;
}

function listed(
  words: Int32Array,
  numbers: Float64Array,
  slots: number,
  now: number,
): PersistenceRecord[] {
  const records: PersistenceRecord[] = [];
  for (let at = 0; at < slots * slotWords; at += slotWords) {
    if (words[at] !== state.full || (numbers[at / 2 + 6] ?? 0) <= now) continue;
    const shape = words[at + word.shape] ?? 0;
    records.push({
      id: at / slotWords,
      network: `${addressAt(words, at)}/${shape >>> 8}`,
      pool: numbers[at / 2 + 4] ?? 0,
      member: numbers[at / 2 + 5] ?? 0,
      expires: numbers[at / 2 + 6] ?? 0,
      wideIp: numbers[at / 2 + 7] ?? 0,
    });
  }
  return records;
}

/** Text of the address in the slot at `at`. */
export function addressAt(words: Int32Array, at: number): string {
  const size = (words[at + word.shape] ?? 0) & 0xff;
  const byteAt = (index: number): number =>
    ((words[at + word.address + (index >> 2)] ?? 0) >>> (24 - (index & 3) * 8)) & 0xff;
  return addressOf(Array.from({ length: size }, (_, index) => byteAt(index))).text;
}

function wordAt(bytes: ArrayLike<number>, at: number): number {
  return (
    ((bytes[at] ?? 0) << 24) |
    ((bytes[at + 1] ?? 0) << 16) |
    ((bytes[at + 2] ?? 0) << 8) |
    (bytes[at + 3] ?? 0)
  );
}
