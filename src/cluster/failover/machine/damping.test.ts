import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heldUntil, withMove } from './damping.ts';
import { newGroup } from './membership.ts';

test('a group is held longer each time, and it is forgotten', () => {
  const group = newGroup('/Common/traffic-group-1', 0);
  const holds: number[] = [];
  let now = 1000;
  for (let move = 0; move < 5; move += 1) {
    group.moves = withMove(group, now);
    holds.push(Math.max(0, heldUntil(group) - now));
    now += 1000;
  }
  assert.deepEqual(holds, [5000, 10_000, 20_000, 40_000, 80_000]);
  const later = now + 400_000;
  group.moves = withMove(group, later);
  assert.equal(heldUntil(group), later + 5000);
  assert.equal(heldUntil(newGroup('/Common/other', 0)), 0);
});
