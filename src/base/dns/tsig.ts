/**
 * TSIG (RFC 8945): what is signed, and where the signature stands. Pure: whoever knows the HMAC hands it
 * in.
 */
import { recordType } from './constants.ts';
import { createWriter, headerBytes, readUint16, readUint32 } from './message.ts';
import { readName } from './name.ts';

export interface TsigSecret {
  /** Without final dot, lower case. */
  readonly name: string;
  /** As messages name it: `hmac-sha256`, `hmac-md5.sig-alg.reg.int`. */
  readonly algorithm: string;
  hmac(bytes: Uint8Array): Uint8Array;
}

const classAny = 255;
const fudgeSeconds = 300;

export interface Signed {
  readonly bytes: Uint8Array;
  /** To verify the answer with. */
  readonly mac: Uint8Array;
}

/** RFC 8945 3: what is wrong with a signature, in its `error` field. */
export const tsigError = { badSignature: 16, badKey: 17, badTime: 18 } as const;
const nothing = new Uint8Array();

/** The message with its signature added; `seconds` since 1970. */
export function signMessage(message: Uint8Array, secret: TsigSecret, seconds: number): Signed {
  const mac = secret.hmac(joined([message, variables(secret, seconds, 0, nothing)]));
  return { bytes: withTsig(message, secret, { seconds, mac, error: 0, other: nothing }), mac };
}

/** The answer to a request whose signature was looked at by `checkRequest`. */
export function signAnswer(
  message: Uint8Array,
  { secret, mac: requestMac, error }: CheckedRequest,
  seconds: number,
): Uint8Array {
  const code = error ?? 0;
  const writer = createWriter(false);
  // The client learns how late it is here.
  if (code === tsigError.badTime) writeTime(writer, seconds);
  const other = writer.result();
  // Who has another secret, or none, could not read a signature of ours.
  const isReadable = code === 0 || code === tsigError.badTime;
  const parts = [sized(requestMac), message, variables(secret, seconds, code, other)];
  const mac = isReadable ? secret.hmac(joined(parts)) : nothing;
  return withTsig(message, secret, { seconds, mac, error: code, other });
}

export interface CheckedRequest {
  readonly secret: TsigSecret;
  readonly mac: Uint8Array;
  /** Of `tsigError`; absent: it is who it says, and said it now. */
  readonly error?: number;
}

/**
 * Who signed a request: undefined when nobody did. `find` knows the secrets by name, lower case without
 * final dot; `seconds` since 1970. A MAC that was cut short is none.
 */
export function checkRequest(
  message: Uint8Array,
  find: (key: string) => TsigSecret | undefined,
  seconds: number,
): CheckedRequest | undefined {
  const found = findTsig(message);
  if (found === undefined) return undefined;
  const { key, algorithm, mac } = found;
  const secret = find(key);
  if (secret === undefined || secret.algorithm !== algorithm) {
    const stranger = { name: key, algorithm, hmac: () => nothing };
    return { secret: stranger, mac, error: tsigError.badKey };
  }
  const tail = variables(secret, found.seconds, found.error, found.other, found.fudge);
  const expected = secret.hmac(joined([withoutTsig(message, found), tail]));
  if (!isSame(expected, mac)) return { secret, mac, error: tsigError.badSignature };
  const isNow = Math.abs(seconds - found.seconds) <= found.fudge;
  return isNow ? { secret, mac } : { secret, mac, error: tsigError.badTime };
}

interface SignatureParts {
  readonly seconds: number;
  readonly mac: Uint8Array;
  readonly error: number;
  readonly other: Uint8Array;
}

function withTsig(
  message: Uint8Array,
  { name, algorithm }: TsigSecret,
  { seconds, mac, error, other }: SignatureParts,
): Uint8Array {
  const writer = createWriter(false);
  writer.bytes(message);
  writer.setUint16(10, readUint16(message, 10) + 1);
  writer.name(name, false);
  writer.uint16(recordType.tsig);
  writer.uint16(classAny);
  writer.uint32(0);
  const data = createWriter(false);
  data.name(algorithm, false);
  data.bytes(timers(seconds, fudgeSeconds));
  data.uint16(mac.length);
  data.bytes(mac);
  data.uint16(readUint16(message, 0));
  data.uint16(error);
  data.uint16(other.length);
  data.bytes(other);
  writer.uint16(data.length());
  writer.bytes(data.result());
  return writer.result();
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
      const { error, fudge, other, seconds } = found;
      const tail = isFirst
        ? variables(secret, seconds, error, other, fudge)
        : timers(seconds, fudge);
      const expected = secret.hmac(joined([sized(prior), ...unsigned, plain, tail]));
      const isOther = found.key !== secret.name || found.algorithm !== secret.algorithm;
      if (isOther || !isSame(expected, found.mac)) return 'bad';
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
  /** Lower case, without final dot. */
  readonly algorithm: string;
  readonly seconds: number;
  readonly fudge: number;
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
  const isForm = readUint16(message, owner.next + 2) === classAny;
  if (!isForm || readUint32(message, owner.next + 4) !== 0) return undefined;
  const name = readName(message, owner.next + 10, false);
  if (name === undefined) return undefined;
  const seconds = readUint16(message, name.next) * 2 ** 32 + readUint32(message, name.next + 2);
  const macStart = name.next + 10;
  const macEnd = macStart + readUint16(message, name.next + 8);
  const end = macEnd + 6 + readUint16(message, macEnd + 4);
  const dataEnd = owner.next + 10 + readUint16(message, owner.next + 8);
  if (end !== message.length || dataEnd !== end) return undefined;
  return {
    start,
    key: owner.text.toLowerCase(),
    algorithm: name.text.toLowerCase(),
    seconds,
    fudge: readUint16(message, name.next + 6),
    mac: message.slice(macStart, macEnd),
    originalId: readUint16(message, macEnd),
    error: readUint16(message, macEnd + 2),
    other: message.slice(macEnd + 6, end),
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

function sized(bytes: Uint8Array): Uint8Array {
  return joined([Uint8Array.of(bytes.length >>> 8, bytes.length & 0xff), bytes]);
}

function variables(
  { name, algorithm }: TsigSecret,
  seconds: number,
  error: number,
  other: Uint8Array,
  fudge = fudgeSeconds,
): Uint8Array {
  const writer = createWriter(false);
  writer.name(name, false);
  writer.uint16(classAny);
  writer.uint32(0);
  writer.name(algorithm, false);
  writer.bytes(timers(seconds, fudge));
  writer.uint16(error);
  writer.uint16(other.length);
  writer.bytes(other);
  return writer.result();
}

function timers(seconds: number, fudge: number): Uint8Array {
  const writer = createWriter(false);
  writeTime(writer, seconds);
  writer.uint16(fudge);
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
