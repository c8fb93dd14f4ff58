/**
 * Record data, typed: text as in a zone file ↔ values ↔ bytes, by the table of types. Pure. What BIND
 * accepts without a word but means something else than written is refused here.
 */
import { type FieldValue, maximumStringBytes, unknownData, wireOf } from './records/fields.ts';
import { bytesOfText, type Token, tokenise } from './records/tokens.ts';
import { typeEntry } from './records/types.ts';
import { problemOfBytes } from './records/shapes.ts';

export interface RecordData {
  readonly type: string;
  /** In the order of the type's fields. */
  readonly values: readonly FieldValue[];
}

export type DataResult = { readonly data: RecordData } | { readonly problem: string };

export function parseData(type: string, text: string): DataResult {
  const trimmed = text.trim();
  const isText = type === 'TXT' || type === 'SPF';
  // Plain text is one value, cut where the format needs it.
  if (isText && !trimmed.startsWith('"') && !trimmed.startsWith(String.raw`\#`)) {
    return plainText(type, trimmed);
  }
  const tokens = tokenise(trimmed);
  if (tokens === undefined) return { problem: `${text} has unbalanced quotes` };
  return parseTokens(type, tokens);
}

/** Of a zone file: there, words without quotes are strings of their own. */
export function parseTokens(type: string, given: readonly Token[]): DataResult {
  const { fields } = typeEntry(type);
  const tokens = [...given];
  if (tokens[0]?.text === String.raw`\#` && !tokens[0].isQuoted) {
    const parsed = unknownData.parse(tokens);
    if ('problem' in parsed) return { problem: parsed.problem };
    return readData(type, wireOf([unknownData], [parsed.value]));
  }
  const wants = (): string => `${type} data is ${fields.map(({ name }) => name).join(', ')}`;
  const values: FieldValue[] = [];
  for (const field of fields) {
    const isMissing = tokens.length === 0 && field.name !== 'parameters';
    if (isMissing) return { problem: `it has no ${field.name}: ${wants()}` };
    const parsed = field.parse(tokens);
    if ('problem' in parsed) return { problem: parsed.problem };
    values.push(parsed.value);
  }
  if (tokens.length > 0) return { problem: `"${tokens[0]?.text}" is too much: ${wants()}` };
  return { data: { type, values } };
}

export function printData(data: RecordData): string {
  const { fields } = typeEntry(data.type);
  const texts = fields.map((field, index) => {
    const value = data.values[index];
    return value === undefined ? '' : field.print(value);
  });
  return texts.filter((text) => text !== '').join(' ');
}

/** As it travels in messages, names in full. */
export function dataBytes(data: RecordData): Uint8Array {
  return wireOf(typeEntry(data.type).fields, data.values);
}

export function readData(type: string, bytes: Uint8Array): DataResult {
  const problem = type.startsWith('TYPE')
    ? problemOfBytes(Number(type.slice(4)), bytes)
    : undefined;
  if (problem !== undefined) return { problem };
  const values: FieldValue[] = [];
  let offset = 0;
  for (const field of typeEntry(type).fields) {
    const read = field.read(bytes, offset);
    if (read === undefined) return { problem: `the bytes ${bytes.toHex()} are no ${type} data` };
    values.push(read.value);
    offset = read.next;
  }
  if (offset !== bytes.length) return { problem: `the bytes ${bytes.toHex()} are no ${type} data` };
  return { data: { type, values } };
}

/** The name that data points at, where it has to be a host. */
export function hostOf(data: RecordData): string | undefined {
  const { host } = typeEntry(data.type);
  return host === undefined ? undefined : nameIn(data, host);
}

/** The name in the field; undefined where the type has no such field. */
export function nameIn(data: RecordData, field: string): string | undefined {
  const value = data.values[typeEntry(data.type).fields.findIndex(({ name }) => name === field)];
  return typeof value === 'string' ? value : undefined;
}

export function numberIn(data: RecordData, field: string): number | undefined {
  const value = data.values[typeEntry(data.type).fields.findIndex(({ name }) => name === field)];
  return typeof value === 'number' ? value : undefined;
}

function plainText(type: string, text: string): DataResult {
  // A final backslash is one.
  const bytes = bytesOfText(text) ?? bytesOfText(`${text}\\`) ?? '';
  const strings: string[] = [];
  for (let at = 0; at < bytes.length;) {
    let end = Math.min(bytes.length, at + maximumStringBytes);
    // Never within a character of UTF-8.
    while (end < bytes.length && end > at + 1 && (bytes.charCodeAt(end) & 0xc0) === 0x80) end -= 1;
    strings.push(bytes.slice(at, end));
    at = end;
  }
  return strings.length === 0
    ? { problem: 'it has no text' }
    : { data: { type, values: [strings] } };
}
