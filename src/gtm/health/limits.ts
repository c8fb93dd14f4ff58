/**
 * What the reports alone do not say: limits of servers and virtual servers that are exceeded, and what
 * virtual servers need (`needs.ts`). Pure.
 */
import type { GtmLimits } from '../limits.ts';
import { directionExcess, type LinkTerms } from '../link-load.ts';
import type { GtmServer } from '../objects.ts';
import { readNeeds, withNeeds } from './needs.ts';
import type { GtmObjects } from './words.ts';
import {
  type MergedHealth,
  type ServerHealth,
  type VirtualLoad,
  type VirtualServerHealth,
} from './merge.ts';

type Load = Pick<VirtualLoad, 'bitsPerSecond' | 'packetsPerSecond' | 'connections'>;

export function limitedHealth(objects: GtmObjects, health: MergedHealth): MergedHealth {
  const limited = withLimits(objects.servers, health);
  const needs = readNeeds(objects);
  if (needs.keys.size === 0) return limited;
  const known = limited.virtualServers;
  const virtualServers = new Map(known);
  for (const key of needs.keys) {
    const said = withNeeds(key, needs, known);
    if (said !== undefined) virtualServers.set(key, said);
  }
  return { ...limited, virtualServers };
}

/** Without what virtual servers need of each other. */
export function withLimits(servers: readonly GtmServer[], health: MergedHealth): MergedHealth {
  const limitedServers = new Map<string, ServerHealth>(health.servers);
  const virtualServers = new Map<string, VirtualServerHealth>(health.virtualServers);
  for (const server of servers) {
    const exceeded = serverExcess(server, health);
    if (exceeded !== undefined) {
      const { metrics } = health.servers.get(server.name) ?? {};
      const word = { availability: 'unavailable', reason: exceeded } as const;
      limitedServers.set(server.name, metrics === undefined ? word : { ...word, metrics });
    }
    for (const virtual of server.virtualServers) {
      const { key } = virtual;
      const said = health.virtualServers.get(key);
      if (said === undefined) continue;
      virtualServers.set(
        key,
        exceeded === undefined
          ? withinLimits(said, [virtual.limits, said.load])
          : unusable(
              said,
              `${server.linkName === undefined ? 'server ' : ''}${server.name}: ${exceeded}`,
            ),
      );
    }
  }
  return {
    servers: limitedServers,
    virtualServers,
    nextChangeAt: health.nextChangeAt,
    ...(health.memberProbes && { memberProbes: health.memberProbes }),
  };
}

/** Unavailable, in yellow, while a limit is exceeded; what is down already stays so. */
export function withinLimits(
  said: VirtualServerHealth,
  ...limits: readonly (readonly [GtmLimits, Load])[]
): VirtualServerHealth {
  const reason = limits.map(([limit, load]) => excess(limit, load)).find(Boolean);
  return reason === undefined ? said : unusable(said, reason);
}

function unusable(said: VirtualServerHealth, reason: string): VirtualServerHealth {
  if (!said.usable) return said;
  return { ...said, availability: 'unavailable', reason, usable: false };
}

/** Which limit, in words; undefined: none. A limit of N lets N pass. */
export function excess(limits: GtmLimits, load: Load): string | undefined {
  const compare = (name: string, limit: number | undefined, value: number): string | undefined =>
    limit !== undefined && value > limit ? `${name} exceeded: ${value} of ${limit}` : undefined;
  return (
    compare('limit-max-connections', limits.connections, load.connections) ??
    compare('limit-max-bps', limits.bitsPerSecond, load.bitsPerSecond) ??
    compare('limit-max-pps', limits.packetsPerSecond, load.packetsPerSecond)
  );
}

function serverExcess(server: GtmServer, health: MergedHealth): string | undefined {
  const { limits } = server;
  const { metrics } = health.servers.get(server.name) ?? {};
  if (metrics !== undefined && metrics.cpuPercent > (limits.cpuPercent ?? Infinity)) {
    return `limit-cpu-usage exceeded: ${metrics.cpuPercent} of ${limits.cpuPercent} percent`;
  }
  const free = metrics?.memoryAvailableKilobytes ?? Infinity;
  if (free < (limits.memoryKilobytes ?? 0)) {
    return `limit-mem-avail: only ${free} of ${limits.memoryKilobytes} KB are free`;
  }
  if (server.linkTerms !== undefined) {
    // All routers carry the load of the whole link.
    const [router] = server.virtualServers;
    const load = router && health.virtualServers.get(router.key)?.load;
    return load && linkExcess(server.linkTerms, load);
  }
  const loads = server.virtualServers.flatMap(
    (virtual) => health.virtualServers.get(virtual.key)?.load ?? [],
  );
  return excess(limits, sumOf(loads));
}

function linkExcess(terms: LinkTerms, load: VirtualLoad): string | undefined {
  const { bitsIn = 0, bitsOut = 0, packetsPerSecond: packets } = load;
  return excess(terms.limits, load) ?? directionExcess(terms, { bitsIn, bitsOut, packets });
}

export function sumOf(loads: readonly Load[]): Load {
  const sum = (read: (load: Load) => number): number =>
    loads.reduce((total, load) => total + read(load), 0);
  return {
    connections: sum((load) => load.connections),
    bitsPerSecond: sum((load) => load.bitsPerSecond),
    packetsPerSecond: sum((load) => load.packetsPerSecond),
  };
}
