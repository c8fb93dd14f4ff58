/** Statistics over time, sample by sample: a clock in hand, a registry with a device's numbers. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createStateRegistry } from '../../config/runtime-state.ts';
import type { ConfigStore } from '../../config/types.ts';
import { type Clock, systemClock, waitUntil } from '../../platform/clock.ts';
import type { ObjectCounts, TrafficCounts } from '../traffic-counts.ts';
import { startCharts, wholeDevice } from './start.ts';

interface Hand {
  readonly clock: Clock;
  /** Ten seconds later. */
  turn(): void;
}

function handClock(): Hand {
  let now = 0;
  const tasks = new Set<() => void>();
  return {
    clock: {
      ...systemClock,
      monotonicMilliseconds: () => now,
      wallMilliseconds: () => now,
      every(_milliseconds, task) {
        tasks.add(task);
        return () => void tasks.delete(task);
      },
    },
    turn() {
      now += 10_000;
      for (const task of tasks) task();
    },
  };
}

const nothing: ObjectCounts = {
  connections: 0,
  maximumConnections: 0,
  totalConnections: 0,
  bitsIn: 0,
  bitsOut: 0,
  packetsIn: 0,
  packetsOut: 0,
  requests: 0,
  connectMilliseconds: NaN,
  responseMilliseconds: NaN,
};

function trafficOf(known: Partial<TrafficCounts>): TrafficCounts {
  return {
    refresh: () => Promise.resolve(),
    virtual: () => undefined,
    pool: () => undefined,
    ...known,
  };
}

test('the device has its traffic and its machine, an object its traffic only; counters become rates', async () => {
  let total = 0;
  const state = createStateRegistry();
  const traffic = trafficOf({
    virtual: () => ({ ...nothing, connections: 2, totalConnections: (total += 50) }),
  });
  state.provideStatistics('sys host-info', undefined, () => ({
    cpuInfo: { '0': { fiveSecAvgRatio: 10 }, '1': { fiveSecAvgRatio: 30 } },
    memoryTotal: 1000,
    memoryUsed: 250,
  }));
  const names = (component: string): readonly string[] =>
    component === 'ltm virtual' ? ['/Common/web'] : [];
  // Charts ask for names only.
  const store = { view: () => ({ names }) } as unknown as Pick<ConfigStore, 'view'>;
  const { clock, turn } = handClock();
  const charts = startCharts({ store, state, clock, traffic });
  const values = (object: string): number =>
    charts.chart(object, 'hour')?.series.connections.length ?? -1;
  turn();
  await waitUntil(systemClock, 'the first sample', 30_000, () => values(wholeDevice) === 0);
  // The next one is not begun before this one is done.
  await waitUntil(systemClock, 'the second sample', 30_000, () => {
    if (values(wholeDevice) === 0) turn();
    return values(wholeDevice) === 1;
  });
  const device = charts.chart(wholeDevice, 'hour')?.series;
  assert.deepEqual(
    device?.newConnectionsPerSecond.map((rate) => rate > 0),
    [true],
  );
  assert.deepEqual(new Set(device?.processorPercent), new Set([20]));
  assert.deepEqual(new Set(device?.memoryPercent), new Set([25]));
  const web = charts.chart('ltm virtual /Common/web', 'hour')?.series;
  assert.deepEqual(web?.connections, [2]);
  assert.equal(web?.processorPercent, undefined);
  await charts.close();
});

test('charts outlive a restart, with a gap; latency is that of pools with traffic', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-charts-'));
  const file = join(folder, 'charts');
  let total = 0;
  const state = createStateRegistry();
  const counted = (): ObjectCounts => ({
    ...nothing,
    connections: 1,
    totalConnections: (total += 10),
  });
  const traffic = trafficOf({
    virtual: counted,
    pool: () => ({ ...counted(), connectMilliseconds: 1, responseMilliseconds: 7 }),
  });
  const names = (): readonly string[] => ['/Common/web'];
  // Charts ask for names only.
  const store = { view: () => ({ names }) } as unknown as Pick<ConfigStore, 'view'>;
  const { clock, turn } = handClock();
  const options = { store, state, clock, traffic, file };
  const first = startCharts(options);
  const pool = 'ltm pool /Common/web';
  const times = (charts: typeof first, of = pool): readonly number[] =>
    charts.chart(of, 'hour')?.series.responseMilliseconds ?? [];
  await waitUntil(systemClock, 'a sample', 30_000, () => {
    if (times(first).length === 0) turn();
    return times(first).length > 0;
  });
  assert.ok(times(first).every((one) => one === 7));
  assert.ok(times(first, wholeDevice).every((one) => one === 7));
  const seen = times(first).length;
  await first.close();
  const second = startCharts(options);
  assert.equal(times(second).length, seen);
  await second.close();
  for (let count = 0; count < 6; count += 1) turn();
  const third = startCharts(options);
  assert.deepEqual(times(third).slice(seen), [NaN, NaN, NaN, NaN, NaN, NaN]);
  await third.close();
  rmSync(folder, { recursive: true });
});
