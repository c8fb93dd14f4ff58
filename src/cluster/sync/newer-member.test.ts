import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createConfigStore } from '../../config/store/store.ts';
import type { ConfigStore, Operation, SharedObject } from '../../config/types.ts';
import { systemClock } from '../../platform/clock.ts';
import { groupDatabase } from './database.ts';
import { installKnown } from './known-now.ts';
import { areCompatible } from './plan.ts';

const folder = mkdtempSync(join(tmpdir(), 'evenkeel-newer-'));
const stores = new Set<ConfigStore>();
after(() => {
  for (const store of stores) store.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(name: string): ConfigStore {
  const path = join(folder, `${name}.db`);
  const store = createConfigStore({ path, deviceName: 'a', clock: systemClock });
  stores.add(store);
  return store;
}

function commit(store: ConfigStore, ...operations: readonly Operation[]): void {
  const done = store.commit({ origin: { user: 'admin', source: 'rest' }, operations });
  assert.ok(done.ok, JSON.stringify(done));
}

function inGroup(name: string): ConfigStore {
  const store = open(name);
  const devices = [{ name: '/Common/a' }];
  const properties = { type: 'sync-failover', devices };
  commit(
    store,
    { kind: 'create', component: 'cm device', name: '/Common/a', properties: {} },
    { kind: 'create', component: 'cm device-group', name: '/Common/dg', properties },
  );
  return store;
}

const version = { wall: 5, counter: 0 };
const newerPool: SharedObject = {
  component: 'ltm pool',
  name: '/Common/web',
  properties: {
    description: 'x',
    'newer-scalar': 5,
    members: [{ name: '/Common/10.0.0.1:80', address: '10.0.0.1', 'newer-inner': { a: 'b' } }],
  },
  version,
};
const newerKind: SharedObject = {
  component: 'ltm brand-new',
  name: '/Common/x',
  properties: { anything: ['of', 'the', 'future'] },
  version,
};
const database = (store: ConfigStore) => groupDatabase(store, '/Common/dg', 'sync /Common/dg');
const meta = { user: 'sync:b', reason: 'test' };

function heldOf(store: ConfigStore, component: string): SharedObject | undefined {
  return database(store)
    .objects()
    .find((object) => object.component === component);
}

test('what only a newer member knows is kept, changed around, kept over a restart and given back', () => {
  const store = inGroup('one');
  const own = database(store);
  const before = own.hash();
  const changes = [newerPool, newerKind].map((object) => ({ ...object, after: object }));
  assert.equal(own.write(changes, meta), '');
  assert.deepEqual(heldOf(store, 'ltm pool')?.properties, newerPool.properties);
  assert.deepEqual(heldOf(store, 'ltm brand-new'), newerKind);
  assert.deepEqual(own.stored(newerKind)?.properties, newerKind.properties);
  // The members learn of it in the words of who made it.
  const told = own.history(1)[0]?.changes.map(({ component, name }) => `${component} ${name}`);
  assert.ok(told?.includes('ltm brand-new /Common/x'), String(told));
  // Another device that holds the same has the same hash.
  const other = inGroup('two');
  const all = own.objects().map((object) => ({ ...object, after: object }));
  assert.equal(database(other).write(all, meta), '');
  assert.equal(database(other).hash(), own.hash());

  commit(store, {
    kind: 'modify',
    component: 'ltm pool',
    name: '/Common/web',
    properties: { description: 'y', members: [{ name: '/Common/10.0.0.1:80' }] },
  });
  const changed = { ...newerPool.properties, description: 'y' };
  assert.deepEqual(heldOf(store, 'ltm pool')?.properties, changed);
  commit(store, {
    kind: 'replace',
    component: 'ltm pool',
    name: '/Common/web',
    properties: { description: 'z' },
  });
  assert.equal(heldOf(store, 'ltm pool')?.properties['newer-scalar'], 5);
  stores.delete(store);
  store.close();
  const again = open('one');
  assert.equal(heldOf(again, 'ltm pool')?.properties['newer-scalar'], 5);
  assert.deepEqual(heldOf(again, 'ltm brand-new')?.properties, newerKind.properties);
  assert.equal(database(again).write([{ ...newerKind, after: undefined }], meta), '');
  assert.equal(heldOf(again, 'ltm brand-new'), undefined);
  assert.notEqual(database(again).hash(), before);
});

test('after an upgrade it becomes what it is, without a change of content', () => {
  const store = inGroup('three');
  const properties = { description: 'kept' };
  commit(store, {
    kind: 'create',
    component: 'sys foreign',
    name: 'ltm pool /Common/late',
    properties: {
      component: 'ltm pool',
      object: '/Common/late',
      group: '/Common/dg',
      content: JSON.stringify(properties),
    },
  });
  const before = database(store).hash();
  installKnown(store, { write: () => undefined });
  assert.equal(store.view().get('ltm pool', '/Common/late')?.properties.description, 'kept');
  assert.equal(store.view().count('sys foreign'), 0);
  assert.equal(database(store).hash(), before);
  const { sequence } = store.view();
  installKnown(store, { write: () => undefined });
  assert.equal(store.view().sequence, sequence);
});

test('configuration travels between minor versions that are next to each other', () => {
  assert.equal(areCompatible('16.1.0', '16.2.3'), true);
  assert.equal(areCompatible('16.1.0', '16.3.0'), false);
  assert.equal(areCompatible('16.1.0', '17.1.0'), false);
});
