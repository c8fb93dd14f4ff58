/** What a change of a user does to whoever is logged in as that user. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { JsonObject } from '../../config/text/json.ts';
import { type TestDevice, basic, startTestDevice } from '../test-device.ts';

const password = 'Correct-Horse-42';
const users = '/mgmt/tm/auth/user';
const pools = '/mgmt/tm/ltm/pool';

let device: TestDevice;
before(async () => {
  device = await startTestDevice();
});
after(() => device.close());

async function make(name: string, role = 'manager'): Promise<void> {
  const partitionAccess = [{ name: 'all-partitions', role }];
  const made = await device.ask('POST', users, { name, password, partitionAccess });
  assert.equal(made.status, 200, made.text);
}

/** Headers of somebody logged in, by token and by Basic; both work, and Basic is remembered. */
async function logIn(name: string): Promise<readonly Record<string, string>[]> {
  const body = { username: name, password, loginProviderName: 'tmos' };
  const { json, text } = await device.ask('POST', '/mgmt/shared/authn/login', body, {});
  const token = (json['token'] as JsonObject | undefined)?.['token'];
  assert.equal(typeof token, 'string', text);
  const both = [{ 'X-F5-Auth-Token': String(token) }, basic(name, password)];
  for (const headers of both) {
    assert.equal((await device.ask('GET', pools, undefined, headers)).status, 200);
  }
  return both;
}

async function statuses(
  all: readonly Record<string, string>[],
  ask: (headers: Record<string, string>) => Promise<{ readonly status: number }>,
): Promise<number[]> {
  const found: number[] = [];
  for (const headers of all) found.push((await ask(headers)).status);
  return found;
}

const read = (headers: Record<string, string>) => device.ask('GET', pools, undefined, headers);

test('another password ends tokens and remembered passwords at once', async () => {
  await make('anna');
  const both = await logIn('anna');
  const changed = await device.ask('PATCH', `${users}/anna`, { password: 'Other-Horse-43' });
  assert.equal(changed.status, 200, changed.text);
  assert.deepEqual(await statuses(both, read), [401, 401]);
  assert.equal((await read(basic('anna', 'Other-Horse-43'))).status, 200);
});

test('another role ends tokens, and counts at once for who sends the password', async () => {
  await make('bert');
  const both = await logIn('bert');
  const partitionAccess = [{ name: 'all-partitions', role: 'guest' }];
  const changed = await device.ask('PATCH', `${users}/bert`, { partitionAccess });
  assert.equal(changed.status, 200, changed.text);
  assert.deepEqual(await statuses(both, read), [401, 200]);
  const write = (headers: Record<string, string>) =>
    device.ask('POST', pools, { name: 'berts' }, headers);
  assert.deepEqual(await statuses(both, write), [401, 400]);
  assert.equal(device.store.view().get('ltm pool', '/Common/berts'), undefined);
});

test('who is deleted is out, and stays out when the name comes back', async () => {
  await make('carl');
  const both = await logIn('carl');
  assert.equal((await device.ask('DELETE', `${users}/carl`)).status, 200);
  assert.deepEqual(await statuses(both, read), [401, 401]);
  const partitionAccess = [{ name: 'all-partitions', role: 'admin' }];
  const body = { name: 'carl', password: 'Other-Horse-43', partitionAccess };
  assert.equal((await device.ask('POST', users, body)).status, 200);
  assert.deepEqual(await statuses(both, read), [401, 401]);
});

test('another description changes nothing for who is logged in', async () => {
  await make('dora');
  const both = await logIn('dora');
  const changed = await device.ask('PATCH', `${users}/dora`, { description: 'x' });
  assert.equal(changed.status, 200, changed.text);
  assert.deepEqual(await statuses(both, read), [200, 200]);
});

test('a role that is given in a transaction counts when the transaction is committed', async () => {
  await make('emil');
  const [, own = {}] = await logIn('emil');
  const open = await device.ask('POST', '/mgmt/tm/transaction', {}, own);
  const id = String(open.json['transId']);
  const coordination = { ...own, 'X-F5-REST-Coordination-Id': id };
  const queued = await device.ask('POST', pools, { name: 'emils' }, coordination);
  assert.equal(queued.status, 200, queued.text);
  const partitionAccess = [{ name: 'all-partitions', role: 'guest' }];
  await device.ask('PATCH', `${users}/emil`, { partitionAccess });
  const state = { state: 'VALIDATING' };
  const committed = await device.ask('PATCH', `/mgmt/tm/transaction/${id}`, state, own);
  assert.equal(committed.status, 400, committed.text);
  assert.match(committed.text, /transaction failed:01070822:3: Access Denied/);
  assert.equal(device.store.view().get('ltm pool', '/Common/emils'), undefined);
});

test('wrong passwords are in the audit log, and they are not in it', async () => {
  const count = device.logged.length;
  await device.ask('GET', pools, undefined, basic('nobody\nforged', 'Hunter-2'));
  const body = { username: 'nobody', password: 'Hunter-2' };
  await device.ask('POST', '/mgmt/shared/authn/login', body, {});
  assert.deepEqual(device.logged.slice(count), [
    'warning 01070417:5: AUDIT - login of nobody\\u000aforged from 127.0.0.1 [Status=failed]',
    'warning 01070417:5: AUDIT - login of nobody from 127.0.0.1 [Status=failed]',
  ]);
});
