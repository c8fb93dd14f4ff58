import { dice } from '../failover/simulator/random.ts';
import { createTimeline } from '../failover/simulator/timeline.ts';
import {
  type Line,
  type Message,
  SimulatedDevice,
  type TrustDefects,
  type World,
} from './simulation-device.ts';
import { checkAuthority, checkCalm, checkOpened, Violation } from './simulation-checks.ts';
import { isReachable, pair, type Scene, type Snapshot } from './simulation-scene.ts';
import { keysOf } from './simulation-store.ts';

/**
 * A trust domain under faults, from one seed: devices join, leave, are rebuilt, change the authority, while the
 * network is cut, devices crash, and come back with what they held long ago. Checked: nobody talks to a key that it
 * knows to be removed, or that somebody within reach knows to be; no removed key has the key of an authority
 * that was made knowing of it; and when the faults stop, who sees each other as members is connected, holds the
 * same, and holds the authority's key exactly if it may. Pure: the same seed gives the same run.
 */
export interface TrustRunOptions {
  readonly seed: number;
  /** For the tests of the checks. */
  readonly defects?: TrustDefects;
}

export interface TrustRunResult {
  readonly seed: number;
  readonly violation: string | undefined;
  readonly simulatedMilliseconds: number;
  readonly steps: number;
  /** Devices taken in and put out. */
  readonly joins: number;
  readonly removals: number;
}

const faultyMilliseconds = 60_000;
/** Calls are made every two seconds, as the last back-off has it; a lost authority is replaced after two minutes. */
const calmMilliseconds = 240_000;
const callMilliseconds = 2000;
const lookMilliseconds = 10_000;

export function runSeed(options: TrustRunOptions): TrustRunResult {
  const scene = build(options);
  let violation: string | undefined;
  try {
    play(scene);
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    violation = `after ${Math.round(scene.timeline.now())} ms: ${error.message}`;
  }
  const { joins, removals, timeline } = scene;
  const simulatedMilliseconds = timeline.now();
  return {
    seed: options.seed,
    violation,
    simulatedMilliseconds,
    steps: timeline.steps(),
    joins,
    removals,
  };
}

function build({ seed, defects = {} }: TrustRunOptions): Scene {
  const chance = dice(seed);
  const timeline = createTimeline();
  const scene: Scene = {
    chance,
    timeline,
    devices: new Map(),
    cuts: new Set(),
    metAt: new Map(),
    knowers: new Map(),
    toldAt: new Map(),
    snapshots: new Map(),
    joins: 0,
    removals: 0,
    isFaulty: true,
  };
  const world = worldOf(scene);
  const count = 2 + Math.floor(chance.between(0, 7));
  for (let index = 0; index < count; index += 1) {
    const name = `d${index}`;
    scene.devices.set(name, new SimulatedDevice(name, world, defects));
  }
  return scene;
}

function worldOf(scene: Scene): World {
  const { chance, timeline, knowers } = scene;
  let names = 0;
  return {
    now: () => timeline.now(),
    after(milliseconds, task) {
      let isWanted = true;
      timeline.at(timeline.now() + milliseconds, () => {
        if (isWanted) task();
      });
      return () => void (isWanted = false);
    },
    send: (from, line, message) => deliver(scene, from, line, message),
    call(from, to) {
      const peer = scene.devices.get(to);
      if (peer === undefined || peer === from) return;
      timeline.at(timeline.now() + chance.between(1, 20), () => connect(scene, from, peer));
    },
    freshName(kind) {
      names += 1;
      return `${kind}${names}`;
    },
    learnt(key, authority) {
      const known = knowers.get(authority) ?? new Set();
      knowers.set(authority, known.add(key));
    },
    opened: (device, line) => checkOpened(scene, device, line),
    changed(device) {
      for (const key of device.store.revoked.keys()) {
        const what = `${device.name} ${key}`;
        if (!scene.toldAt.has(what)) scene.toldAt.set(what, timeline.now());
      }
      checkAuthority(scene, device);
    },
  };
}

