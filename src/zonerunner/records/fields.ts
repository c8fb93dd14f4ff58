/**
 * What record data is made of. Each kind of field knows its text (zone files) and its bytes (messages):
 * the table of types (types.ts) is a list of these. Pure.
 */
import { parseAddress, addressOf } from '../../base/address.ts';
import { readName } from '../../base/dns/name.ts';
import { createWriter, type Writer } from '../../base/dns/message.ts';
import { parseName } from '../name.ts';
import { printLocation, parseLocation, readLocation, writeLocation } from './location.ts';
import { parseParameters, printParameters, readParameters, writeParameters } from './parameters.ts';
import { bytesOfText, quoteBytes, type Token } from './tokens.ts';

export type FieldValue = string | number | readonly string[];

export interface Field {
  /** As the RFC calls it. */
  readonly name: string;
  /** Zone files may write it without the zone's own name. */
  readonly isDomainName?: true;
  /** Takes what is its own from the front of the words; a text is what is wrong. */
  parse(tokens: Token[]): { readonly value: FieldValue } | { readonly problem: string };
  print(value: FieldValue): string;
  write(writer: Writer, value: FieldValue): void;
  /** Undefined: the bytes are no such field. */
  read(bytes: Uint8Array, offset: number): { value: FieldValue; next: number } | undefined;
}

/** Values are made by the same field's `parse` or `read`. */
const numberOf = (value: FieldValue): number => value as number;
const textOf = (value: FieldValue): string => value as string;
const listOf = (value: FieldValue): readonly string[] => value as readonly string[];

export function unsigned(name: string, bits: 8 | 16 | 32): Field {
  const bytes = bits / 8;
  const maximum = 2 ** bits - 1;
  return {
    name,
    parse(tokens) {
      const text = tokens.shift()?.text ?? '';
      const value = /^\d{1,10}$/.test(text) ? Number(text) : maximum + 1;
      return value <= maximum
        ? { value }
        : { problem: `"${text}" is not a ${name} (0 to ${maximum})` };
    },
    print: (value) => String(value),
    write(writer, value) {
      if (bits === 8) writer.bytes(Uint8Array.of(numberOf(value)));
      else if (bits === 16) writer.uint16(numberOf(value));
      else writer.uint32(numberOf(value));
    },
    read(data, offset) {
      if (offset + bytes > data.length) return undefined;
      let value = 0;
      for (let at = offset; at < offset + bytes; at += 1) value = value * 256 + (data[at] ?? 0);
      return { value, next: offset + bytes };
    },
  };
}

export function address(family: 4 | 6): Field {
  const size = family === 4 ? 4 : 16;
  return {
    name: 'address',
    parse(tokens) {
      const text = tokens.shift()?.text ?? '';
      const parsed = parseAddress(text);
      if (parsed?.family !== family || parsed.routeDomain !== 0 || text.includes('%')) {
        return { problem: `"${text}" is not an IPv${family} address` };
      }
      return { value: parsed.text };
    },
    print: textOf,
    write: (writer, value) =>
      writer.bytes(Uint8Array.from(parseAddress(textOf(value))?.bytes ?? [])),
    read(data, offset) {
      if (offset + size > data.length) return undefined;
      const bytes = [...data.subarray(offset, offset + size)];
      return { value: addressOf(bytes).text, next: offset + size };
    },
  };
}

/** `host`: an address there is a mistake that BIND takes for a name. */
export function domainName(name: string, kind: 'host' | 'name' = 'host'): Field {
  return {
    name,
    isDomainName: true,
    parse(tokens) {
      const text = tokens.shift()?.text ?? '';
      if (kind === 'host' && parseAddress(text.replace(/\.$/, '')) !== undefined) {
        return { problem: `"${text}" is an address, but a host name is wanted` };
      }
      const parsed = parseName(text);
      return 'name' in parsed ? { value: parsed.name } : parsed;
    },
    print: textOf,
    write: (writer, value) => writer.name(textOf(value), false),
    read(data, offset) {
      const read = readName(data, offset, false);
      if (read === undefined) return undefined;
      return { value: `${read.text.toLowerCase()}.`, next: read.next };
    },
  };
}

export const maximumStringBytes = 255;

/** One character-string. */
export function characterString(name: string): Field {
  return {
    name,
    parse(tokens) {
      const bytes = bytesOfToken(tokens.shift());
      if (bytes === undefined) return { problem: `it has no ${name}` };
      if (bytes.length > maximumStringBytes) {
        return { problem: `its ${name} of ${bytes.length} bytes is longer than 255` };
      }
      return { value: bytes };
    },
    print: (value) => quoteBytes(textOf(value)),
    write: (writer, value) => writeString(writer, textOf(value)),
    read: readString,
  };
}

/** As many as there are, at least one. */
export function characterStrings(name: string): Field {
  return {
    name,
    parse(tokens) {
      const strings = tokens.splice(0).map((token) => bytesOfToken(token) ?? '');
      const long = strings.find((bytes) => bytes.length > maximumStringBytes);
      if (long !== undefined) {
        return { problem: `a quoted string of ${long.length} bytes is longer than 255` };
      }
      return strings.length === 0 ? { problem: `it has no ${name}` } : { value: strings };
    },
    print: (value) => listOf(value).map(quoteBytes).join(' '),
    write(writer, value) {
      for (const bytes of listOf(value)) writeString(writer, bytes);
    },
    read(data, offset) {
      const strings: string[] = [];
      for (let at = offset; at < data.length;) {
        const read = readString(data, at);
        if (read === undefined) return undefined;
        strings.push(read.value);
        at = read.next;
      }
      return { value: strings, next: data.length };
    },
  };
}

