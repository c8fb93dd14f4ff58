/**
 * What virtual servers need beside their own health: others (`depends-on`), the link that they are reached through
 * (named, or found by its address), and all that a distributed application has in one place (`dependency-level`). Pure.
 */
import type { GtmObjects } from './words.ts';
import type { GtmServer } from '../objects.ts';
import { linkServerName, type GtmApp } from '../places.ts';
import type { MergedHealth, VirtualServerHealth } from './merge.ts';

/** A chain of virtual servers that need each other is followed so far. */
const longestChain = 8;

type Known = MergedHealth['virtualServers'];

interface Link {
  readonly name: string;
  readonly isEnabled: boolean;
  /** Keys of its routers, as they are probed. */
  readonly routers: readonly string[];
}

/** Virtual servers of an application that are up and down together. */
interface Group {
  readonly app: string;
  readonly keys: readonly string[];
}

/** By key of the virtual server. */
export interface Needs {
  /** All that have any. */
  readonly keys: ReadonlySet<string>;
  readonly others: ReadonlyMap<string, readonly string[]>;
  readonly links: ReadonlyMap<string, Link>;
  readonly groups: ReadonlyMap<string, readonly Group[]>;
  /** Left out by an application, and why. */
  readonly disabled: ReadonlyMap<string, string>;
}

export function readNeeds(
  objects: Pick<GtmObjects, 'servers' | 'pools' | 'wideIps' | 'apps'>,
): Needs {
  const { apps = [], servers } = objects;
  const others = new Map<string, readonly string[]>();
  const links = new Map<string, Link>();
  const places = placesOf(servers);
  for (const server of servers) {
    for (const { dependsOn, key } of server.virtualServers) {
      if (dependsOn.length > 0) others.set(key, dependsOn);
      const link = places.get(key)?.link;
      if (link !== undefined) links.set(key, link);
    }
  }
  const groups = new Map<string, Group[]>();
  const disabled = new Map<string, string>();
  for (const app of apps) {
    const keys = keysOf(app, objects);
    for (const group of groupsOf(app, keys, places)) {
      for (const key of group.keys) groups.set(key, [...(groups.get(key) ?? []), group]);
    }
    for (const key of keys) {
      const context = contextOf(app, places.get(key));
      if (context !== undefined) disabled.set(key, `${context} is disabled for ${app.name}`);
    }
  }
  const keys = new Set([...others.keys(), ...links.keys(), ...groups.keys(), ...disabled.keys()]);
  return { keys, others, links, groups, disabled };
}

interface PlaceOfVirtual {
  readonly server: string;
  readonly datacenter: string;
  readonly link: Link | undefined;
}

function placesOf(servers: readonly GtmServer[]): ReadonlyMap<string, PlaceOfVirtual> {
  const links = new Map<string, Link>();
  for (const server of servers) {
    if (server.linkName === undefined) continue;
    const routers = server.virtualServers.map(({ key }) => key);
    links.set(server.linkName, { name: server.linkName, isEnabled: server.enabled, routers });
  }
  const places = new Map<string, PlaceOfVirtual>();
  for (const { datacenter, linkName, name: server, virtualServers } of servers) {
    if (linkName !== undefined) continue;
    for (const { key, link } of virtualServers) {
      places.set(key, { server, datacenter, link: link === '' ? undefined : links.get(link) });
    }
  }
  return places;
}

/** Virtual servers behind the application's wide IPs. */
function keysOf(
  app: GtmApp,
  { pools, wideIps }: Pick<GtmObjects, 'pools' | 'wideIps'>,
): ReadonlySet<string> {
  const its = wideIps.filter(({ name, type }) => app.wideIps.has(name) && isOfAddresses(type));
  const names = new Set(its.flatMap((one) => one.pools.map((pool) => `${pool.type} ${pool.name}`)));
  return new Set(
    pools
      .filter(({ name, type }) => names.has(`${type} ${name}`) && isOfAddresses(type))
      .flatMap(({ members }) => members.map(({ virtualKey }) => virtualKey)),
  );
}

function isOfAddresses(type: string): boolean {
  return type === 'a' || type === 'aaaa';
}

