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
