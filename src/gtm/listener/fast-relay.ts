/**
 * Plain questions that no wide IP has, on their way to named and back without being taken apart: an ID of our own, the
 * question looked at again when the reply comes, everything else copied. What turns out not to be plain (refused, an
 * alias, silence) goes the way that the whole engine would have gone. Memory for all that are on their way is laid out
 * once.
 */
import { ednsOption, recordType } from '../../base/dns/constants.ts';
import { headerBytes, readUint16 } from '../../base/dns/message.ts';
import type { Random } from '../../platform/random.ts';
import { cookieBytes, writeCookie } from '../dns/cookie.ts';
import type { AnswerEngine } from './engine.ts';
import type { HeldAnswers } from './held-answers.ts';
import type { NamedReply } from './relayed.ts';
import { copyBytes } from './slots.ts';

const most = 4_096;
/** A question, its OPT record and a cookie. */
const questionBytes = 384;
/** Where an answer goes: what `DatagramBatch.envelope` writes. */
const envelopeBytes = 128;
const timeoutMilliseconds = 2_000;
const optBytes = 11;
const randomPool = 4_096;
const free = -1;

/** Of a question as the fast way has read it. */
export interface PlainQuestion {
  readonly data: Uint8Array;
  readonly start: number;
  readonly length: number;
  readonly questionEnd: number;
  /** The most bytes that the client takes. */
  readonly limit: number;
  readonly hasCookie: boolean;
  readonly hasEdns: boolean;
  /** What named says may be kept, and given again. */
  readonly isHeld: boolean;
  /** Bytes of the client's address, 4 or 16. */
  readonly addressSize: number;
}

/** The listener that it came to. */
export interface Origin {
  readonly isOpen: boolean;
  /** The first bytes of `data`; from `at` on stands where they go. */
  send(data: Uint8Array, length: number, envelopes: Uint8Array, at: number): void;
}

/** Knows where an answer to the slot goes: what `DatagramBatch` knows. */
export interface Envelopes {
  envelope(slot: number, to: Uint8Array, at: number): void;
}

export interface FastRelayParts {
  readonly engine: AnswerEngine;
  readonly random: Random;
  readonly send: (data: Uint8Array, length: number) => void;
  readonly held: HeldAnswers;
  /** The whole engine's word on a reply that is not plain. */
  readonly finish: (
    question: Uint8Array,
    envelope: Uint8Array,
    addressSize: number,
    reply: NamedReply,
  ) => Uint8Array | undefined;
}

export class FastRelay {
  readonly #parts: FastRelayParts;
  readonly #questions = new Uint8Array(most * questionBytes);
  readonly #envelopes = new Uint8Array(most * envelopeBytes);
  readonly #sizes = new Uint16Array(most);
  readonly #ends = new Uint16Array(most);
  readonly #limits = new Uint16Array(most);
  readonly #hasCookie = new Uint8Array(most);
  readonly #isHeld = new Uint8Array(most);
  /** How often zones had moved when it was asked. */
  readonly #moves = new Int32Array(most);
  readonly #addressSizes = new Uint8Array(most);
  readonly #deadlines = new Float64Array(most);
  readonly #ids = new Uint16Array(most);
  readonly #origins: (Origin | undefined)[] = [];
  /** By ID: which of them; `free`: none. */
  readonly #places = new Int16Array(0x1_0000).fill(free);
  readonly #unused = Int16Array.from({ length: most }, (_, index) => index);
  #unusedCount = most;
  #random: Uint8Array = new Uint8Array(0);
  #randomAt = 0;
  readonly #scratch = new Uint8Array(4_096);

  constructor(parts: FastRelayParts) {
    this.#parts = parts;
  }

