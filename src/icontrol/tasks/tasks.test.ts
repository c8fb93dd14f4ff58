import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { JsonObject } from '../../config/text/json.ts';
import { systemClock } from '../../platform/clock.ts';
import { type TaskKeeper, createTasks } from './tasks.ts';
import { type TestDevice, basic, startTestDevice } from '../test-device.ts';

function keeper(): TaskKeeper & { text: string | undefined } {
  const held: { text: string | undefined } = { text: undefined };
  return {
    get text() {
      return held.text;
    },
    load: () => held.text,
    save: (text) => void (held.text = text),
  };
}

const never = (): void => assert.fail('no error is expected');
const path = '/sys/ucs';

test('tasks survive a restart: what is over as it was, what was under way as failed', async () => {
  const kept = keeper();
  const tasks = createTasks(systemClock, kept, never);
  const [done, hanging, waiting] = ['a', 'b', 'c'].map((name) =>
    tasks.open(
      path,
      'admin',
      { name, utilCmdArgs: 'create auth user x password secret', long: 'y'.repeat(20_000) },
      { name, passphrase: 'secret' },
    ),
  );
  assert.ok(done !== undefined && hanging !== undefined && waiting !== undefined);
  const { promise, resolve } = Promise.withResolvers<void>();
  tasks.run(done, () => {
    resolve();
    return Promise.resolve({ ok: true, value: { commandResult: 'x\n' } });
  });
  tasks.run(hanging, () => new Promise(() => undefined));
  await promise;
  await Promise.resolve();
  assert.equal(tasks.find(path, String(done.id), 'admin')?.state, 'COMPLETED');
  assert.equal(tasks.find(path, String(done.id), 'other'), undefined);
  assert.doesNotMatch(kept.text ?? '', /secret|yyy/);

  const later = createTasks(systemClock, kept, never);
  const found = [done, hanging, waiting].map(({ id }) => later.find(path, String(id), 'admin'));
  assert.deepEqual(
    found.map((task) => task?.state),
    ['COMPLETED', 'FAILED', 'FAILED'],
  );
  assert.deepEqual(found[0]?.result, { commandResult: 'x\n' });
  assert.match(String(found[1]?.result['errorMessage']), /restarted/);
  const next = later.open(path, 'admin', {});
  assert.ok(next !== undefined && next.id > waiting.id);
});

test('a task that was given up does not come back, one that throws has failed', async () => {
  const errors: unknown[] = [];
  const tasks = createTasks(systemClock, keeper(), (_task, error) => errors.push(error));
  const given = tasks.open(path, 'admin', {});
  const thrown = tasks.open(path, 'admin', {});
  assert.ok(given !== undefined && thrown !== undefined);
  const { promise, resolve } = Promise.withResolvers<{ ok: true; value: JsonObject }>();
  tasks.run(given, () => promise);
  tasks.close(given);
  resolve({ ok: true, value: {} });
  tasks.run(thrown, () => Promise.reject(new Error('torn')));
  for (let turn = 0; errors.length === 0 && turn < 10; turn += 1) await Promise.resolve();
  assert.equal(tasks.find(path, String(given.id), 'admin'), undefined);
  assert.equal(tasks.find(path, String(thrown.id), 'admin')?.state, 'FAILED');
});

let device: TestDevice;
before(async () => {
  device = await startTestDevice();
});
after(() => device.close());

async function ask(method: string, url: string, body?: JsonObject): Promise<JsonObject> {
  const answer = await device.ask(method, url, body);
  assert.ok([200, 202].includes(answer.status), answer.text);
  return answer.json;
}

/** Until it is over, at most as often as the longest of them needs. */
async function waitFor(url: string, isOver: (task: JsonObject) => boolean): Promise<JsonObject> {
  for (let attempt = 0; attempt < 2000; attempt += 1) {
    const task = await ask('GET', url);
    if (isOver(task)) return task;
  }
  return assert.fail(`${url} is never over`);
}

