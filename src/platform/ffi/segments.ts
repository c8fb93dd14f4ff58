/**
 * Many datagrams to the other side of one connected socket, sent together: those of one size pass through the kernel
 * as one, which takes them apart where they are received (UDP_SEGMENT, Linux 4.18). On the loopback that is where most
 * of the time of a short datagram goes. Where the kernel will not, each goes by itself.
 */
import { getRawPointer } from 'node:ffi';
import { errorAgain, errorNumber, errorRefused } from './datagrams.ts';
import { keep, load } from './library.ts';

const MSG_DONTWAIT = 0x40;
const SOL_UDP = 17;
const UDP_SEGMENT = 103;
/** struct mmsghdr, struct iovec and a control message of two bytes, of 64-bit Linux. */
const headerWords = 16;
const vectorWords = 4;
const controlWords = 6;
const controlLength = 18;
/** What the kernel takes apart at most, everywhere. */
const mostSegments = 64;
const mostBytes = 60_000;

const c = load([null, 'libc.so.6'], {
  sendmmsg: { arguments: ['i32', 'pointer', 'u32', 'i32'], return: 'i32' },
});

/** Made once, kept for the life of the process. */
export class SegmentBatch {
  readonly slots: number;
  readonly slotBytes: number;
  /** All slots, one behind the other. */
  readonly data: Uint8Array;
  readonly #lengths: Uint16Array;
  /** Slots, those of one length together. */
  readonly #order: Uint16Array;
  /** Datagrams of each message. */
  readonly #counts: Uint16Array;
  readonly #headers: Uint32Array;
  readonly #vectors: Uint32Array;
  readonly #controls: Uint32Array;
  /** Addresses of each slot's memory and of each vector, low and high. */
  readonly #places: Uint32Array;
  readonly #vectorPlaces: Uint32Array;
  readonly #pointers: readonly bigint[];
  #isTogether = true;

  constructor(slots: number, slotBytes: number) {
    this.slots = slots;
    this.slotBytes = slotBytes;
    const data = keep(slots * slotBytes);
    const vectors = keep(slots * vectorWords * 4);
    const headers = keep(slots * headerWords * 4);
    const controls = keep(slots * controlWords * 4);
    const places = keep(slots * 8);
    const vectorPlaces = keep(slots * 8);
    this.data = new Uint8Array(data.buffer, data.byteOffset, data.length);
    this.#lengths = new Uint16Array(slots);
    this.#order = new Uint16Array(slots);
    this.#counts = new Uint16Array(slots);
    this.#headers = wordsOf(headers);
    this.#vectors = wordsOf(vectors);
    this.#controls = wordsOf(controls);
    this.#places = wordsOf(places);
    this.#vectorPlaces = wordsOf(vectorPlaces);
    const at = (buffer: Buffer, offset: number): bigint => getRawPointer(buffer) + BigInt(offset);
    this.#pointers = Array.from({ length: slots }, (_, slot) =>
      at(headers, slot * headerWords * 4),
    );
    for (let slot = 0; slot < slots; slot += 1) {
      places.writeBigUInt64LE(at(data, slot * slotBytes), slot * 8);
      vectorPlaces.writeBigUInt64LE(at(vectors, slot * vectorWords * 4), slot * 8);
      headers.writeBigUInt64LE(at(controls, slot * controlWords * 4), slot * headerWords * 4 + 32);
      controls.writeBigUInt64LE(BigInt(controlLength), slot * controlWords * 4);
      controls.writeInt32LE(SOL_UDP, slot * controlWords * 4 + 8);
      controls.writeInt32LE(UDP_SEGMENT, slot * controlWords * 4 + 12);
    }
  }

  /** First byte of the slot within `data`. */
  start(slot: number): number {
    return slot * this.slotBytes;
  }

  setLength(slot: number, bytes: number): void {
    this.#lengths[slot] = bytes;
  }

  /**
   * Sends the first `count` slots. What the kernel does not take is lost, as datagrams may be; false when the other
   * side is not there.
   */
  send(descriptor: number, count: number): boolean {
    if (c === undefined) return false;
    this.#sort(count);
    let messages = this.#gather(0, count);
    let sent = 0;
    while (sent < messages) {
      const pointer = this.#pointers[sent] ?? 0n;
      const done = c.sendmmsg(descriptor, pointer, messages - sent, MSG_DONTWAIT);
      if (done > 0) {
        sent += done;
        continue;
      }
      const number = errorNumber();
      if (number === errorAgain) return true;
      if (number === errorRefused) return false;
      if ((this.#counts[sent] ?? 1) > 1) {
        // This kernel, or this way, takes them one by one only.
        this.#isTogether = false;
        const before = this.#counts.subarray(0, sent).reduce((sum, one) => sum + one, 0);
        messages = this.#gather(before, count);
        sent = 0;
      } else sent += 1;
    }
    return true;
  }

  /** By length; few slots, and most of them of few lengths. */
  #sort(count: number): void {
    const order = this.#order;
    for (let slot = 0; slot < count; slot += 1) {
      const length = this.#lengths[slot] ?? 0;
      let at = slot;
      while (at > 0 && (this.#lengths[order[at - 1] ?? 0] ?? 0) > length) {
        order[at] = order[at - 1] ?? 0;
        at -= 1;
      }
      order[at] = slot;
    }
  }

  /** Messages of the slots from that place of the order on. */
  #gather(from: number, count: number): number {
    let messages = 0;
    let next = from;
    while (next < count) {
      const length = this.#lengths[this.#order[next] ?? 0] ?? 0;
      const most = this.#isTogether ? mostOf(length) : 1;
      const first = next;
      while (next < count && next - first < most) {
        const slot = this.#order[next] ?? 0;
        if ((this.#lengths[slot] ?? 0) !== length) break;
        const vector = next * vectorWords;
        this.#vectors[vector] = this.#places[slot * 2] ?? 0;
        this.#vectors[vector + 1] = this.#places[slot * 2 + 1] ?? 0;
        this.#vectors[vector + 2] = length;
        next += 1;
      }
      this.#write(messages, first, next - first, length);
      messages += 1;
    }
    return messages;
  }

  #write(message: number, first: number, datagrams: number, length: number): void {
    this.#counts[message] = datagrams;
    const header = message * headerWords;
    this.#headers[header + 4] = this.#vectorPlaces[first * 2] ?? 0;
    this.#headers[header + 5] = this.#vectorPlaces[first * 2 + 1] ?? 0;
    this.#headers[header + 6] = datagrams;
    this.#headers[header + 10] = datagrams > 1 ? controlWords * 4 : 0;
    this.#controls[message * controlWords + 4] = length;
  }
}

function wordsOf(buffer: Buffer): Uint32Array {
  return new Uint32Array(buffer.buffer, buffer.byteOffset, buffer.length / 4);
}

function mostOf(length: number): number {
  return length === 0 ? 1 : Math.max(1, Math.min(mostSegments, Math.floor(mostBytes / length)));
}
