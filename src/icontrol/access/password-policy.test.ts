import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Properties } from '../../catalogue/types.ts';
import type { JsonObject } from '../../config/text/json.ts';
import { isExpired, isTooYoung, passwordPolicy, passwordProblems } from './password-policy.ts';
import { type TestDevice, basic, startTestDevice } from '../test-device.ts';

const strict: Properties = {
  'policy-enforcement': 'enabled',
  'minimum-length': 8,
  'required-numeric': 1,
  'required-uppercase': 1,
  'required-special': 2,
  'max-duration': 10,
  'min-duration': 2,
};

test('all that is missing in a password is named at once', () => {
  const policy = passwordPolicy(strict);
  assert.deepEqual(passwordProblems(policy, 'short'), [
    'The password is shorter than 8 characters',
    'The password contains less than 1 digits',
    'The password contains less than 1 uppercase letters',
    'The password contains less than 2 non-alphanumeric characters',
  ]);
  assert.deepEqual(passwordProblems(policy, 'Long-enough-42'), []);
  const off = passwordPolicy({ ...strict, 'policy-enforcement': 'disabled' });
  assert.deepEqual(passwordProblems(off, ''), []);
});

test('a password ages by days, one that was never changed does not', () => {
  const policy = passwordPolicy(strict);
  const day = 86_400;
  assert.equal(isExpired(policy, undefined, 100 * day), false);
  assert.equal(isExpired(policy, 90 * day, 100 * day), false);
  assert.equal(isExpired(policy, 89 * day, 100 * day), true);
  assert.equal(isTooYoung(policy, 99 * day, 100 * day), true);
  assert.equal(isTooYoung(policy, 98 * day, 100 * day), false);
});

let device: TestDevice;
before(async () => {
  device = await startTestDevice();
});
after(() => device.close());

const users = '/mgmt/tm/auth/user';
const login = (username: string, password: string) =>
  device.ask('POST', '/mgmt/shared/authn/login', { username, password }, {});

test('the policy holds for new users and for changed passwords', async () => {
  const policy: JsonObject = { minimumLength: 8, requiredNumeric: 1, passwordMemory: 2 };
  assert.equal((await device.ask('PATCH', '/mgmt/tm/auth/password-policy', policy)).status, 200);
  const weak = await device.ask('POST', users, { name: 'tess', password: 'weakling' });
  assert.equal(weak.status, 400);
  assert.match(weak.text, /01070366:3: Bad password \(tess\): BAD PASSWORD: The password contains/);
  assert.equal((await device.ask('GET', `${users}/tess`)).status, 404);
  const access = [{ name: 'all-partitions', role: 'guest' }];
  const made = await device.ask('POST', users, {
    name: 'tess',
    password: 'first-word-1',
    partitionAccess: access,
  });
  assert.equal(made.status, 200, made.text);
  const again = await device.ask('PATCH', `${users}/tess`, { password: 'first-word-1' });
  assert.match(again.text, /Password has been already used/);
  for (const password of ['other-word-2', 'third-word-3']) {
    assert.equal((await device.ask('PATCH', `${users}/tess`, { password })).status, 200);
  }
  const remembered = await device.ask('PATCH', `${users}/tess`, { password: 'other-word-2' });
  assert.equal(remembered.status, 400);
  // The present one and the one before are remembered, the first is not any more.
  const forgotten = await device.ask('PATCH', `${users}/tess`, { password: 'first-word-1' });
  assert.equal(forgotten.status, 200, forgotten.text);
  assert.equal((await login('tess', 'first-word-1')).status, 200);
});

test('a dry run refuses the same, and tmsh says the same', async () => {
  const dry = await device.ask('POST', `${users}?dryRun=true`, { name: 'dora', password: 'x' });
  assert.match(dry.text, /Bad password \(dora\)/);
  const { output } = await device.tmsh('create auth user dora password short1');
  assert.match(output, /01070366:3: Bad password \(dora\)/);
});

test('an expired password lets nobody in', async () => {
  const expired = JSON.stringify({ changedSeconds: 1000, former: [] });
  device.store.writeState('password tess', expired);
  await device.ask('PATCH', '/mgmt/tm/auth/password-policy', { maxDuration: 30 });
  const refused = await login('tess', 'first-word-1');
  assert.equal(refused.status, 401);
  assert.match(refused.text, /Password expired/);
  await device.ask('PATCH', '/mgmt/tm/auth/password-policy', { maxDuration: 99_999 });
  assert.equal((await login('tess', 'first-word-1')).status, 200);
});

test('whoever has an expired password gives a new one, however the name is spelt in the path', async () => {
  const partitionAccess = [{ name: 'all-partitions', role: 'guest' }];
  const first = 'first-word-1';
  const made = await device.ask('POST', users, { name: 'a@b', password: first, partitionAccess });
  assert.equal(made.status, 200, made.text);
  await device.ask('PATCH', '/mgmt/tm/auth/password-policy', { maxDuration: 30 });
  const changes = [
    ['a%40b', first, 'other-word-2'],
    ['a@b', 'other-word-2', 'third-word-3'],
  ] as const;
  for (const [name, oldPassword, password] of changes) {
    device.store.writeState('password a@b', JSON.stringify({ changedSeconds: 1000, former: [] }));
    const own = basic('a@b', oldPassword);
    const refused = await device.ask('GET', '/mgmt/tm/sys/clock', undefined, own);
    assert.equal(refused.status, 401);
    const path = `/mgmt/shared/authz/users/${name}`;
    const changed = await device.ask('PATCH', path, { oldPassword, password }, own);
    assert.equal(changed.status, 200, changed.text);
    assert.equal((await login('a@b', password)).status, 200);
  }
});
