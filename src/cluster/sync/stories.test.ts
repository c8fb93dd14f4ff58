/** What seeds of the simulation came upon, told in few steps. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SharedObject } from '../../config/types.ts';
import { loadToBodies } from './messages.ts';
import { connectAll, simulate, type Simulation } from './simulated-group.ts';
import { seededDice } from './simulated-network.ts';
import { createLedger } from './simulation-ledger.ts';

const config = {
  group: 'g',
  newcomer: 'merge',
  fullLoadOnSync: false,
  incrementalBytes: 4096,
} as const;

function describe(object: SharedObject | undefined): string {
  return String(object?.properties['description'] ?? 'nothing');
}

function valuesOf(simulation: Simulation, object: string): readonly unknown[] {
  return simulation.devices.map(
    ({ objects }) => objects.get(`ltm pool ${object}`)?.properties['description'],
  );
}

type Device = ReturnType<Simulation['device']>;

/** As if `device` had just had a full load from `sender`. */
function load(
  device: Device,
  sender: string,
  own: Parameters<typeof loadToBodies>[1],
  objects: Iterable<SharedObject>,
  isMerge: boolean,
): void {
  const texts = [...objects].map((object) => JSON.stringify(object));
  const how = { isForced: false, isMerge };
  for (const body of loadToBodies('g', own, how, texts, [])) device.group.receiveLoad(sender, body);
  device.group.finishTaking();
}

/** Two that merge, one of them of newer software, and hear each other. */
function mixedPair(): { simulation: Simulation; a: Device; b: Device } {
  const newer = { newer: ['a'] };
  const simulation = simulate(['a', 'b'], { ...config, kind: 'merging' }, seededDice(1), newer);
  connectAll(simulation);
  simulation.run(500);
  return { simulation, a: simulation.device('a'), b: simulation.device('b') };
}

/** Seed 2026116512. */
test('what lost to a deletion does not come back to who deleted it', () => {
  const written: string[] = [];
  const simulation = simulate(['a', 'b', 'c'], { ...config, kind: 'merging' }, seededDice(1), {
    newer: ['c'],
    watch: (device, changes) =>
      written.push(...changes.map(({ after }) => `${device} ${describe(after)}`)),
  });
  const meet = (one: string, other: string): void => {
    simulation.connect(one, other);
    simulation.run(3000);
    simulation.cut(one, other);
  };
  connectAll(simulation);
  simulation.change('a', '/Common/o', 'first');
  simulation.run(3000);
  assert.deepEqual(written.splice(0).toSorted(), ['a first', 'b first', 'c first']);
  simulation.cut('a', 'b');
  simulation.cut('a', 'c');
  simulation.cut('b', 'c');
  simulation.change('a', '/Common/o', 'second');
  simulation.run(10);
  simulation.change('b', '/Common/o', undefined);
  meet('b', 'c');
  meet('a', 'c');
  const lost = ['a second', 'b nothing', 'c nothing', 'a nothing'];
  assert.deepEqual(written, lost);
  // Now a tells b of the changes that b lacks, and not of the deletion, which b made.
  simulation.change('a', '/Common/p', 'other');
  meet('a', 'b');
  assert.deepEqual(written, [...lost, 'a other', 'b other']);
});

/** Seed 2026117579. */
test('what a device makes after it was set back does not pass for a push that it lost', () => {
  const simulation = simulate(['a', 'b'], { ...config, kind: 'manual' }, seededDice(1));
  const b = simulation.device('b');
  connectAll(simulation);
  simulation.change('a', '/Common/start', 'start');
  simulation.push('a', false);
  simulation.run(3000);
  const image = b.snapshot();
  // A commit and a push, both of which a takes.
  simulation.change('b', '/Common/o', 'first');
  simulation.push('b', true);
  simulation.run(3000);
  assert.deepEqual(valuesOf(simulation, '/Common/o'), ['first', 'first']);

  simulation.jumpClock('b', -5000);
  simulation.restore('b', image);
  connectAll(simulation);
  simulation.run(500);
  assert.equal(b.group.state().own.hasPending, false);
  // The user of a sees b behind, and pushes before b's new change is told.
  simulation.mute('b', 'a');
  simulation.change('b', '/Common/o', 'again');
  simulation.push('a', false);
  simulation.run(3000);
  assert.deepEqual(valuesOf(simulation, '/Common/o'), ['first', 'again']);
});

function mergeOn(
  simulation: Simulation,
  name: string,
  other: string,
  side: 'mine' | 'theirs',
): void {
  const { group, merge } = simulation.device(name);
  const content = simulation.device(other).content(name, group.state().own.versions);
  group.compared(other, content.versions);
  merge([content], side);
}

/** Seed 2026124010. */
test('a device that was set back knows which of its changes another one has', () => {
  const simulation = simulate(['a', 'b'], { ...config, kind: 'manual' }, seededDice(1));
  const a = simulation.device('a');
  connectAll(simulation);
  simulation.change('a', '/Common/start', 'start');
  simulation.push('a', false);
  simulation.run(3000);
  const image = a.snapshot();
  simulation.change('a', '/Common/p', 'lost');
  simulation.push('a', false);
  simulation.run(3000);
  simulation.restore('a', image);
  connectAll(simulation);
  simulation.run(500);
  simulation.change('a', '/Common/o', 'of a');
  simulation.run(500);
  // b reads it, and what it makes of it does not come back.
  mergeOn(simulation, 'b', 'a', 'theirs');
  simulation.cut('a', 'b');
  assert.deepEqual(valuesOf(simulation, '/Common/o'), ['of a', 'of a']);
  simulation.change('b', '/Common/o', 'of b');
  simulation.change('a', '/Common/q', 'of a');
  simulation.restart('a');
  // Only b has changed it since then, so that nobody is asked.
  mergeOn(simulation, 'a', 'b', 'mine');
  assert.deepEqual(valuesOf(simulation, '/Common/o'), ['of b', 'of b']);
  assert.deepEqual(valuesOf(simulation, '/Common/q'), ['of a', undefined]);
});

