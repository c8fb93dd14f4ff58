/**
 * The hot way in: what a listener needs of a query, read in one pass. What is wrong with a query comes
 * back as the response code that it earns (consensus of the common servers; RFC 1035, 6891, 7871, 9619).
 * Pure.
 */
import {
  ednsOption,
  opcode,
  plainUdpLimit,
  recordType,
  responseCode,
} from '../../base/dns/constants.ts';
import { flag, headerBytes, readUint16, readUint32 } from '../../base/dns/message.ts';
import { nameKey, readName } from '../../base/dns/name.ts';

export interface ClientSubnet {
  readonly family: number;
  readonly sourceLength: number;
  readonly address: Uint8Array;
}

export interface Edns {
  readonly payload: number;
  readonly version: number;
  readonly dnssecOk: boolean;
  /** Takes NXDOMAIN beside a compact denial (RFC 9824 §5.1). */
  readonly compactOk: boolean;
  /** Asks which server answers (RFC 5001). */
  readonly wantsNsid: boolean;
  readonly clientSubnet: ClientSubnet | undefined;
  /** The client's own, and ours behind it if it has one. */
  readonly cookie: Uint8Array | undefined;
}

export interface Query {
  readonly id: number;
  readonly flags: number;
  /** As asked, case kept. */
  readonly name: string;
  /** For comparing and looking up. */
  readonly key: string;
  readonly type: number;
  readonly class: number;
  /** First byte after the question: the question is echoed byte by byte (0x20). */
  readonly questionEnd: number;
  readonly edns: Edns | undefined;
}

export type ParsedQuery =
  | { readonly kind: 'query'; readonly query: Query }
  /** Not answered at all: no header, or not a query (answering answers makes loops). */
  | { readonly kind: 'ignore' }
  | {
      readonly kind: 'fault';
      readonly code: number;
      readonly id: number;
      readonly flags: number;
      /** `headerBytes` when the question cannot be echoed. */
      readonly questionEnd: number;
      readonly hasEdns: boolean;
    };

export function parseQuery(packet: Uint8Array): ParsedQuery {
  if (packet.length < headerBytes) return { kind: 'ignore' };
  const flags = readUint16(packet, 2);
  if ((flags & flag.response) !== 0) return { kind: 'ignore' };
  const id = readUint16(packet, 0);
  const fault = (
    code: number,
    questionEnd: number = headerBytes,
    hasEdns = false,
  ): ParsedQuery => ({
    kind: 'fault',
    code,
    id,
    flags,
    questionEnd,
    hasEdns,
  });
  const operation = (flags >> 11) & 15;
  // An update counts zones and records where a query counts questions: told apart before anything else.
  const isKnown = operation === opcode.query;
  if (!isKnown) {
    const isRefused = operation === opcode.notify || operation === opcode.update;
    return fault(isRefused ? responseCode.refused : responseCode.notimpl);
  }
  if (readUint16(packet, 4) !== 1) return fault(responseCode.formerr);
  const name = readName(packet, headerBytes, false);
  if (name === undefined || name.next + 4 > packet.length) return fault(responseCode.formerr);
  const questionEnd = name.next + 4;
  const rest = readSections(packet, questionEnd);
  if (rest === 'malformed') return fault(responseCode.formerr, questionEnd);
  const hasEdns = rest !== undefined;
  if (rest !== undefined && rest.version !== 0) {
    return fault(responseCode.badvers, questionEnd, true);
  }
  const type = readUint16(packet, name.next);
  const typeFault = faultOfType(type);
  if (typeFault !== undefined) return fault(typeFault, questionEnd, hasEdns);
  return {
    kind: 'query',
    query: {
      id,
      flags,
      name: name.text,
      key: nameKey(name.text),
      type,
      class: readUint16(packet, name.next + 2),
      questionEnd,
      edns: rest,
    },
  };
}

function faultOfType(type: number): number | undefined {
  switch (type) {
    case 0:
    case recordType.opt:
    case recordType.tsig:
    case recordType.tkey:
    case recordType.nxname:
      return responseCode.formerr;
    case recordType.maila:
    case recordType.mailb:
      return responseCode.notimpl;
    default:
      return undefined;
  }
}

/** The OPT record, if any; every other record is only walked over. */
function readSections(packet: Uint8Array, start: number): Edns | undefined | 'malformed' {
  let offset = start;
  let edns: Edns | undefined;
  const beforeAdditional = readUint16(packet, 6) + readUint16(packet, 8);
  const total = beforeAdditional + readUint16(packet, 10);
  for (let index = 0; index < total; index += 1) {
    const name = readName(packet, offset);
    if (name === undefined || name.next + 10 > packet.length) return 'malformed';
    const end = name.next + 10 + readUint16(packet, name.next + 8);
    if (end > packet.length) return 'malformed';
    if (readUint16(packet, name.next) === recordType.opt) {
      // One only, at the root, among the additional records (RFC 6891 §6.1.1).
      if (edns !== undefined || name.text !== '' || index < beforeAdditional) return 'malformed';
      const read = readEdns(packet, name.next, end);
      if (read === undefined) return 'malformed';
      edns = read;
    }
    offset = end;
  }
  return offset === packet.length ? edns : 'malformed';
}

function readEdns(packet: Uint8Array, typeAt: number, end: number): Edns | undefined {
  const ttl = readUint32(packet, typeAt + 4);
  const version = (ttl >>> 16) & 0xff;
  let clientSubnet: ClientSubnet | undefined;
  let cookie: Uint8Array | undefined;
  let wantsNsid = false;
  let offset = typeAt + 10;
  while (offset < end) {
    if (offset + 4 > end) return undefined;
    const code = readUint16(packet, offset);
    const size = readUint16(packet, offset + 2);
    const start = offset + 4;
    if (start + size > end) return undefined;
    // Of a version that we do not speak, options are not ours to judge.
    if (version === 0 && code === ednsOption.clientSubnet) {
      clientSubnet = readClientSubnet(packet.subarray(start, start + size));
      if (clientSubnet === undefined) return undefined;
    }
    if (version === 0 && code === ednsOption.cookie) {
      if (!isCookieLength(size)) return undefined;
      cookie = packet.slice(start, start + size);
    }
    if (version === 0 && code === ednsOption.nsid) wantsNsid = true;
    offset = start + size;
  }
  return {
    payload: Math.max(readUint16(packet, typeAt + 2), plainUdpLimit),
    version,
    dnssecOk: (ttl & 0x8000) !== 0,
    compactOk: (ttl & 0x4000) !== 0,
    wantsNsid,
    clientSubnet,
    cookie,
  };
}

/** RFC 7873 §5.2.2: a client cookie of 8 bytes, alone or with a server cookie of 8 to 32. */
function isCookieLength(size: number): boolean {
  return size === 8 || (size >= 16 && size <= 40);
}

function readClientSubnet(option: Uint8Array): ClientSubnet | undefined {
  if (option.length < 4) return undefined;
  const family = readUint16(option, 0);
  const sourceLength = option[2] ?? 0;
  const widest = family === 1 ? 32 : family === 2 ? 128 : 0;
  const address = option.slice(4);
  if (family > 2 || sourceLength > widest || option[3] !== 0) return undefined;
  if (address.length !== Math.ceil(sourceLength / 8)) return undefined;
  const spare = address.length * 8 - sourceLength;
  const last = address.at(-1) ?? 0;
  if ((last & ((1 << spare) - 1)) !== 0) return undefined;
  return { family, sourceLength, address };
}
