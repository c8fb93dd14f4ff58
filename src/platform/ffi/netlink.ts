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
  /**
   * The same for many, in batches of one system call each; returns what was refused and why. The kernel goes through
   * an interface's IPv4 addresses for each: 30 µs with a thousand, 150 µs with ten thousand.
   */
  replaceAll(
    addresses: readonly HostAddress[],
    leaseSeconds: number | 'forever',
  ): readonly Refusal[];
  removeAll(addresses: readonly HostAddress[]): readonly Refusal[];
  readonly inProcess: boolean;
}

export interface Refusal {
  readonly address: HostAddress;
  readonly reason: string;
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
const NLM_F_ACK = 4;
/** Messages of one batch; 92 bytes at most each. */
const batched = 200;
const messageBytes = 128;

export function openAddresses(): Addresses {
  const socket = libc?.socket(AF_NETLINK, SOCK_RAW_CLOEXEC, 0) ?? -1;
  if (libc === undefined || socket < 0) return spawnedAddresses;
  return new NetlinkAddresses(libc, socket);
}

class NetlinkAddresses implements Addresses {
  readonly inProcess = true;
  readonly #c: NonNullable<typeof libc>;
  readonly #socket: number;
  readonly #request = keep(messageBytes);
  readonly #batch = keep(batched * messageBytes);
  readonly #answer = keep(4096);
  readonly #kernel = keep(12);
  #sequence = 0;

  constructor(c: NonNullable<typeof libc>, socket: number) {
    this.#c = c;
    this.#socket = socket;
    this.#kernel.writeUInt16LE(AF_NETLINK, 0);
  }

  replace(address: HostAddress, leaseSeconds: number | 'forever'): void {
    const error = this.#exchange(RTM_NEWADDR, address, leaseSeconds);
    if (error !== 0) throw new NetlinkError(describe(RTM_NEWADDR, address, error));
  }

  remove(address: HostAddress): void {
    if (interfaceIndex(address.interface) === 0) return;
    const error = this.#exchange(RTM_DELADDR, address, 'forever');
    if (error !== 0 && !absentErrors.includes(error)) {
      throw new NetlinkError(describe(RTM_DELADDR, address, error));
    }
  }

  replaceAll(hosts: readonly HostAddress[], leaseSeconds: number | 'forever'): readonly Refusal[] {
    return this.#all(RTM_NEWADDR, hosts, leaseSeconds);
  }

  removeAll(hosts: readonly HostAddress[]): readonly Refusal[] {
    return this.#all(RTM_DELADDR, hosts, 'forever');
  }

  #exchange(type: number, address: HostAddress, lease: number | 'forever'): number {
    const index = interfaceIndex(address.interface);
    if (index === 0) throw new NetlinkError(`no interface ${address.interface}`);
    const length = writeMessage(this.#request, type, address, lease, index);
    this.#request.writeUInt32LE(this.#nextSequence(), 8);
    if (!this.#send(this.#request, length)) {
      throw new NetlinkError(`cannot ask the kernel about ${address.address}`);
    }
    for (;;) {
      const said = this.#receive();
      if (said === undefined) {
        throw new NetlinkError(`no answer from the kernel about ${address.address}`);
      }
      if (said.sequence === this.#sequence && said.isVerdict) return said.error;
    }
  }

  #all(type: number, hosts: readonly HostAddress[], lease: number | 'forever'): readonly Refusal[] {
    const refused: Refusal[] = [];
    for (let from = 0; from < hosts.length; from += batched) {
      refused.push(...this.#some(type, hosts.slice(from, from + batched), lease));
    }
    return refused;
  }

  /** Only errors are answered, and the last message always: it says that all were done. */
  #some(
    type: number,
    hosts: readonly HostAddress[],
    lease: number | 'forever',
  ): readonly Refusal[] {
    const indexes = new Map<string, number>();
    const sent: HostAddress[] = [];
    const missing: HostAddress[] = [];
    const first = (this.#sequence + 1) >>> 0;
    let length = 0;
    let last = this.#batch;
    for (const host of hosts) {
      const index = indexes.get(host.interface) ?? interfaceIndex(host.interface);
      indexes.set(host.interface, index);
      if (index === 0) {
        missing.push(host);
        continue;
      }
      last = this.#batch.subarray(length, length + messageBytes);
      length += writeMessage(last, type, host, lease, index);
      last.writeUInt32LE(this.#nextSequence(), 8);
      last.writeUInt16LE(last.readUInt16LE(6) & ~NLM_F_ACK, 6);
      sent.push(host);
    }
    const reason = 'no such interface';
    const absent = type === RTM_NEWADDR ? missing.map((address) => ({ address, reason })) : [];
    if (sent.length === 0) return absent;
    last.writeUInt16LE(last.readUInt16LE(6) | NLM_F_ACK, 6);
    if (this.#send(this.#batch, length)) return [...absent, ...this.#verdicts(type, sent, first)];
    return [...absent, ...sent.map((address) => ({ address, reason: 'the kernel takes nothing' }))];
  }

  #verdicts(type: number, sent: readonly HostAddress[], first: number): readonly Refusal[] {
    const refused: Refusal[] = [];
    for (;;) {
      const said = this.#receive();
      if (said === undefined) {
        return sent.map((address) => ({ address, reason: 'no answer from the kernel' }));
      }
      const index = said.sequence - first;
      const address = sent[index];
      if (address === undefined || !said.isVerdict) continue;
      const isFine =
        said.error === 0 || (type === RTM_DELADDR && absentErrors.includes(said.error));
      if (!isFine) refused.push({ address, reason: describe(type, address, said.error) });
      if (index === sent.length - 1) return refused;
    }
  }

  #nextSequence(): number {
    this.#sequence = (this.#sequence + 1) >>> 0;
    return this.#sequence;
  }

  #send(buffer: Buffer, length: number): boolean {
    return this.#c.sendto(this.#socket, buffer, BigInt(length), 0, this.#kernel, 12) >= 0n;
  }

  #receive():
    | { readonly sequence: number; readonly isVerdict: boolean; readonly error: number }
    | undefined {
    const length = BigInt(this.#answer.length);
    const got = Number(this.#c.recv(this.#socket, this.#answer, length, 0));
    if (got < 20) return undefined;
    return {
      sequence: this.#answer.readUInt32LE(8),
      isVerdict: this.#answer.readUInt16LE(4) === NLMSG_ERROR,
      error: -this.#answer.readInt32LE(16),
    };
  }
}

function describe(type: number, address: HostAddress, error: number): string {
  const verb = type === RTM_NEWADDR ? 'add' : 'remove';
  return `cannot ${verb} ${address.address} on ${address.interface}: error ${error}`;
}

/** nlmsghdr, ifaddrmsg, attributes; returns the length. */
function writeMessage(
  buffer: Buffer,
  type: number,
  address: HostAddress,
  lease: number | 'forever',
  index: number,
): number {
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
  replaceAll: (hosts, lease) => refusals(hosts, (host) => spawnedAddresses.replace(host, lease)),
  removeAll: (hosts) => refusals(hosts, (host) => spawnedAddresses.remove(host)),
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

function refusals(
  hosts: readonly HostAddress[],
  action: (host: HostAddress) => void,
): readonly Refusal[] {
  return hosts.flatMap((address): Refusal[] => {
    try {
      action(address);
      return [];
    } catch (error) {
      return [{ address, reason: String(error) }];
    }
  });
}

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