async function runTask(place: string, body: JsonObject): Promise<JsonObject> {
  const base = `/mgmt/tm/task${place}`;
  const opened = await ask('POST', base, body);
  assert.equal(opened['_taskState'], 'STARTED');
  const url = `${base}/${String(opened['_taskId'])}`;
  const started = await ask('PUT', url, { _taskState: 'VALIDATING' });
  assert.equal(started['_taskState'], 'VALIDATING');
  const states = ['COMPLETED', 'FAILED'];
  const over = await waitFor(`${url}/result`, (task) =>
    states.includes(String(task['_taskState'])),
  );
  await ask('DELETE', `${url}/result`);
  await ask('DELETE', url);
  assert.match((await device.ask('GET', url)).text, /Task not found/);
  return over;
}

test('archives, configuration and the shell as tasks', async () => {
  const options = [{ passphrase: 'sesame' }];
  const saved = await runTask('/sys/ucs', { command: 'save', name: 't.ucs', options });
  assert.equal(saved['_taskState'], 'COMPLETED', JSON.stringify(saved));
  assert.doesNotMatch(JSON.stringify(saved), /sesame/);
  const failed = await runTask('/sys/ucs', { command: 'load', name: 'none.ucs' });
  assert.equal(failed['_taskState'], 'FAILED');
  assert.match(String(failed['errorMessage']), /none\.ucs does not exist/);
  assert.equal((await runTask('/sys/config', { command: 'save' }))['_taskState'], 'COMPLETED');
  const utilCmdArgs = '-c "tmsh list auth partition Common"';
  const listed = await runTask('/util/bash', { command: 'run', utilCmdArgs });
  assert.match(String(listed['commandResult']), /auth partition Common/);
});

test('whoever lost the role since does not start a task that he made', async () => {
  const olga = basic('olga', 'Long enough 1');
  const user = { name: 'olga', password: 'Long enough 1', 'partition-access': everywhere('admin') };
  assert.equal((await device.ask('POST', '/mgmt/tm/auth/user', user)).status, 200);
  const utilCmdArgs = '-c "tmsh list auth partition Common"';
  const body = { command: 'run', utilCmdArgs };
  const made = await device.ask('POST', '/mgmt/tm/task/util/bash', body, olga);
  const demoted = { 'partition-access': everywhere('resource-admin') };
  await ask('PATCH', '/mgmt/tm/auth/user/olga', demoted);
  const url = `/mgmt/tm/task/util/bash/${String(made.json['_taskId'])}`;
  const refused = await device.ask('PUT', url, { _taskState: 'VALIDATING' }, olga);
  assert.equal(refused.status, 401, refused.text);
});

function everywhere(role: string): readonly JsonObject[] {
  return [{ name: 'all-partitions', role }];
}

test('a backup by the shared worker', async () => {
  const base = '/mgmt/tm/shared/sys/backup';
  const action = 'BACKUP_WITH_ENCRYPTION';
  const made = await ask('POST', base, { action, file: 'b.ucs', passphrase: 'sesame' });
  assert.equal(made['status'], 'CREATED');
  assert.doesNotMatch(JSON.stringify(made), /sesame/);
  const url = `${base}/${String(made['id'])}`;
  const over = await waitFor(url, ({ status }) => status === 'FINISHED' || status === 'FAILED');
  assert.equal(over['status'], 'FINISHED', JSON.stringify(over));
  assert.equal(over['file'], 'b.ucs');
  assert.equal((await device.ask('GET', '/mgmt/tm/sys/ucs/b.ucs')).status, 200);
  const restore = { action: 'RESTORE_WITH_ENCRYPTION', file: 'b.ucs', passphrase: 'wrong' };
  const wrong = await ask('POST', base, restore);
  const failed = await waitFor(
    `${base}/${String(wrong['id'])}`,
    ({ status }) => status === 'FAILED',
  );
  assert.match(String(failed['errorMessage']), /passphrase/);
  assert.equal((await device.ask('POST', base, { action: 'EAT', file: 'b.ucs' })).status, 400);
});
