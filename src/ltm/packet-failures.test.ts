import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PacketFailures } from './packet-failures.ts';

/** What is said after each second of `[attempts, answers]`. */
function said(seconds: readonly (readonly [number, number])[]): readonly number[] {
  const failures = new PacketFailures();
  return seconds.map(([attempts, answers], at) =>
    failures.of('m', { attempts, answers, at: at * 1000 }),
  );
}

test('what is answered never fails, however the rate of it changes', () => {
  const rates = [0, 500, 500, 20, 0, 0, 0, 900, 3, 0, 0, 0, 0, 0];
  let sum = 40;
  const seconds = rates.map((rate) => {
    const answered = sum;
    sum += rate;
    // Those of this second are on their way.
    return [sum, answered - 7] as const;
  });
  assert.deepEqual(new Set(said(seconds)), new Set([0]));
});

test('what is not answered fails, once, after its time', () => {
  const dead = [0, 0, 0, 2, 5, 5, 5, 5, 5].map((attempts) => [attempts, 0] as const);
  assert.deepEqual(said(dead), [0, 0, 0, 0, 0, 0, 2, 5, 5]);
});

test('what was not answered before it was watched is nothing new', () => {
  const seconds = [10, 10, 10, 10, 11, 11, 11, 11].map((attempts) => [attempts, 4] as const);
  assert.equal(said(seconds).at(-2), 0);
  assert.equal(said(seconds).at(-1), 1);
});

test('answers that came twice hide no failure for long', () => {
  const seconds = [
    ...Array.from({ length: 6 }, () => [4, 6] as const),
    ...Array.from({ length: 4 }, () => [5, 6] as const),
  ];
  assert.equal(said(seconds).at(-1), 1);
});
