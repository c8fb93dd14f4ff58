import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Change, Commit } from '../types.ts';
import { NetChanges, reversed } from './diff.ts';
import { TestWorld, create, modify, remove } from './test-world.ts';

test('between two commits: what changed in sum', () => {
  const world = new TestWorld();
  const commits: Commit[] = [];
  const record = (changes: readonly Change[]): void => {
    const sequence = commits.length + 1;
    const identity = {
      id: String(sequence),
      device: 'a',
      time: { wall: 1, counter: 0 },
      parent: '',
    };
    commits.push({ sequence, identity, origin: { user: 'x', source: 'rest' }, changes });
  };
  record(world.do(create('ltm pool', 'kept'), create('ltm pool', 'brief')));
  record(world.do(modify('ltm pool', '/Common/kept', { description: 'one' })));
  record(world.do(remove('ltm pool', '/Common/brief'), modify('sys dns', '', { search: 'a.b' })));
  record(world.do(modify('sys dns', '', { search: null })));
  const net = (list: readonly Commit[]): readonly Change[] => {
    const sum = new NetChanges();
    for (const commit of list.toReversed()) sum.addOlder(commit);
    const forward = new NetChanges();
    for (const commit of list) forward.addNewer(commit);
    assert.deepEqual(forward.changes(), sum.changes());
    return sum.changes();
  };
  const shown = (changes: readonly Change[]): unknown =>
    changes.map(({ name, before, after }) => [name, before?.properties, after?.properties]);
  assert.deepEqual(shown(net(commits)), [['/Common/kept', undefined, { description: 'one' }]]);
  const second = net(commits.slice(1, 2));
  assert.deepEqual(shown(second), [['/Common/kept', {}, { description: 'one' }]]);
  assert.deepEqual(shown(reversed(second)), [['/Common/kept', { description: 'one' }, {}]]);
});
