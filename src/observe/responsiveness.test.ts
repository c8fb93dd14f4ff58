import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStateRegistry } from '../config/runtime-state.ts';
import { systemClock } from '../platform/clock.ts';
import { watchLoop } from '../platform/loop-delay.ts';
import { nextTurn } from '../platform/turn.ts';
import { responsiveness, startResponsiveness } from './responsiveness.ts';

test('the longest delay of each window is shown', () => {
  const delays = [
    ...Array.from({ length: 100 }, () => 1),
    80,
    ...Array.from({ length: 10 }, () => 3),
  ];
  assert.deepEqual(responsiveness(delays), {
    fiveSecMaxDelay: 3,
    oneMinMaxDelay: 80,
    fiveMinMaxDelay: 80,
  });
});

test('whoever looks often does not shorten the windows', () => {
  const state = createStateRegistry();
  let second = (): void => undefined;
  const clock = {
    ...systemClock,
    every(_period: number, task: () => void) {
      second = task;
      return () => undefined;
    },
  };
  let delay = 70;
  const loop = { longest: () => delay, close: () => undefined };
  const running = startResponsiveness({ state, clock, loop });
  const shown = (): number =>
    Number(state.statistics('sys responsiveness', undefined, '')?.['fiveSecMaxDelay']);
  shown();
  delay = 0;
  for (let look = 0; look < 400; look += 1) assert.equal(shown(), 70);
  for (let count = 0; count < 5; count += 1) second();
  assert.equal(shown(), 0);
  running.close();
});

test('a loop that was held shows it', async () => {
  const state = createStateRegistry();
  const running = startResponsiveness({ state, clock: systemClock, loop: watchLoop() });
  try {
    const delay = (): number =>
      Number(state.statistics('sys responsiveness', undefined, '')?.['fiveSecMaxDelay']);
    // The loop is not watched before its first turn.
    const begun = performance.now();
    while (performance.now() - begun < 50) await nextTurn();
    const held = performance.now();
    while (performance.now() - held < 120);
    while (performance.now() - held < 200) await nextTurn();
    assert.ok(delay() >= 80, `${delay()} ms`);
  } finally {
    running.close();
  }
});
