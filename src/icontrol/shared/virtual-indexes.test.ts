import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FieldProvider } from '../../config/runtime-state.ts';
import type { ConfigView } from '../../config/types.ts';
import { provideVirtualIndexes } from './virtual-indexes.ts';

/** Virtual servers, and when each was made. */
function numbering(made: Map<string, number>): (name: string) => unknown {
  // As much of a view as is asked for.
  const view = {
    names: () => [...made.keys()],
    stored: (_: string, name: string) => {
      const created = made.get(name);
      return created === undefined ? undefined : { created };
    },
  } as unknown as ConfigView;
  let provider: FieldProvider | undefined;
  provideVirtualIndexes(
    { provideFields: (_component, _items, given) => void (provider = given) },
    { view: () => view },
  );
  return (name) => provider?.(name)['vs-index'];
}

test('virtual servers are numbered as they were made, those that come later behind them', () => {
  const made = new Map([
    ['/Common/b', 20],
    ['/Common/c', 10],
    ['/Common/a', 20],
  ]);
  const indexOf = numbering(made);
  assert.deepEqual(['/Common/a', '/Common/b', '/Common/c'].map(indexOf), [2, 3, 1]);
  made.set('/Common/d', 1);
  made.delete('/Common/b');
  assert.equal(indexOf('/Common/d'), 4);
  assert.equal(indexOf('/Common/a'), 2);
});

test('those that are gone are forgotten', () => {
  const made = new Map<string, number>();
  const indexOf = numbering(made);
  for (let round = 0; round < 3000; round += 1) {
    made.clear();
    made.set(`/Common/v${round}`, round);
    assert.equal(indexOf(`/Common/v${round}`), round + 1);
  }
  // Forgotten long ago, it is a new one.
  made.set('/Common/v0', 0);
  assert.equal(indexOf('/Common/v0'), 3001);
});
