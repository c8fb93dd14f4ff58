/**
 * Status of every GTM object, in BIG-IP's words and reasons (reference 1.6), from the configuration and
 * the merged health. Pure.
 */
import type { GtmPool, GtmPoolMember, GtmServer, GtmVirtualServer } from '../objects.ts';
import { limitedHealth, withinLimits } from './limits.ts';
import type { MergedHealth } from './merge.ts';
import { joined } from './probes.ts';
import { nameStatuses } from './names.ts';
import {
  enabledState,
  memberKey,
  noVirtual,
  sumUp,
  unknownYet,
  type GtmObjects,
  type GtmStatus,
  type GtmStatuses,
  type MemberSource,
  type MemberStatus,
} from './words.ts';

export function gtmStatuses(objects: GtmObjects, health: MergedHealth): GtmStatuses {
  const disabledCenters = new Set(
    objects.datacenters.filter((center) => !center.enabled).map((center) => center.name),
  );
  const limited = limitedHealth(objects, health);
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
      const { key } = virtual;
      const said = limited.virtualServers.get(key) ?? unknownYet;
      const enabled = enabledState(virtual.enabled, parentOff);
      virtualServers.set(key, { availability: said.availability, reason: said.reason, enabled });
    }
  }
  const datacenters = new Map<string, GtmStatus>();
  for (const { enabled, name } of objects.datacenters) {
    const within = objects.servers.filter(
      (server) => server.datacenter === name && server.linkName === undefined,
    );
    const words = within.map((server) => servers.get(server.name));
    datacenters.set(name, {
      ...sumUp(words, 'No enabled servers available'),
      enabled: enabledState(enabled, false),
    });
  }
  const names = nameStatuses(objects, memberSource(objects, disabledCenters, limited));
  return { datacenters, servers, virtualServers, ...names };
}

export function memberSource(
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
  const virtual = server && virtualNamed(server, member.virtualServer);
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
  const known = health.virtualServers.get(virtual.key);
  const { memberProbes } = health;
  // Making the key costs more than all the rest.
  const hasProbes = memberProbes !== undefined && memberProbes.size > 0;
  const probe = hasProbes ? memberProbes.get(memberKey(pool, member.name)) : undefined;
  const probed = known && probe ? joined(known, probe) : known;
  const said = probed && withinLimits(probed, [member.limits, probed.load]);
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

const namedVirtuals = new WeakMap<GtmServer, ReadonlyMap<string, GtmVirtualServer>>();

/** A thousand virtual servers, each a member of some pool, are not to be gone through a thousand times. */
function virtualNamed(server: GtmServer, name: string): GtmVirtualServer | undefined {
  const known = namedVirtuals.get(server);
  if (known !== undefined) return known.get(name);
  const made = new Map(server.virtualServers.map((virtual) => [virtual.name, virtual]));
  namedVirtuals.set(server, made);
  return made.get(name);
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
