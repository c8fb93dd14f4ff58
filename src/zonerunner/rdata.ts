/**
 * Record data, typed: text as in a zone file ↔ values, by type. Pure. What BIND accepts without a word
 * but means something else than written is refused here.
 */
import { parseAddress } from '../base/address.ts';
import { parseName } from './name.ts';

export type RecordData =
  | { readonly type: 'A'; readonly address: string }
  | { readonly type: 'AAAA'; readonly address: string }
  | { readonly type: 'CNAME' | 'NS' | 'PTR'; readonly target: string }
  | { readonly type: 'MX'; readonly preference: number; readonly target: string }
  | {
      readonly type: 'SRV';
      readonly priority: number;
      readonly weight: number;
      readonly port: number;
      readonly target: string;
    }
  | { readonly type: 'TXT'; readonly strings: readonly string[] }
  | { readonly type: 'CAA'; readonly flags: number; readonly tag: string; readonly value: string };

export type RecordType = RecordData['type'];

export type DataResult = { readonly data: RecordData } | { readonly problem: string };

type Parser = (text: string) => DataResult;

const parsers: Readonly<Record<RecordType, Parser>> = {
  A: (text) => parseAddressData(text, 'A', 4),
  AAAA: (text) => parseAddressData(text, 'AAAA', 6),
  CNAME: (text) => parseTarget(text, 'CNAME'),
  NS: (text) => parseTarget(text, 'NS'),
  PTR: (text) => parseTarget(text, 'PTR'),
  MX: parseMx,
  SRV: parseSrv,
  TXT: parseTxt,
  CAA: parseCaa,
};

// Object.keys forgets the literal types of a Record's keys.
export const recordTypes = Object.keys(parsers) as readonly RecordType[];

export function isRecordType(text: string): text is RecordType {
  return Object.hasOwn(parsers, text);
}

export function parseData(type: RecordType, text: string): DataResult {
  return parsers[type](text.trim());
}

export function printData(data: RecordData): string {
  switch (data.type) {
    case 'A':
    case 'AAAA':
      return data.address;
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return data.target;
    case 'MX':
      return `${data.preference} ${data.target}`;
    case 'SRV':
      return `${data.priority} ${data.weight} ${data.port} ${data.target}`;
    case 'TXT':
      return data.strings.map(printString).join(' ');
    case 'CAA':
      return `${data.flags} ${data.tag} ${printString(data.value)}`;
  }
}

/** The name that data points at, where it has to be a host. */
export function hostOf(data: RecordData): string | undefined {
  switch (data.type) {
    case 'NS':
    case 'MX':
    case 'SRV':
      return data.target;
    case 'A':
    case 'AAAA':
    case 'CNAME':
    case 'PTR':
    case 'TXT':
    case 'CAA':
      return undefined;
  }
}

function parseAddressData(text: string, type: 'A' | 'AAAA', family: 4 | 6): DataResult {
  const address = parseAddress(text);
  if (address?.family !== family || address.routeDomain !== 0) {
    return { problem: `"${text}" is not an IPv${family} address` };
  }
  return { data: { type, address: address.text } };
}

function parseTarget(text: string, type: 'CNAME' | 'NS' | 'PTR'): DataResult {
  const target = parseHost(text);
  return 'problem' in target ? target : { data: { type, target: target.name } };
}

function parseHost(text: string): { name: string } | { problem: string } {
  if (parseAddress(text.replace(/\.$/, '')) !== undefined) {
    return { problem: `"${text}" is an address, but a host name is wanted` };
  }
  return parseName(text);
}

function parseMx(text: string): DataResult {
  const [preference = '', host = '', ...rest] = text.split(/\s+/);
  if (rest.length > 0 || host === '') return { problem: wants('MX', 'PREFERENCE HOST', text) };
  const number = integerOf(preference, 65_535);
  if (number === undefined) return { problem: `"${preference}" is not a preference (0 to 65535)` };
  const target = parseHost(host);
  if ('problem' in target) return target;
  return { data: { type: 'MX', preference: number, target: target.name } };
}