/** TLS both ways: each admits the other's key, or nobody is connected. */
function connect(scene: Scene, from: SimulatedDevice, to: SimulatedDevice): void {
  if (!isReachable(scene, from, to) || from.lines.has(to.name) || to.lines.has(from.name)) return;
  if (!from.admits(to.name, to.key) || !to.admits(from.name, from.key)) return;
  const line = (peer: SimulatedDevice): Line => ({
    peer,
    device: peer.name,
    relation: 'trust-domain',
    key: peer.key,
    isOpen: false,
    isDead: false,
    other: undefined,
    early: [],
  });
  const [there, back] = [line(to), line(from)];
  there.other = back;
  back.other = there;
  from.arrive(there);
  if (!back.isDead) to.arrive(back);
}

/** What was sent before a session ended still arrives: a commit that puts a device out reaches it. */
function deliver(scene: Scene, from: SimulatedDevice, line: Line, message: Message): void {
  const { chance, timeline } = scene;
  const to = line.peer;
  const arrive = (): void => {
    const end = line.other;
    if (end === undefined || to.key !== line.key || !isReachable(scene, from, to)) return;
    to.receive(end, message);
  };
  timeline.at(timeline.now() + chance.between(1, 40), arrive);
}

function play(scene: Scene): void {
  const { timeline, devices, chance } = scene;
  for (const device of devices.values()) tick(scene, device);
  const strikeLater = (): void => {
    if (!scene.isFaulty) return;
    strike(scene);
    timeline.at(timeline.now() + chance.between(50, 2500), strikeLater);
  };
  timeline.at(0, strikeLater);
  timeline.run(faultyMilliseconds);
  calm(scene);
  timeline.run(faultyMilliseconds + calmMilliseconds);
  checkCalm(scene);
}

/** Each device calls whom it misses, and looks what is due. */
function tick(scene: Scene, device: SimulatedDevice): void {
  const { timeline, chance } = scene;
  const call = (): void => {
    if (device.isUp) {
      for (const name of keysOf(device.store).keys()) {
        const peer = scene.devices.get(name);
        if (peer !== undefined && device.name < name) connect(scene, device, peer);
      }
    }
    timeline.at(timeline.now() + chance.between(callMilliseconds / 2, callMilliseconds), call);
  };
  const look = (): void => {
    if (device.isUp) device.look();
    timeline.at(timeline.now() + lookMilliseconds, look);
  };
  timeline.at(chance.between(0, callMilliseconds), call);
  timeline.at(chance.between(0, lookMilliseconds), look);
}

function strike(scene: Scene): void {
  const { chance, devices } = scene;
  const all = [...devices.values()];
  const device = chance.pick(all);
  const other = chance.pick(all);
  const what = chance.fraction();
  if (what < 0.3) return join(scene, device, other);
  if (what < 0.42) return remove(scene, device);
  if (what < 0.46) return rotate(device);
  if (what < 0.5) return exile(scene, device);
  if (what < 0.62) return cut(scene, device, other, chance.chance(0.3));
  if (what < 0.72) return heal(scene);
  if (what < 0.82) return away(scene, device);
  if (what < 0.86) return rebuild(scene, device);
  if (what < 0.92) return void scene.snapshots.set(device.name, snapshotOf(device));
  if (what < 0.96) return restore(scene, device);
  device.skew = chance.between(-5000, 5000);
}

function join(scene: Scene, by: SimulatedDevice, joiner: SimulatedDevice): void {
  const { chance } = scene;
  if (by === joiner || !by.isUp || !by.canSign() || !isReachable(scene, by, joiner)) return;
  const known = keysOf(by.store).get(joiner.name);
  if (known === joiner.key) return;
  scene.joins += 1;
  by.admit(joiner, chance.chance(0.7), !chance.chance(0.1));
}

