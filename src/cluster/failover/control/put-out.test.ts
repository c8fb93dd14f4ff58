import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestWorld } from '../../../config/model/test-world.ts';
import type { Commit, CommitSource, ConfigView } from '../../../config/types.ts';
import { createPutOut } from './put-out.ts';

function commitOf(source: CommitSource, gone: string | undefined): Commit {
  const time = { wall: 1, counter: 0 };
  const changes =
    gone === undefined
      ? []
      : [{ component: 'cm device', name: `/Common/${gone}`, before: undefined, after: undefined }];
  return {
    sequence: 1,
    identity: { id: '1.0@b', device: 'b', time, parent: '' },
    origin: { user: 'admin', source },
    changes,
  };
}

function viewOf(...devices: readonly string[]): ConfigView {
  const world = new TestWorld('a');
  for (const device of devices)
    world.do({ kind: 'create', component: 'cm device', name: `/Common/${device}`, properties: {} });
  return world.view;
}

function groupOf(...devices: readonly string[]): ConfigView {
  const world = new TestWorld('a');
  for (const device of devices)
    world.do({ kind: 'create', component: 'cm device', name: `/Common/${device}`, properties: {} });
  const items = devices.map((device) => ({ name: `/Common/${device}` }));
  const properties = { type: 'sync-failover', devices: items };
  world.do({ kind: 'create', component: 'cm device-group', name: '/Common/pair', properties });
  return world.view;
}

function begin() {
  const states = new Map<string, string>();
  const orders: string[] = [];
  const store = {
    readState: (key: string) => states.get(key),
    writeState: (key: string, value: string) => void states.set(key, value),
  };
  const log = { write: () => undefined };
  const putOut = createPutOut(store, log, ({ kind }) => orders.push(kind));
  return { putOut, orders };
}

test('a device that others removed goes offline, and stays so while it is alone', () => {
  const { putOut, orders } = begin();
  putOut.follow(commitOf('sync', 'a'), groupOf('a', 'b'), viewOf('b'));
  putOut.follow(commitOf('system', undefined), viewOf('b'), viewOf('a'));
  assert.deepEqual(orders, ['offline']);
  putOut.repeat();
  assert.deepEqual(orders, ['offline', 'offline']);
  putOut.follow(commitOf('rest', undefined), viewOf('a'), viewOf('a', 'c'));
  assert.deepEqual(orders, ['offline', 'offline', 'online']);
  putOut.repeat();
  assert.equal(orders.length, 3);
});

test('the removal of others and a reset by its own operator change nothing', () => {
  const { putOut, orders } = begin();
  putOut.follow(commitOf('sync', 'b'), groupOf('a', 'b'), viewOf('a'));
  putOut.follow(commitOf('rest', 'a'), groupOf('a', 'b'), viewOf('a'));
  assert.deepEqual(orders, []);
});

test('the addresses of a device in no failover group are its own', () => {
  const { putOut, orders } = begin();
  putOut.follow(commitOf('sync', 'a'), viewOf('a', 'b'), viewOf('b'));
  assert.deepEqual(orders, []);
});

test('the operator can let it answer', () => {
  const { putOut, orders } = begin();
  putOut.follow(commitOf('sync', 'a'), groupOf('a', 'b'), viewOf('b'));
  putOut.obeyed({ kind: 'online' });
  putOut.repeat();
  assert.deepEqual(orders, ['offline']);
});
