import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from './process.ts';

test('a program that does not read all of its input is answered as any other', async () => {
  const input = 'one line\n'.repeat(1_000_000);
  const { status, stdout } = await run('head', ['-n', '1'], { input });
  assert.deepEqual([status, stdout], [0, 'one line\n']);
});

test('a program that is not there, and one that takes too long, are refused', async () => {
  await assert.rejects(run('no-such-program', []), /cannot run no-such-program/);
  await assert.rejects(run('sleep', ['60'], { timeoutMilliseconds: 50 }), /cannot run sleep/);
});
