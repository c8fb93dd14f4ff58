/** What the room's parts work with. */
import type { StateRegistry } from '../../config/runtime-state.ts';
import type { ConfigStore, SharedObject } from '../../config/types.ts';
import type { IqueryChannel } from '../../iquery/types.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { MasterKeys } from '../trust/master-key.ts';
import type { Group } from './group.ts';
import type { PlannedGroup } from './plan.ts';

export interface SyncOptions {
  readonly store: ConfigStore;
  readonly state: StateRegistry;
  readonly channel: IqueryChannel;
  readonly masterKeys: MasterKeys;
  readonly clock: Clock;
  readonly log: Log;
  /** Our software version, as iQuery's Hello has it. */
  readonly software: string;
}

export interface SyncGroup {
  readonly planned: PlannedGroup;
  readonly group: Group;
  /** What the group shares, as it is here now. */
  objects(): readonly SharedObject[];
}
