/** Zones that this device signs, their keys, and the signatures made so far: bounded, renewed in time. */
import { createHash, createPrivateKey, sign, type KeyObject } from 'node:crypto';
import { recordClass, recordType } from '../../base/dns/constants.ts';
import type { ResourceRecord } from '../../base/dns/message.ts';
import {
  dnssecAlgorithms,
  dsDigestInput,
  isWithin,
  keyTag,
  signatureHead,
  signedRecords,
  type RecordSet,
} from '../dns/dnssec.ts';
import type { SignedZone, SigningKey } from '../protocol.ts';

/** Each of some 400 bytes. */
export const mostSignatures = 50_000;
/** Of clocks that are behind ours. */
const skewSeconds = 3_600;
/** What is signed anew every second would cost too much; a configured 0 means "never" on BIG-IP. */
const leastValidSeconds = 7_200;

export interface Signer {
  setZones(zones: readonly SignedZone[]): void;
  /** There is nothing to sign. */
  readonly isIdle: boolean;
  /** The nearest signed zone around the name, by its key. */
  zoneOf(nameKey: string): SignedZone | undefined;
  /** The RRSIGs of the set, one a key. */
  signatures(zone: SignedZone, set: RecordSet, unixSeconds: number): readonly ResourceRecord[];
  /** DNSKEY records at the apex. */
  keysOf(zone: SignedZone): readonly ResourceRecord[];
  /** What the parent zone is to have: CDS or CDNSKEY (RFC 7344), of every key that a DS may name. */
  wishesOf(zone: SignedZone, type: number): readonly ResourceRecord[];
}

interface ReadyKey {
  readonly key: SigningKey;
  readonly tag: number;
  readonly secret: KeyObject;
}

interface ReadyZone {
  readonly zone: SignedZone;
  readonly keys: readonly ReadyKey[];
}

interface Signature {
  readonly data: Uint8Array;
  readonly renewAt: number;
}

export function createSigner(): Signer {
  let zones: readonly ReadyZone[] = [];
  let written = '';
  // In the order in which they were made.
  const made = new Map<string, Signature>();
  const dataOf = (apex: string, ready: ReadyKey, set: RecordSet, now: number): Uint8Array => {
    const records = signedRecords(set);
    const memo = `${ready.tag} ${apex} ${Buffer.from(records).toString('latin1')}`;
    const kept = made.get(memo);
    // Of an unnamed clock step back, too: what begins in the future is no good.
    if (kept !== undefined && now < kept.renewAt && now > kept.renewAt - furthest(ready.key)) {
      return kept.data;
    }
    const data = makeSignature(apex, ready, set, records, now);
    made.delete(memo);
    made.set(memo, { data, renewAt: now + renewalOf(ready.key) });
    const oldest = made.size > mostSignatures ? made.keys().next().value : undefined;
    if (oldest !== undefined) made.delete(oldest);
    return data;
  };
  return {
    setZones(next) {
      const text = JSON.stringify(next);
      if (text === written) return;
      written = text;
      made.clear();
      zones = next.map(readyZone).toSorted((a, b) => b.zone.apex.length - a.zone.apex.length);
    },
    get isIdle() {
      return zones.length === 0;
    },
    zoneOf: (key) => zones.find(({ zone }) => isWithin(key, zone.apex))?.zone,
    signatures(zone, set, now) {
      const ready = zones.find((candidate) => candidate.zone === zone)?.keys ?? [];
      return signersOf(ready, set.type).map((key) => ({
        name: set.name,
        type: recordType.rrsig,
        class: recordClass.internet,
        ttl: set.ttl,
        data: dataOf(zone.apex, key, set, now),
      }));
    },
    keysOf: ({ apex, keys }) =>
      keys.map(({ dnskey, ttlSeconds }) => ({
        name: apex,
        type: recordType.dnskey,
        class: recordClass.internet,
        ttl: ttlSeconds,
        data: Uint8Array.fromBase64(dnskey),
      })),
    wishesOf({ apex, keys }, type) {
      const entries = keys.filter(({ keyType }) => keyType === 'ksk');
      return (entries.length === 0 ? keys : entries).map(({ algorithm, dnskey, ttlSeconds }) => {
        const key = Uint8Array.fromBase64(dnskey);
        const data = type === recordType.cdnskey ? key : dsData(apex, algorithm, key);
        return { name: apex, type, class: recordClass.internet, ttl: ttlSeconds, data };
      });
    },
  };
}

const sha256Digest = 2;

/** Data of a DS or CDS record. */
function dsData(apex: string, algorithm: number, dnskey: Uint8Array): Uint8Array {
  const tag = keyTag(dnskey);
  const hash = createHash('sha256').update(dsDigestInput(apex, dnskey)).digest();
  return Uint8Array.of(tag >>> 8, tag & 255, algorithm, sha256Digest, ...hash);
}

function readyZone(zone: SignedZone): ReadyZone {
  const keys = zone.keys.map((key): ReadyKey => {
    const der = Buffer.from(key.secret, 'base64');
    const secret = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    return { key, tag: keyTag(Uint8Array.fromBase64(key.dnskey)), secret };
  });
  return { zone, keys };
}

/** Keys sign keys, zone keys the rest; who has only one kind does both with it. */
function signersOf(keys: readonly ReadyKey[], type: number): readonly ReadyKey[] {
  const active = keys.filter(({ key }) => key.isActive);
  const isOfKeys =
    type === recordType.dnskey || type === recordType.cds || type === recordType.cdnskey;
  const wanted = isOfKeys ? 'ksk' : 'zsk';
  const fitting = active.filter(({ key }) => key.keyType === wanted);
  return fitting.length === 0 ? active : fitting;
}

function validityOf(key: SigningKey): number {
  return Math.max(leastValidSeconds, key.validSeconds);
}

/** Early enough for what is in caches: at three quarters of its life at the latest. */
function renewalOf(key: SigningKey): number {
  const latest = Math.floor((validityOf(key) * 3) / 4);
  return key.renewSeconds === 0 ? latest : Math.min(key.renewSeconds, latest);
}

function furthest(key: SigningKey): number {
  return renewalOf(key) + skewSeconds;
}

function makeSignature(
  apex: string,
  { key, secret, tag }: ReadyKey,
  set: RecordSet,
  records: Uint8Array,
  now: number,
): Uint8Array {
  const inception = now - skewSeconds;
  const expiration = now + validityOf(key);
  const terms = { apex, algorithm: key.algorithm, keyTag: tag, inception, expiration };
  const head = signatureHead(set, terms);
  const signature = sign(hashOf(key.algorithm), Uint8Array.of(...head, ...records), {
    key: secret,
    // Ignored by RSA; RFC 6605 §4 has no ASN.1 around the two numbers.
    dsaEncoding: 'ieee-p1363',
  });
  return Uint8Array.of(...head, ...signature);
}

function hashOf(algorithm: number): string {
  switch (algorithm) {
    case dnssecAlgorithms.ecdsap384sha384:
      return 'sha384';
    case dnssecAlgorithms.rsasha512:
      return 'sha512';
    default:
      return 'sha256';
  }
}
