import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestWorld, create } from '../test-world.ts';

test('no virtual server takes the management address of a device with it', () => {
  const world = new TestWorld();
  world.do(create('cm device', '/Common/peer.example.com', { 'management-ip': '198.18.4.12' }));
  const virtual = (address: string) =>
    create('ltm virtual', '/Common/vm', { destination: `/Common/${address}:80` });
  const [refusal] = world.refusal(virtual('198.18.4.12'));
  assert.match(
    refusal ?? '',
    /^0107176c:3: Invalid Virtual Address, the IP address 198\.18\.4\.12/,
  );
  assert.deepEqual(world.refusal(virtual('198.18.4.13')), []);
});
