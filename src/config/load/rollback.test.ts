import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Properties } from '../../catalogue/types.ts';
import type { Change, StoredObject } from '../types.ts';
import { rollbackOf } from './rollback.ts';

function changed(
  component: string,
  name: string,
  before: Properties | undefined,
  after: Properties | undefined,
): Change {
  const object = (properties: Properties | undefined): StoredObject | undefined =>
    properties === undefined
      ? undefined
      : { component, name, properties, generation: 2, version: { wall: 1, counter: 0 } };
  return { component, name, before: object(before), after: object(after) };
}

test('objects as they were: made again, gone again, changed back', () => {
  const { operations, kept } = rollbackOf([
    changed('ltm pool', '/Common/a', { description: 'x' }, undefined),
    changed('ltm pool', '/Common/b', undefined, {}),
    changed('net self', '/Common/c', { address: '10.0.0.1/24' }, { address: '10.0.0.2/24' }),
  ]);
  assert.deepEqual(kept, []);
  assert.deepEqual(operations, [
    { kind: 'restore', component: 'ltm pool', name: '/Common/a', properties: { description: 'x' } },
    { kind: 'restore', component: 'ltm pool', name: '/Common/b', properties: undefined },
    {
      kind: 'restore',
      component: 'net self',
      name: '/Common/c',
      properties: { address: '10.0.0.1/24' },
    },
  ]);
});

test('who shares with whom stays, and so do passwords; the answer can say so', () => {
  const { operations, kept } = rollbackOf([
    changed('cm device', '/Common/b', undefined, {}),
    changed('cm device-group', '/Common/dg', undefined, {}),
    changed('cm trust-domain', '/Common/Root', {}, { status: 'initialized' }),
    changed('sys folder', '/Common', { description: 'x' }, { 'device-group': '/Common/dg' }),
    changed('sys folder', '/Common/app', { 'device-group': '/Common/old' }, undefined),
    changed('auth user', 'joe', { 'encrypted-password': 'old' }, { 'encrypted-password': 'new' }),
  ]);
  assert.deepEqual(kept, [
    { component: 'cm device', name: '/Common/b' },
    { component: 'cm device-group', name: '/Common/dg' },
    { component: 'cm trust-domain', name: '/Common/Root' },
    { component: 'sys folder', name: '/Common', property: 'device-group' },
    { component: 'auth user', name: 'joe', property: 'encrypted-password' },
  ]);
  assert.deepEqual(
    operations.map((one) => 'properties' in one && one.properties),
    [
      { description: 'x', 'device-group': '/Common/dg' },
      { 'device-group': '/Common/old' },
      { 'encrypted-password': 'new' },
    ],
  );
});
