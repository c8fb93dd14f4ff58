/**
 * Addresses by rtnetlink (rtnetlink(7)): 29 µs an address, against 2 ms for starting `ip`, which is the
 * fallback. Only host addresses (/32, /128): a lease on a wider one could take others with it.
 */
import { execFileSync } from 'node:child_process';
import { interfaceIndex, keep, libc } from './library.ts';

export interface HostAddress {
  readonly address: string;
  /** 4 or 16 bytes, network order. */
  readonly bytes: readonly number[];
  readonly interface: string;
}

export interface Addresses {
  /** Adds it, or renews its lease. The kernel removes it by itself after `leaseSeconds` (up to a second late). */
  replace(address: HostAddress, leaseSeconds: number | 'forever'): void;
  /** Absent is fine. */
  remove(address: HostAddress): void;
  readonly inProcess: boolean;
}

export class NetlinkError extends Error {
  override readonly name = 'NetlinkError';
}

const AF_NETLINK = 16;
const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_RAW_CLOEXEC = 3 | 0o2000000;
const RTM_NEWADDR = 20;
const RTM_DELADDR = 21;
const NLM_F_REQUEST_ACK = 5;
const NLM_F_REPLACE_CREATE = 0x100 | 0x400;
const IFA_ADDRESS = 1;
const IFA_LOCAL = 2;
const IFA_CACHEINFO = 6;
const IFA_FLAGS = 8;
const IFA_F_NODAD = 0x02;
const IFA_F_PERMANENT = 0x80;
const NLMSG_ERROR = 2;
/** EADDRNOTAVAIL, ENODEV: what was to be removed is not there. */
const absentErrors: readonly number[] = [99, 19];

export function openAddresses(): Addresses {
  const socket = libc?.socket(AF_NETLINK, SOCK_RAW_CLOEXEC, 0) ?? -1;
  if (libc === undefined || socket < 0) return spawnedAddresses;
  return netlinkAddresses(libc, socket);
}

function netlinkAddresses(c: NonNullable<typeof libc>, socket: number): Addresses {
  const request = keep(128);
  const answer = keep(4096);
  const kernel = keep(12);
  kernel.writeUInt16LE(AF_NETLINK, 0);
  let sequence = 0;
  const exchange = (length: number, what: string): number => {
    sequence = (sequence + 1) >>> 0;
    request.writeUInt32LE(sequence, 8);
    if (c.sendto(socket, request, BigInt(length), 0, kernel, 12) < 0n) {
      throw new NetlinkError(`cannot ask the kernel: ${what}`);
    }
    for (;;) {
      const got = Number(c.recv(socket, answer, BigInt(answer.length), 0));
      if (got < 20) throw new NetlinkError(`no answer from the kernel: ${what}`);
      const isOurs = answer.readUInt32LE(8) === sequence;
      if (isOurs && answer.readUInt16LE(4) === NLMSG_ERROR) return -answer.readInt32LE(16);
    }
  };
  return {
    inProcess: true,
    replace(address, leaseSeconds) {
      const length = writeRequest(request, RTM_NEWADDR, address, leaseSeconds);
      const error = exchange(length, `add ${address.address}`);
      if (error !== 0) throw new NetlinkError(describe('add', address, error));
    },
    remove(address) {
      if (interfaceIndex(address.interface) === 0) return;
      const error = exchange(
        writeRequest(request, RTM_DELADDR, address, 'forever'),
        `remove ${address.address}`,
      );
      if (error !== 0 && !absentErrors.includes(error)) {
        throw new NetlinkError(describe('remove', address, error));
      }
    },
  };
}

function describe(verb: string, address: HostAddress, error: number): string {
  return `cannot ${verb} ${address.address} on ${address.interface}: error ${error}`;
}

/** nlmsghdr, ifaddrmsg, attributes; returns the length. */
function writeRequest(
  buffer: Buffer,
  type: number,
  address: HostAddress,
  lease: number | 'forever',
): number {
  const index = interfaceIndex(address.interface);
  if (index === 0) throw new NetlinkError(`no interface ${address.interface}`);
  const isIpv4 = address.bytes.length === 4;
  buffer.fill(0);
  buffer.writeUInt16LE(type, 4);
  buffer.writeUInt16LE(NLM_F_REQUEST_ACK | (type === RTM_NEWADDR ? NLM_F_REPLACE_CREATE : 0), 6);
  buffer.writeUInt8(isIpv4 ? AF_INET : AF_INET6, 16);
  buffer.writeUInt8(isIpv4 ? 32 : 128, 17);
  buffer.writeUInt32LE(index, 20);
  let at = 24;
  const attribute = (kind: number, bytes: readonly number[] | Buffer): void => {
    buffer.writeUInt16LE(4 + bytes.length, at);
    buffer.writeUInt16LE(kind, at + 2);
    buffer.set(bytes, at + 4);
    at += 4 + Math.ceil(bytes.length / 4) * 4;
  };
  attribute(IFA_LOCAL, address.bytes);
  attribute(IFA_ADDRESS, address.bytes);
  if (type === RTM_NEWADDR) {
    const seconds = lease === 'forever' ? 0xffffffff : lease;
    const cache = Buffer.alloc(16);
    cache.writeUInt32LE(seconds, 0);
    cache.writeUInt32LE(seconds, 4);
    attribute(IFA_CACHEINFO, cache);
    const flags = Buffer.alloc(4);
    flags.writeUInt32LE((isIpv4 ? 0 : IFA_F_NODAD) | (lease === 'forever' ? IFA_F_PERMANENT : 0));
    attribute(IFA_FLAGS, flags);
  }
  buffer.writeUInt32LE(at, 0);
  return at;
}

const spawnTimeoutMilliseconds = 2000;

const spawnedAddresses: Addresses = {
  inProcess: false,
  replace(address, leaseSeconds) {
    const lease = leaseSeconds === 'forever' ? 'forever' : String(leaseSeconds);
    const nodad = address.bytes.length === 16 ? ['nodad'] : [];
    ip([
      'addr',
      'replace',
      ...words(address),
      ...nodad,
      'valid_lft',
      lease,
      'preferred_lft',
      lease,
    ]);
  },
  remove(address) {
    try {
      ip(['addr', 'del', ...words(address)]);
    } catch (error) {
      if (!/Cannot (assign|find)|not found/.test(String(error))) throw error;
    }
  },
};

function words(address: HostAddress): readonly string[] {
  const length = address.bytes.length === 4 ? 32 : 128;
  return [`${address.address}/${length}`, 'dev', address.interface];
}

function ip(args: readonly string[]): void {
  try {
    execFileSync('ip', args, {
      timeout: spawnTimeoutMilliseconds,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  } catch (error) {
    const said = (error as { readonly stderr?: Buffer }).stderr?.toString().trim();
    throw new NetlinkError(said ?? 'cannot run ip', { cause: error });
  }
}
