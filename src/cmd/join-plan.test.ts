import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type JoinFacts, type JoinSide, joinText, planJoin } from './join-plan.ts';

const side = (name: string, more: Partial<JoinSide> = {}): JoinSide => ({
  name,
  version: '17.1.0',
  configsyncIp: '10.0.0.1',
  selfIps: [],
  listeners: 0,
  virtuals: 0,
  domain: [name],
  synchronizes: false,
  syncGroup: 'default',
  ...more,
});
const facts = (here: JoinSide, there: JoinSide, more: Partial<JoinFacts> = {}): JoinFacts => ({
  here,
  there,
  address: '198.18.1.2 port 443',
  fingerprint: 'AB:CD',
  skewMilliseconds: -12,
  preflight: [],
  wanted: undefined,
  ...more,
});
const global = side('g1', { listeners: 2, synchronizes: true, syncGroup: 'world' });

test('as what a device joins follows from what both have', () => {
  const kinds = (here: JoinSide, there: JoinSide) => {
    const { kind, steps, faults } = planJoin(facts(here, there));
    return [kind, steps.map((step) => step.kind).join(' '), faults.length];
  };
  assert.deepEqual(kinds(side('a'), side('b')), ['member', 'trust', 0]);
  assert.deepEqual(kinds(global, side('g2', { listeners: 1 })), ['global', 'trust synchronize', 0]);
  assert.deepEqual(kinds(global, side('l', { virtuals: 3 })), ['health', 'exchange', 0]);
  assert.deepEqual(kinds(global, side('new')), ['member', '', 1]);
  const known = side('g1', { ...global, domain: ['g1', 'g2'] });
  const same = side('g2', { listeners: 1, synchronizes: true, syncGroup: 'world' });
  assert.deepEqual(kinds(known, same), ['global', '', 0]);
  assert.match(joinText(facts(known, same), planJoin(facts(known, same))), /nothing to do/);
});

test('addresses for iQuery are chosen where both are near', () => {
  const here = side('a', { configsyncIp: 'none', selfIps: ['10.1.0.1/24', '10.2.0.1/24'] });
  const there = side('b', { configsyncIp: 'none', selfIps: ['10.3.0.2/24', '10.2.0.2/24'] });
  const preflight = [
    'No ConfigSync address has been specified for device a: modify cm device a configsync-ip ADDRESS there.',
    'No ConfigSync address has been specified for device b: modify cm device b configsync-ip ADDRESS there.',
  ];
  const both = facts(here, there, { preflight });
  const plan = planJoin(both);
  assert.deepEqual(plan.faults, []);
  assert.deepEqual(plan.steps.slice(0, 2), [
    { kind: 'address', on: 'here', address: '10.2.0.1' },
    { kind: 'address', on: 'there', address: '10.2.0.2' },
  ]);
  assert.match(joinText(both, plan), /clock {8}12 ms behind ours/);
});

test('what is in the way is said, and nothing is to be done', () => {
  const clocks = 'The clocks of a and b differ by 60.0 s; 5 s are allowed.';
  const apart = facts(side('a'), side('b', { configsyncIp: 'none' }), {
    preflight: [clocks, 'No ConfigSync address has been specified for device b: modify it there.'],
  });
  const plan = planJoin(apart);
  assert.equal(plan.faults.length, 2, 'no self IP to choose');
  assert.doesNotMatch(joinText(apart, plan), /To do/);
});