/** Seed 2026141651. */
test('a load that comes before its sender tells what is lost does not undo what was made since', () => {
  const simulation = simulate(['a', 'b'], { ...config, kind: 'auto' }, seededDice(1));
  const a = simulation.device('a');
  connectAll(simulation);
  simulation.run(500);
  simulation.change('a', '/Common/start', 'start');
  simulation.push('a', false);
  simulation.run(3000);
  const image = a.snapshot();
  simulation.change('a', '/Common/o', 'first');
  simulation.run(3000);
  assert.deepEqual(valuesOf(simulation, '/Common/o'), ['first', 'first']);
  const { own } = simulation.device('b').group.state();
  simulation.jumpClock('a', -5000);
  simulation.restore('a', image);
  simulation.change('a', '/Common/p', 'since');
  simulation.connect('a', 'b');
  load(a, 'b', own, simulation.device('b').objects.values(), false);
  assert.deepEqual(valuesOf(simulation, '/Common/p'), ['since', undefined]);
});

/** Seed 7103813. */
test('what was deleted here is not called by the name of a load that still has it', () => {
  const { simulation, a, b } = mixedPair();
  simulation.change('a', '/Common/o', 'first');
  simulation.run(3000);
  simulation.cut('a', 'b');
  simulation.change('a', '/Common/o', undefined);
  simulation.change('b', '/Common/p', 'of b');
  const { own } = b.group.state();
  load(a, 'b', own, b.objects.values(), true);
  assert.deepEqual(valuesOf(simulation, '/Common/p'), ['of b', 'of b']);
  assert.deepEqual(valuesOf(simulation, '/Common/o'), [undefined, 'first']);
  assert.notEqual(a.group.state().own.hash, own.hash);
  connectAll(simulation);
  simulation.run(3000);
  assert.deepEqual(valuesOf(simulation, '/Common/o'), [undefined, undefined]);
});

/** Seed 9504643. */
test('of two changes made at one time the one that lost is not called by the name of the other', () => {
  const { simulation, a, b } = mixedPair();
  simulation.change('a', '/Common/o', 'later in the alphabet');
  const [made] = a.objects.values();
  assert.ok(made);
  const { own } = b.group.state();
  const other = { ...made, properties: { description: 'earlier in the alphabet' } };
  const others = [...b.objects.values()].filter(({ name }) => name !== made.name);
  load(a, 'b', { ...own, hash: 'of b' }, [...others, other], true);
  assert.equal(valuesOf(simulation, '/Common/o')[0], 'later in the alphabet');
  assert.notEqual(a.group.state().own.hash, 'of b');
});

for (const kind of ['merging', 'auto'] as const) {
  test(`a deletion that no journal tells of any more holds for who was away, ${kind}`, () => {
    const simulation = simulate(['a', 'b'], { ...config, kind }, seededDice(1));
    connectAll(simulation);
    simulation.run(500);
    for (const name of ['o', 'changed']) simulation.change('a', `/Common/${name}`, 'first');
    simulation.push('a', false);
    simulation.run(3000);
    assert.deepEqual(valuesOf(simulation, '/Common/o'), ['first', 'first']);
    simulation.cut('a', 'b');
    for (const name of ['o', 'changed']) simulation.change('a', `/Common/${name}`, undefined);
    // More than a device of the simulation keeps.
    for (let round = 0; round < 20; round += 1)
      simulation.change('a', '/Common/other', String(round));
    // Where members merge by themselves, the one that was away has something to say, too.
    if (kind === 'merging') {
      simulation.change('b', '/Common/changed', 'of b, later');
      simulation.change('b', '/Common/new', 'of b');
    }
    connectAll(simulation);
    simulation.run(10_000);
    assert.deepEqual(valuesOf(simulation, '/Common/o'), [undefined, undefined]);
    assert.deepEqual(valuesOf(simulation, '/Common/other'), ['19', '19']);
    const kept = kind === 'merging' ? ['of b, later', 'of b, later'] : [undefined, undefined];
    assert.deepEqual(valuesOf(simulation, '/Common/changed'), kept);
    const made = kind === 'merging' ? ['of b', 'of b'] : [undefined, undefined];
    assert.deepEqual(valuesOf(simulation, '/Common/new'), made);
  });
}

/** Seed 2026122051. */
test('a deletion that only the device had that was set back is held by nobody', () => {
  const ledger = createLedger(true);
  const version = { wall: 1, counter: 0 };
  const write = (device: string, object: string, description?: string): void => {
    const key = { component: 'ltm pool', name: `/Common/${object}` };
    const after =
      description === undefined ? undefined : { ...key, properties: { description }, version };
    const fault = ledger.written(device, [{ ...key, after }], { user: 'x', reason: 'test' });
    assert.equal(fault, undefined);
  };
  const [before = new Map<string, string>()] = ledger.holdings(['a']);
  write('b', 'o', 'of b');
  // c has never heard of that object.
  write('c', 'p', 'of c');
  write('a', 'o', 'of a');
  write('a', 'o');
  const ofC = '/Common/p=of c';
  assert.deepEqual(ledger.missingOn('b'), [ofC, '/Common/o=of a', '/Common/o!']);
  ledger.setBack('a', before);
  assert.deepEqual(ledger.missingOn('b'), [ofC]);
});
