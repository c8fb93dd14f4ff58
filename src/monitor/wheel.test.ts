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

test('moved to and fro while time passes, deleted and set again, it comes out once at its last time', () => {
  const action = fc.record({
    item: fc.nat(3),
    // Some of them a turn of the wheel apart (eight slots of 10 ms): in one slot at different times.
    ahead: fc.oneof(fc.nat(300), fc.constantFrom(40, 120, 200)),
    isDeleted: fc.boolean(),
    passes: fc.nat(60),
  });
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
      const wheel = new TimerWheel<{ readonly name: number }>(0, 10, 8);
      const items = [0, 1, 2, 3].map((name) => ({ name }));
      const dues = new Map<object, number>();
      let now = 0;
      const pass = (step: number): void => {
        now += step;
        const expected = [...dues].filter(([, tick]) => tick <= Math.floor(now / 10));
        for (const [item] of expected) dues.delete(item);
        const told = wheel.turn(now);
        assert.deepEqual(new Set(told), new Set(expected.map(([item]) => item)));
        assert.equal(told.length, expected.length);
        assert.equal(wheel.size, dues.size);
      };
      for (const { item: index, ahead, isDeleted, passes } of actions) {
        const item = items[index];
        assert.ok(item);
        if (isDeleted) {
          wheel.delete(item);
          dues.delete(item);
        } else {
          wheel.set(item, now + ahead);
          dues.set(item, Math.max(Math.floor(now / 10) + 1, Math.ceil((now + ahead) / 10)));
        }
        pass(passes);
      }
      pass(1000);
    }),
  );
});
