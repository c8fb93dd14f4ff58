import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { test } from 'node:test';
import { systemClock } from '../../platform/clock.ts';
import { systemRandom } from '../../platform/random.ts';
import { openDatabase } from '../../platform/sqlite.ts';
import { create, modify, remove } from '../model/test-world.ts';
import type { Commit } from '../types.ts';
import { schemaVersion } from './schema.ts';
import { createConfigStore } from './store.ts';
import { byTest, commit, openStore, testDatabase } from './test-folder.ts';

test('what was committed is there after a restart, stock objects included', (context) => {
  const path = testDatabase(context);
  const first = openStore(path);
  commit(first, create('ltm pool', 'p', { members: ['10.0.0.1:80'] }));
  commit(first, modify('ltm profile tcp', '/Common/tcp', { nagle: 'enabled' }));
  commit(first, create('ltm pool', 'gone'));
  commit(first, remove('ltm pool', '/Common/gone'));
  const pool = first.view().get('ltm pool', '/Common/p');
  const history: unknown = JSON.parse(JSON.stringify(first.history(10)));
  first.close();

  const second = openStore(path);
  context.after(() => second.close());
  assert.deepEqual(second.view().get('ltm pool', '/Common/p'), pool);
  assert.equal(second.view().get('ltm profile tcp', '/Common/tcp')?.properties.nagle, 'enabled');
  assert.equal(second.view().get('ltm pool', '/Common/gone'), undefined);
  assert.equal(second.view().sequence, 4);
  assert.deepEqual(second.history(10), history);
  assert.deepEqual(
    second.history(2, 3).map((entry) => entry.sequence),
    [2, 1],
  );
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test('ids name time and device; parents make a chain; generations grow', (context) => {
  const store = openStore(testDatabase(context));
  context.after(() => store.close());
  commit(store, create('ltm pool', 'p'));
  const before = store.view().stored('ltm pool', '/Common/p')?.generation ?? 0;
  commit(store, modify('ltm pool', '/Common/p', { description: 'x' }));
  const [second, first] = store.history(2);
  assert.match(first?.identity.id ?? '', /^\d+\.\d+@a\.example\.com$/);
  assert.equal(first?.identity.parent, '');
  assert.equal(second?.identity.parent, first?.identity.id);
  assert.ok((store.view().stored('ltm pool', '/Common/p')?.generation ?? 0) > before);
  assert.ok(before > 1);
});

test('an object keeps the time that it was made at, also across a restart; what is there from the start has none', (context) => {
  const path = testDatabase(context);
  const openAt = (wall: number) =>
    createConfigStore({
      path,
      deviceName: 'a',
      clock: { ...systemClock, wallMilliseconds: () => wall },
    });
  const first = openAt(Date.UTC(2026, 0, 2, 3, 4, 5));
  commit(first, create('ltm virtual', 'v', { destination: '192.0.2.1:80' }));
  first.close();
  const second = openAt(Date.UTC(2027, 0, 2, 3, 4, 5));
  commit(second, modify('ltm virtual', '/Common/v', { description: 'x' }));
  commit(second, modify('ltm profile tcp', '/Common/tcp', { nagle: 'enabled' }));
  second.close();
  const third = openAt(Date.UTC(2028, 0, 2, 3, 4, 5));
  context.after(() => third.close());
  const { properties } = third.view().get('ltm virtual', '/Common/v') ?? {};
  assert.equal(properties?.['creation-time'], '2026-01-02T03:04:05Z');
  assert.equal(properties?.['last-modified-time'], '2027-01-02T03:04:05Z');
  const [stock] = [third.view().stored('ltm profile tcp', '/Common/tcp')];
  assert.equal(stock?.created, undefined);
  assert.equal(stock?.version.wall, Date.UTC(2027, 0, 2, 3, 4, 5));
});

test('time never goes back, even when the clock does, and after a restart', (context) => {
  const path = testDatabase(context);
  const openAt = (wall: number, fraction = 0) =>
    createConfigStore({
      path,
      deviceName: 'a',
      clock: { ...systemClock, wallMilliseconds: () => wall },
      random: { ...systemRandom, fraction: () => fraction },
    });
  const first = openAt(5000);
  commit(first, create('ltm pool', 'p1'));
  commit(first, create('ltm pool', 'p2'));
  first.close();
  const second = openAt(1000, 0.5);
  context.after(() => second.close());
  commit(second, create('ltm pool', 'p3'));
  // Each start goes on elsewhere: an older image of this device must not make the same times again.
  assert.deepEqual(
    second.history(3).map((entry) => entry.identity.id),
    [`5000.${1 + 2 ** 19 + 1}@a`, '5000.1@a', '5000.0@a'],
  );
});

test('nothing changed: no commit, nobody is told', (context) => {
  const store = openStore(testDatabase(context));
  context.after(() => store.close());
  commit(store, create('ltm pool', 'p', { description: 'x' }));
  let told = 0;
  store.onCommit(() => (told += 1));
  const same = store.commit({
    origin: byTest,
    operations: [modify('ltm pool', '/Common/p', { description: 'x', 'slow-ramp-time': null })],
  });
  assert.deepEqual(same, { ok: true, commit: undefined });
  assert.equal(told, 0);
  assert.equal(store.history(9).length, 1);
});

test('a preview says what would change and changes nothing', (context) => {
  const store = openStore(testDatabase(context));
  context.after(() => store.close());
  const view = store.view();
  const outcome = store.preview({ origin: byTest, operations: [create('ltm pool', 'p')] });
  assert.ok(outcome.ok);
  assert.deepEqual(
    outcome.commit?.changes.map((change) => [change.component, change.name]),
    [['ltm pool', '/Common/p']],
  );
  assert.equal(store.view(), view);
  assert.equal(store.history(1).length, 0);
});

test('all or nothing: one bad operation refuses the others', (context) => {
  const store = openStore(testDatabase(context));
  context.after(() => store.close());
  const outcome = store.commit({
    origin: byTest,
    operations: [create('ltm pool', 'p'), create('ltm pool', '/Nowhere/q')],
  });
  assert.equal(outcome.ok, false);
  assert.equal(store.view().count('ltm pool'), 0);
});

test('views that somebody holds do not change', (context) => {
  const store = openStore(testDatabase(context));
  context.after(() => store.close());
  commit(store, create('ltm pool', 'p', { monitor: 'icmp' }));
  const held = store.view();
  commit(store, remove('ltm pool', '/Common/p'));
  assert.equal(held.count('ltm pool'), 1);
  assert.deepEqual(held.referrers('ltm monitor icmp', '/Common/icmp'), [
    { component: 'ltm pool', name: '/Common/p', property: 'monitor' },
  ]);
  assert.deepEqual(store.view().referrers('ltm monitor icmp', '/Common/icmp'), []);
});

test('listeners hear commits in order, also those that listeners make', (context) => {
  const store = openStore(testDatabase(context));
  context.after(() => store.close());
  const heard: string[] = [];
  store.onCommit((entry: Commit) => {
    if (entry.sequence === 1) commit(store, create('ltm pool', 'second'));
  });
  const stop = store.onCommit((entry, before, after) => {
    heard.push(`${entry.sequence}: ${before.sequence} to ${after.sequence}`);
  });
  commit(store, create('ltm pool', 'first'));
  stop();
  commit(store, create('ltm pool', 'third'));
  assert.deepEqual(heard, ['1: 0 to 1', '2: 1 to 2']);
});

test('checks of other rooms can refuse', (context) => {
  const store = openStore(testDatabase(context));
  context.after(() => store.close());
  store.addCheck((changes) =>
    changes.some((change) => change.name === '/Common/no')
      ? [{ status: 400, message: 'not this one' }]
      : [],
  );
  const outcome = store.commit({ origin: byTest, operations: [create('ltm pool', 'no')] });
  assert.deepEqual(outcome, { ok: false, faults: [{ status: 400, message: 'not this one' }] });
});

test('a commit of another device keeps its identity, is taken once, and moves our clock', (context) => {
  const store = openStore(testDatabase(context));
  context.after(() => store.close());
  const wall = systemClock.wallMilliseconds() + 60_000;
  const identity = { id: `${wall}.3@b`, device: 'b', time: { wall, counter: 3 }, parent: 'x' };
  const request = {
    origin: { user: 'test', source: 'sync' },
    identity,
    operations: [
      {
        kind: 'install',
        component: 'ltm pool',
        name: '/Common/p',
        object: {
          component: 'ltm pool',
          name: '/Common/p',
          properties: {},
          version: identity.time,
        },
      },
    ],
  } as const;
  assert.ok(store.commit(request).ok);
  assert.deepEqual(store.commit(request), { ok: true, commit: undefined });
  assert.deepEqual(store.history(1)[0]?.identity, identity);
  commit(store, create('ltm pool', 'later'));
  const later = store.history(1)[0]?.identity;
  assert.deepEqual(later?.time, { wall, counter: 4 });
  assert.equal(later?.parent, identity.id);
});

test('a full disk: a clear 503, nothing changed, and it goes on when there is room', (context) => {
  const path = testDatabase(context);
  const small = createConfigStore({
    path,
    deviceName: 'a',
    clock: systemClock,
    maximumBytes: 64 * 4096,
  });
  const filler = 'x'.repeat(20_000);
  let faults: readonly { readonly status: number; readonly message: string }[] = [];
  let acknowledged = 0;
  for (let number = 0; number < 100 && faults.length === 0; number += 1) {
    const operation = create('ltm pool', `p${number}`, { description: filler });
    const outcome = small.commit({ origin: byTest, operations: [operation] });
    if (outcome.ok) acknowledged += 1;
    else faults = outcome.faults;
  }
  assert.equal(faults[0]?.status, 503);
  assert.match(faults[0]?.message ?? '', /could not be saved.*full/);
  assert.equal(small.view().count('ltm pool'), acknowledged);
  small.close();
  const large = openStore(path);
  context.after(() => large.close());
  assert.equal(large.view().count('ltm pool'), acknowledged);
  commit(large, create('ltm pool', 'more'));
});

test('state values are kept', (context) => {
  const path = testDatabase(context);
  const first = openStore(path);
  assert.equal(first.readState('sync'), undefined);
  first.writeState('sync', 'one');
  first.writeState('sync', 'two');
  first.close();
  const second = openStore(path);
  context.after(() => second.close());
  assert.equal(second.readState('sync'), 'two');
});

test('a database of schema version 1 is brought up to date, a later one is refused', (context) => {
  const path = testDatabase(context);
  openStore(path).close();
  const database = openDatabase(path, 1 << 30);
  database.run('DROP INDEX commits_time');
  database.run('ALTER TABLE objects DROP COLUMN created');
  database.run('UPDATE schema SET version = 1');
  database.close();
  const store = openStore(path);
  commit(store, create('ltm pool', 'p'));
  store.close();
  const later = openDatabase(path, 1 << 30);
  assert.equal(later.all('SELECT version FROM schema')[0]?.['version'], schemaVersion);
  later.run('UPDATE schema SET version = ?', schemaVersion + 1);
  later.close();
  assert.throws(() => openStore(path), /start the newer program/);
});

test('figures: ten thousand objects (printed, never asserted)', (context) => {
  const store = openStore(testDatabase(context));
  context.after(() => store.close());
  const timed = (what: string, work: () => void): void => {
    const start = performance.now();
    work();
    context.diagnostic(`${what}: ${(performance.now() - start).toFixed(1)} ms`);
  };
  const pools = Array.from({ length: 5000 }, (_, index) =>
    create('ltm pool', `p${index}`, {
      members: [`10.${index >> 8}.${index & 255}.1:80`],
      monitor: 'http',
    }),
  );
  timed('create 5,000 pools and 5,000 nodes in one commit', () => commit(store, ...pools));
  timed('list 5,000 pools', () => store.view().list('ltm pool'));
  timed('one more pool and list again', () => {
    commit(store, create('ltm pool', 'more', { members: ['10.200.0.1:80'] }));
    store.view().list('ltm pool');
  });
  const changes = 50;
  timed(`${changes} commits, each one member`, () => {
    for (let index = 0; index < changes; index += 1) {
      commit(store, {
        kind: 'modify-item',
        component: 'ltm pool',
        name: `/Common/p${index}`,
        property: 'members',
        item: `10.0.${index}.1:80`,
        properties: { ratio: 2 },
      });
    }
  });
});
