/**
 * The hot way out: replies written straight after the question's own bytes. Pure.
 */
import {
  ednsOption,
  type extendedError,
  plainUdpLimit,
  recordClass,
  recordType,
  udpPayloadLimit,
} from '../../base/dns/constants.ts';
import {
  createWriter,
  flag,
  headerBytes,
  type Message,
  type ResourceRecord,
  type Writer,
} from '../../base/dns/message.ts';
import { recordOverhead, writeRecord } from './record.ts';
import type { ClientSubnet, Edns, Query } from './query.ts';

export type Transport = 'udp' | 'tcp';

export interface StartOfAuthority {
  readonly name: string;
  readonly primary: string;
  readonly email: string;
  readonly serial: number;
  readonly ttl: number;
}

export interface ExtendedError {
  readonly code: (typeof extendedError)[keyof typeof extendedError];
  readonly text: string;
}

/** The largest reply that the client takes over this transport (RFC 6891 §6.2.5). */
export function sizeLimit(edns: Edns | undefined, transport: Transport): number {
  if (transport === 'tcp') return 65_535;
  return edns === undefined ? plainUdpLimit : Math.min(edns.payload, udpPayloadLimit);
}

/** Records of one type for the name that was asked. `scopeLength` is that of RFC 7871. */
export function recordsReply(
  packet: Uint8Array,
  query: Query,
  transport: Transport,
  answer: {
    readonly type: number;
    readonly records: readonly Uint8Array[];
    readonly ttlSeconds: number;
    readonly scopeLength: number;
  },
): Uint8Array {
  const { records, scopeLength, ttlSeconds, type } = answer;
  let size = 0;
  for (const record of records) size += recordOverhead + record.length;
  const optBytes = optSize(query.edns);
  const isWhole = query.questionEnd + size + optBytes <= sizeLimit(query.edns, transport);
  const total = query.questionEnd + optBytes + (isWhole ? size : 0);
  const reply = new Uint8Array(total);
  reply.set(packet.subarray(0, query.questionEnd));
  const truncated = isWhole ? 0 : flag.truncated;
  writeHeader(reply, query.flags, flag.authoritative | truncated, isWhole ? records.length : 0);
  let offset = query.questionEnd;
  if (isWhole) {
    for (const record of records) offset = writeRecord(reply, offset, type, record, ttlSeconds);
  }
  if (query.edns !== undefined) writeOpt(reply, offset, query.edns, scopeLength);
  return reply;
}

function writeHeader(reply: Uint8Array, queryFlags: number, set: number, answers: number): void {
  const flags = replyFlags(queryFlags, set);
  reply[2] = flags >>> 8;
  reply[3] = flags & 0xff;
  reply[4] = 0;
  reply[5] = 1;
  reply[6] = answers >>> 8;
  reply[7] = answers & 0xff;
  reply.fill(0, 8, headerBytes);
}

/** Opcode and RD come back as sent; everything else is ours. */
function replyFlags(queryFlags: number, set: number): number {
  return flag.response | (queryFlags & (0x7800 | flag.recursionDesired)) | set;
}

const plainOptBytes = 11;

function optSize(edns: Edns | undefined): number {
  if (edns === undefined) return 0;
  const subnet = edns.clientSubnet;
  return plainOptBytes + (subnet === undefined ? 0 : 8 + subnet.address.length);
}

function writeOpt(reply: Uint8Array, start: number, edns: Edns, scopeLength = 0): void {
  reply[11] = 1;
  reply[start + 2] = recordType.opt;
  reply[start + 3] = udpPayloadLimit >>> 8;
  reply[start + 4] = udpPayloadLimit & 0xff;
  reply[start + 7] = edns.dnssecOk ? 0x80 : 0;
  if (edns.clientSubnet === undefined) return;
  const option = optRecord(edns, 0, undefined, scopeLength).data;
  reply[start + 10] = option.length;
  reply.set(option, start + plainOptBytes);
}

/** Our OPT: version 0, DO as asked, the client's subnet and how much of it the answer depends on. */
export function optRecord(
  edns: Edns,
  code: number,
  error: ExtendedError | undefined,
  scopeLength = 0,
): ResourceRecord {
  const writer = createWriter(false);
  if (edns.clientSubnet !== undefined) {
    writeClientSubnet(writer, edns.clientSubnet, scopeLength);
  }
  if (error !== undefined) {
    const text = Uint8Array.from(error.text, (character) => character.charCodeAt(0) & 0x7f);
    writer.uint16(ednsOption.extendedError);
    writer.uint16(2 + text.length);
    writer.uint16(error.code);
    writer.bytes(text);
  }
  return {
    name: '',
    type: recordType.opt,
    class: udpPayloadLimit,
    ttl: (code >>> 4) * 0x100_0000 + (edns.dnssecOk ? 0x8000 : 0),
    data: writer.result(),
  };
}

function writeClientSubnet(writer: Writer, subnet: ClientSubnet, scopeLength: number): void {
  writer.uint16(ednsOption.clientSubnet);
  writer.uint16(4 + subnet.address.length);
  writer.uint16(subnet.family);
  writer.bytes(Uint8Array.of(subnet.sourceLength, scopeLength));
  writer.bytes(subnet.address);
}

export interface ReplyParts {
  readonly code: number;
  readonly isAuthoritative: boolean;
  readonly authority?: StartOfAuthority;
  readonly error?: ExtendedError;
}

/** A reply without answers: an error, or "no data" with its SOA. */
export function emptyReply(query: Query, parts: ReplyParts, scopeLength = 0): Message {
  const set = (parts.isAuthoritative ? flag.authoritative : 0) | (parts.code & 15);
  return {
    id: query.id,
    flags: replyFlags(query.flags, set),
    questions: [{ name: query.name, type: query.type, class: query.class }],
    answers: [],
    authorities: parts.authority === undefined ? [] : [soaRecord(parts.authority)],
    additionals:
      query.edns === undefined ? [] : [optRecord(query.edns, parts.code, parts.error, scopeLength)],
  };
}

const plainEdns: Edns = {
  payload: 0,
  version: 0,
  dnssecOk: false,
  compactOk: false,
  wantsNsid: false,
  clientSubnet: undefined,
  cookie: undefined,
};

/** The answer to a packet that could not be taken as a query: its own header and question, and the code. */
export function faultReply(
  packet: Uint8Array,
  fault: {
    readonly code: number;
    readonly flags: number;
    readonly questionEnd: number;
    readonly hasEdns: boolean;
  },
): Uint8Array {
  const opt = fault.hasEdns ? plainOptBytes : 0;
  const reply = new Uint8Array(fault.questionEnd + opt);
  reply.set(packet.subarray(0, fault.questionEnd));
  writeHeader(reply, fault.flags, fault.code & 15, 0);
  reply[5] = fault.questionEnd > headerBytes ? 1 : 0;
  if (fault.hasEdns) {
    writeOpt(reply, fault.questionEnd, plainEdns);
    reply[fault.questionEnd + 5] = fault.code >>> 4;
  }
  return reply;
}

export function soaRecord(soa: StartOfAuthority): ResourceRecord {
  const writer = createWriter(false);
  writer.name(soa.primary, false);
  writer.name(soa.email, false);
  for (const number of [soa.serial, 10_800, 3_600, 604_800, soa.ttl]) writer.uint32(number);
  return {
    name: soa.name,
    type: recordType.soa,
    class: recordClass.internet,
    ttl: soa.ttl,
    data: writer.result(),
  };
}
