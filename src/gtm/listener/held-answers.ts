/**
 * Answers of named about static zones, kept as they came and given again to the same question while the zones stand
 * still: what named would say is what named has said. Whoever changes a zone says so to all threads before the change
 * counts as done. One table of one thread, laid out once; pure but for its memory.
 *
 * Names are kept in small letters, as named was asked: names that the answer points to in its question come back as the
 * client wrote them (RFC 4343 §4.1), so that clients that mix letters find what is kept.
 */
import { recordType } from '../../base/dns/constants.ts';
import { headerBytes, readUint16 } from '../../base/dns/message.ts';
import { NameReader } from './name-table.ts';
import { followedWord, movedWord } from './zone-news.ts';

/** Pairs of places: 16 MiB in all, touched as they fill. */
const pairs = 8_192;
const placeBytes = 1_024;
/** Questions that were asked once: who is asked again is kept. */
const asked = 65_536;
/** Type, class, and the root behind the name. */
const questionOverhead = 5;
const optBytes = 11;
/** named gives records of a set in another order each time: where we cannot turn them, it is asked again so soon. */
const severalMilliseconds = 50;

/** Of a place, in words of 4 bytes: what was asked (see `#aim`), and how often zones had moved. */
const hashWord = 0;
const whatWord = 1;
const bitsWord = 2;
const movesWord = 3;
/** In words of 8 bytes. */
const deadlineWord = 2;
/** In words of 2 bytes: size of name and reply; records that take turns, their size, whose turn it is; asked lately? */
const nameWord = 12;
const sizeWord = 13;
const countWord = 14;
const recordWord = 15;
const turnWord = 16;
const usedWord = 17;
/** Then the name, the reply's header without its ID, and all behind its question. */
const bodyAt = 36;
const keptHeader = headerBytes - 2;

/** A question where it stands. */
export interface HeldQuestion {
  readonly data: Uint8Array;
  readonly start: number;
  readonly questionEnd: number;
  readonly hasEdns: boolean;
  /** The most bytes that the client takes: what comes along with the answer depends on it. */
  readonly limit: number;
}

interface Memory {
  readonly bytes: Uint8Array;
  readonly shorts: Uint16Array;
  readonly words: Int32Array;
  readonly times: Float64Array;
}

export class HeldAnswers {
  readonly #news: Int32Array;
  readonly #reader = new NameReader();
  readonly #asked = new Int32Array(asked);
  /** Laid out when there is something to keep. */
  #memory: Memory | undefined;
  #lifetime = 0;
  /** Of the question looked at last. */
  #hash = 0;
  #what = 0;
  #bits = 0;

  /** `news`: of `zoneNewsMemory`. */
  constructor(news: SharedArrayBuffer) {
    this.#news = new Int32Array(news);
  }

  get isKeeping(): boolean {
    return this.#lifetime > 0;
  }

  /** `milliseconds`: how long an answer may be given again; 0: nothing is kept. */
  setLifetime(milliseconds: number): void {
    this.#lifetime = milliseconds;
  }

  /** named is another one. */
  forget(): void {
    this.#memory = undefined;
  }

