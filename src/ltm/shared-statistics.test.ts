import assert from 'node:assert/strict';
import { noPackets } from './nftables/read.ts';
import { test } from 'node:test';
import { TestWorld, create } from '../config/model/test-world.ts';
import { engineName } from './engine-names.ts';
import { noCounters } from './haproxy/counter-table.ts';
import {
  countedProfiles,
  profileStatistics,
  virtualAddressStatistics,
} from './shared-statistics.ts';
import { TrafficState } from './traffic-state.ts';

const facts = {
  interfaceOf: (vlan: string) => vlan,
  maximumConnections: () => 1000,
  isSharingWorth: () => false,
};
const places = { runtimeSocket: '/r', peersSocket: '/p', certificateFolder: '/c', mapFolder: '/m' };

test('an address and a profile count what their virtual servers count', () => {
  const world = new TestWorld();
  const profiles = [{ name: '/Common/tcp' }, { name: '/Common/http' }];
  const virtual = (name: string, port: number, names = profiles) =>
    create('ltm virtual', `/Common/${name}`, {
      destination: `/Common/10.0.0.1:${port}`,
      'ip-protocol': 'tcp',
      profiles: names,
    });
  world.do(virtual('a', 80), virtual('b', 81), virtual('c', 82, [{ name: '/Common/tcp' }]));
  const { plans } = new TrafficState(world.view, facts, places, { get: () => undefined });
  const counters = new Map(
    ['a', 'b', 'c'].map((name) => [
      `${engineName(`/Common/${name}`)}/FRONTEND`,
      { ...noCounters, totalConnections: 2, bytesIn: 10, requests: 3 },
    ]),
  );
  const flows = { ofVirtual: () => 0, ofMember: () => 0, totalOfMember: () => noPackets };
  const measured = { plans, counters, packets: new Map(), flows, health: new Map() };
  const http = profileStatistics(measured, world.view, 'ltm profile http', '/Common/http');
  assert.deepEqual(http, { numberReqs: 6, tmName: '/Common/http', vsName: 'N/A' });
  const tcp = profileStatistics(measured, world.view, 'ltm profile tcp', '/Common/tcp');
  assert.equal(tcp?.['accepts'], 6);
  const address = virtualAddressStatistics(measured, world.view, '/Common/10.0.0.1');
  assert.equal(address?.['clientside.bitsIn'], 240);
  assert.equal(address['status.availabilityState'], 'unknown');
  for (const component of countedProfiles) {
    assert.equal(profileStatistics(measured, world.view, component, '/Common/no'), undefined);
  }
  assert.equal(virtualAddressStatistics(measured, world.view, '/Common/10.9.9.9'), undefined);
});
