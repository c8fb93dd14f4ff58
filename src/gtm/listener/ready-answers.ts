/**
 * Answers of wide IPs whose decision is only whose turn it is, ready in memory that stands together: of 100,000 names
 * that are all asked for, each answer touches a line or two of it, where the objects of the decision are dozens. Turns and
 * counts stand there, too; `settle` carries them over to cursors and counters, before anybody else looks at those. Pure
 * but for its memory.
 */
import { recordType } from '../../base/dns/constants.ts';
import type { CompiledMember, CompiledSnapshot } from '../decision/compile.ts';
import { recordOverhead, writeRecord } from '../dns/record.ts';
import type { PlainPool, PlainWideIp } from './fast-decision.ts';
import type { Tally } from './tally.ts';

/** Of an entry, in words of 4 bytes: answers since it was settled, whose turn, records, those of an answer, bytes of one. */
const countWord = 0;
const turnWord = 1;
const recordsWord = 2;
const mostWord = 3;
const sizeWord = 4;
/** Which generation of the snapshot it was looked at in. */
const generationWord = 5;
const headWords = 6;
const headBytes = headWords * 4;
/** Of a processor's cache. */
const lineBytes = 64;
/** Longer ones are not kept ready. */
const mostLines = 8;
/** In all: more wide IPs than that are answered the other way. */
const mostBytes = 64 * 1024 * 1024;
const firstBytes = 64 * 1024;

interface Entry {
  readonly plain: PlainWideIp;
  readonly pool: PlainPool;
  readonly index: number;
}

export class ReadyAnswers {
  readonly #tally: Pick<Tally, 'resolved'>;
  #bytes = new Uint8Array(firstBytes);
  #words = new Int32Array(this.#bytes.buffer);
  /** The first line is nobody's: 0 says that nothing is known. */
  #used = lineBytes;
  /** By place of the wide IP: where its entry begins; 0: not known; less: not of this kind, in that generation. */
  #offsets = new Int32Array(0);
  #entries: (Entry | undefined)[] = [];
  #generation = 1;
  /** By place of a pool: how many wide IPs have it, as far as two; worked out when it is asked for first. */
  #users: Uint8Array | undefined;
  /** Places with answers that are not settled, the oldest first. */
  #open: number[] = [];
  #settled = 0;

  constructor(tally: Pick<Tally, 'resolved'>) {
    this.#tally = tally;
  }

  /** Other wide IPs. */
  reset(wideIps: number): void {
    this.settle();
    this.#offsets = new Int32Array(wideIps);
    this.#entries = Array.from({ length: wideIps }, () => undefined);
    this.#used = lineBytes;
    this.#users = undefined;
  }

  /** Some of the wide IPs are others now, in the same places. */
  renew(): void {
    this.settle();
    this.#generation += 1;
  }

  /** Where the entry of the wide IP in that place begins; -1: there can be none; 0: `look` has to say. */
  find(place: number): number {
    const known = this.#offsets[place] ?? -1;
    if (known > 0) {
      return this.#words[(known >> 2) + generationWord] === this.#generation ? known : 0;
    }
    return known === 0 || known === -this.#generation ? Math.sign(known) : 0;
  }

  /** As `find`, of a wide IP as it is now; never 0. */
  look(place: number, plain: PlainWideIp | null, snapshot: CompiledSnapshot): number {
    const known = this.#offsets[place] ?? -1;
    if (known > 0 && this.#entries[place]?.plain === plain) {
      this.#words[(known >> 2) + generationWord] = this.#generation;
      return known;
    }
    const entry = plain === null ? undefined : this.#entryOf(plain, snapshot);
    const made = entry === undefined ? 0 : this.#make(entry);
    this.#entries[place] = made === 0 ? undefined : entry;
    this.#offsets[place] = made === 0 ? -this.#generation : made;
    return made === 0 ? -1 : made;
  }

