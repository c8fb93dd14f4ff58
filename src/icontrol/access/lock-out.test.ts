import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../config/text/json.ts';
import { systemClock } from '../../platform/clock.ts';
import { createLockOut } from './lock-out.ts';
import { passwordPolicy } from './password-policy.ts';
import { startTestDevice } from '../test-device.ts';

test('a user is locked for the time that the policy says, admin never', () => {
  let now = 0;
  const clock = { ...systemClock, monotonicMilliseconds: () => now };
  const policy = passwordPolicy({ 'max-login-failures': 2, 'lockout-duration': 60 });
  const lockOut = createLockOut(
    clock,
    () => policy,
    (name) => name !== 'stranger',
  );
  for (const user of ['tess', 'admin', 'stranger']) {
    lockOut.failed(user);
    lockOut.failed(user);
  }
  assert.deepEqual(['tess', 'admin', 'stranger'].map(lockOut.isLocked), [true, false, false]);
  now = 59_999;
  assert.equal(lockOut.isLocked('tess'), true);
  now = 60_000;
  assert.equal(lockOut.isLocked('tess'), false);
  lockOut.failed('tess');
  lockOut.succeeded('tess');
  lockOut.failed('tess');
  assert.equal(lockOut.isLocked('tess'), false);
});

test('too many wrong passwords lock a user out until an administrator resets it', async () => {
  const device = await startTestDevice();
  const ask = (method: string, path: string, body: JsonObject) =>
    device.ask(method, `/mgmt/tm/auth/${path}`, body);
  const login = async (password: string): Promise<string> => {
    const body = { username: 'tess', password };
    return (await device.ask('POST', '/mgmt/shared/authn/login', body, {})).text;
  };
  try {
    await ask('PATCH', 'password-policy', { maxLoginFailures: 2 });
    const partitionAccess = [{ name: 'all-partitions', role: 'guest' }];
    await ask('POST', 'user', { name: 'tess', password: 'right-word-1', partitionAccess });
    await login('wrong');
    await login('wrong');
    assert.match(await login('right-word-1'), /Maximum number of login attempts exceeded/);
    const shown = await device.ask('GET', '/mgmt/tm/auth/login-failures');
    assert.match(shown.text, /login-failures\/tess".*"lockedOut":\{"description":"yes"\}/);
    const reset = await ask('POST', 'login-failures', { command: 'reset-stats', name: 'tess' });
    assert.equal(reset.status, 200, reset.text);
    assert.match(await login('right-word-1'), /"token"/);
  } finally {
    await device.close();
  }
});
