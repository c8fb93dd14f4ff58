import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemRandom } from '../../platform/random.ts';
import { hashPassword, verifyPassword } from './password.ts';

test('a hash tells its password from others, and does not hold it', async () => {
  const hash = await hashPassword('pässwörd', systemRandom);
  assert.match(hash, /^\$scrypt\$16384\$8\$1\$/);
  assert.ok(!hash.includes('pässwörd'));
  assert.equal(await verifyPassword('pässwörd', hash), true);
  assert.equal(await verifyPassword('pässwörd'.normalize('NFD'), hash), true);
  assert.equal(await verifyPassword('passwort', hash), false);
  assert.notEqual(await hashPassword('pässwörd', systemRandom), hash);
});

test('what is no hash of ours never fits, and never costs much', async () => {
  for (const hash of [
    '',
    '!!',
    'secret',
    '$6$abc$def',
    '$scrypt$1073741824$8$1$AAAA$AAAA',
    '$scrypt$16384$8$1$AAAA$AAAA',
    // Fits, but for the minutes and the gigabyte that it would take to find out.
    '$scrypt$131072$32$16$AAAA$' + Buffer.alloc(32).toString('base64'),
    '$scrypt$x$8$1$AAAA$' + Buffer.alloc(32).toString('base64'),
  ]) {
    assert.equal(await verifyPassword('secret', hash), false, hash);
  }
});
