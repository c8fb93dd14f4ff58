import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { JsonObject } from '../../config/text/json.ts';
import { createConfigStore } from '../../config/store/store.ts';
import { systemClock } from '../../platform/clock.ts';
import { changesBetween, oneCommit } from './history.ts';
import { claimsOf } from '../wire/origin.ts';
import { type TestDevice, adminPassword, basic, startTestDevice } from '../test-device.ts';

let device: TestDevice;
before(async () => {
  device = await startTestDevice();
});
after(() => device.close());

const pools = '/mgmt/tm/ltm/pool';
const commits = '/mgmt/shared/evenkeel/commits';

function running(): number {
  return device.store.view().sequence;
}

async function made(name: string, more: JsonObject = {}): Promise<number> {
  const { status, text } = await device.ask('POST', pools, { name, ...more });
  assert.equal(status, 200, text);
  return running();
}

function listOf(json: JsonObject, key: string): readonly JsonObject[] {
  return json[key] as readonly JsonObject[]; // The answers under test have lists of objects there.
}

function databaseBytes(): readonly Buffer[] {
  const { database } = device.paths;
  return [database, `${database}-wal`]
    .filter((one) => existsSync(one))
    .map((one) => readFileSync(one));
}

test('a commit says who, from where, by which interface and why', async () => {
  const reason = 'ticket 4711';
  const headers = { ...basic('admin', adminPassword), 'x-evenkeel-reason': reason };
  await device.ask('POST', pools, { name: 'why' }, headers);
  const { json } = await device.ask('GET', `${commits}/${running()}`);
  const { user, source, address } = json;
  assert.deepEqual(
    { user, source, address },
    { user: 'admin', source: 'rest', address: '127.0.0.1' },
  );
  assert.equal(json['reason'], reason);
  const asGui = { ...basic('admin', adminPassword), 'x-evenkeel-client': 'gui' };
  const path = `${pools}/~Common~why?reason=gr%C3%B6%C3%9Fer`;
  const patched = await device.ask('PATCH', path, { description: 'x' }, asGui);
  assert.doesNotMatch(patched.text, /reason/);
  const second = await device.ask('GET', `${commits}/${running()}`);
  assert.deepEqual([second.json['source'], second.json['reason']], ['gui', 'größer']);
  await device.tmsh('modify ltm pool why description y');
  const third = await device.ask('GET', `${commits}/${running()}`);
  assert.equal(third.json['source'], 'tmsh');
  assert.deepEqual(
    listOf(third.json, 'changes').map((one) => [one['component'], one['name'], one['action']]),
    [['ltm pool', '/Common/why', 'modify']],
  );
  assert.deepEqual(listOf(listOf(third.json, 'changes')[0] ?? {}, 'properties'), [
    { property: 'description', before: 'x', after: 'y' },
  ]);
});

test('reasons come as bytes of UTF-8 in the header, are bounded, and hold no control characters', () => {
  const header = (text: string) =>
    claimsOf({ 'x-evenkeel-reason': Buffer.from(text).toString('latin1') }, '').reason;
  assert.equal(header('größer'), 'größer');
  assert.equal(claimsOf({ 'x-evenkeel-reason': 'gr\u00f6\u00dfer' }, '').reason, 'größer');
  assert.equal(header('a\tb\u0001c'), 'a b c');
  assert.equal(header('x'.repeat(2000))?.length, 500);
  assert.equal(header('  '), undefined);
  assert.equal(claimsOf({}, 'reason=a%20b&x=1').reason, 'a b');
});

test('the list: newest first, page by page, by object and user', async () => {
  const first = await made('listed');
  for (const description of ['a', 'b', 'c']) {
    await device.ask('PATCH', `${pools}/~Common~listed`, { description });
    await made(`other_${description}`);
  }
  const object = encodeURIComponent('ltm pool /Common/listed');
  const numbers: number[] = [];
  let path: string | undefined = `${commits}?$top=2&object=${object}&user=admin`;
  for (let pages = 0; path !== undefined && pages < 9; pages += 1) {
    const { json }: { json: JsonObject } = await device.ask('GET', path);
    numbers.push(...listOf(json, 'items').map((item) => Number(item['sequence'])));
    const next = json['nextLink'];
    path = typeof next === 'string' ? next.replace('https://localhost', '') : undefined;
  }
  assert.deepEqual(numbers, [first + 5, first + 3, first + 1, first]);
  const nobody = await device.ask('GET', `${commits}?user=nobody`);
  assert.deepEqual(nobody.json['items'], []);
  const wrong = await device.ask('GET', `${commits}?$top=0`);
  assert.equal(wrong.status, 400);
});