  /** Goes with the question to named, and comes back in `keep`. */
  moves(): number {
    return Atomics.load(this.#news, movedWord);
  }

  /**
   * Bytes of the answer, written over the question where it stands, with its ID and its RD; 0: none is kept. `reader`
   * has just read its name, of that hash; `most`: bytes that the answer may have.
   */
  answer(
    reader: NameReader,
    hash: number,
    question: HeldQuestion,
    most: number,
    now: number,
  ): number {
    const memory = this.#memory;
    if (memory === undefined || this.#lifetime === 0) return 0;
    if (!this.#aim(reader, hash, question)) return 0;
    const place = this.#find(memory, reader);
    if (place < 0) return 0;
    const { shorts, times, words } = memory;
    if ((times[place * (placeBytes / 8) + deadlineWord] ?? 0) <= now) return 0;
    if (words[place * (placeBytes / 4) + movesWord] !== this.moves()) return 0;
    const at = place * (placeBytes / 2);
    const length = shorts[at + sizeWord] ?? 0;
    if (length > most) return 0;
    shorts[at + usedWord] = 1;
    write(memory, place, question, length);
    return length;
  }

  /**
   * `reply`: named's own, without cookie, to this question in small letters, asked at `askedAt`, when zones had moved
   * `moves` times.
   */
  keep(question: HeldQuestion, reply: Uint8Array, askedAt: number, moves: number): void {
    if (this.#lifetime === 0 || moves !== this.moves() || !isKept(reply, question.hasEdns)) return;
    const { data, questionEnd, start } = question;
    const hash = this.#reader.read(data, start + headerBytes, questionEnd);
    if (hash < 0 || !this.#aim(this.#reader, hash, question)) return;
    const { size } = this.#reader.found;
    const end = headerBytes + size + questionOverhead;
    if (bodyAt + size + keptHeader + reply.length - end > placeBytes) return;
    this.#memory ??= newMemory();
    const memory = this.#memory;
    const known = this.#find(memory, this.#reader);
    const place = known < 0 ? this.#freePlace(memory) : known;
    if (place < 0) return;
    const recordBytes = turningRecord(reply, end, readUint16(data, questionEnd - 4));
    const turns = recordBytes === 0 ? 0 : readUint16(reply, 6);
    const { bytes, shorts, times, words } = memory;
    const word = place * (placeBytes / 4);
    words[word + hashWord] = this.#hash;
    words[word + whatWord] = this.#what;
    words[word + bitsWord] = this.#bits;
    words[word + movesWord] = moves;
    const lifetime = this.#lifetimeOf(reply, turns > 0);
    times[place * (placeBytes / 8) + deadlineWord] = askedAt + lifetime;
    const short = place * (placeBytes / 2);
    shorts[short + nameWord] = size;
    shorts[short + sizeWord] = reply.length;
    shorts[short + countWord] = turns;
    shorts[short + recordWord] = recordBytes;
    shorts[short + turnWord] = 0;
    // A newcomer has to be asked for once more before it keeps others out.
    shorts[short + usedWord] = known < 0 ? 0 : 1;
    const at = place * placeBytes + bodyAt;
    bytes.set(this.#reader.folded.subarray(0, size), at);
    bytes.set(reply.subarray(2, headerBytes), at + size);
    bytes.set(reply.subarray(end), at + size + keptHeader);
  }

  #lifetimeOf(reply: Uint8Array, isTurning: boolean): number {
    const isFollowed = Atomics.load(this.#news, followedWord) === 1;
    const isShort = !isFollowed || (!isTurning && readUint16(reply, 6) > 1);
    return isShort ? Math.min(severalMilliseconds, this.#lifetime) : this.#lifetime;
  }

  /** Everything that named's answer depends on but the name, and a hash of it all; false: it is not of the usual kind. */
  #aim({ found }: NameReader, nameHash: number, question: HeldQuestion): boolean {
    const { data, hasEdns, limit, start } = question;
    // Behind the name: the question stands as the client wrote it.
    const typeAt = start + headerBytes + found.size + 1;
    const questionEnd = typeAt + 4;
    if (((data[start + 2] ?? 0) & 0xfe) !== 0) return false;
    // An extended code is none of a question's.
    if (hasEdns && data[questionEnd + 5] !== 0) return false;
    const edns = hasEdns
      ? 1 | ((data[questionEnd + 7] ?? 0) << 1) | ((data[questionEnd + 8] ?? 0) << 9)
      : 0;
    this.#what = (readUint16(data, typeAt) << 16) | limit;
    this.#bits = (data[start + 3] ?? 0) | (edns << 8);
    let hash = Math.imul(nameHash ^ this.#what, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15) ^ this.#bits, 0xc2b2ae35);
    this.#hash = (hash ^ (hash >>> 13)) & 0x7fff_ffff;
    return true;
  }

  #find(memory: Memory, reader: NameReader): number {
    const first = 2 * (this.#hash % pairs);
    if (this.#isAt(memory, first, reader)) return first;
    return this.#isAt(memory, first + 1, reader) ? first + 1 : -1;
  }

  /**
   * -1: there is none. Who is asked for once is not kept, and who was asked for lately does not give way at once: names
   * that somebody makes up push nothing out.
   */
  #freePlace({ shorts }: Memory): number {
    const slot = this.#hash & (asked - 1);
    const isKnown = this.#asked[slot] === this.#hash;
    this.#asked[slot] = this.#hash;
    if (!isKnown) return -1;
    const first = 2 * (this.#hash % pairs);
    const at = first * (placeBytes / 2) + usedWord;
    if (shorts[at] === 0) return first;
    if (shorts[at + placeBytes / 2] === 0) return first + 1;
    shorts[at] = 0;
    shorts[at + placeBytes / 2] = 0;
    return -1;
  }

  #isAt({ bytes, shorts, words }: Memory, place: number, { folded, found }: NameReader): boolean {
    const word = place * (placeBytes / 4);
    if (words[word + hashWord] !== this.#hash || words[word + whatWord] !== this.#what)
      return false;
    if (words[word + bitsWord] !== this.#bits) return false;
    const { size } = found;
    if (shorts[place * (placeBytes / 2) + nameWord] !== size) return false;
    const at = place * placeBytes + bodyAt;
    for (let index = 0; index < size; index += 1) {
      if (bytes[at + index] !== folded[index]) return false;
    }
    return true;
  }
}

function newMemory(): Memory {
  const buffer = new ArrayBuffer(2 * pairs * placeBytes);
  return {
    bytes: new Uint8Array(buffer),
    shorts: new Uint16Array(buffer),
    words: new Int32Array(buffer),
    times: new Float64Array(buffer),
  };
}

/** The answer over its question: with another record first each time, where they are all alike. */
function write(
  { bytes, shorts }: Memory,
  place: number,
  { data, start }: HeldQuestion,
  length: number,
): void {
  const short = place * (placeBytes / 2);
  const size = shorts[short + nameWord] ?? 0;
  const header = place * placeBytes + bodyAt + size;
  data[start + 2] = (bytes[header] ?? 0) | ((data[start + 2] ?? 0) & 1);
  for (let index = 1; index < keptHeader; index += 1) {
    data[start + 2 + index] = bytes[header + index] ?? 0;
  }
  const body = header + keptHeader;
  let to = start + headerBytes + size + questionOverhead;
  const end = start + length;
  const behind = body + end - to;
  const count = shorts[short + countWord] ?? 0;
  let turned = body;
  if (count > 0) {
    const turn = shorts[short + turnWord] ?? 0;
    shorts[short + turnWord] = turn + 1 < count ? turn + 1 : 0;
    const recordBytes = shorts[short + recordWord] ?? 0;
    const first = body + turn * recordBytes;
    turned = body + count * recordBytes;
    for (let from = first; from < turned; from += 1, to += 1) data[to] = bytes[from] ?? 0;
    for (let from = body; from < first; from += 1, to += 1) data[to] = bytes[from] ?? 0;
  }
  for (let from = turned; from < behind; from += 1, to += 1) data[to] = bytes[from] ?? 0;
}

function isKept(reply: Uint8Array, hasEdns: boolean): boolean {
  const isCutShort = ((reply[2] ?? 0) & 2) !== 0;
  // A cookie goes behind the OPT record.
  return !isCutShort && (!hasEdns || endsInOpt(reply));
}

/** Without options. */
function endsInOpt(reply: Uint8Array): boolean {
  const at = reply.length - optBytes;
  return (
    at > headerBytes &&
    reply[at] === 0 &&
    readUint16(reply, at + 1) === recordType.opt &&
    readUint16(reply, at + 9) === 0
  );
}

const fixedRecord = 12;

/** Bytes of each record of the answer when they are of one set and one size, so that they can take turns; 0: they cannot. */
function turningRecord(reply: Uint8Array, answerAt: number, type: number): number {
  const count = readUint16(reply, 6);
  if (count < 2 || answerAt + fixedRecord > reply.length) return 0;
  const bytes = fixedRecord + readUint16(reply, answerAt + 10);
  if (answerAt + count * bytes > reply.length) return 0;
  for (let index = 0; index < count; index += 1) {
    const at = answerAt + index * bytes;
    const isOfName = readUint16(reply, at) === (0xc000 | headerBytes);
    const isOfSize = readUint16(reply, at + 10) === bytes - fixedRecord;
    if (!isOfName || !isOfSize || readUint16(reply, at + 2) !== type) return 0;
  }
  return bytes;
}
