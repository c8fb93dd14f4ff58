/**
 * Carries out virtual-server discovery. In a synchronisation group one member does it, the first by name
 * of those that see each other; the others get the commits by sync.
 */
import type { ConfigStore } from '../../config/types.ts';
import type { IqueryChannel } from '../../iquery/types.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { discover } from '../health/discovery.ts';
import type { DeviceReports } from '../health/merge.ts';
import type { GtmObjects } from '../health/words.ts';
import { isLeader } from './leader.ts';

export interface Discovery {
  run(objects: GtmObjects, devices: readonly DeviceReports[]): void;
}

export interface DiscoveryOptions {
  readonly store: ConfigStore;
  readonly channel: IqueryChannel;
  readonly clock: Clock;
  readonly log: Log;
}

/** A refused discovery is not tried again sooner. */
const retryMilliseconds = 30_000;

export function createDiscovery(options: DiscoveryOptions): Discovery {
  const { clock, log, store } = options;
  const refusedAt = new Map<string, number>();
  return {
    run(objects, devices) {
      const willing = objects.servers.filter((server) => server.discovery !== 'disabled');
      if (willing.length === 0 || !isLeader(store, options.channel)) return;
      const now = clock.monotonicMilliseconds();
      for (const server of willing) {
        if (now - (refusedAt.get(server.name) ?? -Infinity) < retryMilliseconds) continue;
        const inUse = (virtualServer: string): boolean =>
          objects.pools.some((pool) =>
            pool.members.some(
              (member) => member.server === server.name && member.virtualServer === virtualServer,
            ),
          );
        const operations = discover(server, devices, inUse, now);
        if (operations.length === 0) continue;
        const reason = `virtual server discovery of ${server.name}`;
        const origin = { user: 'system', source: 'system', reason } as const;
        const outcome = store.commit({ origin, operations });
        if (outcome.ok) continue;
        refusedAt.set(server.name, now);
        const why = outcome.faults.map((fault) => fault.message).join('; ');
        log.write('warning', `${reason} was refused: ${why}`);
      }
    },
  };
}
