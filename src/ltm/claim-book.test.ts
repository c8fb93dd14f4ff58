import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ClaimBook } from './claim-book.ts';
import { type Claim, classifiedNames, marksOf, nameHash } from './classify.ts';
import { claim } from './test-claims.ts';

/** Names whose marks meet, so that one has to give way: found by trying. */
function namesThatMeet(): readonly string[] {
  const seen = new Map<number, string>();
  for (let number = 0; number < 100_000; number += 1) {
    const name = `/Common/v${number}`;
    const low = nameHash(name) & 0xff_ff_ff;
    const other = seen.get(low);
    if (other !== undefined) return [other, name];
    seen.set(low, name);
  }
  return [];
}

const meeting = namesThatMeet();
const step = fc.record({
  name: fc.constantFrom(...meeting, '/Common/a', '/Common/b', '/Common/c'),
  destination: fc.constantFrom('192.0.2.1/32', '192.0.2.2/32', '192.0.2.0/24'),
  port: fc.constantFrom(0, 80, 81),
  protocol: fc.constantFrom('tcp' as const, 'udp' as const, 'any' as const),
  target: fc.constantFrom('proxy' as const, 'packet' as const, 'reject' as const),
  isThere: fc.boolean(),
});

test('a book kept up claim by claim says what all claims together say', () => {
  assert.equal(meeting.length, 2);
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const book = new ClaimBook();
      const claims = new Map<string, Claim>();
      const seen = new Map<string, string>();
      const stateOf = (name: string): string => `${book.markOf(name)} ${book.isClassified(name)}`;
      for (const { name, destination, port, isThere, ...more } of steps) {
        const next = isThere ? claim(name, destination, port, more) : undefined;
        const touched = book.set(name, next);
        if (next === undefined) claims.delete(name);
        else claims.set(name, next);
        const classified = classifiedNames([...claims.values()]);
        const marks = marksOf([...claims.keys()]);
        for (const one of claims.keys()) {
          assert.equal(book.markOf(one), marks.get(one));
          assert.equal(book.isClassified(one), classified.has(one));
          assert.equal(book.nameOf(marks.get(one) ?? 0), one);
        }
        for (const one of new Set([...seen.keys(), ...claims.keys()])) {
          if (seen.get(one) !== stateOf(one)) assert.ok(touched.has(one), `${one} is not told`);
          seen.set(one, stateOf(one));
        }
      }
    }),
    { numRuns: 300 },
  );
});
