import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { devicePaths } from '../platform/device-paths.ts';
import { systemRandom } from '../platform/random.ts';
import { generatePassword, initialPasswordFile, makeInitialPassword } from './first-boot.ts';

test('passwords are long, readable and never the same', () => {
  const made = new Set(Array.from({ length: 200 }, () => generatePassword(systemRandom)));
  assert.equal(made.size, 200);
  for (const password of made) assert.match(password, /^[A-HJ-NP-Za-km-z2-9]{20}$/);
});

test('made at the first boot only, for root only', () => {
  const paths = devicePaths(mkdtempSync(join(tmpdir(), 'fb-')));
  const file = { hostname: 'a.example.net', managementAddress: '127.0.0.1' };
  const given = makeInitialPassword(paths, { ...file, adminPassword: 'x' }, systemRandom);
  assert.equal(given, undefined);
  assert.notEqual(makeInitialPassword(paths, file, systemRandom), undefined);
  assert.equal(makeInitialPassword(paths, file, systemRandom), undefined);
  assert.equal(statSync(initialPasswordFile(paths)).mode & 0o777, 0o600);
  rmSync(paths.root, { recursive: true });
});
