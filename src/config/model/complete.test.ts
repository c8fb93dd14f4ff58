import assert from 'node:assert/strict';
import test from 'node:test';
import { TestWorld, create, modify, remove } from './test-world.ts';

const names = (world: TestWorld, component: string): string[] =>
  world.view.list(component).map((object) => object.name);

test('pool members make their nodes, and know their address', () => {
  const world = new TestWorld();
  world.do(
    create('ltm pool', 'p', {
      members: ['10.0.0.1:http', '2001:db8::1.443', { name: 'web:80', address: '10.0.0.3' }],
    }),
  );
  assert.deepEqual(names(world, 'ltm node'), [
    '/Common/10.0.0.1',
    '/Common/2001:db8::1',
    '/Common/web',
  ]);
  const pool = world.view.get('ltm pool', '/Common/p');
  assert.deepEqual(
    pool?.properties.members?.map((member) => [member.name, member.address]),
    [
      ['/Common/10.0.0.1:80', '10.0.0.1'],
      ['/Common/2001:db8::1.443', '2001:db8::1'],
      ['/Common/web:80', '10.0.0.3'],
    ],
  );
  world.do(remove('ltm pool', '/Common/p'));
  assert.equal(world.view.count('ltm node'), 3);
});

test('a virtual address comes with its first virtual server and goes with its last', () => {
  const world = new TestWorld();
  world.do(create('ltm virtual', 'a', { destination: '10.0.0.1:80', 'ip-protocol': 'tcp' }));
  world.do(create('ltm virtual', 'b', { destination: '10.0.0.1:443', 'ip-protocol': 'tcp' }));
  const address = world.view.get('ltm virtual-address', '/Common/10.0.0.1');
  assert.equal(address?.properties['traffic-group'], '/Common/traffic-group-1');
  assert.equal(address?.properties['inherited-traffic-group'], 'true');
  assert.equal(address?.properties.mask, '255.255.255.255');
  world.do(remove('ltm virtual', '/Common/a'));
  assert.equal(world.view.count('ltm virtual-address'), 1);
  world.do(modify('ltm virtual', '/Common/b', { destination: '10.0.0.2:443' }));
  assert.deepEqual(names(world, 'ltm virtual-address'), ['/Common/10.0.0.2']);
  world.do(modify('ltm virtual-address', '/Common/10.0.0.2', { 'auto-delete': 'false' }));
  world.do(remove('ltm virtual', '/Common/b'));
  assert.deepEqual(names(world, 'ltm virtual-address'), ['/Common/10.0.0.2']);
});

test('a virtual server without transport profile gets one; TLS profiles know their side', () => {
  const world = new TestWorld();
  const profilesOf = (name: string): unknown =>
    world.view.get('ltm virtual', name)?.properties.profiles;
  world.do(create('ltm virtual', 'a', { destination: '10.0.0.1:80' }));
  assert.deepEqual(profilesOf('/Common/a'), [{ name: '/Common/fastL4', context: 'all' }]);
  world.do(
    create('ltm virtual', 'b', {
      destination: '10.0.0.1:443',
      'ip-protocol': 'tcp',
      profiles: ['http', 'clientssl', 'serverssl'],
    }),
  );
  assert.deepEqual(profilesOf('/Common/b'), [
    { name: '/Common/clientssl', context: 'clientside' },
    { name: '/Common/http', context: 'all' },
    { name: '/Common/serverssl', context: 'serverside' },
    { name: '/Common/tcp', context: 'all' },
  ]);
});

test('traffic groups and VLANs get numbers', () => {
  const world = new TestWorld();
  world.do(create('cm traffic-group', 'tg2'), create('cm traffic-group', 'tg3'));
  world.do(create('net vlan', 'one', { interfaces: ['1.1'] }), create('net vlan', 'two'));
  assert.equal(world.view.get('cm traffic-group', '/Common/tg2')?.properties['unit-id'], 2);
  assert.equal(world.view.get('cm traffic-group', '/Common/tg3')?.properties['unit-id'], 3);
  assert.equal(world.view.get('net vlan', '/Common/one')?.properties.tag, 4094);
  assert.equal(world.view.get('net vlan', '/Common/two')?.properties.tag, 4093);
  assert.deepEqual(names(world, 'net interface'), ['1.1']);
});

test('a partition is a folder below the root', () => {
  const world = new TestWorld();
  world.do(create('auth partition', 'A'), create('ltm pool', '/A/p'));
  world.do(create('sys folder', '/B'), create('sys folder', '/B/app'));
  assert.notEqual(world.view.get('sys folder', '/A'), undefined);
  assert.notEqual(world.view.get('auth partition', 'B'), undefined);
  world.do(remove('sys folder', '/B/app'), remove('auth partition', 'B'));
  assert.equal(world.view.get('sys folder', '/B'), undefined);
});

