/** A hundred clients at once: what was acknowledged is there, what was refused is not. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connectHttp } from '../../platform/https-client.ts';
import { type TestDevice, adminPassword, basic, startTestDevice } from '../test-device.ts';

let device: TestDevice;
before(async () => {
  device = await startTestDevice();
});
after(() => device.close());

const clients = 100;
const writesEach = 5;

test('every write is acknowledged and there, or refused and not', async () => {
  const headers = basic('admin', adminPassword);
  // The slow hash once, so that the logins of a hundred do not turn each other away.
  await device.ask('GET', '/mgmt/tm/sys');
  const answers = await Promise.all(
    Array.from({ length: clients }, async (_, number) => {
      const client = connectHttp({ kind: 'https', host: '127.0.0.1', port: device.port });
      const made: (readonly [string, number])[] = [];
      for (let write = 0; write < writesEach; write += 1) {
        // Every name is asked for by two clients: one of them has to lose.
        const name = `p${Math.floor(number / 2)}-${write}`;
        const body = JSON.stringify({ name, description: `by ${number}` });
        const answer = await client.send({
          method: 'POST',
          path: '/mgmt/tm/ltm/pool',
          headers,
          body,
        });
        made.push([`/Common/${name}`, answer.status]);
      }
      client.close();
      return made;
    }),
  );
  const all = answers.flat();
  assert.deepEqual(
    all.filter(([, status]) => status !== 200 && status !== 409 && status !== 503),
    [],
  );
  const acknowledged = all.filter(([, status]) => status === 200).map(([name]) => name);
  assert.equal(new Set(acknowledged).size, acknowledged.length, 'nobody shares an acknowledgement');
  const there = device.store.view().names('ltm pool');
  assert.deepEqual(acknowledged.toSorted(), [...there]);
  assert.ok(acknowledged.length > clients, `${acknowledged.length} writes`);
});
