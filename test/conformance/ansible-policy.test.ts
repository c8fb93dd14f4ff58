/** Ansible's modules for local traffic policies: drafts, rules, publishing, and no change the second time. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestDevice, adminPassword, startTestDevice } from '../../src/icontrol/test-device.ts';
import { play, withoutAnsible } from './ansible.ts';
import { playbook, task } from './ansible-playbook.ts';

const reason = await withoutAnsible();
const options = { skip: reason ?? false };
let device: TestDevice;
before(async () => {
  device = await startTestDevice();
});
after(() => device.close());

const rule = {
  policy: 'conf-policy',
  name: 'images',
  conditions: [{ type: 'http_uri', path_begins_with_any: ['/img'] }],
  actions: [{ type: 'forward', pool: 'conf-images' }],
};
const policy = { name: 'conf-policy', strategy: 'first', rules: ['images', 'rest'] };
const forward = (pool: string) => ({ ...rule, actions: [{ type: 'forward', pool }] });

test('ansible: a policy, its rules, changed and deleted', options, async () => {
  const target = { host: '127.0.0.1', port: device.port, password: adminPassword };
  const tasks = [
    task('pool', 'pool', { name: 'conf-images' }, 'changed'),
    task('pool', 'other pool', { name: 'conf-other' }, 'changed'),
    task('policy', 'made', policy, 'changed'),
    task('policy', 'made again', policy, 'unchanged'),
    task('policy_rule', 'rule', rule, 'changed'),
    task('policy_rule', 'rule again', rule, 'unchanged'),
    task('policy_rule', 'rule changed', forward('conf-other'), 'changed'),
    task('policy_rule', 'rule changed again', forward('conf-other'), 'unchanged'),
    task('policy', 'strategy', { ...policy, strategy: 'all' }, 'changed'),
    task('policy', 'gone', { name: 'conf-policy', state: 'absent' }, 'changed'),
    task('policy', 'still gone', { name: 'conf-policy', state: 'absent' }, 'unchanged'),
  ];
  const result = await play(target, playbook(tasks));
  assert.deepEqual(result.failures, []);
  assert.equal(result.tasks, tasks.length);
});
