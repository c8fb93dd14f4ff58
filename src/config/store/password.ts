/** Hashes of passwords: scrypt (RFC 7914) with its parameters in the text, so that they can grow. */
import { scrypt, timingSafeEqual } from 'node:crypto';
import type { Random } from '../../platform/random.ts';

const cost = 16_384;
const blockSize = 8;
const parallel = 1;
const keyBytes = 32;
const saltBytes = 16;
/**
 * What a hash that we did not make may ask for, N times r times p: 128 MiB and half a second. Everybody may log
 * in as its user, and a manager of users may give him any hash.
 */
const maximumWork = 1 << 20;

/** "$scrypt$16384$8$1$<salt>$<key>", base64. */
export async function hashPassword(password: string, random: Random): Promise<string> {
  const salt = Buffer.from(random.bytes(saltBytes));
  const key = await derive(password, salt, cost, blockSize, parallel);
  const parts = [cost, blockSize, parallel, salt.toString('base64'), key.toString('base64')];
  return `$scrypt$${parts.join('$')}`;
}

/** False also for hashes of other kinds. Takes as long for wrong passwords as for right ones. */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const [empty, kind, n, r, p, salt, key, ...more] = hash.split('$');
  if (empty !== '' || kind !== 'scrypt' || key === undefined || more.length > 0) return false;
  const costs = [n, r, p].map(Number);
  if (!costs.every((one) => Number.isSafeInteger(one) && one > 0)) return false;
  if (costs.reduce((product, one) => product * one, 1) > maximumWork) return false;
  const expected = Buffer.from(key, 'base64');
  if (expected.length !== keyBytes) return false;
  const bytes = Buffer.from(salt ?? '', 'base64');
  return timingSafeEqual(await derive(password, bytes, Number(n), Number(r), Number(p)), expected);
}

function derive(password: string, salt: Buffer, N: number, r: number, p: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const maxmem = 256 * N * r;
    scrypt(password.normalize('NFC'), salt, keyBytes, { N, r, p, maxmem }, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
