import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPersistenceNews } from './persistence-news.ts';
import { createPersistenceTable, persistenceMemory } from './persistence.ts';

function device(slots: number) {
  const memory = persistenceMemory(slots);
  const table = createPersistenceTable(memory);
  const keep = (client: number, member: number, now: number, expires: number): void => {
    const bytes = [10, (client >>> 16) & 255, (client >>> 8) & 255, client & 255];
    table.aim(bytes, 0, 4, 32);
    table.keep(7, 1, member, now, expires);
  };
  const memberOf = (client: number, now: number): number | undefined => {
    const bytes = [10, (client >>> 16) & 255, (client >>> 8) & 255, client & 255];
    table.aim(bytes, 0, 4, 32);
    return table.find(7, now) ? table.found.member : undefined;
  };
  return { table, keep, memberOf, news: createPersistenceNews(memory) };
}

test('what is kept is told once, in slices; what was heard is not told again', () => {
  const [a, b] = [device(4_096), device(4_096)];
  for (let client = 0; client < 1_000; client += 1) a.keep(client, client + 1, 0, 60_000);
  let slices = 0;
  for (let slice = a.news.take(100, 0); slice.length > 0; slice = a.news.take(100, 0)) {
    assert.ok(slice.length < 132, 'bounded');
    b.news.hear(slice, 5_000);
    slices += 1;
  }
  assert.ok(slices > 5);
  assert.equal(b.table.list(5_000).length, 1_000);
  assert.equal(b.memberOf(17, 5_000), 18);
  assert.deepEqual(b.news.take(100, 5_000), [], 'no echo');
  assert.equal(b.memberOf(17, 64_000), 18, 'it ends as late as there, by the own clock');
  assert.equal(b.memberOf(17, 65_001), undefined);
  b.news.tellAll();
  assert.equal(b.news.take(10_000, 5_000).length, 1_000, 'all, for who is new');
});

test('kept on both at once: both come to the same, whoever is heard first', () => {
  for (const [first, second] of [
    [3, 9],
    [9, 3],
  ] as const) {
    const [a, b] = [device(64), device(64)];
    a.keep(1, first, 0, 60_000);
    b.keep(1, second, 0, 60_010);
    const [fromA, fromB] = [a.news.take(9, 0), b.news.take(9, 0)];
    a.news.hear(fromB, 30);
    b.news.hear(fromA, 30);
    assert.deepEqual([a.memberOf(1, 40), b.memberOf(1, 40)], [9, 9]);
    // Later, because that one is down: what is new counts.
    a.keep(1, 3, 10_000, 70_000);
    b.news.hear(a.news.take(9, 10_000), 10_020);
    assert.equal(b.memberOf(1, 10_030), 3);
  }
});

test('a million clients need no more memory, and the newest stay; nonsense is left out', () => {
  const { keep, memberOf, news, table } = device(8_192);
  for (let client = 0; client < 1_000_000; client += 1) {
    keep(client, client, client, client + 60_000_000);
  }
  const now = 1_000_000;
  const held = table.list(now).length;
  assert.ok(held > 6_000 && held <= 8_192, String(held));
  assert.equal(memberOf(999_999, now), 999_999);
  assert.equal(memberOf(0, now), undefined);
  const empty = device(64);
  const fine = { address: '192.0.2.1', bits: 24, wideIp: 7, pool: 1, member: 2, milliseconds: 5 };
  empty.news.hear(
    [
      { ...fine, address: 'x' },
      { ...fine, bits: 33 },
      { ...fine, milliseconds: 0 },
    ],
    0,
  );
  assert.equal(empty.table.list(0).length, 0);
  empty.news.hear([fine], 0);
  assert.equal(empty.table.list(0)[0]?.network, '192.0.2.1/24');
  assert.ok(news.take(100, now).length >= 100);
});
