import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Properties } from '../catalogue/types.ts';
import { exampleObjects, exampleView, type ExampleObjects } from './example-view.ts';
import type { HealthKey, InstanceStatus } from './health.ts';
import { HealthState } from './health-state.ts';

type States = Readonly<Record<string, InstanceStatus['state']>>;

function instance(id: string, state: InstanceStatus['state'], since = 1): InstanceStatus {
  const monitor = id.split(' ')[0];
  const reason =
    state === 'down'
      ? `${monitor}: No successful responses received before deadline. @2026/11/21 10:00:00.`
      : '';
  return { id, state, reason, since, probes: [] };
}

function observed(
  state: HealthState,
  states: States,
  now: number,
): ReturnType<HealthState['observe']> {
  return state.observe(
    Object.entries(states).map(([id, word]) => instance(id, word, now)),
    now,
  );
}

const allUp: States = {
  '/Common/icmp 10.0.0.1': 'up',
  '/Common/http 10.0.0.1:80': 'up',
  '/Common/http 10.0.0.2:80': 'up',
};

/** Availability, enabled, monitor status, usable and reason, in one line. */
function shown(state: HealthState, key: HealthKey): string {
  const entry = state.table.get(key);
  if (entry === undefined) return 'absent';
  const usable = entry.usable ? 'usable' : 'unusable';
  const { availability, enabled, monitorStatus, reason } = entry;
  return `${availability} ${enabled} ${monitorStatus} ${usable}: ${reason}`;
}

const member1 = 'member /Common/web /Common/10.0.0.1:80';
const pool = 'pool /Common/web';
const virtual = 'virtual /Common/web_vs';
const address = 'virtual-address /Common/198.18.0.10';

function webPool(pool: Properties, node: Properties = {}): ExampleObjects {
  const pools = exampleObjects['ltm pool'] ?? {};
  const nodes = exampleObjects['ltm node'] ?? {};
  return {
    ...exampleObjects,
    'ltm pool': { '/Common/web': { ...pools['/Common/web'], ...pool } },
    'ltm node': { ...nodes, '/Common/10.0.0.1': { ...nodes['/Common/10.0.0.1'], ...node } },
  };
}

const both = (first: Properties, second: Properties = first): Properties => ({
  members: [
    { name: '/Common/10.0.0.1:80', address: '10.0.0.1', ...first },
    { name: '/Common/10.0.0.2:80', address: '10.0.0.2', ...second },
  ],
});
const down = 'No successful responses received before deadline. @2026/11/21 10:00:00.';
const unchecked =
  "The children pool member(s) either don't have service checking enabled, or service check " +
  'results are not available yet';

