/**
 * Packets of RADIUS for a login by password (RFC 2865; Message-Authenticator: RFC 2869, 5.14), and for what is
 * accounted for (RFC 2866).
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

const accessRequest = 1;
const accountingRequest = 4;
export const accountingResponse = 5;
export const accessAccept = 2;
export const accessReject = 3;
const headerOctets = 20;
const maximumPasswordOctets = 128;

const userName = 1;
const userPassword = 2;
const nasIpAddress = 4;
const serviceType = 6;
const callingStation = 31;
const nasIdentifier = 32;
const accountingStatus = 40;
const accountingSession = 44;
const statusStart = 1;
const statusInterim = 3;
const vendorSpecific = 26;
/** F5, and where its dictionary has a line of the audit log: F5-LTM-Audit-Msg. */
const vendorF5 = 3375;
const auditMessage = 14;
/** An attribute has 255 octets at most, its vendor's part six of them before two of its own. */
const messageOctets = 246;
/** RFC 2865, 3. */
const packetOctets = 4096;
const messageAuthenticator = 80;

export interface AccessRequest {
  /** 0–255. */
  readonly identifier: number;
  /** 16 random octets. */
  readonly authenticator: Uint8Array;
  readonly secret: string;
  readonly user: string;
  /** At most 128 octets. */
  readonly password: string;
  readonly client: string;
  readonly service: number | undefined;
  /** Where the user is. */
  readonly address: string;
  /** IPv4, four octets: who the request says is asking. */
  readonly nasAddress?: Uint8Array;
}

export interface AccountingRequest {
  readonly identifier: number;
  readonly secret: string;
  readonly user: string;
  readonly session: string;
  readonly nasAddress?: Uint8Array;
  /** A line of the audit log, in the middle of a session; absent: a session begins. */
  readonly message?: string;
  readonly client?: string;
  /** Where the user is. */
  readonly address?: string;
}

export function encodeRequest(request: AccessRequest): Uint8Array {
  const { authenticator, secret, client, service, address } = request;
  const head = Buffer.alloc(headerOctets);
  head[0] = accessRequest;
  head[1] = request.identifier;
  head.set(authenticator, 4);
  const parts = [
    head,
    // First, as the advice against forged answers is (draft-ietf-radext-deprecating-radius).
    attribute(messageAuthenticator, Buffer.alloc(16)),
    attribute(userName, Buffer.from(request.user)),
    attribute(userPassword, hidePassword(request.password, secret, authenticator)),
    attribute(nasIdentifier, Buffer.from(client === '' ? 'evenkeel' : client)),
    ...nasAddressOf(request.nasAddress),
    ...(service === undefined ? [] : [attribute(serviceType, uint32(service))]),
    ...(address === '' ? [] : [attribute(callingStation, Buffer.from(address))]),
  ];
  const packet = Buffer.concat(parts);
  packet.writeUInt16BE(packet.length, 2);
  createHmac('md5', secret)
    .update(packet)
    .digest()
    .copy(packet, headerOctets + 2);
  return packet;
}

/** The packet, and its authenticator, to verify the answer with: it is the checksum of the packet (RFC 2866, 3). */
export function encodeAccounting(request: AccountingRequest): {
  readonly packet: Uint8Array;
  readonly authenticator: Uint8Array;
} {
  const head = Buffer.alloc(headerOctets);
  head[0] = accountingRequest;
  head[1] = request.identifier;
  const { message, client = '', address = '' } = request;
  const status = message === undefined ? statusStart : statusInterim;
  const parts = [
    head,
    attribute(accountingStatus, uint32(status)),
    attribute(accountingSession, Buffer.from(request.session)),
    attribute(userName, Buffer.from(request.user).subarray(0, 253)),
    attribute(nasIdentifier, Buffer.from(client === '' ? 'evenkeel' : client)),
    ...nasAddressOf(request.nasAddress),
    ...(address === '' ? [] : [attribute(callingStation, Buffer.from(address))]),
  ];
  let room = packetOctets - parts.reduce((sum, part) => sum + part.length, 0);
  for (const part of messageParts(message ?? '')) {
    room -= part.length;
    if (room < 0) break;
    parts.push(part);
  }
  const packet = Buffer.concat(parts);
  packet.writeUInt16BE(packet.length, 2);
  const authenticator = createHash('md5').update(packet).update(request.secret).digest();
  packet.set(authenticator, 4);
  return { packet, authenticator };
}

