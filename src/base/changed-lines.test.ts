import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changedLines } from './changed-lines.ts';

test('sections that come, go and change', () => {
  const before = 'global\n  a\nbackend one\n  server x\n  server y\nbackend two\n  server z\n';
  const after = 'global\n  a\nbackend one\n  server x\n  server w\nbackend three\n  server v\n';
  assert.deepEqual(changedLines(before, after), [
    '- backend two',
    '-   server z',
    '  backend one',
    '-   server y',
    '+   server w',
    '+ backend three',
    '+   server v',
  ]);
});

test('order alone is no change, a repeated line is', () => {
  assert.deepEqual(changedLines('a\n  1\n  2\n', 'a\n  2\n  1\n'), []);
  assert.deepEqual(changedLines('a\n  1\n', 'a\n  1\n  1\n'), ['  a', '+   1']);
});

test('blocks in braces', () => {
  assert.deepEqual(
    changedLines('zone "x" {\n  type primary;\n};\n', 'zone "x" {\n  type hint;\n};\n'),
    ['  zone "x" {', '-   type primary;', '+   type hint;'],
  );
});