  /** Bytes of its records. */
  size(at: number): number {
    const word = at >> 2;
    return (this.#words[word + mostWord] ?? 0) * (this.#words[word + sizeWord] ?? 0);
  }

  count(at: number): number {
    return this.#words[(at >> 2) + mostWord] ?? 0;
  }

  /** Its records, behind the question; the turn passes on. Returns where they end. */
  write(at: number, place: number, data: Uint8Array, to: number): number {
    const bytes = this.#bytes;
    const words = this.#words;
    const word = at >> 2;
    if (words[word + countWord] === 0) {
      this.#open.push(place);
      words[word + turnWord] = turnOf(this.#entries[place]);
    }
    words[word + countWord] = (words[word + countWord] ?? 0) + 1;
    const records = words[word + recordsWord] ?? 0;
    const turn = words[word + turnWord] ?? 0;
    // Whoever gives them in their order has one turn only.
    words[word + turnWord] = turn < 0 || turn + 1 === records ? Math.min(turn, 0) : turn + 1;
    const size = words[word + sizeWord] ?? 0;
    const first = at + headBytes;
    const last = first + records * size;
    let from = first + Math.max(turn, 0) * size;
    const end = to + (words[word + mostWord] ?? 0) * size;
    for (let next = to; next < end; next += 1) {
      data[next] = bytes[from] ?? 0;
      from += 1;
      if (from === last) from = first;
    }
    return end;
  }

  /** Carries over what so many of them have counted; what is not carried over is not told. */
  settle(most = Infinity): void {
    const open = this.#open;
    for (let step = 0; step < most && this.#settled < open.length; step += 1) {
      this.#settleOne(open[this.#settled] ?? 0);
      this.#settled += 1;
    }
    if (this.#settled === open.length || this.#settled > this.#offsets.length) {
      this.#open = open.slice(this.#settled);
      this.#settled = 0;
    }
  }

  #settleOne(place: number): void {
    const word = (this.#offsets[place] ?? 0) >> 2;
    const entry = this.#entries[place];
    const times = this.#words[word + countWord] ?? 0;
    if (entry === undefined || times === 0) return;
    this.#words[word + countWord] = 0;
    const { index, plain, pool } = entry;
    this.#tally.resolved(plain.wideIp, pool.pool, times);
    const { length } = pool.eligible;
    const turn = this.#words[word + turnWord] ?? 0;
    const first = turn < 0 ? 0 : (((turn - times) % length) + length) % length;
    countMembers(pool.eligible, pool.most, first, turn < 0 ? 0 : times, times);
    if (plain.mode === 'round-robin') plain.wideIp.cursor = index + 1;
    if (turn < 0) return;
    const last = pool.eligible[(turn + length - 1) % length];
    if (last !== undefined) pool.pool.cursor = pool.pool.members.indexOf(last) + 1;
  }

  #entryOf(plain: PlainWideIp, snapshot: CompiledSnapshot): Entry | undefined {
    const { mode, pools, wideIp } = plain;
    if (wideIp.data.persistence !== undefined || plain.usesTopology) return undefined;
    if (mode !== 'round-robin' && mode !== 'global-availability') return undefined;
    // With one pool to pick, it has all turns.
    if (mode === 'round-robin' && plain.pickable.length !== 1) return undefined;
    const index = pools.findIndex(({ isPickable }) => isPickable);
    const pool = pools[index];
    if (pool === undefined || pool.eligible.length === 0) return undefined;
    if (pool.method === 'global-availability') return { plain, pool, index };
    if (pool.method !== 'round-robin') return undefined;
    // Whoever else has it, takes turns with us.
    this.#users ??= usersOf(snapshot);
    return this.#users[wideIp.data.pools[index]?.pool ?? 0] === 1
      ? { plain, pool, index }
      : undefined;
  }

  /** 0: there is no room, or the records are not alike. */
  #make({ pool }: Entry): number {
    const { data } = pool.pool;
    const size = recordOverhead + (pool.eligible[0]?.record.length ?? 0);
    const isAlike = pool.eligible.every(({ record }) => record.length + recordOverhead === size);
    const lines = Math.ceil((headBytes + pool.eligible.length * size) / lineBytes);
    const at = this.#used;
    if (!isAlike || lines > mostLines || !this.#grow(at + lines * lineBytes)) return 0;
    this.#used += lines * lineBytes;
    const word = at >> 2;
    this.#words[word + countWord] = 0;
    this.#words[word + recordsWord] = pool.eligible.length;
    this.#words[word + mostWord] = Math.min(pool.most, pool.eligible.length);
    this.#words[word + sizeWord] = size;
    this.#words[word + generationWord] = this.#generation;
    let to = at + headBytes;
    for (const { record } of pool.eligible) {
      to = writeRecord(this.#bytes, to, recordType[data.type], record, data.ttlSeconds);
    }
    return at;
  }

  /** False: it would be too much. */
  #grow(needed: number): boolean {
    if (needed <= this.#bytes.length) return true;
    if (needed > mostBytes) return false;
    const larger = new Uint8Array(Math.min(mostBytes, 2 * this.#bytes.length));
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#words = new Int32Array(larger.buffer);
    return true;
  }
}

/** Place among those that can answer of who is next; -1: they have no turns. */
function turnOf(entry: Entry | undefined): number {
  if (entry === undefined || entry.pool.method !== 'round-robin') return -1;
  const { eligible, isEligible, pool } = entry.pool;
  const { length } = isEligible;
  for (let step = 0; step < length; step += 1) {
    const index = (pool.cursor + step) % length;
    const member = pool.members[index];
    if (isEligible[index] === true && member !== undefined) return eligible.indexOf(member);
  }
  return 0;
}

/** `times` answers of `most` each, the first of them from `first` on; `turns`: how often the turn passed on. */
function countMembers(
  members: readonly CompiledMember[],
  most: number,
  first: number,
  turns: number,
  times: number,
): void {
  const { length } = members;
  const many = Math.min(most, length);
  const rounds = Math.floor(turns / length);
  const counts = members.map(() => rounds * many);
  const rest = turns === 0 ? 1 : turns - rounds * length;
  const each = turns === 0 ? times : 1;
  for (let turn = 0; turn < rest; turn += 1) {
    for (let step = 0; step < many; step += 1) {
      const place = (first + turn + step) % length;
      counts[place] = (counts[place] ?? 0) + each;
    }
  }
  for (const [index, member] of members.entries()) member.counters.preferred += counts[index] ?? 0;
}

function usersOf({ pools, wideIps }: CompiledSnapshot): Uint8Array {
  const users = new Uint8Array(pools.length);
  for (const { data } of wideIps) {
    for (const { pool } of data.pools) users[pool] = Math.min(2, (users[pool] ?? 0) + 1);
  }
  return users;
}
