import assert from 'node:assert/strict';
import { it } from 'node:test';
import { initialState, step } from './machine.ts';
import type { MemberState, SyncEffect, SyncState } from './types.ts';

const time = { wall: 1, counter: 0 };
const head = { id: '1.0@a', device: 'a', time };

function called(hash: string): MemberState {
  return {
    versions: { a: time },
    hash,
    head,
    synced: head,
    lastSyncType: 'none',
    lost: undefined,
    hasPending: false,
    lastError: '',
  };
}

/** Device b of three; c has the same software, and a calls the same content otherwise. */
function meeting(isAlike: boolean) {
  let state: SyncState = initialState(
    'b',
    {
      group: 'g',
      kind: 'merging',
      newcomer: 'merge',
      fullLoadOnSync: false,
      incrementalBytes: 4096,
      members: ['a', 'b', 'c'],
    },
    called('as b writes it'),
  );
  const effects: SyncEffect[] = [];
  const feed = (event: Parameters<typeof step>[1]): void => {
    const [next, done] = step(state, event);
    state = next;
    effects.push(...done);
  };
  feed({ type: 'connected', device: 'a', isCompatible: true, isAlike });
  feed({ type: 'connected', device: 'c', isCompatible: true, isAlike: true });
  const told = { type: 'told', asks: false, unheld: {}, time } as const;
  feed({ ...told, device: 'c', state: called('as a writes it') });
  return { feed, told, effects, hash: () => state.own.hash };
}

it('sends no load to a member that only calls the content as one with other software does', () => {
  const { feed, told, effects, hash } = meeting(false);
  assert.ok(!effects.some(({ type }) => type === 'send-load'));
  feed({ ...told, device: 'a', state: called('as a writes it') });
  assert.equal(hash(), 'as a writes it');
  feed({ type: 'tick', unnamed: 'as b writes it' });
  assert.equal(hash(), 'as a writes it');
  assert.ok(!effects.some(({ type }) => type === 'send-load'));
});

it('mends other content of the same history where all have the same software', () => {
  assert.ok(meeting(true).effects.some(({ type }) => type === 'send-load'));
});
