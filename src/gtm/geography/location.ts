/**
 * Where an address is, as far as anybody knows. Sources: a user's .mmdb (MaxMind's layout, which DB-IP and
 * others share), or a table of ranges as Debian's tor-geoipdb has it. Pure.
 */
import { continentOf } from './continents.ts';

export interface Location {
  /** AF AN AS EU NA OC SA. */
  readonly continent?: string;
  /** ISO 3166-1 alpha-2. */
  readonly country?: string;
  /** As topology records write it: `US/Washington`. */
  readonly state?: string;
  readonly isp?: string;
}

/** Bytes of an address: 4 or 16. Undefined: unknown. */
export type Locate = (address: readonly number[] | Uint8Array) => Location | undefined;

export const locateNothing: Locate = () => undefined;

/** What one record of a .mmdb says; any of city, country, ISP and ASN databases. */
export function locationOfRecord(record: unknown): Location | undefined {
  const country = textAt(record, 'country', 'iso_code') ?? textAt(record, 'country_code');
  const continent = textAt(record, 'continent', 'code') ?? (country && continentOf(country));
  const subdivision = firstOf(at(record, 'subdivisions'));
  const state = textAt(subdivision, 'names', 'en') ?? textAt(record, 'state1');
  const isp =
    textAt(record, 'isp') ??
    textAt(record, 'traits', 'isp') ??
    textAt(record, 'autonomous_system_organization');
  if (country === undefined && continent === undefined && isp === undefined) return undefined;
  return {
    ...(continent !== undefined && { continent }),
    ...(country !== undefined && { country }),
    ...(country !== undefined && state !== undefined && { state: `${country}/${state}` }),
    ...(isp !== undefined && { isp }),
  };
}

/** Several databases (country in one, provider in another) as one: the first that knows a fact tells it. */
export function joinedLocations(
  locations: readonly (Location | undefined)[],
): Location | undefined {
  const known = locations.filter((location) => location !== undefined);
  return known.length === 0 ? undefined : (Object.assign({}, ...known.toReversed()) as Location);
}

function at(record: unknown, name: string): unknown {
  if (typeof record !== 'object' || record === null) return undefined;
  return Object.getOwnPropertyDescriptor(record, name)?.value as unknown;
}

function textAt(record: unknown, ...path: readonly string[]): string | undefined {
  const value = path.reduce(at, record);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function firstOf(list: unknown): unknown {
  return Array.isArray(list) ? (list as readonly unknown[])[0] : undefined;
}

/** Ranges in order, that do not overlap: found by halving. */
export interface RangeTable {
  readonly starts: Uint32Array | BigUint64Array;
  readonly ends: Uint32Array | BigUint64Array;
  /** Two letters each, as `(first << 8) | second`. */
  readonly countries: Uint16Array;
}

const longestTable = 2_000_000;

/** Lines `FROM,TO,CC`: numbers for IPv4 (`geoip`), addresses for IPv6 (`geoip6`, of which /64s count). */
export function readRanges(
  text: string,
  family: 4 | 6,
  halfOf: (address: string) => bigint | undefined,
): RangeTable {
  const rows: { start: bigint; end: bigint; country: number }[] = [];
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#') || rows.length >= longestTable) continue;
    const [from = '', to = '', code = ''] = line.split(',');
    if (!/^[A-Z]{2}$/.test(code)) continue;
    const start = family === 4 ? numberOf(from) : halfOf(from);
    const end = family === 4 ? numberOf(to) : halfOf(to);
    if (start === undefined || end === undefined || end < start) continue;
    rows.push({ start, end, country: (code.charCodeAt(0) << 8) | code.charCodeAt(1) });
  }
  rows.sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
  const countries = Uint16Array.from(rows, ({ country }) => country);
  if (family === 6) {
    const starts = BigUint64Array.from(rows, ({ start }) => start);
    return { starts, ends: BigUint64Array.from(rows, ({ end }) => end), countries };
  }
  const starts = Uint32Array.from(rows, ({ start }) => Number(start));
  return { starts, ends: Uint32Array.from(rows, ({ end }) => Number(end)), countries };
}

function numberOf(text: string): bigint | undefined {
  return /^\d{1,10}$/.test(text) && Number(text) <= 0xffff_ffff ? BigInt(text) : undefined;
}

/** `address` is a number for IPv4, the upper half as a bigint for IPv6. */
export function countryIn(table: RangeTable, address: number | bigint): string | undefined {
  let low = 0;
  let high = table.starts.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const start = table.starts[middle];
    const end = table.ends[middle];
    if (start === undefined || end === undefined) return undefined;
    if (address < start) high = middle - 1;
    else if (address > end) low = middle + 1;
    else {
      const code = table.countries[middle] ?? 0;
      return String.fromCharCode(code >>> 8, code & 0xff);
    }
  }
  return undefined;
}

/** First four bytes of an IPv4 address as a number, the first eight of an IPv6 address as a bigint. */
export function rangeKey(address: readonly number[] | Uint8Array): number | bigint {
  if (address.length === 4) return Array.from(address).reduce((sum, byte) => sum * 256 + byte, 0);
  let half = 0n;
  for (let index = 0; index < 8; index += 1) half = half * 256n + BigInt(address[index] ?? 0);
  return half;
}
