import assert from 'node:assert/strict';
import { test } from 'node:test';
import { initialState, step } from './machine.ts';
import { type GroupConfig, type Message, type Mode, profiles } from '../types.ts';

const voter = (device: string) => ({ device, addresses: [] });

const config: GroupConfig = {
  device: 'a',
  deviceGroup: '/Common/pair',
  members: [voter('a'), voter('b')],
  witnesses: [voter('w')],
  profile: profiles.fast,
  trafficGroups: [],
  capacity: {},
};

/** What `a`, which remembers `own`, makes of a peer that says `theirs`. */
function heard(own: Mode | undefined, theirs: Mode, witnesses = config.witnesses): Mode {
  const durable = { mode: own, forcedOffline: false };
  const message: Message = {
    deviceGroup: '/Common/pair',
    from: 'b',
    instance: 1,
    sequence: 1,
    wantsReply: false,
    mode: theirs,
    fitness: 'starting',
    heard: [],
    groups: [],
    votes: [],
  };
  const before = initialState({ ...config, witnesses }, 0, 1, durable);
  return step(before, { type: 'message', now: 1, message })[0].mode;
}

test('two that start together count the witness, whatever either remembers', () => {
  const unknown = (epoch: number): Mode => ({ epoch, phase: 'unknown' });
  assert.deepEqual(heard(undefined, unknown(0)), { epoch: 2, phase: 'joining' });
  assert.deepEqual(heard(undefined, unknown(1)), { epoch: 2, phase: 'joining' });
  assert.deepEqual(heard({ epoch: 1, phase: 'pair' }, unknown(0)), { epoch: 2, phase: 'joining' });
  assert.deepEqual(heard({ epoch: 1, phase: 'pair' }, unknown(3)), { epoch: 4, phase: 'joining' });
  assert.deepEqual(heard(undefined, unknown(2), []), { epoch: 3, phase: 'dropping' });
});

test('who lives in an epoch is followed', () => {
  assert.deepEqual(heard(undefined, { epoch: 3, phase: 'pair' }), { epoch: 3, phase: 'dropping' });
  const kept = heard({ epoch: 3, phase: 'pair' }, { epoch: 3, phase: 'pair' });
  assert.deepEqual(kept, { epoch: 3, phase: 'dropping' });
});
