import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MultiMap } from './multi-map.ts';

test('as a map of sets, whatever comes and goes', () => {
  const value = fc.constantFrom('a', 'b', 'c');
  const step = fc.tuple(fc.constantFrom('add', 'delete'), fc.constantFrom('x', 'y'), value);
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const map = new MultiMap<string>();
      const model = { x: new Set<string>(), y: new Set<string>() };
      for (const [action, key, one] of steps) {
        map[action](key, one);
        model[key][action](one);
        for (const name of ['x', 'y'] as const) {
          assert.deepEqual([...map.get(name)].toSorted(), [...model[name]].toSorted());
        }
      }
    }),
  );
});
