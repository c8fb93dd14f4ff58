/**
 * Datagrams in batches through `node:ffi`: recvmmsg and sendmmsg over memory that is laid out once, poll over many
 * sockets, and a descriptor that wakes a thread that waits. A batch answers in place: what came in slot 3 goes back
 * from slot 3, to where it came from, and from the address that it came to. Layouts are those of 64-bit Linux.
 */
import { getRawPointer, toBuffer } from 'node:ffi';
import { parseAddress } from '../../base/address.ts';
import { interfaceIndex, keep, load } from './library.ts';

const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_DGRAM_NONBLOCK_CLOEXEC = 0o2004002;
const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const SO_SNDBUF = 7;
const SO_REUSEPORT = 15;
const IPPROTO_IP = 0;
const IP_PKTINFO = 8;
const IPPROTO_IPV6 = 41;
const IPV6_RECVPKTINFO = 49;
const IPV6_V6ONLY = 26;
const MSG_DONTWAIT = 0x40;
const MSG_TRUNC = 0x20;
const EFD_NONBLOCK_CLOEXEC = 0o2004000;
const POLLIN = 1;

const headerWords = 16;
const vectorWords = 4;
const nameBytes = 32;
const controlBytes = 64;
/** Bursts wait here while the loop is busy with something else. */
const socketBufferBytes = 4 * 1024 * 1024;

const c = load([null, 'libc.so.6'], {
  socket: { arguments: ['i32', 'i32', 'i32'], return: 'i32' },
  bind: { arguments: ['i32', 'pointer', 'u32'], return: 'i32' },
  connect: { arguments: ['i32', 'pointer', 'u32'], return: 'i32' },
  getsockname: { arguments: ['i32', 'pointer', 'pointer'], return: 'i32' },
  setsockopt: { arguments: ['i32', 'i32', 'i32', 'pointer', 'u32'], return: 'i32' },
  recvmmsg: { arguments: ['i32', 'pointer', 'u32', 'i32', 'pointer'], return: 'i32' },
  sendmmsg: { arguments: ['i32', 'pointer', 'u32', 'i32'], return: 'i32' },
  poll: { arguments: ['pointer', 'u64', 'i32'], return: 'i32' },
  eventfd: { arguments: ['u32', 'i32'], return: 'i32' },
  read: { arguments: ['i32', 'pointer', 'u64'], return: 'i64' },
  write: { arguments: ['i32', 'pointer', 'u64'], return: 'i64' },
  close: { arguments: ['i32'], return: 'i32' },
  __errno_location: { arguments: [], return: 'pointer' },
});

/** Are batches to be had here? */
export const hasBatches =
  c !== undefined &&
  process.platform === 'linux' &&
  (process.arch === 'x64' || process.arch === 'arm64');

type Calls = NonNullable<typeof c>;

function calls(): Calls {
  if (c === undefined) throw new Error('the C library cannot be called here');
  return c;
}

/** Of the call that failed last in this thread. */
export function errorNumber(): number {
  return toBuffer(calls().__errno_location(), 4, false).readInt32LE(0);
}

const errorNames: Readonly<Record<number, string>> = {
  1: 'EPERM',
  13: 'EACCES',
  24: 'EMFILE',
  97: 'EAFNOSUPPORT',
  98: 'EADDRINUSE',
  99: 'EADDRNOTAVAIL',
};

export const errorAgain = 11;
export const errorRefused = 111;

export interface DatagramDescriptor {
  readonly descriptor: number;
  readonly port: number;
}

const place = keep(28);
const length = keep(4);
const option = keep(4);
const eight = keep(8);

/**
 * A bound socket; several may share address and port, and the kernel spreads clients over them. Throws an error
 * with the system's `code` (EADDRNOTAVAIL while the address does not exist, EADDRINUSE).
 */
