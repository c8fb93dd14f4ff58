import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { connectAll, simulate, type Simulation } from './simulated-group.ts';
import { seededDice } from './simulated-network.ts';
import type { GroupConfig } from './types.ts';

const merging = {
  group: 'g',
  kind: 'merging',
  newcomer: 'merge',
  fullLoadOnSync: false,
  incrementalBytes: 4096,
} as const;
const auto = {
  group: 'g',
  kind: 'auto',
  newcomer: 'merge',
  fullLoadOnSync: false,
  incrementalBytes: 4096,
} as const;
const manual = {
  group: 'g',
  kind: 'manual',
  newcomer: 'merge',
  fullLoadOnSync: false,
  incrementalBytes: 4096,
} as const;

function contents(simulation: Simulation): string[] {
  return simulation.devices.map(({ objects }) =>
    JSON.stringify(
      [...objects.values()]
        .map(({ name, properties }) => `${name}=${String(properties['description'])}`)
        .toSorted((one, two) => (one < two ? -1 : 1)),
    ),
  );
}

function isInSync(simulation: Simulation): boolean {
  const states = simulation.devices.map(({ group }) => group.state().own);
  return (
    new Set(contents(simulation)).size === 1 &&
    new Set(states.map((state) => state.hash)).size === 1 &&
    states.every((state) => !state.hasPending && state.synced !== undefined)
  );
}

/** The device that has not seen a fault for long enough that everything automatic has happened. */
function settle(simulation: Simulation): void {
  connectAll(simulation);
  simulation.run(20_000);
}

function fault(simulation: Simulation, dice: () => number): void {
  const names = simulation.devices.map((device) => device.name);
  const pick = (): string => names[Math.floor(dice() * names.length)] ?? '';
  const kind = dice();
  if (kind < 0.35) simulation.cut(pick(), pick());
  else if (kind < 0.8) simulation.connect(pick(), pick());
  else if (kind < 0.88) simulation.restart(pick());
}

function story(
  seed: number,
  config: Omit<GroupConfig, 'members'>,
  writers: 'all' | 'first',
): { simulation: Simulation; expected: Map<string, string | undefined> } {
  const dice = seededDice(seed);
  const names = ['a', 'b', 'c', 'd'].slice(0, 2 + Math.floor(dice() * 3));
  const skews = Object.fromEntries(names.map((name) => [name, Math.floor(dice() * 4000) - 2000]));
  const simulation = simulate(names, config, dice, { skews });
  if (config.kind !== 'merging' || dice() < 0.5) connectAll(simulation);
  simulation.run(500);
  if (config.kind !== 'merging') {
    simulation.change('a', '/Common/start', 'x');
    simulation.push('a', false);
    simulation.run(2000);
    assert.ok(isInSync(simulation), `seed ${seed}: not in sync after the initial push`);
  }
  const expected = new Map<string, string | undefined>();
  for (let round = 0; round < 60; round += 1) {
    fault(simulation, dice);
    const writer = writers === 'first' ? 'a' : (names[Math.floor(dice() * names.length)] ?? 'a');
    const object = `/Common/o${Math.floor(dice() * 6)}`;
    const value = dice() < 0.2 ? undefined : `${writer}${round}`;
    if (dice() < 0.6) {
      simulation.change(writer, object, value);
      expected.set(object, value);
    }
    simulation.run(dice() * 300);
  }
  settle(simulation);
  return { simulation, expected };
}

describe('sync simulation', () => {
  it('converges in merging groups whoever changes what, under loss, skew and restarts', () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const { simulation } = story(seed, merging, 'all');
      assert.ok(isInSync(simulation), `seed ${seed}: ${contents(simulation).join('\n')}`);
    }
  });

  it('brings every commit of one writer to all members by auto-sync', () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const { simulation, expected } = story(seed, auto, 'first');
      assert.ok(isInSync(simulation), `seed ${seed}: ${contents(simulation).join('\n')}`);
      for (const { name, objects } of simulation.devices) {
        for (const [object, value] of expected) {
          const here = objects.get(`ltm pool ${object}`)?.properties['description'];
          assert.equal(here, value, `seed ${seed}: ${object} on ${name}`);
        }
      }
    }
  });

  it('overwrites nothing that was changed apart, and keeps every commit in the history', () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      for (const config of [auto, manual]) {
        const { simulation } = story(seed, config, 'all');
        const all = simulation.devices.flatMap((device) => device.journal);
        const own = all.filter((commit) => commit.origin.source === 'rest');
        for (const { name, journal, group, objects } of simulation.devices) {
          const mine = own.filter((commit) => commit.identity.device === name);
          for (const commit of mine) assert.ok(journal.includes(commit));
          // What nobody else has taken yet is still what the device runs.
          const last = mine.at(-1)?.changes[0];
          if (last === undefined || !group.state().own.hasPending) continue;
          const here = objects.get(`ltm pool ${last.name}`)?.properties['description'];
          assert.equal(here, last.after?.properties['description'], `seed ${seed}: ${name}`);
        }
      }
    }
  });

  it('ends a conflict by an explicit push', () => {
    for (let seed = 1; seed <= 30; seed += 1) {
      const { simulation } = story(seed, seed % 2 === 0 ? auto : manual, 'all');
      const winner = simulation.devices[seed % simulation.devices.length]?.name ?? 'a';
      const before = contents(simulation)[seed % simulation.devices.length];
      simulation.push(winner, true);
      simulation.run(5000);
      assert.ok(isInSync(simulation), `seed ${seed}`);
      assert.equal(contents(simulation)[0], before);
    }
  });

  it('refuses to overwrite a newer member unless forced', () => {
    const simulation = simulate(['a', 'b'], manual, seededDice(7));
    connectAll(simulation);
    simulation.run(100);
    simulation.change('a', '/Common/x', '1');
    simulation.push('a', false);
    simulation.run(1000);
    assert.ok(isInSync(simulation));
    simulation.change('a', '/Common/x', '2');
    simulation.run(100);
    simulation.change('b', '/Common/x', '3');
    simulation.run(100);
    const [a, b] = simulation.devices;
    assert.match(a?.group.push(false).refused ?? '', /b has a newer configuration/);
    simulation.run(1000);
    assert.notEqual(contents(simulation)[0], contents(simulation)[1]);
    assert.equal(b?.group.push(false).refused, undefined);
    simulation.run(1000);
    assert.ok(isInSync(simulation));
    assert.match(contents(simulation)[0] ?? '', /=3/);
  });

  it('keeps the objects of both when two global devices meet', () => {
    const simulation = simulate(['a', 'b'], merging, seededDice(3));
    simulation.change('a', '/Common/of-a', '1');
    simulation.change('b', '/Common/of-b', '1');
    connectAll(simulation);
    simulation.run(3000);
    assert.ok(isInSync(simulation));
    assert.match(contents(simulation)[0] ?? '', /of-a.*of-b/);
  });
});
