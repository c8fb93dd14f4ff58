/** More probes are due than there is room for. */
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { systemClock, waitUntil } from '../platform/clock.ts';
import { systemRandom } from '../platform/random.ts';
import { examplePlan } from './example-plan.ts';
import type { InstanceStatus } from './health.ts';
import { systemDoors } from './probe/system-doors.ts';
import { Runner } from './runner.ts';

test('where probes hang, others get their turn, and nobody is down for having waited', async () => {
  const answering = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end('ok');
  });
  const hanging = createServer((socket) => socket.on('error', () => undefined));
  const ports = await Promise.all(
    [answering, hanging].map(
      (server) =>
        new Promise<number>((resolve) => {
          server.listen(0, '127.0.0.1', () => {
            const address = server.address();
            resolve(typeof address === 'object' && address !== null ? address.port : 0);
          });
        }),
    ),
  );
  const [up = 0, hung = 0] = ports;
  const states = new Map<string, Set<InstanceStatus['state']>>();
  let began = 0;
  let highest = 0;
  const real = systemDoors(systemClock, systemRandom, '');
  const doors: typeof real = {
    ...real,
    maximumProbes: 2,
    exchangePlain(exchange) {
      began += 1;
      highest = Math.max(highest, began);
      const running = real.exchangePlain(exchange);
      let isOver = false;
      return {
        send: (bytes) => running.send(bytes),
        cancel() {
          if (!isOver) began -= 1;
          isOver = true;
          running.cancel();
        },
      };
    },
  };
  const runner = new Runner(systemClock, systemRandom, doors, ({ id, state }) => {
    states.set(id, (states.get(id) ?? new Set()).add(state));
  });
  const often = { intervalMilliseconds: 40, timeoutMilliseconds: 300 };
  const plans = [
    ...[1, 2, 3].map((number) => ({
      ...examplePlan('tcp', '127.0.0.1', hung, { ...often, recv: 'ok' }),
      id: `hung ${number}`,
    })),
    ...[1, 2, 3, 4].map((number) => ({
      ...examplePlan('tcp', '127.0.0.1', up, { ...often, recv: 'ok' }),
      id: `up ${number}`,
      timeoutMilliseconds: 5000,
    })),
  ];
  try {
    runner.replace(plans, []);
    await waitUntil(systemClock, 'all are known', 30_000, () =>
      plans.every(({ id }) => states.get(id)?.has(id.startsWith('up') ? 'up' : 'down') === true),
    );
    const since = systemClock.monotonicMilliseconds();
    await waitUntil(
      systemClock,
      'a few timeouts more',
      30_000,
      () => systemClock.monotonicMilliseconds() > since + 1000,
    );
    for (const { id } of plans.slice(3)) assert.deepEqual([...(states.get(id) ?? [])], ['up'], id);
    assert.ok(highest <= 2, `${highest} at once`);
  } finally {
    runner.close();
    for (const server of [answering, hanging]) server.close();
  }
});
