import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestWorld, create } from '../../config/model/test-world.ts';
import type { KnownNeighbour } from '../../platform/neighbours.ts';
import {
  learnedNeighbours,
  learnedRoutes,
  parseRoutes4,
  parseRoutes6,
  routeStatistics,
  trunkStatistics,
  vlanStatistics,
} from './networks.ts';

const world = new TestWorld();
world.do(
  create('net vlan', '/Common/ext', { interfaces: [{ name: '1.1', tagged: 'tagged' }], tag: 7 }),
  create('net self', '/Common/s', { address: '10.9.0.1/24', vlan: 'ext' }),
  create('net route', '/Common/far', { network: '10.10.0.0/16', gw: '10.9.0.254' }),
  create('net route', '/Common/default', { network: 'default', gw: '10.9.0.254' }),
);
const vlans = new Map([['1.1.7', '/Common/ext']]);

/** As Linux prints them; the management's routes are nobody's business here. */
const routes4 = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
1.1.7\t00000000\tFE00090A\t0003\t0\t0\t0\t00000000\t0\t0\t0
1.1.7\t0000090A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
1.1.7\t00000A0A\tFE00090A\t0003\t0\t0\t0\t0000FFFF\t0\t0\t0
1.1.7\t00000B0A\tFE00090A\t0003\t0\t0\t0\t0000FFFF\t0\t0\t0
`;

test('routes: configured ones as they are set, the others as the kernel has them', () => {
  const learned = learnedRoutes(world.view, parseRoutes4(routes4), vlans);
  assert.deepEqual(Object.keys(learned), ['/Common/10.9.0.0_24', '/Common/10.11.0.0_16']);
  const { origin, nextHop } = learned['/Common/10.9.0.0_24'] as Record<string, string>; // A level.
  assert.deepEqual([origin, nextHop], ['connected', '/Common/ext']);
  const other = learned['/Common/10.11.0.0_16'] as Record<string, string>; // The same.
  assert.deepEqual([other['origin'], other['nextHop']], ['dynamic', '10.9.0.254']);
  const far = world.view.get('net route', '/Common/far');
  assert.ok(far !== undefined);
  assert.deepEqual(routeStatistics(far), {
    destination: '10.10.0.0/16',
    nextHop: '10.9.0.254',
    origin: 'static',
    tmName: '/Common/far',
    type: 'gw',
  });
});

test('IPv6 routes without single hosts and multicast', () => {
  const zeros = '00000000000000000000000000000000';
  const line = (to: string, size: string, next: string, flags: string, device: string): string =>
    `${to} ${size} ${zeros} 00 ${next} 00000100 00000001 00000000 ${flags} ${device}`;
  const text = [
    line('20010db8000000000000000000000000', '40', zeros, '00000001', '1.1.7'),
    line('20010db8000000000000000000000001', '80', zeros, '80200001', '1.1.7'),
    line('ff000000000000000000000000000000', '08', zeros, '00000001', '1.1.7'),
    line(zeros, '00', '20010db80000000000000000000000fe', '00000003', '1.1.7'),
  ].join('\n');
  assert.deepEqual(parseRoutes6(text), [
    { device: '1.1.7', network: '2001:db8::/64', gateway: undefined },
    { device: '1.1.7', network: '::/0', gateway: '2001:db8::fe' },
  ]);
});

test('neighbours in VLANs; those that the kernel was told are configuration', () => {
  const row = (address: string, hardware: string | undefined, more = {}): KnownNeighbour => {
    const rest = { interface: '1.1.7', isPermanent: false, secondsLeft: 7 };
    return { address, hardware, ...rest, ...more };
  };
  const table = [
    row('10.9.0.254', '02:00:00:00:00:fe'),
    row('10.9.0.9', undefined, { secondsLeft: undefined }),
    row('10.9.0.8', '02:00:00:00:00:08', { isPermanent: true }),
    row('192.0.2.1', '02:00:00:00:00:01', { interface: 'eth0' }),
  ];
  const learned = learnedNeighbours(table, vlans);
  const rows = Object.entries(learned).map(([name, row]) => [
    name,
    (row as Record<string, string | number>)['status'], // A level.
    (row as Record<string, string | number>)['expire'], // The same.
  ]);
  assert.deepEqual(rows, [
    ['/Common/10.9.0.254', 'resolved', 7],
    ['/Common/10.9.0.9', 'incomplete', '-'],
  ]);
});

test('a VLAN has a level for each interface, and its link below', () => {
  const vlan = world.view.get('net vlan', '/Common/ext');
  assert.ok(vlan !== undefined);
  const texts = { address: '02:00:00:00:00:07\n', mtu: '1500\n' };
  const statistics = vlanStatistics(vlan, '1.1.7', texts, (name) => ({ tmName: name }));
  assert.deepEqual(statistics, {
    '1.1': { interface: { tmName: '1.1' }, tagMode: 'none', tagged: 'yes' },
    customerTag: '-',
    ifName: '1.1.7',
    macTrue: '02:00:00:00:00:07',
    mtu: 1500,
    tag: 7,
    tmName: '/Common/ext',
  });
});

test('a trunk counts what its interfaces count, and is up while one of them is', () => {
  const trunks = new TestWorld();
  trunks.do(
    create('net vlan', '/Common/v', {
      interfaces: ['1.1', '1.2'].map((name) => ({ name, tagged: 'tagged' })),
    }),
    create('net trunk', 't', { interfaces: ['1.1', '1.2'] }),
    create('net trunk', 'empty', {}),
  );
  const link = (name: string) => ({
    'counters.bitsIn': 8,
    status: name === '1.1' ? 'up' : 'down',
  });
  const of = (name: string) => {
    const trunk = trunks.view.get('net trunk', name);
    assert.ok(trunk !== undefined);
    const statistics = trunkStatistics(trunk, link);
    return [statistics['counters.bitsIn'], statistics['operMemberCount'], statistics['status']];
  };
  assert.deepEqual(of('t'), [16, 1, 'up']);
  assert.deepEqual(of('empty'), [0, 0, 'uninit']);
});
