import assert from 'node:assert/strict';
import { test } from 'node:test';
import { globalMap, layOut, localMap, rootsOf } from './map-model.ts';

const up = {
  availability: 'available',
  enabled: 'enabled',
  reason: '',
  since: 0,
  monitorStatus: 'up',
} as const;
const nodes = localMap({
  virtuals: [
    { fullPath: '/Common/shop', pool: '/Common/web', rules: ['/Common/r'] },
    {
      fullPath: '/Common/none',
      policiesReference: { items: [{ name: 'by-path', partition: 'Common' }] },
    },
  ],
  pools: [
    {
      fullPath: '/Common/web',
      membersReference: {
        items: [
          { name: '10.0.0.1:80', partition: 'Common' },
          { name: '2001:db8::1.443', partition: 'Common' },
        ],
      },
    },
  ],
  policies: [
    {
      fullPath: '/Common/by-path',
      rulesReference: {
        items: [
          {
            name: 'r',
            actionsReference: { items: [{ name: '0', pool: '/Common/web' }, { name: '1' }] },
          },
        ],
      },
    },
  ],
  states: { virtual: { 'virtual /Common/shop': up }, pool: {}, member: {}, node: {} },
});

test('a virtual server leads to its rule, its pool, members and nodes', () => {
  assert.deepEqual(nodes.get('ltm virtual /Common/shop')?.next, [
    'ltm rule /Common/r',
    'ltm pool /Common/web',
  ]);
  assert.equal(nodes.get('ltm virtual /Common/shop')?.state, up);
  assert.ok(nodes.has('ltm node /Common/10.0.0.1'));
  assert.ok(nodes.has('ltm node /Common/2001:db8::1'));
});

test('a virtual server leads to its policy, and that to the pools of its rules', () => {
  assert.deepEqual(nodes.get('ltm virtual /Common/none')?.next, ['ltm policy /Common/by-path']);
  assert.deepEqual(nodes.get('ltm policy /Common/by-path')?.next, ['ltm pool /Common/web']);
});

test('a policy leads to virtual servers, also in a circle', () => {
  const toVirtual = (virtual: string) => ({
    rulesReference: { items: [{ actionsReference: { items: [{ name: '0', virtual }] } }] },
  });
  const circle = localMap({
    virtuals: [
      { fullPath: '/Common/one', pool: '/Common/web', policies: [{ name: '/Common/to-two' }] },
      { fullPath: '/Common/two', policies: [{ name: '/Common/to-one' }] },
    ],
    pools: [{ fullPath: '/Common/web' }],
    policies: [
      { fullPath: '/Common/to-two', ...toVirtual('/Common/two') },
      { fullPath: '/Common/to-one', ...toVirtual('/Common/one') },
    ],
    states: { virtual: {}, pool: {}, member: {}, node: {} },
  });
  assert.deepEqual(circle.get('ltm policy /Common/to-two')?.next, ['ltm virtual /Common/two']);
  const found = rootsOf(circle, ['ltm virtual'], 'web');
  assert.deepEqual(
    found.map(({ name }) => name),
    ['/Common/one', '/Common/two'],
  );
  const layout = layOut(circle, found);
  assert.equal(layout.columns, 4);
  assert.equal(layout.places.size, 5);
});

test('what is searched for is found from its root', () => {
  const names = (text: string): readonly string[] =>
    rootsOf(nodes, ['ltm virtual'], text).map(({ name }) => name);
  assert.deepEqual(names(''), ['/Common/none', '/Common/shop']);
  assert.deepEqual(names('10.0.0.1'), ['/Common/none', '/Common/shop']);
  assert.deepEqual(names('available'), ['/Common/shop']);
});

test('columns by the longest way', () => {
  const layout = layOut(nodes, rootsOf(nodes, ['ltm virtual'], 'shop'));
  assert.equal(layout.columns, 4);
  assert.equal(layout.places.get('ltm node /Common/10.0.0.1')?.column, 3);
  assert.equal(layout.rows, 2);
});

test('what leads past a column has a spot of its own there', () => {
  const { places, ways } = layOut(nodes, rootsOf(nodes, ['ltm virtual'], ''));
  const shop = places.get('ltm virtual /Common/shop');
  const long = ways.find(({ from, to }) => from === shop && to.node.component === 'ltm pool');
  assert.deepEqual(
    long?.through.map(({ column }) => column),
    [1],
  );
  const spots = [...places.values(), ...(long?.through ?? [])];
  assert.equal(new Set(spots.map(({ column, row }) => `${column} ${row}`)).size, spots.length);
});

test('a wide IP leads to its data center', () => {
  const world = globalMap({
    types: [
      {
        type: 'a',
        wideIps: [{ fullPath: '/Common/www.x', pools: [{ name: 'p', partition: 'Common' }] }],
        pools: [
          {
            fullPath: '/Common/p',
            membersReference: { items: [{ name: 's:/Common/v', partition: 'Common' }] },
          },
        ],
      },
    ],
    servers: [{ fullPath: '/Common/s', datacenter: '/Common/nyc' }],
    states: { 'gtm server /Common/s': up, 'served /Common/s /Common/v': up },
  });
  const layout = layOut(world, rootsOf(world, ['gtm wideip'], ''));
  assert.equal(layout.columns, 5);
  assert.equal(world.get('gtm server /Common/s')?.state, up);
  assert.equal(world.get('gtm virtual server /Common/s:/Common/v')?.state, up);
  assert.equal(layout.places.get('gtm datacenter /Common/nyc')?.column, 4);
});
