import 'reflect-metadata'; // @peculiar/x509's own dependency wants it loaded first.
import { createPrivateKey, createPublicKey, randomBytes, webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Pkcs10CertificateRequest,
  Pkcs10CertificateRequestGenerator,
  PemConverter,
  type PublicKey,
  SubjectAlternativeNameExtension,
  X509Certificate as PeculiarCertificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { domainUri } from '../../iquery/certificate.ts';

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
/** Of an authority, as BIG-IP's own: ten years. */
const authorityDays = 3650;
/** Of a device: renewed by itself after half of it (rotation.ts). */
const deviceDays = 730;
/** Devices' clocks differ; a certificate is good from the day before it was made. */
const backdateDays = 1;

/** `now` in milliseconds of 1970, here and below. */
export async function createAuthority(name: string, now: number): Promise<KeyMaterial> {
  const keys = await newKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: serialNumber(),
      name: `CN=${distinguished(name)}`,
      ...validity(now, authorityDays),
      keys,
      signingAlgorithm: algorithm,
      extensions: authorityExtensions(),
    },
    webcrypto,
  );
  return { key: await exportKey(keys.privateKey), certificate: certificate.toString('pem') };
}

/** One step below an authority may be another one: the next, signed by this one. */
function authorityExtensions(): Extension[] {
  return [
    new BasicConstraintsExtension(true, 1, true),
    new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
  ];
}

/**
 * The new authority, vouched for by the former one: with this certificate behind its own a device leads those
 * who know only the former to the new one. PEM.
 */
export async function crossSign(former: KeyMaterial, next: string, now: number): Promise<string> {
  const { subject, publicKey } = new PeculiarCertificate(next);
  const issuer = new PeculiarCertificate(former.certificate);
  const certificate = await X509CertificateGenerator.create(
    {
      serialNumber: serialNumber(),
      subject,
      issuer: issuer.subject,
      ...within(validity(now, authorityDays), issuer.notAfter),
      publicKey,
      signingKey: (await importKeys(former.key)).privateKey,
      signingAlgorithm: algorithm,
      extensions: authorityExtensions(),
    },
    webcrypto,
  );
  return certificate.toString('pem');
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

/** Whom a certificate is for. */
export interface Subject {
  readonly device: string;
  /** Guid of the trust domain: nobody can use the name in another one. */
  readonly domain: string;
}

/** Signs after checking that the request is whole and for the device; PEM. Throws when it is not. */
export async function signRequest(
  authority: KeyMaterial,
  request: string,
  subject: Subject,
  now: number,
): Promise<string> {
  const { device } = subject;
  const parsed = new Pkcs10CertificateRequest(request);
  if (!(await parsed.verify(webcrypto))) {
    throw new Error(`the signing request of ${device} is not signed with its own key`);
  }
  if (parsed.subject !== `CN=${distinguished(device)}`) {
    throw new Error(`the signing request of ${device} is for ${parsed.subject}`);
  }
  return issue(authority, subject, parsed.publicKey, validity(now, deviceDays));
}

/**
 * For the same key again. It begins when the former one did: a clock that was wrong when it was renewed must not
 * make it a certificate of the future.
 */
export async function renewCertificate(
  authority: KeyMaterial,
  present: string,
  subject: Subject,
  now: number,
): Promise<string> {
  const { publicKey, notBefore } = new PeculiarCertificate(present);
  const fresh = validity(now, deviceDays);
  const begin = notBefore < fresh.notBefore ? notBefore : fresh.notBefore;
  return issue(authority, subject, publicKey, { ...fresh, notBefore: begin });
}

async function issue(
  authority: KeyMaterial,
  { device, domain }: Subject,
  publicKey: PublicKey,
  dates: Validity,
): Promise<string> {
  const issuer = new PeculiarCertificate(authority.certificate);
  const certificate = await X509CertificateGenerator.create(
    {
      serialNumber: serialNumber(),
      subject: `CN=${distinguished(device)}`,
      issuer: issuer.subject,
      ...within(dates, issuer.notAfter),
      publicKey,
      signingKey: (await importKeys(authority.key)).privateKey,
      signingAlgorithm: algorithm,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        // Both: each end of iQuery dials and is dialled.
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth, ExtendedKeyUsage.serverAuth]),
        new SubjectAlternativeNameExtension([{ type: 'url', value: domainUri(domain) }]),
      ],
    },
    webcrypto,
  );
  return certificate.toString('pem');
}

/** Key and certificate of one device, signed by `authority`. */
export async function createDeviceCertificate(
  authority: KeyMaterial,
  subject: Subject,
  key: string,
  now: number,
): Promise<string> {
  return signRequest(authority, await createRequest(subject.device, key), subject, now);
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

interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

function validity(now: number, days: number): Validity {
  return {
    notBefore: new Date(now - backdateDays * dayMilliseconds),
    notAfter: new Date(now + days * dayMilliseconds),
  };
}

/** Nothing outlives who signed it. */
function within({ notBefore, notAfter }: Validity, end: Date): Validity {
  return { notBefore, notAfter: notAfter < end ? notAfter : end };
}

function serialNumber(): string {
  // Positive and never zero in DER.
  return `4${randomBytes(15).toString('hex').slice(1)}`;
}

/** Escapes what has a meaning in a distinguished name (RFC 4514). */
function distinguished(name: string): string {
  return name.replace(/[,+"\\<>;=#]/g, (character) => `\\${character}`);
}
