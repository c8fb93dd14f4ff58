import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddress } from '../base/address.ts';
import { present } from '../base/assert.ts';
import type { HealthEntry } from '../monitor/health.ts';
import { groupInUse, isServed, memberStates, poolStates } from './member-state.ts';
import { elementsOf } from './nftables/shared.ts';
import type { MemberPlan, PoolPlan, VirtualPlan } from './types.ts';

function member(host: number, more: Partial<MemberPlan> = {}): MemberPlan {
  const address = present(parseAddress(`10.0.0.${host}`), 'address');
  return {
    name: `/Common/10.0.0.${host}:80`,
    node: `/Common/10.0.0.${host}`,
    address,
    port: 80,
    ratio: 1,
    connectionLimit: 0,
    nodeLimit: 0,
    priorityGroup: 0,
    operator: 'enabled',
    cookie: String(host),
    ...more,
  };
}

function pool(members: readonly MemberPlan[], minActiveMembers = 0): PoolPlan {
  return {
    name: '/Common/web',
    method: 'round-robin',
    isByNode: false,
    minActiveMembers,
    queueMilliseconds: 0,
    slowRampSeconds: 0,
    queueDepth: 0,
    reselectTries: 0,
    serviceDownAction: 'none',
    members,
  };
}

function entry(more: Partial<HealthEntry>): HealthEntry {
  return {
    availability: 'available',
    enabled: 'enabled',
    reason: '',
    since: 0,
    monitorStatus: 'up',
    monitorRule: 'none',
    usable: true,
    probes: [],
    ...more,
  };
}

function statesOf(
  plan: PoolPlan,
  entries: Readonly<Record<string, HealthEntry>> = {},
): readonly string[] {
  const states = poolStates(plan, { get: (key) => entries[key.split('10.0.0.')[1] ?? ''] });
  return plan.members.map((one) => states.get(one.name) ?? '');
}

test('the group in use is the lowest that takes new connections', () => {
  const members = [10, 10, 5].map((priorityGroup, index) => member(index + 1, { priorityGroup }));
  const down = entry({ usable: false, monitorStatus: 'down', availability: 'offline' });
  const groupWith = (minimum: number, ...hosts: readonly number[]): number =>
    groupInUse(pool(members, minimum), {
      get: (key) => (hosts.some((host) => key.endsWith(`.${host}:80`)) ? down : undefined),
    });
  assert.deepEqual(
    [groupWith(0), groupWith(1), groupWith(2, 1), groupWith(1, 1, 2)],
    [0, 10, 5, 5],
  );
  assert.equal(groupWith(1, 1, 2, 3), 0);
});

test('operators rule, monitors only take out', () => {
  const plan = pool([
    member(1),
    member(2, { operator: 'user-disabled' }),
    member(3, { operator: 'user-down' }),
    member(4),
    member(5, { operator: 'user-disabled' }),
  ]);
  const down = entry({ usable: false, monitorStatus: 'down', availability: 'offline' });
  assert.deepEqual(statesOf(plan, { '3:80': entry({}), '4:80': down, '5:80': down }), [
    'ready',
    'drain',
    'down',
    'down',
    'down',
  ]);
});

test('an entry older than the commit that took a member back does not hold it', () => {
  const plan = pool([member(1), member(2), member(3)]);
  const entries = {
    '1:80': entry({ usable: false, monitorStatus: 'user-down' }),
    '2:80': entry({ usable: false, enabled: 'disabled' }),
    '3:80': entry({ usable: false, monitorStatus: 'checking' }),
  };
  assert.deepEqual(statesOf(plan, entries), ['ready', 'ready', 'down']);
});

test('lower priority groups help when too few members are left', () => {
  const members = [10, 10, 5, 1].map((priorityGroup, index) =>
    member(index + 1, { priorityGroup }),
  );
  const down = entry({ usable: false, monitorStatus: 'down' });
  assert.deepEqual(statesOf(pool(members)), ['ready', 'ready', 'ready', 'ready']);
  assert.deepEqual(statesOf(pool(members, 2)), ['ready', 'ready', 'drain', 'drain']);
  assert.deepEqual(statesOf(pool(members, 2), { '1:80': down }), [
    'down',
    'ready',
    'ready',
    'drain',
  ]);
  assert.deepEqual(statesOf(pool(members, 9)), ['ready', 'ready', 'ready', 'ready']);
});

test('a virtual is closed when disabled, without a pool, or without a member', () => {
  const virtual = (name: string, more: Partial<VirtualPlan>): VirtualPlan => ({
    name,
    mark: 1,
    isClassified: false,
    address: present(parseAddress('192.0.2.1'), 'address'),
    port: 80,
    interfaces: undefined,
    mode: 'tcp',
    isEnabled: true,
    pool: '/Common/web',
    backend: undefined,
    connectionLimit: 0,
    rateLimit: undefined,
    dropsWhenDown: false,
    idleSeconds: 300,
    source: undefined,
    http: undefined,
    tls: undefined,
    policies: [],
    tcp: { keepAliveSeconds: 0, isDeferred: false, segmentBytes: undefined },
    ...more,
  });
  const virtuals = [
    virtual('open', {}),
    virtual('off', { isEnabled: false }),
    virtual('poolless', { pool: undefined }),
  ];
  const closed = (only: MemberPlan): readonly string[] => {
    const states = memberStates([pool([only])], { get: () => undefined });
    return virtuals
      .filter((one) =>
        elementsOf(one, undefined, !one.isEnabled || !isServed(one, states)).some(
          ({ set }) => set === 'closed4',
        ),
      )
      .map((one) => one.name);
  };
  assert.deepEqual(closed(member(1)), ['off', 'poolless']);
  assert.deepEqual(closed(member(1, { operator: 'user-disabled' })), ['off', 'poolless']);
  assert.deepEqual(closed(member(1, { operator: 'user-down' })), ['open', 'off', 'poolless']);
});
