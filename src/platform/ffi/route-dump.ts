/**
 * What the kernel holds of links, addresses, routes and neighbours, by rtnetlink dumps (rtnetlink(7)): starting
 * `ip` for it holds a large process up for 10 ms and more each time, and its text has to be parsed.
 */
import { addressOf } from '../../base/address.ts';
import type { Sliced } from '../../base/slices.ts';
import { keep, libc } from './library.ts';

export interface LinkRow {
  readonly index: number;
  readonly name: string;
  readonly mtu: number;
  readonly isUp: boolean;
  /** As `ip` calls them: ether, loopback; others are "other". */
  readonly type: string;
}

export interface AddressRow {
  readonly index: number;
  readonly address: string;
  readonly length: number;
}

/** Of the main table. */
export interface RouteRow {
  readonly protocol: number;
  /** "default", `10.0.0.0/8`, or an address alone. */
  readonly destination: string;
  readonly gateway: string | undefined;
  readonly index: number | undefined;
  readonly isBlackhole: boolean;
  /** 0: none of its own. */
  readonly mtu: number;
}

export interface NeighbourRow {
  readonly index: number;
  readonly address: string;
  /** Undefined: not known now. */
  readonly hardware: string | undefined;
  readonly isPermanent: boolean;
  /** Since somebody used it; absent where the kernel does not say. */
  readonly idleSeconds: number | undefined;
}

/** Each yields now and then: ten thousand addresses take a few milliseconds. */
export interface RouteDumps {
  links(): Sliced<readonly LinkRow[]>;
  addresses(): Sliced<readonly AddressRow[]>;
  routes(family: 4 | 6): Sliced<readonly RouteRow[]>;
  neighbours(family: 4 | 6): Sliced<readonly NeighbourRow[]>;
}

const AF_NETLINK = 16;
const SOCK_RAW_CLOEXEC = 3 | 0o2000000;
const MSG_DONTWAIT = 0x40;
const NLM_F_REQUEST_DUMP = 0x1 | 0x300;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
const RTM_GETLINK = 18;
const RTM_GETADDR = 22;
const RTM_GETROUTE = 26;
const RTM_GETNEIGH = 30;
const headerBytes = 16;
const familyNumbers = { 4: 2, 6: 10 } as const;

const request = keep(headerBytes + 16);
const answer = keep(64 * 1024);
const kernel = keep(12);
kernel.writeUInt16LE(AF_NETLINK, 0);
let sequence = 0;

/** Undefined without node:ffi. */
export const routeDumps: RouteDumps | undefined =
  libc === undefined
    ? undefined
    : {
        links: () => rowsOf(libcOf(), RTM_GETLINK, 0, 16, linkRow),
        addresses: () => rowsOf(libcOf(), RTM_GETADDR, 0, 8, addressRow),
        routes: (family) =>
          rowsOf(libcOf(), RTM_GETROUTE, familyNumbers[family], 12, (message) =>
            routeRow(message, family),
          ),
        neighbours: (family) =>
          rowsOf(libcOf(), RTM_GETNEIGH, familyNumbers[family], 12, neighbourRow),
      };

type Libc = NonNullable<typeof libc>;

function libcOf(): Libc {
  if (libc === undefined) throw new Error('there is no node:ffi');
  return libc;
}

/** One message: its fixed part, and its attributes by number. */
interface Message {
  readonly fixed: Buffer;
  readonly attributes: ReadonlyMap<number, Buffer>;
}

function* rowsOf<Row>(
  c: Libc,
  type: number,
  family: number,
  fixedBytes: number,
  rowOf: (message: Message) => Row | undefined,
): Sliced<readonly Row[]> {
  // One of its own: another dump may begin where this one yields.
  const socket = c.socket(AF_NETLINK, SOCK_RAW_CLOEXEC, 0);
  if (socket < 0) throw new Error('no netlink socket');
  try {
    sequence = (sequence + 1) >>> 0;
    const own = sequence;
    ask(c, socket, type, family, own);
    const rows: Row[] = [];
    for (;;) {
      const got = Number(c.recv(socket, answer, BigInt(answer.length), MSG_DONTWAIT));
      if (got < headerBytes) throw new Error('the kernel ends its answer early');
      for (let at = 0; at + headerBytes <= got;) {
        const length = answer.readUInt32LE(at);
        const kind = answer.readUInt16LE(at + 4);
        if (length < headerBytes || at + length > got) throw new Error('malformed netlink message');
        if (answer.readUInt32LE(at + 8) === own) {
          if (kind === NLMSG_DONE) return rows;
          if (kind === NLMSG_ERROR) throw new Error(`netlink error ${answer.readInt32LE(at + 16)}`);
          const row = rowOf(messageAt(at + headerBytes, at + length, fixedBytes));
          if (row !== undefined) rows.push(row);
        }
        at += Math.ceil(length / 4) * 4;
      }
      yield;
    }
  } finally {
    c.close(socket);
  }
}

