import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TestWorld, create, modify, remove } from '../config/model/test-world.ts';
import type { Properties } from '../catalogue/types.ts';
import type { Operation } from '../config/types.ts';
import type { HealthEntry, HealthKey } from '../monitor/health.ts';
import { fileText } from './haproxy/layout.ts';
import { heldOf, takeChange } from './nftables/render.ts';
import { proxySets } from './nftables/shared.ts';
import type { TouchedElements } from './nftables/table-state.ts';
import { planTraffic } from './planner.ts';
import { TrafficState } from './traffic-state.ts';

const facts = {
  interfaceOf: (vlan: string) => vlan.replace('/Common/', 'if-'),
  maximumConnections: (listeners: number) => 1000 - listeners,
  isSharingWorth: (proxies: number, wasSharing: boolean) => proxies > (wasSharing ? 0 : 1),
};
const places = { runtimeSocket: '/r', peersSocket: '/p', certificateFolder: '/c', mapFolder: '/m' };

const down: HealthEntry = {
  availability: 'offline',
  enabled: 'enabled',
  reason: '',
  since: 0,
  monitorStatus: 'down',
  monitorRule: 'none',
  usable: false,
  probes: [],
};

const few = fc.integer({ min: 0, max: 2 });
const host = (number: number): string => `/Common/10.0.0.${number}`;
const profiles = fc.constantFrom('tcp', 'heir', 'http', 'logged', 'udp', 'fastL4').map((name) => {
  const names =
    name === 'http' ? ['tcp', 'http'] : name === 'logged' ? ['tcp', 'http', 'g1'] : [name];
  return names.map((one) => ({ name: `/Common/${one}` }));
});

const poolOperation = (name: string): fc.Arbitrary<Operation> =>
  fc.oneof(
    few.map((node) => create('ltm pool', name, { members: [`${host(node)}:80`, `${host(2)}:81`] })),
    few.map((node) => modify('ltm pool', name, { members: [`${host(node)}:80`] })),
    fc
      .constantFrom('ratio-member', 'least-connections-member')
      .map((mode) => modify('ltm pool', name, { 'load-balancing-mode': mode })),
    fc.constant(modify('ltm pool', name, { description: 'no matter' })),
    fc.constant(remove('ltm pool', name)),
  );
const virtualOperation = (name: string): fc.Arbitrary<Operation> =>
  fc.oneof(
    fc.record({ address: few, port: fc.constantFrom(0, 80), pool: few, profiles }).map((one) =>
      create('ltm virtual', name, {
        destination: `/Common/10.1.0.${one.address}:${one.port}`,
        'ip-protocol': one.profiles[0]?.name === '/Common/udp' ? 'udp' : 'tcp',
        pool: `/Common/p${one.pool}`,
        profiles: one.profiles,
      }),
    ),
    few.map((pool) => modify('ltm virtual', name, { pool: `/Common/p${pool}` })),
    fc
      .constantFrom('10.9.0.0/16', '0.0.0.0/0')
      .map((source) => modify('ltm virtual', name, { source })),
    fc
      .constantFrom('reject', 'ip-forward')
      .map((type) =>
        create('ltm virtual', name, { destination: '/Common/10.1.0.1:0', 'virtual-type': type }),
      ),
    fc
      .constantFrom([], [{ name: '/Common/l0' }], [{ name: '/Common/l1' }])
      .map((policies) => modify('ltm virtual', name, { policies })),
    fc.constant(remove('ltm virtual', name)),
  );

/** A policy with a strategy of its own, a data group and a profile that virtual servers take in. */
const takenIn: readonly Operation[] = [
  create('ltm data-group internal', '/Common/d0', { type: 'string', records: [{ name: 'a' }] }),
  create('ltm policy-strategy', '/Common/s0', { strategy: 'first-match' }),
  create('ltm policy', '/Common/l0', policy(0)),
  create('ltm policy', '/Common/l1', policy(0)),
  create('ltm profile request-log', '/Common/g0', {
    'request-logging': 'enabled',
    'request-log-template': '$CLIENT_IP',
    'request-log-pool': '/Common/p2',
  }),
  create('ltm profile request-log', '/Common/g1', { 'defaults-from': '/Common/g0' }),
  create('ltm profile tcp', '/Common/t0', { 'idle-timeout': 100 }),
  create('ltm profile tcp', '/Common/heir', { 'defaults-from': '/Common/t0' }),
];

