import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeTime, type ResponseTime } from './adaptive.ts';

const adaptive = {
  isRelative: true,
  divergence: 25,
  limitMilliseconds: 200,
  spanMilliseconds: 60_000,
};
const good = { ok: true, detail: 'fine' };
const at = (monotonic: number): { wall: number; monotonic: number } => ({ wall: 0, monotonic });

function after(times: readonly number[], answer: number, more: Partial<typeof adaptive> = {}) {
  let known: readonly ResponseTime[] = [];
  const settings = { ...adaptive, ...more };
  times.forEach((time, index) => {
    known = judgeTime(settings, known, good, time, at(index * 1000)).times;
  });
  return judgeTime(settings, known, good, answer, at(times.length * 1000));
}

test('later than a quarter over the mean is no answer', () => {
  assert.equal(after([100, 100, 100], 125).outcome.ok, true);
  const late = after([100, 100, 100], 126);
  assert.deepEqual(late.outcome, {
    ok: false,
    detail: 'answered after 126 ms, later than the 125 ms allowed',
  });
  assert.equal(late.times.length, 3, 'slow is not learned to be normal');
});

test('absolute: so many milliseconds over the mean; and never over the limit', () => {
  const absolute = { isRelative: false, divergence: 50 };
  assert.equal(after([100, 100, 100], 150, absolute).outcome.ok, true);
  assert.equal(after([100, 100, 100], 151, absolute).outcome.ok, false);
  assert.equal(after([190, 190, 190], 201, absolute).outcome.ok, false);
});

test('few answers, old answers, and failures tell nothing of the mean', () => {
  assert.equal(after([10, 10], 150).outcome.ok, true);
  assert.equal(after([10, 10, 10], 150, { spanMilliseconds: 100 }).outcome.ok, true);
  const bad = { ok: false, detail: 'refused' };
  assert.deepEqual(judgeTime(adaptive, [], bad, 1, at(0)), { outcome: bad, times: [] });
  assert.equal(judgeTime(undefined, [], good, 9999, at(0)).outcome, good);
});
