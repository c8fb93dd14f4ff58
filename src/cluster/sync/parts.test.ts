import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Sliced } from '../../base/slices.ts';
import { createDevice } from './simulated-device.ts';
import { versionsToMessage } from './versions.ts';

const config = {
  group: 'g',
  kind: 'auto',
  newcomer: 'merge',
  fullLoadOnSync: false,
  incrementalBytes: 4096,
  members: ['a', 'b'],
} as const;

it('of a batch of two commits, the first counts as had when a user changes something between them', () => {
  const work: Sliced<void>[] = [];
  const device = createDevice('b', config, {
    wall: () => 1000,
    send: () => undefined,
    mark: '',
    dice: () => 0.9,
    drive: (one) => void work.push(one),
  });
  const { group } = device;
  group.connected('a', true, true);
  const times = [1, 2].map((wall) => ({ wall, counter: 0 }));
  const commits = times.map((time) => {
    const object = { component: 'ltm pool', name: `/Common/o${time.wall}` };
    const after = { ...object, properties: { description: 'of a' }, version: time };
    return JSON.stringify({
      sequence: time.wall,
      identity: { id: `${time.wall}.0@a`, device: 'a', time, parent: '' },
      origin: { user: 'admin', source: 'rest' },
      changes: [{ ...object, before: undefined, after }],
    });
  });
  const [, last = { wall: 0, counter: 0 }] = times;
  group.receiveBatch('a', {
    group: 'g',
    commits,
    afterId: '',
    after: [],
    versions: versionsToMessage({ a: last }),
    contentHash: '',
    merge: false,
    head: { commitId: '2.0@a', commitDevice: 'a', commitTime: last },
  });
  const [taking] = work;
  assert.ok(taking);
  while (!device.objects.has('ltm pool /Common/o1')) assert.ok(taking.next().done !== true);
  assert.ok(!device.objects.has('ltm pool /Common/o2'));
  device.change('/Common/mine', 'of b');
  assert.deepEqual(group.state().own.versions['a'], times[0]);
  for (; taking.next().done !== true;);
  // A change apart: what is not here is not claimed.
  assert.ok(!device.objects.has('ltm pool /Common/o2'));
  assert.deepEqual(group.state().own.versions['a'], times[0]);
  assert.ok(device.objects.has('ltm pool /Common/mine'));
});
