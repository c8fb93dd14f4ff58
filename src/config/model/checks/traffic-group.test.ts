import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestWorld } from '../test-world.ts';
import type { Properties } from '../../../catalogue/types.ts';

const name = '/Common/traffic-group-1';

function refused(properties: Properties): string {
  const world = new TestWorld('a');
  world.do({ kind: 'create', component: 'sys ha-group', name: 'health', properties: {} });
  try {
    world.do({ kind: 'modify', component: 'cm traffic-group', name, properties });
    return '';
  } catch (error) {
    return String(error);
  }
}

test('auto failback does not go with a score, in either form of it', () => {
  const both = /cannot have auto-failback-enabled together with an ha-group/;
  assert.match(refused({ 'auto-failback-enabled': 'true', 'ha-group': 'health' }), both);
  const newer = { 'auto-failback-enabled': 'true', monitor: { 'ha-group': 'health' } };
  assert.match(refused(newer), both);
  assert.equal(refused({ 'ha-group': 'health' }), '');
  assert.equal(refused({ 'auto-failback-enabled': 'true' }), '');
});

test('what is none inside a block is not set any more', () => {
  const world = new TestWorld('a');
  world.do({ kind: 'create', component: 'sys ha-group', name: 'health', properties: {} });
  const modify = (inner: string): void =>
    void world.do({
      kind: 'modify',
      component: 'cm traffic-group',
      name,
      properties: { monitor: { 'ha-group': inner } },
    });
  const monitor = (): unknown => world.view.get('cm traffic-group', name)?.properties['monitor'];
  modify('health');
  assert.deepEqual(monitor(), { 'ha-group': 'health' });
  modify('none');
  assert.equal(monitor(), undefined);
});

test('a masquerade address has to be of one host, and an HA group has to be there', () => {
  assert.match(refused({ mac: '01:00:5e:00:00:01' }), /is not a unicast address/);
  assert.equal(refused({ mac: '02:00:5e:00:00:01' }), '');
  assert.match(refused({ 'ha-group': 'absent' }), /HA Group \(absent\) was not found/);
});
