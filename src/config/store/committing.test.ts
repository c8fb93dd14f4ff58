import assert from 'node:assert/strict';
import { test } from 'node:test';
import { finishAtOnce } from '../../base/slices.ts';
import { create } from '../model/test-world.ts';
import { byTest, commit, openStore, testDatabase } from './test-folder.ts';

const pools = (count: number) =>
  Array.from({ length: count }, (_, index) => create('ltm pool', `p${index}`));

test('a commit in slices writes and tells in its last step only', (context) => {
  const store = openStore(testDatabase(context));
  context.after(() => store.close());
  let told = 0;
  store.onCommit(() => (told += 1));
  const work = store.committing({ origin: byTest, operations: pools(50) });
  let slices = 0;
  for (let step = work.next(); ; step = work.next()) {
    if (step.done === true) {
      assert.ok(step.value?.ok === true && step.value.commit !== undefined);
      break;
    }
    slices += 1;
    assert.equal(store.view().count('ltm pool'), 0);
    assert.equal(told, 0);
  }
  assert.ok(slices > 100, `${slices}`);
  assert.equal(store.view().count('ltm pool'), 50);
  assert.equal(told, 1);
  assert.equal(store.history(10).length, 1);
});

test('what somebody else commits in between ends a commit in slices without effect', (context) => {
  const store = openStore(testDatabase(context));
  context.after(() => store.close());
  const work = store.committing({ origin: byTest, operations: pools(3) });
  work.next();
  commit(store, create('ltm pool', 'other'));
  assert.equal(finishAtOnce(work), undefined);
  assert.deepEqual(store.view().names('ltm pool'), ['/Common/other']);
  assert.equal(store.history(10).length, 1);
});

test('one operation with a long list, and a check that says so, let go in between', (context) => {
  const store = openStore(testDatabase(context));
  context.after(() => store.close());
  store.addCheck(function* (changes) {
    yield;
    const isRefused = changes.some(({ name }) => name === '/Common/refused');
    return isRefused ? [{ status: 400, message: 'refused' }] : [];
  });
  // Out of order: what is worked out ahead is sorted, as what is not.
  const records = Array.from({ length: 600 }, (_, index) => ({ name: `r${600 - index}` }));
  const ask = (name: string, given: readonly { readonly name: string }[]) => {
    const operation = create('ltm data-group internal', name, { type: 'string', records: given });
    const work = store.committing({ origin: byTest, operations: [operation] });
    let slices = 0;
    let step = work.next();
    for (; step.done !== true; step = work.next()) slices += 1;
    return { slices, outcome: step.value };
  };
  const { slices, outcome } = ask('long', records);
  assert.ok(slices > 600, `${slices}`);
  assert.equal(outcome?.ok, true);
  const names = (name: string): readonly unknown[] => {
    const kept = store.view().get('ltm data-group internal', `/Common/${name}`)?.properties.records;
    return Array.isArray(kept) ? kept : [];
  };
  ask('short', records.slice(0, 400));
  assert.deepEqual(names('long').slice(0, 2), [
    { name: 'r1', data: '' },
    { name: 'r10', data: '' },
  ]);
  assert.deepEqual([names('long').length, names('short').length], [600, 400]);
  const twice = ask('twice', [...records, { name: 'r1' }]).outcome;
  assert.match(twice?.ok === false ? (twice.faults[0]?.message ?? '') : '', /named twice/);
  const refused = ask('refused', records).outcome;
  assert.deepEqual(refused, { ok: false, faults: [{ status: 400, message: 'refused' }] });
});
