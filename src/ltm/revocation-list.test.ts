import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRevocationList } from './revocation-list.ts';

const pem = (...bytes: readonly number[]): string =>
  `-----BEGIN X509 CRL-----\n${Buffer.from(bytes).toString('base64')}\n-----END X509 CRL-----\n`;

test('a list, an algorithm and a signature in one sequence', () => {
  assert.equal(isRevocationList(pem(0x30, 0x06, 0x30, 0, 0x30, 0, 0x03, 0)), true);
  const long = [0x30, 0x81, 0x85, 0x30, 0x81, 0x7e, ...Array.from({ length: 126 }, () => 5)];
  assert.equal(isRevocationList(pem(...long, 0x30, 0, 0x03, 0)), true);
});

test('nothing else is one', () => {
  assert.equal(isRevocationList(pem(0, 0, 0)), false);
  assert.equal(isRevocationList(pem(0x30, 0x04, 0x30, 0, 0x03, 0)), false);
  assert.equal(isRevocationList(pem(0x30, 0x07, 0x30, 0, 0x30, 0, 0x03, 0)), false);
  assert.equal(isRevocationList(pem(0x30, 0x06, 0x30, 0, 0x30, 0, 0x03, 0, 0)), false);
  assert.equal(isRevocationList('AAAA'), false);
  assert.equal(isRevocationList(pem().replaceAll('X509 CRL', 'CERTIFICATE')), false);
});
