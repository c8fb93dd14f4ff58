import type { Dice } from '../failover/simulator/random.ts';
import type { Timeline } from '../failover/simulator/timeline.ts';
import type { SimulatedDevice } from './simulation-device.ts';

/** What a device held once. */
export type Snapshot = NonNullable<Parameters<SimulatedDevice['start']>[0]>;

/** The simulated world. */
export interface Scene {
  readonly chance: Dice;
  readonly timeline: Timeline;
  readonly devices: Map<string, SimulatedDevice>;
  /** "a>b" is cut. */
  readonly cuts: Set<string>;
  /** When the way between two was last cut, or one of them was away: "a|b". */
  readonly metAt: Map<string, number>;
  readonly knowers: Map<string, Set<string>>;
  /** Since when a device knows a key to be removed: "d1 key7". */
  readonly toldAt: Map<string, number>;
  readonly snapshots: Map<string, Snapshot>;
  joins: number;
  removals: number;
  isFaulty: boolean;
}

/** The same for both orders. */
export function pair(one: string, other: string): string {
  return one < other ? `${one}|${other}` : `${other}|${one}`;
}

/** Both ways: sessions are TCP. */
export function isReachable(
  { cuts }: Scene,
  one: SimulatedDevice,
  other: SimulatedDevice,
): boolean {
  if (!one.isUp || !other.isUp) return false;
  return !cuts.has(`${one.name}>${other.name}`) && !cuts.has(`${other.name}>${one.name}`);
}
