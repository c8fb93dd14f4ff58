/** Ansible's modules for clusters on two real devices: trust, device group, synchronisation. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { downLab, openLab, upLab } from '../../lab/lab.ts';
import { isRoot } from '../../src/platform/processes.ts';
import { play, withoutAnsible } from './ansible.ts';
import { playbook, task } from './ansible-playbook.ts';

const rootless = isRoot() ? false : 'skipped: a lab needs root';
const options = { skip: (await withoutAnsible()) ?? rootless };
const lab = 'anscluster';

before(async () => {
  if (options.skip === false) await upLab(lab, 'two-sites', () => undefined);
});
after(async () => {
  if (options.skip === false) await downLab(lab);
});

async function run(name: string, tasks: readonly ReturnType<typeof task>[]): Promise<void> {
  const opened = openLab(lab);
  const target = {
    host: opened.managementAddress(name),
    port: 443,
    password: opened.password(),
  };
  const result = await play(target, playbook(tasks));
  assert.deepEqual(result.failures, []);
  assert.equal(result.tasks, tasks.length);
}

test('ansible: a device that is alone takes another name, and its own again', options, async () => {
  const other = { hostname: 'other.example.net' };
  await run('nyc-b', [
    task('hostname', 'other', other, 'changed'),
    task('hostname', 'again', other, 'unchanged'),
    task('hostname', 'back', { hostname: 'nyc-b.example.net' }, 'changed'),
  ]);
});

const group = 'ansgroup';

test('ansible: trust, a device group and its synchronisation', options, async () => {
  const opened = openLab(lab);
  const peer = {
    peer_server: opened.managementAddress('nyc-b'),
    peer_hostname: 'nyc-b.example.net',
    peer_user: 'admin',
    peer_password: opened.password(),
  };
  const kind = { name: group, type: 'sync-failover', auto_sync: false };
  const own = { name: 'nyc-a.example.net', device_group: group };
  const other = { name: 'nyc-b.example.net', device_group: group };
  await run('nyc-b', [
    task('device_connectivity', 'b', { config_sync_ip: '198.18.112.12' }, 'changed'),
  ]);
  await run('nyc-a', [
    task('device_connectivity', 'a', { config_sync_ip: '198.18.112.11' }, 'changed'),
    task('device_trust', 'create', peer, 'changed'),
    task('device_trust', 'again', peer, 'unchanged'),
    task('device_group', 'create', kind, 'changed'),
    task('device_group', 'again', kind, 'unchanged'),
    task('device_group_member', 'own', own, 'changed'),
    task('device_group_member', 'other', other, 'changed'),
    task('device_group_member', 'again', other, 'unchanged'),
  ]);
  const push = { device_group: group, sync_device_to_group: true };
  await run('nyc-a', [
    task('pool', 'create', { name: 'shared' }, 'changed'),
    task('configsync_action', 'push', { ...push, overwrite_config: true }, 'changed'),
    task('configsync_action', 'again', push, 'unchanged'),
  ]);
  await run('nyc-b', [task('pool', 'there', { name: 'shared' }, 'unchanged')]);
  await run('nyc-a', [
    task('device_group_member', 'leave', { ...other, state: 'absent' }, 'changed'),
    task('device_group_member', 'leave-own', { ...own, state: 'absent' }, 'changed'),
    task('device_group', 'delete', { name: group, state: 'absent' }, 'changed'),
    task('device_group', 'delete-again', { name: group, state: 'absent' }, 'unchanged'),
    task('device_trust', 'delete', { ...peer, state: 'absent' }, 'changed'),
    task('device_trust', 'delete-again', { ...peer, state: 'absent' }, 'unchanged'),
  ]);
});
