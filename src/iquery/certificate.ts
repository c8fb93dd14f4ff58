import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';

/** What a device's certificate says, and who signed it. */

/** Guid of a trust domain as it stands in certificates (RFC 4122), so that a name is bound to its domain. */
export function domainUri(domain: string): string {
  return `urn:uuid:${domain}`;
}

/** The trust domain that a certificate is for; undefined when it names none. */
export function domainOf(certificate: X509Certificate): string | undefined {
  return /(?:^|[ ,])URI:urn:uuid:([0-9a-f-]{36})(?:$|,)/.exec(
    certificate.subjectAltName ?? '',
  )?.[1];
}

export function commonName(certificate: X509Certificate): string | undefined {
  return /^CN=(.+)$/m.exec(certificate.subject)?.[1];
}

/**
 * SHA-256 of the public key, hexadecimal: the identity of a device. A renewed certificate of the same key is the
 * same device.
 */
export function keyFingerprint(certificate: X509Certificate): string {
  const key = certificate.publicKey.export({ format: 'der', type: 'spki' });
  return createHash('sha256').update(key).digest('hex');
}

/** The first certificate of the text; undefined when there is none. */
export function parseCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

/** A bundle's certificates, each as PEM; what is none is left out. */
export function splitBundle(text: string): readonly string[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  return blocks.filter((pem) => parseCertificate(pem) !== undefined);
}

export function joinBundle(certificates: readonly string[]): string {
  return certificates.map((pem) => pem.trim()).join('\n');
}

export function isKeyOf(key: string, certificate: string): boolean {
  const parsed = parseCertificate(certificate);
  if (parsed === undefined) return false;
  try {
    return parsed.checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

export function isSignedBy(certificate: X509Certificate, authority: X509Certificate): boolean {
  return certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
}

/** Does the certificate (PEM) belong to the key, and did the authority sign it? */
export function isIdentityOf(certificate: string, key: string, authority: string): boolean {
  const parsed = parseCertificate(certificate);
  const issuer = parseCertificate(authority);
  if (parsed === undefined || issuer === undefined) return false;
  return isKeyOf(key, certificate) && isSignedBy(parsed, issuer);
}

/** Device, new authority, former authority, one more. */
const maximumChain = 4;

/** One of `authorities` signed it, or signed who did, as far as the other end has shown it. */
export function leadsTo(
  certificate: X509Certificate,
  authorities: readonly X509Certificate[],
  now: number,
): boolean {
  let link = certificate;
  for (let depth = 0; depth < maximumChain; depth += 1) {
    const end = authorities.find((authority) => isSignedBy(link, authority));
    if (end !== undefined) return now <= end.validToDate.getTime();
    const next = link.issuerCertificate;
    const isStep = next !== undefined && next.ca && isSignedBy(link, next);
    if (!isStep || now > next.validToDate.getTime()) return false;
    link = next;
  }
  return false;
}
