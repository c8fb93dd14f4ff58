import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hybridZero } from '../../base/hybrid-clock.ts';
import type { StoredObject } from '../types.ts';
import { Tree, type TreeIndex } from './tree.ts';

const component = 'ltm node';
const byAddress: TreeIndex = {
  component,
  keyOf: ({ properties: { address } }) => (address === undefined ? undefined : String(address)),
};

function object(name: string, address: number): StoredObject {
  const properties = address === 0 ? {} : { address: String(address) };
  return { component, name, properties, generation: 1, version: hybridZero };
}

test('which keys there are, whatever came and went', () => {
  const step = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.option(fc.nat({ max: 3 })));
  fc.assert(
    fc.property(fc.array(fc.array(step, { maxLength: 4 })), (commits) => {
      let tree = Tree.of([object('a', 1)]);
      tree.hasKey(byAddress, '1');
      for (const steps of commits) {
        const after = new Map(
          steps.map(([name, address]) => [
            name,
            address === null ? undefined : object(name, address),
          ]),
        );
        const changes = [...after].map(([name, next]) => {
          return { component, name, before: tree.get(component, name), after: next };
        });
        tree = tree.with(changes);
        const present = new Set(
          tree.names(component).map((name) => tree.get(component, name)?.properties['address']),
        );
        for (const key of ['1', '2', '3']) {
          assert.equal(tree.hasKey(byAddress, key), present.has(key));
        }
      }
    }),
  );
});
