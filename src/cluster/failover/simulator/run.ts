/**
 * One simulated run: a group of devices, a seed's worth of faults, and the checker. It asserts at every
 * opening of a fence that no other device answers for the group, and after the faults that an owner exists
 * wherever a majority (or a pair that does without a witness) allows one.
 */
import { step as machineStep } from '../machine.ts';
import { isPair, votersOf } from '../lease.ts';
import { type GroupConfig, type Profile, profiles, type TrafficGroup } from '../types.ts';
import { SimulatedDevice, type Step, type World } from './device.ts';
import { fault, strike } from './faults.ts';
import { createNetwork, goodLink } from './network.ts';
import { dice, type Dice } from './random.ts';
import type { Scene } from './scene.ts';
import { createTimeline } from './timeline.ts';

export interface RunOptions {
  readonly seed: number;
  /** A mutated machine, for the tests of the checker. */
  readonly step?: Step;
  readonly profile?: Profile;
  readonly topology?: Topology;
}

export interface Topology {
  readonly members: number;
  readonly witnesses: number;
}

export interface RunResult {
  readonly seed: number;
  readonly violation: string | undefined;
  readonly simulatedMilliseconds: number;
  readonly steps: number;
  readonly takeovers: number;
  /** Instants at which two answered in the one case that is allowed: a pair cut on every path. */
  readonly splits: number;
}

const topologies: readonly Topology[] = [
  { members: 2, witnesses: 0 },
  { members: 2, witnesses: 1 },
  { members: 2, witnesses: 1 },
  { members: 3, witnesses: 0 },
  { members: 2, witnesses: 2 },
  { members: 4, witnesses: 1 },
];

class Violation extends Error {}

export function runSeed(options: RunOptions): RunResult {
  return conclude(options, build(options), play);
}

/** What a scripted run may do; devices by name: "bigip1", "witness1". */
export interface Hands {
  wait(milliseconds: number): void;
  /** Both ways, until the end. */
  cut(one: string, other: string): void;
  owners(): readonly string[];
}

/** A story told on purpose; every device has started and an owner is there. */
export function runScript(options: RunOptions, script: (hands: Hands) => void): RunResult {
  return conclude(options, build(options), (scene) => {
    heal(scene);
    const [group = ''] = scene.groups;
    const hands: Hands = {
      wait: (milliseconds) => scene.timeline.run(scene.timeline.now() + milliseconds),
      cut(one, other) {
        scene.network.set(one, other, { ...goodLink, loss: 1 });
        scene.network.set(other, one, { ...goodLink, loss: 1 });
      },
      owners: () => ownersOf(scene, group),
    };
    hands.wait(settleMilliseconds);
    script(hands);
  });
}

function conclude(options: RunOptions, scene: Scene, run: (scene: Scene) => void): RunResult {
  let violation: string | undefined;
  try {
    run(scene);
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    violation = `at ${scene.timeline.now().toFixed(1)} ms: ${error.message}`;
  }
  return {
    seed: options.seed,
    violation,
    simulatedMilliseconds: scene.timeline.now(),
    steps: scene.timeline.steps(),
    ...scene.counters,
    takeovers: scene.members.reduce((sum, device) => sum + device.takeovers, 0),
  };
}

function build(options: RunOptions): Scene {
  const random = dice(options.seed);
  const timeline = createTimeline();
  const topology = options.topology ?? random.pick(topologies);
  const profile = options.profile ?? random.pick([profiles.fast, profiles.fast, profiles.fastest]);
  const configs = configsFor(topology, profile, random);
  const byName = new Map<string, SimulatedDevice>();
  const network = createNetwork(timeline, random, (to, message) => {
    byName.get(to)?.happen({ type: 'message', message });
  });
  const scene: Scene = {
    timeline,
    random,
    network,
    devices: [],
    members: [],
    groups: (configs[0]?.trafficGroups ?? []).map((group) => group.name),
    detect: profile.detect,
    pace: Math.max(1, profile.detect / profiles.fast.detect),
    counters: { splits: 0 },
    pauseInside: 0,
    isChaos: true,
  };
  const world: World = {
    timeline,
    random,
    step: options.step ?? machineStep,
    send: (from, to, message) => network.send(from, to, message),
    opened: (device, group) => checkOneOwner(scene, device, group),
    drained: (device, group) => checkClosed(scene, device, group),
    pauseInside: () => scene.pauseInside,
  };
  const devices = configs.map((config) => new SimulatedDevice(world, config));
  for (const device of devices) byName.set(device.name, device);
  const members = devices.slice(0, topology.members);
  return Object.assign(scene, { devices, members });
}

