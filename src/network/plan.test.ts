import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { hybridZero } from '../base/hybrid-clock.ts';
import { masqueradeName } from '../base/interface-names.ts';
import type { Properties } from '../catalogue/types.ts';
import { createConfigStore } from '../config/store/store.ts';
import type { ConfigView, Operation } from '../config/types.ts';
import { systemClock } from '../platform/clock.ts';
import { renderLockdown } from './lockdown.ts';
import { concernsPlan, kernelInterface, planNetwork } from './plan.ts';
import { restListenAddresses } from './services.ts';

type Objects = readonly (readonly [component: string, name: string, properties: Properties])[];

function withView(objects: Objects, body: (view: ConfigView) => void): void {
  const root = mkdtempSync(join(tmpdir(), 'ek-network-'));
  const path = join(root, 'config.db');
  const store = createConfigStore({ path, deviceName: 'bigip1', clock: systemClock });
  try {
    const operations = objects.map(([component, name, properties]): Operation => {
      return { kind: 'create', component, name, properties };
    });
    const outcome = store.commit({ origin: { user: 'test', source: 'system' }, operations });
    assert.ok(outcome.ok, JSON.stringify(outcome));
    body(store.view());
  } finally {
    store.close();
    rmSync(root, { recursive: true });
  }
}

const external: Objects = [
  ['net interface', '1.1', {}],
  ['net interface', '1.2', { enabled: 'disabled' }],
  ['net vlan', '/Common/external', { interfaces: [{ name: '1.1', tagged: 'untagged' }] }],
];

test('untagged VLANs are their interface, tagged ones a device on it', () => {
  const objects: Objects = [
    ...external,
    [
      'net vlan',
      '/Common/internal',
      { tag: 20, interfaces: [{ name: '1.2', tagged: 'tagged' }], mtu: 1496 },
    ],
    ['net vlan', '/Common/empty', {}],
    [
      'net vlan',
      '/Common/two',
      {
        tag: 30,
        interfaces: [
          { name: '1.1', tagged: 'tagged' },
          { name: '1.2', tagged: 'tagged' },
        ],
      },
    ],
  ];
  withView(objects, (view) => {
    const plan = planNetwork(view);
    assert.deepEqual(plan.links, [
      { vlan: '/Common/external', mtu: 1500, isEnabled: true, device: '1.1', tagged: undefined },
      {
        vlan: '/Common/internal',
        mtu: 1496,
        isEnabled: false,
        device: '1.2.20',
        tagged: { parent: '1.2', tag: 20 },
      },
    ]);
    assert.deepEqual(plan.problems, ['Vlan /Common/two has 2 interfaces; one is carried']);
    assert.equal(kernelInterface(view, '/Common/internal'), '1.2.20');
    assert.equal(kernelInterface(view, '/Common/empty'), undefined);
  });
});

