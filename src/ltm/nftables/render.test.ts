import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddress } from '../../base/address.ts';
import { present } from '../../base/assert.ts';
import type { MemberState } from '../member-state.ts';
import type { MemberPlan, PacketVirtual, PoolPlan } from '../types.ts';
import { type RenderedTable, heldOf, renderTable, tableChange } from './render.ts';

const at = (text: string): ReturnType<typeof parseAddress> & {} =>
  present(parseAddress(text), text);

const members: readonly MemberPlan[] = [1, 2, 3].map((host) => ({
  name: `m${host}`,
  node: `n${host}`,
  address: at(`10.0.0.${host}`),
  port: 80,
  ratio: host,
  connectionLimit: 0,
  nodeLimit: 0,
  priorityGroup: 0,
  operator: 'enabled',
  cookie: String(host),
}));

function table(method: PoolPlan['method'], states: readonly MemberState[]): RenderedTable {
  const pool: PoolPlan = {
    name: 'p',
    method,
    isByNode: false,
    minActiveMembers: 0,
    queueMilliseconds: 0,
    slowRampSeconds: 0,
    queueDepth: 0,
    reselectTries: 0,
    serviceDownAction: 'none',
    members,
  };
  const virtual: PacketVirtual = {
    name: 'v',
    mark: 0x45000001,
    isClassified: false,
    forwards: false,
    address: at('192.0.2.1'),
    port: 80,
    protocol: 'tcp',
    interfaces: undefined,
    isEnabled: true,
    pool: 'p',
    source: { kind: 'client' },
    persistsBySource: false,
    connectionLimit: 0,
    rateLimit: undefined,
    dropsWhenDown: false,
    mirror: undefined,
  };
  const planned = {
    pools: new Map([['p', pool]]),
    packetVirtuals: [virtual],
    classified: [],
    proxy: () => undefined,
  };
  const held = new Map(members.map((member, index) => [member.name, states[index] ?? 'ready']));
  const byPool = new Map([['p', held]]);
  return renderTable(
    {
      planned,
      states: byPool,
      weights: new Map(),
      muted: new Map(),
      isSharing: false,
      usesClientAddresses: false,
    },
    new Map(),
  );
}

function shares(rendered: RenderedTable): Readonly<Record<string, number>> {
  const map = [...rendered.elements].find(([name]) => name.startsWith('m_'))?.[1] ?? new Map();
  const counts: Record<string, number> = {};
  for (const element of map.values()) {
    const target = String(element).split(' : ')[1] ?? '';
    counts[target] = (counts[target] ?? 0) + 1;
  }
  return counts;
}

test('slots are dealt evenly, by ratio, and to those that are ready', () => {
  const [a, b, c] = ['10.0.0.1 . 80', '10.0.0.2 . 80', '10.0.0.3 . 80'];
  assert.ok(a !== undefined && b !== undefined && c !== undefined);
  assert.deepEqual(shares(table('round-robin', [])), { [a]: 40, [b]: 40, [c]: 40 });
  assert.deepEqual(shares(table('ratio', [])), { [a]: 20, [b]: 40, [c]: 60 });
  assert.deepEqual(shares(table('round-robin', ['drain'])), { [b]: 60, [c]: 60 });
  assert.deepEqual(shares(table('round-robin', ['down', 'down', 'down'])), {});
});

test('a member that goes down moves only its own slots, as elements', () => {
  const before = table('round-robin', []);
  const after = table('round-robin', ['ready', 'down']);
  const change = tableChange(heldOf(before), after) ?? '';
  const moved = change.split('\n').filter((line) => line !== '');
  assert.equal(moved.length, 2);
  assert.match(moved[0] ?? '', /^delete element inet evenkeel_ltm m_\w+ \{ 1 : 10\.0\.0\.2 \. 80/);
  assert.equal((moved[0]?.match(/10\.0\.0\.2/g) ?? []).length, 40);
  assert.equal((moved[0]?.match(/10\.0\.0\.[13]/g) ?? []).length, 0);
  assert.equal(tableChange(heldOf(after), after), undefined);
});

test('another shape replaces the table in one transaction', () => {
  const change = tableChange(heldOf(table('round-robin', [])), {
    ...table('round-robin', []),
    shape: 'x',
  });
  assert.match(change ?? '', /^table inet evenkeel_ltm \{ \}\ndelete table inet evenkeel_ltm\n/);
});