/** A long message in several attributes, never in the middle of a character. */
function messageParts(message: string): readonly Buffer[] {
  const parts: Buffer[] = [];
  let text = '';
  let octets = 0;
  const finish = (): void => {
    if (text === '') return;
    const inner = attribute(auditMessage, Buffer.from(text));
    parts.push(attribute(vendorSpecific, Buffer.concat([uint32(vendorF5), inner])));
    text = '';
    octets = 0;
  };
  for (const character of message) {
    const more = Buffer.byteLength(character);
    if (octets + more > messageOctets) finish();
    text += character;
    octets += more;
  }
  finish();
  return parts;
}

function nasAddressOf(address: Uint8Array | undefined): readonly Buffer[] {
  return address === undefined ? [] : [attribute(nasIpAddress, Buffer.from(address))];
}

export function fitsRequest(user: string, password: string): boolean {
  return Buffer.byteLength(user) <= 253 && Buffer.byteLength(password) <= maximumPasswordOctets;
}

function attribute(type: number, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([type, value.length + 2]), value]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** RFC 2865, 5.2. */
function hidePassword(password: string, secret: string, authenticator: Uint8Array): Buffer {
  const plain = Buffer.from(password);
  const length = Math.max(16, Math.ceil(plain.length / 16) * 16);
  const hidden = Buffer.alloc(length);
  plain.copy(hidden);
  let previous: Uint8Array = authenticator;
  for (let at = 0; at < length; at += 16) {
    const pad = createHash('md5').update(secret).update(previous).digest();
    for (let index = 0; index < 16; index += 1) {
      hidden.writeUInt8(hidden.readUInt8(at + index) ^ pad.readUInt8(index), at + index);
    }
    previous = hidden.subarray(at, at + 16);
  }
  return hidden;
}

export interface RadiusPacket {
  readonly code: number;
  readonly attributes: readonly RadiusAttribute[];
}

/** What an answer is checked against. */
export type Asked = Pick<AccessRequest, 'identifier' | 'authenticator' | 'secret'>;

/** Undefined: not an answer to this request, or not from who knows the secret. */
export function decodeAnswer(bytes: Uint8Array, request: Asked): RadiusPacket | undefined {
  if (bytes.length < headerOctets) return undefined;
  const whole = Buffer.from(bytes);
  const length = whole.readUInt16BE(2);
  if (length < headerOctets || length > whole.length) return undefined;
  const packet = whole.subarray(0, length);
  if (packet[1] !== request.identifier) return undefined;
  const asked = Buffer.concat([
    packet.subarray(0, 4),
    request.authenticator,
    packet.subarray(headerOctets),
  ]);
  const expected = createHash('md5').update(asked).update(request.secret).digest();
  if (!timingSafeEqual(expected, packet.subarray(4, headerOctets))) return undefined;
  const found = attributesOf(asked);
  return found === undefined || !isAuthentic(asked, found, request.secret)
    ? undefined
    : { code: packet[0] ?? 0, attributes: found };
}

export interface RadiusAttribute {
  readonly type: number;
  readonly value: Buffer;
  /** Of the value in the packet. */
  readonly offset: number;
}

function attributesOf(packet: Buffer): readonly RadiusAttribute[] | undefined {
  const found: RadiusAttribute[] = [];
  for (let at = headerOctets; at < packet.length;) {
    const length = packet[at + 1] ?? 0;
    if (length < 2 || at + length > packet.length) return undefined;
    found.push({
      type: packet[at] ?? 0,
      value: packet.subarray(at + 2, at + length),
      offset: at + 2,
    });
    at += length;
  }
  return found;
}

/** `packet` has the request's authenticator. An answer without the attribute passes: old servers send none. */
function isAuthentic(packet: Buffer, found: readonly RadiusAttribute[], secret: string): boolean {
  const raw = found.find(({ type }) => type === messageAuthenticator);
  if (raw === undefined) return true;
  if (raw.value.length !== 16) return false;
  const given = Buffer.from(raw.value);
  const zeroed = Buffer.from(packet).fill(0, raw.offset, raw.offset + 16);
  return timingSafeEqual(createHmac('md5', secret).update(zeroed).digest(), given);
}
