/** Transactions as clients see them: what they have collected, in which order, and what a read shows. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { JsonObject } from '../../config/text/json.ts';
import type { CommitRequest } from '../../config/types.ts';
import {
  type TestAnswer,
  type TestDevice,
  adminPassword,
  basic,
  startTestDevice,
} from '../test-device.ts';

let device: TestDevice;
before(async () => {
  device = await startTestDevice();
});
after(() => device.close());

const base = '/mgmt/tm/transaction';
const pools = '/mgmt/tm/ltm/pool';

async function open(body: JsonObject = {}): Promise<number> {
  const { json } = await device.ask('POST', base, body);
  return Number(json['transId']);
}

function inside(id: number, method: string, path: string, body?: JsonObject): Promise<TestAnswer> {
  const headers = { ...basic('admin', adminPassword), 'x-f5-rest-coordination-id': String(id) };
  return device.ask(method, path, body, headers);
}

const commit = (id: number, more: JsonObject = {}): Promise<TestAnswer> =>
  device.ask('PATCH', `${base}/${id}`, { state: 'VALIDATING', ...more });

test('a read inside sees what was collected, a read outside does not', async () => {
  const id = await open();
  const queued = await inside(id, 'POST', pools, { name: 'a' });
  assert.deepEqual([queued.json['method'], queued.json['evalOrder']], ['POST', 1]);
  await inside(id, 'POST', `${pools}/a/members`, { name: '10.7.3.1:80' });
  const seen = await inside(id, 'GET', `${pools}/a?expandSubcollections=true`);
  assert.equal(seen.status, 200, seen.text);
  assert.match(seen.text, /10\.7\.3\.1/);
  assert.equal((await device.ask('GET', `${pools}/a`)).status, 404);
  assert.equal((await inside(1, 'GET', `${pools}/a`)).status, 404);
  assert.equal((await commit(id)).json['state'], 'COMPLETED');
  assert.equal((await device.ask('GET', `${pools}/a`)).status, 200);
});

test('a read beside a command that cannot be carried out sees those before it', async () => {
  const id = await open();
  await inside(id, 'POST', pools, { name: 'sound' });
  await inside(id, 'POST', pools, { name: 'other' });
  await inside(id, 'POST', pools, { name: 'broken', monitor: '/Common/there_is_none' });
  await inside(id, 'POST', pools, { name: 'later' });
  assert.equal((await inside(id, 'GET', `${pools}/sound`)).status, 200);
  assert.equal((await inside(id, 'GET', `${pools}/other`)).status, 200);
  assert.equal((await inside(id, 'GET', `${pools}/later`)).status, 404);
  assert.equal((await commit(id)).status, 400);
  assert.equal((await device.ask('GET', `${pools}/sound`)).status, 404);
});

test('commands build on those before them', async () => {
  const id = await open();
  await inside(id, 'POST', pools, { name: 'b', members: ['10.7.3.2:80'] });
  await inside(id, 'PATCH', `${pools}/b`, { members: { add: ['10.7.3.3:80'] } });
  await inside(id, 'PUT', `${pools}/b`, { description: 'put', members: ['10.7.3.3:80'] });
  await inside(id, 'PATCH', `${pools}/b/members/~Common~10.7.3.3:80`, { ratio: 4 });
  const done = await commit(id);
  assert.equal(done.status, 200, done.text);
  const members = await device.ask('GET', `${pools}/b/members`);
  assert.deepEqual(
    (members.json['items'] as readonly JsonObject[]).map(({ name, ratio }) => [name, ratio]),
    [['10.7.3.3:80', 4]],
  );
});

test('asked for twice at the same time, it is committed once', async () => {
  const id = await open();
  await inside(id, 'POST', '/mgmt/tm/auth/user', { name: 'twice', password: 'Long enough 1' });
  const answers = await Promise.all([commit(id), commit(id)]);
  const statuses = answers.map(({ status }) => status);
  assert.deepEqual(new Set(statuses), new Set([200, 404]), String(statuses));
});

test('what the open ones of one user hold is bounded', async () => {
  const id = await open();
  const description = 'x'.repeat(12 * 1024 * 1024);
  const statuses: number[] = [];
  for (let count = 0; count < 3; count += 1) {
    statuses.push((await inside(id, 'POST', pools, { name: `big${count}`, description })).status);
  }
  assert.deepEqual(statuses, [200, 200, 400]);
  const opened: number[] = [];
  let refused: TestAnswer | undefined;
  while (refused === undefined && opened.length < 100) {
    const answer = await device.ask('POST', base, {});
    if (answer.status === 200) opened.push(Number(answer.json['transId']));
    else refused = answer;
  }
  assert.equal(refused?.status, 503);
  for (const one of [id, ...opened]) await device.ask('DELETE', `${base}/${one}`);
});

test('the order can be changed, and a command taken out', async () => {
  const id = await open();
  await inside(id, 'DELETE', `${pools}/c`);
  const made = await inside(id, 'POST', pools, { name: 'c' });
  const wrong = await inside(id, 'POST', pools, { name: 'not/here/at/all' });
  const first = `${base}/${id}/commands/${String(made.json['commandId'])}`;
  const moved = await device.ask('PATCH', first, { evalOrder: 1 });
  assert.equal(moved.json['evalOrder'], 1);
  await device.ask('DELETE', `${base}/${id}/commands/${String(wrong.json['commandId'])}`);
  const { json } = await device.ask('GET', `${base}/${id}/commands`);
  assert.deepEqual(
    (json['items'] as readonly JsonObject[]).map(({ method }) => method),
    ['POST', 'DELETE'],
  );
  const done = await commit(id);
  assert.equal(done.status, 200, done.text);
  assert.equal((await device.ask('GET', `${pools}/c`)).status, 404);
});

test('validateOnly checks everything and changes nothing, wherever it was said', async () => {
  const said = await open({ validateOnly: true });
  await inside(said, 'POST', pools, { name: 'd' });
  const early = await commit(said);
  assert.deepEqual([early.json['state'], early.json['validateOnly']], ['COMPLETED', true]);
  const id = await open();
  await inside(id, 'POST', pools, { name: 'd', monitor: '/Common/nothing' });
  const refused = await commit(id, { validateOnly: true });
  assert.equal(refused.status, 400);
  assert.match(refused.text, /transaction failed:01020036:3/);
  assert.equal((await device.ask('GET', `${pools}/d`)).status, 404);
});

test('one wrong command, and nothing of it is done', async () => {
  const id = await open();
  await inside(id, 'POST', pools, { name: 'e' });
  await inside(id, 'DELETE', `${pools}/nobody`);
  const { status, json } = await commit(id);
  assert.deepEqual(
    [status, json['apiError'], json['message']],
    [400, 2, 'transaction failed:01020036:3: The requested Pool (/Common/nobody) was not found.'],
  );
  assert.equal((await device.ask('GET', `${pools}/e`)).status, 404);
  const empty = await commit(await open());
  assert.match(empty.text, /there is no command to commit in the transaction/);
});

test('publishing is part of a transaction; what cannot be taken back is not', async () => {
  const policies = '/mgmt/tm/ltm/policy';
  const id = await open();
  await inside(id, 'POST', policies, { name: 'p', subPath: 'Drafts' });
  await inside(id, 'POST', policies, { command: 'publish', name: 'Drafts/p' });
  await inside(id, 'PATCH', `${policies}/p?options=create-draft`, {});
  const saved = await inside(id, 'POST', '/mgmt/tm/sys/config', { command: 'save' });
  assert.equal(saved.status, 400);
  const done = await commit(id);
  assert.equal(done.status, 200, done.text);
  assert.equal((await device.ask('GET', `${policies}/p`)).json['status'], 'published');
  assert.equal((await device.ask('GET', `${policies}/~Common~Drafts~p`)).json['status'], 'draft');
});

test('others are answered while a large one is committed, and what they change meanwhile stays', async (context) => {
  const id = await open();
  const names = Array.from({ length: 120 }, (_, index) => `large-${index}`);
  for (const name of names) {
    assert.equal((await inside(id, 'POST', pools, { name })).status, 200);
  }
  const { store } = device;
  const committing = store.committing.bind(store);
  let attempts = 0;
  let meanwhile: TestAnswer | undefined;
  context.mock.method(store, 'committing', function* (request: CommitRequest) {
    attempts += 1;
    const work = committing(request);
    // In the middle: it has looked at the configuration, and has not changed it.
    work.next();
    if (attempts === 1) {
      yield device.ask('POST', pools, { name: 'of-another' }).then((answer) => {
        meanwhile = answer;
      });
    }
    return yield* work;
  });
  assert.equal((await commit(id)).json['state'], 'COMPLETED');
  assert.equal(meanwhile?.status, 200);
  assert.equal(attempts, 2);
  const there = new Set(store.view().names('ltm pool'));
  assert.ok([...names, 'of-another'].every((name) => there.has(`/Common/${name}`)));
});
