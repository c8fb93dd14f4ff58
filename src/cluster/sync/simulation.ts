/**
 * One simulated run of configuration sync: up to 8 devices, a seed's worth of faults and of users' changes, and
 * the checkers. No acknowledged change leaves a running configuration but by somebody who saw it or by an
 * explicit overwrite; status says exactly what is the case; after the faults all come to In Sync, where two
 * changed apart by a merge.
 */
import type { Disk, Watch } from './simulated-database.ts';
import type { SimulatedDevice } from './simulated-device.ts';
import { simulate, type Simulation } from './simulated-group.ts';
import { type Dice, goodWeather, seededDice } from './simulated-network.ts';
import { createLedger, type Holding, type Ledger } from './simulation-ledger.ts';
import { saidBy, statusFault } from './simulation-status.ts';
import type { HeldContent } from './merge-many.ts';
import type { GroupConfig } from './types.ts';

export interface RunOptions {
  readonly seed: number;
}

export interface RunResult {
  readonly seed: number;
  /** What went wrong, with the virtual time; undefined: nothing. */
  readonly violation: string | undefined;
  readonly simulatedMilliseconds: number;
  readonly steps: number;
  /** Acknowledged changes of users. */
  readonly changes: number;
  /** Merges by users that ended a conflict. */
  readonly merges: number;
}

interface Scene {
  readonly simulation: Simulation;
  readonly names: readonly string[];
  readonly kind: GroupConfig['kind'];
  readonly dice: Dice;
  readonly ledger: Ledger;
  readonly disks: Map<string, Image>;
  /** Do users overwrite by force in this run? Then much less can be checked. */
  readonly isForced: boolean;
  /** Do they delete objects? Then who is behind whom cannot always be seen from what is there. */
  readonly isDeleting: boolean;
  /** Some run another version. */
  readonly hasNewer: boolean;
  readonly deleted: Set<string>;
  changes: number;
  merges: number;
}

interface Image {
  readonly disk: Disk;
  readonly holding: Holding;
}

class Violation extends Error {}

export function runSeed({ seed }: RunOptions): RunResult {
  const scene = build(seed);
  const begin = scene.simulation.now();
  let violation: string | undefined;
  try {
    play(scene);
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    violation = `at ${Math.round(scene.simulation.now() - begin)} ms: ${error.message}`;
  }
  const { simulation, changes, merges } = scene;
  const simulatedMilliseconds = Math.round(simulation.now() - begin);
  return { seed, violation, simulatedMilliseconds, steps: simulation.steps(), changes, merges };
}

const kinds = ['manual', 'auto', 'merging'] as const;

function build(seed: number): Scene {
  const dice = seededDice(seed);
  // Mostly small groups, where most of what can happen does.
  const count = dice() < 0.7 ? 2 + Math.floor(dice() * 2) : 4 + Math.floor(dice() * 5);
  const names = 'abcdefgh'.slice(0, count).split('');
  const kind = kinds[Math.floor(dice() * kinds.length)] ?? 'auto';
  const skews = Object.fromEntries(names.map((name) => [name, Math.floor(dice() * 4000) - 2000]));
  const ledger = createLedger(kind !== 'merging');
  const config = {
    group: 'g',
    kind,
    newcomer: 'merge',
    fullLoadOnSync: dice() < 0.1,
    incrementalBytes: dice() < 0.3 ? 600 : 1_000_000,
  } as const;
  const newer = dice() < 0.2 ? names.filter(() => dice() < 0.5) : [];
  const watch: Watch = (device, changes, meta) => {
    const fault = ledger.written(device, changes, meta);
    if (fault !== undefined) throw new Violation(fault);
  };
  const simulation = simulate(names, config, dice, { skews, newer, watch });
  const isForced = kind !== 'merging' && dice() < 0.3;
  const isDeleting = dice() < 0.5;
  const deleted = new Set<string>();
  const disks = new Map<string, Image>();
  const habits = { isForced, isDeleting, hasNewer: newer.length > 0 };
  return {
    simulation,
    names,
    kind,
    dice,
    ledger,
    disks,
    deleted,
    ...habits,
    changes: 0,
    merges: 0,
  };
}

function pick(scene: Scene): string {
  return scene.names[Math.floor(scene.dice() * scene.names.length)] ?? 'a';
}

