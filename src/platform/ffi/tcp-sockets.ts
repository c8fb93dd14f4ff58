/**
 * Connections of TCP by the kernel's own calls through `node:ffi`, many watched at once. A connection of `net.Socket`
 * costs twice the CPU of the kernel's work; here a socket that was disconnected (a reset goes out) connects again, so that a probe
 * is four calls: connect, send, recv, connect to nowhere (connect(2), AF_UNSPEC).
 */
import { toBuffer } from 'node:ffi';
import { keep, load } from './library.ts';

export interface TcpSockets {
  /**
   * A new descriptor that is watched, or the negative error number. `trafficClass`: IP's type of service, IPv6's traffic
   * class; 0 is none.
   */
  create(family: 4 | 6, trafficClass: number): number;
  /** 0 when it is on its way (the events tell), else the error number. `isTalker`: we speak first. */
  connect(descriptor: number, address: SocketAddress, port: number, isTalker: boolean): number;
  /** How many bytes were taken, 0 when none now, or the negative error number. */
  send(descriptor: number, bytes: Uint8Array): number;
  /** What is there, a copy; undefined: nothing now; empty: the other end closed; a number: the error. */
  receive(descriptor: number): Uint8Array | number | undefined;
  /** Why a connection failed: the error number, 0 when it did not. */
  failure(descriptor: number): number;
  /** Resets the connection; false: the socket cannot be used again. */
  disconnect(descriptor: number): boolean;
  /** Resets it if it is connected, and closes. */
  destroy(descriptor: number): void;
  /** Tells what has happened since the last time; never blocks. */
  visit(tell: TellEvent): void;
  close(): void;
}

/** `isReadable`: there is something to read, or the end of it. */
export type TellEvent = (
  descriptor: number,
  isReadable: boolean,
  isWritable: boolean,
  hasFailed: boolean,
) => void;

export interface SocketAddress {
  readonly family: 4 | 6;
  readonly bytes: readonly number[];
}

const AF_UNSPEC = 0;
const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_STREAM = 1;
const SOCK_NONBLOCK_CLOEXEC = 0o2004000;
const SOL_IP = 0;
const IP_TOS = 1;
const SOL_SOCKET = 1;
const SO_ERROR = 4;
const SO_LINGER = 13;
const IPPROTO_TCP = 6;
const TCP_QUICKACK = 12;
const SOL_IPV6 = 41;
const IPV6_TCLASS = 67;
const MSG_NOSIGNAL = 0x4000;
const EPOLL_CLOEXEC = 0o2000000;
const EPOLL_CTL_ADD = 1;
const EPOLLIN = 0x001;
const EPOLLOUT = 0x004;
const EPOLLERR = 0x008;
const EPOLLHUP = 0x010;
const EPOLLRDHUP = 0x2000;
const EPOLLET = 0x8000_0000;
const EAGAIN = 11;
const EINPROGRESS = 115;
const ENOMEM = 12;

/** `struct epoll_event` is packed on x86-64 alone. */
const eventBytes = process.arch === 'x64' ? 12 : 16;
const eventDataOffset = eventBytes - 8;
const eventsAtOnce = 512;
const receiveBytes = 16 * 1024;
const sendBytes = 16 * 1024;

const c = load([null, 'libc.so.6'], {
  socket: { arguments: ['i32', 'i32', 'i32'], return: 'i32' },
  connect: { arguments: ['i32', 'pointer', 'u32'], return: 'i32' },
  setsockopt: { arguments: ['i32', 'i32', 'i32', 'pointer', 'u32'], return: 'i32' },
  getsockopt: { arguments: ['i32', 'i32', 'i32', 'pointer', 'pointer'], return: 'i32' },
  // Lengths fit 32 bits: a bigint for each call would cost more.
  send: { arguments: ['i32', 'pointer', 'u32', 'i32'], return: 'i32' },
  recv: { arguments: ['i32', 'pointer', 'u32', 'i32'], return: 'i32' },
  close: { arguments: ['i32'], return: 'i32' },
  epoll_create1: { arguments: ['i32'], return: 'i32' },
  epoll_ctl: { arguments: ['i32', 'i32', 'i32', 'pointer'], return: 'i32' },
  epoll_wait: { arguments: ['i32', 'pointer', 'i32', 'i32'], return: 'i32' },
  __errno_location: { arguments: [], return: 'pointer' },
});
type C = NonNullable<typeof c>;

const place = keep(28);
const nowhere = keep(16);
const value = keep(8);
const length = keep(4);
const zero = keep(4);
const abruptly = keep(8);
abruptly.writeInt32LE(1, 0);
nowhere.writeUInt16LE(AF_UNSPEC, 0);
const event = keep(eventBytes);
const events = keep(eventBytes * eventsAtOnce);
const received = keep(receiveBytes);
const sent = keep(sendBytes);

const nothing = new Uint8Array(0);

/** Undefined without node:ffi. */
export function openTcpSockets(): TcpSockets | undefined {
  if (c === undefined) return undefined;
  const watcher = c.epoll_create1(EPOLL_CLOEXEC);
  if (watcher < 0) return undefined;
  return new KernelSockets(c, watcher);
}

