/**
 * Each role on each endpoint that the catalogue makes: what a role may not do is refused with 401 and
 * changes nothing; what it may do is not refused for its role. New components are in this by being there.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { components } from '../../src/catalogue/index.ts';
import type { Component } from '../../src/catalogue/types.ts';
import { componentPath } from '../../src/config/text/urls.ts';
import { type TestDevice, basic, startTestDevice } from '../../src/icontrol/test-device.ts';

const password = 'Correct-Horse-42';
const roles = ['guest', 'operator', 'manager', 'resource-admin', 'no-access'] as const;
type Role = (typeof roles)[number];

let device: TestDevice;
before(async () => {
  device = await startTestDevice();
  for (const role of roles) {
    const partitionAccess = [{ name: 'all-partitions', role }];
    const made = await device.ask('POST', '/mgmt/tm/auth/user', {
      name: `u-${role}`,
      password,
      partitionAccess,
    });
    assert.equal(made.status, 200, made.text);
  }
});
after(() => device.close());

/** May somebody of this role create and delete objects of the component? */
function mayWrite(role: Role, { id }: Component): boolean {
  if (role === 'resource-admin') return !id.startsWith('auth ');
  return role === 'manager' && /^(ltm|gtm) /.test(id);
}

const isRefused = (text: string): boolean => text.includes('Authorization failed');

for (const role of roles) {
  const headers = basic(`u-${role}`, password);

  test(`roles: ${role} on every component`, async () => {
    const before = device.store.history(1)[0]?.sequence;
    for (const component of components) {
      const path = componentPath(component.id);
      const read = await device.ask('GET', path, undefined, headers);
      assert.equal(read.status === 401, role === 'no-access', `${role} GET ${path}: ${read.text}`);
      if (component.stateOnly === true || component.fixed === true) continue;
      if (component.naming.kind === 'singleton' || mayWrite(role, component)) continue;
      // Without what it needs, so that nothing is made should it be let through.
      const written = await device.ask('POST', path, { name: 'x' }, headers);
      assert.ok(isRefused(written.text), `${role} POST ${path}: ${written.status} ${written.text}`);
      assert.equal(written.status, 401);
    }
    assert.equal(device.store.history(1)[0]?.sequence, before);
  });

  test(`roles: ${role} on commands, files, shell and tasks`, async () => {
    const before = device.store.history(1)[0]?.sequence;
    const run = { command: 'run', utilCmdArgs: '-c "tmsh list"' };
    const save = { command: 'save' };
    const mayRun = role === 'resource-admin';
    for (const [path, body, isAllowed] of [
      ['/mgmt/tm/util/bash', run, false],
      ['/mgmt/tm/util/unix-rm', { command: 'run', utilCmdArgs: '/tmp/x' }, false],
      ['/mgmt/tm/util/ping', { command: 'run', utilCmdArgs: '127.0.0.1' }, false],
      ['/mgmt/tm/task/sys/config', save, mayRun],
      ['/mgmt/tm/sys/config', save, mayRun],
      ['/mgmt/shared/file-transfer/uploads/x', {}, mayRun],
      ['/mgmt/shared/iapp/package-management-tasks', { operation: 'QUERY' }, mayRun],
    ] as const) {
      const { status, text } = await device.ask('POST', path, body, headers);
      assert.equal(isRefused(text), !isAllowed, `${role} ${path}: ${status} ${text}`);
    }
    const users = await device.ask('GET', '/mgmt/shared/authz/users', undefined, headers);
    assert.equal(users.status, role === 'no-access' ? 401 : 200);
    assert.equal(device.store.history(1)[0]?.sequence, before);
  });
}
