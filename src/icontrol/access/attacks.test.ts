/** What somebody with a small role tries, to read or to do more than the role allows. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { JsonObject } from '../../config/text/json.ts';
import { type TestAnswer, type TestDevice, basic, startTestDevice } from '../test-device.ts';

const password = 'Correct-Horse-42';
let device: TestDevice;
before(async () => {
  device = await startTestDevice();
  await done('POST', '/mgmt/tm/auth/partition', { name: 'A' });
  await user('mira', 'A', 'manager');
  await user('ed', 'all-partitions', 'application-editor');
  await user('gus', 'A', 'guest');
});
after(() => device.close());

async function done(method: string, path: string, body: JsonObject): Promise<TestAnswer> {
  const answer = await device.ask(method, path, body);
  assert.equal(answer.status, 200, answer.text);
  return answer;
}

async function user(name: string, partition: string, role: string): Promise<void> {
  const access = [{ name: partition, role }];
  await done('POST', '/mgmt/tm/auth/user', { name, password, 'partition-access': access });
}

function as(
  name: string,
  method: string,
  path: string,
  body?: JsonObject,
  headers = {},
): Promise<TestAnswer> {
  return device.ask(method, path, body, { ...basic(name, password), ...headers });
}

test('files of the device do not become contents that a manager reads', async () => {
  await done('POST', '/mgmt/tm/sys/config', { command: 'save' });
  const uploads = `${device.paths.files}/var/config/rest/downloads`;
  mkdirSync(uploads, { recursive: true });
  writeFileSync(`${uploads}/list.txt`, '"a" := "b",\n');
  const files = '/mgmt/tm/sys/file/ifile';
  for (const folder of ['/config/bigip_user.conf', '/config/../config/bigip_user.conf']) {
    const body = { name: 'i', partition: 'A', sourcePath: `file:${folder}` };
    const tries = [files, `${files}?dryRun=true`, '/mgmt/tm/sys/file/data-group'];
    for (const path of tries) {
      const answer = await as('mira', 'POST', path, { ...body, type: 'string' });
      assert.notEqual(answer.status, 200, path);
      assert.doesNotMatch(answer.text, /scrypt/);
    }
  }
  const sourcePath = 'file:/var/config/rest/downloads/list.txt';
  const made = await as('mira', 'POST', files, { name: 'i', partition: 'A', sourcePath });
  assert.equal(made.status, 200, made.text);
  const config = { name: 'c', sourcePath: 'file:/config/bigip_user.conf' };
  assert.equal((await device.ask('POST', files, config)).status, 200);
});

test('a sealed secret stays with its object', async () => {
  const monitors = '/mgmt/tm/ltm/monitor/http';
  const common = await done('POST', monitors, { name: 'm', username: 'u', password: 'mine' });
  const sealed = String(common.json['password']);
  assert.match(sealed, /^\$M\$/);
  const thief = { name: 't', partition: 'A', username: 'u', password: sealed };
  const stolen = await as('mira', 'POST', monitors, thief);
  assert.equal(stolen.status, 400);
  assert.match(stolen.text, /01071769/);
  const own = { ...thief, password: 'own' };
  assert.equal((await as('mira', 'POST', monitors, own)).status, 200);
  const path = `${monitors}/~A~t`;
  assert.equal((await as('mira', 'PATCH', path, { password: sealed })).status, 400);
  assert.equal((await as('mira', 'PUT', path, { password: sealed })).status, 400);
  const read = await as('mira', 'GET', path);
  assert.equal((await as('mira', 'PUT', path, read.json)).status, 200);
  const { json } = await as('mira', 'POST', '/mgmt/tm/transaction', {});
  const id = String(json['transId']);
  const inside = { 'x-f5-rest-coordination-id': id };
  await as('mira', 'PATCH', path, { password: sealed }, inside);
  const end = await as('mira', 'PATCH', `/mgmt/tm/transaction/${id}`, { state: 'VALIDATING' });
  assert.equal(end.status, 400, end.text);
  assert.equal((await device.ask('PATCH', path, { password: sealed })).status, 200);
});

test('an editor of all partitions makes no node by way of a member', async () => {
  const pool = '/mgmt/tm/ltm/pool';
  await done('POST', pool, { name: 'p', members: [{ name: '10.0.0.1:80' }] });
  const members = `${pool}/~Common~p/members`;
  const fresh = await as('ed', 'POST', members, { name: '10.0.0.2:80' });
  assert.match(fresh.text, /Access Denied.*\(node\)/);
  const other = await as('ed', 'POST', members, { name: '10.0.0.1:81' });
  assert.equal(other.status, 200, other.text);
});

test('a manager of users takes no name of the device', async () => {
  await user('uma', 'all-partitions', 'user-manager');
  const access = [{ name: 'A', role: 'guest' }];
  for (const name of ['root', 'system', 'sister']) {
    const body = { name, password, 'partition-access': access };
    const answer = await as('uma', 'POST', '/mgmt/tm/auth/user', body);
    assert.equal(answer.status, name === 'sister' ? 200 : 400, answer.text);
  }
});

test('thousands of slashes hold up nobody', async () => {
  const start = performance.now();
  for (let count = 0; count < 20; count += 1) {
    const answer = await device.ask('GET', `/mgmt${'/'.repeat(15_000)}x`, undefined, {});
    assert.equal(answer.status, 401);
  }
  assert.ok(performance.now() - start < 1500);
});
