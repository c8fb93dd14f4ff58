import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileContent } from '../file-content.ts';
import { TestWorld, create, modify, remove } from './test-world.ts';

const profile = 'ltm profile client-ssl';
const file = (kind: 'cert' | 'key', name: string): ReturnType<typeof create> =>
  create(`sys file ssl-${kind}`, name, { content: name });

function worldWithFiles(): TestWorld {
  const world = new TestWorld();
  world.do(
    file('cert', 'a.crt'),
    file('key', 'a.key'),
    file('cert', 'b.crt'),
    file('key', 'b.key'),
  );
  return world;
}

const a = { cert: '/Common/a.crt', key: '/Common/a.key' };
const b = { cert: '/Common/b.crt', key: '/Common/b.key' };
const own = { cert: '/Common/default.crt', key: '/Common/default.key' };

/** `cert` and `key`, and the same of each link. */
function pairsOf(world: TestWorld, name: string): unknown {
  const { properties } = world.view.get(profile, name) ?? {};
  const links = properties?.['cert-key-chain'] ?? [];
  const pair = ({ cert, key }: Partial<typeof a> = {}): string => `${cert} ${key}`;
  return [pair(properties), ...links.map((link) => pair(link))];
}

const both = (pair: typeof a): readonly string[] => Array(2).fill(`${pair.cert} ${pair.key}`);

test('a profile without a certificate has the one that the device made', () => {
  const world = worldWithFiles();
  assert.deepEqual(pairsOf(world, '/Common/clientssl'), both(own));
  world.do(create(profile, 'plain', { 'defaults-from': 'clientssl' }));
  assert.deepEqual(pairsOf(world, '/Common/plain'), both(own));
  assert.deepEqual(pairsOf(world, '/Common/clientssl-secure'), both(own));
});

test('of a profile with its own certificate, said in either way, nothing of the parent is left', () => {
  const world = worldWithFiles();
  const parent = { 'defaults-from': 'clientssl' };
  world.do(
    create(profile, 'pair', { ...parent, ...a }),
    create(profile, 'chain', { ...parent, 'cert-key-chain': [{ name: 'one', ...b }] }),
    create(profile, 'child', { 'defaults-from': 'chain' }),
    create(profile, 'half', { ...parent, cert: a.cert }),
    create(profile, 'none', { ...parent, cert: 'none', key: 'none' }),
  );
  assert.deepEqual(pairsOf(world, '/Common/pair'), both(a));
  assert.deepEqual(pairsOf(world, '/Common/chain'), both(b));
  assert.deepEqual(pairsOf(world, '/Common/child'), both(b));
  assert.deepEqual(world.view.get(profile, '/Common/half')?.properties.key, undefined);
  assert.deepEqual(pairsOf(world, '/Common/none'), ['undefined undefined']);
});

test('what is changed last counts: the pair, or the chain', () => {
  const world = worldWithFiles();
  world.do(create(profile, 'p', { ...a, 'cert-key-chain': [{ name: 'one', ...a }] }));
  world.do(modify(profile, 'p', { 'cert-key-chain': [{ name: 'two', ...b }] }));
  assert.deepEqual(pairsOf(world, '/Common/p'), both(b));
  world.do(modify(profile, 'p', a));
  assert.deepEqual(pairsOf(world, '/Common/p'), both(a));
  world.do(modify(profile, 'p', { ciphers: 'HIGH' }));
  assert.deepEqual(pairsOf(world, '/Common/p'), both(a));
  world.do(modify(profile, 'p', { cert: null, key: null }));
  assert.deepEqual(world.view.stored(profile, '/Common/p')?.properties, { ciphers: 'HIGH' });
});

test('the files that come with a device stay', () => {
  const world = new TestWorld();
  assert.deepEqual(world.refusal(remove('sys file ssl-cert', '/Common/default.crt')), [
    '01070265:3: The Certificate File (/Common/default.crt) cannot be deleted because it is in use by a ClientSSL Profile (/Common/clientssl).',
  ]);
});

test('a file in place of the default one is shared, and goes back to it', () => {
  const world = new TestWorld();
  const name = '/Common/default.crt';
  const contentOf = (file = name): unknown => fileContent(world.view, 'sys file ssl-cert', file);
  const made = { certificate: 'made here', key: 'k', authorities: 'many' };
  world.do({ kind: 'restore', component: 'sys default-files', name: '', properties: made });
  assert.equal(contentOf(), 'made here');
  assert.equal(contentOf('/Common/ca-bundle.crt'), 'many');
  world.do(modify('sys file ssl-cert', name, { content: 'bought' }));
  assert.equal(contentOf(), 'bought');
  world.do(modify('sys file ssl-cert', name, { content: null }));
  assert.equal(contentOf(), 'made here');
  assert.deepEqual(world.view.stored('sys file ssl-cert', name)?.properties, {});
});
