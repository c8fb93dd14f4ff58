import { foreignId } from '../../catalogue/sys/foreign.ts';
import { faultText } from '../../base/fault.ts';
import { isForeign, unfolded } from '../../config/model/foreign.ts';
import type { ConfigStore, Operation } from '../../config/types.ts';
import type { Log } from '../../platform/log.ts';
import { loadReason } from './content.ts';

/**
 * After an upgrade: what was only kept for a newer member becomes what it is. No change of the groups' content,
 * so that nobody hears of it. What cannot be taken yet stays kept.
 */
export function installKnown(store: ConfigStore, log: Log): void {
  for (const { stored } of store.view().list(foreignId)) {
    const object = unfolded(stored);
    if (object === undefined || isForeign(object.component)) continue;
    const { component, name, properties, version } = object;
    const operations: readonly Operation[] = [
      { kind: 'install', component: foreignId, name: stored.name, object: undefined },
      { kind: 'install', component, name, object: { component, name, properties, version } },
    ];
    // Told by the versions that the group has already, like a full load.
    const origin = { user: 'sync', source: 'sync', reason: loadReason } as const;
    const outcome = store.commit({ origin, operations });
    if (outcome.ok)
      log.write('notice', `${component} ${name} came from a newer device and acts now`);
    else {
      const why = outcome.faults.map(faultText).join('; ');
      log.write('warning', `${component} ${name} came from a newer device and stays kept: ${why}`);
    }
  }
}
