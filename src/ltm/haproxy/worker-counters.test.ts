import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CounterTable } from './counter-table.ts';
import { readStatistics } from './read.ts';
import { finish } from './test-finish.ts';
import { WorkerCounters } from './worker-counters.ts';

const parseStatistics = (csv: string, before?: CounterTable): CounterTable =>
  finish(
    readStatistics(
      csv,
      { backend: () => undefined, virtual: () => undefined, hasQueues: () => false },
      before,
    ),
  );

const table = (name: string, total: number, current = 0): CounterTable =>
  parseStatistics(
    `# pxname,svname,scur,smax,stot,bin,bout,req_tot,qcur\n:${name},FRONTEND,${current},9,${total},10,20,3,0\n`,
  );

function totals(workers: WorkerCounters, name = 'f'): readonly (number | undefined)[] {
  const counters = workers.get(`:${name}/FRONTEND`);
  return [counters?.totalConnections, counters?.currentConnections];
}

test('a worker that leaves goes on counting until it ended', () => {
  const workers = new WorkerCounters();
  workers.serving(1, table('f', 100, 5));
  workers.leaving(1, table('f', 101, 4));
  workers.serving(2, table('f', 7, 2));
  assert.deepEqual(totals(workers), [108, 6]);
  workers.leaving(1, table('f', 101, 1));
  assert.deepEqual(totals(workers), [108, 3]);
  workers.ended(1);
  assert.deepEqual(totals(workers), [108, 2]);
  workers.ended(1);
  // A reading begun before, arriving late.
  workers.serving(1, table('f', 101, 1));
  assert.deepEqual(totals(workers), [108, 2]);
});

test('a worker that was killed keeps what was read of it', () => {
  const workers = new WorkerCounters();
  workers.serving(1, table('f', 100, 5));
  workers.serving(2, table('f', 1, 1));
  assert.deepEqual(workers.others(2), [1]);
  workers.ended(1);
  assert.deepEqual(totals(workers), [101, 1]);
});

test('an object that was deleted and made again begins at zero', () => {
  const workers = new WorkerCounters();
  workers.serving(1, table('f', 100));
  workers.ended(1);
  workers.serving(2, table('other', 1));
  // Behind a shared listener it is not seen before its first connection.
  assert.deepEqual(totals(workers), [100, 0]);
  workers.forget(':f/FRONTEND');
  assert.deepEqual(totals(workers), [undefined, undefined]);
  workers.serving(3, table('f', 2));
  workers.ended(2);
  assert.deepEqual(totals(workers), [2, 0]);
});

test('backends of one pool count together', () => {
  const both = parseStatistics(
    '# pxname,svname,scur,smax,stot,bin,bout,req_tot,qcur\n:Common:web.a1,s,1,2,3,4,5,6,0\n:Common:web.b2,s,1,4,7,1,1,1,0\n',
  );
  assert.equal(both.get(':Common:web/s')?.totalConnections, 10);
  assert.equal(both.isIdle, false);
  assert.equal(table('f', 9).isIdle, true);
});

test('lines that came or went leave the others where they were', () => {
  const csvOf = (names: readonly number[]): string =>
    `# pxname,svname,scur,smax,stot,bin,bout,req_tot,qcur\n${names.map((name) => `:b${name >> 2},s${name},0,0,${name},0,0,0,0\n`).join('')}`;
  let names = Array.from({ length: 400 }, (_, index) => index);
  let held = parseStatistics(csvOf(names));
  const changes: readonly ((name: number) => readonly number[])[] = [
    (name) => (name === 7 ? [7, 900] : [name]),
    (name) => (name === 5 || (name > 90 && name < 140) ? [] : [name]),
    (name) => (name === 0 ? [901, 0] : name === 399 ? [] : [name]),
  ];
  for (const change of changes) {
    const lines = new Set(held.places.lines);
    const before = new Set(names);
    names = names.flatMap(change);
    held = parseStatistics(csvOf(names), held);
    const whole = parseStatistics(csvOf(names));
    assert.deepEqual(new Map(held.entries()), new Map(whole.entries()));
    const fresh = held.places.lines.filter((line) => !lines.has(line));
    const come = names.filter((name) => !before.has(name));
    assert.deepEqual(
      new Set(fresh.map((line) => line?.server)),
      new Set(come.map((name) => `s${name}`)),
    );
    assert.equal(fresh.length, come.length);
  }
});
