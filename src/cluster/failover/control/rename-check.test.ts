import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestWorld } from '../../../config/model/test-world.ts';
import type { Change } from '../../../config/types.ts';
import { renameCheck, type RenameStatus } from './rename-check.ts';

function asked(role: 'owner' | 'standby', peers: readonly string[], gone = 'a') {
  const world = new TestWorld('a');
  const name = '/Common/x';
  world.do({ kind: 'create', component: 'cm device', name, properties: {} });
  const changes: Change[] = [
    {
      component: 'cm device',
      name,
      before: undefined,
      after: world.view.stored('cm device', name),
    },
    { component: 'cm device', name: `/Common/${gone}`, before: undefined, after: undefined },
  ];
  const status: RenameStatus = {
    device: 'a',
    deviceGroup: '/Common/pair',
    groups: [
      {
        name: '/Common/traffic-group-1',
        role,
        term: 1,
        owner: undefined,
        nextActive: undefined,
        leaseRemaining: null,
        since: 0,
        reason: '',
        scores: {},
        loads: {},
        heldUntil: null,
      },
    ],
    peers: peers.map((device) => ({
      device,
      isWitness: device === 'w',
      isHeard: true,
      fitness: 'able',
      silence: 0,
      activeFor: [],
    })),
  };
  const origin = { user: 'admin', source: 'rest' } as const;
  return renameCheck(() => status)(changes, world.view, origin).map(({ message }) => message);
}

test('who is active for others to take over is not renamed', () => {
  const [message = ''] = asked('owner', ['b']);
  assert.match(message, /\/Common\/a\) cannot be renamed while it is active for .*traffic-group-1/);
  assert.deepEqual(asked('standby', ['b']), []);
  assert.deepEqual(asked('owner', []), []);
  // Another device that goes while one comes, as when a rebuilt one joins.
  assert.deepEqual(asked('owner', ['b'], 'b'), []);
});
