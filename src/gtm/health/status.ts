/**
 * Status of every GTM object, in BIG-IP's words and reasons (reference 1.6), from the configuration and
 * the merged health. Pure.
 */
import type {
  GtmDatacenter,
  GtmPool,
  GtmPoolMember,
  GtmServer,
  GtmVirtualServer,
  GtmWideIp,
} from '../objects.ts';
import type { EnabledState } from '../../monitor/health.ts';
import { virtualServerKey, type MergedHealth, type Words } from './merge.ts';

export interface GtmStatus {
  readonly availability: Words;
  readonly enabled: EnabledState;
  readonly reason: string;
}

export interface MemberStatus extends GtmStatus {
  readonly usable: boolean;
  /** Why it is left out although its monitor may be fine; empty when it is not. */
  readonly disabledBy: string;
  readonly virtual: GtmVirtualServer | undefined;
}

export interface GtmObjects {
  readonly datacenters: readonly GtmDatacenter[];
  readonly servers: readonly GtmServer[];
  readonly pools: readonly GtmPool[];
  readonly wideIps: readonly GtmWideIp[];
}

export interface GtmStatuses {
  readonly datacenters: ReadonlyMap<string, GtmStatus>;
  readonly servers: ReadonlyMap<string, GtmStatus>;
  /** Key: `server:virtual-server`. */
  readonly virtualServers: ReadonlyMap<string, GtmStatus>;
  /** Keys: type and name, then member. */
  readonly members: ReadonlyMap<string, MemberStatus>;
  readonly pools: ReadonlyMap<string, GtmStatus>;
  readonly wideIps: ReadonlyMap<string, GtmStatus>;
}

export function typedKey(type: string, name: string): string {
  return `${type} ${name}`;
}

export function memberKey(pool: { type: string; name: string }, member: string): string {
  return `${pool.type} ${pool.name} ${member}`;
}

export function gtmStatuses(objects: GtmObjects, health: MergedHealth): GtmStatuses {
  const disabledCenters = new Set(
    objects.datacenters.filter((center) => !center.enabled).map((center) => center.name),
  );
  const serversByName = new Map(objects.servers.map((server) => [server.name, server]));
  const statuses = {
    datacenters: new Map<string, GtmStatus>(),
    servers: new Map<string, GtmStatus>(),
    virtualServers: new Map<string, GtmStatus>(),
    members: new Map<string, MemberStatus>(),
    pools: new Map<string, GtmStatus>(),
    wideIps: new Map<string, GtmStatus>(),
  };
  for (const server of objects.servers) {
    const inDisabled = disabledCenters.has(server.datacenter);
    const known = health.servers.get(server.name) ?? unknownYet;
    statuses.servers.set(server.name, {
      ...known,
      enabled: enabledState(server.enabled, inDisabled),
    });
    const parentOff = inDisabled || !server.enabled;
    for (const virtual of server.virtualServers) {
      const key = virtualServerKey(server.name, virtual.name);
      const { availability, reason } = health.virtualServers.get(key) ?? unknownYet;
      const enabled = enabledState(virtual.enabled, parentOff);
      statuses.virtualServers.set(key, { availability, reason, enabled });
    }
  }
  for (const { enabled, name } of objects.datacenters) {
    const servers = objects.servers.filter((server) => server.datacenter === name);
    const words = servers.map((server) => statuses.servers.get(server.name));
    statuses.datacenters.set(name, {
      ...sumUp(words, 'No enabled servers available'),
      enabled: enabledState(enabled, false),
    });
  }
  for (const pool of objects.pools) {
    for (const member of pool.members) {
      const status = memberStatus(pool, member, serversByName, disabledCenters, health);
      statuses.members.set(memberKey(pool, member.name), status);
    }
    const members = pool.members.map((member) =>
      statuses.members.get(memberKey(pool, member.name)),
    );
    statuses.pools.set(typedKey(pool.type, pool.name), {
      ...sumUpMembers(members),
      enabled: enabledState(pool.enabled, false),
    });
  }
  for (const wideIp of objects.wideIps) {
    const pools = wideIp.pools.map(({ name }) => statuses.pools.get(typedKey(wideIp.type, name)));
    statuses.wideIps.set(typedKey(wideIp.type, wideIp.name), {
      ...sumUp(pools, 'No enabled pools available'),
      enabled: enabledState(wideIp.enabled, false),
    });
  }
  return statuses;
}

const unknownYet = { availability: 'unknown', reason: 'Checking' } as const;

function enabledState(enabled: boolean, isParentOff: boolean): EnabledState {
  if (!enabled) return 'disabled';
  return isParentOff ? 'disabled-by-parent' : 'enabled';
}

type Summary = Omit<GtmStatus, 'enabled'>;

function sumUp(children: readonly (GtmStatus | undefined)[], none: string): Summary {
  const enabled = children.filter((child) => child?.enabled === 'enabled');
  if (enabled.some((child) => child?.availability === 'available')) return available;
  // Nothing known to be wrong, but nothing known to be right either.
  const isUnknown =
    enabled.length > 0 && enabled.every((child) => child?.availability === 'unknown');
  return isUnknown ? unknownYet : { availability: 'offline', reason: none };
}

const available = { availability: 'available', reason: 'Available' } as const;

function sumUpMembers(members: readonly (MemberStatus | undefined)[]): Summary {
  const enabled = members.filter((member) => member?.enabled === 'enabled');
  if (enabled.some((member) => member?.usable)) return available;
  return sumUp(members, 'No enabled pool members available');
}

function memberStatus(
  pool: GtmPool,
  member: GtmPoolMember,
  servers: ReadonlyMap<string, GtmServer>,
  disabledCenters: ReadonlySet<string>,
  health: MergedHealth,
): MemberStatus {
  const server = servers.get(member.server);
  const virtual = server?.virtualServers.find(({ name }) => name === member.virtualServer);
  const missing = missingReason(pool, server, virtual);
  if (server === undefined || virtual === undefined || missing !== undefined) {
    const reason = missing ?? 'no such virtual server';
    const rest = { usable: false, disabledBy: reason, virtual: undefined };
    return {
      availability: 'offline',
      reason,
      enabled: enabledState(member.enabled, false),
      ...rest,
    };
  }
  const said = health.virtualServers.get(virtualServerKey(server.name, virtual.name));
  const disabledBy = disabledReason(member, virtual, server, disabledCenters);
  return {
    availability: said?.availability ?? 'unknown',
    reason: said?.reason ?? 'Checking',
    enabled: enabledState(member.enabled, disabledBy !== ''),
    usable: said?.usable ?? false,
    disabledBy,
    virtual,
  };
}

function missingReason(
  pool: GtmPool,
  server: GtmServer | undefined,
  virtual: GtmVirtualServer | undefined,
): string | undefined {
  if (server === undefined) return 'no such server';
  if (virtual === undefined) return 'no such virtual server';
  if (virtual.endpoint === undefined) return 'the virtual server has no address';
  const family = pool.type === 'a' ? 4 : 6;
  if (virtual.endpoint.address.family === family) return undefined;
  return `the virtual server has no IPv${family} address`;
}

function disabledReason(
  member: GtmPoolMember,
  virtual: GtmVirtualServer,
  server: GtmServer,
  disabledCenters: ReadonlySet<string>,
): string {
  if (!member.enabled) return 'the member is disabled';
  if (!virtual.enabled) return 'the virtual server is disabled';
  if (!server.enabled) return `server ${server.name} is disabled`;
  if (disabledCenters.has(server.datacenter)) return `data center ${server.datacenter} is disabled`;
  return '';
}
