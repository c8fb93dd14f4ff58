/** The story of a run: a start, faults, a standing cut with its survivors, and the end of all faults. */
import { arbiterVoter, isPair, votersOf, weightOf } from '../machine/lease.ts';
import { arbiterNode } from './arbiter.ts';
import { disagreement, ownersOf, Violation } from './checks.ts';
import type { SimulatedDevice } from './device.ts';
import { link, strike } from './faults.ts';
import type { Scene } from './scene.ts';
import { gatewayNode } from './topology.ts';

const faultPeriod = { low: 50, high: 700 };
const chaosMilliseconds = { low: 2000, high: 6000 };
/** Larger groups have the same faults in less time: their packets cost more to simulate. */
const largeGroup = 4;
/** After this much of standing faults, or of none, an owner must be there; the run goes on once it is. */
export const settleMilliseconds = 10_000;
const lookMilliseconds = 50;

export function play(scene: Scene): void {
  const { timeline, random } = scene;
  for (const device of scene.devices) {
    timeline.at(random.between(0, random.chance(0.3) ? 2000 : 50), () => device.start());
  }
  const haste = scene.members.length > largeGroup ? 2 : 1;
  timeline.run(timeline.now() + (random.between(500, 3000) * scene.pace) / haste);
  const chaos = random.between(chaosMilliseconds.low, chaosMilliseconds.high) / haste;
  const end = timeline.now() + chaos * scene.pace;
  scene.pauseInside = scene.chaosPauseInside;
  for (const tell of scene.news) timeline.at(random.between(timeline.now(), end), tell);
  while (timeline.now() < end) {
    const period = random.between(faultPeriod.low, faultPeriod.high) / haste;
    timeline.run(timeline.now() + period * scene.pace);
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

/** Everything healed, everything running: one owner of each group soon, and all devices say so. */
function recover(scene: Scene): void {
  heal(scene);
  if (settles(scene, () => disagreement(scene) === undefined)) return;
  throw new Violation(`after the faults: ${disagreement(scene)}`);
}

export function heal(scene: Scene): void {
  scene.network.heal();
  for (const device of scene.devices) {
    device.start();
    device.happen({ type: 'command', command: { kind: 'online' } });
    device.happen({ type: 'impaired', by: [] });
  }
}

/**
 * Two worlds that do not hear each other, and perhaps a dead device, for long: the side with a majority of
 * those who count has an owner, and who may not own is silent. Begins when the pair agrees about its witness:
 * a cut in the milliseconds in which it changes leaves it with neither right.
 */
function standStill(scene: Scene): void {
  const { random, devices, members } = scene;
  heal(scene);
  for (const tell of scene.news) tell();
  // Pauses are over, and what was decided on the silence before is done.
  const awake = Math.max(scene.timeline.now(), ...devices.map((device) => device.pausedUntil));
  scene.timeline.run(awake + scene.detect);
  if (!settles(scene, () => isAgreed(scene))) throw new Violation('the pair does not agree');
  if (
    !settles(scene, () => members.every(({ state }) => state !== undefined && knowsGateway(state)))
  ) {
    throw new Violation('a gateway is not noticed');
  }
  const nodes = [...devices.map(({ name }) => name), ...scene.thirdParties];
  const left = new Set(nodes.filter(() => random.chance(0.5)));
  const dead = random.chance(0.5) ? random.pick(devices) : undefined;
  dead?.powerOff();
  for (const from of nodes) {
    for (const to of nodes) {
      if (left.has(from) !== left.has(to)) link(scene, from, to, { loss: 1 });
    }
  }
  // What an owner on the other side left in its kernel is over before this begins; a gateway that answered a
  // moment ago counts for as long as it takes to miss it, and the last lease begins within that.
  const counted = scene.thirdParties.includes(gatewayNode) ? scene.detect : 0;
  scene.timeline.run(scene.timeline.now() + counted + scene.detect);
  for (const isLeft of [true, false]) {
    const alive = devices.filter((device) => device !== dead && left.has(device.name) === isLeft);
    judge(scene, alive, (node) => left.has(node) === isLeft);
  }
}

function knowsGateway(state: NonNullable<SimulatedDevice['state']>): boolean {
  return (state.config.gateways ?? []).length === 0 || state.hadGateway;
}

/** One side of the cut. */
function judge(
  scene: Scene,
  alive: readonly SimulatedDevice[],
  isHere: (node: string) => boolean,
): void {
  const member = alive.find((device) => scene.members.includes(device));
  if (member === undefined) return;
  const isOwned = (group: string): boolean =>
    ownersOf(scene, group).some((name) => alive.some((device) => device.name === name));
  const names = alive.map((device) => device.name).join();
  if (mayOwn(scene, member, alive, isHere)) {
    if (settles(scene, () => scene.groups.every(isOwned))) return;
    throw new Violation(`no owner of ${scene.groups.join()} though ${names} could`);
  }
  if (scene.groups.some(isOwned)) {
    throw new Violation(`${names} answers with neither a majority nor a right to go on alone`);
  }
}

function mayOwn(
  scene: Scene,
  { config, state }: SimulatedDevice,
  alive: readonly SimulatedDevice[],
  isHere: (node: string) => boolean,
): boolean {
  if (state === undefined) return false;
  if (isPair(config) && config.witnesses.length === 0) {
    const isWhole = scene.members.every((device) => alive.includes(device));
    return isWhole || scene.thirdParties.length === 0 || isHere(gatewayNode);
  }
  const counted = votersOf(config, state.mode);
  const total = counted.reduce((sum, voter) => sum + weightOf(config, voter), 0);
  const votes = counted
    .filter((voter) =>
      voter === arbiterVoter ? isHere(arbiterNode) : alive.some(({ name }) => name === voter),
    )
    .reduce((sum, voter) => sum + weightOf(config, voter), 0);
  return votes * 2 > total;
}

/** With everything healed a pair counts its witness, if it has one; larger groups have nothing to agree about. */
function isAgreed(scene: Scene): boolean {
  const config = scene.members[0]?.config;
  if (config === undefined || !isPair(config)) return true;
  const phase = config.witnesses.length > 0 ? 'witness' : 'pair';
  return scene.members.every((member) => member.state?.mode.phase === phase);
}
