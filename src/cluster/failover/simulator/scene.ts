/** What a simulated run plays with. */
import type { SimulatedDevice } from './device.ts';
import type { Network } from './network.ts';
import type { Dice } from './random.ts';
import type { Timeline } from './timeline.ts';

export interface Scene {
  readonly timeline: Timeline;
  readonly random: Dice;
  readonly network: Network;
  readonly devices: readonly SimulatedDevice[];
  readonly members: readonly SimulatedDevice[];
  readonly groups: readonly string[];
  /** Nodes that are no devices: the arbiter, a gateway. */
  readonly thirdParties: readonly string[];
  /** What members are told of only while there are faults: their witness. */
  readonly news: readonly (() => void)[];
  readonly detect: number;
  /** Everything takes this much longer than in the fast profile. */
  readonly pace: number;
  counters: { splits: number };
  pauseInside: number;
  readonly chaosPauseInside: number;
  /** Faults that were planned for later do not strike once it is over. */
  isChaos: boolean;
}
