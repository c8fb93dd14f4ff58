/** Users whom a real directory and a real RADIUS server know: who gets in, and with which role. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { JsonObject } from '../../src/config/text/json.ts';
import {
  type TestAnswer,
  type TestDevice,
  basic,
  startTestDevice,
} from '../../src/icontrol/test-device.ts';
import { runChecked } from '../../src/platform/process.ts';
import {
  type LoginServer,
  directoryBase,
  directoryManager,
  radiusSecret,
  startDirectory,
  startRadius,
  without,
} from './login-server-programs.ts';

const people = `ou=people,${directoryBase}`;
const slapd = { skip: (await without('slapd')) ?? false };
const freeradius = { skip: (await without('freeradius')) ?? false };

let device: TestDevice;
let directory: LoginServer | undefined;
let radius: LoginServer | undefined;
before(async () => {
  device = await startTestDevice();
  if (slapd.skip === false) {
    directory = await startDirectory(await makeCertificate());
    await configureDirectory(directory.port);
  }
  if (freeradius.skip === false) {
    radius = await startRadius();
    await configureRadius(radius.port);
  }
});
after(async () => {
  await directory?.close();
  await radius?.close();
  await device.close();
});

async function makeCertificate(): Promise<{ certificate: string; key: string }> {
  const subject = ['-subj', '/CN=directory', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  const both = await runChecked('openssl', [
    'req',
    '-x509',
    ...kind,
    ...subject,
    '-keyout',
    '-',
    '-out',
    '-',
  ]);
  const at = both.indexOf('-----BEGIN CERTIFICATE');
  return { key: both.slice(0, at), certificate: both.slice(at) };
}

async function tmsh(command: string): Promise<void> {
  const { status, output } = await device.tmsh(command);
  assert.equal(status, 0, `${command}: ${output}`);
}

async function configureDirectory(port: number): Promise<void> {
  await tmsh(
    `create auth ldap system-auth servers add { 127.0.0.1 } port ${port} ` +
      `search-base-dn "${directoryBase}" bind-dn "${directoryManager.name}" ` +
      `bind-pw "${directoryManager.password}"`,
  );
  await tmsh(
    'modify auth remote-role role-info add { netops { attribute "employeeType=netops" ' +
      'line-order 10 role manager user-partition Common console tmsh } contractors { ' +
      'attribute "employeeType=contractor" line-order 1000 role guest user-partition All deny enabled } }',
  );
}

async function configureRadius(port: number): Promise<void> {
  await tmsh(
    `create auth radius-server first server 127.0.0.1 port ${port} secret "${radiusSecret}" timeout 10`,
  );
  await tmsh('create auth radius system-auth servers add { first }');
  await tmsh(
    'modify auth remote-role role-info add { vsa { attribute "F5-LTM-User-Info-1=netops" line-order 20 ' +
      'role auditor user-partition All } variable { attribute "F5-LTM-User-Info-1=by-name" line-order 30 ' +
      'role %F5-LTM-User-Role user-partition %F5-LTM-User-Partition } }',
  );
}

const pools = '/mgmt/tm/ltm/pool';

const asks = (user: string, password: string): Promise<TestAnswer> =>
  device.ask('GET', pools, undefined, basic(user, password));

function makes(user: string, password: string, name: string): Promise<TestAnswer> {
  return device.ask('POST', pools, { name }, basic(user, password));
}

async function logIn(username: string, password: string): Promise<TestAnswer> {
  const body = { username, password, loginProviderName: 'tmos' };
  return device.ask('POST', '/mgmt/shared/authn/login', body, {});
}

test('LDAP: a manager of Common by an attribute, on each front', slapd, async () => {
  await tmsh('modify auth source type ldap');
  assert.equal((await asks('olga', "olga's word")).status, 200);
  assert.equal((await asks('olga', 'wrong')).status, 401);
  assert.equal((await asks('olga', '')).status, 401);
  assert.equal((await asks('nobody', "olga's word")).status, 401);
  assert.equal((await asks('*', "olga's word")).status, 401);
  const made = await makes('olga', "olga's word", 'olgas_pool');
  assert.equal(made.status, 200, made.text);
  const user = await device.ask(
    'POST',
    '/mgmt/tm/auth/user',
    { name: 'x' },
    basic('olga', "olga's word"),
  );
  assert.equal(user.status, 400, user.text);
  const login = await logIn('olga', "olga's word");
  assert.equal(login.json['loginProviderName'], 'tmos', login.text);
  const token = login.json['token'] as JsonObject; // Just made.
  const headers = { 'X-F5-Auth-Token': String(token['token']) };
  assert.equal((await device.ask('GET', pools, undefined, headers)).status, 200);
  // Roles are others: whoever came in by them has to come in again.
  await tmsh('modify auth remote-role role-info modify { netops { role guest } }');
  assert.equal((await device.ask('GET', pools, undefined, headers)).status, 401);
  const refused = await makes('olga', "olga's word", 'second_pool');
  assert.equal(refused.status, 400, refused.text);
  await tmsh('modify auth remote-role role-info modify { netops { role manager } }');
});

test('LDAP: denied by a line, by a name with parentheses, by groups', slapd, async () => {
  await tmsh('modify auth source type ldap');
  assert.equal((await asks('paul', "paul's word")).status, 401);
  assert.equal((await asks('rita (ext)', "rita's word")).status, 401, 'no-access reads nothing');
  await tmsh('modify auth remote-user default-role guest');
  assert.equal((await asks('rita (ext)', "rita's word")).status, 200);
  await tmsh('modify auth remote-user default-role no-access');
  await tmsh('modify auth remote-role role-info modify { contractors { line-order 2000 } }');
  await tmsh(
    `modify auth remote-role role-info add { readers { attribute "memberOf=cn=readers,${directoryBase}" ` +
      'line-order 5 role operator user-partition All } }',
  );
  assert.equal((await asks('paul', "paul's word")).status, 401, 'the entry names no groups');
  await tmsh('modify auth ldap system-auth check-roles-group enabled');
  assert.equal((await asks('paul', "paul's word")).status, 200);
  await tmsh(`modify auth ldap system-auth group-dn "cn=readers,${directoryBase}"`);
  assert.equal((await asks('paul', "paul's word")).status, 200);
  assert.equal((await asks('olga', "olga's word")).status, 401, 'not in the group');
  await tmsh('modify auth ldap system-auth group-dn none check-roles-group disabled');
  await tmsh('modify auth ldap system-auth filter "(|(employeeType=net*)(sn=none))"');
  assert.equal((await asks('olga', "olga's word")).status, 200);
  assert.equal((await asks('paul', "paul's word")).status, 401);
  await tmsh('modify auth ldap system-auth filter none check-host-attr enabled');
  assert.equal((await asks('olga', "olga's word")).status, 200);
  assert.equal((await asks('paul', "paul's word")).status, 401, 'not allowed on this host');
  await tmsh(
    `modify auth ldap system-auth check-host-attr disabled user-template "uid=%s,${people}"`,
  );
  assert.equal((await asks('olga', "olga's word")).status, 200);
  assert.equal((await asks('olga', 'wrong')).status, 401);
  await tmsh('modify auth ldap system-auth user-template none');
});

test('LDAP: StartTLS, and the certificate checked', slapd, async () => {
  await tmsh('modify auth source type ldap');
  await tmsh('modify auth ldap system-auth ssl start-tls ssl-check-peer disabled');
  assert.equal((await asks('olga', "olga's word")).status, 200);
  await tmsh('modify auth ldap system-auth ssl-check-peer enabled');
  assert.equal((await asks('olga', "olga's word")).status, 401, 'nobody vouches for it');
  await tmsh('modify auth ldap system-auth ssl disabled ssl-check-peer disabled');
});

test('RADIUS: roles by F5 attributes, in numbers too', freeradius, async () => {
  await tmsh('modify auth source type radius');
  assert.equal((await asks('olga', "olga's word")).status, 200);
  assert.equal((await asks('olga', 'wrong')).status, 401);
  assert.equal((await makes('olga', "olga's word", 'auditors_pool')).status, 400);
  const password = 'a password that is longer than sixteen octets';
  assert.equal((await asks('paul', password)).status, 200);
  assert.equal((await makes('paul', password, 'operators_pool')).status, 400);
  const login = await logIn('paul', password);
  assert.equal(login.status, 200, login.text);
  // A user of the device with the same name lends the role.
  const partitionAccess = [{ name: 'all-partitions', role: 'manager' }];
  const local = { name: 'paul', password: 'Local-Word-42', partitionAccess };
  assert.equal((await device.ask('POST', '/mgmt/tm/auth/user', local)).status, 200);
  assert.equal((await makes('paul', password, 'managers_pool')).status, 200);
  assert.equal((await asks('paul', 'Local-Word-42')).status, 401, 'the server is there');
  await tmsh('modify auth radius-server first secret "another secret" timeout 1');
  await tmsh('modify auth radius system-auth retries 0');
  assert.equal((await asks('paul', password)).status, 401, 'an answer that cannot be believed');
  assert.equal((await asks('paul', 'Local-Word-42')).status, 401, 'no fallback');
  await tmsh('modify auth source fallback true');
  assert.equal((await asks('paul', 'Local-Word-42')).status, 200);
  assert.equal((await asks('paul', password)).status, 401);
  await tmsh('modify auth source fallback false');
});

test('admin is always of this device; back to local', async () => {
  await tmsh('modify auth source type tacacs');
  assert.equal((await device.ask('GET', pools)).status, 200);
  assert.equal((await asks('olga', "olga's word")).status, 401, 'there is no auth tacacs');
  await tmsh('modify auth source type local');
  assert.equal((await asks('olga', "olga's word")).status, 401);
});
