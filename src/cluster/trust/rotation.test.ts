import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dueSteps, expiryWarnings, type RotationFacts } from './rotation.ts';

const day = 24 * 3600 * 1000;
const now = 1_800_000_000_000;

const member = (device: string, days = 700, more = {}) => ({
  device,
  until: now + days * day,
  isCurrent: true,
  isListed: true,
  isRevoked: false,
  ...more,
});

const quiet: RotationFacts = {
  now,
  self: 'a',
  present: ['b', 'a'],
  certifiers: ['a', 'b'],
  canSign: true,
  lacksKeySince: undefined,
  authority: { since: now - 10 * day, until: now + 3000 * day },
  formers: 1,
  members: [member('a'), member('b'), member('c')],
  revocations: new Map([['k', now + day]]),
  answered: new Set(['k']),
  heartbeat: {
    since: now - 10 * day,
    answered: new Set(['k']),
    dueSince: now - 1000,
    togetherSince: now - 5000,
  },
  skewMilliseconds: 0,
};

test('nothing is due in a domain that is young', () => {
  assert.deepEqual(dueSteps(quiet), []);
});

test('certificates are renewed at half of their time, and when they are by another authority', () => {
  const members = [member('a', 364), member('b'), member('c', 700, { isCurrent: false })];
  assert.deepEqual(dueSteps({ ...quiet, members }), [{ kind: 'renew', devices: ['a', 'c'] }]);
});

test('one device acts at a time, and none by a clock that is wrong', () => {
  const members = [member('a', 3)];
  assert.deepEqual(dueSteps({ ...quiet, members, self: 'b' }), []);
  assert.equal(dueSteps({ ...quiet, members, self: 'b', present: ['b'] }).length, 1);
  assert.deepEqual(dueSteps({ ...quiet, members, skewMilliseconds: 2 * 3600 * 1000 }), []);
});

test('the authority is followed by another two years before its end, and forgotten after 30 days', () => {
  const [step] = dueSteps({ ...quiet, authority: { since: 0, until: now + 729 * day } });
  assert.equal(step?.kind === 'new-authority' && step.keepsFormer, true);
  const old = { since: now - 31 * day, until: now + 3000 * day };
  assert.deepEqual(dueSteps({ ...quiet, authority: old }), [{ kind: 'forget-formers' }]);
});

test('an authority made without knowing of a removal is replaced, and the former counts no more', () => {
  const [step] = dueSteps({ ...quiet, answered: new Set() });
  assert.equal(step?.kind === 'new-authority' && !step.keepsFormer, true);
});

test('a key that nobody has is replaced after two minutes, when all are here', () => {
  const lost = { ...quiet, canSign: false, lacksKeySince: now - 120_000 };
  assert.equal(dueSteps(lost)[0]?.kind, 'new-authority');
  assert.deepEqual(dueSteps({ ...lost, lacksKeySince: now - 119_000 }), []);
  assert.deepEqual(dueSteps({ ...lost, present: ['a'] }), []);
});

test('who was removed is put out again, who is in no list may not sign', () => {
  const members = [
    member('a'),
    member('r', 700, { isRevoked: true, isListed: false }),
    member('u', 700, { isListed: false }),
  ];
  assert.deepEqual(dueSteps({ ...quiet, members, canSign: false }), [
    { kind: 'put-out', devices: ['r'] },
    { kind: 'list', devices: ['u'] },
  ]);
});

test('removed keys are forgotten when their certificates have expired', () => {
  const revocations = new Map([['k', now - 1]]);
  assert.deepEqual(dueSteps({ ...quiet, revocations }), [
    { kind: 'forget-revocations', keys: ['k'] },
  ]);
});

test('people are warned a month before, and told when it is too late', () => {
  const told = expiryWarnings(now, [
    { name: 'one', until: now + 31 * day },
    { name: 'two', until: now + 29 * day },
    { name: 'three', until: now - day },
  ]);
  assert.deepEqual(
    told.map(({ level, text }) => [level, text.split(' on ')[0]]),
    [
      ['warning', 'two will expire'],
      ['err', 'three has expired'],
    ],
  );
});

test('heartbeats get another key when a device that has it was removed, and after a year', () => {
  const answered = new Set<string>();
  const removed = dueSteps({ ...quiet, heartbeat: { ...quiet.heartbeat, answered } });
  assert.deepEqual(
    removed.map(({ kind }) => kind),
    ['new-heartbeat-key'],
  );
  const since = now - 366 * day;
  const old = dueSteps({ ...quiet, canSign: false, heartbeat: { ...quiet.heartbeat, since } });
  assert.deepEqual(old, [{ kind: 'new-heartbeat-key', reason: 'the former one is a year old' }]);
  assert.deepEqual(dueSteps({ ...quiet, self: 'b', heartbeat: { ...quiet.heartbeat, since } }), []);
  for (const togetherSince of [undefined, now - 4000]) {
    const heartbeat = { ...quiet.heartbeat, since, togetherSince };
    assert.deepEqual(dueSteps({ ...quiet, heartbeat }), [], 'what was done apart is merged first');
    const waited = { ...heartbeat, dueSince: now - 300_000 };
    assert.equal(dueSteps({ ...quiet, heartbeat: waited }).length, 1);
  }
});
