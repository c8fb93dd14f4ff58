import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestDevice, startTestDevice } from '../test-device.ts';

let device: TestDevice;
before(async () => {
  device = await startTestDevice();
});
after(() => device.close());

test('a module that is not here is taken as on BIG-IP, said in the log, and stays not provisioned', async () => {
  const path = '/mgmt/tm/sys/provision/asm';
  const before = await device.ask('GET', '/mgmt/tm/asm/policies');
  const taken = await device.ask('PATCH', path, { level: 'nominal' });
  assert.equal(taken.status, 200, taken.text);
  assert.equal((await device.ask('GET', path)).json['level'], 'nominal');
  const warnings = device.logged.filter((line) => line.includes('Provisioning Warning: asm'));
  assert.equal(warnings.length, 1, device.logged.join('\n'));
  const again = await device.ask('GET', '/mgmt/tm/asm/policies');
  assert.deepEqual([again.status, again.json['message']], [before.status, before.json['message']]);
  assert.notEqual(again.status, 200);
  await device.ask('PATCH', path, { level: 'none' });
  assert.equal(device.logged.filter((line) => line.includes('Provisioning Warning')).length, 1);
});
