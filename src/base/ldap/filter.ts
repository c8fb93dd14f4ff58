/** Search filters of LDAP, from their text (RFC 4515) to their octets (RFC 4511, 4.5.1.7). Pure. */
import { boolean, element, text } from '../ber.ts';

const andTag = 0xa0;
const orTag = 0xa1;
const notTag = 0xa2;
const equalityTag = 0xa3;
const substringsTag = 0xa4;
const greaterTag = 0xa5;
const lessTag = 0xa6;
const presentTag = 0x87;
const approximateTag = 0xa8;
const extensibleTag = 0xa9;
/** Of filters in filters. */
const maximumDepth = 32;

export function equals(attribute: string, value: string): Uint8Array {
  return element(equalityTag, text(attribute), text(value));
}

export function allOf(...filters: readonly Uint8Array[]): Uint8Array {
  return filters.length === 1 && filters[0] !== undefined
    ? filters[0]
    : element(andTag, ...filters);
}

export function anyOf(...filters: readonly Uint8Array[]): Uint8Array {
  return element(orTag, ...filters);
}

export function isPresent(attribute: string): Uint8Array {
  return text(attribute, presentTag);
}

/** With or without the parentheses around it. Throws on what is no filter, with what was wrong. */
export function parseFilter(source: string): Uint8Array {
  const trimmed = source.trim();
  const whole = trimmed.startsWith('(') ? trimmed : `(${trimmed})`;
  const [filter, end] = parseAt(whole, 0, 0);
  if (end !== whole.length) throw new Error(`text after the filter: ${whole.slice(end)}`);
  return filter;
}

type Parsed = readonly [Uint8Array, number];

function parseAt(source: string, start: number, depth: number): Parsed {
  if (depth > maximumDepth) throw new Error('a filter is too deep');
  if (source[start] !== '(') throw new Error(`"(" is missing at ${start}`);
  const operator = source[start + 1];
  if (operator === '&' || operator === '|') {
    const [parts, end] = parseList(source, start + 2, depth);
    return [element(operator === '&' ? andTag : orTag, ...parts), end];
  }
  if (operator === '!') {
    const [part, end] = parseAt(source, start + 2, depth + 1);
    if (source[end] !== ')') throw new Error(`")" is missing at ${end}`);
    return [element(notTag, part), end + 1];
  }
  const close = source.indexOf(')', start);
  if (close < 0) throw new Error('")" is missing at the end');
  return [parseItem(source.slice(start + 1, close)), close + 1];
}

function parseList(source: string, start: number, depth: number): [Uint8Array[], number] {
  const parts: Uint8Array[] = [];
  let at = start;
  while (source[at] === '(') {
    const [part, end] = parseAt(source, at, depth + 1);
    parts.push(part);
    at = end;
  }
  if (source[at] !== ')' || parts.length === 0) throw new Error(`")" is missing at ${at}`);
  return [parts, at + 1];
}

const compared: Readonly<Record<string, number>> = {
  '=': equalityTag,
  '>=': greaterTag,
  '<=': lessTag,
  '~=': approximateTag,
};

function parseItem(item: string): Uint8Array {
  const match = /^([^=~<>:()]+)(>=|<=|~=|=)([^]*)$/.exec(item);
  if (match === null) return parseExtensible(item);
  const [, attribute = '', operator = '', value = ''] = match;
  if (operator === '=' && value === '*') return isPresent(attribute);
  if (operator === '=' && value.includes('*')) return substrings(attribute, value);
  return element(compared[operator] ?? equalityTag, text(attribute), octets(value));
}

/** `memberOf:1.2.840.113556.1.4.1941:=cn=…`: groups in groups, as Active Directory has them. */
function parseExtensible(item: string): Uint8Array {
  const match = /^([^=:()]*)(:dn)?(?::([^=:()]+))?:=([^]*)$/.exec(item);
  if (match === null) throw new Error(`(${item}) compares nothing`);
  const [, attribute = '', dn, rule, value = ''] = match;
  return element(
    extensibleTag,
    ...(rule === undefined ? [] : [text(rule, 0x81)]),
    ...(attribute === '' ? [] : [text(attribute, 0x82)]),
    octets(value, 0x83),
    ...(dn === undefined ? [] : [element(0x84, boolean(true).subarray(2))]),
  );
}

function substrings(attribute: string, value: string): Uint8Array {
  const pieces = value.split('*');
  const last = pieces.length - 1;
  const parts = pieces.flatMap((piece, index) => {
    if (piece === '') return [];
    return [octets(piece, index === 0 ? 0x80 : index === last ? 0x82 : 0x81)];
  });
  return element(substringsTag, text(attribute), element(0x30, ...parts));
}

/** `\28` is the octet 28 in hexadecimal. */
function octets(value: string, tag = 0x04): Uint8Array {
  const parts = value.split(/\\([0-9A-Fa-f]{2})/);
  const bytes = parts.map((part, index) =>
    index % 2 === 1 ? Uint8Array.of(Number.parseInt(part, 16)) : new TextEncoder().encode(part),
  );
  return element(tag, ...bytes);
}