export function openDatagrams(
  address: string,
  port: number,
  isShared: boolean,
): DatagramDescriptor {
  const size = setPlace(address, port);
  const isIpv6 = size === 28;
  const descriptor = newSocket(isIpv6);
  setOption(descriptor, SOL_SOCKET, SO_RCVBUF, socketBufferBytes);
  setOption(descriptor, SOL_SOCKET, SO_SNDBUF, socketBufferBytes);
  if (isShared) setOption(descriptor, SOL_SOCKET, SO_REUSEPORT, 1);
  if (isIpv6) setOption(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, 1);
  const isAny = place.subarray(isIpv6 ? 8 : 4, isIpv6 ? 24 : 8).every((byte) => byte === 0);
  // Bound to every address: the answer has to come from the one that was asked.
  if (isAny && isIpv6) setOption(descriptor, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
  if (isAny && !isIpv6) setOption(descriptor, IPPROTO_IP, IP_PKTINFO, 1);
  if (calls().bind(descriptor, place, size) < 0) throw failure(descriptor, `bind to ${address}`);
  return { descriptor, port: boundPort(descriptor) };
}

/** A socket that talks to one address only, from `from`. */
export function connectDescriptor(address: string, port: number, from: string | undefined): number {
  const descriptor = newSocket(address.includes(':'));
  setOption(descriptor, SOL_SOCKET, SO_RCVBUF, socketBufferBytes);
  if (from !== undefined && calls().bind(descriptor, place, setPlace(from, 0)) < 0) {
    throw failure(descriptor, `bind to ${from}`);
  }
  if (calls().connect(descriptor, place, setPlace(address, port)) < 0) {
    throw failure(descriptor, `connect to ${address}`);
  }
  return descriptor;
}

export function closeDescriptor(descriptor: number): void {
  calls().close(descriptor);
}

function newSocket(isIpv6: boolean): number {
  const descriptor = calls().socket(isIpv6 ? AF_INET6 : AF_INET, SOCK_DGRAM_NONBLOCK_CLOEXEC, 0);
  if (descriptor < 0) throw failure(undefined, 'open a socket');
  return descriptor;
}

function failure(descriptor: number | undefined, what: string): Error {
  const number = errorNumber();
  if (descriptor !== undefined) closeDescriptor(descriptor);
  const code = errorNames[number] ?? `errno ${number}`;
  return Object.assign(new Error(`cannot ${what}: ${code}`), { code });
}

/** Refused by a kernel that allows less: only bursts suffer. */
function setOption(descriptor: number, level: number, name: number, value: number): void {
  option.writeInt32LE(value, 0);
  calls().setsockopt(descriptor, level, name, option, 4);
}

/** Bytes of the socket address in `place`. */
function setPlace(text: string, port: number): number {
  const [plain = '', zone] = text.split('%');
  const address = parseAddress(plain);
  if (address === undefined) {
    throw Object.assign(new Error(`${text} is no address`), { code: 'EINVAL' });
  }
  const isIpv6 = address.bytes.length === 16;
  place.fill(0);
  place.writeUInt16LE(isIpv6 ? AF_INET6 : AF_INET, 0);
  place.writeUInt16BE(port, 2);
  place.set(address.bytes, isIpv6 ? 8 : 4);
  if (isIpv6 && zone !== undefined) place.writeUInt32LE(interfaceIndex(zone), 24);
  return isIpv6 ? 28 : 16;
}

function boundPort(descriptor: number): number {
  length.writeUInt32LE(place.length, 0);
  calls().getsockname(descriptor, place, length);
  return place.readUInt16BE(2);
}

/** Wakes whoever waits for it with `createPoll`. */
export function openWake(): number {
  const descriptor = calls().eventfd(0, EFD_NONBLOCK_CLOEXEC);
  if (descriptor < 0) throw failure(undefined, 'open an event descriptor');
  return descriptor;
}

export function wake(descriptor: number): void {
  eight.writeBigUInt64LE(1n, 0);
  calls().write(descriptor, eight, 8n);
}

export function takeWake(descriptor: number): void {
  calls().read(descriptor, eight, 8n);
}

export interface Poll {
  /** Descriptors to wait for, from now on; at most `most`. */
  watch(descriptors: readonly number[]): void;
  /** Returns when one of them can be read, or after so many milliseconds; false: none can. */
  wait(milliseconds: number): boolean;
  /** By index into what is watched. */
  isReady(index: number): boolean;
}

/** Two bytes of POLLIN, POLLERR and the like: whatever it is, reading tells. */
export function createPoll(most: number): Poll {
  const memory = keep(most * 8);
  const words = new Int32Array(memory.buffer, memory.byteOffset, most * 2);
  let count = 0;
  return {
    watch(descriptors) {
      count = Math.min(descriptors.length, most);
      for (let index = 0; index < count; index += 1) {
        words[index * 2] = descriptors[index] ?? -1;
        words[index * 2 + 1] = POLLIN;
      }
    },
    wait: (milliseconds) => calls().poll(memory, BigInt(count), milliseconds) > 0,
    isReady: (index) => (words[index * 2 + 1] ?? 0) >>> 16 !== 0,
  };
}

/** Slots for as many datagrams as are read or written at a time. Made once, kept for the life of the process. */
export class DatagramBatch {
  readonly slots: number;
  readonly slotBytes: number;
  /** All slots, one behind the other. */
  readonly data: Uint8Array;
  readonly #headers: Uint32Array;
  readonly #vectors: Uint32Array;
  readonly #names: Uint8Array;
  readonly #controls: Uint8Array;
  readonly #controlWords: Uint32Array;
  readonly #headerPointers: readonly bigint[];
  readonly #receive: Calls['recvmmsg'];
  readonly #send: Calls['sendmmsg'];

  constructor(slots: number, slotBytes: number) {
    this.slots = slots;
    this.slotBytes = slotBytes;
    const { recvmmsg, sendmmsg } = calls();
    this.#receive = recvmmsg;
    this.#send = sendmmsg;
    const data = keep(slots * slotBytes);
    const names = keep(slots * nameBytes);
    const controls = keep(slots * controlBytes);
    const vectors = keep(slots * vectorWords * 4);
    const headers = keep(slots * headerWords * 4);
    this.data = new Uint8Array(data.buffer, data.byteOffset, data.length);
    this.#names = names;
    this.#controls = controls;
    this.#controlWords = new Uint32Array(controls.buffer, controls.byteOffset, slots * 16);
    this.#vectors = new Uint32Array(vectors.buffer, vectors.byteOffset, slots * vectorWords);
    this.#headers = new Uint32Array(headers.buffer, headers.byteOffset, slots * headerWords);
    const at = (buffer: Buffer, offset: number): bigint => getRawPointer(buffer) + BigInt(offset);
    this.#headerPointers = Array.from({ length: slots }, (_, slot) =>
      at(headers, slot * headerWords * 4),
    );
    for (let slot = 0; slot < slots; slot += 1) {
      vectors.writeBigUInt64LE(at(data, slot * slotBytes), slot * 16);
      const header = slot * headerWords * 4;
      headers.writeBigUInt64LE(at(names, slot * nameBytes), header);
      headers.writeBigUInt64LE(at(vectors, slot * 16), header + 16);
      headers.writeBigUInt64LE(1n, header + 24);
      headers.writeBigUInt64LE(at(controls, slot * controlBytes), header + 32);
    }
  }

  /** How many came; 0 when none wait; negative when the other side is not there (connected sockets). */
  receive(descriptor: number): number {
    const headers = this.#headers;
    for (let slot = 0; slot < this.slots; slot += 1) {
      const header = slot * headerWords;
      headers[header + 2] = 28;
      headers[header + 10] = controlBytes;
      headers[header + 12] = 0;
      this.#vectors[slot * vectorWords + 2] = this.slotBytes;
    }
    const got = this.#receive(descriptor, this.#pointer(0), this.slots, MSG_DONTWAIT, 0n);
    if (got >= 0) return got;
    return errorNumber() === errorRefused ? -1 : 0;
  }

  /** Bytes that came into the slot. */
  received(slot: number): number {
    return this.#headers[slot * headerWords + 14] ?? 0;
  }

  /** Was the datagram longer than a slot? */
  isCut(slot: number): boolean {
    return ((this.#headers[slot * headerWords + 12] ?? 0) & MSG_TRUNC) !== 0;
  }

  /** First byte of the slot within `data`. */
  start(slot: number): number {
    return slot * this.slotBytes;
  }

  setLength(slot: number, bytes: number): void {
    this.#vectors[slot * vectorWords + 2] = bytes;
  }

  /** From the address that the datagram came to, by whatever way leads there: not bound to its interface. */
  answers(slot: number): void {
    const header = slot * headerWords;
    if (this.#headers[header + 10] === 0) return;
    const words = slot * 16;
    const isIpv4 = this.#controlWords[words + 2] === IPPROTO_IP;
    if (isIpv4) this.#controlWords[words + 4] = 0;
    else if (this.#controls[slot * controlBytes + 16] !== 0xfe) this.#controlWords[words + 8] = 0;
  }

  /**
   * Sends `count` slots from `first` on. What the kernel does not take is lost, as datagrams may be; false when
   * the other side is not there (connected sockets).
   */
  send(descriptor: number, first: number, count: number): boolean {
    let sent = 0;
    while (sent < count) {
      const done = this.#send(descriptor, this.#pointer(first + sent), count - sent, MSG_DONTWAIT);
      if (done > 0) {
        sent += done;
        continue;
      }
      const number = errorNumber();
      if (number === errorAgain) return true;
      if (number === errorRefused) return false;
      // This one cannot be sent (no route, filtered): the others can.
      sent += 1;
    }
    return true;
  }

  /** Who sent it: family, port, address, as the kernel writes them; good until the next `receive`. */
  readonly sender = {
    isIpv4: (slot: number): boolean => this.#names[slot * nameBytes] === AF_INET,
    port: (slot: number): number =>
      ((this.#names[slot * nameBytes + 2] ?? 0) << 8) | (this.#names[slot * nameBytes + 3] ?? 0),
    /** Where its address begins in `names`. */
    at: (slot: number): number => slot * nameBytes + (this.sender.isIpv4(slot) ? 4 : 8),
  };

  get names(): Uint8Array {
    return this.#names;
  }

  /** Where an answer has to go, to be kept while the slot is used again. */
  envelope(slot: number, kept: Uint8Array, at: number): void {
    const header = slot * headerWords;
    this.answers(slot);
    const name = this.#headers[header + 2] ?? 0;
    const control = this.#headers[header + 10] ?? 0;
    // Byte by byte: views of so few are dearer than their bytes.
    for (let index = 0; index < name; index += 1) {
      kept[at + index] = this.#names[slot * nameBytes + index] ?? 0;
    }
    for (let index = 0; index < control; index += 1) {
      kept[at + nameBytes + index] = this.#controls[slot * controlBytes + index] ?? 0;
    }
    kept[at + nameBytes + controlBytes] = name;
    kept[at + nameBytes + controlBytes + 1] = control;
  }

  /** `at` undefined: to whom the socket is connected. */
  address(slot: number, kept: Uint8Array | undefined, at: number): void {
    const header = slot * headerWords;
    if (kept === undefined) {
      this.#headers[header + 2] = 0;
      this.#headers[header + 10] = 0;
      return;
    }
    const name = kept[at + nameBytes + controlBytes] ?? 0;
    const control = kept[at + nameBytes + controlBytes + 1] ?? 0;
    for (let index = 0; index < name; index += 1) {
      this.#names[slot * nameBytes + index] = kept[at + index] ?? 0;
    }
    for (let index = 0; index < control; index += 1) {
      this.#controls[slot * controlBytes + index] = kept[at + nameBytes + index] ?? 0;
    }
    this.#headers[header + 2] = name;
    this.#headers[header + 10] = control;
  }

  #pointer(slot: number): bigint {
    return this.#headerPointers[slot] ?? 0n;
  }
}

/** What `DatagramBatch.envelope` takes. */
export const envelopeBytes = nameBytes + controlBytes + 4;
