import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { systemClock } from '../../platform/clock.ts';
import { create, modify, remove } from '../model/test-world.ts';
import type { ConfigStore, Operation } from '../types.ts';
import { createConfigStore } from './store.ts';
import { byTest, commit, openStore, testDatabase } from './test-folder.ts';

function bounded(path: string, commits: number, bytes: number): ConfigStore {
  return createConfigStore({
    path,
    deviceName: 'a',
    clock: systemClock,
    history: { commits, bytes },
  });
}

test('the history keeps a number of commits; numbers and content go on', (context) => {
  const path = testDatabase(context);
  const store = bounded(path, 3, 1 << 20);
  for (let number = 1; number <= 8; number += 1) commit(store, create('ltm pool', `p${number}`));
  assert.deepEqual(
    store.history(99).map(({ sequence }) => sequence),
    [8, 7, 6],
  );
  assert.deepEqual(
    { ...store.journal(), bytes: 0 },
    { oldest: 6, newest: 8, commits: 3, bytes: 0 },
  );
  const { bytes } = store.journal();
  store.close();
  const again = bounded(path, 3, 1 << 20);
  context.after(() => again.close());
  assert.deepEqual(again.journal(), { oldest: 6, newest: 8, commits: 3, bytes });
  assert.equal(again.view().count('ltm pool'), 8);
  assert.equal(commit(again, create('ltm pool', 'p9')), 9);
});

test('the history keeps a number of bytes, and the newest commit whatever its size', (context) => {
  const store = bounded(testDatabase(context), 100, 10_000);
  context.after(() => store.close());
  const description = 'x'.repeat(1500);
  for (let number = 1; number <= 9; number += 1) {
    commit(store, create('ltm pool', `p${number}`, { description }));
  }
  const { oldest, bytes, commits } = store.journal();
  assert.ok(oldest > 1 && commits > 1 && bytes <= 10_000, `${oldest} ${commits} ${bytes}`);
  const large: Operation[] = Array.from({ length: 20 }, (_, index) =>
    create('ltm pool', `large${index}`, { description }),
  );
  const newest = commit(store, ...large);
  assert.deepEqual(
    { ...store.journal(), bytes: 0 },
    { oldest: newest, newest, commits: 1, bytes: 0 },
  );
});

test('state that a full disk refuses is held, and written with what it takes next', (context) => {
  const path = testDatabase(context);
  const small = createConfigStore({
    path,
    deviceName: 'a',
    clock: systemClock,
    maximumBytes: 64 * 4096,
  });
  small.writeState('duty', 'first');
  const description = 'x'.repeat(20_000);
  for (let number = 0; ; number += 1) {
    const operation = create('ltm pool', `p${number}`, { description });
    if (!small.commit({ origin: byTest, operations: [operation] }).ok) break;
  }
  const large = 'y'.repeat(200_000);
  small.writeState('duty', large);
  assert.equal(small.readState('duty'), large);
  small.writeState('duty', 'second');
  assert.equal(small.readState('duty'), 'second');
  small.close();
  const roomy = openStore(path);
  roomy.writeState('other', 'x');
  roomy.close();
  const last = openStore(path);
  context.after(() => last.close());
  assert.equal(last.readState('other'), 'x');
  assert.ok(['first', 'second'].includes(last.readState('duty') ?? ''));
});

test('a preview leaves every byte of the database as it is', (context) => {
  const path = testDatabase(context);
  const store = openStore(path);
  context.after(() => store.close());
  commit(store, create('ltm pool', 'p'));
  const files = [path, `${path}-wal`].filter((file) => existsSync(file));
  const before = files.map((file) => readFileSync(file));
  const operations = [
    modify('ltm pool', '/Common/p', { description: 'x' }),
    create('ltm pool', 'q'),
  ];
  const preview = store.preview({ origin: byTest, operations });
  assert.ok(preview.ok && preview.commit !== undefined);
  assert.equal(preview.after.get('ltm pool', '/Common/p')?.properties.description, 'x');
  assert.equal(store.view().get('ltm pool', '/Common/p')?.properties.description, undefined);
  assert.deepEqual(
    files.map((file) => readFileSync(file)),
    before,
  );
  const real = store.commit({ origin: byTest, operations });
  assert.ok(real.ok);
  assert.deepEqual(
    preview.commit.changes.map(({ name, after }) => [name, after?.properties]),
    real.commit?.changes.map(({ name, after }) => [name, after?.properties]),
  );
});

test('a change is refused when what it expects has changed', (context) => {
  const store = openStore(testDatabase(context));
  context.after(() => store.close());
  commit(store, create('ltm pool', 'p'));
  const key = { component: 'ltm pool', name: '/Common/p' };
  const seen = store.view().stored(key.component, key.name)?.generation ?? 0;
  const change = (generations: readonly number[] | 'any', description: string) =>
    store.commit({
      origin: byTest,
      operations: [modify('ltm pool', '/Common/p', { description })],
      expects: [{ ...key, generations }],
    });
  assert.ok(change([seen], 'one').ok);
  const stale = change([seen], 'two');
  assert.equal(stale.ok, false);
  assert.deepEqual(!stale.ok && stale.faults.map(({ status }) => status), [412]);
  assert.match((!stale.ok && stale.faults[0]?.message) || '', /Pool \(\/Common\/p\) was changed/);
  assert.ok(change('any', 'three').ok);
  commit(store, remove('ltm pool', '/Common/p'));
  assert.equal(change('any', 'four').ok, false);
});

test('restore: whole objects as they were, local properties and operator state included', (context) => {
  const store = openStore(testDatabase(context));
  context.after(() => store.close());
  commit(store, create('ltm pool', 'p', { members: ['10.0.0.1:80'], description: 'x' }));
  const was = store.view().stored('ltm pool', '/Common/p')?.properties;
  commit(store, modify('ltm profile tcp', '/Common/tcp', { nagle: 'enabled' }));
  commit(store, remove('ltm pool', '/Common/p'));
  commit(store, {
    kind: 'restore',
    component: 'ltm pool',
    name: '/Common/p',
    properties: was,
  });
  assert.deepEqual(store.view().stored('ltm pool', '/Common/p')?.properties, was);
  const reset = {
    kind: 'restore',
    component: 'ltm profile tcp',
    name: '/Common/tcp',
    properties: undefined,
  } as const;
  commit(store, reset);
  assert.equal(store.view().get('ltm profile tcp', '/Common/tcp')?.properties.nagle, 'disabled');
  // What only another version knows comes back with the object (`unknown`); what cannot be so is refused.
  const mode = { 'load-balancing-mode': 'nonsense' };
  const wrong = store.commit({
    origin: byTest,
    operations: [{ ...reset, name: '/Common/p', component: 'ltm pool', properties: mode }],
  });
  assert.match((!wrong.ok && wrong.faults[0]?.message) || '', /nonsense/);
});
