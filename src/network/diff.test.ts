import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type KernelState, diffNetwork } from './diff.ts';
import { finishAtOnce } from '../base/slices.ts';
import { parseLinks, parseRoutes } from './kernel.ts';
import type { NetworkPlan } from './types.ts';

const emptyPlan: NetworkPlan = {
  links: [],
  addresses: [],
  routes: [],
  lockdown: { selfs: [], exempt: [], trusted: [], vlanDoors: [] },
  problems: [],
};

const plan: NetworkPlan = {
  ...emptyPlan,
  links: [
    { vlan: '/Common/ext', device: '1.1', tagged: undefined, mtu: 1500, isEnabled: true },
    {
      vlan: '/Common/int',
      device: '1.1.20',
      tagged: { parent: '1.1', tag: 20 },
      mtu: 1496,
      isEnabled: true,
    },
  ],
  addresses: [
    { self: '/Common/a', device: '1.1', family: 4, text: '192.0.2.1/24' },
    { self: '/Common/b', device: '1.1.20', family: 6, text: '2001:db8::1/64' },
  ],
  routes: [
    {
      name: '/Common/out',
      family: 4,
      destination: 'default',
      target: { kind: 'gateway', address: '192.0.2.254' },
      mtu: 0,
    },
  ],
};

const row = (ifname: string, flags: readonly string[], addresses: readonly string[]): unknown => ({
  ifname,
  flags,
  mtu: 1500,
  link_type: 'ether',
  addr_info: addresses.map((one) => ({
    local: one.split('/')[0],
    prefixlen: Number(one.split('/')[1]),
  })),
});

function kernel(rows: readonly unknown[], routes: readonly unknown[] = []): KernelState {
  return {
    links: finishAtOnce(parseLinks(rows)),
    routes: { 4: parseRoutes(routes), 6: [] },
    owned: { addresses: ['1.1 192.0.2.1/24', '1.1 192.0.2.7/24'], links: ['1.1.20'] },
  };
}

const said = (state: KernelState, wanted = plan): readonly string[] =>
  diffNetwork(wanted, state).steps.map((step) => step.args.join(' '));

test('from a bare interface to the plan', () => {
  assert.deepEqual(said(kernel([row('1.1', [], [])])), [
    'link set dev 1.1 up',
    'link set dev 1.1 up',
    'link add link 1.1 name 1.1.20 type vlan id 20',
    'link set dev 1.1.20 mtu 1496',
    'link set dev 1.1.20 up',
    'addr add 192.0.2.1/24 dev 1.1 broadcast +',
    'addr add 2001:db8::1/64 dev 1.1.20 nodad',
    '-4 route replace default via 192.0.2.254 proto 219',
  ]);
});

test('what holds is left alone, and so are addresses of others', () => {
  const rows = [
    row('1.1', ['UP'], ['192.0.2.1/24', '192.0.2.50/32', 'fe80::1/64']),
    { ...(row('1.1.20', ['UP'], ['2001:db8::1/64']) as object), mtu: 1496 },
  ];
  const routes = [{ dst: 'default', gateway: '192.0.2.254', dev: '1.1', flags: [] }];
  assert.deepEqual(said(kernel(rows, routes)), []);
});

test('what is not wanted any more goes, routes first', () => {
  const rows = [row('1.1', ['UP'], ['192.0.2.7/24', '192.0.2.50/32']), row('1.1.20', ['UP'], [])];
  const routes = [
    { dst: '10.0.0.0/8', gateway: '192.0.2.9', dev: '1.1', flags: [] },
    { type: 'blackhole', dst: '10.1.0.0/16', flags: [] },
  ];
  assert.deepEqual(said(kernel(rows, routes), emptyPlan), [
    '-4 route del 10.0.0.0/8 proto 219',
    '-4 route del blackhole 10.1.0.0/16 proto 219',
    'addr del 192.0.2.7/24 dev 1.1',
    'link del 1.1.20',
  ]);
});

test('a missing interface is a problem of its VLAN, and nothing is tried on it', () => {
  const diff = diffNetwork(plan, kernel([]));
  assert.deepEqual(diff.problems, [
    'Vlan /Common/ext: interface 1.1 is not there',
    'Vlan /Common/int: interface 1.1 is not there',
  ]);
  assert.deepEqual(
    diff.steps.map((step) => step.args.slice(0, 2).join(' ')),
    ['-4 route'],
  );
});
