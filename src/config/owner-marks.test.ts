import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownerMarks } from './owner-marks.ts';

const group = (number: number): string => `/Common/group-${String(number).padStart(2, '0')}`;

test('each group has a bit of its own, and no packet of another list passes', () => {
  const names = [group(2), group(1)];
  const marks = ownerMarks(names);
  const passes = (packet: number, name: string): boolean => {
    const { mark, mask } = marks.get(name) ?? { mark: 1, mask: 0 };
    return (packet & mask) >>> 0 === mark;
  };
  const [one = 0, two = 0] = [group(1), group(2)].map((name) => marks.get(name)?.mark);
  assert.ok(passes(one, group(1)) && !passes(one, group(2)) && !passes(0, group(1)));
  assert.ok(passes((one | two) >>> 0, group(1)) && passes((one | two) >>> 0, group(2)));
  const other = ownerMarks([...names, group(0)]);
  for (const { mark } of other.values()) assert.ok(names.every((name) => !passes(mark, name)));
  assert.deepEqual(ownerMarks(names.toReversed()), marks);
});

test('no more than sixteen', () => {
  const names = Array.from({ length: 20 }, (_, index) => group(index));
  const marks = ownerMarks(names);
  assert.equal(marks.size, 16);
  assert.equal(marks.get(group(16)), undefined);
  assert.ok([...marks.values()].every(({ mark }) => mark >>> 24 === 0x4e));
});
