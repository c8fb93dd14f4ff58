/** Packets of TACACS+ for a login by password, what follows of it, and what is accounted for (RFC 8907). */
import { createHash } from 'node:crypto';

export const headerOctets = 12;
const maximumBodyOctets = 65_536;
const version = 0xc0;
/** PAP needs the minor version 1 (RFC 8907, 5.4.2.2). */
const papVersion = 0xc1;
const unencrypted = 0x01;
const authenticationType = 1;
const authorizationType = 2;
const accountingType = 3;

export interface PacketFrame {
  readonly session: number;
  readonly secret: string;
  readonly isEncrypted: boolean;
}

/** Of the packet that begins here. Throws on what TACACS+ cannot be. */
export function packetLength(bytes: Uint8Array): number | undefined {
  if (bytes.length < headerOctets) return undefined;
  const length = Buffer.from(bytes).readUInt32BE(8);
  if (((bytes[0] ?? 0) & 0xf0) !== version || length > maximumBodyOctets) {
    throw new Error('not a packet of TACACS+');
  }
  return headerOctets + length;
}

function encodePacket(type: number, kind: number, body: Buffer, frame: PacketFrame): Uint8Array {
  const header = Buffer.alloc(headerOctets);
  header[0] = kind;
  header[1] = type;
  header[2] = 1;
  header[3] = frame.isEncrypted ? 0 : unencrypted;
  header.writeUInt32BE(frame.session, 4);
  header.writeUInt32BE(body.length, 8);
  return Buffer.concat([header, frame.isEncrypted ? obfuscated(header, body, frame.secret) : body]);
}

/** RFC 8907, 4.5; the same way back. */
function obfuscated(header: Buffer, body: Buffer, secret: string): Buffer {
  const seed = Buffer.concat([
    header.subarray(4, 8),
    Buffer.from(secret),
    header.subarray(0, 1),
    header.subarray(2, 3),
  ]);
  const result = Buffer.from(body);
  let pad = Buffer.alloc(0);
  for (let at = 0; at < body.length; at += 1) {
    if (at % 16 === 0) pad = createHash('md5').update(seed).update(pad).digest();
    result.writeUInt8(result.readUInt8(at) ^ pad.readUInt8(at % 16), at);
  }
  return result;
}

export interface Who {
  readonly user: string;
  readonly password: string;
  readonly address: string;
}

const actionLogin = 1;
const typePap = 2;
const serviceLogin = 1;
const methodTacacs = 6;
/** Where the user sits, as far as the server is told. */
const port = 'https';

export function authenticationStart(who: Who, frame: PacketFrame): Uint8Array {
  const fields = [who.user, port, who.address, who.password].map((one) => Buffer.from(one));
  const fixed = [actionLogin, 0, typePap, serviceLogin, ...fields.map(({ length }) => length)];
  return encodePacket(
    authenticationType,
    papVersion,
    Buffer.concat([Buffer.from(fixed), ...fields]),
    frame,
  );
}

export function authorizationRequest(
  who: Who,
  values: readonly string[],
  frame: PacketFrame,
): Uint8Array {
  const fields = [who.user, port, who.address].map((one) => Buffer.from(one));
  const args = values.map((one) => Buffer.from(one));
  const lengths = [...fields.map(({ length }) => length), args.length];
  const fixed = [methodTacacs, 0, typePap, serviceLogin, ...lengths];
  const body = Buffer.concat([
    Buffer.from(fixed),
    Buffer.from(args.map(({ length }) => length)),
    ...fields,
    ...args,
  ]);
  return encodePacket(authorizationType, version, body, frame);
}

/** A record of something that was done: STOP (RFC 8907, 7.1 and 8.3). */
const accountingStop = 0x04;
export const accountingSuccess = 1;

/** `values`: `cmd=modify ltm pool …`; what is longer than 255 octets is cut. */
export function accountingRequest(
  { user, address }: Pick<Who, 'user' | 'address'>,
  values: readonly string[],
  frame: PacketFrame,
): Uint8Array {
  const fields = [user, port, address].map(field);
  const args = values.map(field);
  const lengths = [...fields, ...args].map(({ length }) => length);
  const fixed = [
    accountingStop,
    methodTacacs,
    0,
    typePap,
    serviceLogin,
    ...lengths.slice(0, fields.length),
  ];
  const counted = [args.length, ...lengths.slice(fields.length)];
  const body = Buffer.concat([Buffer.from([...fixed, ...counted]), ...fields, ...args]);
  return encodePacket(accountingType, version, body, frame);
}

function field(text: string): Buffer {
  return Buffer.from(text).subarray(0, 255);
}

export function fitsPacket({ user, password }: Who): boolean {
  return Buffer.byteLength(user) <= 255 && Buffer.byteLength(password) <= 255;
}

export interface TacacsReply {
  readonly status: number;
  /** What the server has to say to people. */
  readonly message: string;
  /** Of an authorization: `priv-lvl=15`. */
  readonly values: readonly string[];
}

export const authenticationPass = 1;
export const authenticationFail = 2;
export const authorizationAdd = 1;
export const authorizationReplace = 2;
export const authorizationFail = 0x10;

/** Throws when it is no answer to this session, or the secret is another. */
export function decodeReply(bytes: Uint8Array, frame: PacketFrame): TacacsReply {
  const packet = Buffer.from(bytes);
  const header = packet.subarray(0, headerOctets);
  if (header.readUInt32BE(4) !== frame.session || header[2] !== 2) {
    throw new Error('an answer to another question');
  }
  const isPlain = ((header[3] ?? 0) & unencrypted) !== 0;
  // Whoever wants it hidden must not be answered in clear by somebody who does not know the secret.
  if (isPlain === frame.isEncrypted) throw new Error('encryption is not as configured');
  const given = packet.subarray(headerOctets);
  const body = isPlain ? given : obfuscated(header, given, frame.secret);
  if (body.length < 5) throw new Error('the answer is cut short');
  if (header[1] === accountingType) return accounting(body);
  if (body.length < 6) throw new Error('the answer is cut short');
  return header[1] === authorizationType ? authorization(body) : authentication(body);
}

const wrongSecret = 'the answer makes no sense; is the secret right?';

function authentication(body: Buffer): TacacsReply {
  const message = body.readUInt16BE(2);
  if (6 + message + body.readUInt16BE(4) !== body.length) throw new Error(wrongSecret);
  return {
    status: body[0] ?? 0,
    message: body.subarray(6, 6 + message).toString('utf8'),
    values: [],
  };
}

function accounting(body: Buffer): TacacsReply {
  const message = body.readUInt16BE(0);
  if (5 + message + body.readUInt16BE(2) !== body.length) throw new Error(wrongSecret);
  const said = body.subarray(5, 5 + message).toString('utf8');
  return { status: body[4] ?? 0, message: said, values: [] };
}

function authorization(body: Buffer): TacacsReply {
  const count = body[1] ?? 0;
  const message = body.readUInt16BE(2);
  const lengths = [...body.subarray(6, 6 + count)];
  let at = 6 + count;
  const whole = at + message + body.readUInt16BE(4) + lengths.reduce((sum, one) => sum + one, 0);
  if (lengths.length !== count || whole !== body.length) throw new Error(wrongSecret);
  const said = body.subarray(at, at + message).toString('utf8');
  at += message + body.readUInt16BE(4);
  const values = lengths.map((length) => {
    at += length;
    return body.subarray(at - length, at).toString('utf8');
  });
  return { status: body[0] ?? 0, message: said, values };
}
