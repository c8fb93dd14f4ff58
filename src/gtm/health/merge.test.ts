import assert from 'node:assert/strict';
import { test } from 'node:test';
import { present } from '../../base/assert.ts';
import type { VirtualHealth } from '../../iquery/types.ts';
import { endpointOf, type GtmServer, type GtmVirtualServer } from '../objects.ts';
import { discover } from './discovery.ts';
import {
  mergeHealth,
  newReports,
  takeReport,
  type DeviceReports,
  type VirtualServerHealth,
} from './merge.ts';
import { changedVirtuals } from './report.ts';

const noLimits = { bitsPerSecond: undefined, packetsPerSecond: undefined, connections: undefined };
const metrics = { cpuPercent: 7, memoryAvailableKilobytes: 1_000 };

const virtual: GtmVirtualServer = {
  name: '/Common/web',
  key: '/Common/nyc:/Common/web',
  endpoint: endpointOf('198.18.1.50:80'),
  inside: '198.18.1.50:80',
  isTranslated: false,
  ltmName: '',
  enabled: true,
  dependsOn: [],
  link: '',
  explicitLink: '',
  monitorRule: '',
  limits: noLimits,
};

function serverWith(more: Partial<GtmServer> = {}): GtmServer {
  return {
    name: '/Common/nyc',
    datacenter: '/Common/dc',
    enabled: true,
    isBigip: true,
    devices: [
      { name: 'nyc-a', addresses: ['198.18.1.1'] },
      { name: 'nyc-b', addresses: ['198.18.1.2'] },
    ],
    virtualServers: [virtual],
    measuresPaths: true,
    discovery: 'disabled',
    linkDiscovery: 'disabled',
    monitorRule: '/Common/bigip',
    limits: { ...noLimits, cpuPercent: undefined, memoryKilobytes: undefined },
    monitor: { name: '/Common/bigip', intervalSeconds: 30, timeoutSeconds: 90 },
    ...more,
  };
}

function health(more: Partial<VirtualHealth> = {}): VirtualHealth {
  return {
    name: '/Common/web',
    address: '198.18.1.50',
    port: 80,
    protocol: 'tcp',
    availability: 'available',
    enabled: 'enabled',
    reason: 'The virtual server is available',
    sinceMilliseconds: 0,
    owner: false,
    currentConnections: 3,
    bitsPerSecond: 0,
    packetsPerSecond: 0,
    membersUp: 2,
    gtmScore: 0,
    deleted: false,
    ...more,
  };
}

function say(
  reports: DeviceReports,
  now: number,
  more: Partial<VirtualHealth> = {},
  eligible = true,
): DeviceReports {
  return takeReport(
    reports,
    { complete: true, proberEligible: eligible, metrics, networks: [], virtuals: [health(more)] },
    now,
  );
}

const a = newReports('nyc-a');
const b = newReports('nyc-b');
const close = (reports: DeviceReports, at: number): DeviceReports => ({
  ...reports,
  isOpen: false,
  closedAt: at,
});

function stateOf(
  devices: readonly DeviceReports[],
  now: number,
  server = serverWith(),
): VirtualServerHealth {
  const merged = mergeHealth([server], devices, 'gtm-1', now);
  return present(merged.virtualServers.get('/Common/nyc:/Common/web'), 'the virtual server');
}

test('the owner’s word counts, whatever the standby says', () => {
  const active = say(a, 0, { owner: true, availability: 'offline', reason: 'all down' });
  const standby = say(b, 0);
  const state = stateOf([active, standby], 1);
  assert.deepEqual([state.availability, state.usable, state.device], ['offline', false, 'nyc-a']);
  assert.equal(state.reason, ' Monitor /Common/bigip from nyc-a : state: all down');
  assert.equal(
    stateOf([say(a, 0, { owner: true }), say(b, 0, { availability: 'offline' })], 1).usable,
    true,
  );
});

test('a failover inside the pair moves nothing: killed', () => {
  let active = say(a, 0, { owner: true });
  let standby = say(b, 0);
  active = close(active, 1_000);
  for (const now of [1_001, 1_200, 10_900])
    assert.equal(stateOf([active, standby], now).usable, true);
  standby = say(standby, 1_300, { owner: true });
  assert.equal(stateOf([active, standby], 1_301).device, 'nyc-b');
  for (const now of [1_301, 20_000, 60_000])
    assert.equal(stateOf([active, standby], now).usable, true);
});

test('a failover inside the pair moves nothing: planned', () => {
  const former = say(say(a, 0, { owner: true }), 500, { owner: false });
  const standby = say(b, 0);
  assert.equal(stateOf([former, standby], 501).usable, true, 'between owners');
  assert.equal(stateOf([former, say(standby, 520, { owner: true })], 600).usable, true);
});

test('of two claims the newer one counts, and one that is connected before one that is not', () => {
  const cut = say(a, 0, { owner: true });
  const now = say(b, 5_000, { owner: true, availability: 'offline' });
  assert.equal(stateOf([cut, now], 5_001).usable, false);
  assert.equal(stateOf([close(cut, 5_000), now], 5_001).usable, false);
  // A refresh of the older claim does not make it newer.
  assert.equal(stateOf([say(cut, 6_000, { owner: true }), now], 6_001).usable, false);
});

test('nobody is active for the address: noticed after the gap', () => {
  const both = [say(say(a, 0, { owner: true }), 500), say(b, 0)];
  assert.equal(stateOf(both, 10_000).usable, true);
  const state = stateOf(both, 10_501);
  assert.deepEqual([state.usable, state.availability], [false, 'offline']);
  assert.match(state.reason, /no device is active/);
  const merged = mergeHealth([serverWith()], both, 'gtm-1', 600);
  assert.equal(merged.nextChangeAt, 10_500);
});

