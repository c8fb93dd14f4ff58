import assert from 'node:assert/strict';
import test from 'node:test';
import { TestWorld, create, modify } from '../../config/model/test-world.ts';
import type { Operation } from '../../config/types.ts';
import { componentById } from '../../catalogue/index.ts';
import { storedOnly } from './stored-only.ts';

test('what a write sets and nothing follows is named, once, and only when it changes', () => {
  const world = new TestWorld();
  const told = (...operations: readonly Operation[]): readonly string[] =>
    storedOnly(operations, world.do(...operations), componentById);
  assert.deepEqual(
    told(
      create('ltm pool', 'p', {
        description: 'for people',
        'link-qos-to-client': '3',
        'load-balancing-mode': 'least-connections-member',
        members: [{ name: '10.0.0.1:80', 'rate-limit': '5', ratio: 2 }],
      }),
    ),
    ['rateLimit', 'linkQosToClient'],
  );
  const again = modify('ltm pool', '/Common/p', {
    'link-qos-to-client': '3',
    'ip-tos-to-client': '12',
  });
  assert.deepEqual(told(again), ['ipTosToClient']);
  assert.deepEqual(told(again), []);
});

test('a new object of what is only kept and shown is named by its name', () => {
  const world = new TestWorld();
  const operations = [create('sys management-ip', '10.1.1.5/24', { description: 'rack 3' })];
  assert.deepEqual(storedOnly(operations, world.do(...operations), componentById), ['name']);
  const lists = [create('net address-list', 'clients', { addresses: [{ name: '10.0.0.0/8' }] })];
  assert.deepEqual(storedOnly(lists, world.do(...lists), componentById), []);
});
