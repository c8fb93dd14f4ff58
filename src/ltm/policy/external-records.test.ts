import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keysInFile } from './external-records.ts';

test('keys of every kind of record', () => {
  const text = [
    '# a comment',
    '',
    '"/img/" := "pool a",',
    String.raw`"a \"b\" := c",`,
    'plain := 1,',
    '17,',
    'host 192.0.2.1 := "x",',
    'network 192.0.2.0/24,',
    'network 10.0.0.0 mask 255.128.0.0 := y,',
    'network fd00:: prefixlen 8\r',
  ].join('\n');
  assert.deepEqual(keysInFile(text), [
    '/img/',
    'a "b" := c',
    'plain',
    '17',
    '192.0.2.1',
    '192.0.2.0/24',
    '10.0.0.0/9',
    'fd00::/8',
  ]);
  assert.deepEqual(keysInFile('a = 1\nb=2,', '='), ['a', 'b']);
});
