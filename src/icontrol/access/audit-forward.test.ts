import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { systemClock, waitUntil } from '../../platform/clock.ts';
import type { StreamServer } from '../../platform/stream.ts';
import { type TacacsRecord, startTacacsServer } from '../login-servers/test-tacacs-server.ts';
import { type RadiusAccounting, startRadiusServer } from '../login-servers/test-radius-server.ts';
import { type TestDevice, startTestDevice } from '../test-device.ts';
import { auditLine, auditedBy, loginLine } from './audit.ts';
import { fullAccess } from './roles.ts';

let device: TestDevice;
const servers: StreamServer[] = [];
const records: TacacsRecord[][] = [[], []];
before(async () => {
  device = await startTestDevice();
  for (const held of records) {
    servers.push(await startTacacsServer('shared', {}, (record) => void held.push(record)));
  }
});
after(async () => {
  for (const server of servers) server.close();
  await device.close();
});

const variable = async (name: string, value: string): Promise<void> => {
  const path = `/mgmt/tm/sys/db/config.auditing.forward.${name}`;
  const { status, text } = await device.ask('PATCH', path, { value });
  assert.equal(status, 200, text);
};
const create = async (name: string): Promise<void> => {
  const { status, text } = await device.ask('POST', '/mgmt/tm/ltm/pool', { name });
  assert.equal(status, 200, text);
};
const told = (at: number, name: string): TacacsRecord | undefined =>
  records[at]?.find(({ values }) => values.join('').includes(`create ltm pool /Common/${name}`));
const arrives = (what: string, isThere: () => boolean): Promise<void> =>
  waitUntil(systemClock, what, 30_000, isThere);

test('the audit log goes to a TACACS+ server, line by line', async () => {
  await variable('destination', `127.0.0.1:${servers[0]?.port}`);
  await variable('sharedsecret', 'shared');
  await create('before');
  await variable('type', 'tacacs+');
  await create('a');
  await arrives('the record', () => told(0, 'a') !== undefined);
  const { user, from, flags, values = [] } = told(0, 'a') ?? {};
  assert.deepEqual([user, from, flags], ['admin', '127.0.0.1', 4]);
  assert.ok(values.includes('service=shell') && values.some((one) => /^task_id=\d+$/.test(one)));
  assert.equal(told(0, 'before'), undefined);
});

test('a server that is away is told of once; the next takes its place, or all are told', async () => {
  const [one, two] = servers.map(({ port }) => `127.0.0.1:${port}`);
  const made = await device.tmsh(
    `create auth tacacs system-auth servers add { 127.0.0.1:1 ${one} ${two} } secret shared service ppp`,
  );
  assert.equal(made.status, 0, made.output);
  await variable('multiple', 'failover');
  await create('b');
  await arrives('the record at the first that answers', () => told(0, 'b') !== undefined);
  assert.equal(told(1, 'b'), undefined);
  const complaints = (): readonly string[] =>
    device.logged.filter((line) => line.includes('audit forwarding: 127.0.0.1 port 1'));
  await arrives('the complaint', () => complaints().length > 0);
  await variable('multiple', 'broadcast');
  await create('c');
  await arrives('the record at both', () => [0, 1].every((at) => told(at, 'c') !== undefined));
  assert.equal(complaints().length, 1);
});

test('the audit log goes to a RADIUS server, long lines in parts', async () => {
  const received: RadiusAccounting[] = [];
  const server = await startRadiusServer('shared', (record) => void received.push(record));
  await variable('multiple', 'none');
  await variable('destination', `127.0.0.1:${server.port}`);
  await variable('type', 'radius');
  const long = 'é'.repeat(400);
  const path = '/mgmt/tm/ltm/pool';
  const { status } = await device.ask('POST', path, { name: 'd', description: long });
  assert.equal(status, 200);
  const isD = ({ line }: RadiusAccounting): boolean => line.includes('create ltm pool /Common/d');
  await arrives('the record', () => received.some(isD));
  const record = received.find(isD);
  assert.deepEqual([record?.user, record?.address], ['admin', '127.0.0.1']);
  assert.ok(record?.line.includes(long) && record.line.endsWith(']'));
  await variable('type', 'none');
  server.close();
});

test('who did something is read from the line as it was written', () => {
  const access = fullAccess('o, lga');
  const caller = { access, address: '2001:db8::1', token: undefined, isTmsh: true };
  const done = auditLine(caller, 'delete ltm pool /Common/user x, address y - z', 'OK');
  assert.deepEqual(auditedBy(done), { user: 'o, lga', address: '2001:db8::1' });
  const login = auditedBy(loginLine('a from b', '::1', 'failed'));
  assert.deepEqual(login, { user: 'a from b', address: '::1' });
  assert.equal(auditedBy('HAProxy took a new configuration'), undefined);
});
