import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestWorld } from '../config/model/test-world.ts';
import { planTraffic } from './planner.ts';

const facts = {
  interfaceOf: () => undefined,
  maximumConnections: () => 1000,
  isSharingWorth: () => false,
  hasOwnerMarks: true,
};

function planOf(properties: Record<string, string>): ReturnType<typeof planTraffic> {
  const world = new TestWorld();
  world.do(
    { kind: 'create', component: 'ltm pool', name: '/Common/p', properties: {} },
    {
      kind: 'create',
      component: 'ltm virtual',
      name: '/Common/v',
      properties: { destination: '/Common/198.18.0.1:53', pool: '/Common/p', ...properties },
    },
  );
  return planTraffic(world.view, facts);
}

test('stateless is UDP on the packet path', () => {
  const [virtual] = planOf({ 'virtual-type': 'stateless', 'ip-protocol': 'udp' }).packetVirtuals;
  assert.equal(virtual?.protocol, 'udp');
  const { refusals } = planOf({ 'virtual-type': 'stateless', 'ip-protocol': 'tcp' });
  assert.match(refusals[0]?.reason ?? '', /carries UDP only/);
  const { refusals: others } = planOf({ 'virtual-type': 'internal' });
  assert.match(others[0]?.reason ?? '', /only what adapt profiles/);
});

test('only networks need to be marked as ours', () => {
  const network = { destination: '/Common/198.18.0.0:80', mask: '255.255.255.0' };
  const type = { 'virtual-type': 'ip-forward' };
  const [claim] = planOf({ ...network, ...type }).classified;
  assert.equal((claim?.owner?.mark ?? 0) >>> 24, 0x4e);
  assert.equal(planOf(type).classified[0]?.owner, undefined);
});