function groupsOf(
  app: GtmApp,
  keys: ReadonlySet<string>,
  places: ReadonlyMap<string, PlaceOfVirtual>,
): readonly Group[] {
  const { level } = app;
  // Wide IPs are looked at when they are decided.
  if (level === 'none' || level === 'wideip') return [];
  const byPlace = new Map<string, string[]>();
  for (const key of keys) {
    const place = places.get(key);
    const where = level === 'link' ? place?.link?.name : place?.[level];
    if (where !== undefined) byPlace.set(where, [...(byPlace.get(where) ?? []), key]);
  }
  return [...byPlace.values()].map((together) => ({ app: app.name, keys: together }));
}

function contextOf(app: GtmApp, place: PlaceOfVirtual | undefined): string | undefined {
  if (place === undefined) return undefined;
  return [place.datacenter, place.server, place.link?.name].find(
    (name) => name !== undefined && app.disabledContexts.has(name),
  );
}

/** By what is needed, who needs it. */
export function neededBy(needs: Needs): ReadonlyMap<string, readonly string[]> {
  const by = new Map<string, string[]>();
  const note = (other: string, key: string): void => {
    if (other !== key) by.set(other, [...(by.get(other) ?? []), key]);
  };
  for (const [key, others] of needs.others) for (const other of others) note(other, key);
  for (const [key, { routers }] of needs.links) for (const router of routers) note(router, key);
  for (const [key, groups] of needs.groups) {
    for (const group of groups) for (const other of group.keys) note(other, key);
  }
  return by;
}

/** What is known of one, when what it needs is looked at, too. */
export function withNeeds(
  key: string,
  needs: Needs,
  known: Known,
): VirtualServerHealth | undefined {
  const said = known.get(key);
  if (said?.usable !== true || !needs.keys.has(key)) return said;
  const link = needs.links.get(key);
  const lack = link && linkLack(link, known);
  const reason =
    needs.disabled.get(key) ??
    lack?.reason ??
    othersLack(key, needs, known) ??
    groupLack(key, needs, known);
  const linkCapacity = link && known.get(link.routers[0] ?? '')?.load.linkCapacity;
  const load = linkCapacity === undefined ? said.load : { ...said.load, linkCapacity };
  if (reason === undefined) return { ...said, load };
  const availability = reason === lack?.reason ? lack.availability : 'offline';
  return { ...said, load, availability, reason, usable: false };
}

function othersLack(key: string, needs: Needs, known: Known): string | undefined {
  const other = missing(key, longestChain, needs, known);
  if (other === undefined) return undefined;
  return `depends on ${other}: ${known.get(other)?.reason.trim() ?? 'no such virtual server'}`;
}

/** A link is up as long as one of its routers may be, and its limits hold; one that nobody probes is. */
function linkLack(
  { isEnabled, name, routers }: Link,
  known: Known,
): Pick<VirtualServerHealth, 'availability' | 'reason'> | undefined {
  const its = linkServerName(name);
  if (!isEnabled) return { availability: 'offline', reason: `${its} is disabled` };
  const isUnusable = (router: string): boolean => known.get(router)?.usable === false;
  if (routers.length === 0 || !routers.every(isUnusable)) return undefined;
  const full = routers.find((router) => known.get(router)?.availability === 'unavailable');
  if (full !== undefined) {
    return { availability: 'unavailable', reason: known.get(full)?.reason ?? '' };
  }
  const why = known.get(routers[0] ?? '')?.reason.trim() ?? '';
  return { availability: 'offline', reason: `${its} is down: ${why}` };
}

function groupLack(key: string, { groups }: Needs, known: Known): string | undefined {
  for (const { app, keys } of groups.get(key) ?? []) {
    const other = keys.find((one) => known.get(one)?.usable !== true);
    if (other !== undefined)
      return `${app} needs ${other}: ${known.get(other)?.reason.trim() ?? ''}`;
  }
  return undefined;
}

function missing(key: string, depth: number, needs: Needs, known: Known): string | undefined {
  return needs.others
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
  by: ReadonlyMap<string, readonly string[]>,
): ReadonlySet<string> {
  const found = new Set(of);
  // A set that grows while it is gone through is gone through to its end.
  for (const key of found) for (const other of by.get(key) ?? []) found.add(other);
  return found;
}
