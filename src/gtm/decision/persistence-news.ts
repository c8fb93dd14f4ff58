/**
 * What devices of a synchronisation group tell each other of persistence records: those kept here since last asked,
 * in slices, and those of others, taken. When two devices kept a record of one network at once, both come to the
 * same: the one that ends later holds, of two that end at about the same time that with the greater mark.
 * Pure but for the table.
 */
import { addressBytes } from './client.ts';
import {
  addressAt,
  createPersistenceTable,
  seize,
  slotsOf,
  slotWords,
  state,
  word,
} from './persistence.ts';

export interface SharedRecord {
  /** Text of the resolver's address. */
  readonly address: string;
  readonly bits: number;
  /** Marks of names, the same on all devices. */
  readonly wideIp: number;
  readonly pool: number;
  readonly member: number;
  /** Clocks differ: how long it holds still. */
  readonly milliseconds: number;
}

/** No `ttl-persistence` is longer. */
const longestMilliseconds = 0xffff_ffff * 1_000;
/** Records that end within so long of each other were kept at once. */
const atOnceMilliseconds = 2_000;

export interface PersistenceNews {
  /** Kept here and not told yet, somewhat more than `most` at most; the others next time. */
  take(most: number, now: number): readonly SharedRecord[];
  /** Everything is to be told once more: somebody new listens. */
  tellAll(): void;
  /** Of another device; what makes no sense is left out. */
  hear(records: readonly SharedRecord[], now: number): void;
}

export function createPersistenceNews(memory: SharedArrayBuffer): PersistenceNews {
  const words = new Int32Array(memory);
  const numbers = new Float64Array(memory);
  const slots = slotsOf(memory);
  const table = createPersistenceTable(memory);
  const first = slots * slotWords;
  const size = Math.ceil(slots / 32);
  /** Where the last slice ended: a flood in the first slots does not keep the others back. */
  let next = 0;
  const hearOne = (record: SharedRecord, now: number): void => {
    const { address, bits, member, milliseconds, pool, wideIp } = record;
    const bytes = addressBytes(address);
    const isSound = bytes.length > 0 && bits >= 0 && bits <= bytes.length * 8 && milliseconds > 0;
    if (!isSound) return;
    table.aim(bytes, 0, bytes.length, bits);
    const expires = now + Math.min(milliseconds, longestMilliseconds);
    if (table.find(wideIp, now) && !isBetter(record, expires, table.found)) return;
    table.keep(wideIp, pool, member, now, expires, false);
  };
  return {
    take(most, now) {
      const records: SharedRecord[] = [];
      for (let step = 0; step < size && records.length < most; step += 1) {
        const index = next;
        next = (next + 1) % size;
        let bits = Atomics.exchange(words, first + index, 0);
        while (bits !== 0) {
          const bit = 31 - Math.clz32(bits & -bits);
          bits &= bits - 1;
          const slot = index * 32 + bit;
          const record = slot < slots ? readSlot(words, numbers, slot, now) : undefined;
          if (record !== undefined) records.push(record);
        }
      }
      return records;
    },
    tellAll() {
      for (let index = 0; index < size; index += 1) Atomics.store(words, first + index, -1);
    },
    hear(records, now) {
      for (const record of records) hearOne(record, now);
    },
  };
}

function isBetter(
  { member, pool }: SharedRecord,
  expires: number,
  known: { readonly pool: number; readonly member: number; readonly expires: number },
): boolean {
  const later = expires - known.expires;
  if (Math.abs(later) > atOnceMilliseconds) return later > 0;
  return pool > known.pool || (pool === known.pool && member > known.member);
}

function readSlot(
  words: Int32Array,
  numbers: Float64Array,
  slot: number,
  now: number,
): SharedRecord | undefined {
  const at = slot * slotWords;
  if (!seize(words, at, state.full)) return undefined;
  const record = {
    address: addressAt(words, at),
    bits: (words[at + word.shape] ?? 0) >>> 8,
    pool: numbers[at / 2 + 4] ?? 0,
    member: numbers[at / 2 + 5] ?? 0,
    milliseconds: Math.round((numbers[at / 2 + 6] ?? 0) - now),
    wideIp: numbers[at / 2 + 7] ?? 0,
  };
  Atomics.store(words, at, state.full);
  return record.milliseconds > 0 ? record : undefined;
}
