import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Properties } from '../../catalogue/types.ts';
import { TestWorld } from '../../config/model/test-world.ts';
import { planFailover } from './plan.ts';

function create(world: TestWorld, component: string, name: string, properties: Properties): void {
  world.do({ kind: 'create', component, name, properties });
}

function pair(): TestWorld {
  const world = new TestWorld('a');
  for (const [index, device] of ['a', 'b'].entries()) {
    create(world, 'cm device', `/Common/${device}`, {
      'management-ip': `198.18.9.${index + 1}`,
      'unicast-address': [{ ip: `198.18.1.${index + 1}` }, { ip: 'management-ip' }],
    });
  }
  create(world, 'cm device-group', '/Common/pair', {
    type: 'sync-failover',
    devices: [{ name: '/Common/a' }, { name: '/Common/b' }],
    'failover-profile': 'fastest',
    witness: ['w'],
  });
  world.do({
    kind: 'modify',
    component: 'cm trust-domain',
    name: '/Common/Root',
    properties: { 'heartbeat-key': 'a2V5' },
  });
  create(world, 'net vlan', '/Common/external', {});
  create(world, 'net self', '/Common/self', {
    address: '198.18.2.1/24',
    vlan: '/Common/external',
  });
  create(world, 'net self', '/Common/floating', {
    address: '198.18.2.9/24',
    vlan: '/Common/external',
    'traffic-group': '/Common/traffic-group-1',
  });
  create(world, 'ltm virtual-address', '/Common/198.18.2.50', { address: '198.18.2.50' });
  create(world, 'ltm virtual-address', '/Common/198.18.7.50', { address: '198.18.7.50' });
  create(world, 'ltm virtual-address', '/Common/198.18.2.51', {
    address: '198.18.2.51',
    arp: 'disabled',
  });
  create(world, 'ltm virtual-address', '/Common/198.18.2.52', {
    address: '198.18.2.52',
    'traffic-group': '/Common/traffic-group-local-only',
  });
  return world;
}

function planned(world: TestWorld): ReturnType<typeof planFailover> {
  return planFailover(world.view, {
    interfaceOf: (_view, vlan) => (vlan === '/Common/external' ? '1.1' : undefined),
    witnessAddresses: new Map([['w', [{ address: '198.18.3.1', port: 1026 }]]]),
    witnessing: [],
  });
}

test('members, paths, profile, witness and key of a pair', () => {
  const { own, localAddresses, key } = planned(pair());
  assert.equal(own.deviceGroup, '/Common/pair');
  assert.equal(own.profile.name, 'fastest');
  assert.deepEqual(own.members[1], {
    device: 'b',
    addresses: [
      { address: '198.18.1.2', port: 1026 },
      { address: '198.18.9.2', port: 1026 },
    ],
  });
  assert.deepEqual(own.witnesses, [
    { device: 'w', addresses: [{ address: '198.18.3.1', port: 1026 }] },
  ]);
  assert.deepEqual(localAddresses, [
    { address: '198.18.1.1', port: 1026 },
    { address: '198.18.9.1', port: 1026 },
  ]);
  assert.equal(key, 'a2V5');
});

test('floating addresses live on the interface whose subnet has them, others on loopback', () => {
  const { own, fixedAddresses } = planned(pair());
  assert.deepEqual(own.trafficGroups[0]?.addresses, [
    { address: '198.18.2.9', interface: '1.1' },
    { address: '198.18.2.50', interface: '1.1' },
    { address: '198.18.2.51', interface: 'lo' },
    { address: '198.18.7.50', interface: 'lo' },
  ]);
  assert.deepEqual(fixedAddresses, [{ address: '198.18.2.52', interface: '1.1' }]);
});

test('a device in no failover group is a group of its own', () => {
  const { own } = planned(new TestWorld('a'));
  assert.deepEqual(own.members, [{ device: 'a', addresses: [] }]);
  assert.equal(own.deviceGroup, '');
  assert.deepEqual(
    own.trafficGroups.map((group) => group.name),
    ['/Common/traffic-group-1'],
  );
});
