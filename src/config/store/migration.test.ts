import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { openDatabase } from '../../platform/sqlite.ts';
import { create, modify } from '../model/test-world.ts';
import type { ConfigStore } from '../types.ts';
import { compareText } from '../model/values.ts';
import { schemaVersion } from './schema.ts';
import { commit, openStore, testDatabase } from './test-folder.ts';

/** Written by the programs of their time: the same eight commits each (see the README beside them). */
const saved = ['schema-1', 'schema-2', 'schema-2-spine'];

function savedDatabase(name: string, context: { after(task: () => void): void }): string {
  const path = testDatabase(context);
  mkdirSync(dirname(path), { recursive: true });
  copyFileSync(join(import.meta.dirname, 'fixtures', `${name}.sqlite`), path);
  return path;
}

for (const name of saved) {
  test(`a database of ${name} opens with everything in it`, (context) => {
    const path = savedDatabase(name, context);
    const store = openStore(path, 'old.example.com');
    context.after(() => store.close());
    const view = store.view();
    assert.deepEqual(store.apart(), []);
    assert.equal(view.sequence, 8);
    assert.deepEqual(store.journal().oldest, 1);
    const pool = view.get('ltm pool', '/Common/web_pool');
    assert.equal(pool?.properties['load-balancing-mode'], 'least-connections-member');
    const members = pool?.properties.members ?? [];
    assert.deepEqual(
      members.map((member) => [member.name, member.address, member.session]),
      [
        ['/Common/10.0.0.1:80', '10.0.0.1', 'user-enabled'],
        ['/Common/10.0.0.2:80', '10.0.0.2', 'user-disabled'],
      ],
    );
    const virtual = view.get('ltm virtual', '/Common/web');
    assert.equal(virtual?.properties.pool, '/Common/web_pool');
    assert.equal(virtual?.stored.created, createdBy(store, 'ltm virtual', '/Common/web'));
    assert.match(virtual?.properties['creation-time'] ?? '', /^20\d\d-\d\d-\d\dT[\d:]{8}Z$/);
    assert.notEqual(view.get('ltm virtual-address', '/Common/192.0.2.10'), undefined);
    assert.equal(view.get('ltm profile tcp', '/Common/slow')?.properties['idle-timeout'], 900);
    assert.equal(view.get('ltm profile tcp', '/Common/tcp')?.properties.nagle, 'enabled');
    assert.notEqual(view.get('ltm pool', '/Sales/shop'), undefined);
    assert.equal(view.get('net self', '/Common/self_int')?.properties.vlan, '/Common/internal');
    const monitor = view.get('ltm monitor http', '/Common/web_up');
    assert.equal(view.plain(String(monitor?.properties.password)), 'secret of the monitor');
    assert.deepEqual(
      store.history(20).map(({ origin }) => origin.reason),
      ['eighth', 'seventh', 'sixth', 'fifth', 'fourth', 'third', 'second', 'first'],
    );
    assert.equal(store.history(1)[0]?.origin.address, '192.0.2.9');
    assert.equal(store.readState('sync'), 'remembered');
    assert.equal(commit(store, create('ltm pool', 'new')), 9);
    const database = openDatabase(path, 1 << 30);
    assert.equal(database.all('SELECT version FROM schema')[0]?.['version'], schemaVersion);
    database.close();
  });
}

/** As the history says. */
function createdBy(store: ConfigStore, component: string, name: string): number | undefined {
  return store
    .history(20)
    .find(({ changes }) =>
      changes.some(
        (change) =>
          change.component === component && change.name === name && change.before === undefined,
      ),
    )?.identity.time.wall;
}

function spoil(path: string, sql: string, ...values: readonly string[]): void {
  const database = openDatabase(path, 1 << 30);
  database.run(sql, ...values);
  // Another catalogue wrote it.
  database.run("DELETE FROM state WHERE key = 'catalogue'");
  database.close();
}

const putProperties = 'UPDATE objects SET properties = ? WHERE component = ? AND name = ?';

test('what the catalogue no longer has or takes is kept apart; the rest serves, nothing is lost', (context) => {
  const path = testDatabase(context);
  const first = openStore(path);
  commit(first, create('ltm pool', 'whole', { description: 'x' }));
  commit(first, create('ltm pool', 'odd', { members: ['10.0.0.1:80'] }));
  commit(first, create('ltm virtual', 'v', { destination: '192.0.2.1:80' }));
  commit(first, create('net vlan', 'lost', { tag: 7 }));
  first.close();
  const odd = {
    description: 'kept',
    'was-once': 'here',
    'load-balancing-mode': 'by-the-moon',
    members: [{ name: '/Common/10.0.0.1:80', address: '10.0.0.1' }],
  };
  spoil(path, putProperties, JSON.stringify(odd), 'ltm pool', '/Common/odd');
  spoil(path, "UPDATE objects SET component = 'net lan' WHERE component = 'net vlan'");

  const second = openStore(path);
  const view = second.view();
  assert.equal(view.get('ltm pool', '/Common/whole')?.properties.description, 'x');
  const pool = view.get('ltm pool', '/Common/odd');
  assert.equal(pool?.properties.description, 'kept');
  assert.equal(pool?.properties['load-balancing-mode'], 'round-robin');
  assert.equal(pool?.properties.members?.length, 1);
  const apart = second.apart();
  const sorted = apart.toSorted((one, other) => compareText(one.component, other.component));
  assert.deepEqual(
    sorted.map((one) => [one.component, one.name, one.properties]),
    [
      ['ltm pool', '/Common/odd', ['was-once', 'load-balancing-mode']],
      ['net lan', '/Common/lost', undefined],
    ],
  );
  assert.match(apart.find((one) => one.name === '/Common/odd')?.why ?? '', /was-once.*by-the-moon/);
  commit(second, modify('ltm pool', '/Common/odd', { description: 'changed' }));
  second.close();

  const database = openDatabase(path, 1 << 30);
  assert.equal(database.all("SELECT 1 FROM objects WHERE component = 'net lan'").length, 1);
  database.close();
  const third = openStore(path);
  context.after(() => third.close());
  assert.deepEqual(
    third.apart().map((one) => one.component),
    ['net lan'],
  );
});

test('an object without what it needs is kept apart whole', (context) => {
  const path = testDatabase(context);
  const first = openStore(path);
  commit(first, create('net vlan', 'v', { tag: 7 }));
  commit(first, create('net self', 's', { address: '10.0.0.1/24', vlan: 'v' }));
  first.close();
  const properties = { address: 'nowhere', vlan: '/Common/v' };
  spoil(path, putProperties, JSON.stringify(properties), 'net self', '/Common/s');
  const second = openStore(path);
  context.after(() => second.close());
  assert.equal(second.view().get('net self', '/Common/s'), undefined);
  const [apart] = second.apart();
  assert.equal(apart?.properties, undefined);
  assert.match(apart?.why ?? '', /nowhere/);
});
