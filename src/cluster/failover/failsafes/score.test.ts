import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestWorld } from '../../../config/model/test-world.ts';
import { poolFailsafe, watchedPools } from './gateway.ts';
import { haGroupScore, type Membership, type Offers, trafficGroupScores } from './score.ts';

function world(): TestWorld {
  const made = new TestWorld('a');
  const create = (component: string, name: string, properties: object): void =>
    void made.do({ kind: 'create', component, name, properties: { ...properties } });
  create('cm device', '/Common/a', { 'management-ip': '198.18.9.1' });
  create('cm device', '/Common/b', { 'management-ip': '198.18.9.2' });
  create('ltm pool', '/Common/web', {});
  create('net trunk', 'uplink', {});
  create('sys ha-group', 'health', {
    pools: [{ name: '/Common/web', weight: 50, 'minimum-threshold': 2 }],
    trunks: [{ name: 'uplink', weight: 30, 'sufficient-threshold': 1 }],
    'active-bonus': 7,
  });
  made.do({
    kind: 'modify',
    component: 'cm traffic-group',
    name: '/Common/traffic-group-1',
    properties: { 'ha-group': 'health' },
  });
  return made;
}

const offers = (pool: Membership, trunk: Membership): Offers => ({
  pool: () => pool,
  trunk: () => trunk,
});

test('weights count by the part that is up, thresholds as none or all', () => {
  const { view } = world();
  const points = (pool: Membership, trunk: Membership): number | undefined =>
    haGroupScore(view, 'health', offers(pool, trunk))?.points;
  assert.equal(points({ total: 3, up: 3 }, { total: 2, up: 2 }), 80);
  assert.equal(points({ total: 3, up: 2 }, { total: 2, up: 1 }), 33 + 30);
  assert.equal(points({ total: 3, up: 1 }, { total: 2, up: 0 }), 0);
  assert.equal(
    haGroupScore(view, 'absent', offers({ total: 0, up: 0 }, { total: 0, up: 0 })),
    undefined,
  );
});

test('only traffic groups with an enabled HA group have a score', () => {
  const made = world();
  const all = offers({ total: 1, up: 1 }, { total: 1, up: 1 });
  assert.deepEqual(trafficGroupScores(made.view, all), {
    '/Common/traffic-group-1': { points: 30, activeBonus: 7 },
  });
  made.do({
    kind: 'modify',
    component: 'sys ha-group',
    name: 'health',
    properties: { enabled: 'disabled' },
  });
  assert.deepEqual(trafficGroupScores(made.view, all), {});
});

test('gateway failsafe counts on the device that is named; min-up-members on all', () => {
  const made = world();
  const set = (properties: object): void =>
    void made.do({
      kind: 'modify',
      component: 'ltm pool',
      name: '/Common/web',
      properties: { ...properties },
    });
  assert.deepEqual(watchedPools(made.view), []);
  set({ 'gateway-failsafe-device': '/Common/b' });
  assert.deepEqual(watchedPools(made.view), []);
  set({ 'gateway-failsafe-device': '/Common/a' });
  assert.deepEqual(watchedPools(made.view), ['/Common/web']);
  const failure = (total: number, up: number): string | undefined =>
    poolFailsafe(made.view, '/Common/web', { total, up }).failure;
  assert.deepEqual([failure(2, 1), failure(2, 0)], [undefined, '0 of 2 members up, 1 needed']);
  set({ 'min-up-members-checking': 'enabled', 'min-up-members': 2 });
  assert.equal(failure(2, 1), '1 of 2 members up, 2 needed');
});

test('by HA order the HA group of the monitor says well or not; by HA score, and in the older form, it counts', () => {
  const made = world();
  const scored = (properties: object, up: number): unknown => {
    const reset = { 'ha-group': 'none', monitor: { 'ha-group': 'none' }, ...properties };
    made.do({
      kind: 'modify',
      component: 'cm traffic-group',
      name: '/Common/traffic-group-1',
      properties: reset,
    });
    const all = offers({ total: 4, up }, { total: 2, up: 0 });
    return trafficGroupScores(made.view, all)['/Common/traffic-group-1'];
  };
  const monitor = { 'ha-group': 'health' };
  const byOrder = { 'failover-method': 'ha-order', monitor };
  assert.deepEqual(scored(byOrder, 3), { points: 1, activeBonus: 0, isHealth: true });
  assert.deepEqual(scored(byOrder, 1), { points: 0, activeBonus: 0, isHealth: true });
  const counted = { points: 37, activeBonus: 7 };
  assert.deepEqual(scored({ 'failover-method': 'ha-score', monitor }, 3), counted);
  assert.deepEqual(scored({ 'failover-method': 'ha-order', 'ha-group': 'health' }, 3), counted);
});
