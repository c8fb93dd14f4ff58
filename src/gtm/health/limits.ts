/**
 * What the reports alone do not say: limits of servers and virtual servers that are exceeded, and virtual
 * servers that need others (`depends-on`). Pure.
 */
import type { GtmLimits } from '../limits.ts';
import type { GtmServer } from '../objects.ts';
import {
  type MergedHealth,
  type ServerHealth,
  type VirtualLoad,
  type VirtualServerHealth,
} from './merge.ts';

type Load = Pick<VirtualLoad, 'bitsPerSecond' | 'packetsPerSecond' | 'connections'>;

/** A chain of virtual servers that need each other is followed so far. */
const longestChain = 8;

export function limitedHealth(servers: readonly GtmServer[], health: MergedHealth): MergedHealth {
  const limited = withLimits(servers, health);
  const needs = readNeeds(servers);
  if (needs.size === 0) return limited;
  const known = limited.virtualServers;
  const virtualServers = new Map(known);
  for (const key of needs.keys()) {
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
          : unusable(said, `server ${server.name}: ${exceeded}`),
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
  const loads = server.virtualServers.flatMap(
    (virtual) => health.virtualServers.get(virtual.key)?.load ?? [],
  );
  return excess(limits, sumOf(loads));
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

/** Keys of virtual servers, and those that each of them needs. */
export type Needs = ReadonlyMap<string, readonly string[]>;

export function readNeeds(servers: readonly GtmServer[]): Needs {
  const needs = new Map<string, readonly string[]>();
  for (const server of servers) {
    for (const virtual of server.virtualServers) {
      if (virtual.dependsOn.length === 0) continue;
      needs.set(virtual.key, virtual.dependsOn);
    }
  }
  return needs;
}

/** What is known of one, when what it needs is looked at, too. */
export function withNeeds(
  key: string,
  needs: Needs,
  known: ReadonlyMap<string, VirtualServerHealth>,
): VirtualServerHealth | undefined {
  const said = known.get(key);
  const other = needs.has(key) ? missing(key, longestChain, needs, known) : undefined;
  if (said === undefined || other === undefined || !said.usable) return said;
  const reason = `depends on ${other}: ${known.get(other)?.reason.trim() ?? 'no such virtual server'}`;
  return { ...said, availability: 'offline', reason, usable: false };
}

function missing(
  key: string,
  depth: number,
  needs: Needs,
  known: ReadonlyMap<string, VirtualServerHealth>,
): string | undefined {
  return needs
    .get(key)
    ?.find(
      (other) =>
        known.get(other)?.usable !== true ||
        (depth > 0 && missing(other, depth - 1, needs, known) !== undefined),
    );
}

/** All that those need, or need others that do. */
export function dependents(
  of: ReadonlySet<string>,
  neededBy: ReadonlyMap<string, readonly string[]>,
): ReadonlySet<string> {
  const found = new Set(of);
  // A set that grows while it is gone through is gone through to its end.
  for (const key of found) for (const other of neededBy.get(key) ?? []) found.add(other);
  return found;
}
