/**
 * Plain questions for plain wide IPs, answered where they stand in memory: question read in place, name found by its
 * hash, answer written behind the question, nothing made. Whatever is not plain is left to `answerPacket`, which gives
 * the same answers (`fast.test.ts` compares them byte by byte). Pure but for cursors and counters.
 */
import {
  ednsOption,
  plainUdpLimit,
  recordClass,
  recordType,
  udpPayloadLimit,
} from '../../base/dns/constants.ts';
import { headerBytes, readUint16 } from '../../base/dns/message.ts';
import { writeRecord } from '../dns/record.ts';
import type { CompiledPool, CompiledSnapshot, CompiledWideIp } from '../decision/compile.ts';
import { cookieBytes, writeCookie } from '../dns/cookie.ts';
import type { DnsProfile } from '../protocol.ts';
import type { PlainQuestion } from './fast-relay.ts';
import type { AnswerEngine } from './engine.ts';
import type { HeldAnswers } from './held-answers.ts';
import {
  PlainDecider,
  type PlainClient,
  plainPool,
  plainWideIp,
  type PlainPool,
  type PlainWideIp,
} from './fast-decision.ts';
import { compileNames, type CompiledNames } from './fast-names.ts';
import { ClientPlaces } from './client-places.ts';
import { NameReader } from './name-table.ts';
import { isOrdinaryType, isPlainHeader, optBytes, writeHeader, writeOpt } from './plain-packet.ts';
import { ReadyAnswers } from './ready-answers.ts';
import type { Resolvers } from './resolvers.ts';
import type { ClientOf, Slots } from './slots.ts';

/**
 * Answers within the slot, or has nothing to say of the packet: bytes of the answer, 0 for none, `unanswered` when it
 * needs the whole engine.
 */
export interface FastAnswer {
  /** Once a batch, with its time. */
  begin(now: number): void;
  answer(
    slots: Slots,
    slot: number,
    length: number,
    profile: DnsProfile,
    relay: PlainRelay | undefined,
  ): number;
  /** Cursors and counters are as they should be, of so many wide IPs; of all, before anybody else looks at them. */
  settle(most?: number): void;
}

/** Takes a plain question that no wide IP has; false: it does not. */
export interface PlainRelay {
  ask(question: PlainQuestion, slot: number, now: number): boolean;
}

export const unanswered = -1;

export interface FastAnswerParts {
  readonly engine: AnswerEngine;
  readonly held: HeldAnswers;
  readonly resolvers: Pick<Resolvers, 'sawBytes'>;
  /** Somebody wants to see every packet. */
  readonly isTapped: () => boolean;
  readonly clientOf: ClientOf;
}

export function createFastAnswer(parts: FastAnswerParts): FastAnswer {
  return new Fast(parts);
}

class Fast implements FastAnswer {
  readonly #engine: AnswerEngine;
  readonly #parts: FastAnswerParts;
  readonly #reader = new NameReader();
  readonly #places: ClientPlaces;
  readonly #cookie = new Uint8Array(cookieBytes);
  readonly #client: PlainClient;
  #snapshot: CompiledSnapshot | undefined;
  #names: CompiledNames | undefined;
  #isSignerIdle = false;
  /** By place among the wide IPs, worked out when it is asked for first; null: only `answerPacket` knows. */
  #plain: (PlainWideIp | null | undefined)[] = [];
  /** Of which wide IP each of them was worked out: another one may stand in the place since. */
  #plainFor: (CompiledWideIp | undefined)[] = [];
  #pools = new WeakMap<CompiledPool, PlainPool>();
  #decider: PlainDecider | undefined;
  #isOn = false;
  readonly #ready: ReadyAnswers;

