import assert from 'node:assert/strict';
import test from 'node:test';
import { contentHash } from '../store/content-hash.ts';
import type { Change, Commit } from '../types.ts';
import {
  filterCommit,
  groupObjects,
  groupOf,
  gtmGroup,
  installOperations,
  loadOperations,
  trustGroup,
} from './scope.ts';
import { TestWorld, create, modify, remove } from './test-world.ts';

const pair = '/Common/pair';

/** Two devices of a sync-failover group that know each other. */
function device(name: string): TestWorld {
  const world = new TestWorld(name);
  world.do(
    create('cm device', 'a'),
    create('cm device', 'b'),
    create('cm device-group', 'pair', { type: 'sync-failover', devices: ['a', 'b'] }),
    create('net vlan', 'ext', { interfaces: ['1.1'] }),
    create('net self', 'own', { address: `10.0.0.${name === 'a' ? 1 : 2}/24`, vlan: 'ext' }),
  );
  return world;
}

const commitOf = (changes: readonly Change[]): Commit => ({
  sequence: 1,
  identity: { id: '1.0@a', device: 'a', time: { wall: 1, counter: 0 }, parent: '' },
  origin: { user: 'admin', source: 'rest' },
  changes,
});

test('who shares what', () => {
  const { view } = device('a');
  const groupFor = (component: string, name: string): string | undefined => {
    const stored = view.stored(component, name);
    assert.ok(stored, `${component} ${name}`);
    return groupOf(stored, view);
  };
  assert.equal(groupFor('net vlan', '/Common/ext'), undefined);
  assert.equal(groupFor('net self', '/Common/own'), undefined);
  assert.equal(groupFor('sys global-settings', ''), undefined);
  assert.equal(groupFor('cm device', '/Common/a'), trustGroup);
  assert.equal(groupFor('cm device-group', pair), trustGroup);
  assert.equal(groupFor('gtm global-settings general', ''), gtmGroup);
  assert.equal(groupFor('ltm monitor http', '/Common/http'), pair);
  assert.equal(groupFor('sys db', 'failover.nettimeoutsec'), pair);
  assert.equal(groupFor('sys db', 'failover.state'), undefined);
  assert.equal(groupFor('auth user', 'admin'), pair);
});

test('a device that is in no sync-failover group shares nothing of its folders', () => {
  const world = new TestWorld('c');
  world.do(create('ltm pool', 'p'));
  const stored = world.view.stored('ltm pool', '/Common/p');
  assert.ok(stored);
  assert.equal(groupOf(stored, world.view), undefined);
});

test('a floating self IP is shared, and leaves the group when it becomes local', () => {
  const a = device('a');
  const b = device('b');
  const send = (changes: readonly Change[]): void => {
    const part = filterCommit(commitOf(changes), pair, a.view);
    if (part !== undefined) b.do(...installOperations(part.changes));
  };
  const floating = { address: '10.0.0.9/24', vlan: 'ext', 'traffic-group': 'traffic-group-1' };
  send(a.do(create('net self', 'f', floating)));
  assert.equal(b.view.get('net self', '/Common/f')?.properties.floating, 'enabled');
  send(a.do(modify('net self', '/Common/f', { 'traffic-group': 'traffic-group-local-only' })));
  assert.equal(b.view.get('net self', '/Common/f'), undefined);
});

test('commits carried over make the content equal', () => {
  const a = device('a');
  const b = device('b');
  const send = (changes: readonly Change[]): void => {
    const part = filterCommit(commitOf(changes), pair, a.view);
    if (part !== undefined) b.do(...installOperations(part.changes));
  };
  send(
    a.do(
      create('auth partition', 'P'),
      create('ltm pool', '/P/p', { members: ['10.0.0.11:80'], monitor: '/Common/http' }),
      create('ltm virtual', '/P/v', { destination: '10.1.0.1:80', pool: '/P/p' }),
      modify('ltm monitor http', '/Common/http', { interval: 2 }),
    ),
  );
  assert.equal(b.view.get('ltm virtual', '/P/v')?.properties.pool, '/P/p');
  assert.equal(contentHash(a.view, pair), contentHash(b.view, pair));
  send(
    a.do({
      kind: 'modify-item',
      component: 'ltm pool',
      name: '/P/p',
      property: 'members',
      item: '/P/10.0.0.11:80',
      properties: { state: 'user-down' },
    }),
  );
  assert.equal(b.view.get('ltm pool', '/P/p')?.properties.members?.[0]?.state, 'user-down');
  send(
    a.do(
      remove('ltm virtual', '/P/v'),
      remove('ltm pool', '/P/p'),
      remove('ltm node', '/P/10.0.0.11'),
      remove('auth partition', 'P'),
      modify('ltm monitor http', '/Common/http', { interval: null }),
    ),
  );
  assert.equal(b.view.get('auth partition', 'P'), undefined);
  assert.deepEqual(groupObjects(b.view, pair), groupObjects(a.view, pair));
  assert.equal(contentHash(a.view, pair), contentHash(b.view, pair));
});

test('a whole load removes what the sender does not have, and keeps what is local', () => {
  const a = device('a');
  const b = device('b');
  a.do(create('ltm pool', 'pa', { members: ['10.0.0.11:80'] }));
  b.do(
    create('ltm pool', 'pb', { members: ['10.0.0.12:80'] }),
    create('ltm virtual', 'vb', { destination: '10.1.0.2:80', pool: 'pb' }),
    modify('ltm profile tcp', '/Common/tcp', { nagle: 'enabled' }),
  );
  assert.notEqual(contentHash(a.view, pair), contentHash(b.view, pair));
  b.do(...loadOperations(b.view, pair, groupObjects(a.view, pair)));
  assert.equal(contentHash(a.view, pair), contentHash(b.view, pair));
  assert.equal(b.view.get('net self', '/Common/own')?.properties.address, '10.0.0.2/24');
  assert.deepEqual(loadOperations(b.view, pair, groupObjects(a.view, pair)), []);
});

test('properties that are local to a device do not travel, and stay where they are', () => {
  const a = device('a');
  const b = device('b');
  a.do(create('sys ha-group', 'of-a', {}));
  b.do(create('sys ha-group', 'of-b', {}));
  b.do(modify('cm traffic-group', '/Common/traffic-group-1', { 'ha-group': 'of-b' }));
  const change = modify('cm traffic-group', '/Common/traffic-group-1', {
    'ha-group': 'of-a',
    'ha-load-factor': 3,
  });
  const part = filterCommit(commitOf(a.do(change)), trustGroup, a.view);
  assert.equal(part?.changes[0]?.after?.properties['ha-group'], undefined);
  b.do(...installOperations(part?.changes ?? []));
  const group = b.view.get('cm traffic-group', '/Common/traffic-group-1')?.properties;
  assert.equal(group?.['ha-group'], 'of-b');
  assert.equal(group?.['ha-load-factor'], 3);
  assert.equal(contentHash(a.view, trustGroup), contentHash(b.view, trustGroup));
});

test('installed objects keep the version of the device that changed them', () => {
  const a = device('a');
  const b = device('b');
  const changes = a.do(create('ltm pool', 'p'));
  const version = { wall: 123_456, counter: 7 };
  const stamped = changes.map((change) =>
    change.after === undefined ? change : { ...change, after: { ...change.after, version } },
  );
  b.do(...installOperations(stamped));
  assert.deepEqual(b.view.stored('ltm pool', '/Common/p')?.version, version);
});
