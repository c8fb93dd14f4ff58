import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SortedNames, indexFrom } from './sorted-names.ts';

const name = fc.string({ maxLength: 2 });

test('after any changes it is the sorted set of what came and did not go, earlier versions too', () => {
  const step = fc.record({
    toggled: fc.uniqueArray(name, { maxLength: 400 }),
    asked: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.uniqueArray(name), fc.array(step, { maxLength: 6 }), (start, steps) => {
      let names = SortedNames.of(start);
      let expected = new Set(start);
      const versions: (readonly [SortedNames, readonly string[]])[] = [];
      for (const { toggled, asked } of steps) {
        const added = toggled.filter((one) => !expected.has(one));
        const removed = toggled.filter((one) => expected.has(one));
        names = names.with(added, removed);
        expected = expected.symmetricDifference(new Set(toggled));
        assert.equal(names.size, expected.size);
        const sorted = [...expected].toSorted();
        if (asked) assert.deepEqual(names.all(), sorted);
        versions.push([names, sorted]);
      }
      for (const [version, sorted] of versions) assert.deepEqual(version.all(), sorted);
    }),
    { numRuns: 200 },
  );
});

test('nothing changed: the same list', () => {
  const names = SortedNames.of(['b', 'a']);
  assert.equal(names.with([], []).all(), names.all());
});

test('the first place at or after a text', () => {
  assert.deepEqual(
    ['', 'a', 'b', 'c', 'd'].map((text) => indexFrom(['a', 'c'], text)),
    [0, 0, 1, 1, 2],
  );
});