function remove(scene: Scene, by: SimulatedDevice): void {
  const others = [...keysOf(by.store).keys()].filter((name) => name !== by.name);
  if (!by.isUp || !by.isCertifier(by.name) || others.length === 0) return;
  scene.removals += 1;
  by.replaceAuthority(scene.chance.pick(others));
}

/**
 * One is put out while it and another one are away. They come back, the other one perhaps after it changed what
 * it held of the removed one: both know nothing.
 */
function exile(scene: Scene, by: SimulatedDevice): void {
  const { chance, devices, timeline } = scene;
  const others = [...keysOf(by.store).keys()].filter((name) => name !== by.name);
  if (!by.isUp || !by.isCertifier(by.name) || others.length < 2) return;
  const leaving = devices.get(chance.pick(others));
  const witness = devices.get(chance.pick(others));
  if (leaving === undefined || witness === undefined || leaving === witness) return;
  for (const device of [leaving, witness]) if (device.isUp) device.crash();
  noteMeetings(scene);
  scene.removals += 1;
  by.replaceAuthority(leaving.name);
  const back = timeline.now() + chance.between(500, 5000);
  timeline.at(back, () => {
    if (witness.isUp) return;
    witness.start();
    if (chance.chance(0.5) && witness.canSign()) witness.replaceAuthority(undefined);
    noteMeetings(scene);
  });
  timeline.at(back - chance.between(-1000, 500), () => come(scene, leaving));
}

function rotate(by: SimulatedDevice): void {
  if (by.isUp && by.isCertifier(by.name)) by.replaceAuthority(undefined);
}

function cut(scene: Scene, one: SimulatedDevice, other: SimulatedDevice, isOneWay: boolean): void {
  if (one === other) return;
  scene.cuts.add(`${one.name}>${other.name}`);
  if (!isOneWay) scene.cuts.add(`${other.name}>${one.name}`);
  apart(scene, one, other);
}

/** Silence ends the session at both ends. */
function apart(scene: Scene, one: SimulatedDevice, other: SimulatedDevice): void {
  const line = one.lines.get(other.name);
  if (line !== undefined) one.hangUp(line);
  scene.metAt.set(pair(one.name, other.name), Infinity);
}

function heal(scene: Scene): void {
  scene.cuts.clear();
  noteMeetings(scene);
}

/** From now on these can meet. */
function noteMeetings(scene: Scene): void {
  const all = [...scene.devices.values()];
  for (const one of all) {
    for (const other of all) {
      const key = pair(one.name, other.name);
      const since = scene.metAt.get(key) ?? 0;
      if (!isReachable(scene, one, other)) scene.metAt.set(key, Infinity);
      else if (since === Infinity) scene.metAt.set(key, scene.timeline.now());
    }
  }
}

function away(scene: Scene, device: SimulatedDevice): void {
  if (!device.isUp) return;
  device.crash();
  noteMeetings(scene);
  const { timeline, chance } = scene;
  timeline.at(timeline.now() + chance.between(100, 10_000), () => come(scene, device));
}

function come(scene: Scene, device: SimulatedDevice, snapshot?: Snapshot): void {
  if (device.isUp) return;
  device.start(snapshot);
  noteMeetings(scene);
}

function rebuild(scene: Scene, device: SimulatedDevice): void {
  device.crash();
  device.reset();
  device.start();
  scene.metAt.clear();
}

function snapshotOf({ store, key, held }: SimulatedDevice): Snapshot {
  return { store, key, ...(held !== undefined && { held }) };
}

/** It comes back with what it held then: its own former key, too, which may be removed since. */
function restore(scene: Scene, device: SimulatedDevice): void {
  const snapshot = scene.snapshots.get(device.name);
  if (snapshot === undefined) return;
  device.crash();
  if (snapshot.held !== undefined) worldOf(scene).learnt(snapshot.key, snapshot.held);
  noteMeetings(scene);
  come(scene, device, snapshot);
}

function calm(scene: Scene): void {
  scene.isFaulty = false;
  scene.cuts.clear();
  for (const device of scene.devices.values()) if (!device.isUp) device.start();
  noteMeetings(scene);
}
