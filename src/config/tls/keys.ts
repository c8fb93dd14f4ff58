/** Certificates and keys as OpenSSL sees them, so that no engine is given what it would refuse. */
import { X509Certificate, createHash, createPrivateKey } from 'node:crypto';

/** Opening a key with a passphrase takes milliseconds on purpose, and plans are made again and again. */
const opened = new Map<string, string | undefined>();
const maximumOpened = 1000;

/**
 * The key without its passphrase, as PEM; undefined: no key, or not with this passphrase. One that needs none is
 * returned as it is. Remembers what it opened.
 */
export function openKey(pem: string, passphrase: string | undefined): string | undefined {
  if (!isEncrypted(pem)) return pem;
  const id = createHash('sha256')
    .update(`${passphrase ?? ''}\0${pem}`)
    .digest('base64');
  if (opened.has(id)) return opened.get(id);
  const plain = decrypted(pem, passphrase ?? '');
  if (opened.size >= maximumOpened) opened.clear();
  opened.set(id, plain);
  return plain;
}

function isEncrypted(pem: string): boolean {
  return pem.includes('BEGIN ENCRYPTED PRIVATE KEY') || /^Proc-Type: 4,ENCRYPTED/m.test(pem);
}

function decrypted(pem: string, passphrase: string): string | undefined {
  try {
    const key = createPrivateKey({ key: pem, passphrase });
    return key.export({ type: 'pkcs8', format: 'pem' });
  } catch {
    return undefined;
  }
}

/** Why this is no certificate, or bundle of them; undefined when it is. */
export function certificateProblem(pem: string): string | undefined {
  try {
    return new X509Certificate(pem).subject === undefined ? 'it has no subject' : undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

/** Why this is no private key; one behind a passphrase is taken for one. */
export function keyProblem(pem: string): string | undefined {
  if (isEncrypted(pem)) return undefined;
  try {
    createPrivateKey(pem);
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

/** Does the key, without passphrase, belong to the first certificate? False also when either is none. */
export function isPair(certificate: string, key: string): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

/** Who, as the first certificate says, answers whether it still holds (RFC 5280, 4.2.2.1); undefined: nobody. */
export function responderOf(pem: string): string | undefined {
  try {
    return /^OCSP - URI:(\S+)$/m.exec(new X509Certificate(pem).infoAccess ?? '')?.[1];
  } catch {
    return undefined;
  }
}

/** Did the one sign the other, as its names say? Of bundles the first counts. False also when either is none. */
export function isIssuer(issuer: string, certificate: string): boolean {
  try {
    return new X509Certificate(certificate).checkIssued(new X509Certificate(issuer));
  } catch {
    return false;
  }
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/^error:[0-9A-F]+:/i, '');
}
