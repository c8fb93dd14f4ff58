import assert from 'node:assert/strict';
import { test } from 'node:test';
import { finishAtOnce } from '../../base/slices.ts';
import { systemClock, waitUntil } from '../../platform/clock.ts';
import { finishInSlices } from '../../platform/turn.ts';
import type { ConfigStore, Operation } from '../types.ts';
import { create } from '../model/test-world.ts';
import { createConfigStore } from './store.ts';
import { byTest, commit, openStore, testDatabase } from './test-folder.ts';

const count = 60;
const description = 'x'.repeat(50_000);

const large: readonly Operation[] = Array.from({ length: count }, (_, index) => ({
  ...create('ltm pool', `large${index}`),
  properties: { description },
}));

function pools(store: ConfigStore): number {
  return store.view().count('ltm pool');
}

/** Drives the work until its thread was started: what it yields then is worth waiting for. */
function driveToThread(work: Generator<Promise<void> | undefined, unknown>): Promise<void> {
  for (;;) {
    const { value, done } = work.next();
    assert.notEqual(done, true, 'it has ended without a thread');
    if (value instanceof Promise) return value;
  }
}

test('a large commit lets others have their turn, tells once, and is there after a restart', async (context) => {
  const path = testDatabase(context);
  const store = openStore(path);
  let told = 0;
  store.onCommit(() => (told += 1));
  let turns = 0;
  const stop = systemClock.every(1, () => (turns += 1));
  const outcome = await finishInSlices(store.committing({ origin: byTest, operations: large }));
  stop();
  assert.ok(outcome?.ok);
  assert.equal(told, 1);
  assert.ok(turns > 0, 'nobody else had a turn');
  assert.equal(pools(store), count);
  assert.equal(store.history(5).length, 1);
  const extent = store.journal();
  commit(store, create('ltm pool', 'next'));
  store.close();
  const again = openStore(path);
  context.after(() => again.close());
  assert.equal(pools(again), count + 1);
  assert.equal(again.history(5)[1]?.changes.length, count);
  assert.equal(again.journal().commits, extent.commits + 1);
  assert.equal(
    again.view().get('ltm pool', '/Common/large59')?.properties.description,
    description,
  );
});

test('somebody else commits or writes a value meanwhile: nothing of the large commit is there', async (context) => {
  const store = openStore(testDatabase(context));
  context.after(() => store.close());
  const named = (prefix: string): readonly Operation[] =>
    large.map((operation, index) => ({ ...operation, name: `/Common/${prefix}${index}` }));
  const whole = store.committing({ origin: byTest, operations: named('whole') });
  let steps = 1;
  while (!(whole.next().value instanceof Promise)) steps += 1;
  assert.ok(finishAtOnce(whole)?.ok);
  const interrupts: readonly (() => void)[] = [
    () => void commit(store, create('ltm pool', 'other')),
    () => store.writeState('key', 'value'),
  ];
  for (const [index, interrupt] of interrupts.entries()) {
    const work = store.committing({ origin: byTest, operations: named(`lost${index}`) });
    // The thread has begun, and its end was not posted.
    for (let step = 0; step < steps - 10; step += 1) work.next();
    interrupt();
    assert.equal(await finishInSlices(work), undefined);
    assert.equal(pools(store), count + 1);
    assert.equal(store.history(10).length, 2);
  }
  assert.equal(store.readState('key'), 'value');
});

test('who commits while it is being written comes before it or after it, never between', async (context) => {
  const path = testDatabase(context);
  const store = openStore(path);
  for (let round = 0; round < 6; round += 1) {
    const operations = large.map((operation) => ({
      ...operation,
      name: `/Common/r${round}${operation.name.replace('/Common/', '')}`,
    }));
    const work = store.committing({ origin: byTest, operations });
    const written = driveToThread(work);
    // Let go of it at another moment each time: at once, and later and later.
    if (round > 0) {
      const until = systemClock.monotonicMilliseconds() + round * 15;
      await waitUntil(systemClock, 'a moment', 30_000, () => {
        return systemClock.monotonicMilliseconds() >= until;
      });
    }
    const before = pools(store);
    commit(store, create('ltm pool', `other${round}`));
    const wasWritten = pools(store) === before + 1 + count;
    assert.ok(wasWritten || pools(store) === before + 1);
    await written;
    const outcome = finishAtOnce(work);
    assert.equal(outcome !== undefined, wasWritten);
  }
  const found = pools(store);
  const commits = store.history(100).length;
  store.close();
  const again = openStore(path);
  context.after(() => again.close());
  assert.equal(pools(again), found);
  assert.equal(again.history(100).length, commits);
});

test('driven without waiting it waits itself', (context) => {
  const store = openStore(testDatabase(context));
  context.after(() => store.close());
  const outcome = finishAtOnce(store.committing({ origin: byTest, operations: large }));
  assert.ok(outcome?.ok);
  assert.equal(pools(store), count);
});

test('a disk without room refuses it whole, and takes what is small', async (context) => {
  const path = testDatabase(context);
  const store = createConfigStore({
    path,
    deviceName: 'a',
    clock: systemClock,
    maximumBytes: 3_000_000,
  });
  context.after(() => store.close());
  const outcome = await finishInSlices(store.committing({ origin: byTest, operations: large }));
  assert.ok(outcome?.ok === false);
  assert.match(outcome.faults[0]?.message ?? '', /full/);
  assert.equal(outcome.faults[0]?.status, 503);
  assert.equal(pools(store), 0);
  commit(store, create('ltm pool', 'small'));
  assert.equal(store.history(5).length, 1);
});
