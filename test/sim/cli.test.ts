/** `evenkeel sim` itself: what it prints, that it is the same again, and what it refuses. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../../src/platform/process.ts';

const launcher = join(import.meta.dirname, '..', '..', 'evenkeel');
const options = { timeoutMilliseconds: 120_000 };

const sim = (...words: readonly string[]) => run(launcher, ['sim', ...words], options);

test('each simulation says how many hours it ran, and a run is the same again', async () => {
  const first = await sim('--seeds', '8');
  assert.equal(first.status, 0, first.stdout);
  for (const name of ['failover', 'trust', 'sync']) {
    assert.match(
      first.stdout,
      new RegExp(`^${name}: 8 seeds, \\d+\\.\\d\\d simulated hours, .*0 failures$`, 'm'),
    );
  }
  assert.equal((await sim('--seeds', '8')).stdout, first.stdout);
});

test('one seed of one simulation', async () => {
  const { stdout } = await sim('--seed', '7', '--only', 'failover');
  assert.match(stdout, /^failover: 1 seeds, /);
  assert.equal(stdout.trim().split('\n').length, 1);
});

test('what is no number and no simulation is refused with the usage', async () => {
  for (const words of [
    ['--seeds', 'many'],
    ['--seeds', '0'],
    ['--only', 'nothing'],
  ]) {
    const { status, stderr } = await sim(...words);
    assert.equal(status, 1);
    assert.match(stderr, /usage: evenkeel sim/);
  }
});
