/** A hundred clients write at once: every write is acknowledged and there, or refused and not there. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adminPassword, basic, startTestDevice } from '../../src/icontrol/test-device.ts';
import { connectHttp } from '../../src/platform/https-client.ts';

const clients = 100;
const turns = 2;

test('of a hundred clients that write at once none is told wrong', async () => {
  const device = await startTestDevice();
  try {
    const first = await device.ask('POST', '/mgmt/tm/ltm/pool', { name: 'shared' });
    assert.equal(first.status, 200);
    const acknowledged = new Set<string>();
    const refused = new Set<string>();
    const descriptions = new Set<unknown>();
    await Promise.all(
      Array.from({ length: clients }, async (_, client) => {
        const http = connectHttp({ kind: 'https', host: '127.0.0.1', port: device.port });
        const headers = basic('admin', adminPassword);
        const send = async (method: string, path: string, body: object): Promise<number> =>
          (await http.send({ method, path, headers, body: JSON.stringify(body) })).status;
        for (let turn = 0; turn < turns; turn += 1) {
          const name = `crowd_${client}_${turn}`;
          const status = await send('POST', '/mgmt/tm/ltm/pool', { name });
          assert.ok(status === 200 || status === 503, `status ${status}`);
          (status === 200 ? acknowledged : refused).add(name);
          const own = { description: name };
          const patched = await send('PATCH', '/mgmt/tm/ltm/pool/~Common~shared', own);
          if (patched === 200) descriptions.add(name);
        }
        http.close();
      }),
    );
    const { body } = await listPools(device.port);
    const there = new Set(body.items.map(({ name }) => name).filter((name) => name !== 'shared'));
    assert.deepEqual(there, acknowledged);
    assert.equal(acknowledged.size + refused.size, clients * turns);
    // The last of the patches that were acknowledged stays.
    const shared = body.items.find(({ name }) => name === 'shared');
    assert.ok(descriptions.has(shared?.description), String(shared?.description));
  } finally {
    await device.close();
  }
});

interface Pools {
  readonly items: readonly { readonly name: string; readonly description?: string }[];
}

async function listPools(port: number): Promise<{ readonly body: Pools }> {
  const http = connectHttp({ kind: 'https', host: '127.0.0.1', port });
  const headers = basic('admin', adminPassword);
  try {
    const answer = await http.send({ method: 'GET', path: '/mgmt/tm/ltm/pool', headers });
    // The shape that the collection is documented to have.
    return { body: JSON.parse(answer.body) as Pools };
  } finally {
    http.close();
  }
}
