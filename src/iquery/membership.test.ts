import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memberVerdict, nameOfKey } from './membership.ts';

const keys = new Map([
  ['a', 'key of a'],
  ['b', 'key of b'],
]);
const removed = new Set(['key of c']);
const membership = { self: 'a', keys, isRemoved: (key: string) => removed.has(key) };

test('a member is who holds the key, also under another name than the one known here', () => {
  assert.equal(memberVerdict(membership, 'b', 'key of b'), 'member');
  assert.equal(memberVerdict(membership, 'renamed', 'key of b'), 'member');
  assert.equal(nameOfKey(keys, 'key of b'), 'b');
  assert.equal(memberVerdict(membership, 'renamed', 'key of a'), 'self');
});

test('a name without its key, an unknown key and one that was removed are no members', () => {
  assert.equal(memberVerdict(membership, 'b', 'key of a'), 'other-key');
  assert.equal(memberVerdict(membership, 'b', 'another'), 'other-key');
  assert.equal(memberVerdict(membership, 'stranger', 'another'), 'unknown');
  assert.equal(memberVerdict(membership, 'renamed', 'key of c'), 'removed');
  assert.equal(nameOfKey(keys, 'another'), undefined);
});
