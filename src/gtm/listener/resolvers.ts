/**
 * Resolvers that asked (BIG-IP: LDNS), bounded: who asked longest ago gives way. In memory that all answering threads
 * share: 32 bytes each, found by a hash, without anything being made for a query. Pure state.
 */
import { addressOf } from '../../base/address.ts';
import { addressBytes } from '../decision/client.ts';

/** A power of two. */
const usualSlots = 131_072;
const slotWords = 8;
/** Slots in which one address may stand. */
const probes = 8;

export interface Resolver {
  readonly queries: number;
  /** Monotonic milliseconds. */
  readonly lastAt: number;
}

export interface Resolvers {
  saw(client: string, now: number): void;
  /** The same of an address as it stands in `bytes`, 4 or 16 bytes from `at` on. */
  sawBytes(bytes: Uint8Array, at: number, size: number, now: number): void;
  /** Latest first. */
  list(most: number): readonly (readonly [client: string, resolver: Resolver])[];
  size(): number;
}

export function resolverMemory(slots: number = usualSlots): SharedArrayBuffer {
  return new SharedArrayBuffer(slots * slotWords * 4);
}

/** Of a slot: four words of address, queries, bytes of the address (0: free, `taken`: being written), last time. */
const queriesWord = 4;
const sizeWord = 5;
const taken = 1;

export function createResolvers(memory: SharedArrayBuffer = resolverMemory()): Resolvers {
  const words = new Uint32Array(memory);
  const times = new Float64Array(memory);
  const slots = words.length / slotWords;
  const key = new Uint32Array(4);
  const isHere = (slot: number, size: number): boolean =>
    words[slot + sizeWord] === size &&
    words[slot] === key[0] &&
    words[slot + 1] === key[1] &&
    words[slot + 2] === key[2] &&
    words[slot + 3] === key[3];
  const write = (slot: number, size: number, before: number, now: number): void => {
    // Somebody else was quicker: one query of a newcomer is not seen.
    if (Atomics.compareExchange(words, slot + sizeWord, before, taken) !== before) return;
    words.set(key, slot);
    words[slot + queriesWord] = 1;
    times[(slot >> 1) + 3] = now;
    Atomics.store(words, slot + sizeWord, size);
  };
  const sawBytes = (bytes: Uint8Array, at: number, size: number, now: number): void => {
    for (let word = 0; word < 4; word += 1) {
      key[word] = word * 4 < size ? wordAt(bytes, at + word * 4) : 0;
    }
    const first = hashOf(key);
    let oldest = -1;
    for (let step = 0; step < probes; step += 1) {
      const slot = ((first + step) & (slots - 1)) * slotWords;
      if (isHere(slot, size)) {
        Atomics.add(words, slot + queriesWord, 1);
        times[(slot >> 1) + 3] = now;
        return;
      }
      if (words[slot + sizeWord] === 0) return write(slot, size, 0, now);
      if (oldest < 0 || (times[(slot >> 1) + 3] ?? 0) < (times[(oldest >> 1) + 3] ?? 0)) {
        oldest = slot;
      }
    }
    write(oldest, size, words[oldest + sizeWord] ?? 0, now);
  };
  const all = function* (): Generator<[string, Resolver]> {
    for (let slot = 0; slot < words.length; slot += slotWords) {
      const size = words[slot + sizeWord] ?? 0;
      if (size <= taken) continue;
      const queries = words[slot + queriesWord] ?? 0;
      const lastAt = times[(slot >> 1) + 3] ?? 0;
      yield [textOf(words, slot, size), { queries, lastAt }];
    }
  };
  return {
    saw(client, now) {
      const bytes = Uint8Array.from(addressBytes(client));
      if (bytes.length > 0) sawBytes(bytes, 0, bytes.length, now);
    },
    sawBytes,
    list: (most) => [...all()].toSorted(([, a], [, b]) => b.lastAt - a.lastAt).slice(0, most),
    size: () => [...all()].length,
  };
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] ?? 0) << 24) |
    ((bytes[at + 1] ?? 0) << 16) |
    ((bytes[at + 2] ?? 0) << 8) |
    (bytes[at + 3] ?? 0)
  );
}

function hashOf(key: Uint32Array): number {
  let value = 0;
  for (let word = 0; word < 4; word += 1) {
    value = Math.imul(value ^ (key[word] ?? 0), 0x85ebca6b);
    value ^= value >>> 15;
  }
  value = Math.imul(value, 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

function textOf(words: Uint32Array, slot: number, size: number): string {
  const bytes = Array.from(
    { length: size },
    (_, index) => ((words[slot + (index >> 2)] ?? 0) >>> (24 - (index & 3) * 8)) & 0xff,
  );
  return addressOf(bytes).text;
}
