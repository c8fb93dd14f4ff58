import { X509Certificate } from 'node:crypto';
import type { PeerRelation } from './types.ts';

/**
 * Who may talk to us on 4353. A member of our trust domain is known by its own certificate, held in its
 * `cm device` object: not by our CA's signature alone, because every certificate authority device (and so
 * a removed one) can sign any name. A device of another domain is known by its domain's CA.
 */
export interface TrustDirectory {
  readonly identity: Identity;
  /** PEM certificate of our own trust domain's CA. */
  readonly authority: string;
  /** Certificates (PEM) of the current members of the domain, this device included, by name. */
  readonly members: ReadonlyMap<string, string>;
  /** PEM certificates of other domains' CAs (`cm iquery-trust`). */
  readonly exchanged: readonly string[];
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
  | { readonly ok: true; readonly device: string; readonly relation: PeerRelation }
  | { readonly ok: false; readonly reason: string; readonly isSelf?: true };

export type Admit = (certificate: X509Certificate) => Admission;

/**
 * Parses the directory once; the result is asked for each connection. Every PEM text must be a certificate
 * (whoever builds the directory leaves others out).
 */
export function admissionOf(directory: TrustDirectory): Admit {
  const own = new X509Certificate(directory.authority);
  const exchanged = directory.exchanged.map((pem) => new X509Certificate(pem));
  const keys = new Map<string, string>();
  for (const [device, pem] of directory.members) {
    keys.set(device, keyFingerprint(new X509Certificate(pem)));
  }
  return (certificate) => {
    const device = commonName(certificate);
    if (device === undefined) return refused('the certificate has no common name');
    if (isSignedBy(certificate, own)) {
      if (device === directory.identity.device) {
        return { ok: false, reason: `${device} is this device itself`, isSelf: true };
      }
      const expected = keys.get(device);
      if (expected === undefined)
        return refused(`device ${device} is not a member of the trust domain`);
      if (expected !== keyFingerprint(certificate)) {
        return refused(`the certificate of device ${device} is not the one it joined with`);
      }
      return { ok: true, device, relation: 'trust-domain' };
    }
    if (!exchanged.some((authority) => isSignedBy(certificate, authority))) {
      return refused(`the certificate of ${device} is signed by no authority known here`);
    }
    if (keys.has(device)) {
      return refused(`a foreign certificate claims the name of our device ${device}`);
    }
    return { ok: true, device, relation: 'iquery-peer' };
  };
}

export function commonName(certificate: X509Certificate): string | undefined {
  return /^CN=(.+)$/m.exec(certificate.subject)?.[1];
}

/** The public key itself: a renewed certificate of the same key is the same device. */
function keyFingerprint(certificate: X509Certificate): string {
  return certificate.publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
}

function isSignedBy(certificate: X509Certificate, authority: X509Certificate): boolean {
  return certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
}

function refused(reason: string): Admission {
  return { ok: false, reason };
}
