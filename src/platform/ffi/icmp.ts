/**
 * ICMP echo by raw sockets through `node:ffi`: Node has no raw sockets and the kernel's ping sockets are
 * off by default (`net.ipv4.ping_group_range`). Needs CAP_NET_RAW. Buffers live at module level because
 * a raw pointer does not keep them alive.
 */
import './steady-calls.ts';
import { dlopen, toBuffer } from 'node:ffi';

export interface EchoSocket {
  /** False when the kernel refused, with its errno. `hopLimit`: as far as it goes; absent: as usual. */
  send(
    address: Uint8Array,
    packet: Uint8Array,
    hopLimit?: number,
  ): { ok: true } | { ok: false; errno: number };
  /** The next waiting packet and its sender, or undefined; never blocks. */
  receive(): { from: Uint8Array; packet: Uint8Array } | undefined;
  close(): void;
}

const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_RAW = 3;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const IPPROTO_ICMP = 1;
const IPPROTO_ICMPV6 = 58;
const MSG_DONTWAIT = 0x40;
const SOL_RAW = 255;
const ICMP_FILTER = 1;
const ICMP6_FILTER = 1;
const ECHO_REPLY_V4 = 0;
const ECHO_REPLY_V6 = 129;

const SOL_IP = 0;
const SOL_IPV6 = 41;
const IP_TTL = 2;
const IPV6_UNICAST_HOPS = 16;
/** What the system has configured. */
const usualHops = -1;
/** IPv4's smallest datagram that every host takes, as BIG-IP's packets of traces may be long. */
const mostPacketBytes = 576;

const definitions = {
  socket: { arguments: ['int32', 'int32', 'int32'], return: 'int32' },
  setsockopt: { arguments: ['int32', 'int32', 'int32', 'buffer', 'uint32'], return: 'int32' },
  sendto: {
    arguments: ['int32', 'buffer', 'uint64', 'int32', 'buffer', 'uint32'],
    return: 'int64',
  },
  recvfrom: {
    arguments: ['int32', 'buffer', 'uint64', 'int32', 'buffer', 'buffer'],
    return: 'int64',
  },
  close: { arguments: ['int32'], return: 'int32' },
  __errno_location: { arguments: [], return: 'pointer' },
} as const;

const sendBuffer = Buffer.alloc(mostPacketBytes);
const hopsBuffer = Buffer.alloc(4);
const receiveBuffer = Buffer.alloc(2048);
const addressBuffer = Buffer.alloc(28);
const lengthBuffer = Buffer.alloc(4);
const filterBuffer = Buffer.alloc(32);

/** Throws, with the errno, when raw sockets are not to be had. */
export function openEchoSocket(family: 4 | 6): EchoSocket {
  const { functions } = dlopen(null, definitions);
  const errno = (): number => toBuffer(functions.__errno_location(), 4, false).readInt32LE(0);
  const isIpv4 = family === 4;
  const descriptor = functions.socket(
    isIpv4 ? AF_INET : AF_INET6,
    SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC,
    isIpv4 ? IPPROTO_ICMP : IPPROTO_ICMPV6,
  );
  if (descriptor < 0) throw new Error(`no raw ICMP socket: errno ${errno()}`);
  setFilter(functions.setsockopt, descriptor, isIpv4);
  let hops = usualHops;
  const limitHops = (wanted: number): void => {
    if (wanted === hops) return;
    hops = wanted;
    hopsBuffer.writeInt32LE(wanted, 0);
    const level = isIpv4 ? SOL_IP : SOL_IPV6;
    functions.setsockopt(descriptor, level, isIpv4 ? IP_TTL : IPV6_UNICAST_HOPS, hopsBuffer, 4);
  };
  const addressLength = isIpv4 ? 16 : 28;
  const addressOffset = isIpv4 ? 4 : 8;
  const bytes = isIpv4 ? 4 : 16;
  return {
    send(address, packet, hopLimit = usualHops) {
      limitHops(hopLimit);
      addressBuffer.fill(0);
      addressBuffer.writeUInt16LE(isIpv4 ? AF_INET : AF_INET6, 0);
      addressBuffer.set(address, addressOffset);
      sendBuffer.set(packet, 0);
      const sent = functions.sendto(
        descriptor,
        sendBuffer,
        BigInt(packet.length),
        MSG_DONTWAIT,
        addressBuffer,
        addressLength,
      );
      return Number(sent) < 0 ? { ok: false, errno: errno() } : { ok: true };
    },
    receive() {
      lengthBuffer.writeUInt32LE(addressBuffer.length, 0);
      const got = Number(
        functions.recvfrom(
          descriptor,
          receiveBuffer,
          BigInt(receiveBuffer.length),
          MSG_DONTWAIT,
          addressBuffer,
          lengthBuffer,
        ),
      );
      if (got < 0) return undefined;
      // IPv4 raw sockets deliver the IP header too.
      const start = isIpv4 ? ((receiveBuffer[0] ?? 0) & 0x0f) * 4 : 0;
      return {
        from: Uint8Array.from(addressBuffer.subarray(addressOffset, addressOffset + bytes)),
        packet: Uint8Array.from(receiveBuffer.subarray(start, got)),
      };
    },
    close: () => {
      functions.close(descriptor);
    },
  };
}

/** Lets echo replies through only: without it every ICMP packet of the host would wake us. */
function setFilter(
  setsockopt: (a: number, b: number, c: number, d: Buffer, e: number) => number,
  descriptor: number,
  isIpv4: boolean,
): void {
  if (isIpv4) {
    filterBuffer.writeUInt32LE(~(1 << ECHO_REPLY_V4) >>> 0, 0);
    setsockopt(descriptor, SOL_RAW, ICMP_FILTER, filterBuffer, 4);
    return;
  }
  filterBuffer.fill(0xff);
  const word = (ECHO_REPLY_V6 >> 5) * 4;
  filterBuffer.writeUInt32LE(~(1 << (ECHO_REPLY_V6 & 31)) >>> 0, word);
  setsockopt(descriptor, IPPROTO_ICMPV6, ICMP6_FILTER, filterBuffer, 32);
}
