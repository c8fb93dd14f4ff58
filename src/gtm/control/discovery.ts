/**
 * Carries out discovery of virtual servers and links. In a synchronisation group one member does it, the first by name
 * of those that see each other; the others get the commits by sync.
 */
import type { ConfigStore, Operation } from '../../config/types.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { discover } from '../health/discovery.ts';
import { discoverLinks } from '../health/link-discovery.ts';
import type { DeviceReports } from '../health/merge.ts';
import type { GtmObjects } from '../health/words.ts';
import type { SyncGroup } from './sync-group.ts';

export interface Discovery {
  run(objects: GtmObjects, devices: readonly DeviceReports[]): void;
}

export interface DiscoveryOptions {
  readonly store: ConfigStore;
  readonly group: SyncGroup;
  readonly clock: Clock;
  readonly log: Log;
}

/** A refused discovery is not tried again sooner. */
const retryMilliseconds = 30_000;

export function createDiscovery(options: DiscoveryOptions): Discovery {
  const { clock, log, store } = options;
  const refusedAt = new Map<string, number>();
  const isDue = (what: string, now: number): boolean =>
    now - (refusedAt.get(what) ?? -Infinity) >= retryMilliseconds;
  const commit = (what: string, reason: string, operations: readonly Operation[]): void => {
    if (operations.length === 0) return;
    const origin = { user: 'system', source: 'system', reason } as const;
    const outcome = store.commit({ origin, operations });
    if (outcome.ok) return;
    refusedAt.set(what, clock.monotonicMilliseconds());
    const why = outcome.faults.map((fault) => fault.message).join('; ');
    log.write('warning', `${reason} was refused: ${why}`);
  };
  return {
    run(objects, devices) {
      const willing = objects.servers.filter((server) => server.discovery !== 'disabled');
      const ofLinks = objects.servers.some((server) => server.linkDiscovery !== 'disabled');
      if (willing.length === 0 && !ofLinks) return;
      if (!options.group.isLeader()) return;
      const now = clock.monotonicMilliseconds();
      if (ofLinks && isDue('links', now)) {
        const isNamed = (link: string): boolean => isNamedLink(objects, link);
        commit('links', 'link discovery', discoverLinks(objects.servers, devices, isNamed, now));
      }
      for (const server of willing) {
        if (!isDue(server.name, now)) continue;
        const inUse = (virtualServer: string): boolean =>
          objects.pools.some((pool) =>
            pool.members.some(
              (member) => member.server === server.name && member.virtualServer === virtualServer,
            ),
          );
        const reason = `virtual server discovery of ${server.name}`;
        commit(server.name, reason, discover(server, devices, inUse, now));
      }
    },
  };
}

/** By a virtual server, or by an application that does without it. */
function isNamedLink({ apps = [], servers }: GtmObjects, link: string): boolean {
  return (
    servers.some(({ virtualServers }) => virtualServers.some((one) => one.explicitLink === link)) ||
    apps.some(({ disabledContexts }) => disabledContexts.has(link))
  );
}