const cases: readonly {
  readonly name: string;
  readonly objects: ExampleObjects;
  readonly states: States;
  readonly expected: Readonly<Partial<Record<HealthKey, string>>>;
}[] = [
  {
    name: 'everything is up',
    objects: webPool({}),
    states: allUp,
    expected: {
      'node /Common/10.0.0.1': 'available enabled up usable: Node address is available',
      'node /Common/10.0.0.2':
        'unknown enabled unchecked usable: Node address does not have service checking enabled',
      [member1]: 'available enabled up usable: Pool member is available',
      [pool]: 'available enabled up usable: The pool is available',
      [virtual]: 'available enabled up usable: The virtual server is available',
      [address]: 'available enabled up usable: The virtual address is available',
    },
  },
  {
    name: 'nothing was probed yet',
    objects: webPool({}),
    states: {},
    expected: {
      [member1]: 'unknown enabled checking usable: Pool member is being checked',
      [pool]: `unknown enabled unchecked usable: ${unchecked}`,
      [virtual]: `unknown enabled unchecked usable: ${unchecked}`,
    },
  },
  {
    name: 'one member is down',
    objects: webPool({}),
    states: { ...allUp, '/Common/http 10.0.0.1:80': 'down' },
    expected: {
      [member1]: `offline enabled down unusable: /Common/http: ${down}`,
      [pool]: 'available enabled up usable: The pool is available',
    },
  },
  {
    name: 'all members are down',
    objects: webPool({}),
    states: { ...allUp, '/Common/http 10.0.0.1:80': 'down', '/Common/http 10.0.0.2:80': 'down' },
    expected: {
      [pool]: 'offline enabled down unusable: The children pool member(s) are down',
      [virtual]: 'offline enabled down unusable: The children pool member(s) are down',
      [address]: 'offline enabled down unusable: The children virtual server(s) are down',
    },
  },
  {
    name: 'a node that is down takes its members with it',
    objects: webPool({}),
    states: { ...allUp, '/Common/icmp 10.0.0.1': 'down' },
    expected: {
      'node /Common/10.0.0.1': `offline enabled down unusable: /Common/icmp: ${down}`,
      [member1]:
        'offline enabled addr-down unusable: The parent node /Common/10.0.0.1 is down. ' +
        `/Common/icmp: ${down}`,
    },
  },
  {
    name: 'a member is forced down, whatever its monitor says',
    objects: webPool(both({ state: 'user-down', session: 'user-disabled' }, {})),
    states: allUp,
    expected: {
      [member1]: 'offline disabled user-down unusable: Forced down',
      [pool]: 'available enabled up usable: The pool is available',
    },
  },
  {
    name: 'all members are disabled by their user',
    objects: webPool(both({ session: 'user-disabled' })),
    states: allUp,
    expected: {
      [member1]: 'available disabled up unusable: Pool member is available, user disabled',
      [pool]: 'available disabled up unusable: The children pool member(s) might be disabled',
      [virtual]:
        'available disabled-by-parent up unusable: The children pool member(s) might be disabled',
    },
  },
  {
    name: 'one member is disabled, the other down',
    objects: webPool(both({ session: 'user-disabled' }, {})),
    states: { ...allUp, '/Common/http 10.0.0.2:80': 'down' },
    expected: {
      [pool]: 'offline enabled down unusable: The children pool member(s) are down or disabled',
    },
  },
  {
    name: 'a disabled node disables its members',
    objects: webPool({}, { session: 'user-disabled' }),
    states: allUp,
    expected: {
      [member1]:
        'available disabled-by-parent up unusable: Pool member is available, parent disabled',
    },
  },
  {
    name: 'a node that is forced down',
    objects: webPool({}, { state: 'user-down', session: 'user-disabled' }),
    states: allUp,
    expected: {
      [member1]:
        'offline disabled-by-parent user-down unusable: ' +
        'The parent node /Common/10.0.0.1 is down. Forced down',
    },
  },
  {
    name: 'no monitor, no service checking',
    objects: webPool({ monitor: 'none' }),
    states: {},
    expected: {
      'member /Common/web /Common/10.0.0.2:80':
        'unknown enabled unchecked usable: Pool member does not have service checking enabled',
      [virtual]: `unknown enabled unchecked usable: ${unchecked}`,
    },
  },
  {
    name: 'a pool without members',
    objects: webPool({ members: [] }),
    states: {},
    expected: { [pool]: `unknown enabled unchecked usable: ${unchecked}` },
  },
  {
    name: 'a disabled virtual server and a disabled address',
    objects: {
      ...webPool({}),
      'ltm virtual': {
        '/Common/web_vs': {
          ...exampleObjects['ltm virtual']?.['/Common/web_vs'],
          enabled: 'disabled',
        },
        '/Common/other': { destination: '/Common/198.18.0.11:80', pool: '/Common/web' },
      },
      'ltm virtual-address': { '/Common/198.18.0.11': { enabled: 'no' } },
    },
    states: allUp,
    expected: {
      [virtual]: 'available disabled up unusable: The virtual server is available, user disabled',
      'virtual /Common/other':
        'available disabled-by-parent up unusable: ' +
        'The virtual server is available, virtual address disabled',
    },
  },
];

for (const { name, objects, states, expected } of cases) {
  test(`roll-up: ${name}`, () => {
    const state = new HealthState();
    state.load(exampleView(objects), 0);
    observed(state, states, 1);
    // Keys are written as HealthKey above; Object.keys forgets it.
    const keys = Object.keys(expected) as HealthKey[];
    assert.deepEqual(Object.fromEntries(keys.map((key) => [key, shown(state, key)])), expected);
  });
}

