import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EngineStatus } from '../../../platform/engines.ts';
import { createFailsafes } from './failsafes.ts';
import { handClock } from './hand-clock.ts';
import { type FailoverConfig, profiles } from '../types.ts';

const config: FailoverConfig = {
  own: {
    device: 'a',
    deviceGroup: '',
    members: [],
    witnesses: [],
    profile: profiles.fast,
    trafficGroups: [],
    capacity: {},
  },
  localAddresses: [],
  key: '',
  fixedAddresses: [],
  witnessing: [],
  watchedDaemons: [
    { daemon: 'tmm', unit: 'haproxy', timeoutSeconds: 0, action: 'failover' },
    { daemon: 'mcpd', unit: 'control', timeoutSeconds: 30, action: 'failover' },
    { daemon: 'bigd', unit: 'monitor', timeoutSeconds: 10, action: 'failover' },
  ],
};

function bench() {
  const { clock, pass } = handClock();
  let exited: (name: string, status: string) => void = () => undefined;
  let told: (engines: readonly EngineStatus[], services: readonly EngineStatus[]) => void = () =>
    undefined;
  let failing: readonly string[] = [];
  const failsafes = createFailsafes({
    clock,
    log: { write: () => undefined },
    engines: {
      ensure: () => undefined,
      stop: () => undefined,
      order: () => undefined,
      status: () => undefined,
      onExit: (listener) => void (exited = listener),
      onStatus: (listener) => void (told = listener),
      close: () => undefined,
    },
    tools: {
      vlanSample: () => undefined,
      askNeighbours: () => undefined,
      rebootHost: () => undefined,
      resources: () => ({ memoryAvailableBytes: 2 ** 33, diskFreeBytes: 2 ** 33 }),
    },
    changed: (names) => (failing = names),
  });
  failsafes.configure(config);
  failsafes.control(true);
  const running = (name: string): EngineStatus => ({
    name,
    pid: 1,
    state: 'running',
    exits: 0,
    startedAt: 0,
  });
  return {
    failsafes,
    failing: () => failing,
    dies: (name: string) => exited(name, 'signal SIGKILL'),
    runs: (name: string) => told([running(name)], []),
    pass,
  };
}

test('HAProxy counts at once, other services after their timeout', () => {
  const one = bench();
  one.dies('haproxy');
  assert.deepEqual(one.failing(), ['haproxy']);
  one.dies('monitor');
  one.pass(9_000);
  assert.deepEqual(one.failing(), ['haproxy']);
  one.pass(2_000);
  assert.deepEqual(one.failing(), ['haproxy', 'monitor']);
});

test('what relapses has to be well for longer before it counts', () => {
  const one = bench();
  const recoveries: number[] = [];
  for (let round = 0; round < 4; round += 1) {
    one.dies('haproxy');
    one.runs('haproxy');
    let waited = 0;
    while (one.failing().length > 0 && waited < 100_000) {
      one.pass(500);
      waited += 500;
    }
    recoveries.push(waited);
  }
  assert.deepEqual(recoveries, [2000, 4000, 8000, 16_000]);
});

test('control counts by its socket, and not for a restart', () => {
  const one = bench();
  one.failsafes.control(false);
  one.pass(20_000);
  one.failsafes.control(true);
  one.pass(20_000);
  assert.deepEqual(one.failing(), []);
  one.failsafes.control(false);
  one.pass(31_000);
  assert.deepEqual(one.failing(), ['control']);
});

test('what control reports stays while control is away, and goes when it is reported no more', () => {
  const one = bench();
  const gateway = {
    feature: 'gateway-failsafe',
    key: '/Common/gw',
    action: 'failover',
    failure: '0 of 1 members up, 1 needed',
  };
  one.failsafes.report([gateway]);
  assert.deepEqual(one.failing(), ['gateway-failsafe /Common/gw']);
  one.failsafes.control(false);
  assert.deepEqual(one.failing(), ['gateway-failsafe /Common/gw']);
  one.failsafes.report([]);
  assert.deepEqual(one.failing(), []);
  assert.ok(one.failsafes.all().every(({ feature }) => feature === 'daemon-heartbeat'));
});
