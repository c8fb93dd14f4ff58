import assert from 'node:assert/strict';
import { createCipheriv, pbkdf2Sync } from 'node:crypto';
import { test } from 'node:test';
import { ArchiveProblem, packArchive, unpackArchive } from './archive.ts';

/** As a wrong passphrase leaves it once in 256 times: whole by its length, and nonsense. */
function encrypted(plain: string, passphrase: string): Buffer {
  const salt = Buffer.alloc(8, 7);
  const derived = pbkdf2Sync(passphrase, salt, 200_000, 48, 'sha256');
  const cipher = createCipheriv('aes-256-cbc', derived.subarray(0, 32), derived.subarray(32));
  return Buffer.concat([Buffer.from('Salted__'), salt, cipher.update(plain), cipher.final()]);
}

test('an encrypted archive comes back, compressed or not', async () => {
  const entries = [{ name: 'config/a', bytes: new Uint8Array([1, 2]) }];
  for (const isCompressed of [true, false]) {
    const packed = await packArchive(entries, { isCompressed, passphrase: 'right', time: 0 });
    assert.deepEqual(await unpackArchive(packed, 'right'), entries);
  }
});

test('what a passphrase opens and what is no archive was opened with a wrong one', async () => {
  await assert.rejects(unpackArchive(encrypted('neither gzip nor tar', 'p'), 'p'), (error) => {
    assert.ok(error instanceof ArchiveProblem);
    assert.match(error.message, /passphrase is wrong/);
    return true;
  });
});
