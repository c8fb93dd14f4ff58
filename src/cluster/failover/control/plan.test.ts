import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Properties } from '../../../catalogue/types.ts';
import { TestWorld } from '../../../config/model/test-world.ts';
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

test('multicast: on the management network, or from the self IP of a VLAN', () => {
  const world = pair();
  const set = (properties: Properties): void =>
    void world.do({ kind: 'modify', component: 'cm device', name: '/Common/a', properties });
  assert.equal(planned(world).multicast, undefined);
  const group = { address: '224.0.0.245', port: 62_960 };
  set({ 'multicast-ip': group.address, 'multicast-port': group.port });
  assert.deepEqual(planned(world).multicast, { ...group, local: '198.18.9.1' });
  assert.equal(planned(world).own.members[0]?.multicast, group.address);
  set({ 'multicast-interface': 'external' });
  assert.deepEqual(planned(world).multicast, { ...group, local: '198.18.2.1' });
});

test('SNAT addresses move with the traffic group of their translation, else of their folder', () => {
  const world = pair();
  create(world, 'cm traffic-group', '/Common/second', {});
  create(world, 'ltm snat-translation', '/Common/198.18.2.70', {
    address: '198.18.2.70',
    'traffic-group': '/Common/second',
  });
  create(world, 'ltm snatpool', '/Common/sources', {
    members: ['/Common/198.18.2.70', '/Common/198.18.2.71'],
  });
  const groups = planned(world).own.trafficGroups;
  const of = (name: string): readonly string[] =>
    groups.find((group) => group.name === name)?.addresses.map(({ address }) => address) ?? [];
  assert.deepEqual(of('/Common/second'), ['198.18.2.70']);
  assert.ok(of('/Common/traffic-group-1').includes('198.18.2.71'));
});

test('what is watched: VLANs with failsafe and the services that must run', () => {
  const world = pair();
  world.do({
    kind: 'modify',
    component: 'net vlan',
    name: '/Common/external',
    properties: { failsafe: 'enabled', 'failsafe-timeout': 20 },
  });
  const { watchedVlans, watchedDaemons } = planned(world);
  assert.deepEqual(watchedVlans, [
    {
      vlan: '/Common/external',
      interface: '1.1',
      timeoutSeconds: 20,
      action: 'failover-restart-tm',
    },
  ]);
  const timeouts = watchedDaemons?.map(({ unit, timeoutSeconds }) => [unit, timeoutSeconds]);
  assert.deepEqual(timeouts, [
    ['haproxy', 0],
    ['control', 30],
    ['named', 10],
  ]);
});

test('MAC masquerade is handed on, as the kernel writes it', () => {
  const world = pair();
  const name = '/Common/traffic-group-1';
  const properties = { mac: '02:00:5E:18:00:01' };
  assert.equal(planned(world).own.trafficGroups[0]?.mac, undefined);
  world.do({ kind: 'modify', component: 'cm traffic-group', name, properties });
  assert.equal(planned(world).own.trafficGroups[0]?.mac, '02:00:5e:18:00:01');
});