/** `virtual`: in place of the pool. */
function policy(pool: number, virtual?: string): Properties {
  const condition = {
    name: '0',
    operand: 'http-host',
    operator: 'equals',
    datagroup: '/Common/d0',
  };
  const to = virtual === undefined ? { pool: `/Common/p${pool}` } : { virtual };
  const action = { name: '0', target: 'forward', deed: 'select', ...to };
  return {
    legacy: 'legacy',
    strategy: '/Common/s0',
    rules: [{ name: 'r', conditions: [condition], actions: [action] }],
  };
}
const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 4, arbitrary: few.chain((number) => poolOperation(`/Common/p${number}`)) },
  { weight: 12, arbitrary: few.chain((number) => virtualOperation(`/Common/v${number}`)) },
  few.map((to) => modify('ltm policy', '/Common/l1', policy(0, `/Common/v${to}`))),
  fc.constant(modify('ltm policy', '/Common/l1', policy(1))),
  fc
    .constantFrom('enabled', 'disabled')
    .chain((enabled) => few.map((to) => modify('ltm virtual', `/Common/v${to}`, { enabled }))),
  few.map((node) => modify('ltm node', host(node), { state: 'user-down' })),
  few.map((node) => modify('ltm node', host(node), { ratio: node + 2 })),
  few.map((address) =>
    modify('ltm virtual-address', `/Common/10.1.0.${address}`, { enabled: 'no' }),
  ),
  few.map((pool) => modify('ltm policy', '/Common/l0', { rules: policy(pool)['rules'] ?? [] })),
  few.map((number) =>
    modify('ltm data-group internal', '/Common/d0', { records: [{ name: `a${number}` }] }),
  ),
  fc
    .constantFrom('first-match', 'all-match')
    .map((strategy) => modify('ltm policy-strategy', '/Common/s0', { strategy })),
  few.map((seconds) => modify('ltm profile tcp', '/Common/tcp', { 'idle-timeout': 60 + seconds })),
  few.map((seconds) => modify('ltm profile tcp', '/Common/t0', { 'idle-timeout': 90 + seconds })),
);
const health = fc.record({ pool: few, node: few, isDown: fc.boolean() });

/** 0: the next commit leaves to be planned later what it touches. */
const slices = fc.constantFrom({ atOnce: 0 }, { atOnce: 1 }, { atOnce: Infinity });

const runs = process.env['EVENKEEL_TEST_LONG'] === undefined ? 100 : 1000;

test('plan and engines kept up by the object are those made of the whole', () => {
  let planned = 0;
  const details = fc.check(
    fc.property(
      fc.array(
        fc.oneof({ weight: 4, arbitrary: operation }, { weight: 4, arbitrary: health }, slices),
        {
          minLength: 20,
          maxLength: 60,
        },
      ),
      (steps) => {
        const world = new TestWorld();
        const pools = [0, 1, 2].map((number) => create('ltm pool', `/Common/p${number}`));
        world.do(...pools, ...takenIn);
        const bad = new Set<HealthKey>();
        let atOnce = Infinity;
        const table = { get: (key: HealthKey) => (bad.has(key) ? down : undefined) };
        const state = new TrafficState(world.view, facts, places, table);
        let kernel = heldOf(state.table);
        const note = (touched: TouchedElements): void => {
          const all = new Map(proxySets.map((set) => [set, touched.get(set) ?? new Set<string>()]));
          if (kernel.shape === state.table.shape) takeChange(kernel, state.table, all);
          else kernel = heldOf(state.table);
          assert.deepEqual(kernel, heldOf(state.table));
        };
        for (const step of steps) {
          if ('atOnce' in step) atOnce = step.atOnce;
          else if ('isDown' in step) {
            const key: HealthKey = `member /Common/p${step.pool} ${host(step.node)}:80`;
            if (step.isDown) bad.add(key);
            else bad.delete(key);
            note(state.healthChanged(new Set([`/Common/p${step.pool}`]), table).elements);
          } else {
            const before = world.view;
            if (world.try(step).length > 0 || world.view === before) continue;
            note(state.commit(world.view, world.last, table, atOnce).elements);
          }
          if (atOnce === 0) {
            if (!('atOnce' in step)) atOnce = 2;
            continue;
          }
          while (state.isBehind) note(state.goOn(table, 1).elements);
          assert.equal(state.sequence, world.view.sequence);
          const { isSharing } = state.plan;
          const whole = new TrafficState(world.view, facts, places, table, isSharing);
          assert.deepEqual(state.plan, planTraffic(world.view, facts, isSharing));
          assert.deepEqual(new Map(state.servers), new Map(whole.servers));
          assert.equal(
            fileText(state.structure, state.servers),
            fileText(whole.structure, whole.servers),
          );
          assert.deepEqual(state.table, whole.table);
          planned = Math.max(
            planned,
            state.plan.virtuals.length + state.plan.packetVirtuals.length,
          );
        }
      },
    ),
    { numRuns: runs },
  );
  // With seed and path, and the shortest sequence of steps that fails.
  if (details.failed) assert.fail(fc.defaultReportMessage(details));
  assert.ok(planned >= 3, `at most ${planned} virtual servers were planned (${details.seed})`);
});

