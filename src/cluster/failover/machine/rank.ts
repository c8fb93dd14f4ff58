/**
 * Who should have a traffic group next: HA score first where devices have one (or, by HA order, whether their HA
 * group is well), then HA order, then load (sum of HA load factors over capacity), then name. BIG-IP: "best HA
 * score", "preferred device order and then load aware"; a device that is impaired only when nobody is able.
 */
import { isFresh } from './lease.ts';
import type { Fitness, State, TrafficGroup } from '../types.ts';

export function fitnessOf(state: State, now: number): Fitness {
  if (state.forcedOffline) return 'forced-offline';
  if (now < state.graceUntil) return 'starting';
  return state.impairments.length > 0 ? 'impaired' : 'able';
}

/** Owner of a group as far as this device knows, itself included. */
export function ownerOf(state: State, group: string, now: number): string | undefined {
  if (state.groups.get(group)?.role === 'owner') return state.config.device;
  for (const peer of state.peers.values()) {
    if (!isFresh(state, peer.device, now)) continue;
    const claim = peer.claims.find((one) => one.name === group);
    if (claim?.role === 'owner') return peer.device;
  }
  return undefined;
}

/** Devices that could own a group now, in no order. */
export function availableDevices(state: State, now: number): readonly string[] {
  const { config } = state;
  const fit = config.members
    .map((member) => member.device)
    .map((device) => ({ device, fitness: fitnessFrom(state, device, now) }));
  const able = fit.filter((one) => one.fitness === 'able');
  const chosen = able.length > 0 ? able : fit.filter((one) => one.fitness === 'impaired');
  return chosen.map((one) => one.device);
}

function fitnessFrom(state: State, device: string, now: number): Fitness | undefined {
  if (device === state.config.device) return fitnessOf(state, now);
  return isFresh(state, device, now) ? state.peers.get(device)?.fitness : undefined;
}

/** "bigip2 is impaired, bigip3 is not heard": why nobody else can have a group. */
export function othersFitness(state: State, now: number): string {
  const others = state.config.members.filter(({ device }) => device !== state.config.device);
  const said = others.map(
    ({ device }) => `${device} is ${fitnessFrom(state, device, now) ?? 'not heard'}`,
  );
  return said.join(', ') || 'there is none';
}

/** For each group, the devices that could take it, best first; the present owner is left out. */
export function rankings(state: State, now: number): ReadonlyMap<string, readonly string[]> {
  const available = availableDevices(state, now);
  const load = loads(state, now);
  const result = new Map<string, readonly string[]>();
  for (const group of state.config.trafficGroups) {
    const owner = ownerOf(state, group.name, now);
    const ranked = available
      .filter((device) => device !== owner)
      .toSorted((a, b) => compare(state, group, load, a, b));
    result.set(group.name, ranked);
    // The group counts as load of its next-active device when the following groups are placed.
    const first = ranked[0];
    if (first !== undefined) load.set(first, (load.get(first) ?? 0) + group.loadFactor);
  }
  return result;
}

/** Where a static order is needed on both sides, whatever each of them has heard. */
export function preferred(group: TrafficGroup | undefined, a: string, b: string): string {
  const order = orderIndex(group, a) - orderIndex(group, b);
  if (order !== 0) return order < 0 ? a : b;
  return a < b ? a : b;
}

function compare(
  state: State,
  group: TrafficGroup,
  load: ReadonlyMap<string, number>,
  a: string,
  b: string,
): number {
  const points = scoreOf(state, group, b) - scoreOf(state, group, a);
  if (points !== 0) return points;
  const order = orderIndex(group, a) - orderIndex(group, b);
  if (order !== 0) return order;
  const use = (device: string): number =>
    ((load.get(device) ?? 0) + group.loadFactor) / Math.max(1, state.config.capacity[device] ?? 1);
  return use(a) - use(b) || (a < b ? -1 : 1);
}

/** This device's, with the bonus while it is active; undefined: it has none for the group. */
export function ownScore(state: State, group: string): number | undefined {
  const score = state.scores[group];
  if (score === undefined) return undefined;
  const isActive = state.groups.get(group)?.role === 'owner';
  return score.points + (isActive ? score.activeBonus : 0);
}

/** A device without a score has nothing to offer where scores decide; else nothing speaks against it. */
export function scoreOf(state: State, group: TrafficGroup, device: string): number {
  const isOwn = device === state.config.device;
  const claims = state.peers.get(device)?.claims ?? [];
  const said = isOwn
    ? ownScore(state, group.name)
    : claims.find((claim) => claim.name === group.name)?.score;
  return said ?? (group.isByScore === true ? 0 : 1);
}

export function orderIndex(group: TrafficGroup | undefined, device: string): number {
  const index = group?.haOrder.indexOf(device) ?? -1;
  return index < 0 ? Number.MAX_SAFE_INTEGER : index;
}

/** Sum of the HA load factors of the groups that each device is active for. */
export function loads(state: State, now: number): Map<string, number> {
  const load = new Map<string, number>();
  for (const group of state.config.trafficGroups) {
    const owner = ownerOf(state, group.name, now);
    if (owner !== undefined) load.set(owner, (load.get(owner) ?? 0) + group.loadFactor);
  }
  return load;
}
