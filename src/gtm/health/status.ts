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
import { limitedHealth, withinLimits } from './limits.ts';
import { virtualServerKey, type MergedHealth, type VirtualLoad, type Words } from './merge.ts';
import { nameStatuses } from './names.ts';

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
  readonly load: VirtualLoad | undefined;
  readonly datacenter: string | undefined;
}

export const noVirtual = { virtual: undefined, load: undefined, datacenter: undefined } as const;

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
  const limited = limitedHealth(objects.servers, health);
  const servers = new Map<string, GtmStatus>();
  const virtualServers = new Map<string, GtmStatus>();
  for (const server of objects.servers) {
    const inDisabled = disabledCenters.has(server.datacenter);
    const known = limited.servers.get(server.name) ?? unknownYet;
    const { availability, reason } = known;
    servers.set(server.name, {
      availability,
      reason,
      enabled: enabledState(server.enabled, inDisabled),
    });
    const parentOff = inDisabled || !server.enabled;
    for (const virtual of server.virtualServers) {
      const key = virtualServerKey(server.name, virtual.name);
      const said = limited.virtualServers.get(key) ?? unknownYet;
      const enabled = enabledState(virtual.enabled, parentOff);
      virtualServers.set(key, { availability: said.availability, reason: said.reason, enabled });
    }
  }
  const datacenters = new Map<string, GtmStatus>();
  for (const { enabled, name } of objects.datacenters) {
    const within = objects.servers.filter((server) => server.datacenter === name);
    const words = within.map((server) => servers.get(server.name));
    datacenters.set(name, {
      ...sumUp(words, 'No enabled servers available'),
      enabled: enabledState(enabled, false),
    });
  }
  const names = nameStatuses(objects, memberSource(objects, disabledCenters, limited));
  return { datacenters, servers, virtualServers, ...names };
}

export const unknownYet = { availability: 'unknown', reason: 'Checking' } as const;

export function enabledState(enabled: boolean, isParentOff: boolean): EnabledState {
  if (!enabled) return 'disabled';
  return isParentOff ? 'disabled-by-parent' : 'enabled';
}

export type Summary = Omit<GtmStatus, 'enabled'>;

export function sumUp(children: readonly (GtmStatus | undefined)[], none: string): Summary {
  const enabled = children.filter((child) => child?.enabled === 'enabled');
  if (enabled.some((child) => child?.availability === 'available')) return available;
  // Nothing known to be wrong, but nothing known to be right either.
  const isUnknown =
    enabled.length > 0 && enabled.every((child) => child?.availability === 'unknown');
  return isUnknown ? unknownYet : { availability: 'offline', reason: none };
}

export const available = { availability: 'available', reason: 'Available' } as const;

export type MemberSource = (pool: GtmPool, member: GtmPoolMember) => MemberStatus;

function memberSource(
  objects: GtmObjects,
  disabledCenters: ReadonlySet<string>,
  health: MergedHealth,
): MemberSource {
  const servers = new Map(objects.servers.map((server) => [server.name, server]));
  return (pool, member) => memberStatus(pool, member, servers, disabledCenters, health);
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
    const rest = { usable: false, disabledBy: reason, ...noVirtual };
    return {
      availability: 'offline',
      reason,
      enabled: enabledState(member.enabled, false),
      ...rest,
    };
  }
  const known = health.virtualServers.get(virtualServerKey(server.name, virtual.name));
  const said = known && withinLimits(known, [member.limits, known.load]);
  const disabledBy = disabledReason(member, virtual, server, disabledCenters);
  return {
    availability: said?.availability ?? 'unknown',
    reason: said?.reason ?? 'Checking',
    enabled: enabledState(member.enabled, disabledBy !== ''),
    usable: said?.usable ?? false,
    disabledBy,
    virtual,
    load: said?.load,
    datacenter: server.datacenter,
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