test('diff: between commits, back and forth, and to what runs', async () => {
  const start = running();
  await made('d1', { members: [{ name: '10.0.0.1:80' }, { name: '10.0.0.2:80' }] });
  const member = `${pools}/~Common~d1/members/~Common~10.0.0.1:80`;
  const middle = running();
  await device.ask('PATCH', member, { ratio: 3 });
  await made('d2');
  await device.ask('DELETE', `${pools}/~Common~d2`);
  const ask = async (query: string) =>
    (await device.ask('GET', `/mgmt/shared/evenkeel/diff?${query}`)).json;
  const changes = listOf(await ask(`from=${middle}`), 'changes');
  assert.deepEqual(
    changes.map((one) => [one['name'], one['properties']]),
    [['/Common/d1', [{ property: 'members /Common/10.0.0.1:80 ratio', before: null, after: 3 }]]],
  );
  assert.match(String(changes[0]?.['afterText']), /ratio 3/);
  const back = listOf(await ask(`from=running&to=${start}&object=ltm+pool+/Common/d1`), 'changes');
  assert.deepEqual(
    back.map((one) => [one['name'], one['action']]),
    [['/Common/d1', 'delete']],
  );
  const { output } = await device.tmsh(`run sys commit diff from ${middle}`);
  assert.match(output, /^\+ {9,}ratio 3$/m);
  assert.match((await device.tmsh('run sys commit diff from 99999')).output, /was not found/);
  assert.match(
    (await device.tmsh(`run sys commit diff from ${running()}`)).output,
    /No difference/,
  );
});

test('rollback: one new commit; its dry run says the same and writes nothing', async () => {
  await made('r1', { monitor: '/Common/http' });
  const wanted = running();
  await device.ask('PATCH', `${pools}/~Common~r1`, { monitor: '/Common/tcp', description: 'x' });
  await made('r2', { members: [{ name: '10.9.0.1:80' }] });
  await device.ask('DELETE', `${pools}/~Common~r1`);
  const bytes = databaseBytes();
  const body = { command: 'run', rollback: true, to: String(wanted) };
  const dry = await device.ask('POST', '/mgmt/tm/sys/commit?dryRun=true', body);
  assert.equal(dry.status, 200, dry.text);
  assert.deepEqual(databaseBytes(), bytes);
  const last = running();
  const done = await device.ask('POST', '/mgmt/tm/sys/commit?reason=oops', body);
  assert.equal(done.status, 200, done.text);
  assert.equal(running(), last + 1);
  const { json } = await device.ask('GET', `${commits}/${last + 1}`);
  assert.equal(json['reason'], `rollback to ${wanted}: oops`);
  assert.deepEqual(json['changes'], dry.json['changes']);
  assert.equal((await device.ask('GET', `${pools}/~Common~r1`)).json['monitor'], '/Common/http');
  assert.equal((await device.ask('GET', `${pools}/~Common~r2`)).status, 404);
  assert.equal((await device.ask('GET', '/mgmt/tm/ltm/node/~Common~10.9.0.1')).status, 404);
  const again = await device.tmsh(`run sys commit rollback to ${wanted}`);
  assert.match(again.output, /Nothing to undo/);
  assert.equal(running(), last + 1);
});