test('self IPs: own ones are addresses, floating ones are not; both are locked down', () => {
  const vlan = '/Common/external';
  const objects: Objects = [
    ...external,
    ['net self', '/Common/own', { address: '192.0.2.1/24', vlan, 'allow-service': ['default'] }],
    ['net self', '/Common/own6', { address: '2001:db8::1/64', vlan, 'allow-service': ['all'] }],
    [
      'net self',
      '/Common/float',
      {
        address: '192.0.2.3/24',
        vlan,
        'traffic-group': '/Common/traffic-group-1',
        'allow-service': ['tcp:443', 'udp:0'],
      },
    ],
    ['net self', '/Common/shut', { address: '192.0.2.4/24', vlan }],
    ['net route', '/Common/out', { network: 'default', gw: '192.0.2.254' }],
    ['net route', '/Common/out6', { network: 'default-inet6', gw: '2001:db8::ff' }],
    ['net route', '/Common/one', { network: '198.51.100.7/32', gw: '192.0.2.9', mtu: 1400 }],
    ['net route', '/Common/hole', { network: '203.0.113.0/24', blackhole: 'blackhole' }],
    [
      'ltm virtual',
      '/Common/on-self',
      { destination: '/Common/192.0.2.4:80', 'ip-protocol': 'tcp' },
    ],
    ['ltm virtual', '/Common/else', { destination: '/Common/192.0.2.99:80', 'ip-protocol': 'tcp' }],
    ['gtm listener', '/Common/dns', { address: '192.0.2.4', port: 53, 'ip-protocol': 'udp' }],
  ];
  withView(objects, (view) => {
    const plan = planNetwork(view);
    assert.deepEqual(
      plan.addresses.map((one) => `${one.device} ${one.text}`),
      ['1.1 192.0.2.1/24', '1.1 2001:db8::1/64', '1.1 192.0.2.4/24'],
    );
    assert.deepEqual(
      plan.routes.map(
        (one) => `${one.family} ${one.destination} ${JSON.stringify(one.target)} ${one.mtu}`,
      ),
      [
        '4 203.0.113.0/24 {"kind":"blackhole"} 0',
        '4 198.51.100.7 {"kind":"gateway","address":"192.0.2.9"} 1400',
        '4 default {"kind":"gateway","address":"192.0.2.254"} 0',
        '6 default {"kind":"gateway","address":"2001:db8::ff"} 0',
      ],
    );
    assert.deepEqual(plan.problems, []);
    const comes = (destination: string): boolean => {
      const properties = { destination: `/Common/${destination}` };
      const common = { component: 'ltm virtual', name: '/Common/new' };
      const after = { ...common, properties, generation: 1, version: hybridZero };
      return concernsPlan([{ ...common, before: undefined, after }], view);
    };
    assert.deepEqual(['192.0.2.4:443', '192.0.2.99:443', '[2001:db8::1].80'].map(comes), [
      true,
      false,
      false,
    ]);
    assert.equal(comes('2001:db8::1.80'), true);
    assert.deepEqual(restListenAddresses(view), ['192.0.2.3', '192.0.2.1', '2001:db8::1']);
    const text = renderLockdown(plan.lockdown);
    assert.match(
      text,
      /ip daddr \. meta l4proto \. th dport \{ 192\.0\.2\.4 \. tcp \. 80, 192\.0\.2\.4 \. udp \. 53 \} accept/,
    );
    assert.match(
      text,
      /ip daddr vmap \{ 192\.0\.2\.3 : jump self4_0, 192\.0\.2\.1 : jump self4_1, 192\.0\.2\.4 : jump self4_2 \}/,
    );
    assert.match(text, /chain self4_0 \{\ntcp dport 443 accept\nmeta l4proto udp accept\ndrop\n\}/);
    assert.match(text, /chain self4_1 \{\nmeta l4proto igmp accept\nmeta l4proto ospf accept\n/);
    assert.match(text, /chain self4_1 \{[^}]*tcp dport 22 accept[^}]*udp dport 1026 accept/);
    assert.match(text, /chain self4_2 \{\ndrop\n\}/);
    assert.doesNotMatch(text, /ip6 daddr/);
  });
});

test('a listener for some VLANs is shut towards the others', () => {
  const onVlans = (address: string, more: Properties): Properties => ({
    address,
    port: 53,
    ...more,
  });
  const inside = { vlans: ['/Common/external'] };
  const objects: Objects = [
    ...external,
    ['gtm listener', '/Common/all', onVlans('192.0.2.1', { 'vlans-enabled': 'vlans-disabled' })],
    [
      'gtm listener',
      '/Common/in',
      onVlans('192.0.2.2', { ...inside, 'vlans-enabled': 'vlans-enabled' }),
    ],
    [
      'gtm listener',
      '/Common/out',
      onVlans('2001:db8::3', {
        ...inside,
        'vlans-enabled': 'vlans-disabled',
        'ip-protocol': 'tcp',
      }),
    ],
    ['gtm listener', '/Common/none', onVlans('0.0.0.0', { 'vlans-enabled': 'vlans-enabled' })],
  ];
  withView(objects, (view) => {
    const masqueraded = view
      .list('cm traffic-group')
      .map(({ name }) => `, "${masqueradeName(name, '1.1')}"`)
      .join('');
    const text = renderLockdown(planNetwork(view).lockdown);
    const drops = text.split('\n').filter((line) => line.endsWith(' drop'));
    assert.deepEqual(drops.toSorted(), [
      `ip daddr 192.0.2.2 udp dport 53 iifname != { "1.1"${masqueraded} } drop`,
      `ip6 daddr 2001:db8::3 tcp dport 53 iifname { "1.1"${masqueraded} } drop`,
      'meta nfproto ipv4 udp dport 53 drop',
    ]);
  });
});

test('what cannot be is said, not hidden', () => {
  const objects: Objects = [
    ['net vlan', '/Common/empty', {}],
    ['net self', '/Common/own', { address: '192.0.2.1/24', vlan: '/Common/empty' }],
  ];
  withView(objects, (view) => {
    const plan = planNetwork(view);
    assert.deepEqual(plan.addresses, []);
    assert.deepEqual(plan.problems, ['Self IP /Common/own: Vlan /Common/empty has no interface']);
  });
});