function play(scene: Scene): void {
  const { simulation, kind, dice } = scene;
  connectAll(scene);
  simulation.run(1000);
  if (kind !== 'merging') {
    change(scene, 'a', '/Common/start', 'start');
    simulation.push('a', false);
    settle(scene, 10_000);
    mustBe(isInSync(scene), 'not in sync after the initial push');
  }
  const rounds = 20 + Math.floor(dice() * 30);
  for (let round = 0; round < rounds; round += 1) {
    fault(scene);
    user(scene, round);
    simulation.run(dice() * 400);
    if (dice() < 0.15) look(scene);
  }
  conclude(scene);
}

/** What users do. */
function user(scene: Scene, round: number): void {
  const { simulation, dice, kind, ledger, isForced, isDeleting, deleted } = scene;
  const device = pick(scene);
  const roll = dice();
  if (roll < 0.6) {
    const object = `/Common/o${Math.floor(dice() * 8)}`;
    // Deleted once and for all, so that what is not there is not there for one reason.
    if (deleted.has(object)) return;
    const isDeleted = isDeleting && dice() < 0.1;
    if (isDeleted) deleted.add(object);
    change(scene, device, object, isDeleted ? undefined : `${device}${round}`);
  } else if (roll < 0.75 && kind !== 'merging') {
    // What is being taken is there when it is looked at, as it is when it is pushed.
    if (!simulation.attempt(device, () => simulation.device(device).group.finishTaking())) return;
    // In a conflict that is an overwrite, too; while a member has told nothing yet, no conflict is shown.
    const { color, status } = saidBy(simulation.device(device));
    if (isForced) ledger.overwrite();
    else if (color === 'red' || status === 'Unknown') return;
    simulation.push(device, false);
  } else if (roll < 0.79 && isForced) {
    ledger.overwrite();
    simulation.push(device, true);
  } else if (roll < 0.82 && isForced) {
    ledger.overwrite();
    simulation.pull(device, dice() < 0.5);
  } else if (roll < 0.9 && kind !== 'merging') {
    merge(scene, device);
  }
}

function change(scene: Scene, device: string, object: string, value: string | undefined): void {
  if (scene.simulation.change(device, object, value)) scene.changes += 1;
}

function merge({ simulation, dice, names, ledger, hasNewer }: Scene, name: string): void {
  const device = simulation.device(name);
  const others = names.filter((other) => simulation.isConnected(name, other));
  if (others.length === 0) return;
  const contents = readContents(simulation, name, others);
  // One of them lost its power at being asked.
  if (contents.length < others.length) return;
  const read = ledger.holdings(others);
  const side = dice() < 0.5 ? 'mine' : 'theirs';
  // What the others do between being asked and being sent to must survive.
  if (dice() < 0.3) simulation.run(dice() * 100);
  // What is being taken counts as read, too.
  if (!simulation.attempt(name, () => device.group.finishTaking())) return;
  const [own] = ledger.holdings([name]);
  let hasBase = false;
  ledger.merging(name);
  const isDone = simulation.attempt(name, () => (hasBase = device.merge(contents, side)));
  // After a power failure it counts for what was written, which is only here.
  const seen = [...(own === undefined ? [] : [own]), ...(isDone ? read : [])];
  const wrong = ledger.merged(name, seen, hasBase && isDone && !hasNewer, !isDone);
  if (wrong !== undefined) throw new Violation(wrong);
}

/** As `config-sync merge` asks for them; those who answered, and what both notice by it. */
function readContents(
  simulation: Simulation,
  name: string,
  others: readonly string[],
): readonly HeldContent[] {
  const { group } = simulation.device(name);
  const contents: HeldContent[] = [];
  for (const other of others) {
    const held = group.state().own.versions;
    const isTold = simulation.attempt(other, () => {
      contents.push(simulation.device(other).content(name, held));
    });
    const { versions } = contents.at(-1) ?? { versions: {} };
    if (!isTold || !simulation.attempt(name, () => group.compared(other, versions))) return [];
  }
  return contents;
}

function fault(scene: Scene): void {
  const { simulation, dice } = scene;
  const roll = dice();
  const name = pick(scene);
  if (roll < 0.25) simulation.cut(name, pick(scene));
  else if (roll < 0.35) partition(scene);
  else if (roll < 0.6) connectAll(scene);
  else if (roll < 0.65) simulation.mute(name, pick(scene));
  else if (roll < 0.7) simulation.unmute();
  else if (roll < 0.75) simulation.restart(name);
  else if (roll < 0.83) simulation.device(name).crashAt(Math.floor(dice() * 3));
  else if (roll < 0.86) simulation.jumpClock(name, Math.floor(dice() * 8000) - 4000);
  else if (roll < 0.9) photograph(scene, name);
  // Between versions the hash of a content is not its own witness: some older images are not told from it.
  else if (roll < 0.92 && !scene.hasNewer) setBack(scene, name);
  else if (roll < 0.96)
    simulation.setWeather({ duplicated: 0.05, reordered: dice() < 0.5 ? 0.02 : 0, delay: 200 });
  else simulation.setWeather(goodWeather);
}

