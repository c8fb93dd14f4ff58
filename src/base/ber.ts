/** The part of BER that LDAP uses (X.690; RFC 4511, 5.1): definite lengths, tags of one octet. Pure. */
export interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
}

export const integerTag = 0x02;
export const octetsTag = 0x04;
export const enumeratedTag = 0x0a;
export const sequenceTag = 0x30;
const booleanTag = 0x01;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function element(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const head = [tag, ...lengthOctets(length)];
  const whole = new Uint8Array(head.length + length);
  whole.set(head);
  let offset = head.length;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

function lengthOctets(length: number): readonly number[] {
  if (length < 0x80) return [length];
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return [0x80 | octets.length, ...octets];
}

/** Not negative. */
export function integer(value: number, tag = integerTag): Uint8Array {
  const octets: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  if (octets.length === 0 || (octets[0] ?? 0) >= 0x80) octets.unshift(0);
  return element(tag, Uint8Array.from(octets));
}

export function text(value: string, tag = octetsTag): Uint8Array {
  return element(tag, encoder.encode(value));
}

export function boolean(value: boolean): Uint8Array {
  return element(booleanTag, Uint8Array.of(value ? 0xff : 0));
}

export function textOf(one: Element | undefined): string {
  return one === undefined ? '' : decoder.decode(one.content);
}

export function integerOf(one: Element | undefined): number {
  let value = 0;
  for (const octet of one?.content ?? []) value = value * 256 + octet;
  return value;
}

/** Head and content together; undefined: the head is not all there. Throws on what BER cannot be. */
export function elementLength(bytes: Uint8Array): number | undefined {
  const first = bytes[1];
  if (first === undefined) return undefined;
  if (first < 0x80) return 2 + first;
  const count = first & 0x7f;
  if (count === 0 || count > 4) throw new Error('malformed length');
  if (bytes.length < 2 + count) return undefined;
  let length = 0;
  for (const octet of bytes.subarray(2, 2 + count)) length = length * 256 + octet;
  return 2 + count + length;
}

/** The elements that follow each other. Throws when one is cut short. */
export function elements(bytes: Uint8Array): readonly Element[] {
  const found: Element[] = [];
  for (let rest = bytes; rest.length > 0;) {
    const length = elementLength(rest);
    if (length === undefined || length > rest.length) throw new Error('an element is cut short');
    const tag = rest[0] ?? 0;
    const head = (rest[1] ?? 0) < 0x80 ? 2 : 2 + ((rest[1] ?? 0) & 0x7f);
    found.push({ tag, content: rest.subarray(head, length) });
    rest = rest.subarray(length);
  }
  return found;
}
