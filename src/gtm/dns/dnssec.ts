/**
 * What DNSSEC signs and says, as bytes: canonical record sets, RRSIG, DNSKEY, DS, and one NSEC that denies
 * what was asked and nothing else (RFC 4034, 4035, 6840, 9824). Who signs is `listener/signer.ts`. Pure.
 */
import { recordClass, recordType } from '../../base/dns/constants.ts';
import { canonicalData, createWriter, type ResourceRecord } from '../../base/dns/message.ts';
import { maximumNameBytes, nameKey, nameLabels } from '../../base/dns/name.ts';

/** Numbers of IANA's registry; rsasha1 must not sign any more (RFC 8624). */
export const dnssecAlgorithms = {
  rsasha256: 8,
  rsasha512: 10,
  ecdsap256sha256: 13,
  ecdsap384sha384: 14,
} as const;
export type DnssecAlgorithm = keyof typeof dnssecAlgorithms;

const zoneKeyFlag = 0x0100;
const entryPointFlag = 0x0001;

/** Data of the DNSKEY record: `publicKey` as RFC 3110 (RSA) or RFC 6605 (ECDSA) have it. */
export function dnskeyData(
  keyType: 'ksk' | 'zsk',
  algorithm: number,
  publicKey: Uint8Array,
): Uint8Array {
  const flags = keyType === 'ksk' ? zoneKeyFlag | entryPointFlag : zoneKeyFlag;
  return Uint8Array.of(flags >>> 8, flags & 0xff, 3, algorithm, ...publicKey);
}

/** RFC 4034 appendix B. */
export function keyTag(dnskey: Uint8Array): number {
  let sum = 0;
  for (const [index, byte] of dnskey.entries()) sum += index % 2 === 0 ? byte * 256 : byte;
  return (sum + (sum >>> 16)) & 0xffff;
}

/** What the hash in a DS is made of (RFC 4034 §5.1.4). */
export function dsDigestInput(apex: string, dnskey: Uint8Array): Uint8Array {
  return Uint8Array.of(...canonicalName(apex), ...dnskey);
}

/** Records of one name, type and TTL. */
export interface RecordSet {
  readonly name: string;
  readonly type: number;
  readonly ttl: number;
  readonly data: readonly Uint8Array[];
}

export interface SignatureTerms {
  readonly apex: string;
  readonly algorithm: number;
  readonly keyTag: number;
  /** Unix times. */
  readonly inception: number;
  readonly expiration: number;
}

/** Data of an RRSIG without its signature. */
export function signatureHead(set: RecordSet, terms: SignatureTerms): Uint8Array {
  const writer = createWriter(false);
  writer.uint16(set.type);
  // Signed as it stands: wildcards were expanded before, so that all labels count.
  writer.bytes(Uint8Array.of(terms.algorithm, labelsOf(set.name).length));
  for (const number of [set.ttl, terms.expiration, terms.inception]) writer.uint32(number);
  writer.uint16(terms.keyTag);
  writer.bytes(canonicalName(terms.apex));
  return writer.result();
}

/** What is signed (RFC 4034 §3.1.8.1), after the head. */
export function signedRecords(set: RecordSet): Uint8Array {
  const writer = createWriter(false);
  const owner = canonicalName(set.name);
  const sorted = set.data.map((data) => canonicalData(set.type, data)).toSorted(compareBytes);
  for (const [index, data] of sorted.entries()) {
    const previous = sorted[index - 1];
    // A set has no member twice (RFC 4034 §6.3).
    if (previous !== undefined && compareBytes(previous, data) === 0) continue;
    writer.bytes(owner);
    writer.uint16(set.type);
    writer.uint16(recordClass.internet);
    writer.uint32(set.ttl);
    writer.uint16(data.length);
    writer.bytes(data);
  }
  return writer.result();
}

function compareBytes(left: Uint8Array, right: Uint8Array): number {
  const shorter = Math.min(left.length, right.length);
  for (let index = 0; index < shorter; index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function labelsOf(name: string): readonly Uint8Array[] {
  return nameLabels(name) ?? [];
}

function canonicalName(name: string): Uint8Array {
  const writer = createWriter(false);
  writer.name(nameKey(name), false);
  return writer.result();
}

/** NSEC from the name to the very next one that could be, so that it denies nothing else. */
export function nsecRecord(name: string, types: readonly number[], ttl: number): ResourceRecord {
  const writer = createWriter(false);
  writer.bytes(nextName(canonicalName(name)));
  writer.bytes(typeBitmap(types));
  const data = writer.result();
  return { name, type: recordType.nsec, class: recordClass.internet, ttl, data };
}

/** `\000.NAME` (RFC 9824 §3.1); of a name too long for it, the next one beside it. */
function nextName(name: Uint8Array): Uint8Array {
  if (name.length + 2 <= maximumNameBytes) return Uint8Array.of(1, 0, ...name);
  const next = name.slice();
  const last = next[0] ?? 0;
  next[last] = Math.min(0xff, (next[last] ?? 0) + 1);
  return next;
}

function typeBitmap(types: readonly number[]): Uint8Array {
  const windows = new Map<number, Uint8Array>();
  for (const type of types) {
    const window = windows.get(type >>> 8) ?? new Uint8Array(32);
    const low = type & 0xff;
    window[low >>> 3] = (window[low >>> 3] ?? 0) | (0x80 >>> (low & 7));
    windows.set(type >>> 8, window);
  }
  const parts = [...windows.entries()]
    .toSorted(([left], [right]) => left - right)
    .flatMap(([number, window]) => {
      const length = window.findLastIndex((byte) => byte !== 0) + 1;
      return [number, length, ...window.subarray(0, length)];
    });
  return Uint8Array.from(parts);
}

/**
 * Types that a name may have where only another server knows which: all that are common, so that no resolver
 * concludes from one "no data" that the others are absent (RFC 8198). CNAME would make the denial void.
 */
export const commonTypes: readonly number[] = [
  1, 13, 15, 16, 28, 29, 33, 35, 37, 44, 52, 55, 61, 64, 65, 99, 256, 257,
];

/** Is the name the apex or below it? Both are keys. */
export function isWithin(key: string, apex: string): boolean {
  return apex === '' || key === apex || (key.endsWith(`.${apex}`) && !key.endsWith(`\\.${apex}`));
}