function photograph({ simulation, disks, ledger }: Scene, name: string): void {
  const [holding] = ledger.holdings([name]);
  if (holding !== undefined) disks.set(name, { disk: simulation.device(name).snapshot(), holding });
}

/** A machine restored from an older image: what it made since is only where others took it. */
function setBack({ simulation, disks, ledger }: Scene, name: string): void {
  const image = disks.get(name);
  if (image === undefined) return;
  simulation.restore(name, image.disk);
  ledger.setBack(name, image.holding);
}

function partition({ simulation, names, dice }: Scene): void {
  const here = new Set(names.filter(() => dice() < 0.5));
  for (const one of names) {
    for (const other of names) {
      if (here.has(one) !== here.has(other)) simulation.cut(one, other);
    }
  }
}

function connectAll({ simulation, names }: Scene): void {
  simulation.unmute();
  for (const one of names) for (const other of names) simulation.connect(one, other);
}

/** At a quiet moment the devices' words are compared with what is the case. */
function look(scene: Scene): void {
  const { simulation, ledger } = scene;
  connectAll(scene);
  settle(scene, 6000);
  // What is equal without a common history is not seen to be so between versions.
  if (!ledger.isClear() || !areConnected(scene) || scene.hasNewer) return;
  for (const device of simulation.devices) {
    const wrong = statusFault(device, simulation.devices, ledger);
    if (wrong !== undefined) throw new Violation(wrong);
  }
}

/** A power failure on the way may have cut some off again. */
function areConnected({ simulation, names }: Scene): boolean {
  return names.every((one) =>
    names.every((other) => one === other || simulation.isConnected(one, other)),
  );
}

function settle({ simulation }: Scene, milliseconds: number): void {
  simulation.unmute();
  simulation.run(milliseconds);
  // Ticks help on for members that the newest one's author does not reach.
  for (let more = 0; more < 20 && !simulation.isQuiet(); more += 1) simulation.run(500);
}

/** Faults end; everything automatic happens; users merge what is left. */
function conclude(scene: Scene): void {
  const { simulation, kind, ledger, names } = scene;
  simulation.setWeather(goodWeather);
  for (const device of simulation.devices) device.crashAt(Infinity);
  connectAll(scene);
  settle(scene, 20_000);
  look(scene);
  const mostMerges = kind === 'merging' ? 0 : 12;
  for (let round = 0; round < mostMerges && !isInSync(scene); round += 1) {
    merge(scene, pick(scene));
    scene.merges += 1;
    settle(scene, 10_000);
  }
  mustBe(isInSync(scene), `not in sync at the end:\n${describeAll(simulation.devices)}`);
  // Between versions a hash is only a name: what is called the same has to be the same.
  const texts = new Set(simulation.devices.map(({ objects }) => contentText(objects)));
  mustBe(texts.size === 1, 'In Sync, and the contents differ');
  if (kind === 'merging' || ledger.isOverwritten()) return;
  for (const name of names) {
    const missing = ledger.missingOn(name);
    mustBe(missing.length === 0, `${name} lost ${missing.join(', ')}`);
  }
}

function contentText(objects: SimulatedDevice['objects']): string {
  const lines = [...objects.values()].map(
    ({ name, properties }) => `${name} ${String(properties['description'])}`,
  );
  return lines.toSorted((one, two) => (one < two ? -1 : 1)).join('\n');
}

function isInSync({ simulation }: Scene): boolean {
  const states = simulation.devices.map(({ group }) => group.state().own);
  return (
    new Set(states.map(({ hash }) => hash)).size === 1 &&
    states.every(({ hasPending, synced }) => !hasPending && synced !== undefined)
  );
}

function describeAll(devices: readonly SimulatedDevice[]): string {
  return devices
    .map(({ name, group }) => {
      const { hash, versions, hasPending, lastError } = group.state().own;
      return `${name} ${hash} ${JSON.stringify(versions)} ${hasPending} ${lastError}`;
    })
    .join('\n');
}

function mustBe(isTrue: boolean, text: string): void {
  if (!isTrue) throw new Violation(text);
}
