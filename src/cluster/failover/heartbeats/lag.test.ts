import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '../../../platform/clock.ts';
import { measureLag } from './lag.ts';

function bench() {
  let now = 0;
  let look = (): void => undefined;
  const clock: Clock = {
    wallMilliseconds: () => now,
    monotonicMilliseconds: () => now,
    after: () => () => undefined,
    every(_period, task) {
      look = task;
      return () => undefined;
    },
  };
  const lag = measureLag(clock);
  const late = (milliseconds: number): void => {
    now += 20 + milliseconds;
    look();
  };
  const pass = (milliseconds: number): void => {
    for (let left = milliseconds; left > 0; left -= 20) late(0);
  };
  return { lag, late, pass };
}

test('the worst of ten minutes counts, and is forgotten then', () => {
  const { lag, late, pass } = bench();
  late(30);
  late(80);
  late(10);
  assert.equal(lag.worst(), 80);
  pass(599_000);
  assert.equal(lag.worst(), 80);
  pass(12_000);
  assert.equal(lag.worst(), 0);
});

test('a process that was stopped once is not one that runs late; one that is stopped again is', () => {
  const { lag, late, pass } = bench();
  late(40);
  late(5000);
  assert.equal(lag.worst(), 40);
  pass(60_000);
  late(2000);
  assert.equal(lag.worst(), 2000);
  pass(601_000);
  assert.equal(lag.worst(), 0);
});
