/** Who lets go when nothing is heard, and who goes on: alone, in pairs, with a witness, a gateway, an arbiter. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { initialState, step } from './machine.ts';
import { runScript } from '../simulator/run.ts';
import type { Topology } from '../simulator/topology.ts';
import { type GroupConfig, profiles, type State } from '../types.ts';
import { wishesOf } from './wishes.ts';

const seeds = [1, 2, 3, 4, 5];

/** Owners after one of a pair was left alone: nothing of the others is heard any more. */
function ownersAlone(topology: Topology, seed: number, third: string | undefined): number {
  let count = -1;
  const result = runScript({ seed, topology, profile: profiles.fast }, (hands) => {
    const [owner = ''] = hands.owners();
    const peer = owner === 'bigip1' ? 'bigip2' : 'bigip1';
    hands.powerOff(peer);
    if (third !== undefined) hands.cut(owner, third);
    hands.wait(3000);
    count = hands.owners().length;
  });
  assert.equal(result.violation, undefined);
  return count;
}

for (const seed of seeds) {
  test(`the survivor of a pair, seed ${seed}`, () => {
    const alone = (topology: Omit<Topology, 'members'>, third?: string): number =>
      ownersAlone({ members: 2, ...topology }, seed, third);
    assert.equal(alone({ witnesses: 0 }), 1, 'a pair with neither goes on');
    assert.equal(alone({ witnesses: 1 }), 1, 'with its witness');
    assert.equal(alone({ witnesses: 1 }, 'witness1'), 0, 'without its witness');
    assert.equal(alone({ witnesses: 0, hasGateway: true }), 1, 'with its gateway');
    assert.equal(alone({ witnesses: 0, hasGateway: true }, 'gateway'), 0, 'without its gateway');
    assert.equal(alone({ witnesses: 0, hasArbiter: true }), 1, 'with the arbiter');
    assert.equal(alone({ witnesses: 0, hasArbiter: true }, 'etcd'), 0, 'without the arbiter');
  });

  test(`one of five with the arbiter owns, four of five without it do not, seed ${seed}`, () => {
    const topology = { members: 5, witnesses: 0, hasArbiter: true };
    const others = ['bigip1', 'bigip2', 'bigip3', 'bigip4'];
    const counts: number[] = [];
    const result = runScript({ seed, topology, profile: profiles.fast }, (hands) => {
      for (const one of others) hands.cut('etcd', one);
      for (const one of others) hands.cut('bigip5', one);
      hands.wait(4000);
      counts.push(hands.owners().length);
      assert.deepEqual(hands.owners(), ['bigip5']);
      hands.cut('etcd', 'bigip5');
      hands.wait(4000);
      counts.push(hands.owners().length);
    });
    assert.equal(result.violation, undefined);
    assert.deepEqual(counts, [1, 0]);
  });
}

const config = (members: readonly string[]): GroupConfig => ({
  device: 'a',
  deviceGroup: '/Common/pair',
  members: members.map((device) => ({ device, addresses: [] })),
  witnesses: [{ device: 'w', addresses: [] }],
  profile: profiles.fast,
  trafficGroups: [
    {
      name: 'one',
      addresses: [],
      haOrder: [],
      autoFailback: false,
      autoFailbackSeconds: 60,
      loadFactor: 1,
    },
  ],
  capacity: {},
});

test('a device whose peer and witness are dead goes on once the peer is taken out of the group', () => {
  const durable = { mode: { epoch: 2, phase: 'witness' }, forcedOffline: false } as const;
  let state: State = initialState(config(['a', 'b']), 0, 1, durable);
  for (let now = 0; now < 5000; now += 10) [state] = step(state, { type: 'tick', now });
  assert.notEqual(state.groups.get('one')?.role, 'owner');
  assert.equal(state.mode.phase, 'witness');
  [state] = step(state, { type: 'configure', now: 5000, config: config(['a']) });
  [state] = step(state, { type: 'tick', now: 5010 });
  assert.equal(state.groups.get('one')?.role, 'owner');
});

test('a right to go on alone is not taken from the disk while there is a witness', () => {
  const durable = { mode: { epoch: 1, phase: 'pair' }, forcedOffline: false } as const;
  let state: State = initialState(config(['a', 'b']), 0, 1, durable);
  for (let now = 0; now < 5000; now += 10) [state] = step(state, { type: 'tick', now });
  assert.equal(state.groups.get('one')?.role === 'owner', false);
  const bare = { ...config(['a', 'b']), witnesses: [] };
  state = initialState(bare, 0, 1, durable);
  for (let now = 0; now < 5000; now += 10) [state] = step(state, { type: 'tick', now });
  assert.equal(state.groups.get('one')?.role, 'owner', 'a pair with neither keeps answering');
});

test('the arbiter’s word of before a candidacy counts for nothing', () => {
  const arbiter = { endpoints: [], prefix: '', authority: '', certificate: '', key: '' };
  const durable = { mode: undefined, forcedOffline: false };
  let state = initialState({ ...config(['a', 'b']), arbiter }, 0, 1, durable);
  for (let now = 0; now < 1500; now += 10) [state] = step(state, { type: 'tick', now });
  const since = state.groups.get('one')?.candidateSince ?? 0;
  assert.deepEqual(wishesOf(state).claims, [{ group: 'one', term: 0 }]);
  const acknowledged = (sentAt: number): State =>
    step(state, { type: 'arbiter', now: 1501, acknowledged: [{ group: 'one', sentAt }] })[0];
  assert.equal(acknowledged(since - 1).groups.get('one')?.role, 'candidate');
  assert.equal(acknowledged(1500).groups.get('one')?.role, 'owner');
});
