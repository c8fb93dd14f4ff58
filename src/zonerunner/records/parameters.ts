/**
 * SvcParams of SVCB and HTTPS (RFC 9460). A value is a list of `KEY=HEX` in key order: what travels, and
 * what two writings of the same have in common. Pure.
 */
import { addressOf, parseAddress } from '../../base/address.ts';
import type { Writer } from '../../base/dns/message.ts';
import { quoteBytes, type Token } from './tokens.ts';

const keyNames = [
  'mandatory',
  'alpn',
  'no-default-alpn',
  'port',
  'ipv4hint',
  'ech',
  'ipv6hint',
  'dohpath',
] as const;
type KeyName = (typeof keyNames)[number];
const maximumKey = 65_534;

type Parsed = { readonly value: readonly string[] } | { readonly problem: string };

export function parseParameters(tokens: readonly Token[]): Parsed {
  const found = new Map<number, string>();
  for (const [index, token] of tokens.entries()) {
    // `alpn="h2,h3"` comes as a word and a quoted string.
    if (token.isQuoted) continue;
    const [name = '', ...rest] = token.text.split('=');
    const next = tokens[index + 1];
    const isOpen = token.text.endsWith('=') && next?.isQuoted === true;
    const text = isOpen ? next.text : rest.join('=');
    const key = keyOf(name.toLowerCase());
    if (key === undefined) return { problem: `"${name}" is not a service parameter` };
    if (found.has(key)) return { problem: `"${name}" is there twice` };
    const bytes = parseValue(key, text);
    if (bytes === undefined) return { problem: `"${text}" is not a value of ${name}` };
    found.set(key, bytes.toHex());
  }
  const mandatory = found.get(0);
  const wanted = mandatory === undefined ? [] : numbers(Uint8Array.fromHex(mandatory));
  const missing = wanted.find((key) => key === 0 || !found.has(key));
  if (missing !== undefined)
    return { problem: `mandatory names ${keyText(missing)}, which is not there` };
  if (found.has(2) && !found.has(1)) return { problem: 'no-default-alpn needs alpn beside it' };
  const sorted = [...found].toSorted(([a], [b]) => a - b);
  return { value: sorted.map(([key, hex]) => `${key}=${hex}`) };
}

function keyOf(name: string): number | undefined {
  const known = (keyNames as readonly string[]).indexOf(name);
  if (known >= 0) return known;
  const digits = /^key(\d{1,5})$/.exec(name)?.[1];
  const key = digits === undefined ? maximumKey + 1 : Number(digits);
  return key <= maximumKey ? key : undefined;
}

function keyName(key: number): KeyName | undefined {
  return keyNames[key];
}

function keyText(key: number): string {
  return keyName(key) ?? `key${key}`;
}

function parseValue(key: number, text: string): Uint8Array | undefined {
  const parts = text.split(',');
  switch (keyName(key)) {
    case 'mandatory': {
      const keys = parts.map(keyOf);
      const known = keys.filter((one) => one !== undefined).toSorted((a, b) => a - b);
      return known.length === keys.length ? uint16s(known) : undefined;
    }
    case 'alpn': {
      const isGood = parts.every((part) => part.length > 0 && part.length < 256);
      const bytes = parts.flatMap((part) => [part.length, ...bytesOf(part)]);
      return isGood ? Uint8Array.from(bytes) : undefined;
    }
    case 'no-default-alpn':
      return text === '' ? new Uint8Array() : undefined;
    case 'port':
      return /^\d{1,5}$/.test(text) && Number(text) < 65_536 ? uint16s([Number(text)]) : undefined;
    case 'ipv4hint':
      return addresses(parts, 4);
    case 'ipv6hint':
      return addresses(parts, 6);
    case 'ech':
      return /^[A-Za-z0-9+/]+={0,2}$/.test(text) && text.length % 4 === 0
        ? Uint8Array.fromBase64(text)
        : undefined;
    case 'dohpath':
    case undefined:
      return Uint8Array.from(bytesOf(text));
  }
}

function addresses(parts: readonly string[], family: 4 | 6): Uint8Array | undefined {
  const parsed = parts.map(parseAddress);
  if (parsed.some((address) => address?.family !== family)) return undefined;
  return Uint8Array.from(parsed.flatMap((address) => address?.bytes ?? []));
}

export function printParameters(values: readonly string[]): string {
  return values.map(printParameter).join(' ');
}

function printParameter(value: string): string {
  const [key = '0', hex = ''] = value.split('=');
  const name = keyText(Number(key));
  const bytes = Uint8Array.fromHex(hex);
  const text = printValue(Number(key), bytes);
  return text === '' ? name : `${name}=${text}`;
}

function printValue(key: number, bytes: Uint8Array): string {
  switch (keyName(key)) {
    case 'mandatory':
      return numbers(bytes).map(keyText).join(',');
    case 'alpn':
      return quoteBytes(strings(bytes).join(','));
    case 'no-default-alpn':
      return '';
    case 'port':
      return String(numbers(bytes)[0] ?? 0);
    case 'ipv4hint':
      return chunks(bytes, 4);
    case 'ipv6hint':
      return chunks(bytes, 16);
    case 'ech':
      return bytes.toBase64();
    case 'dohpath':
    case undefined:
      return bytes.length === 0 ? '' : quoteBytes(String.fromCharCode(...bytes));
  }
}

export function writeParameters(writer: Writer, values: readonly string[]): void {
  for (const value of values) {
    const [key = '0', hex = ''] = value.split('=');
    const bytes = Uint8Array.fromHex(hex);
    writer.uint16(Number(key));
    writer.uint16(bytes.length);
    writer.bytes(bytes);
  }
}

export function readParameters(
  data: Uint8Array,
  offset: number,
): { value: readonly string[]; next: number } | undefined {
  const values: string[] = [];
  let last = -1;
  for (let at = offset; at < data.length;) {
    const [key = -1, size = 0] = numbers(data.subarray(at, at + 4));
    const end = at + 4 + size;
    if (key <= last || end > data.length) return undefined;
    last = key;
    values.push(`${key}=${data.subarray(at + 4, end).toHex()}`);
    at = end;
  }
  return { value: values, next: data.length };
}

function numbers(bytes: Uint8Array): readonly number[] {
  const found: number[] = [];
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    found.push((bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0));
  }
  return found;
}

function strings(bytes: Uint8Array): readonly string[] {
  const found: string[] = [];
  for (let at = 0; at < bytes.length; at += 1 + (bytes[at] ?? 0)) {
    found.push(String.fromCharCode(...bytes.subarray(at + 1, at + 1 + (bytes[at] ?? 0))));
  }
  return found;
}

function chunks(bytes: Uint8Array, size: number): string {
  const found: string[] = [];
  for (let at = 0; at + size <= bytes.length; at += size) {
    found.push(addressOf([...bytes.subarray(at, at + size)]).text);
  }
  return found.join(',');
}

function uint16s(values: readonly number[]): Uint8Array {
  return Uint8Array.from(values.flatMap((value) => [value >>> 8, value & 0xff]));
}

function bytesOf(text: string): readonly number[] {
  return Array.from(text, (character) => character.charCodeAt(0) & 0xff);
}
