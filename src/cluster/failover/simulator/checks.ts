/**
 * What must hold, looked at whenever a fence opens and whenever a device has worked something off. A
 * violation ends the run.
 */
import { canSplit, isPair } from '../machine/lease.ts';
import { groupStatuses } from '../machine/status.ts';
import type { SimulatedDevice } from './device.ts';
import type { Scene } from './scene.ts';

export class Violation extends Error {}

export function ownersOf(scene: Scene, group: string): readonly string[] {
  const now = scene.timeline.now();
  return scene.members
    .filter((device) => (device.fences.get(group)?.until ?? 0) > now)
    .map((device) => device.name);
}

/** Draining is serving what is connected, behind a closed fence: it is not answering. */
export function checkClosed(scene: Scene, device: SimulatedDevice, group: string): void {
  if ((device.fences.get(group)?.until ?? 0) <= scene.timeline.now()) return;
  throw new Violation(`${device.name} drains ${group} before its fence is closed`);
}

export function checkOneOwner(scene: Scene, opener: SimulatedDevice, group: string): void {
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
 * The one exception: a pair that has neither witness nor arbiter, and neither had worked off anything from
 * the other for most of a lease when it last opened: cut from each other on every path. A device that had a
 * gateway must have heard it since. A witness that the pair was told of late does not count before both agree.
 */
function isCutPair(
  scene: Scene,
  opener: SimulatedDevice,
  other: SimulatedDevice,
  group: string,
): boolean {
  const hasWitness = scene.news.length === 0 && opener.config.witnesses.length > 0;
  if (!isPair(opener.config) || hasWitness) return false;
  const { fence, detect } = opener.config.profile;
  const openedAt = (device: SimulatedDevice): number =>
    device.fences.get(group)?.at ?? scene.timeline.now();
  const wasSilent = (device: SimulatedDevice, about: SimulatedDevice): boolean =>
    openedAt(device) - (device.processed.get(about.name) ?? Number.NEGATIVE_INFINITY) >=
    fence * 0.75;
  const reached = (device: SimulatedDevice): boolean =>
    device.state?.hadGateway !== true ||
    openedAt(device) - (device.gatewayHeardAt ?? Number.NEGATIVE_INFINITY) < detect * 1.1;
  const pair = [opener, other] as const;
  const saySo = pair.every(({ state }) => state === undefined || canSplit(state));
  return wasSilent(opener, other) && wasSilent(other, opener) && pair.every(reached) && saySo;
}

/**
 * The status of a device, whenever it changed: it says active only for what its own machine leased, knows
 * one active device a group at most, and never names that one as the next.
 */
export function checkStatus(scene: Scene, device: SimulatedDevice): void {
  const { state } = device;
  if (state === undefined || !scene.members.includes(device)) return;
  for (const group of state.groups.values()) {
    if (group.role === 'owner' && group.fenceUntil === 0) {
      throw new Violation(`${device.name} says it is active for ${group.name} without a lease`);
    }
    if (group.role === 'standby' && group.fenceUntil !== 0) {
      throw new Violation(`${device.name} says it is standby for ${group.name} with a lease`);
    }
  }
}

/** Everything healed: all say the same, and it is true. */
export function disagreement(scene: Scene): string | undefined {
  for (const group of scene.groups) {
    const [owner, second] = ownersOf(scene, group);
    if (owner === undefined || second !== undefined) return `owners of ${group}`;
    for (const device of scene.members) {
      if (device.state === undefined) return `${device.name} is not there`;
      const shown = groupStatuses(device.state, device.localNow(), 0).find(
        (one) => one.name === group,
      );
      if (shown?.owner !== owner) return `${device.name} shows ${shown?.owner} for ${group}`;
      if ((shown.role === 'owner') !== (device.name === owner)) return `${device.name}: role`;
      const isNextOther = shown.nextActive !== owner && shown.nextActive !== undefined;
      if (scene.members.length > 1 && !isNextOther) {
        return `${device.name} shows ${shown.nextActive} as next for ${group}`;
      }
    }
  }
  return undefined;
}
