import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '../../../platform/clock.ts';
import { CatchingUp } from './catching-up.ts';

function manualClock(): { clock: Clock; pass(): void; pending(): number } {
  const timers = new Set<() => void>();
  const clock: Clock = {
    monotonicMilliseconds: () => 0,
    wallMilliseconds: () => 0,
    after(_milliseconds, work) {
      timers.add(work);
      return () => void timers.delete(work);
    },
    every: () => () => undefined,
  };
  const pass = (): void => {
    for (const work of timers) work();
  };
  return { clock, pass, pending: () => timers.size };
}

const log = { write: () => undefined };

test('a device that is behind is so until control says otherwise, or for a bounded time', () => {
  const { clock, pass, pending } = manualClock();
  let changes = 0;
  const one = new CatchingUp({ clock, log, changed: () => void (changes += 1) });
  one.end();
  assert.equal(changes, 0);
  one.begin();
  one.begin();
  assert.deepEqual([one.isBehind, changes, pending()], [true, 1, 1]);
  one.end();
  assert.deepEqual([one.isBehind, changes, pending()], [false, 2, 0]);
  one.begin();
  pass();
  assert.deepEqual([one.isBehind, changes], [false, 4]);
});
