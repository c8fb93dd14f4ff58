/**
 * DNS cookies (RFC 7873) as all servers of a group make them (RFC 9018): a client that sends back what we
 * gave it has the address that it says it has. Pure.
 */
import { ednsOption, recordType } from '../../base/dns/constants.ts';
import { flag, headerBytes, readUint16, readUint32 } from '../../base/dns/message.ts';
import { readName } from '../../base/dns/name.ts';
import { sipHash, sipHashInto } from './siphash.ts';

export const cookieSecretBytes = 16;
const clientBytes = 8;
const cookieVersion = 1;
/** RFC 9018 §4.3. */
const validSeconds = 3_600;
const futureSeconds = 300;

/** Client and server cookie, 24 bytes. `seconds`: Unix time. */
export function makeCookie(
  secret: Uint8Array,
  client: Uint8Array,
  address: readonly number[],
  seconds: number,
): Uint8Array {
  const head = new Uint8Array(clientBytes + 8);
  head.set(client.subarray(0, clientBytes));
  head[8] = cookieVersion;
  new DataView(head.buffer).setUint32(12, seconds >>> 0);
  const hash = sipHash(secret, Uint8Array.of(...head, ...address));
  return Uint8Array.of(...head, ...hash);
}

export const cookieBytes = 24;
const hashed = new Uint8Array(32);

/** The same as `makeCookie`, written to `target` from `to` on: nothing is made. */
export function writeCookie(
  secret: Uint8Array,
  client: Uint8Array,
  addresses: Uint8Array,
  addressAt: number,
  addressSize: number,
  seconds: number,
  target: Uint8Array,
  to: number,
): void {
  for (let index = 0; index < clientBytes; index += 1) hashed[index] = client[index] ?? 0;
  hashed[8] = cookieVersion;
  hashed[9] = 0;
  hashed[10] = 0;
  hashed[11] = 0;
  for (let index = 0; index < 4; index += 1) {
    hashed[12 + index] = (seconds >>> (24 - index * 8)) & 0xff;
  }
  for (let index = 0; index < addressSize; index += 1) {
    hashed[16 + index] = addresses[addressAt + index] ?? 0;
  }
  for (let index = 0; index < 16; index += 1) target[to + index] = hashed[index] ?? 0;
  sipHashInto(secret, hashed, 16 + addressSize, target, to + 16);
}

/** Did we give this cookie to this address, not too long ago? */
export function isOurCookie(
  secret: Uint8Array,
  cookie: Uint8Array,
  address: readonly number[],
  seconds: number,
): boolean {
  if (cookie.length !== 24 || cookie[8] !== cookieVersion) return false;
  const given = readUint32(cookie, 12);
  if (seconds - given > validSeconds || given - seconds > futureSeconds) return false;
  const expected = makeCookie(secret, cookie, address, given);
  return expected.every((byte, index) => byte === cookie[index]);
}

/** The reply with the cookie in its OPT; cut short when that makes it too large. */
export function withCookie(reply: Uint8Array, cookie: Uint8Array, limit: number): Uint8Array {
  return withOption(reply, ednsOption.cookie, cookie, limit);
}

/** The same with any option, instead of one of its kind. */
export function withOption(
  reply: Uint8Array,
  code: number,
  value: Uint8Array,
  limit: number,
): Uint8Array {
  const opt = findOpt(reply);
  if (opt === undefined) return reply;
  const options = withoutOption(reply.subarray(opt.start + 11, opt.end), code);
  const data = joined(
    options,
    Uint8Array.of(code >>> 8, code & 0xff, value.length >>> 8, value.length & 0xff),
    value,
  );
  const head = reply.slice(opt.start, opt.start + 11);
  head[9] = data.length >>> 8;
  head[10] = data.length & 0xff;
  const whole = joined(reply.subarray(0, opt.start), head, data, reply.subarray(opt.end));
  if (whole.length <= limit) return whole;
  const short = joined(reply.subarray(0, opt.questionEnd), head, data);
  short[2] = (short[2] ?? 0) | (flag.truncated >>> 8);
  short.fill(0, 6, headerBytes - 1);
  short[headerBytes - 1] = 1;
  return short;
}

/** The value of an option in the message's OPT. */
export function optionOf(message: Uint8Array, code: number): Uint8Array | undefined {
  const opt = findOpt(message);
  if (opt === undefined) return undefined;
  const options = message.subarray(opt.start + 11, opt.end);
  for (let offset = 0; offset + 4 <= options.length;) {
    const end = offset + 4 + readUint16(options, offset + 2);
    if (readUint16(options, offset) === code) return options.subarray(offset + 4, end);
    offset = end;
  }
  return undefined;
}

/** Nothing stands behind the OPT: what does, is a signature over all before it (TSIG). */
export function endsWithOpt(message: Uint8Array): boolean {
  return findOpt(message)?.end === message.length;
}

interface FoundOpt {
  readonly start: number;
  readonly end: number;
  readonly questionEnd: number;
}

function findOpt(packet: Uint8Array): FoundOpt | undefined {
  if (packet.length < headerBytes) return undefined;
  let offset = headerBytes;
  if (readUint16(packet, 4) === 1) {
    const question = readName(packet, offset);
    if (question === undefined) return undefined;
    offset = question.next + 4;
  }
  const questionEnd = offset;
  const records = readUint16(packet, 6) + readUint16(packet, 8) + readUint16(packet, 10);
  for (let index = 0; index < records; index += 1) {
    const name = readName(packet, offset);
    if (name === undefined || name.next + 10 > packet.length) return undefined;
    const end = name.next + 10 + readUint16(packet, name.next + 8);
    if (readUint16(packet, name.next) === recordType.opt && end <= packet.length) {
      return { start: offset, end, questionEnd };
    }
    offset = end;
  }
  return undefined;
}

function withoutOption(options: Uint8Array, code: number): Uint8Array {
  const kept: number[] = [];
  for (let offset = 0; offset + 4 <= options.length;) {
    const end = offset + 4 + readUint16(options, offset + 2);
    if (readUint16(options, offset) !== code) {
      kept.push(...options.subarray(offset, end));
    }
    offset = end;
  }
  return Uint8Array.from(kept);
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