function configsFor(topology: Topology, profile: Profile, random: Dice): readonly GroupConfig[] {
  const voters = (prefix: string, count: number): { device: string; addresses: [] }[] =>
    Array.from({ length: count }, (_, index) => ({
      device: `${prefix}${index + 1}`,
      addresses: [],
    }));
  const members = voters('bigip', topology.members);
  const witnesses = voters('witness', topology.witnesses);
  const trafficGroups: TrafficGroup[] = Array.from(
    { length: random.chance(0.3) ? 2 : 1 },
    (_, index) => ({
      name: `traffic-group-${index + 1}`,
      addresses: [{ address: `198.18.0.${index + 10}`, interface: 'ext' }],
      haOrder: random.chance(0.3) ? members.map((member) => member.device).toReversed() : [],
      autoFailback: random.chance(0.5),
      autoFailbackSeconds: 1,
      loadFactor: 1,
    }),
  );
  return [...members, ...witnesses].map(({ device }) => ({
    device,
    deviceGroup: '/Common/failover',
    members,
    witnesses,
    profile,
    trafficGroups,
    capacity: {},
  }));
}

// --- the story of a run ---

const faultPeriod = { low: 50, high: 700 };
const chaosMilliseconds = { low: 2000, high: 6000 };
/** After this much of standing faults, or of none, an owner must be there; the run goes on once it is. */
const settleMilliseconds = 10_000;
const lookMilliseconds = 50;

function play(scene: Scene): void {
  const { timeline, random } = scene;
  for (const device of scene.devices) {
    timeline.at(random.between(0, random.chance(0.3) ? 2000 : 50), () => device.start());
  }
  timeline.run(timeline.now() + random.between(500, 3000) * scene.pace);
  const chaos = random.between(chaosMilliseconds.low, chaosMilliseconds.high);
  const end = timeline.now() + chaos * scene.pace;
  scene.pauseInside = random.chance(0.5) ? 0.002 : 0;
  while (timeline.now() < end) {
    timeline.run(timeline.now() + random.between(faultPeriod.low, faultPeriod.high) * scene.pace);
    strike(scene);
  }
  scene.pauseInside = 0;
  scene.isChaos = false;
  standStill(scene);
  recover(scene);
}

/** True: it came true before the time was over. */
function settles(scene: Scene, isTrue: () => boolean): boolean {
  const end = scene.timeline.now() + settleMilliseconds * scene.pace;
  while (!isTrue()) {
    if (scene.timeline.now() >= end) return false;
    scene.timeline.run(scene.timeline.now() + lookMilliseconds);
  }
  return true;
}

/** Everything healed, everything running: exactly one owner of each group soon, and no more moves. */
function recover(scene: Scene): void {
  heal(scene);
  const counts = (): readonly number[] =>
    scene.groups.map((group) => ownersOf(scene, group).length);
  if (!settles(scene, () => counts().every((count) => count === 1))) {
    throw new Violation(`owners of ${scene.groups.join()} after the faults: ${counts().join()}`);
  }
}

function heal(scene: Scene): void {
  scene.network.heal();
  for (const device of scene.devices) {
    device.start();
    device.happen({ type: 'command', command: { kind: 'online' } });
    device.happen({ type: 'impaired', by: [] });
  }
}

/**
 * Two worlds that do not hear each other, and perhaps a dead device, for long: the side with a majority of
 * those who count has an owner. Begins when the pair agrees about its witness: a cut in the milliseconds
 * in which it changes leaves it with neither right.
 */
