/** The calls of the article, typed with curl. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestDevice, adminPassword, startTestDevice } from '../../src/icontrol/test-device.ts';
import { run } from '../../src/platform/process.ts';

let device: TestDevice;
before(async () => {
  device = await startTestDevice();
});
after(() => device.close());

const options = {
  skip: (await run('curl', ['--version']).catch(() => undefined))
    ? false
    : 'skipped: curl is not installed',
};

async function curl(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const url = `https://127.0.0.1:${device.port}${path}`;
  const json = ['-H', 'Content-Type: application/json', '-d', JSON.stringify(body)];
  const args = ['-sk', '-u', `admin:${adminPassword}`, '-X', method, ...(body ? json : []), url];
  const { stdout } = await run('curl', args);
  return stdout === '' ? {} : (JSON.parse(stdout) as Record<string, unknown>); // Our own answers.
}

test('curl: the pool of the article, and a member taken out of it', options, async () => {
  const pool = await curl('POST', '/mgmt/tm/ltm/pool', {
    name: 'web_pool',
    monitor: '/Common/http',
    loadBalancingMode: 'round-robin',
    members: [{ name: '192.168.1.10:80' }, { name: '192.168.1.11:80' }],
  });
  assert.equal(pool['kind'], 'tm:ltm:pool:poolstate');
  assert.equal(pool['loadBalancingMode'], 'round-robin');
  const path = '/mgmt/tm/ltm/pool/~Common~web_pool/members';
  const list = await curl('GET', path);
  assert.equal((list['items'] as readonly unknown[]).length, 2); // A collection has items.
  const down = await curl('PATCH', `${path}/~Common~192.168.1.10:80`, {
    state: 'user-down',
    session: 'user-disabled',
  });
  assert.equal(down['session'], 'user-disabled');
  assert.equal(down['state'], 'user-down');
  const again = await curl('POST', '/mgmt/tm/ltm/pool', { name: 'web_pool' });
  assert.equal(again['code'], 409);
  assert.deepEqual(await curl('DELETE', '/mgmt/tm/ltm/pool/~Common~web_pool'), {});
  const gone = await curl('GET', '/mgmt/tm/ltm/pool/~Common~web_pool');
  assert.equal(gone['code'], 404);
});
