import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type HeldMaps,
  type MapStep,
  type VirtualRow,
  allSteps,
  contentsOf,
  emptyMaps,
  entriesOf,
  keysOf,
  mapText,
  parseMap,
  someSteps,
} from './maps.ts';
import { finish } from './test-finish.ts';

const nameOf = (name: string): string | undefined => (name === 'none' ? undefined : `b.${name}`);

/** As HAProxy does; `add` of what is there, and `set` and `del` of what is not, are mistakes. */
function carry(maps: HeldMaps, steps: readonly MapStep[]): void {
  for (const { command, map, key, value } of steps) {
    const isThere = maps.get(map)?.has(key);
    assert.equal(isThere, !command.startsWith('add '), command);
    if (value === undefined) maps.get(map)?.delete(key);
    else maps.get(map)?.set(key, value);
  }
}

const row = fc.record({
  id: fc.integer({ min: 1, max: 3 }),
  port: fc.integer({ min: 80, max: 83 }),
  backend: fc.constantFrom('a', 'b', 'none', undefined),
  limit: fc.constantFrom(0, 5),
  isThere: fc.boolean(),
});

test('entries kept up by the virtual server are those of all together', () => {
  fc.assert(
    fc.property(fc.array(fc.array(row, { maxLength: 3 }), { maxLength: 12 }), (commits) => {
      const held = emptyMaps();
      const rows = new Map<number, VirtualRow>();
      for (const commit of commits) {
        const before = new Map(rows);
        for (const { id, port, isThere, ...more } of commit) {
          const place = `192.0.2.1:${port}`;
          const isTaken = [...rows.values()].some((one) => one.place === place && one.id !== id);
          if (isTaken) continue;
          if (isThere) rows.set(id, { id, place, ...more });
          else rows.delete(id);
        }
        const touched = [...new Set(commit.map(({ id }) => id))];
        const steps = someSteps(
          held,
          touched.flatMap((id) => keysOf(before.get(id))),
          touched.flatMap((id) => entriesOf(rows.get(id), nameOf)),
          '/maps',
        );
        carry(held, steps);
        assert.deepEqual(held, contentsOf(rows.values(), nameOf));
        assert.deepEqual(allSteps(held, contentsOf(rows.values(), nameOf), '/maps'), []);
      }
    }),
  );
});

test('a virtual server is found only when all that is said of it is there', () => {
  const one = { id: 7, place: '192.0.2.1:80', backend: 'a', limit: 5 };
  const wanted = contentsOf([one], nameOf);
  const added = someSteps(emptyMaps(), [], entriesOf(one, nameOf), '/maps');
  assert.deepEqual(
    added.map((step) => step.command),
    [
      'add map /maps/limits.map 7 5',
      'add map /maps/backends.map 7 b.a',
      'add map /maps/virtuals.map 192.0.2.1:80 7',
    ],
  );
  const gone = someSteps(wanted, keysOf(one), [], '/maps');
  assert.equal(gone[0]?.command, 'del map /maps/virtuals.map 192.0.2.1:80');
});

test('what HAProxy shows of a map is read, and its complaint is not', () => {
  const text = '0x5593f3098f00 2001:db8::1:80 17\n0x5593f3098f80 192.0.2.1:80 18\n';
  assert.deepEqual(
    finish(parseMap(text)),
    new Map([
      ['2001:db8::1:80', '17'],
      ['192.0.2.1:80', '18'],
    ]),
  );
  assert.equal(finish(parseMap('Unknown map identifier. Please use #<id> or <file>.')).size, 0);
  assert.notEqual(mapText(new Map()), '');
});