  /** False: there is no room, and nothing has happened. */
  ask(
    question: PlainQuestion,
    origin: Origin,
    now: number,
    envelopes: Envelopes,
    slot: number,
  ): boolean {
    if (this.#unusedCount === 0 || question.length > questionBytes) return false;
    this.#unusedCount -= 1;
    const place = this.#unused[this.#unusedCount] ?? 0;
    const id = this.#freeId();
    const { data, length, questionEnd, start } = question;
    const at = place * questionBytes;
    copyBytes(data, start, length, this.#questions, at);
    envelopes.envelope(slot, this.#envelopes, place * envelopeBytes);
    this.#sizes[place] = length;
    this.#ends[place] = questionEnd - start;
    this.#limits[place] = question.limit;
    this.#hasCookie[place] = question.hasCookie ? 1 : 0;
    const isHeld = question.isHeld && this.#parts.held.isKeeping;
    this.#isHeld[place] = isHeld ? 1 : 0;
    this.#moves[place] = this.#parts.held.moves();
    this.#addressSizes[place] = question.addressSize;
    this.#deadlines[place] = now + timeoutMilliseconds;
    this.#ids[place] = id;
    this.#origins[place] = origin;
    this.#places[id] = place;
    const scratch = this.#scratch;
    // named makes no cookie of its own: the one that counts is ours.
    const sent = question.hasCookie ? questionEnd - start + optBytes : length;
    copyBytes(data, start, sent, scratch, 0);
    // What is kept is kept in small letters.
    if (isHeld) foldLetters(scratch, headerBytes, questionEnd - start - 4);
    scratch[0] = id >>> 8;
    scratch[1] = id & 0xff;
    // Recursion is for names of other servers.
    scratch[2] = (scratch[2] ?? 0) & 0xfe;
    if (question.hasCookie) {
      scratch[sent - 2] = 0;
      scratch[sent - 1] = 0;
    }
    this.#parts.send(scratch, sent);
    return true;
  }

  /** A reply as it stands in `data`. */
  heard(data: Uint8Array, start: number, length: number): void {
    if (length < headerBytes) return;
    const place = this.#places[readUint16(data, start)] ?? free;
    if (place === free) return;
    const origin = this.#origins[place];
    const size = this.#plainReply(data, start, length, place);
    this.#release(place);
    if (size > 0) origin?.send(this.#scratch, size, this.#envelopes, place * envelopeBytes);
    else {
      const reply = data.slice(start, start + length);
      if (this.#isHeld[place] === 1 && this.#isAnswer(reply, 0, length, place)) {
        this.#writeName(reply, place);
      }
      this.#finish(place, origin, reply);
    }
  }

  /** Those that have waited too long; `now` undefined: all, since nobody is there. */
  giveUp(now: number | undefined): void {
    if (this.#unusedCount === most) return;
    for (let place = 0; place < most; place += 1) {
      const origin = this.#origins[place];
      if (origin === undefined) continue;
      if (now !== undefined && (this.#deadlines[place] ?? 0) > now) continue;
      this.#release(place);
      this.#finish(place, origin, 'no-answer');
    }
  }

  #finish(place: number, origin: Origin | undefined, reply: NamedReply): void {
    const at = place * questionBytes;
    const question = this.#questions.slice(at, at + (this.#sizes[place] ?? 0));
    const envelopeAt = place * envelopeBytes;
    const envelope = this.#envelopes.subarray(envelopeAt, envelopeAt + envelopeBytes);
    const addressSize = this.#addressSizes[place] ?? 4;
    const bytes = this.#parts.finish(question, envelope, addressSize, reply);
    if (bytes !== undefined) origin?.send(bytes, bytes.length, this.#envelopes, envelopeAt);
  }

  #release(place: number): void {
    this.#places[this.#ids[place] ?? 0] = free;
    this.#origins[place] = undefined;
    this.#unused[this.#unusedCount] = place;
    this.#unusedCount += 1;
  }

  /** Unpredictable, and not in use. */
  #freeId(): number {
    if (this.#randomAt + 2 > this.#random.length) {
      this.#random = this.#parts.random.bytes(randomPool);
      this.#randomAt = 0;
    }
    let id = readUint16(this.#random, this.#randomAt);
    this.#randomAt += 2;
    while (this.#places[id] !== free) id = (id + 1) & 0xffff;
    return id;
  }

  /** Written to the scratch, ready for the client; 0: not plain. */
  #plainReply(data: Uint8Array, start: number, length: number, place: number): number {
    const at = place * questionBytes;
    const questions = this.#questions;
    const end = this.#ends[place] ?? 0;
    const code = (data[start + 3] ?? 0) & 15;
    if (length > this.#scratch.length - 4 - cookieBytes) return 0;
    if (((data[start + 2] ?? 0) & 0x80) === 0 || (code !== 0 && code !== 3)) return 0;
    if (!this.#isAnswer(data, start, length, place)) return 0;
    if (
      readUint16(data, start + 6) > 0 &&
      !answersType(data, start + end, questions, at + end - 4)
    ) {
      return 0;
    }
    const scratch = this.#scratch;
    copyBytes(data, start, length, scratch, 0);
    scratch[0] = questions[at] ?? 0;
    scratch[1] = questions[at + 1] ?? 0;
    scratch[2] = (scratch[2] ?? 0) | ((questions[at + 2] ?? 0) & 1);
    if (this.#isHeld[place] === 1) {
      this.#keep(data.subarray(start, start + length), place);
      this.#writeName(scratch, place);
    }
    const whole = this.#hasCookie[place] === 1 ? this.#addCookie(length, place) : length;
    if (whole === 0) return 0;
    const { tally } = this.#parts.engine;
    tally.query('udp', readUint16(questions, at + end - 4));
    tally.relayed();
    tally.response(code);
    return whole;
  }

  /** Does the question stand in it as it was asked? */
  #isAnswer(data: Uint8Array, start: number, length: number, place: number): boolean {
    const at = place * questionBytes;
    const end = this.#ends[place] ?? 0;
    if (length < end || readUint16(data, start + 4) !== 1) return false;
    const questions = this.#questions;
    const isHeld = this.#isHeld[place] === 1;
    for (let index = headerBytes; index < end; index += 1) {
      const byte = questions[at + index] ?? 0;
      if (data[start + index] !== (isHeld && index < end - 4 ? smallLetter(byte) : byte)) {
        return false;
      }
    }
    return true;
  }

  /** In the letters of the client. */
  #writeName(reply: Uint8Array, place: number): void {
    const at = place * questionBytes;
    const end = (this.#ends[place] ?? 0) - 4;
    for (let index = headerBytes; index < end; index += 1) {
      reply[index] = this.#questions[at + index] ?? 0;
    }
  }

  #keep(reply: Uint8Array, place: number): void {
    const data = this.#questions;
    const start = place * questionBytes;
    const questionEnd = start + (this.#ends[place] ?? 0);
    const hasEdns = data[start + 11] === 1;
    const askedAt = (this.#deadlines[place] ?? 0) - timeoutMilliseconds;
    const limit = this.#limits[place] ?? 0;
    const question = { data, start, questionEnd, hasEdns, limit };
    const moves = this.#moves[place] ?? 0;
    this.#parts.held.keep(question, reply, askedAt, moves);
  }

  /** Behind the OPT record, which stands last; 0: it does not, or there is no room. */
  #addCookie(length: number, place: number): number {
    const secret = this.#parts.engine.cookieSecret;
    const scratch = this.#scratch;
    const opt = length - optBytes;
    const isLast = scratch[opt] === 0 && readUint16(scratch, opt + 1) === recordType.opt;
    if (!isLast || readUint16(scratch, opt + 9) !== 0 || secret === undefined) return 0;
    if (length + 4 + cookieBytes > (this.#limits[place] ?? 0)) return 0;
    scratch[opt + 10] = 4 + cookieBytes;
    scratch[length] = 0;
    scratch[length + 1] = ednsOption.cookie;
    scratch[length + 2] = 0;
    scratch[length + 3] = cookieBytes;
    const cookieAt = place * questionBytes + (this.#ends[place] ?? 0) + optBytes + 4;
    const client = this.#questions.subarray(cookieAt, cookieAt + 8);
    const size = this.#addressSizes[place] ?? 4;
    const addressAt = place * envelopeBytes + (size === 4 ? 4 : 8);
    const seconds = this.#parts.engine.unixSeconds();
    writeCookie(secret, client, this.#envelopes, addressAt, size, seconds, scratch, length + 4);
    return length + 4 + cookieBytes;
  }
}

/** Of a name: lengths of labels are no letters. */
function foldLetters(data: Uint8Array, start: number, end: number): void {
  for (let index = start; index < end; index += 1) data[index] = smallLetter(data[index] ?? 0);
}

function smallLetter(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
}

/** Is the first record of the asked name and type, so that there is no alias to follow? */
function answersType(
  data: Uint8Array,
  record: number,
  question: Uint8Array,
  typeAt: number,
): boolean {
  return (
    data[record] === 0xc0 &&
    data[record + 1] === headerBytes &&
    data[record + 2] === question[typeAt] &&
    data[record + 3] === question[typeAt + 1]
  );
}
