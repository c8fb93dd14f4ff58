import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextRestart, noFailures } from './back-off.ts';

test('the first restart is nearly at once, later ones double up to a bound', () => {
  const delays: number[] = [];
  let state = noFailures;
  for (let death = 0; death < 12; death += 1) {
    const { after, delayMilliseconds } = nextRestart(state, 5);
    delays.push(delayMilliseconds);
    state = after;
  }
  assert.deepEqual(delays.slice(0, 4), [20, 40, 80, 160]);
  assert.equal(delays.at(-1), 5_000);
});

test('a process that ran long enough starts from the beginning', () => {
  const { after } = nextRestart({ failures: 7 }, 60_000);
  assert.deepEqual(after, { failures: 1 });
});