function parseSrv(text: string): DataResult {
  const [first = '', second = '', third = '', host = '', ...rest] = text.split(/\s+/);
  if (rest.length > 0 || host === '') {
    return { problem: wants('SRV', 'PRIORITY WEIGHT PORT HOST', text) };
  }
  const priority = integerOf(first, 65_535);
  const weight = integerOf(second, 65_535);
  const port = integerOf(third, 65_535);
  if (priority === undefined || weight === undefined || port === undefined) {
    return { problem: `"${text}" has a number out of range (0 to 65535)` };
  }
  const target = parseHost(host);
  if ('problem' in target) return target;
  return { data: { type: 'SRV', priority, weight, port, target: target.name } };
}

const maximumStringBytes = 255;

/** Quoted strings are taken as written; plain text is one value, cut where the format needs it. */
function parseTxt(text: string): DataResult {
  if (!text.startsWith('"')) return { data: { type: 'TXT', strings: cut(text) } };
  const strings = parseQuoted(text);
  if (strings === undefined) return { problem: `${text} has unbalanced quotes` };
  const long = strings.find((part) => bytesIn(part) > maximumStringBytes);
  if (long !== undefined) {
    return { problem: `a quoted string of ${bytesIn(long)} bytes is longer than 255` };
  }
  return { data: { type: 'TXT', strings } };
}

function parseCaa(text: string): DataResult {
  const match = /^(\d+)\s+([a-zA-Z0-9]+)\s+(.*)$/.exec(text);
  const flags = integerOf(match?.[1] ?? '', 255);
  const tag = match?.[2]?.toLowerCase();
  if (flags === undefined || tag === undefined) {
    return { problem: wants('CAA', 'FLAGS TAG "VALUE"', text) };
  }
  const rest = match?.[3] ?? '';
  const quoted = rest.startsWith('"') ? parseQuoted(rest) : [rest];
  const value = quoted?.length === 1 ? quoted[0] : undefined;
  if (value === undefined) return { problem: wants('CAA', 'FLAGS TAG "VALUE"', text) };
  return { data: { type: 'CAA', flags, tag, value } };
}

function integerOf(text: string, maximum: number): number | undefined {
  if (!/^\d{1,10}$/.test(text)) return undefined;
  const value = Number(text);
  return value <= maximum ? value : undefined;
}

function wants(type: string, form: string, text: string): string {
  return `"${text}" is not ${type} data, which is ${form}`;
}

function bytesIn(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Pieces of at most 255 bytes, never within a character. */
function cut(text: string): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const character of text) {
    if (bytesIn(piece) + bytesIn(character) > maximumStringBytes) {
      pieces.push(piece);
      piece = '';
    }
    piece += character;
  }
  return [...pieces, piece];
}

function parseQuoted(text: string): string[] | undefined {
  const strings: string[] = [];
  let rest = text;
  while (rest !== '') {
    const match = /^"((?:[^"\\]|\\.)*)"\s*/.exec(rest);
    if (match === null) return undefined;
    strings.push(unescape(match[1] ?? ''));
    rest = rest.slice(match[0].length);
  }
  return strings;
}

/** `\"` is the character, `\195` the byte; bytes are UTF-8. */
function unescape(text: string): string {
  const bytes: number[] = [];
  for (const [part] of text.matchAll(/\\[0-9]{3}|\\?[^]/gu)) {
    const code = part.slice(1);
    if (part.startsWith('\\') && /^[0-9]{3}$/.test(code)) bytes.push(Number(code) & 0xff);
    else bytes.push(...new TextEncoder().encode(part.startsWith('\\') ? code : part));
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

/** RFC 1035 5.1: bytes outside printable ASCII as \DDD. */
function printString(text: string): string {
  let printed = '';
  for (const byte of new TextEncoder().encode(text)) {
    const character = String.fromCharCode(byte);
    if (character === '"' || character === '\\') printed += `\\${character}`;
    else if (byte < 32 || byte > 126) printed += `\\${String(byte).padStart(3, '0')}`;
    else printed += character;
  }
  return `"${printed}"`;
}