test('min N of, per-member monitors and rule labels', () => {
  const state = new HealthState();
  state.load(exampleView(exampleObjects), 0);
  observed(state, { '/Common/tcp 10.0.0.1:80': 'down', '/Common/https_443 10.0.0.1:443': 'up' }, 1);
  const first = state.table.get('member /Common/api /Common/10.0.0.1:80');
  assert.equal(first?.availability, 'available');
  assert.equal(first.monitorRule, 'min 1 of { /Common/tcp /Common/https_443 } (pool monitor)');
  const own = state.table.get('member /Common/api /Common/2001:db8::1.8080');
  assert.equal(own?.monitorRule, '/Common/http and /Common/tcp (member monitor)');
});

test('only what changed is told, and since stays while the state does', () => {
  const state = new HealthState();
  state.load(exampleView(exampleObjects), 0);
  observed(state, allUp, 1);
  assert.equal(observed(state, allUp, 2).size, 0);
  const changed = observed(state, { '/Common/http 10.0.0.1:80': 'down' }, 3);
  assert.deepEqual([...changed.keys()], [member1]);
  assert.equal(state.table.get(member1)?.since, 3);
  assert.equal(state.table.get(pool)?.since, 1);
});

test('what is deleted leaves the table and the plan', () => {
  const state = new HealthState();
  state.load(exampleView(exampleObjects), 0);
  state.load(exampleView({}), 1);
  assert.deepEqual([...state.table.entries()], []);
  assert.deepEqual(state.plan(), []);
});

test('a monitor moved from one pool to another keeps the state it found', () => {
  const state = new HealthState();
  const before = exampleView(webPool({}));
  state.load(before, 0);
  observed(state, allUp, 1);
  const moved = exampleView({
    ...exampleObjects,
    'ltm pool': { '/Common/new': exampleObjects['ltm pool']?.['/Common/web'] ?? {} },
  });
  state.update(
    moved,
    ['/Common/web', '/Common/new'].map((name) => ({
      component: 'ltm pool',
      name,
      before: before.stored('ltm pool', name),
      after: moved.stored('ltm pool', name),
    })),
    2,
  );
  const planChange = state.takePlanChange();
  assert.deepEqual(planChange?.remove, []);
  assert.equal(shown(state, 'pool /Common/new').split(' ')[0], 'available');
  assert.equal(shown(state, pool), 'absent');
});

test('a monitor that probes nothing says so in the reason, and takes nobody out', () => {
  const objects = {
    ...webPool({ monitor: '/Common/windows' }),
    'ltm monitor wmi': { '/Common/windows': {} },
  };
  const state = new HealthState();
  state.load(exampleView(objects), 0);
  assert.match(
    shown(state, member1),
    /^unknown enabled checking usable: \/Common\/windows \(wmi\) probes nothing here: it asks/,
  );
});

test('inband monitors are not for the monitor process', () => {
  const objects = {
    ...webPool({ monitor: '/Common/passive' }),
    'ltm monitor inband': { '/Common/passive': { failures: 3, 'failure-interval': 30 } },
  };
  const state = new HealthState();
  state.load(exampleView(objects), 0);
  const [first] = state.inbandPlans();
  assert.equal(first?.plan.id, '/Common/passive 10.0.0.1:80');
  assert.deepEqual(first?.plan.options, { failures: '3', 'failure-interval': '30' });
  assert.deepEqual(first?.members, [{ pool: '/Common/web', member: '/Common/10.0.0.1:80' }]);
  assert.ok(state.plan().every(({ type }) => type !== 'inband'));
  observed(state, { '/Common/passive 10.0.0.1:80': 'down' }, 1);
  assert.match(shown(state, member1), /^offline enabled down unusable/);
  state.load(exampleView(webPool({ monitor: '/Common/http' })), 2);
  assert.deepEqual(state.inbandPlans(), []);
});

test('the weight of a performance monitor reaches the member', () => {
  const state = new HealthState();
  state.load(exampleView(webPool({})), 0);
  const status = { ...instance('/Common/http 10.0.0.1:80', 'up'), dynamicRatio: 40 };
  const changed = state.observe([status], 1);
  assert.equal(state.table.get(member1)?.dynamicRatio, 40);
  const again = state.observe([{ ...status, dynamicRatio: 41 }], 2);
  assert.ok(changed.has(member1) && again.has(member1), 'a new weight is news');
});
