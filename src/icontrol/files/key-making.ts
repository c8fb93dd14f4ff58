/** Keys, certificates that their key signs, and requests (PKCS #8, X.509, PKCS #10), as PEM. */
import 'reflect-metadata'; // @peculiar/x509's own dependency wants it loaded first.
import * as x509 from '@peculiar/x509';
import { createPrivateKey, createPublicKey, generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { UserError } from '../../base/user-error.ts';

const generate = promisify(generateKeyPair);

/** Whose it is: parts of a distinguished name, by tmsh name. */
export type Subject = Readonly<Record<string, string>>;

/** Attribute types in the order of a name: country first (X.520; RFC 5280 appendix A). */
const attributes = [
  ['country', 'C'],
  ['state', 'ST'],
  ['city', 'L'],
  ['organization', 'O'],
  ['ou', 'OU'],
  ['common-name', 'CN'],
  ['email-address', '1.2.840.113549.1.9.1'],
] as const;

const webCurves: Readonly<Record<string, string>> = {
  prime256v1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
};

export async function newRsaKey(bits: number): Promise<string> {
  const { privateKey } = await generate('rsa', { modulusLength: bits });
  return privateKey.export({ type: 'pkcs8', format: 'pem' });
}

export async function newEcKey(curve: string): Promise<string> {
  const { privateKey } = await generate('ec', { namedCurve: curve });
  return privateKey.export({ type: 'pkcs8', format: 'pem' });
}

interface Signer {
  readonly keys: CryptoKeyPairLike;
  readonly signingAlgorithm: { readonly name: string; readonly hash: string };
}

interface CryptoKeyPairLike {
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

/** Throws a UserError for keys that nothing is signed with here. */
async function signerOf(pem: string): Promise<Signer> {
  const secret = createPrivateKey(pem);
  const curve = webCurves[secret.asymmetricKeyDetails?.namedCurve ?? ''];
  const isRsa = secret.asymmetricKeyType === 'rsa';
  if (!isRsa && curve === undefined) throw new UserError('keys of this kind cannot sign here');
  const signingAlgorithm = { name: isRsa ? 'RSASSA-PKCS1-v1_5' : 'ECDSA', hash: 'SHA-256' };
  const algorithm =
    curve === undefined ? signingAlgorithm : { ...signingAlgorithm, namedCurve: curve };
  const [pkcs8, spki] = [
    secret.export({ type: 'pkcs8', format: 'der' }),
    createPublicKey(secret).export({ type: 'spki', format: 'der' }),
  ];
  const { subtle } = crypto;
  const privateKey = await subtle.importKey('pkcs8', bytesOf(pkcs8), algorithm, true, ['sign']);
  const publicKey = await subtle.importKey('spki', bytesOf(spki), algorithm, true, ['verify']);
  return { keys: { privateKey, publicKey }, signingAlgorithm };
}

function bytesOf(buffer: Buffer): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(buffer);
}

function nameOf(subject: Subject): x509.JsonName {
  return attributes.flatMap(([word, type]) => {
    const value = subject[word];
    return value === undefined ? [] : [{ [type]: [value] }];
  });
}

const generalNames: Readonly<Record<string, x509.GeneralNameType>> = {
  dns: 'dns',
  email: 'email',
  ip: 'ip',
  uri: 'url',
};

/** "DNS:www.example.com, IP:192.0.2.1"; throws a UserError where it cannot be read. */
function alternativeNames(text: string | undefined): x509.Extension[] {
  if (text === undefined || text.trim() === '') return [];
  const names = text.split(',').map((part) => {
    const [, kind = '', value = ''] = /^\s*(\w+)\s*:\s*(\S+)\s*$/.exec(part) ?? [];
    const type = generalNames[kind.toLowerCase()];
    if (type === undefined) {
      throw new UserError(`"${part.trim()}" is no alternative name: DNS:NAME, IP:ADDRESS, …`);
    }
    return { type, value };
  });
  return [new x509.SubjectAlternativeNameExtension(names)];
}

export interface SelfSigning {
  readonly subject: Subject;
  readonly alternativeName: string | undefined;
  readonly days: number;
  /** Hexadecimal digits, at most 40 (RFC 5280, 4.1.2.2). */
  readonly serialNumber: string;
  readonly nowMilliseconds: number;
}

const dayMilliseconds = 24 * 3600 * 1000;

export async function selfSignedBy(key: string, wanted: SelfSigning): Promise<string> {
  const { keys, signingAlgorithm } = await signerOf(key);
  const { nowMilliseconds, days } = wanted;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: wanted.serialNumber,
    name: nameOf(wanted.subject),
    notBefore: new Date(nowMilliseconds),
    notAfter: new Date(nowMilliseconds + days * dayMilliseconds),
    signingAlgorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(false),
      ...alternativeNames(wanted.alternativeName),
    ],
  });
  return `${certificate.toString('pem')}\n`;
}

export async function requestFor(
  key: string,
  subject: Subject,
  alternativeName: string | undefined,
): Promise<string> {
  const { keys, signingAlgorithm } = await signerOf(key);
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: nameOf(subject),
    signingAlgorithm,
    keys,
    extensions: alternativeNames(alternativeName),
  });
  return `${request.toString('pem')}\n`;
}

/** What a request says of itself: its subject and its public key (SPKI, DER). Undefined: it is none. */
export function readRequest(
  pem: string,
): { readonly subject: Subject; readonly publicKey: Buffer } | undefined {
  try {
    const request = new x509.Pkcs10CertificateRequest(pem);
    const subject = attributes.flatMap(([word, type]) => {
      const [value] = request.subjectName.getField(type);
      return value === undefined ? [] : [[word, value] as const];
    });
    return {
      subject: Object.fromEntries(subject),
      publicKey: Buffer.from(request.publicKey.rawData),
    };
  } catch {
    return undefined;
  }
}
