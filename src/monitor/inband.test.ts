import { examplePlan } from './example-plan.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startInband, watched } from './inband.ts';
import type { InstancePlan } from './instance-plan.ts';

const plan = examplePlan('inband', '10.0.0.1', 80, {
  options: { failures: '3', 'failure-interval': '30', 'retry-time': '300' },
});
const at = (seconds: number) => ({ wall: seconds * 1000, monotonic: seconds * 1000 });

/** Failures told at their seconds; the state after each, as up or down. */
function told(
  failures: readonly (readonly [second: number, count: number])[],
  of: InstancePlan = plan,
): string {
  let state = startInband(of, at(0));
  const words: string[] = [];
  for (const [second, count] of failures) {
    state = watched(of, state, count, at(second));
    words.push(state.status.state);
  }
  return words.join(' ');
}

test('down at so many failures within the interval, up again after the retry time', () => {
  assert.equal(
    told([
      [1, 1],
      [2, 1],
      [3, 1],
    ]),
    'up up down',
  );
  assert.equal(
    told([
      [1, 1],
      [2, 1],
      [40, 1],
    ]),
    'up up up',
    'old failures do not count',
  );
  assert.equal(
    told([
      [1, 5],
      [300, 0],
      [301, 0],
    ]),
    'down down up',
  );
  assert.equal(
    told([
      [1, 3],
      [301, 2],
      [302, 2],
      [303, 1],
    ]),
    'down up up down',
  );
  assert.equal(
    told([
      [1, 3],
      [2, 100],
      [301, 0],
    ]),
    'down down up',
    'while down nothing counts',
  );
});

test('0 failures only counts, retry time 0 stays down', () => {
  const with0 = (name: string): InstancePlan => ({
    ...plan,
    options: { ...plan.options, [name]: '0' },
  });
  assert.equal(told([[1, 1000]], with0('failures')), 'up');
  assert.equal(
    told(
      [
        [1, 3],
        [100_000, 0],
      ],
      with0('retry-time'),
    ),
    'down down',
  );
});

test('the reason says how many', () => {
  const state = watched(plan, startInband(plan, at(0)), 4, at(1));
  assert.equal(
    state.status.reason,
    "/Common/inband: 4 of 3 failures of clients' traffic within 30 s. @1970/01/01 00:00:01.",
  );
});
