import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { VersionedMap } from './versioned-map.ts';

const keys = ['a', 'b', 'c', 'd', 'e'];

/** Each step goes on from some version; undefined removes. */
const step = fc.record({
  from: fc.nat(),
  changes: fc.array(fc.tuple(fc.constantFrom(...keys), fc.option(fc.nat(9), { nil: undefined }))),
  /** Who is read in between. */
  read: fc.nat(),
});

test('each version stays what it is, whoever goes on from which', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const versions = [VersionedMap.of<number>()];
      const wanted: ReadonlyMap<string, number>[] = [new Map()];
      const isSame = (at: number): void => {
        const [version, plain] = [versions[at], wanted[at]];
        assert.equal(version?.size, plain?.size);
        for (const key of keys) assert.equal(version?.get(key), plain?.get(key));
      };
      for (const { from, changes, read } of steps) {
        const at = from % versions.length;
        const plain = new Map(wanted[at]);
        for (const [key, value] of new Map(changes)) {
          if (value === undefined) plain.delete(key);
          else plain.set(key, value);
        }
        const next = versions[at]?.with(new Map(changes));
        assert.ok(next);
        versions.push(next);
        wanted.push(plain);
        isSame(read % versions.length);
      }
      for (const at of versions.keys()) isSame(at);
    }),
  );
});

test('an old version is read past very many newer ones', () => {
  const old = VersionedMap.of(new Map([['kept', 1]]));
  let newest = old;
  for (let number = 0; number < 1000; number += 1) {
    newest = newest.with(new Map([[`more ${number}`, number]]));
  }
  assert.equal(old.get('kept'), 1);
  assert.equal(old.get('more 3'), undefined);
  assert.equal(newest.with(new Map([['kept', undefined]])).get('kept'), undefined);
  assert.equal(old.get('kept'), 1);
  assert.equal(newest.size, 1001);
  assert.equal(newest.get('more 999'), 999);
});
