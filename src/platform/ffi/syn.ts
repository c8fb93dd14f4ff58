/**
 * Segments of TCP by raw sockets through `node:ffi`: a SYN goes out, and what answers it comes in. Needs CAP_NET_RAW. The
 * port it comes from is bound by a socket that does not listen, so that nobody else gets it and the kernel itself
 * resets what the other side believes to have opened.
 */
import { internetChecksum } from '../internet-checksum.ts';
import { getRawPointer, toBuffer } from 'node:ffi';
import { keep, load } from './library.ts';

export interface SynSocket {
  /** Own port of every segment. */
  readonly port: number;
  /** The kernel's error number, 0 when it went out. */
  send(address: readonly number[], port: number, sequence: number): number;
  /** The next waiting segment, or undefined; never blocks. */
  receive(): Segment | undefined;
  close(): void;
}

export interface Segment {
  /** Sender's. */
  readonly address: readonly number[];
  readonly port: number;
  readonly acknowledged: number;
  readonly isReset: boolean;
  readonly isSynAck: boolean;
}

const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_STREAM = 1;
const SOCK_DGRAM = 2;
const SOCK_RAW = 3;
const SOCK_NONBLOCK_CLOEXEC = 0o2004000;
const IPPROTO_TCP = 6;
const IPPROTO_IPV6 = 41;
const IPV6_CHECKSUM = 7;
const SOL_SOCKET = 1;
const SO_ATTACH_FILTER = 26;
const MSG_DONTWAIT = 0x40;
const headerBytes = 24;
const checksumOffset = 16;

const c = load([null, 'libc.so.6'], {
  socket: { arguments: ['i32', 'i32', 'i32'], return: 'i32' },
  bind: { arguments: ['i32', 'pointer', 'u32'], return: 'i32' },
  connect: { arguments: ['i32', 'pointer', 'u32'], return: 'i32' },
  getsockname: { arguments: ['i32', 'pointer', 'pointer'], return: 'i32' },
  setsockopt: { arguments: ['i32', 'i32', 'i32', 'pointer', 'u32'], return: 'i32' },
  sendto: { arguments: ['i32', 'pointer', 'u64', 'i32', 'pointer', 'u32'], return: 'i64' },
  recvfrom: { arguments: ['i32', 'pointer', 'u64', 'i32', 'pointer', 'pointer'], return: 'i64' },
  close: { arguments: ['i32'], return: 'i32' },
  __errno_location: { arguments: [], return: 'pointer' },
});

const segment = keep(headerBytes);
const received = keep(2048);
const place = keep(28);
const length = keep(4);
const option = keep(64);
const filter = keep(64);

/** Undefined where raw sockets are not to be had. */
export function openSynSocket(family: 4 | 6): SynSocket | undefined {
  if (c === undefined) return undefined;
  const isIpv4 = family === 4;
  const domain = isIpv4 ? AF_INET : AF_INET6;
  const holder = c.socket(domain, SOCK_STREAM | SOCK_NONBLOCK_CLOEXEC, 0);
  const raw = c.socket(domain, SOCK_RAW | SOCK_NONBLOCK_CLOEXEC, IPPROTO_TCP);
  const close = (): void => {
    for (const descriptor of [holder, raw]) if (descriptor >= 0) c.close(descriptor);
  };
  if (holder < 0 || raw < 0) {
    close();
    return undefined;
  }
  setPlace(
    domain,
    Array.from({ length: isIpv4 ? 4 : 16 }, () => 0),
    0,
  );
  c.bind(holder, place, place.length - (isIpv4 ? 12 : 0));
  const port = nameOf(holder).port;
  attachFilter(raw, isIpv4, port);
  if (!isIpv4) {
    option.writeInt32LE(checksumOffset, 0);
    c.setsockopt(raw, IPPROTO_IPV6, IPV6_CHECKSUM, option, 4);
  }
  return {
    port,
    send: (address, to, sequence) => sendSyn({ raw, domain, port }, address, to, sequence),
    receive: () => receive(raw, isIpv4),
    close,
  };
}

interface Own {
  readonly raw: number;
  readonly domain: number;
  readonly port: number;
}

