import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runSeed } from './simulation.ts';
import type { TrustDefects } from './simulation-device.ts';

const seeds = process.env['EVENKEEL_TEST_LONG'] === '1' ? 20_000 : 300;

test('nobody removed comes in, nobody who belongs is locked out, whatever happens', () => {
  let [joins, removals] = [0, 0];
  for (let seed = 1; seed <= seeds; seed += 1) {
    const result = runSeed({ seed });
    assert.equal(result.violation, undefined, `seed ${seed}: ${result.violation}`);
    joins += result.joins;
    removals += result.removals;
  }
  assert.ok(joins > 5 * seeds && removals > seeds, `${joins} joins, ${removals} removals`);
});

test('the same seed gives the same run', () => {
  for (const seed of [7, 70, 700]) assert.deepEqual(runSeed({ seed }), runSeed({ seed }));
});

const defects: readonly (readonly [keyof TrustDefects, RegExp])[] = [
  ['admitsRemoved', /which it knows to be removed|which is no member/],
  ['skipsLobby', /could have told it/],
  ['offersToLeaving', /knows the key of/],
  ['ignoresUnanswered', /was made without knowing of/],
  ['neverAsksForKey', /has not got the key of/],
];
for (const [defect, expected] of defects) {
  test(`a domain that ${defect} is found out`, () => {
    for (let seed = 1; seed <= 1000; seed += 1) {
      const { violation } = runSeed({ seed, defects: { [defect]: true } });
      if (violation === undefined) continue;
      assert.match(violation, expected);
      return;
    }
    assert.fail('no seed found it');
  });
}