test('rollback refuses with the fault of what stands in its way; passwords stay', async () => {
  await made('user_of_it');
  const { status } = await device.tmsh('run sys commit rollback to none');
  assert.equal(status, 1);
  const early = await device.ask('POST', '/mgmt/tm/sys/commit', {
    command: 'run',
    rollback: true,
    to: '0',
  });
  assert.equal(early.status, 200, early.text);
  assert.equal((await device.ask('GET', '/mgmt/tm/ltm/pool')).status, 200);
  assert.equal(device.store.view().count('ltm pool'), 0);
  device.store.addCheck((changes) =>
    changes.some(({ name }) => name === '/Common/held')
      ? [{ status: 400, message: 'held is held' }]
      : [],
  );
  const before = running();
  const refused = await device.ask('POST', pools, { name: 'held' });
  assert.equal(refused.status, 400);
  assert.equal(running(), before);
});

test('dry runs: the faults and the changes of the real thing, and no effect', async () => {
  device.previews.register({
    engine: 'example',
    changes: (_before, next, changes) => [`${changes.length} of ${next.count('ltm pool')}`],
  });
  const bytes = databaseBytes();
  const sequence = running();
  const ask = (method: string, path: string, body?: JsonObject) =>
    device.ask(method, `${path}?dryRun=true`, body);
  const created = await ask('POST', pools, { name: 'dry', members: [{ name: '10.1.0.1:80' }] });
  assert.equal(created.status, 200, created.text);
  assert.deepEqual(
    listOf(created.json, 'changes').map((one) => [one['name'], one['action']]),
    [
      ['/Common/dry', 'create'],
      ['/Common/10.1.0.1', 'create'],
    ],
  );
  assert.deepEqual(created.json['engines'], [{ engine: 'example', changes: ['2 of 1'] }]);
  for (const [method, path, body] of [
    ['POST', pools, { name: 'dry', monitor: '/Common/none_such' }],
    ['POST', pools, { name: '/Nowhere/dry' }],
    ['PATCH', `${pools}/~Common~dry`, { description: 'x' }],
    ['DELETE', `${pools}/~Common~dry`, undefined],
    ['DELETE', '/mgmt/tm/ltm/monitor/http/~Common~http', undefined],
  ] as const) {
    const dry = await ask(method, path, body);
    const real = await device.ask(method, path, body);
    assert.deepEqual([dry.status, dry.json], [real.status, real.json]);
  }
  const command = await ask('POST', '/mgmt/tm/sys/config', { command: 'save' });
  assert.equal(command.status, 400);
  assert.match(command.text, /save sys config cannot be tried/);
  const logout = await ask('POST', '/mgmt/shared/authn/exchange', {});
  assert.match(logout.text, /cannot be tried/);
  assert.equal(running(), sequence);
  assert.deepEqual(databaseBytes(), bytes);
});

test('a dry run of a transaction leaves it open; its commands cannot be tried one by one', async () => {
  const { json } = await device.ask('POST', '/mgmt/tm/transaction', {});
  const path = `/mgmt/tm/transaction/${String(json['transId'])}`;
  const headers = {
    ...basic('admin', adminPassword),
    'x-f5-rest-coordination-id': String(json['transId']),
  };
  await device.ask('POST', pools, { name: 't1' }, headers);
  const queued = await device.ask('POST', `${pools}?dryRun=true`, { name: 't2' }, headers);
  assert.equal(queued.status, 400);
  const sequence = running();
  const dry = await device.ask('PATCH', `${path}?dryRun=true`, { state: 'VALIDATING' });
  assert.deepEqual(
    listOf(dry.json, 'changes').map((one) => one['name']),
    ['/Common/t1'],
  );
  assert.equal(running(), sequence);
  await device.ask('DELETE', '/mgmt/tm/ltm/pool/~Common~none', undefined, headers);
  const failing = await device.ask('PATCH', `${path}?dryRun=true`, { state: 'VALIDATING' });
  assert.equal(failing.status, 400);
  assert.match(failing.text, /transaction failed:/);
  assert.equal((await device.ask('GET', path)).json['state'], 'STARTED');
});