function sendSyn(own: Own, address: readonly number[], to: number, sequence: number): number {
  if (c === undefined) return 1;
  segment.fill(0);
  segment.writeUInt16BE(own.port, 0);
  segment.writeUInt16BE(to, 2);
  segment.writeUInt32BE(sequence, 4);
  // Six words long, SYN, a window, and the option that says how large segments may be.
  segment.set([headerBytes * 4, 0x02, 0xff, 0xff], 12);
  segment.set([2, 4, 0x05, 0xb4], 20);
  if (own.domain === AF_INET) {
    const source = sourceFor(own.domain, address);
    if (source === undefined) return errorNumber();
    segment.writeUInt16BE(
      internetChecksum([...source, ...address, 0, IPPROTO_TCP, 0, headerBytes, ...segment]),
      checksumOffset,
    );
  }
  setPlace(own.domain, address, 0);
  const bytes = own.domain === AF_INET ? 16 : 28;
  const sent = c.sendto(own.raw, segment, BigInt(headerBytes), MSG_DONTWAIT, place, bytes);
  return Number(sent) < 0 ? errorNumber() : 0;
}

/** The address that the kernel would send from. */
function sourceFor(domain: number, address: readonly number[]): readonly number[] | undefined {
  if (c === undefined) return undefined;
  const probe = c.socket(domain, SOCK_DGRAM | SOCK_NONBLOCK_CLOEXEC, 0);
  if (probe < 0) return undefined;
  setPlace(domain, address, 9);
  const isReached = c.connect(probe, place, 16) === 0;
  const { bytes } = nameOf(probe);
  c.close(probe);
  return isReached ? bytes : undefined;
}

function receive(raw: number, isIpv4: boolean): Segment | undefined {
  length.writeUInt32LE(place.length, 0);
  const got = c?.recvfrom(raw, received, BigInt(received.length), MSG_DONTWAIT, place, length);
  const size = Number(got ?? -1);
  if (size < 0) return undefined;
  // IPv4 raw sockets deliver the IP header too.
  const start = isIpv4 ? ((received[0] ?? 0) & 0x0f) * 4 : 0;
  const flags = size >= start + 20 ? (received[start + 13] ?? 0) : 0;
  return {
    address: [...place.subarray(isIpv4 ? 4 : 8, isIpv4 ? 8 : 24)],
    port: received.readUInt16BE(start),
    acknowledged: received.readUInt32BE(start + 8),
    isReset: (flags & 0x04) !== 0,
    isSynAck: (flags & 0x12) === 0x12,
  };
}

/** Only what comes to our port: else every segment of the host would wake us. */
function attachFilter(raw: number, isIpv4: boolean, port: number): void {
  const load4 = [
    // X = length of the IP header; A = destination port.
    [0xb1, 0, 0, 0],
    [0x48, 0, 0, 2],
  ] as const;
  const load6 = [[0x28, 0, 0, 2]] as const;
  const program = [
    ...(isIpv4 ? load4 : load6),
    [0x15, 0, 1, port],
    [0x06, 0, 0, 0xffff],
    [0x06, 0, 0, 0],
  ] as const;
  filter.fill(0);
  for (const [index, [code, ifTrue, ifFalse, value]] of program.entries()) {
    filter.writeUInt16LE(code, index * 8);
    filter.writeUInt8(ifTrue, index * 8 + 2);
    filter.writeUInt8(ifFalse, index * 8 + 3);
    filter.writeUInt32LE(value, index * 8 + 4);
  }
  option.fill(0);
  option.writeUInt16LE(program.length, 0);
  option.writeBigUInt64LE(getRawPointer(filter), 8);
  c?.setsockopt(raw, SOL_SOCKET, SO_ATTACH_FILTER, option, 16);
}

function setPlace(domain: number, address: readonly number[], port: number): void {
  place.fill(0);
  place.writeUInt16LE(domain, 0);
  place.writeUInt16BE(port, 2);
  place.set(address, domain === AF_INET ? 4 : 8);
}

function nameOf(descriptor: number): { readonly port: number; readonly bytes: readonly number[] } {
  length.writeUInt32LE(place.length, 0);
  c?.getsockname(descriptor, place, length);
  const isIpv4 = place.readUInt16LE(0) === AF_INET;
  const bytes = [...place.subarray(isIpv4 ? 4 : 8, isIpv4 ? 8 : 24)];
  return { port: place.readUInt16BE(2), bytes };
}

function errorNumber(): number {
  return c === undefined ? 1 : toBuffer(c.__errno_location(), 4, false).readInt32LE(0);
}