test('a device that is not heard may be the owner: the other’s word stands in, unless it is offline', () => {
  const gone = close(say(a, 0, { owner: true }), 0);
  const standby = say(b, 60_000);
  assert.equal(stateOf([gone, standby], 60_001).usable, true);
  assert.equal(stateOf([gone, say(standby, 60_000, {}, false)], 60_001).usable, false);
});

test('stale reports are not used: session lost, and silence', () => {
  const lost = [close(say(a, 0, { owner: true }), 1_000), close(say(b, 0), 1_000)];
  assert.equal(stateOf(lost, 10_999).usable, true);
  const state = stateOf(lost, 11_001);
  assert.deepEqual([state.availability, state.usable], ['offline', false]);
  assert.equal(state.reason, ' Monitor /Common/bigip from gtm-1 : no reply from big3d: timed out');
  const silent = [say(a, 0, { owner: true }), say(b, 0)];
  assert.equal(stateOf(silent, 89_999).usable, true);
  assert.equal(stateOf(silent, 90_001).usable, false);
  const quick = serverWith({
    monitor: { name: '/Common/q', intervalSeconds: 1, timeoutSeconds: 4 },
  });
  assert.equal(stateOf(silent, 4_001, quick).usable, false);
});

test('nothing heard yet: unknown while connected, offline while not; never usable', () => {
  assert.deepEqual([stateOf([a], 1).availability, stateOf([a], 1).usable], ['unknown', false]);
  assert.deepEqual([stateOf([], 1).availability, stateOf([], 1).usable], ['offline', false]);
});

test('an unmonitored virtual server of the device is unknown and usable; a disabled one is not', () => {
  const unmonitored = stateOf([say(a, 0, { owner: true, availability: 'unknown' })], 1);
  assert.deepEqual([unmonitored.usable, unmonitored.availability], [true, 'unknown']);
  assert.equal(stateOf([say(a, 0, { owner: true, enabled: 'disabled' })], 1).usable, false);
  assert.equal(stateOf([say(a, 0, { owner: true, availability: 'unavailable' })], 1).usable, false);
});

test('virtual servers are found by name, by ltm-name, by address behind a translation', () => {
  const reports = [
    say(a, 0, { owner: true, name: '/Common/other', address: '10.0.0.5', port: 8080 }),
  ];
  const open = { ...virtual, name: 'public', key: '/Common/nyc:public' };
  const translated = { ...open, inside: '10.0.0.5:8080', isTranslated: true };
  const named = { ...open, inside: '', ltmName: '/Common/other' };
  for (const one of [translated, named]) {
    const server = serverWith({ virtualServers: [one] });
    const merged = mergeHealth([server], reports, 'gtm-1', 1);
    assert.equal(merged.virtualServers.get('/Common/nyc:public')?.usable, true);
  }
  assert.match(stateOf(reports, 1).reason, /no such virtual server/);
});

test('a device is known by an address of its session, too', () => {
  const reports = say({ ...newReports('some-name'), addresses: ['198.18.1.2'] }, 0, {
    owner: true,
  });
  assert.equal(stateOf([reports], 1).usable, true);
});

test('reports: deltas add, change and delete', () => {
  let reports = say(a, 0, { owner: true });
  const delta = { complete: false, proberEligible: true, metrics, networks: [] };
  reports = takeReport(reports, { ...delta, virtuals: [health({ name: '/Common/new' })] }, 1);
  assert.equal(reports.virtuals.size, 2);
  reports = takeReport(reports, { ...delta, virtuals: [health({ deleted: true })] }, 2);
  assert.deepEqual([...reports.virtuals.keys()], ['/Common/new']);
  const before = new Map([['/Common/web', health()]]);
  assert.equal(
    changedVirtuals(before, new Map([['/Common/web', health({ currentConnections: 9 })]])).length,
    0,
  );
  assert.equal(
    changedVirtuals(before, new Map([['/Common/web', health({ owner: true })]])).length,
    1,
  );
  assert.equal(changedVirtuals(before, new Map())[0]?.deleted, true);
});

test('discovery adds what is reported, changes its address, deletes only when sure', () => {
  const reports = [
    say(a, 0, { owner: true, name: '/Common/new', port: 443 }),
    say(b, 0, { name: '/Common/new', port: 443 }),
  ];
  const nothingUsed = (): boolean => false;
  const kinds = (
    server: GtmServer,
    devices = reports,
    inUse = nothingUsed as (name: string) => boolean,
  ): string[] =>
    discover(server, devices, inUse, 1).map((operation) =>
      'item' in operation ? `${operation.kind} ${operation.item}` : operation.kind,
    );
  assert.deepEqual(kinds(serverWith()), []);
  assert.deepEqual(kinds(serverWith({ discovery: 'enabled-no-delete' })), [
    'create-item /Common/new',
  ]);
  const enabled = serverWith({ discovery: 'enabled' });
  assert.deepEqual(kinds(enabled), ['create-item /Common/new', 'delete-item /Common/web']);
  assert.deepEqual(
    kinds(enabled, reports.slice(1)),
    ['create-item /Common/new'],
    'half of the pair is silent',
  );
  assert.deepEqual(
    kinds(enabled, reports, (name) => name === '/Common/web'),
    ['create-item /Common/new'],
  );
  const moved = [say(a, 0, { owner: true, port: 81 }), say(b, 0, { port: 81 })];
  assert.deepEqual(kinds(enabled, moved), ['modify-item /Common/web']);
});