test('operator state survives a replacement', () => {
  const world = new TestWorld();
  world.do(create('ltm pool', 'p', { members: ['10.0.0.1:80', '10.0.0.2:80'], description: 'x' }));
  world.do({
    kind: 'modify-item',
    component: 'ltm pool',
    name: '/Common/p',
    property: 'members',
    item: '10.0.0.1:80',
    properties: { session: 'user-disabled', state: 'user-down', ratio: 5 },
  });
  world.do({
    kind: 'replace',
    component: 'ltm pool',
    name: '/Common/p',
    properties: { members: ['10.0.0.1:80', '10.0.0.3:80'] },
  });
  const pool = world.view.get('ltm pool', '/Common/p')?.properties;
  assert.equal(pool?.description, undefined);
  assert.deepEqual(
    pool?.members?.map((member) => [member.name, member.session, member.state, member.ratio]),
    [
      ['/Common/10.0.0.1:80', 'user-disabled', 'user-down', 1],
      ['/Common/10.0.0.3:80', 'user-enabled', 'user-up', 1],
    ],
  );
});

test('what only the system reports is an echo and changes nothing', () => {
  const world = new TestWorld();
  world.do(create('ltm pool', 'p', { members: ['10.0.0.1:80'] }));
  const changes = world.do({
    kind: 'modify-item',
    component: 'ltm pool',
    name: '/Common/p',
    property: 'members',
    item: '10.0.0.1:80',
    properties: { session: 'monitor-enabled', state: 'up', ephemeral: 'true' },
  });
  assert.deepEqual(changes, []);
});

test('children inherit, override, and override with nothing', () => {
  const world = new TestWorld();
  world.do(
    create('ltm monitor http', 'base', { 'defaults-from': 'http', recv: 'OK', interval: 3 }),
    create('ltm monitor http', 'child', { 'defaults-from': 'base', recv: 'none', timeout: 10 }),
  );
  const child = world.view.get('ltm monitor http', '/Common/child')?.properties;
  assert.equal(child?.send, 'GET /\\r\\n');
  assert.equal(child?.recv, undefined);
  assert.equal(child?.interval, 3);
  assert.equal(child?.timeout, 10);
  world.do(modify('ltm monitor http', '/Common/base', { interval: 7 }));
  assert.equal(world.view.get('ltm monitor http', '/Common/child')?.properties.interval, 7);
  world.do(modify('ltm monitor http', '/Common/child', { recv: null }));
  assert.equal(world.view.get('ltm monitor http', '/Common/child')?.properties.recv, 'OK');
});

test('a member may have no monitor while its pool has one', () => {
  const world = new TestWorld();
  world.do(
    create('ltm pool', 'p', {
      monitor: 'http and tcp',
      members: [{ name: '10.0.0.1:80', monitor: 'none' }, '10.0.0.2:80'],
    }),
  );
  const pool = world.view.get('ltm pool', '/Common/p')?.properties;
  assert.equal(pool?.monitor, '/Common/http and /Common/tcp');
  assert.deepEqual(
    pool?.members?.map((member) => member.monitor),
    [undefined, 'default'],
  );
  world.do(modify('ltm pool', '/Common/p', { monitor: 'min 1 of http tcp' }));
  assert.equal(
    world.view.get('ltm pool', '/Common/p')?.properties.monitor,
    'min 1 of { /Common/http /Common/tcp }',
  );
});

test('wide IPs: orders are counted, servers written the older way get devices', () => {
  const world = new TestWorld();
  world.do(
    create('gtm datacenter', 'nyc'),
    create('gtm server', 's', {
      datacenter: 'nyc',
      addresses: [{ name: '10.0.0.1', 'device-name': 'a' }, { name: '10.0.0.2' }],
      'virtual-servers': [{ name: '/Common/web', destination: '10.1.0.1:80' }],
    }),
    create('gtm pool a', 'p', { members: ['s:/Common/web'] }),
    create('gtm pool a', 'q'),
    create('gtm wideip a', 'WWW.example.com', { pools: ['q', { name: 'p', order: 0 }] }),
  );
  assert.deepEqual(
    world.view.get('gtm server', '/Common/s')?.properties.devices?.map((device) => device.name),
    ['a', 's'],
  );
  const wideip = world.view.get('gtm wideip a', '/Common/www.example.com');
  assert.deepEqual(
    wideip?.properties.pools?.map((pool) => [pool.name, pool.order]),
    [
      ['/Common/p', 0],
      ['/Common/q', 1],
    ],
  );
  assert.deepEqual(
    world.refusal({
      kind: 'delete-item',
      component: 'gtm server',
      name: 's',
      property: 'virtual-servers',
      item: '/Common/web',
    }),
    [
      '01070265:3: The Virtual Server (/Common/s /Common/web) cannot be deleted because it is in use by a Pool (/Common/p).',
    ],
  );
});

test('peers are told the hostname that the device has now', () => {
  const world = new TestWorld();
  const device = `/Common/${world.view.deviceName}`;
  const told = (name: string): unknown => world.view.get('cm device', name)?.properties.hostname;
  world.do(create('cm device', device, { hostname: 'old.example.com' }));
  world.do(create('cm device', '/Common/peer', { hostname: 'peer.example.com' }));
  world.do(modify('sys global-settings', '', { hostname: 'new.example.com' }));
  assert.equal(told(device), 'new.example.com');
  assert.equal(told('/Common/peer'), 'peer.example.com');
  // Another setting leaves what an administrator wrote there.
  world.do(modify('cm device', device, { hostname: 'other.example.com' }));
  world.do(modify('sys global-settings', '', { 'gui-setup': 'disabled' }));
  assert.equal(told(device), 'other.example.com');
});
