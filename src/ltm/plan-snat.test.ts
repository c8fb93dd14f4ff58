import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Change, ConfigView } from '../config/types.ts';
import { renderSnats } from './nftables/snat.ts';
import { mirroredSnats } from './mirrored.ts';
import { parsePackets } from './nftables/read.ts';
import { planSnats } from './plan-snat.ts';
import { previewSnats } from './preview.ts';
import { snatStatistics } from './statistics.ts';

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
      String.raw`iifname \{ "eth1" \} ip saddr 10\.8\.0\.1(/32)? ct mark set ${net} counter name "n_\w+" accept\n.*` +
        String.raw`ip saddr 10\.7\.0\.0/24 ct mark set ${net} counter name "n_\w+" accept\nmeta nfproto ipv4 ct mark set ${all} counter`,
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

test('connections of a SNAT are counted, after they got their mark', () => {
  const snats = planSnats(view, facts);
  const text = renderSnats(snats);
  assert.match(text, /chain begun \{\ntype filter hook forward priority filter;/);
  assert.match(text, /chain counted \{\ntype filter hook forward priority filter \+ 1;/);
  const named = [...text.matchAll(/set (0x\w+) counter name "n_(\w+)"/g)];
  assert.equal(named.length, 3);
  for (const [, mark, id] of named) {
    assert.ok(text.includes(`counter i_${id} { }`));
    assert.match(text, new RegExp(`map count .*${mark} : goto k_${id}`));
  }
  const json = JSON.stringify({
    nftables: ['n', 'i', 'o'].map((kind, index) => ({
      counter: { name: `${kind}_${named[0]?.[2]}`, packets: index + 1, bytes: 100 },
    })),
  });
  const counted = snatStatistics(parsePackets(json), '/Common/net');
  assert.equal(counted['clientside.totConns'], 1);
  assert.equal(counted['clientside.pktsOut'], 3);
  assert.equal(counted['clientside.bitsIn'], 800);
  assert.equal(snatStatistics(new Map(), '/Common/net')['clientside.totConns'], 0);
});

test('a dry run tells what the table of SNATs would become, and nothing for other changes', () => {
  const changes = previewSnats(facts);
  const empty = { get: () => undefined, list: () => [] } as unknown as ConfigView;
  // What the preview looks at.
  const change = { component: 'ltm snat', name: '/Common/all' } as unknown as Change;
  const lines = changes(empty, view, [change]);
  assert.ok(Array.isArray(lines) && lines.some((line) => /^\+ .*192\.0\.2\.9/.test(line)));
  assert.deepEqual(changes(view, view, [change]), []);
  assert.deepEqual(changes(empty, view, [{ ...change, component: 'ltm rule' }]), []);
});
