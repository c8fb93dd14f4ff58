/**
 * `bench/scale.ts`, small: the product's own start under a configuration that was there before, everything of it
 * listed and counted, changes of each kind, and a hundred clients at once. What is timed here has bounds that say
 * "it does not hang", no more: figures are the bench's, on a quiet machine.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

interface Row {
  readonly what: string;
  readonly value: number;
}

const virtuals = 200;
const writes = 20;
const limitMilliseconds = 240_000;
/** Of a machine that does much else meanwhile; a loop that is blocked by a large answer stays far below. */
const blockedMilliseconds = 5000;

test('a device of two hundred services: all is there, nothing written is lost, nobody is held up', async () => {
  const bench = join(import.meta.dirname, '..', '..', 'bench', 'scale.ts');
  const options = ['--virtuals', String(virtuals), '--writes', String(writes)];
  // The bench counts what each list shows, and rejects where something is missing or refused.
  const { stdout } = await promisify(execFile)(process.execPath, [bench, ...options], {
    timeout: limitMilliseconds,
    maxBuffer: 1 << 20,
  });
  // Written by the bench.
  const rows = JSON.parse(stdout) as readonly Row[];
  const valueOf = (what: string): number => {
    const row = rows.find((one) => one.what.trim() === what);
    assert.ok(row, `${what} in ${rows.map((one) => one.what).join('; ')}`);
    return row.value;
  };
  assert.equal(valueOf('acknowledged but not there, or refused but there'), 0);
  assert.ok(valueOf('100 clients write at once: acknowledged') > 0);
  const blocked = valueOf('control: longest delay of its loop in 5 minutes');
  assert.ok(blocked < blockedMilliseconds, `the loop was held for ${blocked} ms`);
});
