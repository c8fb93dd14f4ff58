import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { OverlayMap } from './overlay-map.ts';

const key = fc.integer({ min: 0, max: 6 });
const step = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), key, value: fc.integer() }),
  fc.record({ kind: fc.constant('delete' as const), key }),
  fc.record({ kind: fc.constant('clear' as const) }),
);

test('an overlay is what a copy would be, and leaves what is below as it is', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(key, fc.integer())), fc.array(step), (held, steps) => {
      const base = new Map(held);
      const [tried, copy] = [new OverlayMap(base), new Map(base)];
      for (const one of steps) {
        if (one.kind === 'clear') {
          tried.clear();
          copy.clear();
        } else if (one.kind === 'delete') {
          assert.equal(tried.delete(one.key), copy.delete(one.key));
        } else {
          tried.set(one.key, one.value);
          copy.set(one.key, one.value);
        }
        assert.deepEqual([...tried], [...copy]);
        assert.deepEqual([...tried.keys(), ...tried.values()], [...copy.keys(), ...copy.values()]);
        assert.equal(tried.size, copy.size);
        for (let at = 0; at <= 6; at += 1) {
          assert.equal(tried.get(at), copy.get(at));
          assert.equal(tried.has(at), copy.has(at));
        }
      }
      assert.deepEqual([...base], [...new Map(held)]);
    }),
  );
});

test('what a reader may change is copied when it is read', () => {
  const base = new Map([['a', { users: 1 }]]);
  const tried = new OverlayMap(base, (held) => ({ ...held }));
  const own = tried.get('a');
  assert(own !== undefined);
  own.users += 1;
  assert.deepEqual([tried.get('a'), base.get('a')], [{ users: 2 }, { users: 1 }]);
  assert.deepEqual([...new Map(tried).values()], [{ users: 2 }]);
});
