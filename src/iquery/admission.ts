import { X509Certificate } from 'node:crypto';
import {
  commonName,
  domainOf,
  isSignedBy,
  keyFingerprint,
  leadsTo,
  parseCertificate,
} from './certificate.ts';
import { memberVerdict, nameOfKey } from './membership.ts';
import type { PeerRelation } from './types.ts';

/**
 * Who may talk to us on 4353. A member of our trust domain is known by its own key, held in its `cm device`
 * object: not by our CA's signature, because every certificate authority device (and so a removed one) can
 * sign any name, and because the authority changes while members are away. A device of another domain is
 * known by its domain's authorities, under a certificate for that very domain.
 */
export interface TrustDirectory {
  readonly identity: Identity;
  /** Guid of our trust domain. */
  readonly domain: string;
  /** PEM certificate of our own trust domain's CA. */
  readonly authority: string;
  /** Certificates (PEM) that lead from it to former authorities; shown behind our own. */
  readonly chain: readonly string[];
  /** Certificates (PEM) of the current members of the domain, this device included, by name. */
  readonly members: ReadonlyMap<string, string>;
  /** Members that may take others in and out: their word about who was removed counts. */
  readonly certifiers: ReadonlySet<string>;
  /** Fingerprints of the keys of devices that were removed: never members again. */
  readonly removed: ReadonlySet<string>;
  /** Other domains (`cm iquery-trust`). */
  readonly exchanged: readonly ExchangedDomain[];
}

export interface ExchangedDomain {
  /** Guid. */
  readonly domain: string;
  /** PEM; two while the authority changes. */
  readonly authorities: readonly string[];
  /** Fingerprints of its devices' keys by name, as it last told; empty before that. */
  readonly devices: ReadonlyMap<string, string>;
}

/** What this device shows to others; the key never leaves it. */
export interface Identity {
  readonly device: string;
  /** PEM. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
}

export type Admission =
  | {
      readonly ok: true;
      readonly device: string;
      readonly relation: PeerRelation;
      /** Guid of its trust domain. */
      readonly domain: string;
    }
  | {
      readonly ok: false;
      readonly reason: string;
      readonly isSelf?: true;
      /** Fingerprint of its key, which was removed from our trust domain. */
      readonly removedKey?: string;
    };

export interface Moment {
  /** Wall milliseconds: certificates have dates. */
  readonly now: number;
  /** Asked again for a session that runs: it may outlive the certificate that it began with. */
  readonly isRunning: boolean;
}

export type Admit = (certificate: X509Certificate, moment: Moment) => Admission;

/**
 * Parses the directory once; the result is asked for each connection. Every PEM text must be a certificate
 * (whoever builds the directory leaves others out). `alsoRemoved`: heard of, not in the configuration yet.
 */
export function admissionOf(
  directory: TrustDirectory,
  alsoRemoved: ReadonlySet<string> = new Set(),
): Admit {
  const { identity, removed } = directory;
  const own = new X509Certificate(directory.authority);
  const foreign = directory.exchanged.map(parseDomain);
  const keys = new Map<string, string>();
  for (const [device, pem] of directory.members) {
    keys.set(device, keyFingerprint(new X509Certificate(pem)));
  }
  const membership = {
    self: identity.device,
    keys,
    isRemoved: (key: string) => removed.has(key) || alsoRemoved.has(key),
  };
  return (certificate, moment) => {
    const device = commonName(certificate);
    if (device === undefined) return refused('the certificate has no common name');
    const key = keyFingerprint(certificate);
    const verdict = memberVerdict(membership, device, key);
    switch (verdict) {
      case 'removed':
        return {
          ok: false,
          reason: `device ${device} was removed from the trust domain`,
          removedKey: key,
        };
      case 'self':
        return { ok: false, reason: `${device} is this device itself`, isSelf: true };
      case 'member': {
        const fault = dateFault(certificate, moment);
        if (fault !== undefined) return refused(fault);
        const name = keys.has(device) ? device : (nameOfKey(keys, key) ?? device);
        return { ok: true, device: name, relation: 'trust-domain', domain: directory.domain };
      }
      case 'other-key':
      case 'unknown':
        if (!isSignedBy(certificate, own)) break;
        return refused(
          verdict === 'unknown'
            ? `device ${device} is not a member of the trust domain`
            : `the certificate of device ${device} is not the one it joined with`,
        );
    }
    const home = foreign.find((one) => isOfDomain(one, certificate, key, moment));
    if (home === undefined) {
      return refused(`the certificate of ${device} is signed by no authority known here`);
    }
    return admitForeign({ device, home, foreign, isOurs: keys.has(device) }, certificate, moment);
  };
}

interface KnownDomain {
  readonly domain: string;
  readonly authorities: readonly X509Certificate[];
  readonly devices: ReadonlyMap<string, string>;
}

function parseDomain({ domain, authorities, devices }: ExchangedDomain): KnownDomain {
  const parsed = authorities.map(parseCertificate).filter((one) => one !== undefined);
  return { domain, authorities: parsed, devices };
}

/** A session that runs goes on by its key when the domain tells that it has another authority now. */
function isOfDomain(
  { authorities, devices }: KnownDomain,
  certificate: X509Certificate,
  key: string,
  { now, isRunning }: Moment,
): boolean {
  if (leadsTo(certificate, authorities, now)) return true;
  return isRunning && [...devices.values()].includes(key);
}

interface Claim {
  readonly device: string;
  readonly home: KnownDomain;
  readonly foreign: readonly KnownDomain[];
  readonly isOurs: boolean;
}

/** Its authority can sign any name, so a name counts only within its own domain. */
function admitForeign(
  { device, home, foreign, isOurs }: Claim,
  certificate: X509Certificate,
  moment: Moment,
): Admission {
  const { domain } = home;
  if (isOurs) return refused(`a foreign certificate claims the name of our device ${device}`);
  if (domainOf(certificate) !== domain) {
    return refused(`the certificate of ${device} is not for trust domain ${domain}`);
  }
  const other = foreign.find((one) => one !== home && one.devices.has(device));
  if (other !== undefined && !home.devices.has(device)) {
    return refused(`the name ${device} belongs to trust domain ${other.domain}`);
  }
  const fault = dateFault(certificate, moment);
  if (fault !== undefined) return refused(fault);
  return { ok: true, device, relation: 'iquery-peer', domain };
}

function dateFault(certificate: X509Certificate, { now, isRunning }: Moment): string | undefined {
  if (isRunning) return undefined;
  const device = commonName(certificate) ?? '';
  if (now > certificate.validToDate.getTime()) {
    return `the certificate of ${device} has expired on ${certificate.validTo}`;
  }
  if (now < certificate.validFromDate.getTime()) {
    return `the certificate of ${device} is not valid before ${certificate.validFrom}; are the clocks right?`;
  }
  return undefined;
}

function refused(reason: string): Admission {
  return { ok: false, reason };
}
