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