  constructor(parts: FastAnswerParts) {
    this.#parts = parts;
    this.#ready = new ReadyAnswers(parts.engine.tally);
    this.#engine = parts.engine;
    this.#places = new ClientPlaces(parts.clientOf);
    this.#client = {
      bytes: new Uint8Array(0),
      at: 0,
      size: 0,
      now: 0,
      records: () => this.#places.records(),
    };
  }

  begin(now: number): void {
    const { engine } = this.#parts;
    this.#client.now = now;
    if (engine.snapshot !== this.#snapshot) this.#compile(engine.snapshot);
    this.#isOn = this.#names !== undefined && !engine.rate.isLimited && !this.#parts.isTapped();
  }

  settle(most?: number): void {
    this.#ready.settle(most);
  }

  answer(
    slots: Slots,
    slot: number,
    length: number,
    profile: DnsProfile,
    relay: PlainRelay | undefined,
  ): number {
    const bytes = this.#answer(slots, slot, length, profile, relay);
    // The whole engine goes by the cursors.
    if (bytes === unanswered) this.#ready.settle();
    return bytes;
  }

  #answer(
    slots: Slots,
    slot: number,
    length: number,
    profile: DnsProfile,
    relay: PlainRelay | undefined,
  ): number {
    const names = this.#names;
    if (!this.#isOn || names === undefined || !profile.answersWideIps) return unanswered;
    const { data } = slots;
    const start = slots.start(slot);
    const end = start + length;
    if (length < headerBytes + 5 || !isPlainHeader(data, start)) return unanswered;
    const wantsRecursion = ((data[start + 2] ?? 0) & 1) !== 0;
    if (wantsRecursion && !profile.takesRecursion) return unanswered;
    const hash = this.#reader.read(data, start + headerBytes, end);
    const typeAt = this.#reader.found.next;
    const questionEnd = typeAt + 4;
    if (hash < 0 || questionEnd > end) return unanswered;
    if (readUint16(data, typeAt + 2) !== recordClass.internet) return unanswered;
    const limit = this.#readEdns(data, start, questionEnd, end);
    if (limit < 0) return unanswered;
    const row = names.table.find(this.#reader, hash);
    const type = readUint16(data, typeAt);
    if (row === undefined) {
      if (relay === undefined || !this.#isRelayed(type, profile)) return unanswered;
      this.#readQuestion(slots, slot, length, questionEnd, limit, profile);
      const known = this.#answerHeld(slots, slot, hash);
      return known > 0 ? known : this.#relay(relay, slots, slot);
    }
    if (this.#wantsSignatures && profile.signs && names.isSigned(row)) return unanswered;
    const place = names.placeOf(row, type);
    const ready = this.#readyAt(place);
    if (ready > 0) return this.#answerReady(slots, slot, questionEnd, limit, type, place, ready);
    const plain = this.#plainOf(place);
    if (plain === null) return unanswered;
    return this.#answerPlain(slots, slot, questionEnd, limit, type, plain);
  }

  #wantsSignatures = false;
  #hasEdns = false;
  #hasCookie = false;

  /** The most bytes that the client takes; -1: not plain. */
  #readEdns(data: Uint8Array, start: number, at: number, end: number): number {
    this.#wantsSignatures = false;
    this.#hasCookie = false;
    this.#hasEdns = data[start + 11] === 1;
    if (!this.#hasEdns) return at === end ? plainUdpLimit : -1;
    if (at + optBytes > end || data[at] !== 0 || readUint16(data, at + 1) !== recordType.opt)
      return -1;
    const options = readUint16(data, at + 9);
    if (data[at + 6] !== 0 || at + optBytes + options !== end) return -1;
    this.#wantsSignatures = ((data[at + 7] ?? 0) & 0x80) !== 0;
    if (options > 0) {
      const size = readUint16(data, at + 13);
      const isCookie = readUint16(data, at + 11) === ednsOption.cookie && size + 4 === options;
      if (!isCookie || (size !== 8 && (size < 16 || size > 40))) return -1;
      this.#hasCookie = true;
      this.#cookie.set(data.subarray(at + 15, at + 23));
    }
    return Math.min(Math.max(readUint16(data, at + 3), plainUdpLimit), udpPayloadLimit);
  }

  /** Nobody but named can have anything to say of it. */
  #isRelayed(type: number, profile: DnsProfile): boolean {
    const { engine } = this.#parts;
    return (
      profile.usesBind &&
      profile.unhandled === 'allow' &&
      engine.explainClients.length === 0 &&
      engine.signer.isIdle &&
      this.#names?.hasWildcards === false &&
      isOrdinaryType(type)
    );
  }

  #readQuestion(
    slots: Slots,
    slot: number,
    length: number,
    questionEnd: number,
    limit: number,
    profile: DnsProfile,
  ): void {
    const question = this.#question;
    question.data = slots.data;
    question.start = slots.start(slot);
    question.length = length;
    question.questionEnd = questionEnd;
    question.limit = limit;
    question.hasCookie = this.#hasCookie && this.#engine.cookieSecret !== undefined;
    question.hasEdns = this.#hasEdns;
    question.isHeld = profile.holdsZones;
    question.addressSize = slots.sender.isIpv4(slot) ? 4 : 16;
  }

  /** As named has answered the same question before; 0: it has not, or its zones have moved since. */
  #answerHeld(slots: Slots, slot: number, hash: number): number {
    const question = this.#question;
    if (!question.isHeld || (this.#hasCookie && !question.hasCookie)) return 0;
    const { addressSize, data, hasCookie, limit, questionEnd, start } = question;
    const most = limit - (hasCookie ? 4 + cookieBytes : 0);
    const { now } = this.#client;
    const length = this.#parts.held.answer(this.#reader, hash, question, most, now);
    if (length === 0) return 0;
    const { names, sender } = slots;
    const { tally } = this.#engine;
    const at = sender.at(slot);
    this.#parts.resolvers.sawBytes(names, at, addressSize, now);
    tally.query('udp', readUint16(data, questionEnd - 4));
    tally.held();
    tally.response((data[start + 3] ?? 0) & 15);
    if (!hasCookie) return length;
    data[start + length - 1] = 4 + cookieBytes;
    return this.#writeCookie(slots, at, addressSize, start + length) - start;
  }

  #relay(relay: PlainRelay, slots: Slots, slot: number): number {
    const { names, sender } = slots;
    const question = this.#question;
    const isTaken =
      !(this.#hasCookie && !question.hasCookie) && relay.ask(question, slot, this.#client.now);
    if (!isTaken) return unanswered;
    const { addressSize } = question;
    this.#parts.resolvers.sawBytes(names, sender.at(slot), addressSize, this.#client.now);
    return 0;
  }

  readonly #question: { -readonly [K in keyof PlainQuestion]: PlainQuestion[K] } = {
    data: new Uint8Array(0),
    start: 0,
    length: 0,
    questionEnd: 0,
    limit: 0,
    hasCookie: false,
    hasEdns: false,
    isHeld: false,
    addressSize: 4,
  };

  #readyAt(place: number): number {
    const found = this.#ready.find(place);
    if (found !== 0 || this.#snapshot === undefined) return found;
    return this.#ready.look(place, this.#plainOf(place), this.#snapshot);
  }

  #answerReady(
    slots: Slots,
    slot: number,
    questionEnd: number,
    limit: number,
    type: number,
    place: number,
    ready: number,
  ): number {
    const start = slots.start(slot);
    const most = limit - (questionEnd - start) - this.#optSize();
    if (this.#ready.size(ready) > most) return unanswered;
    const { data, names, sender } = slots;
    const { tally } = this.#engine;
    const at = sender.at(slot);
    const size = sender.isIpv4(slot) ? 4 : 16;
    this.#parts.resolvers.sawBytes(names, at, size, this.#client.now);
    tally.query('udp', type);
    tally.response(0);
    writeHeader(data, start, this.#ready.count(ready));
    const end = this.#ready.write(ready, place, data, questionEnd);
    return this.#writeEdns(slots, at, size, end) - start;
  }

  #optSize(): number {
    if (!this.#hasEdns) return 0;
    const isGiven = this.#hasCookie && this.#engine.cookieSecret !== undefined;
    return optBytes + (isGiven ? 4 + cookieBytes : 0);
  }

  /** Behind the records; returns where the answer ends. */
  #writeEdns(slots: Slots, addressAt: number, size: number, at: number): number {
    if (!this.#hasEdns) return at;
    const options = this.#optSize() - optBytes;
    writeOpt(slots.data, at, this.#wantsSignatures, options);
    const end = at + optBytes;
    return options === 0 ? end : this.#writeCookie(slots, addressAt, size, end);
  }

  #answerPlain(
    slots: Slots,
    slot: number,
    questionEnd: number,
    limit: number,
    type: number,
    plain: PlainWideIp,
  ): number {
    const { data, names, sender } = slots;
    const { tally } = this.#engine;
    const start = slots.start(slot);
    const client = this.#client;
    client.bytes = names;
    client.at = sender.at(slot);
    client.size = sender.isIpv4(slot) ? 4 : 16;
    if (plain.usesTopology && this.#snapshot !== undefined) {
      this.#places.aim(this.#snapshot, slots, slot);
    }
    const most = limit - (questionEnd - start) - this.#optSize();
    // Too large for some pool: `answerPacket` cuts it short, when it is picked.
    if (plain.largestAnswer > most || this.#decider?.decide(plain, client) !== true)
      return unanswered;
    const { result } = this.#decider;
    const { members, pool } = result;
    this.#parts.resolvers.sawBytes(names, client.at, client.size, client.now);
    tally.query('udp', type);
    tally.decision(result);
    tally.response(0);
    writeHeader(data, start, members.length);
    let offset = questionEnd;
    const recordsType = recordType[pool.data.type];
    for (let index = 0; index < members.length; index += 1) {
      const record = members[index]?.record;
      if (record === undefined) continue;
      offset = writeRecord(data, offset, recordsType, record, pool.data.ttlSeconds);
    }
    return this.#writeEdns(slots, client.at, client.size, offset) - start;
  }

  /** Behind an OPT record that says so; returns where it ends. */
  #writeCookie({ data, names }: Slots, addressAt: number, size: number, offset: number): number {
    const secret = this.#engine.cookieSecret;
    if (secret === undefined) return offset;
    data[offset] = 0;
    data[offset + 1] = ednsOption.cookie;
    data[offset + 2] = 0;
    data[offset + 3] = cookieBytes;
    const seconds = this.#engine.unixSeconds();
    writeCookie(secret, this.#cookie, names, addressAt, size, seconds, data, offset + 4);
    return offset + 4 + cookieBytes;
  }

  #plainOf(at: number): PlainWideIp | null {
    if (at < 0) return null;
    const known = this.#plain[at];
    const isStill = known !== undefined && this.#plainFor[at] === this.#snapshot?.wideIps[at];
    return isStill ? known : this.#makePlain(at);
  }

  #makePlain(at: number): PlainWideIp | null {
    const snapshot = this.#snapshot;
    const wideIp = snapshot?.wideIps[at];
    if (snapshot === undefined || wideIp === undefined) return null;
    const poolOf = (pool: CompiledPool): PlainPool => {
      const known = this.#pools.get(pool);
      if (known !== undefined) return known;
      const plain = plainPool(pool, snapshot.settings, snapshot.topology.isEmpty);
      this.#pools.set(pool, plain);
      return plain;
    };
    const plain = plainWideIp(wideIp, poolOf, snapshot) ?? null;
    this.#plain[at] = plain;
    this.#plainFor[at] = wideIp;
    return plain;
  }

  #compile(snapshot: CompiledSnapshot): void {
    const former = this.#snapshot;
    this.#snapshot = snapshot;
    if (former?.topology !== snapshot.topology) this.#places.forget();
    this.#keepPlain(snapshot, former);
    const { signer } = this.#engine;
    const isNamed = former?.index === snapshot.index && this.#isSignerIdle && signer.isIdle;
    if (!isNamed) this.#names = compileNames(snapshot, signer);
    this.#isSignerIdle = signer.isIdle;
    const [wideIp] = snapshot.wideIps;
    const [pool] = snapshot.pools;
    this.#decider =
      wideIp === undefined || pool === undefined
        ? undefined
        : new PlainDecider(snapshot, { wideIp, pool });
  }

  /** What was worked out holds as long as its wide IP is the same, with the same pools. */
  #keepPlain(snapshot: CompiledSnapshot, former: CompiledSnapshot | undefined): void {
    const isSame =
      former?.topology === snapshot.topology && isEqual(former.settings, snapshot.settings);
    // Patched: what is other is seen when it is asked for.
    if (isSame && former.wideIps === snapshot.wideIps) return this.#ready.renew();
    this.#ready.reset(snapshot.wideIps.length);
    const [before, beforeFor] = [this.#plain, this.#plainFor];
    const isStill = (wideIp: CompiledWideIp, at: number): boolean =>
      isSame && beforeFor[at] === wideIp;
    this.#plain = snapshot.wideIps.map((one, at) => (isStill(one, at) ? before[at] : undefined));
    this.#plainFor = snapshot.wideIps.map((one, at) => (isStill(one, at) ? one : undefined));
    this.#pools = new WeakMap();
    for (const plain of this.#plain) {
      if (plain === undefined || plain === null) continue;
      for (const pool of plain.pools) this.#pools.set(pool.pool, pool);
    }
  }
}

/** Plain data on both sides. */
function isEqual(a: object, b: object): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
