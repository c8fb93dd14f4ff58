/** Ansible's modules for BIG-IP, unchanged: create, the same again, modify, the same again, delete. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestDevice, adminPassword, startTestDevice } from '../../src/icontrol/test-device.ts';
import { globalTraffic, localTraffic, network, once, system } from './ansible-cases.ts';
import { play, withoutAnsible } from './ansible.ts';
import { lifecycle, playbook, task } from './ansible-playbook.ts';

const reason = await withoutAnsible();
const options = { skip: reason ?? false };
let device: TestDevice;
before(async () => {
  device = await startTestDevice();
});
after(() => device.close());

const groups = { network, system, localTraffic, globalTraffic };

for (const [name, cases] of Object.entries(groups)) {
  test(`ansible: ${name}`, options, async () => {
    const target = { host: '127.0.0.1', port: device.port, password: adminPassword };
    const result = await play(target, playbook(lifecycle(cases)));
    assert.deepEqual(result.failures, []);
    assert.ok(result.tasks >= 4 * cases.length);
  });
}

test('ansible: modules that are asked once', options, async () => {
  const target = { host: '127.0.0.1', port: device.port, password: adminPassword };
  const tasks = once.map(({ module, given, expected }) => task(module, 'once', given, expected));
  const result = await play(target, playbook(tasks));
  assert.deepEqual(result.failures, []);
});
