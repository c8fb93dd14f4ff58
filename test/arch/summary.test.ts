import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSummary } from '../summary.ts';

test("reads the counts of node's reporter", () => {
  const output = [
    '✔ a',
    'ℹ tests 7',
    'ℹ pass 4',
    'ℹ fail 1',
    'ℹ cancelled 1',
    'ℹ skipped 1',
    'ℹ todo 0',
  ];
  assert.deepEqual(readSummary(output.join('\n')), { passed: 4, failed: 2, skipped: 1 });
});

test('a run without counts has none', () => {
  assert.equal(readSummary('SyntaxError: Unexpected token'), undefined);
});
