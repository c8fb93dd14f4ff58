import 'reflect-metadata'; // @peculiar/x509's own dependency wants it loaded first.
import {
  createPrivateKey,
  createPublicKey,
  randomBytes,
  webcrypto,
  X509Certificate,
} from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Pkcs10CertificateRequest,
  Pkcs10CertificateRequestGenerator,
  PemConverter,
  X509Certificate as PeculiarCertificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

/**
 * The trust domain's certificate authority and the devices' certificates: ECDSA P-256, PEM in and out.
 * BIG-IP's words: dtca is the authority, dtdi the identity of a device.
 */
export interface KeyMaterial {
  /** PEM, PKCS #8. */
  readonly key: string;
  /** PEM. */
  readonly certificate: string;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const dayMilliseconds = 24 * 3600 * 1000;
/** As BIG-IP's own: ten years. */
const lifetimeDays = 3650;
/** Devices' clocks differ; a certificate is good from the day before it was made. */
const backdateDays = 1;

export async function createAuthority(name: string, now: number): Promise<KeyMaterial> {
  const keys = await newKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: serialNumber(),
      name: `CN=${distinguished(name)}`,
      ...validity(now),
      keys,
      signingAlgorithm: algorithm,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      ],
    },
    webcrypto,
  );
  return { key: await exportKey(keys.privateKey), certificate: certificate.toString('pem') };
}

/** A new private key (PEM, PKCS #8). */
export async function createKey(): Promise<string> {
  return exportKey((await newKeys()).privateKey);
}

/** A certificate signing request (PEM) for `device` with its own key. */
export async function createRequest(device: string, key: string): Promise<string> {
  const request = await Pkcs10CertificateRequestGenerator.create(
    {
      name: `CN=${distinguished(device)}`,
      keys: await importKeys(key),
      signingAlgorithm: algorithm,
    },
    webcrypto,
  );
  return request.toString('pem');
}

/** Signs after checking that the request is whole and for `device`; PEM. Throws when it is not. */
export async function signRequest(
  authority: KeyMaterial,
  request: string,
  device: string,
  now: number,
): Promise<string> {
  const parsed = new Pkcs10CertificateRequest(request);
  if (!(await parsed.verify(webcrypto))) {
    throw new Error(`the signing request of ${device} is not signed with its own key`);
  }
  if (parsed.subject !== `CN=${distinguished(device)}`) {
    throw new Error(`the signing request of ${device} is for ${parsed.subject}`);
  }
  const issuer = new PeculiarCertificate(authority.certificate);
  const signer = await importKeys(authority.key);
  const certificate = await X509CertificateGenerator.create(
    {
      serialNumber: serialNumber(),
      subject: parsed.subject,
      issuer: issuer.subject,
      ...validity(now),
      publicKey: parsed.publicKey,
      signingKey: signer.privateKey,
      signingAlgorithm: algorithm,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        // Both: each end of iQuery dials and is dialled.
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth, ExtendedKeyUsage.serverAuth]),
      ],
    },
    webcrypto,
  );
  return certificate.toString('pem');
}

/** Key and certificate of one device, signed by `authority`. */
export async function createDeviceCertificate(
  authority: KeyMaterial,
  device: string,
  key: string,
  now: number,
): Promise<string> {
  return signRequest(authority, await createRequest(device, key), device, now);
}

export function isKeyOf(key: string, certificate: string): boolean {
  const parsed = parseCertificate(certificate);
  return parsed !== undefined && parsed.checkPrivateKey(createPrivateKey(key));
}

/** Does the certificate belong to the key, and did the authority sign it? */
export function isIdentityOf(certificate: string, key: string, authority: string): boolean {
  const parsed = parseCertificate(certificate);
  const issuer = parseCertificate(authority);
  if (parsed === undefined || issuer === undefined) return false;
  return isKeyOf(key, certificate) && parsed.checkIssued(issuer) && parsed.verify(issuer.publicKey);
}

export function parseCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

async function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  return PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

async function importKeys(pem: string): Promise<webcrypto.CryptoKeyPair> {
  const key = createPrivateKey(pem);
  const jwk = createPublicKey(pem).export({ format: 'jwk' });
  const der = key.export({ format: 'der', type: 'pkcs8' });
  return {
    privateKey: await webcrypto.subtle.importKey('pkcs8', der, algorithm, true, ['sign']),
    publicKey: await webcrypto.subtle.importKey('jwk', jwk, algorithm, true, ['verify']),
  };
}

function validity(now: number): { notBefore: Date; notAfter: Date } {
  return {
    notBefore: new Date(now - backdateDays * dayMilliseconds),
    notAfter: new Date(now + lifetimeDays * dayMilliseconds),
  };
}

function serialNumber(): string {
  // Positive and never zero in DER.
  return `4${randomBytes(15).toString('hex').slice(1)}`;
}

/** Escapes what has a meaning in a distinguished name (RFC 4514). */
function distinguished(name: string): string {
  return name.replace(/[,+"\\<>;=#]/g, (character) => `\\${character}`);
}
