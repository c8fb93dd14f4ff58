import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestWorld } from '../../../config/model/test-world.ts';
import type { Change, StoredObject } from '../../../config/types.ts';
import type { Fault } from '../../../base/fault.ts';
import { bearableLag } from '../heartbeats/lag.ts';
import { profileCheck } from './profile-check.ts';
import { profiles } from '../types.ts';

const name = '/Common/pair';

function asked(profile: string, lags: Readonly<Record<string, number>>, source: 'rest' | 'sync') {
  const world = new TestWorld('a');
  world.do({ kind: 'create', component: 'cm device', name: '/Common/a', properties: {} });
  world.do({ kind: 'create', component: 'cm device', name: '/Common/b', properties: {} });
  const properties = {
    type: 'sync-failover',
    devices: [{ name: '/Common/a' }, { name: '/Common/b' }],
    'failover-profile': profile,
  };
  world.do({ kind: 'create', component: 'cm device-group', name, properties });
  const after: StoredObject | undefined = world.view.stored('cm device-group', name);
  const change: Change = { component: 'cm device-group', name, before: undefined, after };
  const faults: readonly Fault[] = profileCheck(() => lags)([change], world.view, {
    user: 'admin',
    source,
  });
  return faults.map(({ message }) => message);
}

test('what each profile bears', () => {
  const limits = Object.values(profiles).map(bearableLag);
  assert.deepEqual(limits, [925, 115, 55]);
});

test('a profile that the measured lag of a member makes unsafe is refused with the figure', () => {
  assert.deepEqual(asked('fastest', { a: 10, b: 12 }, 'rest'), []);
  assert.deepEqual(asked('fast', { a: 10, b: 73.4 }, 'rest'), []);
  const [message = '', ...more] = asked('fastest', { a: 10, b: 73.4 }, 'rest');
  assert.deepEqual(more, []);
  assert.match(message, /profile \(fastest\): .* device b ran up to 73 ms late .* bears 55 ms/);
});

test('what another device decided is taken, whatever was measured here', () => {
  assert.deepEqual(asked('fastest', { a: 500, b: 500 }, 'sync'), []);
});
