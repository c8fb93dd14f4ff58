/**
 * Sealing with AES-256-GCM. A secret's nonce is made of its place and value (a keyed hash), so that the
 * same secret at the same place gives the same bytes, and no nonce is ever used for two values
 * (docs/adr/0006-sealed-secrets.md). What is sealed with a passphrase has salt and nonce of its own.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  scrypt,
} from 'node:crypto';

export const masterKeyBytes = 32;
const cipher = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;
/** Secrets are filled up to a multiple, so that their length says little. */
const blockBytes = 16;

export interface Sealer {
  /** Nonce, what was sealed, tag. */
  seal(context: string, plain: string): Uint8Array;
  /** Undefined when another key sealed it, or it was changed. */
  open(sealed: Uint8Array): string | undefined;
}

export function createSealer(masterKey: Uint8Array): Sealer {
  const key = subkey(masterKey, 'evenkeel secret');
  const nonceKey = subkey(masterKey, 'evenkeel secret nonce');
  return {
    seal(context, plain) {
      const text = padded(Buffer.from(plain, 'utf8'));
      const hash = createHmac('sha256', nonceKey).update(`${context}\0`).update(text).digest();
      return sealBytes(key, hash.subarray(0, nonceBytes), text);
    },
    open(sealed) {
      const text = openBytes(key, sealed);
      const fill = text?.at(-1) ?? 0;
      if (text === undefined || fill < 1 || fill > blockBytes) return undefined;
      return text.subarray(0, text.length - fill).toString('utf8');
    },
  };
}

/** SHA-512, base64, as BIG-IP shows the hash of its master key. */
export function masterKeyHash(masterKey: Uint8Array): string {
  return createHash('sha512').update(masterKey).digest('base64');
}

/** The same key for the same password, on any device. About 0.5 s, beside the caller. */
export function masterKeyFromPassword(password: string): Promise<Uint8Array> {
  return passwordKey(password, Buffer.from('evenkeel master key'));
}

const saltBytes = 16;

/** For what leaves the device: an archive's copy of the master key. */
export async function sealWithPassphrase(
  plain: Uint8Array,
  passphrase: string,
): Promise<Uint8Array> {
  const salt = randomBytes(saltBytes);
  const sealed = sealBytes(await passwordKey(passphrase, salt), randomBytes(nonceBytes), plain);
  return Buffer.concat([salt, sealed]);
}

/** Undefined when the passphrase is another one, or the bytes were changed. */
export async function openWithPassphrase(
  sealed: Uint8Array,
  passphrase: string,
): Promise<Uint8Array | undefined> {
  if (sealed.length < saltBytes) return undefined;
  const key = await passwordKey(passphrase, sealed.subarray(0, saltBytes));
  return openBytes(key, sealed.subarray(saltBytes));
}

function sealBytes(key: Uint8Array, nonce: Uint8Array, plain: Uint8Array): Buffer {
  const sealing = createCipheriv(cipher, key, nonce);
  const body = Buffer.concat([sealing.update(plain), sealing.final()]);
  return Buffer.concat([nonce, body, sealing.getAuthTag()]);
}

function openBytes(key: Uint8Array, sealed: Uint8Array): Buffer | undefined {
  if (sealed.length < nonceBytes + tagBytes) return undefined;
  const opening = createDecipheriv(cipher, key, sealed.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  });
  opening.setAuthTag(sealed.subarray(-tagBytes));
  try {
    return Buffer.concat([opening.update(sealed.subarray(nonceBytes, -tagBytes)), opening.final()]);
  } catch {
    return undefined;
  }
}

function padded(text: Buffer): Buffer {
  const fill = blockBytes - (text.length % blockBytes);
  return Buffer.concat([text, Buffer.alloc(fill, fill)]);
}

function subkey(masterKey: Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', masterKey, '', purpose, masterKeyBytes));
}

/** RFC 7914 with 128 MiB: an archive may be guessed at for years. */
function passwordKey(password: string, salt: Uint8Array): Promise<Uint8Array> {
  const cost = { N: 2 ** 17, r: 8, p: 1, maxmem: 160 * 1024 * 1024 };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, masterKeyBytes, cost, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
