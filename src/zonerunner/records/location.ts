/** LOC (RFC 1876): its value is kept as the 16 bytes in hex, its text is printed from them. Pure. */
import type { Writer } from '../../base/dns/message.ts';
import type { Token } from './tokens.ts';

const equator = 2 ** 31;
const heightBase = 100_000 * 100;

type Parsed = { readonly value: string } | { readonly problem: string };

/** `d [m [s]] N|S d [m [s]] E|W alt[m] [size[m] [horizontal[m] [vertical[m]]]]` */
export function parseLocation(tokens: Token[]): Parsed {
  const words = tokens.splice(0).map((token) => token.text);
  const latitude = angle(words, 'N', 'S', 90);
  const longitude = angle(words, 'E', 'W', 180);
  if (latitude === undefined || longitude === undefined) {
    return { problem: 'it is not DEGREES MINUTES SECONDS N|S DEGREES MINUTES SECONDS E|W HEIGHTm' };
  }
  const meters = words.map((word) =>
    /^-?\d{1,8}(?:\.\d{1,2})?m?$/.test(word) ? centimeters(word) : NaN,
  );
  const [height = NaN, size = 100, horizontal = 1_000_000, vertical = 1000] = meters;
  const isInRange = height >= -heightBase && height + heightBase < 2 ** 32 && meters.length <= 4;
  const precisions = [size, horizontal, vertical].map(precisionByte);
  const known = precisions.filter((byte) => byte !== undefined);
  if (!isInRange || known.length !== 3) {
    return { problem: 'its height or one of its sizes is not a number of meters in range' };
  }
  const bytes = [0, ...known];
  for (const number of [latitude, longitude, height + heightBase]) {
    for (const shift of [24, 16, 8, 0]) bytes.push(Math.floor(number / 2 ** shift) & 0xff);
  }
  return { value: Uint8Array.from(bytes).toHex() };
}

function angle(words: string[], plus: string, minus: string, limit: number): number | undefined {
  const parts: string[] = [];
  while (parts.length <= 3 && words.length > 0 && !/^[NSEW]$/i.test(words[0] ?? '')) {
    parts.push(words.shift() ?? '');
  }
  const side = words.shift()?.toUpperCase();
  const [degrees = '', minutes = '0', seconds = '0'] = parts;
  const isGood =
    (side === plus || side === minus) &&
    parts.length <= 3 &&
    /^\d{1,3}$/.test(degrees) &&
    /^\d{1,2}$/.test(minutes) &&
    /^\d{1,2}(?:\.\d{1,3})?$/.test(seconds);
  if (!isGood || Number(minutes) > 59 || Number(seconds) >= 60) return undefined;
  const total = Math.round(
    (Number(degrees) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000,
  );
  if (total > limit * 3_600_000) return undefined;
  return side === plus ? equator + total : equator - total;
}

function centimeters(word: string): number {
  return Math.round(Number(word.replace(/m$/, '')) * 100);
}

/** Mantissa and power of ten, a digit each. */
function precisionByte(value: number): number | undefined {
  if (!(value >= 0 && value <= 9_000_000_000)) return undefined;
  let exponent = 0;
  let mantissa = value;
  while (mantissa >= 10) {
    mantissa = Math.floor(mantissa / 10);
    exponent += 1;
  }
  return (mantissa << 4) | exponent;
}

export function printLocation(hex: string): string {
  const bytes = Uint8Array.fromHex(hex);
  const view = new DataView(bytes.buffer);
  const height = view.getUint32(12) - heightBase;
  return [
    printAngle(view.getUint32(4), 'N', 'S'),
    printAngle(view.getUint32(8), 'E', 'W'),
    `${(height / 100).toFixed(2)}m`,
    ...[1, 2, 3].map((at) => printPrecision(bytes[at] ?? 0)),
  ].join(' ');
}

function printAngle(value: number, plus: string, minus: string): string {
  const side = value >= equator ? plus : minus;
  const total = Math.abs(value - equator);
  const seconds = ((total % 60_000) / 1000).toFixed(3);
  return `${Math.floor(total / 3_600_000)} ${Math.floor(total / 60_000) % 60} ${seconds} ${side}`;
}

function printPrecision(byte: number): string {
  const value = (byte >> 4) * 10 ** (byte & 15);
  return value % 100 === 0 ? `${value / 100}m` : `${(value / 100).toFixed(2)}m`;
}

export function writeLocation(writer: Writer, hex: string): void {
  writer.bytes(Uint8Array.fromHex(hex));
}

export function readLocation(
  data: Uint8Array,
  offset: number,
): { value: string; next: number } | undefined {
  const bytes = data.subarray(offset, offset + 16);
  if (bytes.length !== 16 || bytes[0] !== 0) return undefined;
  const areDigits = [1, 2, 3].every((at) => {
    const byte = bytes[at] ?? 0;
    return byte >> 4 <= 9 && (byte & 15) <= 9;
  });
  return areDigits ? { value: bytes.toHex(), next: offset + 16 } : undefined;
}
