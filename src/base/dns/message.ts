/**
 * Whole DNS messages between wire and data (RFC 1035, 3597, 6891). Record data is kept as bytes with its
 * names uncompressed, so that types we never heard of pass through unchanged. Pure: malformed input is
 * `undefined`, never an exception.
 */
import { recordType, tcpLimit } from './constants.ts';
import { nameKey, nameLabels, readName } from './name.ts';

export interface Question {
  readonly name: string;
  readonly type: number;
  readonly class: number;
}

export interface ResourceRecord {
  readonly name: string;
  readonly type: number;
  readonly class: number;
  readonly ttl: number;
  readonly data: Uint8Array;
}

export interface Message {
  readonly id: number;
  /** The 16 bits after the ID: QR, opcode, AA, TC, RD, RA, Z, AD, CD, RCODE. */
  readonly flags: number;
  readonly questions: readonly Question[];
  readonly answers: readonly ResourceRecord[];
  readonly authorities: readonly ResourceRecord[];
  readonly additionals: readonly ResourceRecord[];
}

export const flag = {
  response: 0x8000,
  authoritative: 0x0400,
  truncated: 0x0200,
  recursionDesired: 0x0100,
  recursionAvailable: 0x0080,
  authenticData: 0x0020,
  checkingDisabled: 0x0010,
} as const;

/**
 * Where names stand in record data: 'name' may be compressed by us (types of RFC 1035), 'plain-name' may
 * only arrive so (RFC 3597 §4), a number skips bytes, 'string' is one character-string.
 */
type DataPart = 'name' | 'plain-name' | 'string' | number;
const dataLayouts: Readonly<Record<number, readonly DataPart[]>> = {
  2: ['name'],
  3: ['name'],
  4: ['name'],
  5: ['name'],
  6: ['name', 'name'],
  7: ['name'],
  8: ['name'],
  9: ['name'],
  12: ['name'],
  14: ['name', 'name'],
  15: [2, 'name'],
  17: ['plain-name', 'plain-name'],
  18: [2, 'plain-name'],
  21: [2, 'plain-name'],
  26: [2, 'plain-name', 'plain-name'],
  30: ['plain-name'],
  33: [6, 'plain-name'],
  35: [4, 'string', 'string', 'string', 'plain-name'],
  36: [2, 'plain-name'],
  39: ['plain-name'],
};

export const headerBytes = 12;

export function readUint16(packet: Uint8Array, offset: number): number {
  return ((packet[offset] ?? 0) << 8) | (packet[offset + 1] ?? 0);
}

export function readUint32(packet: Uint8Array, offset: number): number {
  return readUint16(packet, offset) * 0x1_0000 + readUint16(packet, offset + 2);
}

export function decodeMessage(packet: Uint8Array): Message | undefined {
  if (packet.length < headerBytes) return undefined;
  const counts = [4, 6, 8, 10].map((offset) => readUint16(packet, offset));
  let offset = headerBytes;
  const questions: Question[] = [];
  for (let left = counts[0] ?? 0; left > 0; left -= 1) {
    const name = readName(packet, offset);
    if (name === undefined || name.next + 4 > packet.length) return undefined;
    const type = readUint16(packet, name.next);
    questions.push({ name: name.text, type, class: readUint16(packet, name.next + 2) });
    offset = name.next + 4;
  }
  const sections: ResourceRecord[][] = [];
  for (const count of counts.slice(1)) {
    const records: ResourceRecord[] = [];
    for (let left = count; left > 0; left -= 1) {
      const read = readRecord(packet, offset);
      if (read === undefined) return undefined;
      records.push(read.record);
      offset = read.next;
    }
    sections.push(records);
  }
  if (offset !== packet.length) return undefined;
  const [answers = [], authorities = [], additionals = []] = sections;
  const flags = readUint16(packet, 2);
  return { id: readUint16(packet, 0), flags, questions, answers, authorities, additionals };
}

/** Names in record data in lower case: what DNSSEC signs (RFC 4034 §6.2). `data` is uncompressed. */
export function canonicalData(type: number, data: Uint8Array): Uint8Array {
  const layout = dataLayouts[type];
  if (layout === undefined || data.length === 0) return data;
  const writer = createWriter(false);
  let offset = 0;
  for (const part of layout) {
    if (typeof part === 'string' && part !== 'string') {
      const name = readName(data, offset, false);
      if (name === undefined) break;
      writer.name(nameKey(name.text), false);
      offset = name.next;
    } else {
      const size = part === 'string' ? (data[offset] ?? 0) + 1 : part;
      writer.bytes(data.subarray(offset, offset + size));
      offset += size;
    }
  }
  writer.bytes(data.subarray(offset));
  return writer.result();
}

function readRecord(
  packet: Uint8Array,
  start: number,
): { record: ResourceRecord; next: number } | undefined {
  const name = readName(packet, start);
  if (name === undefined || name.next + 10 > packet.length) return undefined;
  const type = readUint16(packet, name.next);
  const dataStart = name.next + 10;
  const next = dataStart + readUint16(packet, name.next + 8);
  if (next > packet.length) return undefined;
  const data = readData(packet, type, dataStart, next);
  if (data === undefined) return undefined;
  const ttl = readUint32(packet, name.next + 4);
  return {
    record: { name: name.text, type, class: readUint16(packet, name.next + 2), ttl, data },
    next,
  };
}

