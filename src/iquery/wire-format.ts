/**
 * Protobuf's wire format (protobuf.dev, "Encoding"), the part that proto/iquery.proto needs: varints and
 * lengths. Pure. Numbers of 64 bits are JavaScript numbers: times in milliseconds and counters stay far
 * below 2^53.
 */

/** How a field is written: the low three bits of its tag. */
export const wireVarint = 0;
export const wireBytes = 2;
const wireFixed64 = 1;
const wireFixed32 = 5;

/** Thrown by `Reader`, caught by the codec: these bytes are no message. */
export class MalformedError extends Error {}

const malformed = (what: string): never => {
  throw new MalformedError(what);
};

/** A varint of 64 bits has no more. */
const longestVarint = 10;
/**
 * Messages and items of lists in one frame: a member's word fits ten times over, while 8 MB of nothing but empty ones,
 * two bytes each, would be four million objects.
 */
export const maximumItems = 262_144;
/** Shorter strings are cheaper looked at here than handed to the decoder or encoder. */
const shortString = 48;
const textDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const textEncoder = new TextEncoder();

export class Reader {
  readonly #bytes: Buffer;
  #at = 0;
  #end: number;
  #items = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#end = bytes.length;
  }

  hasMore(): boolean {
    return this.#at < this.#end;
  }

  varint(): number {
    const at = this.#at;
    const byte = this.#bytes[at] ?? 0;
    if (byte >= 0x80 || at >= this.#end) return this.#longVarint();
    this.#at = at + 1;
    return byte;
  }

  #longVarint(): number {
    const bytes = this.#bytes;
    const end = Math.min(this.#end, this.#at + longestVarint);
    let value = 0;
    let weight = 1;
    for (let at = this.#at; at < end; at += 1) {
      const byte = bytes[at] ?? 0;
      // Not by shifts, which end at 32 bits.
      value += (byte & 0x7f) * weight;
      weight *= 0x80;
      if (byte < 0x80) {
        this.#at = at + 1;
        return value;
      }
    }
    return malformed('a varint without end');
  }

  /** Of 32 bits: what is above them is cut off, as every implementation does. */
  uint32(): number {
    const value = this.varint();
    return value < 0x1_0000_0000 ? value : value % 0x1_0000_0000;
  }

  tag(): number {
    const tag = this.varint();
    // Field numbers have 29 bits and begin at 1.
    return tag >= 8 && tag < 0x1_0000_0000 ? tag : malformed('no tag');
  }

  /** Before each thing of which a frame may hold many. */
  item(): void {
    this.#items += 1;
    if (this.#items > maximumItems) malformed('too many messages');
  }

  /** Begins what has its length in front; returns what `leave` wants. */
  enter(): number {
    const outer = this.#end;
    this.#end = this.#pastLength();
    return outer;
  }

  leave(outer: number): void {
    this.#end = outer;
  }

  /** A copy: it does not keep the frame in memory. */
  bytes(): Uint8Array {
    const end = this.#pastLength();
    // Not `slice`, which is a view when the frame is a Buffer.
    const value = new Uint8Array(this.#bytes.subarray(this.#at, end));
    this.#at = end;
    return value;
  }

  /** `last` when it says the same: most texts are those of the message before. */
  string(last: string): string {
    const end = this.#pastLength();
    const at = this.#at;
    this.#at = end;
    if (end - at === last.length && this.#isAt(at, last)) return last;
    if (end - at <= shortString && this.#isAscii(at, end))
      return this.#bytes.toString('latin1', at, end);
    return textDecoder.decode(this.#bytes.subarray(at, end));
  }

  #isAscii(at: number, end: number): boolean {
    for (let index = at; index < end; index += 1) {
      if ((this.#bytes[index] ?? 0) >= 0x80) return false;
    }
    return true;
  }

  /** A field that is unknown here. Groups are not in proto3, and count as malformed. */
  skip(wireType: number): void {
    if (wireType === wireVarint) this.varint();
    else if (wireType === wireBytes) this.#at = this.#pastLength();
    else if (wireType === wireFixed64) this.#skipBytes(8);
    else if (wireType === wireFixed32) this.#skipBytes(4);
    else malformed('a field of no known type');
  }

  #skipBytes(count: number): void {
    if (this.#at + count > this.#end) malformed('cut off');
    this.#at += count;
  }

  #pastLength(): number {
    const length = this.varint();
    const end = this.#at + length;
    return end <= this.#end ? end : malformed('longer than what it is in');
  }

  /** Compares codes of characters with bytes: never true for text that is not ASCII. */
  #isAt(at: number, text: string): boolean {
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      if (code >= 0x80 || this.#bytes[at + index] !== code) return false;
    }
    return true;
  }
}

const firstBytes = 4096;
/** A message that needed more does not make every later one hold so much. */
const keptBytes = 256 * 1024;
/** Beside what a field holds: its tag and a length or number. */
const fieldBytes = 16;

/** Writes one frame after the other into the same memory; `finish` copies what was written. */
export class Writer {
  #bytes = new Uint8Array(firstBytes);
  #at = 0;

  /** Whole numbers from 0 to 2^53 - 1; others are written as the nearest of these, no number as 0. */
  number(tag: number, value: number): void {
    this.#reserve(fieldBytes);
    this.#varint(tag);
    if (value >= 0 && value <= 0x7fff_ffff) this.#varint(value | 0);
    else this.#largeVarint(value);
  }

  bytes(tag: number, value: Uint8Array): void {
    this.#reserve(fieldBytes + value.length);
    this.#varint(tag);
    this.#varint(value.length);
    this.#bytes.set(value, this.#at);
    this.#at += value.length;
  }

  string(tag: number, text: string): void {
    const { length } = text;
    // UTF-8 takes at most three bytes for each code of UTF-16.
    this.#reserve(fieldBytes + 3 * length);
    this.#varint(tag);
    if (length <= shortString && this.#ascii(text)) return;
    const start = this.#at + 2;
    const { written } = textEncoder.encodeInto(text, this.#bytes.subarray(start));
    this.#at = start + written;
    this.end(start);
  }

  /** A message in a message: leaves room for a length of two bytes; `end` wants what it returns. */
  begin(tag: number): number {
    this.#reserve(fieldBytes);
    this.#varint(tag);
    this.#at += 2;
    return this.#at;
  }

  /** Writes the length of all since `begin`, with both bytes always; what needs more is moved. */
  end(start: number): void {
    const length = this.#at - start;
    const bytes = this.#bytes;
    if (length < 0x4000) {
      bytes[start - 2] = (length & 0x7f) | 0x80;
      bytes[start - 1] = length >> 7;
      return;
    }
    const more = length < 0x20_0000 ? 1 : length < 0x1000_0000 ? 2 : 3;
    this.#reserve(more);
    this.#bytes.copyWithin(start + more, start, this.#at);
    this.#at = start - 2;
    this.#varint(length);
    this.#at += length;
  }

  finish(): Uint8Array {
    // Small ones share memory of Node's: an ArrayBuffer each would cost more than the rest.
    const written = Buffer.allocUnsafe(this.#at);
    written.set(this.#bytes.subarray(0, this.#at));
    return written;
  }

  /** What was written is forgotten. */
  clear(): void {
    this.#at = 0;
    if (this.#bytes.length > keptBytes) this.#bytes = new Uint8Array(firstBytes);
  }

  /** Room is reserved. */
  #varint(value: number): void {
    const bytes = this.#bytes;
    let at = this.#at;
    let rest = value;
    while (rest > 0x7f) {
      bytes[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[at] = rest;
    this.#at = at + 1;
  }

  #largeVarint(value: number): void {
    const whole = value > 0 ? Math.min(value, Number.MAX_SAFE_INTEGER) : 0;
    // 28 bits are four bytes of a varint.
    const low = whole % 0x1000_0000;
    const high = Math.floor(whole / 0x1000_0000);
    if (high === 0) return this.#varint(Math.floor(low));
    const bytes = this.#bytes;
    let at = this.#at;
    for (let shift = 0; shift < 28; shift += 7) bytes[at++] = ((low >> shift) & 0x7f) | 0x80;
    this.#at = at;
    this.#varint(high);
  }

  #ascii(text: string): boolean {
    const bytes = this.#bytes;
    const start = this.#at + 1;
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      if (code >= 0x80) return false;
      bytes[start + index] = code;
    }
    bytes[start - 1] = text.length;
    this.#at = start + text.length;
    return true;
  }

  #reserve(count: number): void {
    const needed = this.#at + count;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = larger;
  }
}
