/** Two devices whose configurations were changed apart, brought together by a user of tmsh. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { componentById, components } from '../catalogue/index.ts';
import { adminPassword, TestDevice, until } from '../cluster/test-device.ts';
import { createRest } from './rest.ts';
import { createShell } from './shell.ts';

const a = new TestDevice('a.test', '127.0.48.1', 0);
let b: TestDevice;

interface Ran {
  readonly status: number;
  readonly output: string;
  readonly errors: string;
}

async function tmsh(device: TestDevice, text: string, isDryRun = false): Promise<Ran> {
  const output: string[] = [];
  const errors: string[] = [];
  const shell = createShell({
    rest: createRest(device.parts.client, {
      kind: 'password',
      user: 'admin',
      password: adminPassword,
    }),
    components,
    component: componentById,
    print: (line) => output.push(line),
    printError: (line) => errors.push(line),
    isDryRun,
  });
  const status = await shell.run(text, true);
  return { status, output: output.join('\n'), errors: errors.join('\n') };
}

async function done(device: TestDevice, text: string): Promise<string> {
  const { status, output, errors } = await tmsh(device, text);
  assert.equal(status, 0, `${text}: ${errors}`);
  return output;
}

async function shows(pattern: RegExp): Promise<void> {
  await until(String(pattern), async () => {
    const all = await Promise.all([a, b].map((device) => tmsh(device, 'show cm sync-status')));
    return all.every(({ output }) => pattern.test(output));
  });
}

before(async () => {
  await a.start();
  b = new TestDevice('b.test', '127.0.48.2', a.iqueryPort);
  await b.start();
  for (const device of [a, b]) device.setConfigsyncIp();
  assert.equal((await a.add(b)).status, 200);
  await until('sessions', () => a.isConnectedTo(b) && b.isConnectedTo(a));
  await done(a, 'create cm device-group dg type sync-failover devices add { a.test b.test }');
  await until('the group on b', () => b.parts.sync.groups().length === 2);
});
after(async () => {
  await a.destroy();
  await b.destroy();
});

test('changed apart: the conflict, a dry run, the merge, In Sync', async () => {
  await done(a, 'create ltm pool web description base');
  await done(a, 'run cm config-sync to-group dg');
  await shows(/Status +In Sync/);
  await done(a, 'modify ltm pool web description "of a" min-active-members 1');
  await done(b, 'modify ltm pool web description "of b" slow-ramp-time 20; create ltm pool only-b');
  await shows(/There is a possible change conflict between (a\.test, b\.test|b\.test, a\.test)/);
  await shows(/Status +Changes Pending/);

  const asked = await tmsh(a, 'run cm config-sync merge dg');
  assert.notEqual(asked.status, 0);
  assert.match(asked.errors, /1 conflict has to be resolved.*nothing was changed/);
  assert.match(
    asked.errors,
    /ltm pool \/Common\/web description: mine "of a", theirs \(b\.test\) "of b", base "base"/,
  );
  const { sequence } = a.store.view();
  const resolve = 'merge dg resolve add { "ltm pool /Common/web description" { take theirs } }';
  const tried = await tmsh(a, `run cm config-sync ${resolve}`, true);
  assert.equal(tried.status, 0, tried.errors);
  assert.match(tried.output, /only-b/);
  assert.match(tried.output, /of b/);
  assert.match(tried.output, /Nothing was changed \(dry run\)/);
  assert.equal(a.store.view().sequence, sequence);

  const merged = await done(a, `run cm config-sync ${resolve}`);
  assert.match(merged, /Merged dg with b\.test: 2 objects changed here/);
  await shows(/Status +In Sync/);
  for (const device of [a, b]) {
    const listed = await done(device, 'list ltm pool web; list ltm pool only-b');
    assert.match(listed, /description "of b"/);
    assert.match(listed, /min-active-members 1/);
    assert.match(listed, /slow-ramp-time 20/);
    assert.match(listed, /ltm pool only-b/);
  }
});

test('delete cm trust-domain all: the device is on its own again', async () => {
  await done(b, 'delete cm trust-domain all');
  const listed = await done(b, 'list cm device');
  assert.deepEqual(listed.match(/^cm device \S+/gm), ['cm device b.test']);
});
