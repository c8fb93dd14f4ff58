/**
 * Who else says that an address is his: ARP (packet(7)) and neighbour discovery (icmpv6(7)) as they arrive on every
 * interface, polled, because a socket of the C library has no place in Node's event loop. Without node:ffi nobody
 * is heard.
 */
import { keep, libc, load } from './library.ts';

export interface AddressClaim {
  /** 4 or 16 bytes, network order. */
  readonly bytes: readonly number[];
  /** `aa:bb:cc:dd:ee:ff`; '' when the message does not say. */
  readonly hardware: string;
  /** Only asks whether the address is taken (RFC 5227 §2.1.1, RFC 4862 §5.4.2). */
  readonly isProbe: boolean;
}

export interface ClaimReader {
  /** What arrived since the last call, at most `limit` messages; the rest waits or is lost with the socket's buffer. */
  read(limit: number): readonly AddressClaim[];
}

const AF_INET6 = 10;
const AF_PACKET = 17;
const SOCK_RAW = 3;
const CLOEXEC_NONBLOCK = 0o2000000 | 0o4000;
const ETH_P_ARP_NETWORK_ORDER = 0x0608;
const IPPROTO_ICMPV6 = 58;
const ICMP6_FILTER = 1;
const solicitation = 135;
const advertisement = 136;
const largestMessage = 2048;

export function openClaimReader(): ClaimReader {
  const sockets = [openArp(), openNeighbourDiscovery()].filter((one) => one !== undefined);
  return {
    read(limit) {
      const claims: AddressClaim[] = [];
      for (const read of sockets) {
        for (let count = 0; count < limit; count += 1) {
          const message = read();
          if (message === undefined) break;
          claims.push(...message);
        }
      }
      return claims;
    },
  };
}

/** Undefined: nothing more is there. */
type Read = () => readonly AddressClaim[] | undefined;

function openArp(): Read | undefined {
  if (libc === undefined) return undefined;
  const c = libc;
  const socket = c.socket(AF_PACKET, SOCK_RAW | CLOEXEC_NONBLOCK, ETH_P_ARP_NETWORK_ORDER);
  if (socket < 0) return undefined;
  const buffer = keep(largestMessage);
  return () => {
    const length = Number(c.recv(socket, buffer, BigInt(buffer.length), 0));
    return length < 0 ? undefined : parseArp(buffer.subarray(0, length));
  };
}

function openNeighbourDiscovery(): Read | undefined {
  const c = load([null, 'libc.so.6'], {
    setsockopt: { arguments: ['i32', 'i32', 'i32', 'pointer', 'u32'], return: 'i32' },
    recvfrom: {
      arguments: ['i32', 'pointer', 'u64', 'i32', 'pointer', 'pointer'],
      return: 'i64',
    },
  });
  const socket = libc?.socket(AF_INET6, SOCK_RAW | CLOEXEC_NONBLOCK, IPPROTO_ICMPV6) ?? -1;
  if (c === undefined || socket < 0) return undefined;
  const filter = keep(32).fill(0xff);
  for (const type of [solicitation, advertisement]) {
    const word = (type >> 5) * 4;
    const mask = filter.readUInt32LE(word) & ~(1 << (type & 31));
    filter.writeUInt32LE(mask >>> 0, word);
  }
  c.setsockopt(socket, IPPROTO_ICMPV6, ICMP6_FILTER, filter, filter.length);
  const buffer = keep(largestMessage);
  const from = keep(28);
  const fromLength = keep(4);
  return () => {
    fromLength.writeUInt32LE(from.length);
    const length = Number(c.recvfrom(socket, buffer, BigInt(buffer.length), 0, from, fromLength));
    if (length < 0) return undefined;
    return parseNeighbourDiscovery(buffer.subarray(0, length), from.subarray(8, 24));
  };
}

/** An Ethernet frame with ARP for IPv4 (RFC 826). */
export function parseArp(frame: Uint8Array): readonly AddressClaim[] {
  if (frame.length < 42 || frame[14] !== 0 || frame[15] !== 1) return [];
  if (frame[16] !== 0x08 || frame[17] !== 0 || frame[18] !== 6 || frame[19] !== 4) return [];
  const hardware = hardwareText(frame.subarray(22, 28));
  const sender = [...frame.subarray(28, 32)];
  if (sender.some((byte) => byte !== 0)) return [{ bytes: sender, hardware, isProbe: false }];
  const isRequest = frame[21] === 1;
  return isRequest ? [{ bytes: [...frame.subarray(38, 42)], hardware, isProbe: true }] : [];
}

/** An ICMPv6 message, without its IPv6 header (RFC 4861 §4.3, §4.4). */
export function parseNeighbourDiscovery(
  message: Uint8Array,
  source: Uint8Array,
): readonly AddressClaim[] {
  if (message.length < 24) return [];
  const bytes = [...message.subarray(8, 24)];
  if (message[0] === solicitation) {
    const isProbe = source.every((byte) => byte === 0);
    return isProbe ? [{ bytes, hardware: '', isProbe }] : [];
  }
  if (message[0] !== advertisement) return [];
  const targetLinkLayer = 2;
  for (let at = 24; at + 8 <= message.length;) {
    const length = (message[at + 1] ?? 0) * 8;
    if (length === 0) break;
    if (message[at] === targetLinkLayer) {
      return [{ bytes, hardware: hardwareText(message.subarray(at + 2, at + 8)), isProbe: false }];
    }
    at += length;
  }
  return [{ bytes, hardware: '', isProbe: false }];
}

function hardwareText(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}