test('what a commit does not touch keeps its identity', () => {
  const world = new TestWorld();
  world.do(
    create('ltm pool', '/Common/p0', { members: [`${host(0)}:80`] }),
    create('ltm virtual', '/Common/v0', {
      destination: '/Common/10.1.0.1:80',
      pool: '/Common/p0',
      profiles: [{ name: '/Common/tcp' }],
    }),
  );
  const state = new TrafficState(world.view, facts, places, { get: () => undefined });
  const { plan, structure, table } = state;
  const { version } = structure;
  const changes = world.do(modify('ltm virtual', '/Common/v0', { description: 'no matter' }));
  const touched = state.commit(world.view, changes, { get: () => undefined });
  assert.deepEqual([...touched.backends, ...touched.virtuals, ...touched.elements], []);
  assert.equal(state.plan.virtuals, plan.virtuals);
  assert.equal(structure.version, version);
  assert.equal(state.table, table);
  assert.equal(state.plan.sequence, world.view.sequence);
});

test('one that a policy leads to listens alone, where others share a listener', () => {
  const world = new TestWorld();
  const virtual = (number: number, policies: readonly string[] = []): Operation =>
    create('ltm virtual', `/Common/v${number}`, {
      destination: `/Common/10.1.0.${number}:80`,
      profiles: [{ name: '/Common/tcp' }, { name: '/Common/http' }],
      policies: policies.map((name) => ({ name })),
    });
  world.do(...[0, 1, 2].map((number) => virtual(number)));
  const table = { get: () => undefined };
  const state = new TrafficState(world.view, facts, places, table);
  const frontends = (): readonly (string | undefined)[] =>
    [0, 1, 2, 3].map((number) => state.structure.frontendOf(`/Common/v${number}`)?.slice(0, 7));
  assert.deepEqual(frontends(), ['shared.', 'shared.', 'shared.', undefined]);
  const commit = (operation: Operation): void => {
    const changes = world.do(operation);
    state.commit(world.view, changes, table);
  };
  commit(create('ltm policy', '/Common/l2', policyTo('/Common/v2')));
  assert.deepEqual(frontends(), ['shared.', 'shared.', ':Common', undefined]);
  commit(virtual(3, ['/Common/l2']));
  assert.deepEqual(frontends(), ['shared.', 'shared.', ':Common', 'shared.']);
  const text = fileText(state.structure, state.servers);
  const place = /bind (abns@\S+) accept-proxy/.exec(text)?.[1] ?? 'none';
  assert.ok(text.includes(`server hop ${place} send-proxy-v2`), text);
  commit(modify('ltm virtual', '/Common/v2', { enabled: 'disabled' }));
  assert.match(fileText(state.structure, state.servers), /server hop .* disabled/);
});

function policyTo(virtual: string): Properties {
  const { rules: _, strategy: __, ...rest } = policy(0);
  const action = { name: '0', target: 'forward', deed: 'select', virtual };
  return { ...rest, rules: [{ name: 'r', actions: [action] }] };
}
