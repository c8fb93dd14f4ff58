/**
 * Signed zones as the configuration has them: keys in generations, which of them sign now, what the parent
 * zone is to be told, and when a generation comes and goes. Effects at none of it but the hash of the DS.
 */
import { createHash } from 'node:crypto';
import type { Properties } from '../../catalogue/types.ts';
import type { ConfigView } from '../../config/types.ts';
import { dnssecAlgorithms, dsDigestInput, keyTag, type DnssecAlgorithm } from '../dns/dnssec.ts';
import { isEnabled, itemsOf } from '../objects.ts';
import type { SignedZone, SigningKey } from '../protocol.ts';
import { numberOf, textOf } from '../values.ts';

export const dnssecZone = 'ltm dns dnssec zone';
export const dnssecKey = 'ltm dns dnssec key';

export interface KeyGeneration {
  /** Its name: "1", "2", …, in the order in which they were made. */
  readonly number: number;
  /** Unix time. */
  readonly created: number;
  readonly dnskey: string;
  /** As the configuration has it: sealed. */
  readonly secret: string;
}

export interface GenerationTerms {
  readonly ttlSeconds: number;
  /** 0: none follows. */
  readonly rolloverSeconds: number;
  /** 0: until two others have followed. */
  readonly expirationSeconds: number;
}

/** Generations of a key, oldest first. */
export function generationsOf(properties: Properties): readonly KeyGeneration[] {
  return itemsOf(properties, 'generations')
    .map((item) => ({
      number: numberOf(item, 'name', 0),
      created: numberOf(item, 'created', 0),
      dnskey: textOf(item, 'dnskey'),
      secret: textOf(item, 'private-key'),
    }))
    .toSorted((left, right) => left.number - right.number);
}

export function termsOf(properties: Properties): GenerationTerms {
  return {
    ttlSeconds: numberOf(properties, 'ttl', 86_400),
    rolloverSeconds: numberOf(properties, 'rollover-period', 0),
    expirationSeconds: numberOf(properties, 'expiration-period', 0),
  };
}

export function algorithmOf(properties: Properties): DnssecAlgorithm | undefined {
  const word = textOf(properties, 'algorithm', 'rsasha256');
  return algorithmNames.find((name) => name === word);
}

const algorithmNames = ['rsasha256', 'rsasha512', 'ecdsap256sha256', 'ecdsap384sha384'] as const;

/** Keys that some signed zone wants. */
export function wantedKeys(view: ConfigView): readonly string[] {
  const names = view
    .list(dnssecZone)
    .filter(({ properties }) => isEnabled(properties))
    .flatMap(({ properties }) => keyNames(properties));
  return [...new Set(names)];
}

function keyNames(zone: Properties): readonly string[] {
  const names: unknown = zone['keys'];
  return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
}

/**
 * Must another generation be made? The first at once; then one each rollover-period, or, where only a life is
 * given, early enough before its end.
 */
export function isGenerationDue(
  generations: readonly KeyGeneration[],
  terms: GenerationTerms,
  now: number,
): boolean {
  const newest = generations.at(-1);
  if (newest === undefined) return true;
  const { expirationSeconds, rolloverSeconds, ttlSeconds } = terms;
  const overlap = Math.min(2 * ttlSeconds, Math.floor(expirationSeconds / 2));
  const period = rolloverSeconds === 0 ? expirationSeconds - overlap : rolloverSeconds;
  return period > 0 && now - newest.created >= period;
}

/** Numbers of generations whose time is over: never the newest, nor the one before until that one signs. */
export function expiredGenerations(
  generations: readonly KeyGeneration[],
  { expirationSeconds, ttlSeconds }: GenerationTerms,
  now: number,
): readonly number[] {
  return generations.flatMap(({ created, number }, index) => {
    const followers = generations.slice(index + 1);
    // Signatures of before are in caches for a TTL after the next one has begun to sign.
    const isFollowed = followers.some((next) => now - next.created >= 2 * ttlSeconds);
    const isOver =
      expirationSeconds === 0 ? followers.length > 1 : now - created >= expirationSeconds;
    return isFollowed && isOver ? [number] : [];
  });
}

