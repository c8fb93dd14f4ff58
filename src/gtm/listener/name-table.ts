/**
 * Names to what is known of them, found in a packet as they stand there: one pass over the labels folds case, checks
 * them and hashes, nothing is made. Bytes of all names stand behind one another. Pure.
 */
import { maximumLabelBytes, maximumNameBytes, nameLabels } from '../../base/dns/name.ts';

/** Where reading a name ended; shared by the look-ups of one thread. */
export interface FoundName {
  /** First byte after the name. */
  next: number;
  /** Bytes of the name in lower case, with the lengths of its labels, without the root. */
  size: number;
}

const lower = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte,
);

export class NameReader {
  readonly found: FoundName = { next: 0, size: 0 };
  /** The name read last, in lower case. */
  readonly folded = new Uint8Array(maximumNameBytes + 1);

  /** Its hash; -1: malformed or compressed. `end`: first byte that is not the packet's. */
  read(packet: Uint8Array, start: number, end: number): number {
    const { folded, found } = this;
    let hash = 0x811c9dc5;
    let offset = start;
    let size = 0;
    for (;;) {
      if (offset >= end) return -1;
      const length = packet[offset] ?? 0;
      if (length === 0) break;
      const last = offset + length;
      if (length > maximumLabelBytes || last >= end || size + length + 2 > maximumNameBytes) {
        return -1;
      }
      folded[size] = length;
      hash = Math.imul(hash ^ length, 0x01000193);
      size += 1;
      for (offset += 1; offset <= last; offset += 1) {
        const byte = lower[packet[offset] ?? 0] ?? 0;
        folded[size] = byte;
        hash = Math.imul(hash ^ byte, 0x01000193);
        size += 1;
      }
    }
    found.next = offset + 1;
    found.size = size;
    return finishHash(hash);
  }
}

function finishHash(value: number): number {
  const mixed = Math.imul(value ^ (value >>> 15), 0x85ebca6b);
  return (mixed ^ (mixed >>> 13)) & 0x7fff_ffff;
}

export interface NameTable {
  /** Of the name that the reader has just read. */
  find(reader: NameReader, hash: number): number | undefined;
}

/** An entry: its value, the size of its name, the name. */
const sizeAt = 4;
const nameAt = 5;
const lineBytes = 64;

/**
 * Names as text; those that are no names are left out. A slot is hash and place of an entry, which lies within a line of
 * the processor's cache where it fits: two misses for a name among 100,000.
 */
export function createNameTable(entries: ReadonlyMap<string, number>): NameTable {
  let slotCount = 16;
  while (slotCount < entries.size * 2) slotCount *= 2;
  const slots = new Int32Array(slotCount * 2);
  let bytes = new Uint8Array(Math.max(lineBytes, entries.size * 32));
  // Nobody's: 0 is a free slot.
  let used = sizeAt;
  const reader = new NameReader();
  const wire = new Uint8Array(maximumNameBytes + 1);
  for (const [name, value] of entries) {
    const wireSize = writeName(wire, name);
    const hash = wireSize === 0 ? -1 : reader.read(wire, 0, wireSize);
    if (hash < 0) continue;
    const { size } = reader.found;
    const at = placeFor(used, nameAt + size);
    used = at + nameAt + size;
    if (used > bytes.length) bytes = grown(bytes, used);
    new DataView(bytes.buffer).setUint32(at, value);
    bytes[at + sizeAt] = size;
    bytes.set(reader.folded.subarray(0, size), at + nameAt);
    let slot = hash & (slotCount - 1);
    while (slots[slot * 2 + 1] !== 0) slot = (slot + 1) & (slotCount - 1);
    slots[slot * 2] = hash;
    slots[slot * 2 + 1] = at;
  }
  const names = bytes;
  return {
    find({ folded, found }, hash) {
      let slot = hash & (slotCount - 1);
      for (;;) {
        const at = slots[slot * 2 + 1] ?? 0;
        if (at === 0) return undefined;
        if (slots[slot * 2] === hash && isAt(names, at, folded, found.size)) {
          return valueAt(names, at);
        }
        slot = (slot + 1) & (slotCount - 1);
      }
    },
  };
}

function placeFor(used: number, size: number): number {
  const left = lineBytes - (used % lineBytes);
  return size > left && size <= lineBytes ? used + left : used;
}

function grown(bytes: Uint8Array, needed: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(needed, bytes.length * 2));
  larger.set(bytes);
  return larger;
}

function valueAt(names: Uint8Array, at: number): number {
  return (
    (((names[at] ?? 0) << 24) |
      ((names[at + 1] ?? 0) << 16) |
      ((names[at + 2] ?? 0) << 8) |
      (names[at + 3] ?? 0)) >>>
    0
  );
}

function isAt(names: Uint8Array, at: number, folded: Uint8Array, size: number): boolean {
  if (names[at + sizeAt] !== size) return false;
  for (let index = 0; index < size; index += 1) {
    if (names[at + nameAt + index] !== folded[index]) return false;
  }
  return true;
}

/** Bytes written, 0 when the text is no name. */
function writeName(wire: Uint8Array, text: string): number {
  return writePlainName(wire, text) || writeAnyName(wire, text);
}

/** Letters, digits, hyphens and what else needs no thought; 0: it does. */
function writePlainName(wire: Uint8Array, text: string): number {
  if (text.length === 0 || text.length + 2 > maximumNameBytes) return 0;
  let start = 0;
  for (let index = 0; index <= text.length; index += 1) {
    const code = index === text.length ? dot : text.charCodeAt(index);
    if (code !== dot) {
      if (code <= 0x20 || code >= 0x7f || code === backslash) return 0;
      wire[index + 1] = code;
      continue;
    }
    if (index === start || index - start > maximumLabelBytes) return 0;
    wire[start] = index - start;
    start = index + 1;
  }
  wire[start] = 0;
  return start + 1;
}

const dot = 0x2e;
const backslash = 0x5c;

function writeAnyName(wire: Uint8Array, text: string): number {
  const labels = nameLabels(text);
  if (labels === undefined) return 0;
  let size = 0;
  for (const label of labels) {
    wire[size] = label.length;
    wire.set(label, size + 1);
    size += 1 + label.length;
  }
  wire[size] = 0;
  return size + 1;
}
