import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConditionPlan, PolicyPlan, RulePlan } from '../policy/types.ts';
import { fileSet } from './files.ts';
import { type PolicyLines, policyLines } from './render-policy.ts';

function starts(sample: string, value: string): ConditionPlan {
  return {
    phase: 'request',
    sample,
    kind: 'text',
    comparison: 'starts-with',
    values: [value],
    isNegated: false,
    ignoresCase: true,
    absent: undefined,
  };
}

const rule = (number: number, more: Partial<RulePlan>): RulePlan => ({
  number,
  conditions: [starts('path', `/${number}`)],
  actions: [],
  route: undefined,
  ...more,
});
const reject = { phase: 'request', action: 'reject', isFinal: true, captures: [] } as const;
const header = { ...reject, action: "add-header 'X-A' '1'", isFinal: false };
const route = { pool: '/Common/images', way: 'w' };

function printed(...rules: RulePlan[]): PolicyLines {
  const policy: PolicyPlan = { name: '/Common/p', actsOn: 'first', rules };
  return policyLines([policy], 'http', fileSet('/c'));
}

test('what only ends a request does so at once; the last way is taken where ways are chosen', () => {
  const lines = printed(
    rule(1, { actions: [reject] }),
    rule(2, { actions: [header] }),
    rule(3, { route }),
  );
  assert.deepEqual(lines.choosing, [
    "http-request reject if { path -m beg -i -- '/1' }",
    "http-request set-var(txn.policy0) int(2) if { path -m beg -i -- '/2' }",
  ]);
  assert.deepEqual(lines.acting, [
    "http-request add-header 'X-A' '1' if { var(txn.policy0) -m int 2 }",
  ]);
  assert.match(lines.routing.join(), /^use_backend \S+ if !\{ var\(txn.policy0\) -m found \} \{ p/);
});

test('a way that goes by what may change, or that is not the last, is remembered', () => {
  const byHeader = rule(2, { conditions: [starts('req.fhdr(X-A)', '1')], route });
  assert.match(printed(rule(1, { route }), byHeader).routing.join(), /-m int 1 2 \}$/);
  const several = policyLines(
    [1, 2].map((number) => ({ name: '', actsOn: 'first', rules: [rule(number, { route })] })),
    'http',
    fileSet('/c'),
  );
  assert.equal(several.choosing.length, 2);
});

test('a refusal after a rule that acts leaves those alone that are taken', () => {
  const lines = printed(rule(1, { actions: [header] }), rule(2, { actions: [reject] }));
  assert.equal(
    lines.choosing[1],
    "http-request reject if !{ var(txn.policy0) -m found } { path -m beg -i -- '/2' }",
  );
});
