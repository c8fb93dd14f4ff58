/**
 * Which virtual server gets a new connection when several could: BIG-IP's order (F5 article K14800) is the most
 * specific destination, then the most specific source, then a port before any port; where these are alike a
 * protocol comes before any, and VLANs before all. Those that a socket of their own tells apart listen
 * themselves; the rest stand behind the packet filter's classifier. Pure.
 */
import { type Address, type Prefix, addressOf, printAddress } from '../base/address.ts';
import { shortHash } from './engine-names.ts';
import type { ClassifiedVirtual } from './types.ts';

export type Claim = Omit<ClassifiedVirtual, 'mark'>;

/** Names of those that need the classifier. */
export function classifiedNames(claims: readonly Claim[]): ReadonlySet<string> {
  const names = new Set<string>();
  const byAddress = new Map<string, Claim[]>();
  for (const claim of claims) {
    if (needsClassifier(claim)) names.add(claim.name);
    if (!isHost(claim.destination)) continue;
    const key = printAddress(claim.destination.address);
    byAddress.set(key, [...(byAddress.get(key) ?? []), claim]);
  }
  for (const group of byAddress.values()) {
    for (const claim of group) {
      const rivals = group.filter((other) => other !== claim && overlaps(claim, other));
      if (rivals.length > 0) names.add(claim.name);
    }
  }
  return names;
}

/** By itself, whoever else is there. */
export function needsClassifier(claim: Claim): boolean {
  const isProxyOfAllPorts = claim.port === 0 && claim.target === 'proxy';
  const isWithoutSocket = ['reject', 'forward', 'direct'].includes(claim.target);
  const isListed = claim.ports !== undefined;
  return !isHost(claim.destination) || isWithoutSocket || isProxyOfAllPorts || isListed;
}

export function isHost(prefix: Prefix): boolean {
  return prefix.length === prefix.address.bytes.length * 8;
}

export function overlaps(one: Claim, other: Claim): boolean {
  const protocol =
    one.protocol === 'any' || other.protocol === 'any' || one.protocol === other.protocol;
  return protocol && (one.port === 0 || other.port === 0 || one.port === other.port);
}

/** First match wins. */
export function inPrecedence<T extends Claim>(claims: readonly T[]): readonly T[] {
  const rank = (claim: Claim): readonly number[] => [
    claim.destination.length,
    claim.source?.length ?? 0,
    claim.port === 0 ? 0 : 1,
    claim.namesProtocol ? 1 : 0,
    claim.interfaces === undefined ? 0 : 1,
  ];
  return claims.toSorted((a, b) => {
    const [left, right] = [rank(a), rank(b)];
    const at = left.findIndex((value, index) => value !== right[index]);
    return at < 0 ? a.name.localeCompare(b.name, 'en') : (right[at] ?? 0) - (left[at] ?? 0);
  });
}

/** What all marks of connections have in common, in these bits. */
export const markTop = 0x45_00_00_00;
export const markTopMask = 0xff_00_00_00;
const markMask = 0xff_ff_ff;

/** A mark without what all have in common: 1–16,777,214. */
export function rowNumber(mark: number): number {
  return mark & markMask;
}

/** Where nobody else is; undefined where nobody may be. */
export function markOfHash(hash: number): number | undefined {
  const low = hash & markMask;
  return low === 0 || low === markMask ? undefined : markTop + low;
}

/**
 * A number for each virtual server that stays the same while others come and go (connections carry it):
 * of two whose hashes are alike, which is rare, the second by name takes the next.
 */
export function marksOf(
  names: readonly string[],
  hashOf: (name: string) => number = nameHash,
): ReadonlyMap<string, number> {
  const taken = new Set<number>([0, markMask]);
  const marks = new Map<string, number>();
  for (const name of names.toSorted()) {
    let low = hashOf(name) & markMask;
    while (taken.has(low)) low = (low + 1) & markMask;
    taken.add(low);
    marks.set(name, markTop + low);
  }
  return marks;
}

export function nameHash(name: string): number {
  return Number.parseInt(shortHash(name), 16);
}

export const listenerPort = 4345;
/** Of listeners that many virtual servers share. */
export const sharedPort = 4346;

/** Where the full proxy of a classified virtual server listens: 127/8, or the discard prefix of RFC 6666. */
export function listenerAddress(mark: number, family: 4 | 6): Address {
  const low = [(mark >> 16) & 0xff, (mark >> 8) & 0xff, mark & 0xff];
  if (family === 4) return addressOf([127, ...low]);
  return addressOf([0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x45, ...low]);
}
