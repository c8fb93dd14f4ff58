/**
 * macvlan interfaces by rtnetlink, so that one is up within a fraction of a millisecond; by `ip` without node:ffi.
 * Every call throws when the kernel refuses.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { interfaceIndex, keep, libc } from './library.ts';

export interface MacvlanLinks {
  /** Names of the macvlan interfaces here that begin with the prefix, with what they are made of. */
  list(prefix: string): readonly Macvlan[];
  /** Makes it, down, in bridge mode, without link-local address. */
  create(link: Macvlan): void;
  /** Absent is fine. */
  remove(name: string): void;
  setUp(name: string, isUp: boolean): void;
}

export interface Macvlan {
  readonly name: string;
  readonly parent: string;
  readonly mac: string;
}

export class LinkError extends Error {
  override readonly name = 'LinkError';
}

const AF_NETLINK = 16;
const SOCK_RAW_CLOEXEC = 3 | 0o2000000;
const RTM_NEWLINK = 16;
const NLM_F_REQUEST_ACK = 5;
const NLMSG_ERROR = 2;
const IFF_UP = 1;

export function openMacvlanLinks(): MacvlanLinks {
  const socket = libc?.socket(AF_NETLINK, SOCK_RAW_CLOEXEC, 0) ?? -1;
  const setUp = libc === undefined || socket < 0 ? setUpByIp : upDown(libc, socket);
  return { list, create, remove, setUp };
}

/** Made when the configuration changes, not at a takeover: time does not matter. */
function create({ name, parent, mac }: Macvlan): void {
  ip([
    'link',
    'add',
    'link',
    parent,
    'name',
    name,
    'address',
    mac,
    'type',
    'macvlan',
    'mode',
    'bridge',
  ]);
  const settings: readonly (readonly [string, string])[] = [
    // Two devices have the same hardware address: they must not both have its link-local address.
    [`ipv6/conf/${name}/addr_gen_mode`, '1'],
    [`ipv6/conf/${name}/accept_ra`, '0'],
    [`ipv6/conf/${name}/dad_transmits`, '0'],
    // The way back of what arrives here is the interface below.
    [`ipv4/conf/${name}/rp_filter`, '2'],
  ];
  for (const [path, value] of settings) writeIfThere(`/proc/sys/net/${path}`, value);
}

function remove(name: string): void {
  if (!isThere(name)) return;
  ip(['link', 'del', name]);
}

function list(prefix: string): readonly Macvlan[] {
  const names = readFileSync('/proc/self/net/dev', 'utf8')
    .split('\n')
    .slice(2)
    .map((line) => line.slice(0, line.lastIndexOf(':')).trim());
  return names
    .filter((name) => name.startsWith(prefix))
    .map((name) => ({ name, parent: lowerOf(name), mac: macOf(name) }));
}

function macOf(name: string): string {
  try {
    return readFileSync(`/sys/class/net/${name}/address`, 'utf8').trim();
  } catch {
    return '';
  }
}

function lowerOf(name: string): string {
  try {
    const files = readdirSync(`/sys/class/net/${name}`);
    return files.find((file) => file.startsWith('lower_'))?.slice('lower_'.length) ?? '';
  } catch {
    return '';
  }
}

function isThere(name: string): boolean {
  return list(name).some((one) => one.name === name);
}

function writeIfThere(path: string, value: string): void {
  try {
    writeFileSync(path, value);
  } catch {
    // A kernel without IPv6 has none of these.
  }
}

function upDown(
  c: NonNullable<typeof libc>,
  socket: number,
): (name: string, isUp: boolean) => void {
  const request = keep(32);
  const answer = keep(4096);
  const kernel = keep(12);
  kernel.writeUInt16LE(AF_NETLINK, 0);
  let sequence = 0;
  return (name, isUp) => {
    const index = interfaceIndex(name);
    if (index === 0) throw new LinkError(`no interface ${name}`);
    sequence = (sequence + 1) >>> 0;
    // nlmsghdr, ifinfomsg.
    request.fill(0);
    request.writeUInt32LE(32, 0);
    request.writeUInt16LE(RTM_NEWLINK, 4);
    request.writeUInt16LE(NLM_F_REQUEST_ACK, 6);
    request.writeUInt32LE(sequence, 8);
    request.writeInt32LE(index, 20);
    request.writeUInt32LE(isUp ? IFF_UP : 0, 24);
    request.writeUInt32LE(IFF_UP, 28);
    if (c.sendto(socket, request, 32n, 0, kernel, 12) < 0n) {
      throw new LinkError(`cannot ask the kernel about ${name}`);
    }
    for (;;) {
      const got = Number(c.recv(socket, answer, BigInt(answer.length), 0));
      if (got < 20) throw new LinkError(`no answer from the kernel about ${name}`);
      const isOurs = answer.readUInt32LE(8) === sequence;
      if (!isOurs || answer.readUInt16LE(4) !== NLMSG_ERROR) continue;
      const error = -answer.readInt32LE(16);
      if (error !== 0) throw new LinkError(`cannot set ${name} ${isUp ? 'up' : 'down'}: ${error}`);
      return;
    }
  };
}

function setUpByIp(name: string, isUp: boolean): void {
  ip(['link', 'set', name, isUp ? 'up' : 'down']);
}

const limitMilliseconds = 2000;

function ip(args: readonly string[]): void {
  try {
    execFileSync('ip', args, { timeout: limitMilliseconds, stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    // What execFileSync throws when the program fails.
    const said = (error as { readonly stderr?: Buffer }).stderr?.toString().trim();
    throw new LinkError(said ?? 'cannot run ip', { cause: error });
  }
}
