/**
 * Domain names between wire and text. Text is RFC 4343's: no final dot, `\.` and `\DDD` for bytes that
 * are not plain; the root is "". Pure.
 */

export const maximumNameBytes = 255;
export const maximumLabelBytes = 63;

export interface ParsedName {
  readonly text: string;
  /** First byte after the name where it stands (after a pointer, not at its target). */
  readonly next: number;
}

/** Undefined when it is malformed: over long, looping, out of the packet, a reserved label type. */
export function readName(
  packet: Uint8Array,
  start: number,
  mayBeCompressed = true,
): ParsedName | undefined {
  let text = '';
  let offset = start;
  let next = -1;
  let length = 1;
  // A pointer must go back, before everything read so far: so the loop ends.
  let lowest = start;
  for (;;) {
    const size = packet[offset];
    if (size === undefined) return undefined;
    if (size === 0) break;
    if (size >= 0xc0) {
      const low = packet[offset + 1];
      if (!mayBeCompressed || low === undefined) return undefined;
      const target = ((size & 0x3f) << 8) | low;
      if (target >= lowest) return undefined;
      if (next < 0) next = offset + 2;
      lowest = target;
      offset = target;
      continue;
    }
    if (size > maximumLabelBytes || offset + size >= packet.length) return undefined;
    length += size + 1;
    if (length > maximumNameBytes) return undefined;
    if (text !== '') text += '.';
    for (let index = offset + 1; index <= offset + size; index += 1) {
      text += printedByte[packet[index] ?? 0] ?? '';
    }
    offset += size + 1;
  }
  return { text, next: next < 0 ? offset + 1 : next };
}

const printedByte: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  if (character === '.' || character === '\\') return `\\${character}`;
  return byte > 0x20 && byte < 0x7f ? character : `\\${String(byte).padStart(3, '0')}`;
});

/** Names are the same when their keys are (RFC 4343: ASCII letters only fold). */
export function nameKey(text: string): string {
  return text.toLowerCase();
}

/** The labels' bytes; undefined when a label or the whole is too long, empty inside, or badly escaped. */
export function nameLabels(text: string): readonly Uint8Array[] | undefined {
  const plain = text.endsWith('.') && !text.endsWith('\\.') ? text.slice(0, -1) : text;
  if (plain === '') return [];
  const labels: Uint8Array[] = [];
  let label: number[] = [];
  let total = 1;
  for (let index = 0; index <= plain.length; index += 1) {
    const character = plain[index];
    if (character === undefined || character === '.') {
      total += label.length + 1;
      if (label.length === 0 || label.length > maximumLabelBytes) return undefined;
      if (total > maximumNameBytes) return undefined;
      labels.push(Uint8Array.from(label));
      label = [];
    } else if (character === '\\') {
      const escaped = unescape(plain, index);
      if (escaped === undefined) return undefined;
      label.push(escaped.byte);
      index += escaped.length - 1;
    } else {
      const code = character.charCodeAt(0);
      if (code > 0xff) return undefined;
      label.push(code);
    }
  }
  return labels;
}

function unescape(text: string, index: number): { byte: number; length: number } | undefined {
  const digits = /^\d{3}/.exec(text.slice(index + 1));
  if (digits !== null) {
    const byte = Number(digits[0]);
    return byte > 255 ? undefined : { byte, length: 4 };
  }
  const code = text.charCodeAt(index + 1);
  return Number.isNaN(code) || code > 0xff ? undefined : { byte: code, length: 2 };
}