/**
 * A zone key signs when every cache has it (pre-publication, RFC 7583 §3.2.1), one at a time; keys that sign
 * keys sign all the while (double signature), so that the DS of either holds.
 */
export function activeGenerations(
  generations: readonly KeyGeneration[],
  keyType: SigningKey['keyType'],
  { ttlSeconds }: GenerationTerms,
  now: number,
): ReadonlySet<number> {
  if (keyType === 'ksk') return new Set(generations.map(({ number }) => number));
  const known = generations.filter(({ created }) => now - created >= ttlSeconds);
  const signing = known.at(-1) ?? generations[0];
  return new Set(signing === undefined ? [] : [signing.number]);
}

/** What the dns process signs with. `now`: Unix time. */
export function signedZones(view: ConfigView, now: number): readonly SignedZone[] {
  return view.list(dnssecZone).flatMap(({ name, properties }) => {
    if (!isEnabled(properties)) return [];
    const keys = keyNames(properties).flatMap((key) => signingKeys(view, key, now));
    return keys.length === 0 ? [] : [{ apex: apexOf(name), keys }];
  });
}

/** `/Common/Example.com.` → `example.com`. */
function apexOf(name: string): string {
  return (name.split('/').at(-1) ?? '').replace(/\.$/, '').toLowerCase();
}

function signingKeys(view: ConfigView, name: string, now: number): readonly SigningKey[] {
  const properties = view.get(dnssecKey, name)?.properties ?? {};
  const algorithm = algorithmOf(properties);
  if (algorithm === undefined || !isEnabled(properties)) return [];
  const keyType = keyTypeOf(properties);
  const generations = generationsOf(properties);
  const terms = termsOf(properties);
  const active = activeGenerations(generations, keyType, terms, now);
  return generations.map(({ dnskey, number, secret }) => ({
    keyType,
    algorithm: dnssecAlgorithms[algorithm],
    dnskey,
    secret: view.plain(secret),
    ttlSeconds: terms.ttlSeconds,
    validSeconds: numberOf(properties, 'signature-valid-period', 604_800),
    renewSeconds: numberOf(properties, 'signature-pub-period', 403_200),
    isActive: active.has(number),
  }));
}

export function keyTypeOf(properties: Properties): SigningKey['keyType'] {
  return textOf(properties, 'key-type', 'zsk') === 'ksk' ? 'ksk' : 'zsk';
}

/** Keys of the zone and the DS records for its parent, by key tag; undefined: no such zone. */
export function dnssecZoneStatistics(
  view: ConfigView,
  name: string,
  now: number,
): Readonly<Record<string, string | number>> | undefined {
  const zone = view.get(dnssecZone, name);
  if (zone === undefined) return undefined;
  const signed = signedZones(view, now).find(({ apex }) => apex === apexOf(name));
  const keys = signed?.keys ?? [];
  const entries = keys.filter(({ keyType }) => keyType === 'ksk');
  const told = entries.length === 0 ? keys : entries;
  const digest = textOf(zone.properties, 'ds-algorithm', 'sha256') === 'sha1' ? 'sha1' : 'sha256';
  return {
    tmName: name,
    signed: signed === undefined ? 'no' : 'yes',
    ...Object.fromEntries(
      keys.map((key) => [
        `key.${keyTag(Uint8Array.fromBase64(key.dnskey))}`,
        `${key.keyType} ${key.isActive ? 'signs' : 'published'}`,
      ]),
    ),
    ...Object.fromEntries(told.map((key) => dsRecord(apexOf(name), key, digest))),
  };
}

function dsRecord(apex: string, key: SigningKey, digest: 'sha1' | 'sha256'): [string, string] {
  const dnskey = Uint8Array.fromBase64(key.dnskey);
  const tag = keyTag(dnskey);
  const hash = createHash(digest).update(dsDigestInput(apex, dnskey)).digest('hex').toUpperCase();
  const kind = digest === 'sha1' ? 1 : 2;
  return [`ds.${tag}`, `${apex}. IN DS ${tag} ${key.algorithm} ${kind} ${hash}`];
}
