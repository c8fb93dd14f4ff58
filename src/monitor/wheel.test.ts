import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TimerWheel } from './wheel.ts';

test('items come out at their time, whatever the distance and however it is moved', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(20_000), fc.nat(20_000)), { maxLength: 40 }),
      fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 40 }),
      (dues, steps) => {
        const wheel = new TimerWheel<{ due: number }>(0, 10, 64);
        const items = dues.map(([first, second]) => {
          const item = { due: second };
          wheel.set(item, first);
          wheel.set(item, second);
          return item;
        });
        const out = new Set<object>();
        let now = 0;
        for (const step of [...steps, 25_000]) {
          const before = now;
          now += step;
          for (const item of wheel.turn(now)) {
            assert.equal(out.has(item), false);
            assert.ok(item.due <= now, 'early');
            assert.ok(item.due > before - 20, 'late');
            out.add(item);
          }
        }
        assert.equal(out.size, items.length);
        assert.equal(wheel.size, 0);
      },
    ),
  );
});

test('a deleted item does not come out', () => {
  const wheel = new TimerWheel<object>(0);
  const item = {};
  wheel.set(item, 100);
  wheel.delete(item);
  assert.deepEqual(wheel.turn(1000), []);
});
