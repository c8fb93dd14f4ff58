import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestDevice, adminPassword, startTestDevice } from '../../src/icontrol/test-device.ts';
import type { Case, Once } from './ansible-cases.ts';
import { play, withoutAnsible } from './ansible.ts';
import { lifecycle, playbook, task } from './ansible-playbook.ts';

/** One test a group, all on one device with a real store and server. */
export async function testGroups(
  groups: Readonly<Record<string, readonly Case[]>>,
  once: readonly Once[],
): Promise<void> {
  const options = { skip: (await withoutAnsible()) ?? false };
  let device: TestDevice;
  before(async () => {
    device = await startTestDevice();
    // This device has no cluster room, and the module cannot do without statistics of traffic groups.
    device.state.provideStatistics('cm traffic-group', undefined, (trafficGroup) => ({
      [trafficGroup]: { trafficGroup, failoverState: '-' },
    }));
  });
  after(() => device.close());
  const target = () => ({ host: '127.0.0.1', port: device.port, password: adminPassword });
  for (const [name, cases] of Object.entries(groups)) {
    test(`ansible: ${name}`, options, async () => {
      const result = await play(target(), playbook(lifecycle(cases)));
      assert.deepEqual(result.failures, []);
      assert.ok(result.tasks >= 4 * cases.length);
    });
  }
  if (once.length === 0) return;
  test('ansible: modules without a life cycle', options, async () => {
    const tasks = once.map(({ module, given, expected }) => task(module, 'once', given, expected));
    const result = await play(target(), playbook(tasks));
    assert.deepEqual(result.failures, []);
  });
}
