/** Which networks are at a place: what `location.ts` says of an address, the other way round. Pure. */
import { addressOf } from '../../base/address.ts';
import { continentOf } from './continents.ts';
import type { Location, RangeTable } from './location.ts';

export const placeFacts = ['continent', 'country', 'country-name', 'state', 'isp'] as const;
export type PlaceFact = (typeof placeFacts)[number];

const countryNames = new Intl.DisplayNames(['en'], { type: 'region' });

/** Capitals do not count; a state goes without its country, too. */
export function isThere(location: Location, fact: PlaceFact, value: string): boolean {
  const wanted = value.toLowerCase();
  const { continent, country, state, isp } = location;
  switch (fact) {
    case 'continent':
      return continent?.toLowerCase() === wanted;
    case 'country':
      return country?.toLowerCase() === wanted;
    case 'country-name':
      return country !== undefined && countryNames.of(country)?.toLowerCase() === wanted;
    case 'state': {
      const name = state?.toLowerCase();
      return name === wanted || name?.split('/')[1] === wanted;
    }
    case 'isp':
      return isp?.toLowerCase() === wanted;
  }
}

/** The search tree of a .mmdb (MaxMind DB file format specification 2.0): its nodes come first in the file. */
export interface SearchTree {
  readonly bytes: Uint8Array;
  readonly nodeCount: number;
  /** Bits of one of the two records of a node. */
  readonly recordSize: number;
  readonly ipVersion: number;
}

const v4Depth = 96;

/** `isWanted` is asked once for each place that the database tells of, with an address there. */
export function networksInTree(
  tree: SearchTree,
  isWanted: (address: string) => boolean,
): readonly string[] {
  const found: string[] = [];
  const known = new Map<number, boolean>();
  const path = new Uint8Array(tree.ipVersion === 6 ? 16 : 4);
  const v4Start = tree.ipVersion === 6 ? startOfV4(tree) : 0;
  const visit = (node: number, depth: number): void => {
    if (node === tree.nodeCount) return;
    // The same networks stand at other addresses, too (6to4 and such).
    const isAlias = node === v4Start && depth > 0 && !(depth === v4Depth && isZero(path));
    if (isAlias && node < tree.nodeCount) return;
    if (node > tree.nodeCount) {
      const { address, bits } = networkAt(path, depth);
      const isHere = known.get(node) ?? isWanted(address);
      known.set(node, isHere);
      if (isHere) found.push(`${address}/${bits}`);
      return;
    }
    if (depth === path.length * 8) return;
    const place = depth >> 3;
    const bit = 0x80 >> (depth & 7);
    const byte = path[place] ?? 0;
    visit(recordOf(tree, node, 0), depth + 1);
    path[place] = byte | bit;
    visit(recordOf(tree, node, 1), depth + 1);
    path[place] = byte;
  };
  visit(0, 0);
  return found;
}

function startOfV4(tree: SearchTree): number {
  let node = 0;
  for (let depth = 0; depth < v4Depth && node < tree.nodeCount; depth += 1)
    node = recordOf(tree, node, 0);
  return node;
}

function isZero(path: Uint8Array): boolean {
  return path.every((byte) => byte === 0);
}

/** What begins with 96 zeros is IPv4. */
function networkAt(path: Uint8Array, depth: number): { address: string; bits: number } {
  const isV4 =
    path.length === 16 && depth >= v4Depth && path.slice(0, 12).every((byte) => byte === 0);
  const bytes = isV4 ? path.slice(12) : path;
  return { address: addressOf([...bytes]).text, bits: isV4 ? depth - v4Depth : depth };
}

function recordOf({ bytes, recordSize }: SearchTree, node: number, side: 0 | 1): number {
  const at = (offset: number): number => bytes[offset] ?? 0;
  const start = node * ((recordSize * 2) / 8);
  switch (recordSize) {
    case 24: {
      const from = start + side * 3;
      return (at(from) << 16) | (at(from + 1) << 8) | at(from + 2);
    }
    case 28: {
      const middle = at(start + 3);
      const high = side === 0 ? middle >> 4 : middle & 0xf;
      const from = start + side * 4;
      return high * 0x100_0000 + ((at(from) << 16) | (at(from + 1) << 8) | at(from + 2));
    }
    default: {
      const from = start + side * 4;
      return at(from) * 0x100_0000 + ((at(from + 1) << 16) | (at(from + 2) << 8) | at(from + 3));
    }
  }
}

/** Of a table as tor-geoipdb has it. */
export function networksInTable(
  { starts, ends, countries }: RangeTable,
  family: 4 | 6,
  fact: PlaceFact,
  value: string,
): readonly string[] {
  const found: string[] = [];
  const known = new Map<number, boolean>();
  for (const [index, code] of countries.entries()) {
    const isHere = known.get(code) ?? isCountryThere(code, fact, value);
    known.set(code, isHere);
    if (!isHere) continue;
    found.push(...networksOfRange(BigInt(starts[index] ?? 0), BigInt(ends[index] ?? 0), family));
  }
  return found;
}

function isCountryThere(code: number, fact: PlaceFact, value: string): boolean {
  const country = String.fromCharCode(code >>> 8, code & 0xff);
  const continent = continentOf(country);
  return isThere({ country, ...(continent !== undefined && { continent }) }, fact, value);
}

/** Numbers as tables have them: IPv4 addresses, or the upper halves of IPv6 addresses. */
function networksOfRange(from: bigint, to: bigint, family: 4 | 6): readonly string[] {
  const width = family === 4 ? 32 : 64;
  const found: string[] = [];
  for (let start = from; start <= to;) {
    let size = 0;
    while (size < width && (start & (1n << BigInt(size))) === 0n) {
      if (start + (1n << BigInt(size + 1)) - 1n > to) break;
      size += 1;
    }
    found.push(`${textOf(start, family)}/${width - size}`);
    start += 1n << BigInt(size);
  }
  return found;
}

function textOf(number: bigint, family: 4 | 6): string {
  const length = family === 4 ? 4 : 8;
  const bytes = Array.from({ length }, (_, index) =>
    Number((number >> BigInt(8 * (length - 1 - index))) & 0xffn),
  );
  return addressOf(family === 4 ? bytes : [...bytes, 0, 0, 0, 0, 0, 0, 0, 0]).text;
}
