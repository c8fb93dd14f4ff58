/** The failover machine under two thousand seeds of faults, and proof that the checker would see a broken one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { step } from '../../src/cluster/failover/machine.ts';
import { type RunOptions, runScript, runSeed } from '../../src/cluster/failover/simulator/run.ts';
import {
  type Event,
  type GroupState,
  profiles,
  type State,
} from '../../src/cluster/failover/types.ts';

const seeds = 2000;

test('one owner at every instant, and one again after the faults', () => {
  let milliseconds = 0;
  let takeovers = 0;
  for (let seed = 1; seed <= seeds; seed += 1) {
    const result = runSeed({ seed });
    assert.equal(result.violation, undefined, `./evenkeel sim --seed ${seed}`);
    milliseconds += result.simulatedMilliseconds;
    takeovers += result.takeovers;
  }
  // A simulation in which nothing happens proves nothing.
  assert.ok(takeovers > seeds);
  console.log(
    `  ${seeds} seeds, ${(milliseconds / 3_600_000).toFixed(1)} hours, ${takeovers} takeovers`,
  );
});

test('the compatible profile, with its seconds', () => {
  for (let seed = 1; seed <= 50; seed += 1) {
    const { violation } = runSeed({ seed, profile: profiles.compatible });
    assert.equal(violation, undefined, `seed ${seed}`);
  }
});

test('a seed replays exactly', () => {
  assert.deepEqual(runSeed({ seed: 7 }), runSeed({ seed: 7 }));
});

function withGroups(state: State, change: (group: GroupState) => Partial<GroupState>): State {
  const groups = new Map<string, GroupState>();
  for (const [name, group] of state.groups) groups.set(name, { ...group, ...change(group) });
  return { ...state, groups };
}

const mutations: Readonly<Record<string, Omit<RunOptions, 'seed'>>> = {
  'no margin between fence and detection': {
    profile: { ...profiles.fast, fence: 400, detect: 400, permit: 1 },
  },
  'renewing without acknowledgements': {
    step: (state: State, event: Event) =>
      step(
        withGroups(state, (group) => {
          if (group.role !== 'owner') return {};
          const voters = [...state.config.members, ...state.config.witnesses];
          return { acks: new Map(voters.map((voter) => [voter.device, event.now])) };
        }),
        event,
      ),
  },
  'voting twice': {
    step: (state: State, event: Event) =>
      step(
        withGroups(state, (group) => (group.role === 'standby' ? { holder: undefined } : {})),
        event,
      ),
  },
  'no grace after a start': {
    topology: { members: 2, witnesses: 1 },
    step: (state: State, event: Event) => step({ ...state, graceUntil: 0, muteUntil: 0 }, event),
  },
};

for (const [name, options] of Object.entries(mutations)) {
  test(`the checker sees: ${name}`, () => {
    let found: string | undefined;
    for (let seed = 1; seed <= seeds && found === undefined; seed += 1) {
      const { violation } = runSeed({ seed, ...options });
      if (violation?.includes('both answer') === true) found = `seed ${seed}, ${violation}`;
    }
    assert.notEqual(found, undefined, `not found in ${seeds} seeds`);
  });
}

test('an owner that lost its witness first, and then its peer, gives way', () => {
  for (let seed = 1; seed <= 50; seed += 1) {
    let owners: readonly string[] = [];
    let first: readonly string[] = [];
    const topology = { members: 2, witnesses: 1 };
    const result = runScript({ seed, topology, profile: profiles.fast }, (hands) => {
      first = hands.owners();
      const [owner = ''] = first;
      const peer = owner === 'bigip1' ? 'bigip2' : 'bigip1';
      hands.cut(owner, 'witness1');
      hands.wait(3000 + 7 * seed);
      hands.cut(owner, peer);
      hands.wait(3000);
      owners = hands.owners();
    });
    assert.equal(first.length, 1, `seed ${seed}: an owner before the cuts`);
    assert.deepEqual([result.violation, result.splits], [undefined, 0], `seed ${seed}`);
    assert.equal(owners.length, 1, `seed ${seed}: an owner after the cuts`);
    assert.notEqual(owners[0], first[0], `seed ${seed}: the side with the witness has it`);
  }
});