function standStill(scene: Scene): void {
  const { random, devices, members } = scene;
  heal(scene);
  // Pauses are over, and what was decided on the silence before is done.
  const awake = Math.max(scene.timeline.now(), ...devices.map((device) => device.pausedUntil));
  scene.timeline.run(awake + scene.detect);
  if (!settles(scene, () => isAgreed(scene))) throw new Violation('the pair does not agree');
  const side = new Map(devices.map((device) => [device, random.chance(0.5)]));
  const dead = random.chance(0.5) ? random.pick(devices) : undefined;
  const config = present(members[0]).config;
  const counted = votersOf(config, present(members[0]?.state).mode);
  const isPairAlone = isPair(config) && counted.length === 2;
  dead?.powerOff();
  for (const from of devices) {
    for (const to of devices) {
      if (side.get(from) !== side.get(to)) fault(scene, from, to, { loss: 1 });
    }
  }
  for (const isLeft of [true, false]) {
    const alive = devices.filter((device) => device !== dead && side.get(device) === isLeft);
    const votes = alive.filter((device) => counted.includes(device.name)).length;
    const mayOwn = alive.some((device) => members.includes(device));
    if (!mayOwn || (votes * 2 <= counted.length && !isPairAlone)) continue;
    const isOwned = (group: string): boolean =>
      ownersOf(scene, group).some((name) => alive.some((device) => device.name === name));
    // What an owner on the other side left in its kernel is over before this begins.
    scene.timeline.run(scene.timeline.now() + scene.detect);
    if (settles(scene, () => scene.groups.every(isOwned))) continue;
    const names = alive.map((device) => device.name).join();
    throw new Violation(`no owner of ${scene.groups.join()} though ${names} could`);
  }
}

/** With everything healed a pair counts its witness, if it has one; larger groups have nothing to agree about. */
function isAgreed(scene: Scene): boolean {
  const { config } = present(scene.members[0]);
  const phase = config.witnesses.length > 0 ? 'witness' : 'pair';
  return !isPair(config) || scene.members.every((member) => member.state?.mode.phase === phase);
}

// --- the checker ---

function ownersOf(scene: Scene, group: string): readonly string[] {
  const now = scene.timeline.now();
  return scene.members
    .filter((device) => (device.fences.get(group)?.until ?? 0) > now)
    .map((device) => device.name);
}

/** Draining is serving what is connected, behind a closed fence: it is not answering. */
function checkClosed(scene: Scene, device: SimulatedDevice, group: string): void {
  if ((device.fences.get(group)?.until ?? 0) <= scene.timeline.now()) return;
  throw new Violation(`${device.name} drains ${group} before its fence is closed`);
}

function checkOneOwner(scene: Scene, opener: SimulatedDevice, group: string): void {
  const now = scene.timeline.now();
  if (opener.draining.has(group)) {
    throw new Violation(`${opener.name} answers for ${group} and sends its packets to another`);
  }
  for (const other of scene.members) {
    if (other === opener || (other.fences.get(group)?.until ?? 0) <= now) continue;
    if (isCutPair(scene, opener, other, group)) {
      scene.counters.splits += 1;
      continue;
    }
    throw new Violation(`${opener.name} and ${other.name} both answer for ${group}`);
  }
}

/**
 * The exception: a pair without a vote of a third, and neither had worked off anything from the other for
 * most of a lease when it last opened: cut from each other on every path.
 */
function isCutPair(
  scene: Scene,
  opener: SimulatedDevice,
  other: SimulatedDevice,
  group: string,
): boolean {
  const pairs = [opener, other].every(
    (device) => isPair(device.config) && device.state?.mode.phase !== 'witness',
  );
  if (!pairs) return false;
  const silence = opener.config.profile.fence * 0.75;
  const wasSilent = (device: SimulatedDevice, about: SimulatedDevice): boolean =>
    (device.fences.get(group)?.at ?? scene.timeline.now()) -
      (device.processed.get(about.name) ?? Number.NEGATIVE_INFINITY) >=
    silence;
  return wasSilent(opener, other) && wasSilent(other, opener);
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the simulation lost a device');
  return value;
}
