/** Ansible's modules for the configuration as a whole: bigip_config, bigip_ucs, bigip_ucs_fetch. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type TestDevice, adminPassword, startTestDevice } from '../../src/icontrol/test-device.ts';
import { play, withoutAnsible } from './ansible.ts';
import { playbook, task } from './ansible-playbook.ts';

const options = { skip: (await withoutAnsible()) ?? false };
let device: TestDevice;
let folder: string;
before(async () => {
  device = await startTestDevice();
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-archives-'));
});
after(async () => {
  rmSync(folder, { recursive: true, force: true });
  await device.close();
});

async function run(tasks: readonly ReturnType<typeof task>[]): Promise<void> {
  const target = { host: '127.0.0.1', port: device.port, password: adminPassword };
  const result = await play(target, playbook(tasks));
  assert.deepEqual(result.failures, []);
  assert.equal(result.tasks, tasks.length);
}

const pool = 'ltm pool /Common/merged {\n    monitor /Common/http\n}\n';
const wrong = 'ltm pool /Common/merged {\n    monitor /Common/nope\n}\n';

test('ansible: bigip_config merges, verifies, saves, resets', options, async () => {
  await run([
    task('config', 'verify', { merge_content: pool, verify: true, save: false }, 'unchanged'),
  ]);
  assert.equal(device.store.view().count('ltm pool'), 0);
  await run([
    task('config', 'merge', { merge_content: pool, save: true }, 'changed'),
    {
      ...task('config', 'wrong', { merge_content: wrong, save: false }, 'any'),
      failed_when: "'Loading configuration process failed' not in result.msg | default('')",
    },
  ]);
  const merged = device.store.view().get('ltm pool', '/Common/merged')?.properties;
  assert.equal(merged?.['monitor'], '/Common/http');
  await run([task('config', 'reset', { reset: true, save: true }, 'changed')]);
  assert.equal(device.store.view().count('ltm pool'), 0);
});

test('ansible: archives are fetched, brought back, installed and deleted', options, async () => {
  const archive = join(folder, 'one.ucs');
  const secret = join(folder, 'secret.ucs');
  await run([
    task('pool', 'create', { name: 'kept', lb_method: 'ratio-member' }, 'changed'),
    task('ucs_fetch', 'make', { src: 'one.ucs', dest: archive }, 'changed'),
    task(
      'ucs_fetch',
      'encrypted',
      { src: 'secret.ucs', dest: secret, encryption_password: 'sesame' },
      'changed',
    ),
    task('ucs', 'delete', { ucs: 'one.ucs', state: 'absent' }, 'changed'),
    task('ucs', 'delete-again', { ucs: 'one.ucs', state: 'absent' }, 'unchanged'),
    task('ucs', 'upload', { ucs: archive, state: 'present' }, 'changed'),
    task('ucs', 'upload-again', { ucs: archive, state: 'present' }, 'unchanged'),
    task('pool', 'delete', { name: 'kept', state: 'absent' }, 'changed'),
  ]);
  assert.equal(readFileSync(archive).subarray(0, 2).toString('hex'), '1f8b');
  assert.equal(readFileSync(secret).subarray(0, 8).toString(), 'Salted__');
  assert.equal(device.store.view().count('ltm pool'), 0);
  // The module itself waits for the device to come back from a restart that ours does not need.
  await run([task('ucs', 'install', { ucs: archive, state: 'installed' }, 'any')]);
  const kept = device.store.view().get('ltm pool', '/Common/kept')?.properties;
  assert.equal(kept?.['load-balancing-mode'], 'ratio-member');
});
