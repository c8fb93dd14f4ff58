import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FailsafeActions } from './actions.ts';
import { handClock } from './hand-clock.ts';

function bench(reason: string | undefined) {
  const { clock, pass } = handClock();
  const done: string[] = [];
  const actions = new FailsafeActions({
    clock,
    log: { write: () => undefined },
    engines: { order: (unit, order) => void done.push(`${order} ${unit}`) },
    units: () => ['control', 'haproxy'],
    rebootHost() {
      if (reason === undefined) done.push('reboot');
      return reason;
    },
  });
  return { actions, done, pass };
}

const vlan = (action: string) => ({
  feature: 'vlan-failsafe',
  key: '/Common/external',
  action,
  failure: 'silent',
});
const restarted = ['restart control', 'restart haproxy'];

test('restart-all restarts everything once the groups are elsewhere, and not again soon', () => {
  const { actions, done, pass } = bench(undefined);
  actions.failed(vlan('restart-all'));
  pass(2900);
  assert.deepEqual(done, []);
  pass(200);
  assert.deepEqual(done, restarted);
  actions.failed(vlan('restart-all'));
  pass(5000);
  assert.deepEqual(done, restarted);
  pass(600_000);
  actions.failed(vlan('restart-all'));
  pass(5000);
  assert.equal(done.length, 4);
});

test('what is well again by then, and what only hands over, restarts nothing', () => {
  const { actions, done, pass } = bench(undefined);
  actions.failed(vlan('restart-all'));
  actions.recovered(vlan('restart-all'));
  actions.failed(vlan('failover'));
  actions.failed(vlan('failover-restart-tm'));
  pass(10_000);
  assert.deepEqual(done, []);
});

test('reboot reboots the host, or restarts everything where it is not the own one', () => {
  const own = bench(undefined);
  own.actions.failed(vlan('reboot'));
  own.pass(3000);
  assert.deepEqual(own.done, ['reboot']);
  const guest = bench('a container');
  guest.actions.failed(vlan('reboot'));
  guest.pass(3000);
  assert.deepEqual(guest.done, restarted);
});
