import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestDevice, startTestDevice } from '../test-device.ts';

let device: TestDevice;
before(async () => {
  device = await startTestDevice();
});
after(() => device.close());

const localOnly = '/Common/traffic-group-local-only';
const floating = '/Common/traffic-group-1';
const folder = '/mgmt/tm/sys/folder/~Common~app';
const address = '/mgmt/tm/ltm/virtual-address/~Common~app~10.0.0.3';

async function write(method: 'PATCH' | 'PUT', path: string, body: object): Promise<unknown[]> {
  const { status, text, json } = await device.ask(method, path, { ...body });
  assert.equal(status, 200, text);
  return [json['trafficGroup'], json['inheritedTrafficGroup']];
}

test('what says that its group is inherited gives its own one up', async () => {
  await device.ask('POST', '/mgmt/tm/sys/folder', { name: 'app', trafficGroup: localOnly });
  await device.ask('POST', '/mgmt/tm/ltm/virtual-address', { name: '/Common/app/10.0.0.3' });
  for (const [path, own, folders] of [
    [address, floating, localOnly],
    [folder, localOnly, floating],
  ] as const) {
    for (const method of ['PATCH', 'PUT'] as const) {
      assert.deepEqual(await write('PATCH', path, { trafficGroup: own }), [own, 'false']);
      const shown = { trafficGroup: own, inheritedTrafficGroup: 'false' };
      assert.deepEqual(await write(method, path, shown), [own, 'false']);
      const given = { trafficGroup: own, inheritedTrafficGroup: 'true' };
      assert.deepEqual(await write(method, path, given), [folders, 'true']);
    }
  }
});

test('of what follows its folder it is an echo, and another group beside it an order', async () => {
  const echo = { trafficGroup: floating, inheritedTrafficGroup: 'true', description: 'x' };
  assert.deepEqual(await write('PATCH', folder, echo), [floating, 'true']);
  const other = { trafficGroup: localOnly, inheritedTrafficGroup: 'true' };
  assert.deepEqual(await write('PATCH', folder, other), [localOnly, 'false']);
  const only = { inheritedTrafficGroup: 'true' };
  assert.deepEqual(await write('PATCH', folder, only), [floating, 'true']);
});
