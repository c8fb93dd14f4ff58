import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Operation } from '../types.ts';
import { printStanzas } from '../load/print.ts';
import { components } from '../../catalogue/index.ts';
import { filterCommit, scopeOf } from './scope.ts';
import { TestWorld, create, modify, remove } from './test-world.ts';
import { itemsOf, nameOf } from './values.ts';

const node = '/Common/www';

function worldWithName(autopopulate = 'enabled'): TestWorld {
  const world = new TestWorld();
  world.do(
    create('ltm node', 'www', {
      fqdn: { 'tm-name': 'www.example.com', autopopulate },
      ratio: 3,
    }),
    create('ltm pool', 'p', {
      members: [
        { name: '/Common/www:80', fqdn: { autopopulate: 'enabled' }, 'priority-group': 7 },
        { name: '/Common/www:81' },
      ],
    }),
  );
  return world;
}

function found(world: TestWorld, ...addresses: string[]): Operation {
  const properties = world.view.stored('ltm node', node)?.properties ?? {};
  return {
    kind: 'restore',
    component: 'ltm node',
    name: node,
    properties: { ...properties, 'fqdn-addresses': addresses },
  };
}

const members = (world: TestWorld): readonly string[] =>
  itemsOf(world.view.get('ltm pool', '/Common/p')?.properties.members).map(nameOf);

const ephemerals = (world: TestWorld): readonly string[] =>
  world.view.names('ltm node').filter((name) => name.includes('_auto_'));

test('a name has a node for each address, and its members each a member', () => {
  const world = worldWithName();
  assert.deepEqual(members(world), ['/Common/www:80', '/Common/www:81']);
  world.do(found(world, '10.0.0.1', 'fd00::2'));
  assert.deepEqual(ephemerals(world), ['/Common/_auto_10.0.0.1', '/Common/_auto_fd00::2']);
  // The second member does not populate by itself: it has the first address alone.
  assert.deepEqual(members(world), [
    '/Common/www:80',
    '/Common/www:81',
    '/Common/_auto_10.0.0.1:80',
    '/Common/_auto_fd00::2.80',
    '/Common/_auto_10.0.0.1:81',
  ]);
  const made = world.view.get('ltm node', '/Common/_auto_10.0.0.1')?.properties;
  assert.equal(made?.ratio, 3);
  assert.equal(made?.ephemeral, 'true');
  const [, , member] = itemsOf(world.view.get('ltm pool', '/Common/p')?.properties.members);
  assert.equal(member?.['address'], '10.0.0.1');
  assert.equal(member?.['priority-group'], 7);
  world.do(found(world, 'fd00::2'));
  assert.deepEqual(ephemerals(world), ['/Common/_auto_fd00::2']);
  const listed = world.view.list('ltm pool')[0]?.properties.members;
  assert.equal(itemsOf(listed).length, 4, 'lists know the change, too');
});

test('without autopopulate a node has one address', () => {
  const world = worldWithName('disabled');
  world.do(found(world, '10.0.0.1', '10.0.0.2'));
  assert.deepEqual(ephemerals(world), ['/Common/_auto_10.0.0.1']);
});

test('an address that has a node keeps that one', () => {
  const world = worldWithName();
  world.do(create('ltm node', '10.0.0.1'));
  world.do(found(world, '10.0.0.1', '10.0.0.2'));
  assert.deepEqual(ephemerals(world), ['/Common/_auto_10.0.0.2']);
  assert.ok(members(world).includes('/Common/_auto_10.0.0.1:80'));
});

test('what was found is neither shared nor saved, and cannot be written', () => {
  const world = worldWithName();
  const before = world.view;
  const changes = world.do(found(world, '10.0.0.1'));
  const commit = {
    sequence: 1,
    identity: { id: '', device: '', time: { wall: 1, counter: 0 }, parent: '' },
    origin: { user: 'system', source: 'system' as const },
    changes,
  };
  assert.equal(filterCommit(commit, '/Common/group', world.view, before), undefined);
  const made = world.view.stored('ltm node', '/Common/_auto_10.0.0.1');
  assert.ok(made);
  assert.equal(scopeOf(made), 'local');
  const text = printStanzas(world.view, components)
    .map((stanza) => stanza.text)
    .join('\n');
  assert.match(text, /ltm node \/Common\/www/);
  assert.doesNotMatch(text, /_auto_|10\.0\.0\.1|fqdn-addresses/);
  // Who sends back what it read changes nothing.
  const seen = world.view.get('ltm pool', '/Common/p')?.properties.members ?? [];
  const names = members(world);
  world.do(modify('ltm pool', 'p', { members: seen }));
  assert.deepEqual(members(world), names);
  const stored = world.view.stored('ltm pool', '/Common/p')?.properties['members'];
  assert.deepEqual(itemsOf(stored).map(nameOf), ['/Common/www:80', '/Common/www:81']);
  assert.deepEqual(world.do(remove('ltm node', '_auto_10.0.0.1')), []);
  assert.deepEqual(world.do(modify('ltm node', 'www', { 'fqdn-addresses': ['9.9.9.9'] })), []);
});

test('nodes go with their name', () => {
  const world = worldWithName();
  world.do(found(world, '10.0.0.1'));
  world.do(remove('ltm pool', 'p'), remove('ltm node', 'www'));
  assert.deepEqual(ephemerals(world), []);
});
