import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConfigView } from '../config/types.ts';
import { renderSnats } from './nftables/snat.ts';
import { mirroredSnats } from './mirrored.ts';
import { planSnats } from './plan-snat.ts';

const objects = [
  {
    component: 'ltm snat',
    name: '/Common/all',
    properties: { origins: [{ name: '0.0.0.0/0', properties: {} }], automap: 'automap' },
  },
  {
    component: 'ltm snat',
    name: '/Common/net',
    properties: {
      origins: [
        { name: '10.7.0.0/24', properties: {} },
        { name: '10.8.0.1', properties: {} },
      ],
      translation: '/Common/192.0.2.9',
      mirror: 'enabled',
      vlans: ['/Common/internal'],
      'vlans-enabled': 'vlans-enabled',
    },
  },
  { component: 'ltm snat', name: '/Common/nothing', properties: { origins: [] } },
  { component: 'net vlan', name: '/Common/internal', properties: {} },
  {
    component: 'ltm snat-translation',
    name: '/Common/192.0.2.9',
    properties: { address: '192.0.2.9', 'traffic-group': '/Common/traffic-group-1' },
  },
];
// What the plan looks at.
const view = {
  get: (component: string, name: string) =>
    objects.find((one) => one.component === component && one.name === name),
  list: (component: string) => objects.filter((one) => one.component === component),
} as unknown as ConfigView;
const facts = {
  interfaceOf: () => 'eth1',
  maximumConnections: () => 1,
  isSharingWorth: () => false,
};

test('SNATs become marks by origin, the longest first, and a source by mark', () => {
  const snats = planSnats(view, facts);
  assert.deepEqual(
    snats.map(({ name }) => name),
    ['/Common/all', '/Common/net'],
  );
  const [all, net] = snats.map(({ mark }) => `0x${mark.toString(16)}`);
  const text = renderSnats(snats);
  const begun = text.slice(text.indexOf('chain begun'));
  assert.match(
    begun,
    new RegExp(
      String.raw`iifname \{ "eth1" \} ip saddr 10\.8\.0\.1(/32)? ct mark set ${net} accept\n.*` +
        String.raw`ip saddr 10\.7\.0\.0/24 ct mark set ${net} accept\nmeta nfproto ipv4 ct mark set ${all} accept`,
    ),
  );
  assert.match(text, /snat ip to jhash ip saddr mod 1 map \{ 0 : 192\.0\.2\.9 \}/);
  assert.match(text, /\nmasquerade\n/);
});

test('mirrored ones are told by their origins', () => {
  const told = mirroredSnats(planSnats(view, facts));
  assert.deepEqual(
    told.map(({ origin, destination, trafficGroup }) => [origin, destination, trafficGroup]),
    [
      ['10.7.0.0/24', '0.0.0.0/0', '/Common/traffic-group-1'],
      ['10.8.0.1/32', '0.0.0.0/0', '/Common/traffic-group-1'],
    ],
  );
});
