import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { contentHash, engineName } from './engine-names.ts';

test('names are ones that HAProxy takes', () => {
  assert.equal(engineName('/Common/web_1.example-x'), ':Common:web_1.example-x');
  assert.equal(engineName('/Common/a b'), ':Common:a::0020b');
  fc.assert(
    fc.property(fc.string(), (name) => /^[A-Za-z0-9_.:-]*$/.test(engineName(`/Common/${name}`))),
  );
});

test('different names stay different', () => {
  const name = fc.stringMatching(/^(\/[A-Za-z0-9_. :%-]+)+$/);
  fc.assert(fc.property(name, name, (a, b) => a === b || engineName(a) !== engineName(b)));
});

test('content hashes differ in both halves', () => {
  const [a, b] = [contentHash('shape'), contentHash('shapf')];
  assert.match(a, /^[0-9a-f]{16}$/);
  assert.notEqual(a.slice(0, 8), b.slice(0, 8));
  assert.notEqual(a.slice(8), b.slice(8));
});
