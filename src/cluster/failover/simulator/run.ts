/**
 * One simulated run: a group of devices, a seed's worth of faults, and the checkers. They assert at every
 * opening of a fence that no other device answers for the group, and after the faults that an owner exists
 * wherever a majority (or a pair that has neither witness nor arbiter) allows one.
 */
import { step as machineStep } from '../machine/machine.ts';
import { type Profile, profiles } from '../types.ts';
import { arbiterNode, createEtcd } from './arbiter.ts';
import { checkClosed, checkOneOwner, checkStatus, ownersOf, Violation } from './checks.ts';
import { type Defects, SimulatedDevice, type Step, type World } from './device.ts';
import { link } from './faults.ts';
import { createNetwork, type Network, type Packet } from './network.ts';
import { dice } from './random.ts';
import type { Scene } from './scene.ts';
import { heal, play, settleMilliseconds } from './story.ts';
import { createTimeline } from './timeline.ts';
import {
  configsFor,
  gatewayNode,
  pickTopology,
  thirdPartiesOf,
  type Topology,
} from './topology.ts';

export interface RunOptions {
  readonly seed: number;
  /** A mutated machine, for the tests of the checker. */
  readonly step?: Step;
  /** What is wrong around the machine, for the same. */
  readonly defects?: Defects;
  /** Chance that a process is stopped between two of its instructions, while there are faults. */
  readonly pauseInside?: number;
  readonly profile?: Profile;
  readonly topology?: Topology;
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

export function runSeed(options: RunOptions): RunResult {
  return conclude(options, build(options), play);
}

/** What a scripted run may do; devices by name: "bigip1", "witness1", "etcd", "gateway". */
export interface Hands {
  wait(milliseconds: number): void;
  /** Both ways, until the end. */
  cut(one: string, other: string): void;
  /** Every packet that way takes so much longer, milliseconds. */
  slow(from: string, to: string, delay: number): void;
  powerOff(device: string): void;
  /** Starts it from the oldest copy of its disk. */
  startFromOldCopy(device: string): void;
  owners(): readonly string[];
  /** The members hear of their witness. */
  tellOfWitness(): void;
}

/** A story told on purpose; every device has started and an owner is there. */
export function runScript(options: RunOptions, script: (hands: Hands) => void): RunResult {
  return conclude(options, build(options), (scene) => {
    heal(scene);
    const [group = ''] = scene.groups;
    const named = (name: string): SimulatedDevice | undefined =>
      scene.devices.find((device) => device.name === name);
    const hands: Hands = {
      wait: (milliseconds) => scene.timeline.run(scene.timeline.now() + milliseconds),
      cut(one, other) {
        link(scene, one, other, { loss: 1 });
        link(scene, other, one, { loss: 1 });
      },
      slow: (from, to, delay) => link(scene, from, to, { delay }),
      powerOff: (name) => named(name)?.powerOff(),
      startFromOldCopy(name) {
        named(name)?.spoilDisk('oldest');
        named(name)?.start();
      },
      owners: () => ownersOf(scene, group),
      tellOfWitness() {
        for (const tell of scene.news) tell();
      },
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
  const topology = options.topology ?? pickTopology(random);
  const profile = options.profile ?? random.pick([profiles.fast, profiles.fast, profiles.fastest]);
  const configs = configsFor(topology, profile, random);
  const byName = new Map<string, SimulatedDevice>();
  const network: Network = createNetwork(timeline, random, (from, to, packet) => {
    const device = byName.get(to);
    if (device === undefined) answer(from, to, packet);
    else device.arrive(packet);
  });
  const etcd = createEtcd(timeline.now);
  const answer = (from: string, node: string, packet: Packet): void => {
    if (node === gatewayNode) network.send(node, from, packet);
    if (node !== arbiterNode || packet.kind !== 'ask') return;
    const { number, round } = packet;
    network.send(node, from, { kind: 'answer', number, answer: etcd.apply(from, round) });
  };
  const scene: Scene = {
    timeline,
    random,
    network,
    devices: [],
    members: [],
    groups: (configs[0]?.trafficGroups ?? []).map((group) => group.name),
    thirdParties: thirdPartiesOf(topology),
    news: [],
    detect: profile.detect,
    pace: Math.max(1, profile.detect / profiles.fast.detect),
    counters: { splits: 0 },
    pauseInside: 0,
    chaosPauseInside: options.pauseInside ?? (random.chance(0.5) ? 0.002 : 0),
    isChaos: true,
  };
  const world: World = {
    timeline,
    random,
    step: options.step ?? machineStep,
    defects: options.defects ?? {},
    send: (from, to, packet) => network.send(from, to, packet),
    looked: (device) => checkStatus(scene, device),
    opened: (device, group) => checkOneOwner(scene, device, group),
    drained: (device, group) => checkClosed(scene, device, group),
    pauseInside: () => scene.pauseInside,
  };
  const isLate = topology.isWitnessLate === true;
  const isMember = (index: number): boolean => index < topology.members;
  const devices = configs.map(
    (config, index) =>
      new SimulatedDevice(world, isLate && isMember(index) ? { ...config, witnesses: [] } : config),
  );
  for (const device of devices) byName.set(device.name, device);
  const members = devices.slice(0, topology.members);
  const late = configs.filter((_config, index) => isLate && isMember(index));
  const news = late.map((config) => () => byName.get(config.device)?.configure(config));
  return Object.assign(scene, { devices, members, news });
}