class KernelSockets implements TcpSockets {
  readonly #c: C;
  readonly #watcher: number;
  /** The calling thread's own, at one place for its life. */
  readonly #errno: Buffer;

  constructor(functions: C, watcher: number) {
    this.#c = functions;
    this.#watcher = watcher;
    this.#errno = toBuffer(functions.__errno_location(), 4, false);
  }

  create(family: 4 | 6, trafficClass: number): number {
    const domain = family === 4 ? AF_INET : AF_INET6;
    const descriptor = this.#c.socket(domain, SOCK_STREAM | SOCK_NONBLOCK_CLOEXEC, 0);
    if (descriptor < 0) return -this.#error();
    const problem = this.#classify(descriptor, family, trafficClass) || this.#watch(descriptor);
    if (problem === 0) return descriptor;
    this.#c.close(descriptor);
    return -problem;
  }

  connect(descriptor: number, address: SocketAddress, port: number, isTalker: boolean): number {
    const isIpv4 = address.family === 4;
    place.writeUInt16LE(isIpv4 ? AF_INET : AF_INET6, 0);
    place.writeUInt16BE(port, 2);
    place.fill(0, 4);
    place.set(address.bytes, isIpv4 ? 4 : 8);
    // The first words acknowledge the handshake: a packet less. Whether it is taken is the kernel's affair.
    if (isTalker) this.#c.setsockopt(descriptor, IPPROTO_TCP, TCP_QUICKACK, zero, 4);
    if (this.#c.connect(descriptor, place, isIpv4 ? 16 : 28) === 0) return 0;
    const error = this.#error();
    return error === EINPROGRESS ? 0 : error;
  }

  send(descriptor: number, bytes: Uint8Array): number {
    const size = Math.min(bytes.length, sendBytes);
    sent.set(size === bytes.length ? bytes : bytes.subarray(0, size));
    const taken = this.#c.send(descriptor, sent, size, MSG_NOSIGNAL);
    if (taken >= 0) return taken;
    const error = this.#error();
    return error === EAGAIN ? 0 : -error;
  }

  receive(descriptor: number): Uint8Array | number | undefined {
    const size = this.#c.recv(descriptor, received, receiveBytes, 0);
    if (size > 0) {
      // From Node's pool of small buffers: one of its own costs a call of malloc and its collection.
      const copy = Buffer.allocUnsafe(size);
      received.copy(copy, 0, 0, size);
      return copy;
    }
    if (size === 0) return nothing;
    const error = this.#error();
    return error === EAGAIN ? undefined : error;
  }

  failure(descriptor: number): number {
    length.writeUInt32LE(4, 0);
    const isTold = this.#c.getsockopt(descriptor, SOL_SOCKET, SO_ERROR, value, length) === 0;
    return isTold ? value.readInt32LE(0) : this.#error();
  }

  disconnect(descriptor: number): boolean {
    return this.#c.connect(descriptor, nowhere, 16) === 0;
  }

  destroy(descriptor: number): void {
    this.#c.setsockopt(descriptor, SOL_SOCKET, SO_LINGER, abruptly, 8);
    this.#c.close(descriptor);
  }

  visit(tell: TellEvent): void {
    const count = this.#c.epoll_wait(this.#watcher, events, eventsAtOnce, 0);
    // Copied first: who is told may open and close others.
    const happened: number[] = [];
    for (let index = 0; index < count; index += 1) {
      const at = index * eventBytes;
      happened.push(events.readUInt32LE(at), events.readInt32LE(at + eventDataOffset));
    }
    for (let index = 0; index < happened.length; index += 2) {
      const flags = happened[index] ?? 0;
      const hasFailed = (flags & EPOLLERR) !== 0;
      // A closed socket is "writable" too: those that hang up without having been connected failed.
      const isWritable = (flags & EPOLLOUT) !== 0 && (flags & EPOLLHUP) === 0;
      const isReadable = (flags & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) !== 0;
      tell(happened[index + 1] ?? -1, isReadable, isWritable, hasFailed);
    }
  }

  close(): void {
    this.#c.close(this.#watcher);
  }

  #classify(descriptor: number, family: 4 | 6, trafficClass: number): number {
    if (trafficClass === 0) return 0;
    value.writeInt32LE(trafficClass, 0);
    const [level, name] = family === 4 ? [SOL_IP, IP_TOS] : [SOL_IPV6, IPV6_TCLASS];
    const isSet = this.#c.setsockopt(descriptor, level, name, value, 4) === 0;
    return isSet ? 0 : this.#error();
  }

  /** Once for its life: every change is told once. */
  #watch(descriptor: number): number {
    event.writeUInt32LE((EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET) >>> 0, 0);
    event.fill(0, eventDataOffset);
    event.writeInt32LE(descriptor, eventDataOffset);
    const isWatched = this.#c.epoll_ctl(this.#watcher, EPOLL_CTL_ADD, descriptor, event) === 0;
    return isWatched ? 0 : this.#error();
  }

  #error(): number {
    return this.#errno.readInt32LE(0) || ENOMEM;
  }
}