function readData(
  packet: Uint8Array,
  type: number,
  start: number,
  end: number,
): Uint8Array | undefined {
  const layout = dataLayouts[type];
  // An empty record data is legal in updates (RFC 2136); it has no parts.
  if (layout === undefined || start === end) return packet.slice(start, end);
  const writer = createWriter(false);
  let offset = start;
  for (const part of layout) {
    if (typeof part === 'string' && part !== 'string') {
      const name = readName(packet, offset);
      if (name === undefined || name.next > end) return undefined;
      writer.name(name.text, false);
      offset = name.next;
    } else {
      const size = part === 'string' ? (packet[offset] ?? 0) + 1 : part;
      if (offset + size > end) return undefined;
      writer.bytes(packet.subarray(offset, offset + size));
      offset += size;
    }
  }
  writer.bytes(packet.subarray(offset, end));
  return writer.result();
}

/**
 * Compressed. When it does not fit into `limit` bytes it is sent without records but the OPT, with TC
 * set (RFC 2181 §9), so that the client asks again by TCP.
 */
export function encodeMessage(message: Message, limit: number = tcpLimit): Uint8Array {
  const whole = writeMessage(message);
  if (whole.length <= limit) return whole;
  return writeMessage({
    ...message,
    flags: message.flags | flag.truncated,
    answers: [],
    authorities: [],
    additionals: message.additionals.filter((record) => record.type === recordType.opt),
  });
}

function writeMessage(message: Message): Uint8Array {
  const writer = createWriter(true);
  writer.uint16(message.id);
  writer.uint16(message.flags);
  writer.uint16(message.questions.length);
  writer.uint16(message.answers.length);
  writer.uint16(message.authorities.length);
  writer.uint16(message.additionals.length);
  for (const question of message.questions) {
    writer.name(question.name, true);
    writer.uint16(question.type);
    writer.uint16(question.class);
  }
  for (const section of [message.answers, message.authorities, message.additionals]) {
    for (const record of section) writeRecord(writer, record);
  }
  return writer.result();
}

function writeRecord(writer: Writer, record: ResourceRecord): void {
  writer.name(record.name, true);
  writer.uint16(record.type);
  writer.uint16(record.class);
  writer.uint32(record.ttl);
  const lengthAt = writer.length();
  writer.uint16(0);
  const layout = dataLayouts[record.type];
  if (layout?.includes('name') === true && record.data.length > 0) {
    writeCompressibleData(writer, record.data, layout);
  } else writer.bytes(record.data);
  writer.setUint16(lengthAt, writer.length() - lengthAt - 2);
}

function writeCompressibleData(
  writer: Writer,
  data: Uint8Array,
  layout: readonly DataPart[],
): void {
  let offset = 0;
  for (const part of layout) {
    if (typeof part === 'number') {
      writer.bytes(data.subarray(offset, offset + part));
      offset += part;
    } else {
      const name = readName(data, offset, false);
      if (name === undefined) break;
      writer.name(name.text, true);
      offset = name.next;
    }
  }
  writer.bytes(data.subarray(offset));
}

/** Only ASCII letters fold: bytes above are what they are (RFC 4343). */
function compressionKey(label: string): string {
  return `${label.length},${label.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())}`;
}

export interface Writer {
  uint16(value: number): void;
  uint32(value: number): void;
  setUint16(offset: number, value: number): void;
  bytes(part: Uint8Array): void;
  /** A name that is no name is written as the root: callers check theirs at the door. */
  name(text: string, compress: boolean): void;
  length(): number;
  result(): Uint8Array;
}

export function createWriter(compresses: boolean): Writer {
  let buffer = new Uint8Array(512);
  let size = 0;
  const offsets = new Map<string, number>();
  const ensure = (more: number): void => {
    if (size + more <= buffer.length) return;
    const larger = new Uint8Array(Math.max(buffer.length * 2, size + more));
    larger.set(buffer.subarray(0, size));
    buffer = larger;
  };
  const bytes = (part: Uint8Array): void => {
    ensure(part.length);
    buffer.set(part, size);
    size += part.length;
  };
  const uint16 = (value: number): void => {
    ensure(2);
    buffer[size] = value >>> 8;
    buffer[size + 1] = value & 0xff;
    size += 2;
  };
  const name = (text: string, compress: boolean): void => {
    const labels = nameLabels(text) ?? [];
    const parts = labels.map((label) => String.fromCharCode(...label));
    for (const [index, label] of labels.entries()) {
      // Labels joined by a byte length, not by a dot: a dot may be inside a label.
      const key = parts.slice(index).map(compressionKey).join('');
      const known = compress && compresses ? offsets.get(key) : undefined;
      if (known !== undefined) {
        uint16(0xc000 | known);
        return;
      }
      if (compresses && size < 0x4000) offsets.set(key, size);
      bytes(Uint8Array.of(label.length));
      bytes(label);
    }
    bytes(Uint8Array.of(0));
  };
  return {
    uint16,
    uint32(value) {
      uint16(Math.floor(value / 0x1_0000));
      uint16(value & 0xffff);
    },
    setUint16(offset, value) {
      buffer[offset] = value >>> 8;
      buffer[offset + 1] = value & 0xff;
    },
    bytes,
    name,
    length: () => size,
    result: () => buffer.slice(0, size),
  };
}
