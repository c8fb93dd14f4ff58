import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Commit } from '../../config/types.ts';
import { commitsLackedBy } from './content.ts';

function made(sequence: number): Commit {
  const time = { wall: sequence, counter: 0 };
  return {
    sequence,
    identity: { id: `${sequence}.0@a`, device: 'a', time, parent: '' },
    origin: { user: 'x', source: 'rest' },
    changes: [{ component: 'ltm pool', name: '/Common/p', before: undefined, after: undefined }],
  };
}

test('what was pruned cannot be told in commits', () => {
  const mine = { a: { wall: 9, counter: 0 } };
  const newestFirst = [9, 8, 7].map(made);
  const lacked = (have: number, isCut: boolean) =>
    commitsLackedBy(
      have === 0 ? {} : { a: { wall: have, counter: 0 } },
      mine,
      {
        newestFirst: () => newestFirst,
        everNewestFirst: () => newestFirst,
        isCut,
        floor: {},
        told: [],
      },
      100,
    )?.map(({ sequence }) => sequence);
  assert.deepEqual(lacked(7, true), [8, 9]);
  assert.deepEqual(lacked(0, false), [7, 8, 9]);
  assert.equal(lacked(0, true), undefined);
  assert.equal(lacked(5, true), undefined);
});
