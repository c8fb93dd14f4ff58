import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ring, spans } from './ring.ts';

test('the hour is fine and bounded, the day is made of means', () => {
  const ring = new Ring();
  for (let index = 0; index < 400; index += 1) ring.add(index);
  const hour = ring.values('hour');
  assert.equal(hour.length, 360);
  assert.equal(hour[0], 40);
  assert.equal(hour.at(-1), 399);
  assert.deepEqual(
    ring.values('day'),
    [14.5, 44.5, 74.5, 104.5, 134.5, 164.5, 194.5, 224.5, 254.5, 284.5, 314.5, 344.5, 374.5],
  );
  assert.equal(ring.values('week').length, 2);
});

test('each span is a whole number of samples', () => {
  for (const { stepSeconds } of spans) assert.equal(stepSeconds % 10, 0);
});