test('If-Match: the generation that was read, or 412 and no change; on items and in transactions', async () => {
  await made('locked', { members: [{ name: '10.2.0.1:80' }] });
  const path = `${pools}/~Common~locked`;
  const { etag: tag = '' } = await device.ask('GET', path);
  assert.match(tag, /^"\d+"$/);
  const with_ = (etag: string) => ({ ...basic('admin', adminPassword), 'if-match': etag });
  const first = await device.ask('PATCH', path, { description: 'one' }, with_(tag));
  assert.equal(first.status, 200);
  const sequence = running();
  for (const [method, target, body] of [
    ['PATCH', path, { description: 'two' }],
    ['PUT', path, { description: 'two' }],
    ['DELETE', path, undefined],
    ['PATCH', `${path}/members/~Common~10.2.0.1:80`, { ratio: 2 }],
    ['PATCH', `${path}?dryRun=true`, { description: 'two' }],
  ] as const) {
    const stale = await device.ask(method, target, body, with_(tag));
    assert.equal(stale.status, 412, `${method} ${target}: ${stale.text}`);
    assert.match(stale.text, /was changed by somebody else/);
  }
  assert.equal(running(), sequence);
  // Clients send back the generation that they read: as on BIG-IP it is an echo, not a condition.
  const echo = await device.ask('PATCH', path, { generation: 1, description: 'three' });
  assert.equal(echo.status, 200);
  assert.equal((await device.ask('PATCH', path, { ratio: 1 }, with_('*'))).status, 400);
  const { json } = await device.ask('POST', '/mgmt/tm/transaction', {});
  const inside = { ...with_(tag), 'x-f5-rest-coordination-id': String(json['transId']) };
  await device.ask('PATCH', path, { description: 'four' }, inside);
  const commit = await device.ask('PATCH', `/mgmt/tm/transaction/${String(json['transId'])}`, {
    state: 'VALIDATING',
  });
  assert.match(commit.text, /transaction failed:.*was changed by somebody else/);
});

test('many objects: the first thousand in full, all others named', async () => {
  const operations = Array.from({ length: 1003 }, (_, index) => ({
    kind: 'create' as const,
    component: 'ltm pool',
    name: `/Common/many${String(index).padStart(4, '0')}`,
    properties: {},
  }));
  assert.ok(device.store.commit({ origin: { user: 'x', source: 'system' }, operations }).ok);
  const { json } = await device.ask('GET', `${commits}/${running()}`);
  assert.equal(json['changeCount'], 1003);
  const changes = listOf(json, 'changes');
  assert.equal(changes.length, 1003);
  assert.match(String(changes[999]?.['afterText']), /many0999/);
  assert.deepEqual(changes[1002], {
    component: 'ltm pool',
    name: '/Common/many1002',
    action: 'create',
  });
  const list = await device.ask('GET', `${commits}?$top=1`);
  const [item] = listOf(list.json, 'items');
  assert.equal(item?.['changeCount'], 1003);
  assert.equal(listOf(item ?? {}, 'changes').length, 100);
  const { output } = await device.tmsh(`run sys commit diff of ${running()}`);
  assert.match(output, /^\+ ltm pool \/Common\/many0000 \{ \}\n/);
  assert.match(output, /\n\* create ltm pool \/Common\/many1002\n$/);
});

test('what was pruned is said to be, and what is kept', async () => {
  const store = createConfigStore({
    path: `${device.paths.root}/small.db`,
    deviceName: 'a',
    clock: systemClock,
    history: { commits: 3, bytes: 1 << 20 },
  });
  for (let number = 1; number <= 6; number += 1) {
    const name = `/Common/p${number}`;
    const operations = [{ kind: 'create' as const, component: 'ltm pool', name, properties: {} }];
    assert.ok(store.commit({ origin: { user: 'x', source: 'system' }, operations }).ok);
  }
  const options = { store, clock: systemClock };
  const message = async (from: number): Promise<string> => {
    const found = await changesBetween(options, from, 'running');
    return found.ok ? String(found.value.length) : (found.faults[0]?.message ?? '');
  };
  assert.equal(await message(3), '3');
  assert.equal(await message(2), 'The commit (2) is no longer in the history, which keeps 4 to 6.');
  const one = oneCommit(options, 3);
  assert.match((!one.ok && one.faults[0]?.message) || '', /no longer in the history/);
  assert.ok(oneCommit(options, 4).ok);
  store.close();
});
