import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LimitedServer, shareLimits } from './shared-limits.ts';

const server = (
  key: string,
  member: string,
  current: number,
  { node = 10, own = 0 }: { readonly node?: number; readonly own?: number } = {},
): LimitedServer => ({ key, member, node: 'n', memberLimit: own, nodeLimit: node, current });
const shares = (
  servers: readonly LimitedServer[],
  before: Readonly<Record<string, number>> = {},
  elsewhere: Readonly<Record<string, number>> = {},
): Readonly<Record<string, number>> =>
  Object.fromEntries(
    shareLimits(servers, new Map(Object.entries(elsewhere)), new Map(Object.entries(before))),
  );

test('shares together are the limit, and go to those that need them', () => {
  assert.deepEqual(shares([server('1', 'p a', 0), server('2', 'q a', 0)]), { 1: 5, 2: 5 });
  const busy = [server('1', 'p a', 5), server('2', 'q a', 0)];
  assert.deepEqual(shares(busy, { 1: 5, 2: 5 }), { 1: 8, 2: 2 });
  assert.deepEqual(shares(busy, { 1: 7, 2: 3 }), { 1: 7, 2: 3 }, 'kept while they suffice');
  const full = [server('1', 'p a', 9), server('2', 'q a', 1)];
  assert.deepEqual(shares(full, { 1: 9, 2: 1 }), { 1: 9, 2: 1 });
});

test('what goes elsewhere counts; nobody gets none', () => {
  const two = [server('1', 'p a', 0), server('2', 'q a', 0)];
  assert.deepEqual(shares(two, {}, { 'p a': 4 }), { 1: 3, 2: 3 });
  assert.deepEqual(shares(two, { 1: 5, 2: 5 }, { 'p a': 30 }), { 1: 1, 2: 1 });
});

test('a member has a limit of its own within that of the node', () => {
  const servers = [server('1', 'p a', 0, { own: 2 }), server('2', 'q a', 0)];
  assert.deepEqual(shares(servers), { 1: 2, 2: 8 });
  const ways = ['1', '2', '3'].map((key) => server(key, 'p a', 0, { node: 0, own: 7 }));
  const dealt = Object.values(shares(ways));
  assert.equal(
    dealt.reduce((sum, one) => sum + one, 0),
    7,
  );
  assert.ok(dealt.every((one) => one >= 2));
});

test('never more than the limit, whatever is carried', () => {
  for (let seed = 1; seed < 300; seed += 1) {
    const servers = Array.from({ length: 1 + (seed % 5) }, (_, index) =>
      server(`${index}`, `p${index % 3} a`, (seed * (index + 7)) % 9, {
        node: 40,
        own: seed % 4 === 0 ? 15 : 0,
      }),
    );
    const dealt = shares(servers, { 0: seed % 11, 1: seed % 7 });
    const sum = Object.values(dealt).reduce((total, one) => total + one, 0);
    const least = servers.reduce((total, { current }) => total + Math.max(1, current), 0);
    assert.ok(sum <= Math.max(40, least), `${seed}: ${sum}`);
    for (const { key, current } of servers) assert.ok((dealt[key] ?? 0) >= Math.min(current, 15));
  }
});
