import assert from 'node:assert/strict';
import { it } from 'node:test';
import { initialState, step } from './machine.ts';
import type { GroupConfig, MemberState, SyncEvent, SyncState } from './types.ts';

const time = (wall: number) => ({ wall, counter: 0 });
const head = (wall: number) => ({ id: `${wall}.0@a`, device: 'a', time: time(wall) });

function member(wall: number, more: Partial<MemberState> = {}): MemberState {
  return {
    versions: { a: time(wall) },
    hash: `content of ${wall}`,
    head: head(wall),
    synced: head(1),
    lastSyncType: 'none',
    lost: undefined,
    hasPending: false,
    lastError: '',
    ...more,
  };
}

const config: GroupConfig = {
  group: 'g',
  kind: 'auto',
  newcomer: 'merge',
  fullLoadOnSync: false,
  incrementalBytes: 4096,
  members: ['a', 'b'],
};

/** A device that sends its second commit, and what it sends again. */
function sender(kind: GroupConfig['kind']) {
  let state: SyncState = initialState('a', { ...config, kind }, member(1));
  const feed = (event: SyncEvent): boolean => {
    const [next, effects] = step(state, event);
    state = next;
    return effects.some(({ type }) => type === 'send-batch' || type === 'send-load');
  };
  feed({ type: 'connected', device: 'b', isCompatible: true, isAlike: true });
  const told = { type: 'told', device: 'b', asks: false, unheld: {}, time: time(1) } as const;
  feed({ ...told, state: member(1) });
  const { versions, hash, head: newest } = member(2);
  const isSent = feed({ type: 'committed', content: { versions, hash, head: newest } });
  const answer = (error: string): boolean =>
    feed({ type: 'result', device: 'b', commitId: newest.id, error });
  /** Ticks until it is sent again, up to a thousand. */
  const ticks = (): number => {
    for (let count = 1; count <= 1000; count += 1)
      if (feed({ type: 'tick', unnamed: '' })) return count;
    return Infinity;
  };
  return { isSent, answer, ticks, peer: () => state.peers['b'] };
}

it('sends again what was refused, later each time, until it is taken', () => {
  const { isSent, answer, ticks, peer } = sender('auto');
  assert.ok(isSent);
  const waits: number[] = [];
  for (let round = 0; round < 9; round += 1) {
    assert.equal(answer('The configuration could not be saved'), false);
    waits.push(ticks());
  }
  assert.deepEqual(waits, [5, 10, 20, 40, 80, 160, 300, 300, 300]);
  answer('');
  assert.equal(peer()?.retry, undefined);
  assert.equal(peer()?.refused, undefined);
  assert.equal(ticks(), Infinity);
});

it('leaves it to the user where he sends by hand', () => {
  const { isSent, answer, ticks } = sender('manual');
  assert.equal(isSent, false);
  answer('The configuration could not be saved');
  assert.equal(ticks(), Infinity);
});
