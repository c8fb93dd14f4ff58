import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Properties } from '../../catalogue/types.ts';
import type { Operation } from '../types.ts';
import { finishAtOnce } from '../../base/slices.ts';
import { TestWorld, create, modify, remove } from './test-world.ts';
import { type IndexKey, TreeView } from './view.ts';

const few = fc.integer({ min: 0, max: 3 });
const folder = fc.constantFrom('/Common', '/Common/a');
const changing = (name: string): fc.Arbitrary<Operation> =>
  fc.oneof(
    few.map((node) => create('ltm pool', name, { members: [`10.0.0.${node}:80`] })),
    few.map((text) => modify('ltm pool', name, { description: `d${text}` })),
    few.map((host) => create('ltm virtual', name, { destination: `10.1.0.${host}:80` })),
    fc.constantFrom(remove('ltm pool', name), remove('ltm virtual', name)),
  );
const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(folder, few).chain(([at, name]) => changing(`${at}/x${name}`)) },
  fc
    .constantFrom('default', '/Common/traffic-group-local-only')
    .map((group) => modify('sys folder', '/Common/a', { 'traffic-group': group })),
  few.map((seconds) => modify('ltm profile tcp', '/Common/t0', { 'idle-timeout': seconds + 1 })),
);

const components = [
  'ltm pool',
  'ltm node',
  'ltm virtual',
  'ltm virtual-address',
  'ltm profile tcp',
];
const byDescription: IndexKey = (object) => String(object.properties['description'] ?? 'none');

test('lists and indexes that go on from view to view are those of a view made anew', () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 30 }), (operations) => {
      const world = new TestWorld();
      world.do(
        create('sys folder', '/Common/a'),
        create('ltm profile tcp', 't0'),
        create('ltm profile tcp', 't1', { 'defaults-from': '/Common/t0' }),
      );
      const look = (view: TreeView): unknown =>
        components.map((component) => [
          view.list(component),
          ['none', 'd0', 'd1'].map((value) =>
            view.namesWith(component, 'description', byDescription, value).toSorted(),
          ),
        ]);
      look(world.view);
      for (const one of operations) {
        world.try(one);
        const { tree, sequence, deviceName } = world.view;
        assert.deepEqual(look(world.view), look(new TreeView(tree, sequence, deviceName)));
      }
    }),
    { numRuns: 60 },
  );
});

test('what names no parent follows the stock object of its type', () => {
  const world = new TestWorld();
  world.do(create('ltm monitor http', '/Common/m'), create('ltm profile client-ssl', '/Common/c'));
  const monitor = (): Properties | undefined =>
    world.view.get('ltm monitor http', '/Common/m')?.properties;
  assert.equal(monitor()?.['defaults-from'], '/Common/http');
  assert.equal(monitor()?.['send'], String.raw`GET /\r\n`);
  assert.equal(
    world.view.get('ltm profile client-ssl', '/Common/c')?.properties['defaults-from'],
    '/Common/clientssl',
  );
  world.do(modify('ltm monitor http', '/Common/http', { interval: 7 }));
  assert.equal(monitor()?.['interval'], 7);
  const heirs = world.view.referrers('ltm monitor http', '/Common/http').map(({ name }) => name);
  assert.ok(heirs.includes('/Common/m'), heirs.join(' '));
  assert.equal(
    world.view.get('ltm monitor http', '/Common/http')?.properties['defaults-from'],
    undefined,
  );
});

test('an index made ahead is the one that whoever asks gets, and goes on', () => {
  const world = new TestWorld();
  world.do(create('ltm pool', '/Common/a', { description: 'd0' }));
  const index = { component: 'ltm pool', id: 'description', key: byDescription };
  let asked = 0;
  const counting: IndexKey = (object) => {
    asked += 1;
    return byDescription(object);
  };
  finishAtOnce(world.view.indexing({ ...index, key: counting }));
  world.do(create('ltm pool', '/Common/b', { description: 'd0' }));
  const names = world.view.namesWith('ltm pool', 'description', byDescription, 'd0');
  assert.deepEqual([names.toSorted(), asked], [['/Common/a', '/Common/b'], 2]);
});
