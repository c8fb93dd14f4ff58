/** The device's self-signed certificate for HTTPS, made at first boot and kept. */
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import type { webcrypto } from 'node:crypto';
import { join } from 'node:path';
import { parseAddress } from '../../base/address.ts';
import type { Clock } from '../../platform/clock.ts';
import { readTextIfPresent, writeFileDurably } from '../../platform/files.ts';
import type { TlsIdentity } from '../../platform/https-server.ts';
import type { Random } from '../../platform/random.ts';

const validityYears = 10;
const yearMilliseconds = 365.25 * 24 * 3600 * 1000;
/** A peer whose clock is behind must not find it "not yet valid". */
const backdateMilliseconds = 24 * 3600 * 1000;

export interface CertificateRequest {
  readonly commonName: string;
  /** DNS names and addresses for subjectAltName. */
  readonly names: readonly string[];
  /** `rsa` has 2048 bits, as BIG-IP's default.key: old clients know nothing else. Default: ECDSA P-256. */
  readonly keyKind?: 'ecdsa' | 'rsa';
}

const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const rsa = {
  name: 'RSASSA-PKCS1-v1_5',
  modulusLength: 2048,
  publicExponent: Uint8Array.of(1, 0, 1),
  hash: 'SHA-256',
} as const;

/** From `folder`, or made and written there (`https.key`, `https.crt`, readable by root only). */
export async function ensureCertificate(
  folder: string,
  request: CertificateRequest,
  clock: Clock,
  random: Random,
): Promise<TlsIdentity> {
  const keyFile = join(folder, 'https.key');
  const certificateFile = join(folder, 'https.crt');
  const key = readTextIfPresent(keyFile);
  const certificate = readTextIfPresent(certificateFile);
  if (key !== undefined && certificate !== undefined) return { key, certificate };
  const made = await selfSigned(request, clock, random);
  writeFileDurably(keyFile, made.key);
  writeFileDurably(certificateFile, made.certificate);
  return made;
}

/** Signed with SHA-256; as PEM. */
export async function selfSigned(
  request: CertificateRequest,
  clock: Clock,
  random: Random,
): Promise<TlsIdentity> {
  const isRsa = request.keyKind === 'rsa';
  const algorithm = isRsa ? rsa : ecdsa;
  const keys = await newKeys(algorithm);
  const now = clock.wallMilliseconds();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    // Positive and without a leading zero, as DER wants it.
    serialNumber: `01${Buffer.from(random.bytes(15)).toString('hex')}`,
    name: [{ CN: [request.commonName] }],
    notBefore: new Date(now - backdateMilliseconds),
    notAfter: new Date(now + validityYears * yearMilliseconds),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(
        isRsa
          ? x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment
          : x509.KeyUsageFlags.digitalSignature,
        true,
      ),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        request.names.map((name) => ({
          type: parseAddress(name) === undefined ? 'dns' : 'ip',
          value: name,
        })),
      ),
    ],
  });
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    key: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY'),
    certificate: certificate.toString('pem'),
  };
}

async function newKeys(algorithm: typeof ecdsa | typeof rsa): Promise<webcrypto.CryptoKeyPair> {
  return algorithm.name === 'ECDSA'
    ? crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
    : crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}
