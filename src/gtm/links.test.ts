/** Links: which virtual servers are reached through them, what they may carry, and what that is worth in answers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exampleView, type ExampleObjects } from '../monitor/example-view.ts';
import type { Operation } from '../config/types.ts';
import type { NetworkHealth } from '../iquery/types.ts';
import { readObjects } from './control/situation.ts';
import { linkStatistics } from './control/statistics.ts';
import { mergeHealth, newReports, takeReport, type DeviceReports } from './health/merge.ts';
import { discoverLinks } from './health/link-discovery.ts';
import { reportNetworks } from './health/report-networks.ts';
import { linkCapacity, priceOf } from './link-load.ts';
import { readLinkTerms } from './places.ts';
import { buildSnapshot } from './decision/snapshot.ts';
import { gtmStatuses } from './health/status.ts';

const quiet = { bitsInPerSecond: 0, bitsOutPerSecond: 0, packetsPerSecond: 0 };

function network(prefix: string, more: Partial<NetworkHealth> = {}): NetworkHealth {
  return { network: prefix, gateways: [], ...quiet, ...more };
}

function reports(networks: readonly NetworkHealth[], device = 'ltm'): DeviceReports {
  const health = { complete: true, proberEligible: true, virtuals: [], networks };
  const metrics = { cpuPercent: 0, memoryAvailableKilobytes: 1 };
  return takeReport(newReports(device), { ...health, metrics }, 0);
}

const world: ExampleObjects = {
  'gtm datacenter': { '/Common/dc': {}, '/Common/elsewhere': {} },
  'gtm monitor bigip': { '/Common/bigip': {} },
  'gtm link': {
    '/Common/isp_a': {
      datacenter: '/Common/dc',
      'router-addresses': [{ name: '198.18.1.1' }],
      'link-ratio': 2,
    },
    '/Common/isp_b': { datacenter: '/Common/dc', 'router-addresses': [{ name: '198.18.2.1' }] },
  },
  'gtm server': {
    '/Common/ltm': {
      datacenter: '/Common/dc',
      product: 'bigip',
      devices: [{ name: 'ltm', addresses: [{ name: '198.18.1.11' }] }],
    },
    '/Common/hosts': {
      datacenter: '/Common/dc',
      product: 'generic-host',
      'virtual-servers': [
        { name: 'a', destination: '198.18.1.80:80' },
        { name: 'b', destination: '203.0.113.80:80', 'translation-address': '198.18.2.80' },
        { name: 'named', destination: '198.18.2.81:80', 'explicit-link-name': '/Common/isp_a' },
        { name: 'neither', destination: '203.0.113.81:80' },
      ],
    },
    '/Common/far': {
      datacenter: '/Common/elsewhere',
      product: 'generic-host',
      'virtual-servers': [{ name: 'a', destination: '198.18.1.80:80' }],
    },
  },
  'gtm pool a': {
    '/Common/web': {
      'load-balancing-mode': 'quality-of-service',
      'qos-rtt': 0,
      members: [{ name: '/Common/hosts:a' }, { name: '/Common/hosts:b' }],
    },
  },
  'gtm wideip a': { '/Common/www.example.com': { pools: [{ name: '/Common/web' }] } },
};
const standing = [network('198.18.1.0/24'), network('198.18.2.0/24')];

function withLink(properties: object): ExampleObjects {
  const links = world['gtm link'] ?? {};
  return {
    ...world,
    'gtm link': { ...links, '/Common/isp_a': { ...links['/Common/isp_a'], ...properties } },
  };
}

function look(written: ExampleObjects, devices: readonly DeviceReports[]) {
  const view = exampleView(written);
  const objects = readObjects(view, devices);
  const health = mergeHealth(objects.servers, devices, 'gtm', 1);
  const statuses = gtmStatuses(objects, health);
  const counters = { wideIps: new Map(), pools: new Map(), traffic: undefined };
  return { objects, health, statuses, counters, snapshot: buildSnapshot(view, objects, statuses) };
}

test('a virtual server belongs to the link whose router stands in its network, unless it names one', () => {
  const { servers } = readObjects(exampleView(world), [reports(standing)]);
  const links = servers.flatMap(({ linkName, name, virtualServers }) =>
    linkName === undefined ? virtualServers.map((one) => `${name}:${one.name} ${one.link}`) : [],
  );
  assert.deepEqual(links, [
    // Its data center has no links, whatever the address.
    '/Common/far:a ',
    '/Common/hosts:a /Common/isp_a',
    '/Common/hosts:b /Common/isp_b',
    '/Common/hosts:named /Common/isp_a',
    '/Common/hosts:neither ',
  ]);
});

test('a link over a limit is unavailable, and so is what is reached through it', () => {
  const limits = { 'limit-max-inbound-bps': 1_000, 'limit-max-inbound-bps-status': 'enabled' };
  const busy = network('198.18.1.0/24', { bitsInPerSecond: 1_001, bitsOutPerSecond: 5_000 });
  const over = look(withLink(limits), [reports([busy, ...standing.slice(1)])]);
  const word = over.statuses.virtualServers.get('/Common/hosts:a');
  assert.equal(word?.availability, 'unavailable');
  assert.match(word?.reason ?? '', /isp_a: limit-max-inbound-bps exceeded: 1001 of 1000/);
  assert.equal(over.statuses.servers.get('link /Common/isp_a')?.availability, 'unavailable');
  assert.equal(over.snapshot.pools[0]?.members[0]?.available, false);
  assert.equal(over.snapshot.pools[0]?.members[1]?.available, true);
  const shown = linkStatistics(over, '/Common/isp_a');
  assert.equal(shown['bitsPerSecIn'], 1_001);
  assert.equal(shown['bitsPerSecOut'], 5_000);
  assert.equal(shown['virtualServers'], 2);
  const below = { ...busy, bitsInPerSecond: 1_000 };
  const within = look(withLink(limits), [reports([below, ...standing.slice(1)])]);
  assert.equal(within.snapshot.pools[0]?.members[0]?.available, true);
});

test('capacity of links has its part in quality of service: what is free, times the ratio', () => {
  const half = {
    'limit-max-outbound-bps': 1_000,
    'limit-max-outbound-bps-status': 'enabled',
  };
  const busy = network('198.18.1.0/24', { bitsOutPerSecond: 500 });
  const { snapshot } = look(withLink(half), [reports([busy, ...standing.slice(1)])]);
  const capacities = snapshot.pools[0]?.members.map(({ load }) => load?.linkCapacity);
  assert.deepEqual(capacities, [100, 100]);
  const free = look(world, [reports(standing)]).snapshot.pools[0]?.members;
  assert.deepEqual(
    free?.map(({ load }) => load?.linkCapacity),
    [200, 100],
  );
});

test('by price a link is worth less the more the next megabit costs', () => {
  const terms = (more: object = {}) =>
    readLinkTerms({
      weighting: 'price-dynamic',
      'prepaid-segment': 1_000,
      'cost-segments': [
        { name: '10000', 'dollars-per-mbps': 9 },
        { name: '5000', 'dollars-per-mbps': 4 },
      ],
      ...more,
    });
  const load = (bitsIn: number, bitsOut = 0) => ({ bitsIn, bitsOut, packets: 0 });
  assert.equal(linkCapacity(terms(), load(999)), 100);
  assert.equal(linkCapacity(terms(), load(1_000)), 20);
  assert.equal(linkCapacity(terms(), load(5_000)), 10);
  assert.equal(priceOf(terms(), load(99_999)), 9);
  // The larger direction is billed, or both.
  assert.equal(priceOf(terms(), load(900, 900)), 0);
  assert.equal(priceOf(terms({ 'duplex-billing': 'disabled' }), load(900, 900)), 4);
});

test('a device tells the networks of its self IPs and the routers of its default routes there', () => {
  const view = exampleView({
    'net self': {
      '/Common/own': { address: '198.18.1.11/24', vlan: '/Common/external' },
      '/Common/floating': { address: '198.18.1.10/24', vlan: '/Common/external' },
      '/Common/inside': { address: '10.1.2.3/20', vlan: '/Common/internal' },
    },
    'net route': {
      '/Common/default': { network: 'default', gw: '198.18.1.1' },
      '/Common/some': { network: '192.0.2.0/24', gw: '10.1.0.1' },
    },
  });
  assert.deepEqual(
    reportNetworks(view, () => quiet),
    [network('198.18.1.0/24', { gateways: ['198.18.1.1'] }), network('10.1.0.0/20')],
  );
});

test('link discovery adds routers that are reported, and deletes what it added when sure', () => {
  const discovered = (
    discovery: string,
    devices: readonly DeviceReports[],
    links: NonNullable<ExampleObjects[string]> = {},
    isNamed = false,
  ): readonly string[] => {
    const server = { ...world['gtm server']?.['/Common/ltm'], 'link-discovery': discovery };
    const view = exampleView({
      ...world,
      'gtm link': links,
      'gtm server': { '/Common/ltm': server },
    });
    const { servers } = readObjects(view, devices);
    return discoverLinks(servers, devices, () => isNamed, 1).map(
      (one: Operation) => `${one.kind} ${'name' in one ? one.name : ''}`,
    );
  };
  const seen = [reports([network('198.18.1.0/24', { gateways: ['198.18.1.1'] })])];
  assert.deepEqual(discovered('disabled', seen), []);
  assert.deepEqual(discovered('enabled', seen), ['create /Common/198.18.1.1']);
  const own = { datacenter: '/Common/dc', 'router-addresses': [{ name: '198.18.1.1' }] };
  assert.deepEqual(discovered('enabled', seen, { '/Common/isp': own }), []);
  const other = { ...own, 'router-addresses': [{ name: '198.18.9.1' }] };
  const links = { '/Common/198.18.1.1': own, '/Common/198.18.9.1': other, '/Common/isp': other };
  assert.deepEqual(discovered('enabled', seen, links), ['delete /Common/198.18.9.1']);
  assert.deepEqual(discovered('enabled-no-delete', seen, links), []);
  assert.deepEqual(discovered('enabled', seen, links, true), []);
  const silent = seen.map((one) => ({ ...one, isOpen: false }));
  assert.deepEqual(discovered('enabled', silent, links), []);
});
