import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connectHttp } from '../../platform/https-client.ts';
import { type StreamServer, serveStream } from '../../platform/stream.ts';
import { type TestDevice, basic, startTestDevice } from '../test-device.ts';
import { startTacacsServer } from './test-tacacs-server.ts';

const secret = 'shared';
const long = 'a password of more than sixteen octets';
let device: TestDevice;
let first: StreamServer;
let second: StreamServer;
before(async () => {
  device = await startTestDevice();
  first = await startTacacsServer(secret, {
    olga: { password: long, values: ['F5-LTM-User-Info-1=netops', 'priv-lvl*15'] },
    paul: { password: "paul's", values: [] },
    rita: { password: "rita's" },
  });
  second = await startTacacsServer(secret, { sven: { password: "sven's", values: [] } });
  await tmsh(
    `create auth tacacs system-auth servers add { 127.0.0.1:${first.port} 127.0.0.1:${second.port} } ` +
      `secret ${secret} service ppp protocol ip`,
  );
  await tmsh(
    'modify auth remote-role role-info add { netops { attribute "F5-LTM-User-Info-1=netops" ' +
      'line-order 1 role manager user-partition All console tmsh } }',
  );
  await tmsh('modify auth remote-user default-role guest');
  await tmsh('modify auth source type tacacs');
});
after(async () => {
  first.close();
  second.close();
  await device.close();
});

async function tmsh(command: string): Promise<void> {
  const { status, output } = await device.tmsh(command);
  assert.equal(status, 0, `${command}: ${output}`);
}

const pools = '/mgmt/tm/ltm/pool';

async function statusOf(user: string, password: string, more = {}): Promise<number> {
  const headers = { ...basic(user, password), ...more };
  return (await device.ask('GET', pools, undefined, headers)).status;
}

test('who comes in, and with which role', async () => {
  assert.equal(await statusOf('olga', long), 200);
  assert.equal(await statusOf('olga', `${long}.`), 401);
  assert.equal(await statusOf('paul', "paul's"), 200);
  assert.equal(await statusOf('rita', "rita's"), 401, 'has no right to the service');
  const made = await device.ask('POST', pools, { name: 'a' }, basic('olga', long));
  assert.equal(made.status, 200, made.text);
  const refused = await device.ask('POST', pools, { name: 'b' }, basic('paul', "paul's"));
  assert.equal(refused.status, 400, refused.text);
});

test('tmsh is for roles with a console', async () => {
  const shell = { 'x-evenkeel-client': 'tmsh' };
  assert.equal(await statusOf('olga', long, shell), 200);
  assert.equal(await statusOf('paul', "paul's", shell), 401);
});

test('a token has the roles of its login, and ends with the rules that gave them', async () => {
  const body = { username: 'paul', password: "paul's", loginProviderName: 'tmos' };
  const { json, text } = await device.ask('POST', '/mgmt/shared/authn/login', body, {});
  const given = /"token":"([A-Z2-7]{26})"/.exec(text)?.[1] ?? '';
  assert.equal(json['loginProviderName'], 'tmos', text);
  const headers = { 'X-F5-Auth-Token': given };
  const write = await device.ask('POST', pools, { name: 'c' }, headers);
  assert.equal(write.status, 400, write.text);
  await tmsh('modify auth remote-user default-role manager');
  assert.equal((await device.ask('GET', pools, undefined, headers)).status, 401);
});

test('the second server is asked when all are to be asked', async () => {
  assert.equal(await statusOf('sven', "sven's"), 401);
  await tmsh('modify auth tacacs system-auth authentication use-all-servers');
  assert.equal(await statusOf('sven', "sven's"), 200);
});

test('the order of servers is kept', async () => {
  const { text } = await device.ask('GET', '/mgmt/tm/auth/tacacs/system-auth');
  const [one, two] = [first, second].map(({ port }) => `"127.0.0.1:${port}"`);
  assert.ok(text.includes(`"servers":[${one},${two}]`), text);
});

test('in clear when it is told so; with another secret nobody is believed', async () => {
  await tmsh('modify auth tacacs system-auth encryption disabled');
  assert.equal(await statusOf('olga', long), 200);
  await tmsh('modify auth tacacs system-auth encryption enabled secret other timeout 5');
  assert.equal(await statusOf('olga', long), 401);
  assert.ok(device.logged.some((line) => line.includes('nobody answers')));
});

test('a server that never answers keeps nobody out whom this device knows', async () => {
  const silent = await serveStream('127.0.0.1', 0, 100, () => ({
    onBytes: () => undefined,
    onClose: () => undefined,
  }));
  await tmsh(
    `modify auth tacacs system-auth servers replace-all-with { 127.0.0.1:${silent.port} }`,
  );
  await tmsh('modify auth tacacs system-auth timeout 20');
  const clients = Array.from({ length: 20 }, () =>
    connectHttp({ kind: 'https', host: '127.0.0.1', port: device.port }),
  );
  const waiting = clients.map(async (client, number) => {
    const headers = basic(`user${number}`, 'word');
    return (await client.send({ method: 'GET', path: pools, headers })).status;
  });
  const first = await Promise.race(waiting);
  assert.equal(first, 503, 'so many are asked for at once');
  assert.equal(await statusOf('admin', 'wrong'), 401, 'looked at here');
  silent.close();
  const statuses = await Promise.all(waiting);
  for (const client of clients) client.close();
  assert.deepEqual(new Set(statuses), new Set([401, 503]));
});
