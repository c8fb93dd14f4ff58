import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hybridZero } from '../../base/hybrid-clock.ts';
import { finishAtOnce } from '../../base/slices.ts';
import type { StoredObject } from '../types.ts';
import { ReferrerIndex } from './referrers.ts';

function virtual(number: number, pool: number, profiles: readonly string[]): StoredObject {
  return {
    component: 'ltm virtual',
    name: `/Common/v${number}`,
    properties: {
      pool: `/Common/p${pool}`,
      profiles: profiles.map((name) => ({ name })),
    },
    generation: 1,
    version: hybridZero,
  };
}

const targets = [
  ['ltm pool', '/Common/p0'],
  ['ltm pool', '/Common/p1'],
  ['ltm profile tcp', '/Common/tcp'],
  ['ltm profile http', '/Common/http'],
  ['ltm profile tcp', '/Common/http'],
] as const;

const look = (index: ReferrerIndex): unknown =>
  targets.map(([component, name]) =>
    index
      .of(component, name)
      .map((one) => `${one.name} ${one.property}`)
      .toSorted(),
  );

test('kept up by the change it is what the whole would give, with few users and with many', () => {
  const wish = fc.option(
    fc.record({
      pool: fc.nat(1),
      profiles: fc.subarray(['/Common/tcp', '/Common/http']),
    }),
  );
  const steps = fc.array(fc.array(fc.tuple(fc.nat(5), wish), { minLength: 1, maxLength: 4 }), {
    maxLength: 8,
  });
  fc.assert(
    fc.property(fc.constantFrom(0, 600), steps, (many, changes) => {
      const held = new Map<number, StoredObject>();
      for (let number = 1000; number < 1000 + many; number += 1) {
        held.set(number, virtual(number, 0, ['/Common/tcp']));
      }
      let index = ReferrerIndex.of(held.values());
      for (const step of changes) {
        const last = new Map(step);
        const commit = [...last].map(([number, wanted]) => {
          const before = held.get(number);
          const after = wanted === null ? undefined : virtual(number, wanted.pool, wanted.profiles);
          if (after === undefined) held.delete(number);
          else held.set(number, after);
          const { component, name } = virtual(number, 0, []);
          return { component, name, before, after };
        });
        index = finishAtOnce(index.next(commit));
        assert.deepEqual(look(index), look(ReferrerIndex.of(held.values())));
      }
    }),
    { numRuns: 60 },
  );
});