/** Text to the end of the data, without a length of its own (CAA, URI). */
export function longText(name: string): Field {
  return {
    name,
    parse(tokens) {
      const bytes = bytesOfToken(tokens.shift());
      return bytes === undefined ? { problem: `it has no ${name}` } : { value: bytes };
    },
    print: (value) => quoteBytes(textOf(value)),
    write: (writer, value) => writer.bytes(bytesFrom(textOf(value))),
    read: (data, offset) => ({
      value: String.fromCharCode(...data.subarray(offset)),
      next: data.length,
    }),
  };
}

/** A short word with a length before it: CAA's tag. */
export function tag(name: string): Field {
  return {
    name,
    parse(tokens) {
      const text = (tokens.shift()?.text ?? '').toLowerCase();
      return /^[a-z0-9]{1,255}$/.test(text)
        ? { value: text }
        : { problem: `"${text}" is not a ${name}, which is letters and digits` };
    },
    print: textOf,
    write: (writer, value) => writeString(writer, textOf(value)),
    read(data, offset) {
      const read = readString(data, offset);
      return read && /^[a-zA-Z0-9]+$/.test(read.value)
        ? { value: read.value.toLowerCase(), next: read.next }
        : undefined;
    },
  };
}

/** To the end of the data. */
export function hexadecimal(name: string): Field {
  return {
    name,
    parse(tokens) {
      const text = tokens
        .splice(0)
        .map((token) => token.text)
        .join('')
        .toLowerCase();
      const isHex = /^(?:[0-9a-f]{2})+$/.test(text);
      return isHex ? { value: text } : { problem: `its ${name} is not pairs of hex digits` };
    },
    print: (value) => textOf(value).toUpperCase(),
    write: (writer, value) => writer.bytes(Uint8Array.fromHex(textOf(value))),
    read: (data, offset) =>
      offset < data.length
        ? { value: data.subarray(offset).toHex(), next: data.length }
        : undefined,
  };
}

/** To the end of the data. */
export function base64(name: string): Field {
  return {
    name,
    parse(tokens) {
      const text = tokens
        .splice(0)
        .map((token) => token.text)
        .join('');
      const isBase64 = text !== '' && text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
      if (!isBase64) return { problem: `its ${name} is not base64` };
      // The unused bits of the last character are zero in what everybody else prints.
      return { value: Uint8Array.fromBase64(text).toBase64() };
    },
    print: textOf,
    write: (writer, value) => writer.bytes(Uint8Array.fromBase64(textOf(value))),
    read: (data, offset) => ({ value: data.subarray(offset).toBase64(), next: data.length }),
  };
}

export const location: Field = {
  name: 'location',
  parse: parseLocation,
  print: (value) => printLocation(textOf(value)),
  write: (writer, value) => writeLocation(writer, textOf(value)),
  read: readLocation,
};

export const serviceParameters: Field = {
  name: 'parameters',
  parse: (tokens) => parseParameters(tokens.splice(0)),
  print: (value) => printParameters(listOf(value)),
  write: (writer, value) => writeParameters(writer, listOf(value)),
  read: readParameters,
};

/** RFC 3597: `\# LENGTH HEX`, for any type. */
export const unknownData: Field = {
  name: 'data',
  parse(tokens) {
    const [mark, length, ...rest] = tokens.splice(0).map((token) => token.text);
    const hex = rest.join('').toLowerCase();
    if (mark !== String.raw`\#` || !/^\d{1,5}$/.test(length ?? '')) {
      return { problem: String.raw`it is not \# LENGTH HEX` };
    }
    if (!/^(?:[0-9a-f]{2})*$/.test(hex)) return { problem: 'its data is not pairs of hex digits' };
    if (hex.length !== 2 * Number(length) || hex.length > 2 * 65_535) {
      return { problem: `its data has ${hex.length / 2} bytes, not ${length}` };
    }
    return { value: hex };
  },
  print: (value) => {
    const hex = textOf(value).toUpperCase();
    return String.raw`\# ${hex.length / 2}${hex === '' ? '' : ` ${hex}`}`;
  },
  write: (writer, value) => writer.bytes(Uint8Array.fromHex(textOf(value))),
  read: (data, offset) => ({ value: data.subarray(offset).toHex(), next: data.length }),
};

export function wireOf(fields: readonly Field[], values: readonly FieldValue[]): Uint8Array {
  const writer = createWriter(false);
  for (const [index, field] of fields.entries()) {
    const value = values[index];
    if (value !== undefined) field.write(writer, value);
  }
  return writer.result();
}

function bytesOfToken(token: Token | undefined): string | undefined {
  if (token === undefined) return undefined;
  return token.isQuoted ? token.text : bytesOfText(token.text);
}

function bytesFrom(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function writeString(writer: Writer, text: string): void {
  writer.bytes(Uint8Array.of(text.length));
  writer.bytes(bytesFrom(text));
}

function readString(data: Uint8Array, offset: number): { value: string; next: number } | undefined {
  const next = offset + 1 + (data[offset] ?? 0);
  if (offset >= data.length || next > data.length) return undefined;
  return { value: String.fromCharCode(...data.subarray(offset + 1, next)), next };
}
