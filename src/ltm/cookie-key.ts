/** Keys of sealed cookies. */
import { createHash, scryptSync } from 'node:crypto';

/** Guessing a passphrase from a cookie costs so much for each guess: 4 MB and milliseconds. */
const cost = { N: 4096, r: 8, p: 1 };
const keyBytes = 32;
const salt = 'evenkeel sealed cookies';
/** Plans are made again and again. */
const known = new Map<string, string>();
const maximumKnown = 1000;

/** The same on all devices that know the passphrase; base64. Remembers what it made. */
export function cookieKey(passphrase: string): string {
  const id = createHash('sha256').update(passphrase).digest('base64');
  const held = known.get(id);
  if (held !== undefined) return held;
  const key = scryptSync(passphrase, salt, keyBytes, cost).toString('base64');
  if (known.size >= maximumKnown) known.clear();
  known.set(id, key);
  return key;
}