function ask(c: Libc, socket: number, type: number, family: number, own: number): void {
  request.fill(0);
  request.writeUInt32LE(request.length, 0);
  request.writeUInt16LE(type, 4);
  request.writeUInt16LE(NLM_F_REQUEST_DUMP, 6);
  request.writeUInt32LE(own, 8);
  request.writeUInt8(family, headerBytes);
  if (c.sendto(socket, request, BigInt(request.length), 0, kernel, 12) < 0n) {
    throw new Error('the kernel takes no question');
  }
}

/** Slices of the buffer of all answers: rows must copy what they keep. */
function messageAt(start: number, end: number, fixedBytes: number): Message {
  const attributes = new Map<number, Buffer>();
  readAttributes(answer.subarray(start + fixedBytes, end), attributes);
  return { fixed: answer.subarray(start, start + fixedBytes), attributes };
}

const attributeKind = 0x3fff;

function readAttributes(bytes: Buffer, into: Map<number, Buffer>): void {
  for (let at = 0; at + 4 <= bytes.length;) {
    const length = bytes.readUInt16LE(at);
    if (length < 4 || at + length > bytes.length) return;
    into.set(bytes.readUInt16LE(at + 2) & attributeKind, bytes.subarray(at + 4, at + length));
    at += Math.ceil(length / 4) * 4;
  }
}

const linkTypes: Readonly<Record<number, string>> = { 1: 'ether', 772: 'loopback' };

/** ifinfomsg; IFLA_IFNAME, IFLA_MTU. */
function linkRow({ fixed, attributes }: Message): LinkRow {
  return {
    index: fixed.readInt32LE(4),
    name: attributes.get(3)?.toString('utf8').replace(/\0.*$/, '') ?? '',
    mtu: attributes.get(4)?.readUInt32LE(0) ?? 0,
    isUp: (fixed.readUInt32LE(8) & 1) !== 0,
    type: linkTypes[fixed.readUInt16LE(2)] ?? 'other',
  };
}

/** ifaddrmsg; IFA_LOCAL, else IFA_ADDRESS. */
function addressRow({ fixed, attributes }: Message): AddressRow | undefined {
  const bytes = attributes.get(2) ?? attributes.get(1);
  if (bytes === undefined) return undefined;
  return { index: fixed.readUInt32LE(4), address: textOf(bytes), length: fixed.readUInt8(1) };
}

const mainTable = 254;
const unicast = 1;
const blackhole = 6;
/** Routes that the kernel made of others for one destination. */
const RTM_F_CLONED = 0x200;

/** rtmsg; RTA_DST, RTA_OIF, RTA_GATEWAY, RTA_METRICS with RTAX_MTU, RTA_TABLE. */
function routeRow({ fixed, attributes }: Message, family: 4 | 6): RouteRow | undefined {
  const type = fixed.readUInt8(7);
  const table = attributes.get(15)?.readUInt32LE(0) ?? fixed.readUInt8(4);
  const isCloned = (fixed.readUInt32LE(8) & RTM_F_CLONED) !== 0;
  if (table !== mainTable || isCloned || (type !== unicast && type !== blackhole)) return undefined;
  const gateway = attributes.get(5);
  const metrics = new Map<number, Buffer>();
  readAttributes(attributes.get(8) ?? Buffer.alloc(0), metrics);
  return {
    protocol: fixed.readUInt8(5),
    destination: destinationOf(attributes.get(1), fixed.readUInt8(1), family),
    gateway: gateway === undefined ? undefined : textOf(gateway),
    index: attributes.get(4)?.readUInt32LE(0),
    isBlackhole: type === blackhole,
    mtu: metrics.get(2)?.readUInt32LE(0) ?? 0,
  };
}

function destinationOf(bytes: Buffer | undefined, length: number, family: 4 | 6): string {
  if (bytes === undefined) return 'default';
  return length === (family === 4 ? 32 : 128) ? textOf(bytes) : `${textOf(bytes)}/${length}`;
}

const NUD_PERMANENT = 0x80;
/** Reachable, stale, delay, probe, permanent: the hardware address is known. */
const knownStates = 0x02 | 0x04 | 0x08 | 0x10 | NUD_PERMANENT;
const NUD_NOARP = 0x40;
/** The kernel tells times to user space in hundredths of a second (USER_HZ). */
const ticksOfSecond = 100;

/** ndmsg; NDA_DST, NDA_LLADDR, NDA_CACHEINFO (confirmed, used, updated). */
function neighbourRow({ fixed, attributes }: Message): NeighbourRow | undefined {
  const state = fixed.readUInt16LE(8);
  const address = attributes.get(1);
  if (address === undefined || (state & NUD_NOARP) !== 0) return undefined;
  const hardware = (state & knownStates) === 0 ? undefined : attributes.get(2);
  const used = attributes.get(3)?.readUInt32LE(4);
  return {
    index: fixed.readInt32LE(4),
    address: textOf(address),
    hardware: hardware && [...hardware].map((one) => one.toString(16).padStart(2, '0')).join(':'),
    isPermanent: (state & NUD_PERMANENT) !== 0,
    idleSeconds: used === undefined ? undefined : Math.floor(used / ticksOfSecond),
  };
}

function textOf(bytes: Buffer): string {
  return addressOf([...bytes]).text;
}
