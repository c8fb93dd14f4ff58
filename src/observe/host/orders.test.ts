import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ActionHandler, StateRegistry } from '../../config/runtime-state.ts';
import type { EngineControl, EngineStatus } from '../../platform/engines.ts';
import { systemClock } from '../../platform/clock.ts';
import { provideServiceOrders } from './orders.ts';

/** Units that do at once what they are told. */
function world(names: readonly string[]) {
  const units = new Map<string, EngineStatus>(
    names.map((name, index) => [name, { name, state: 'running', pid: index + 1 } as EngineStatus]),
  );
  const ordered: string[] = [];
  const handlers = new Map<string, ActionHandler>();
  let tell: (running: readonly EngineStatus[], services: readonly EngineStatus[]) => void = () =>
    undefined;
  const engines = {
    onStatus: (listener: typeof tell) => void (tell = listener),
    order: (name: string, order: string) => {
      ordered.push(`${order} ${name}`);
      const unit = units.get(name);
      if (unit === undefined) return;
      const state = order === 'stop' ? 'stopped' : 'running';
      units.set(name, { ...unit, state, pid: (unit.pid ?? 0) + 100 });
      tell([...units.values()], []);
    },
  } as unknown as EngineControl; // The two that orders need.
  const state = {
    provideAction: (_: string, command: string, handler: ActionHandler) =>
      void handlers.set(command, handler),
  } as unknown as StateRegistry; // The one that orders need.
  const after: typeof systemClock.after = (delay, task) =>
    delay === 500 ? () => undefined : systemClock.after(delay, task);
  const clock = { ...systemClock, after };
  provideServiceOrders({ state, clock, engines });
  tell([...units.values()], []);
  const run = (command: string, ...asked: readonly string[]) => {
    const [name = '', ...rest] = asked;
    const parameters = { name, ...(rest.length > 0 && { names: rest }) };
    const handler = handlers.get(command);
    assert.ok(handler !== undefined);
    return handler({ component: 'sys service', command, parameters, user: 'root' });
  };
  return { run, ordered };
}

test('several services are one order, each part once', async () => {
  const { run, ordered } = world(['haproxy', 'monitor', 'failover', 'control']);
  assert.equal((await run('restart', 'mcpd', 'tmm', 'bigd', 'tmm')).ok, true);
  assert.deepEqual(ordered, ['restart haproxy', 'restart monitor']);
  assert.equal((await run('restart', 'all')).ok, true);
  assert.deepEqual(ordered.slice(2), ['restart monitor', 'restart failover', 'restart haproxy']);
});

test("what is the host's own is said to be, and what nobody knows is refused", async () => {
  const { run, ordered } = world(['haproxy']);
  for (const [name, message] of [
    ['ntpd', /the host's own here/],
    ['frobd', /The requested service \(frobd\) was not found/],
    ['named', /nothing of the configuration needs it/],
  ] as const) {
    const outcome = await run('restart', name);
    assert.ok(!outcome.ok);
    assert.match(outcome.faults[0]?.message ?? '', message);
  }
  assert.deepEqual(ordered, []);
});
