import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestWorld, create } from '../config/model/test-world.ts';
import { planTraffic } from './planner.ts';

const facts = {
  interfaceOf: () => 'eth1',
  maximumConnections: () => 1000,
  isSharingWorth: () => false,
};

test('no virtual server stands where the device itself listens', () => {
  const world = new TestWorld();
  world.do(create('net vlan', '/Common/v', {}));
  world.do(create('net self', '/Common/s', { address: '10.1.0.5/24', vlan: '/Common/v' }));
  const destinations = ['10.1.0.5:443', '10.1.0.5:80', '10.1.0.6:443', '10.1.0.7:4353'];
  for (const [index, destination] of destinations.entries()) {
    world.do(
      create('ltm virtual', `/Common/v${index}`, {
        destination: `/Common/${destination}`,
        'ip-protocol': 'tcp',
        profiles: [{ name: '/Common/tcp' }],
      }),
    );
  }
  const plan = planTraffic(world.view, facts);
  assert.deepEqual(
    plan.virtuals.map(({ name }) => name),
    ['/Common/v1', '/Common/v2'],
  );
  assert.deepEqual(
    plan.refusals.map(({ virtual }) => virtual),
    ['/Common/v0', '/Common/v3'],
  );
});
