/**
 * TSIG (RFC 8945): what is signed, and where the signature stands. Pure: whoever knows the HMAC hands it
 * in. HMAC-SHA256 only, which is what our own servers are asked with.
 */
import { recordType } from './constants.ts';
import { createWriter, headerBytes, readUint16, readUint32 } from './message.ts';
import { readName } from './name.ts';

export interface TsigSecret {
  /** Without final dot, lower case. */
  readonly name: string;
  hmac(bytes: Uint8Array): Uint8Array;
}

const algorithm = 'hmac-sha256';
const classAny = 255;
const fudgeSeconds = 300;

export interface Signed {
  readonly bytes: Uint8Array;
  /** To verify the answer with. */
  readonly mac: Uint8Array;
}

/** The message with its signature added; `seconds` since 1970. */
export function signMessage(message: Uint8Array, secret: TsigSecret, seconds: number): Signed {
  const mac = secret.hmac(joined([message, variables(secret.name, seconds, 0, new Uint8Array())]));
  const writer = createWriter(false);
  writer.bytes(message);
  writer.setUint16(10, readUint16(message, 10) + 1);
  writer.name(secret.name, false);
  writer.uint16(recordType.tsig);
  writer.uint16(classAny);
  writer.uint32(0);
  const data = createWriter(false);
  data.name(algorithm, false);
  writeTime(data, seconds);
  data.uint16(fudgeSeconds);
  data.uint16(mac.length);
  data.bytes(mac);
  data.uint16(readUint16(message, 0));
  data.uint16(0);
  data.uint16(0);
  writer.uint16(data.length());
  writer.bytes(data.result());
  return { bytes: writer.result(), mac };
}

/** Follows the answers to one signed request, one message after the other (RFC 8945 5.3.1). */
export interface TsigVerifier {
  /** `bad`: not from who knows the secret. Unsigned messages are `pending` until a signed one. */
  take(message: Uint8Array): 'good' | 'pending' | 'bad';
}

const maximumUnsigned = 100;

export function verifyAnswers(secret: TsigSecret, requestMac: Uint8Array): TsigVerifier {
  let prior = requestMac;
  let unsigned: Uint8Array[] = [];
  let isFirst = true;
  return {
    take(message) {
      const found = findTsig(message);
      if (found === undefined) {
        // The first one always is signed.
        if (isFirst || unsigned.length >= maximumUnsigned) return 'bad';
        unsigned.push(message);
        return 'pending';
      }
      const plain = withoutTsig(message, found);
      const size = Uint8Array.of(prior.length >>> 8, prior.length & 0xff);
      const tail = isFirst
        ? variables(secret.name, found.seconds, found.error, found.other)
        : timers(found.seconds);
      const expected = secret.hmac(joined([size, prior, ...unsigned, plain, tail]));
      if (found.key !== secret.name || !isSame(expected, found.mac)) return 'bad';
      prior = found.mac;
      unsigned = [];
      isFirst = false;
      return 'good';
    },
  };
}

interface FoundTsig {
  readonly start: number;
  readonly key: string;
  readonly seconds: number;
  readonly mac: Uint8Array;
  readonly originalId: number;
  readonly error: number;
  readonly other: Uint8Array;
}

/** It is the last record, if it is there. */
function findTsig(message: Uint8Array): FoundTsig | undefined {
  const start = lastRecord(message);
  const owner = start === undefined ? undefined : readName(message, start);
  if (start === undefined || owner === undefined) return undefined;
  if (readUint16(message, owner.next) !== recordType.tsig) return undefined;
  const name = readName(message, owner.next + 10, false);
  if (name === undefined || name.text.toLowerCase() !== algorithm) return undefined;
  const seconds = readUint16(message, name.next) * 2 ** 32 + readUint32(message, name.next + 2);
  const macStart = name.next + 10;
  const macEnd = macStart + readUint16(message, name.next + 8);
  if (macEnd + 6 > message.length) return undefined;
  return {
    start,
    key: owner.text.toLowerCase(),
    seconds,
    mac: message.slice(macStart, macEnd),
    originalId: readUint16(message, macEnd),
    error: readUint16(message, macEnd + 2),
    other: message.slice(macEnd + 6, macEnd + 6 + readUint16(message, macEnd + 4)),
  };
}

/** Where the last record begins; undefined: there is none, or it is no message. */
function lastRecord(message: Uint8Array): number | undefined {
  if (message.length < headerBytes || readUint16(message, 10) === 0) return undefined;
  let offset = headerBytes;
  for (let left = readUint16(message, 4); left > 0; left -= 1) {
    const name = readName(message, offset);
    if (name === undefined) return undefined;
    offset = name.next + 4;
  }
  const total = [6, 8, 10].reduce((sum, at) => sum + readUint16(message, at), 0);
  let start = offset;
  for (let left = total; left > 0; left -= 1) {
    const end = recordEnd(message, offset);
    if (end === undefined) return undefined;
    start = offset;
    offset = end;
  }
  return start;
}

function recordEnd(message: Uint8Array, offset: number): number | undefined {
  // Owners are walked over, not read: a transfer has thousands.
  let at = offset;
  for (;;) {
    const size = message[at];
    if (size === undefined) return undefined;
    if (size === 0) break;
    if (size >= 0xc0) {
      at += 1;
      break;
    }
    at += size + 1;
  }
  const end = at + 11 + readUint16(message, at + 9);
  return end > message.length ? undefined : end;
}

/** Is it signed by anybody? What the signature is worth, the server of the zone says. */
export function isSigned(message: Uint8Array): boolean {
  const start = lastRecord(message);
  const owner = start === undefined ? undefined : readName(message, start);
  return owner !== undefined && readUint16(message, owner.next) === recordType.tsig;
}

function withoutTsig(message: Uint8Array, { start, originalId }: FoundTsig): Uint8Array {
  const plain = message.slice(0, start);
  const count = readUint16(message, 10) - 1;
  plain[0] = originalId >>> 8;
  plain[1] = originalId & 0xff;
  plain[10] = count >>> 8;
  plain[11] = count & 0xff;
  return plain;
}

function variables(key: string, seconds: number, error: number, other: Uint8Array): Uint8Array {
  const writer = createWriter(false);
  writer.name(key, false);
  writer.uint16(classAny);
  writer.uint32(0);
  writer.name(algorithm, false);
  writer.bytes(timers(seconds));
  writer.uint16(error);
  writer.uint16(other.length);
  writer.bytes(other);
  return writer.result();
}

function timers(seconds: number): Uint8Array {
  const writer = createWriter(false);
  writeTime(writer, seconds);
  writer.uint16(fudgeSeconds);
  return writer.result();
}

/** 48 bits. */
function writeTime(writer: ReturnType<typeof createWriter>, seconds: number): void {
  writer.uint16(Math.floor(seconds / 2 ** 32));
  writer.uint32(seconds % 2 ** 32);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (const [index, byte] of a.entries()) difference |= byte ^ (b[index] ?? 0);
  return difference === 0;
}
