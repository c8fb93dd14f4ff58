import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../../platform/clock.ts';
import { createDriver } from './driver.ts';
import { type GroupConfig, profiles } from '../types.ts';

const config: GroupConfig = {
  device: 'a',
  deviceGroup: '/Common/dg',
  members: ['a', 'b'].map((device) => ({ device, addresses: [] })),
  witnesses: [],
  profile: profiles.fast,
  trafficGroups: [],
  capacity: {},
};

test('ticks come in time, however close together other events are', async () => {
  let now = 0;
  let planned: { readonly at: number; readonly task: () => void }[] = [];
  const clock: Clock = {
    monotonicMilliseconds: () => now,
    wallMilliseconds: () => now,
    after(delay, task) {
      const timer = { at: now + delay, task };
      planned.push(timer);
      return () => void (planned = planned.filter((one) => one !== timer));
    },
    every: () => () => undefined,
  };
  const driver = createDriver(config, {
    clock,
    log: { write: () => undefined },
    kernel: undefined,
    instance: 1,
    durable: { mode: undefined, forcedOffline: false },
    send: () => undefined,
    persist: () => Promise.resolve(),
    changed: () => undefined,
    record: () => undefined,
  });
  driver.happen({ type: 'tick' });
  for (now = 1; now <= 1000; now += 1) {
    // As when addresses come by the thousand.
    driver.happen({ type: 'readdress', config });
    for (const timer of planned.filter(({ at }) => at <= now)) {
      planned = planned.filter((one) => one !== timer);
      timer.task();
    }
    // Where the tick comes after the sockets.
    await turn();
    assert.ok(now - driver.state().lastTick <= 2 * config.profile.interval, `at ${now}`);
  }
  driver.close();
});
