import { examplePlan } from './example-plan.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  bigipTime,
  expired,
  isNews,
  keptProbes,
  probed,
  resumed,
  startInstance,
} from './instance.ts';

const plan = examplePlan('http', '10.0.0.1', 80);
const wall = Date.UTC(2026, 10, 21, 10, 0, 0);
const at = (monotonic: number): { wall: number; monotonic: number } => ({
  wall: wall + monotonic,
  monotonic,
});
const good = { ok: true, detail: 'received "HTTP/1.1 200 OK"' };
const bad = { ok: false, detail: 'connection refused' };

test('up at the first success, down one timeout after the last', () => {
  let state = startInstance(plan, undefined, at(0));
  assert.equal(state.status.state, 'checking');
  state = probed(plan, state, good, 3, at(100));
  assert.equal(state.status.state, 'up');
  assert.equal(state.status.since, wall + 100);
  state = probed(plan, state, bad, 1, at(5100));
  assert.equal(state.status.state, 'up');
  assert.equal(expired(plan, state, at(16_099)), state);
  state = expired(plan, state, at(16_100));
  assert.equal(state.status.state, 'down');
  assert.equal(
    state.status.reason,
    '/Common/http: No successful responses received before deadline. @2026/11/21 10:00:16. ' +
      'Last error: connection refused',
  );
  state = probed(plan, state, good, 1, at(20_000));
  assert.deepEqual(
    [state.status.state, state.status.reason, state.status.since],
    ['up', '', wall + 20_000],
  );
});

test('never up: down one timeout after the start', () => {
  const state = startInstance(plan, undefined, at(0));
  assert.equal(expired(plan, state, at(16_000)).status.state, 'down');
});

test('time-until-up wants unbroken success for that long', () => {
  const slow = { ...plan, timeUntilUpMilliseconds: 6000 };
  let state = startInstance(slow, undefined, at(0));
  state = probed(slow, state, good, 1, at(1000));
  state = probed(slow, state, bad, 1, at(5000));
  state = probed(slow, state, good, 1, at(8000));
  assert.equal(state.status.state, 'checking');
  state = probed(slow, state, good, 1, at(14_000));
  assert.equal(state.status.state, 'up');
});

test('manual-resume stays down until an operator says so, also across a restart', () => {
  const manual = { ...plan, manualResume: true };
  let state = probed(manual, startInstance(manual, undefined, at(0)), good, 1, at(1));
  state = expired(manual, state, at(20_000));
  state = probed(manual, state, good, 1, at(21_000));
  assert.equal(state.status.state, 'down');
  const restarted = startInstance(manual, state.status, at(22_000));
  assert.equal(probed(manual, restarted, good, 1, at(23_000)).status.state, 'down');
  assert.equal(probed(manual, resumed(state), good, 1, at(24_000)).status.state, 'up');
});

test('a restarted process goes on from what control held', () => {
  const held = { id: plan.id, state: 'down', reason: 'why', since: 5 } as const;
  const state = startInstance(plan, held, at(0));
  assert.deepEqual(
    [state.status.state, state.status.reason, state.status.since],
    ['down', 'why', 5],
  );
  const up = startInstance(plan, { ...held, state: 'up', reason: '' }, at(0));
  assert.equal(probed(plan, up, good, 1, at(9)).status.since, 5);
});

test('a reverse match is down at once; recv-disable drains', () => {
  let state = probed(plan, startInstance(plan, undefined, at(0)), good, 1, at(1));
  const drained = probed(plan, state, { ...good, isDrained: true }, 1, at(2));
  assert.equal(drained.status.isDrained, true);
  assert.equal(drained.status.since, wall + 2);
  assert.equal(probed(plan, drained, good, 1, at(3)).status.isDrained, undefined);
  state = probed(plan, state, { ok: false, isFinal: true, detail: 'received "sorry"' }, 1, at(3));
  assert.equal(state.status.reason, '/Common/http: received "sorry"');
});

test('the last probes are kept, bounded, and only new outcomes are news', () => {
  let state = startInstance(plan, undefined, at(0));
  for (let index = 0; index < 20; index += 1) {
    state = probed(plan, state, { ok: false, detail: 'x'.repeat(999) }, 1, at(index));
  }
  assert.equal(state.status.probes.length, keptProbes);
  assert.equal(state.status.probes[0]?.detail.length, 200);
  const same = probed(plan, state, { ok: false, detail: 'x'.repeat(999) }, 7, at(21));
  assert.equal(isNews(state.status, same.status), false);
  assert.equal(isNews(state.status, probed(plan, state, bad, 1, at(21)).status), true);
});

test('times are written as BIG-IP writes them', () => {
  assert.equal(bigipTime(wall), '2026/11/21 10:00:00');
});
