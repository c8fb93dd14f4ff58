import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Operation } from '../types.ts';
import { TestWorld, create, modify, remove } from './test-world.ts';
import { type IndexKey, TreeView } from './view.ts';

const few = fc.integer({ min: 0, max: 3 });
const folder = fc.constantFrom('/Common', '/Common/a');
const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc
    .record({ folder, name: few, node: few })
    .map((one) =>
      create('ltm pool', `${one.folder}/p${one.name}`, { members: [`10.0.0.${one.node}:80`] }),
    ),
  fc.record({ folder, name: few }).map((one) => remove('ltm pool', `${one.folder}/p${one.name}`)),
  fc
    .record({ name: few, description: few })
    .map((one) =>
      modify('ltm pool', `/Common/p${one.name}`, { description: `d${one.description}` }),
    ),
  fc.record({ folder, name: few, address: few }).map((one) =>
    create('ltm virtual', `${one.folder}/v${one.name}`, {
      destination: `10.1.0.${one.address}:80`,
    }),
  ),
  fc
    .record({ folder, name: few })
    .map((one) => remove('ltm virtual', `${one.folder}/v${one.name}`)),
  fc
    .constantFrom('none', '/Common/traffic-group-1')
    .map((group) =>
      modify('sys folder', '/Common/a', { 'traffic-group': group === 'none' ? 'default' : group }),
    ),
  fc
    .record({ name: few, parent: fc.constantFrom('tcp', 't0', 't1') })
    .map((one) => create('ltm profile tcp', `t${one.name}`, { 'defaults-from': one.parent })),
  fc
    .record({ name: few, seconds: few })
    .map((one) =>
      modify('ltm profile tcp', `/Common/t${one.name}`, { 'idle-timeout': one.seconds + 1 }),
    ),
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
      world.do(create('sys folder', '/Common/a'));
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
