/**
 * Reports of local devices, merged into the state of servers and their virtual servers. Pure.
 *
 * A server may have several devices (a pair). For each virtual server the report of the device that owns
 * its address counts; when several claim it, the one that claimed it last (the other was cut off before it
 * could say that it lost it). While nobody claims it, as between a death and the take-over, the word of
 * any reporting device stands in, for `ownerGapMilliseconds`; so a failover inside the pair moves nothing.
 * When a device of the pair is not heard, it may well be the one that owns: then the other's word (its own
 * monitors see the same servers) stands in for as long as that lasts, unless it is offline itself.
 *
 * How old a word may be: a report counts for the timeout of the server's bigip monitor after its receipt;
 * when the session is lost, for `sessionGraceMilliseconds` after that (or the timeout, if shorter). The
 * channel notices a silent peer within about a second, so a dead site is noticed in about eleven, and in
 * no case later than the timeout. Older reports are kept for show, never used as fresh.
 */
import type { NetworkHealth, VirtualHealth } from '../../iquery/types.ts';
import { linkCapacity, loadOfRouters, type LinkTerms } from '../link-load.ts';
import { endpointKey, type GtmServer, type GtmVirtualServer } from '../objects.ts';
import { parseAddress } from '../../base/address.ts';

export const sessionGraceMilliseconds = 10_000;
export const ownerGapMilliseconds = 10_000;

export interface ReportedVirtual {
  readonly health: VirtualHealth;
  /** When this device began to claim the address; undefined while it does not. Monotonic milliseconds. */
  readonly ownerSince: number | undefined;
  /** When it last stopped doing so. */
  readonly ownedUntil: number | undefined;
}

/** All that one device has said; immutable. */
export interface DeviceReports {
  readonly device: string;
  /** That it is known by: of its session, of its own configuration; canonical text. */
  readonly addresses: readonly string[];
  readonly isOpen: boolean;
  /** When the session was lost. */
  readonly closedAt: number;
  /** undefined: it has not reported yet. */
  readonly receivedAt: number | undefined;
  /** Not forced offline: its word may stand in for that of an owner. */
  readonly isEligible: boolean;
  readonly metrics: DeviceMetrics;
  /** That it stands in, with what passes there; of its last complete report. */
  readonly networks: readonly NetworkHealth[];
  readonly virtuals: ReadonlyMap<string, ReportedVirtual>;
}

export interface DeviceMetrics {
  readonly cpuPercent: number;
  readonly memoryAvailableKilobytes: number;
}

export function newReports(device: string): DeviceReports {
  return {
    device,
    addresses: [],
    isOpen: true,
    closedAt: 0,
    receivedAt: undefined,
    isEligible: true,
    metrics: { cpuPercent: 0, memoryAvailableKilobytes: Infinity },
    networks: [],
    virtuals: new Map(),
  };
}

export interface IncomingReport {
  readonly complete: boolean;
  readonly proberEligible: boolean;
  readonly metrics: DeviceMetrics;
  readonly networks: readonly NetworkHealth[];
  readonly virtuals: readonly VirtualHealth[];
}

export function takeReport(
  reports: DeviceReports,
  incoming: IncomingReport,
  now: number,
): DeviceReports {
  const virtuals = new Map(incoming.complete ? [] : reports.virtuals);
  for (const health of incoming.virtuals) {
    if (health.deleted) virtuals.delete(health.name);
    else virtuals.set(health.name, take(reports.virtuals.get(health.name), health, now));
  }
  // What is said in between is said of virtual servers; the device's own load comes with each whole report.
  const isFirst = incoming.complete || reports.receivedAt === undefined;
  const metrics = isFirst ? incoming.metrics : reports.metrics;
  const networks = incoming.complete ? incoming.networks : reports.networks;
  const isEligible = incoming.proberEligible;
  return { ...reports, receivedAt: now, isEligible, metrics, networks, virtuals };
}

/** What virtual servers may be found by (name, address and port) of which another thing is said. */
export function saidAnew(former: DeviceReports, next: DeviceReports): ReadonlySet<string> {
  const changed = new Set<string>();
  addOthers(former.virtuals, next.virtuals, changed);
  addOthers(next.virtuals, former.virtuals, changed);
  return changed;
}

function addOthers(
  virtuals: DeviceReports['virtuals'],
  others: DeviceReports['virtuals'],
  changed: Set<string>,
): void {
  if (virtuals === others) return;
  for (const [name, reported] of virtuals) {
    if (others.get(name) === reported) continue;
    changed.add(name);
    changed.add(keyOf(reported.health));
  }
}

function take(
  former: ReportedVirtual | undefined,
  health: VirtualHealth,
  now: number,
): ReportedVirtual {
  // What is the same stays the same object: who looks for changes finds none.
  if (former !== undefined && isSameHealth(former.health, health)) return former;
  if (health.owner) {
    return { health, ownerSince: former?.ownerSince ?? now, ownedUntil: undefined };
  }
  const lostNow = former?.ownerSince === undefined ? former?.ownedUntil : now;
  return { health, ownerSince: undefined, ownedUntil: lostNow };
}

function isSameHealth(a: VirtualHealth, b: VirtualHealth): boolean {
  return (
    a.availability === b.availability &&
    a.owner === b.owner &&
    a.enabled === b.enabled &&
    a.reason === b.reason &&
    a.address === b.address &&
    a.port === b.port &&
    a.currentConnections === b.currentConnections &&
    a.bitsPerSecond === b.bitsPerSecond &&
    a.packetsPerSecond === b.packetsPerSecond &&
    a.membersUp === b.membersUp &&
    a.gtmScore === b.gtmScore &&
    a.protocol === b.protocol &&
    a.sinceMilliseconds === b.sinceMilliseconds
  );
}

export type Words = 'available' | 'unavailable' | 'offline' | 'unknown';

export interface ServerHealth {
  readonly availability: Words;
  readonly reason: string;
  /** The busiest of its devices; undefined while none reports. */
  readonly metrics?: DeviceMetrics;
}

export interface VirtualServerHealth {
  readonly availability: Words;
  readonly reason: string;
  /** May be handed out: available, or unknown because nobody monitors it. */
  readonly usable: boolean;
  /** Of the report that counted. */
  readonly device: string | undefined;
  readonly load: VirtualLoad;
}

export interface VirtualLoad {
  readonly bitsPerSecond: number;
  readonly packetsPerSecond: number;
  readonly connections: number;
  readonly membersUp: number;
  readonly score: number;
  readonly cpuPercent: number;
  /** Of routers: what passes their link, by direction. */
  readonly bitsIn?: number;
  readonly bitsOut?: number;
  /** What the link that it is reached through has to give (`linkCapacity`). */
  readonly linkCapacity?: number;
}

export interface MergedHealth {
  readonly servers: ReadonlyMap<string, ServerHealth>;
  /** Key: `server:virtual-server`. */
  readonly virtualServers: ReadonlyMap<string, VirtualServerHealth>;
  /** Monotonic milliseconds when something may change without a report; infinite when nothing can. */
  readonly nextChangeAt: number;
  /** What probes of pools say of their members, by pool and member. */
  readonly memberProbes?: ReadonlyMap<
    string,
    { readonly availability: Words; readonly reason: string }
  >;
}

interface FreshDevice {
  readonly reports: DeviceReports;
  readonly freshUntil: number;
}

/** Reports that belong to the server's devices, by device name or by the address of the session. */
export function reportsOf(
  server: GtmServer,
  devices: Iterable<DeviceReports>,
): readonly DeviceReports[] {
  const addresses = new Set(server.devices.flatMap((device) => device.addresses));
  const names = new Set(server.devices.map((device) => device.name));
  return [...devices].filter(
    (reports) =>
      names.has(reports.device) || reports.addresses.some((address) => addresses.has(address)),
  );
}

export function freshUntil(reports: DeviceReports, timeoutSeconds: number): number {
  if (reports.receivedAt === undefined) return -Infinity;
  const byAge = reports.receivedAt + timeoutSeconds * 1_000;
  return reports.isOpen ? byAge : Math.min(byAge, reports.closedAt + sessionGraceMilliseconds);
}

export function mergeHealth(
  servers: readonly GtmServer[],
  devices: Iterable<DeviceReports>,
  ownName: string,
  now: number,
): MergedHealth {
  const all = [...devices];
  const merged = {
    servers: new Map<string, ServerHealth>(),
    virtualServers: new Map<string, VirtualServerHealth>(),
    nextChangeAt: Infinity,
  };
  const expect = (at: number): void => {
    if (at > now) merged.nextChangeAt = Math.min(merged.nextChangeAt, at);
  };
  for (const server of servers) {
    const known = reportsOf(server, all);
    const fresh = known
      .map((reports) => ({
        reports,
        freshUntil: freshUntil(reports, server.monitor.timeoutSeconds),
      }))
      .filter((device) => device.freshUntil > now);
    for (const device of fresh) expect(device.freshUntil);
    const health = serverHealth(server, known, fresh, ownName);
    merged.servers.set(server.name, health);
    for (const virtual of server.virtualServers) {
      const said = virtualHealth(server, virtual, fresh, health, now, expect);
      merged.virtualServers.set(virtual.key, said);
    }
  }
  return merged;
}

function serverHealth(
  server: GtmServer,
  known: readonly DeviceReports[],
  fresh: readonly FreshDevice[],
  ownName: string,
): ServerHealth {
  if (!server.isBigip) return { availability: 'unknown', reason: ' No monitor is assigned' };
  // The leading blank is BIG-IP's.
  const monitor = ` Monitor ${server.monitor.name} from ${ownName} :`;
  if (fresh.length > 0) {
    const metrics = {
      cpuPercent: Math.max(...fresh.map(({ reports }) => reports.metrics.cpuPercent)),
      memoryAvailableKilobytes: Math.min(
        ...fresh.map(({ reports }) => reports.metrics.memoryAvailableKilobytes),
      ),
    };
    return { availability: 'available', reason: `${monitor} UP`, metrics };
  }
  const hasReported = known.some((reports) => reports.receivedAt !== undefined);
  if (!hasReported && known.some((reports) => reports.isOpen)) {
    return { availability: 'unknown', reason: 'Checking' };
  }
  return { availability: 'offline', reason: `${monitor} no reply from big3d: timed out` };
}

const noLoad: VirtualLoad = {
  bitsPerSecond: 0,
  packetsPerSecond: 0,
  connections: 0,
  membersUp: 0,
  score: 0,
  cpuPercent: 0,
};

function virtualHealth(
  server: GtmServer,
  virtual: GtmVirtualServer,
  fresh: readonly FreshDevice[],
  health: ServerHealth,
  now: number,
  expect: (at: number) => void,
): VirtualServerHealth {
  const nothing = { usable: false, device: undefined, load: noLoad };
  const said = { availability: health.availability, reason: health.reason };
  if (server.linkTerms !== undefined) {
    const load = routerLoad(server, server.linkTerms, fresh);
    return { ...said, ...nothing, load, usable: true };
  }
  if (!server.isBigip) return { ...said, ...nothing, usable: true };
  if (health.availability !== 'available') return { ...said, ...nothing };
  const found = fresh.flatMap((device) => {
    const reported = findVirtual(device.reports, virtual);
    return reported === undefined ? [] : [{ reported, device: device.reports }];
  });
  if (found.length === 0) {
    const reason = ` Monitor ${server.monitor.name}: no such virtual server on the device`;
    return { availability: 'offline', reason, ...nothing };
  }
  const owner = found
    .filter(({ reported }) => reported.ownerSince !== undefined)
    .toSorted(compareClaims)[0];
  if (owner !== undefined) return wordOf(server, owner.device, owner.reported.health);
  const gapEnd = ownerGapEnd(server, fresh, found);
  if (gapEnd <= now) {
    const reason = ` Monitor ${server.monitor.name}: no device is active for the address`;
    return { availability: 'offline', reason, ...nothing };
  }
  expect(gapEnd);
  const best =
    found.find(({ reported }) => reported.health.availability === 'available') ?? found[0];
  // `found` is not empty here.
  return best === undefined
    ? { ...said, ...nothing }
    : wordOf(server, best.device, best.reported.health);
}

/** The same of each router of a link. */
function routerLoad(
  server: GtmServer,
  terms: LinkTerms,
  fresh: readonly FreshDevice[],
): VirtualLoad {
  const routers = server.virtualServers.map(({ name }) => name);
  const networks = fresh.flatMap(({ reports }) => reports.networks);
  const load = loadOfRouters(routers, networks);
  const { bitsIn, bitsOut, packets } = load;
  return {
    ...noLoad,
    bitsPerSecond: bitsIn + bitsOut,
    packetsPerSecond: packets,
    bitsIn,
    bitsOut,
    linkCapacity: linkCapacity(terms, load),
  };
}

interface Claim {
  readonly reported: ReportedVirtual;
  readonly device: DeviceReports;
}

/** The newest claim first; a device that is still connected before one that is not. */
function compareClaims(a: Claim, b: Claim): number {
  if (a.device.isOpen !== b.device.isOpen) return a.device.isOpen ? -1 : 1;
  return (b.reported.ownerSince ?? 0) - (a.reported.ownerSince ?? 0);
}

/** Until when the address may be without an owner; infinite while one may exist that we do not hear. */
function ownerGapEnd(
  server: GtmServer,
  fresh: readonly FreshDevice[],
  found: readonly Claim[],
): number {
  const mayStandIn = found.some(({ device }) => device.isEligible);
  if (server.devices.length > fresh.length && mayStandIn) return Infinity;
  const ends = found.map(({ reported }) => reported.ownedUntil ?? -Infinity);
  return Math.max(...ends) + ownerGapMilliseconds;
}

function findVirtual(
  reports: DeviceReports,
  virtual: GtmVirtualServer,
): ReportedVirtual | undefined {
  for (const name of [virtual.ltmName, virtual.name]) {
    const reported = name === '' ? undefined : reports.virtuals.get(name);
    if (reported !== undefined) return reported;
  }
  return byEndpoint(reports.virtuals).get(virtual.inside);
}

const endpoints = new WeakMap<DeviceReports['virtuals'], ReadonlyMap<string, ReportedVirtual>>();

/** The first of several. */
function byEndpoint(virtuals: DeviceReports['virtuals']): ReadonlyMap<string, ReportedVirtual> {
  const known = endpoints.get(virtuals);
  if (known !== undefined) return known;
  const found = new Map<string, ReportedVirtual>();
  for (const reported of virtuals.values()) {
    const key = keyOf(reported.health);
    if (!found.has(key)) found.set(key, reported);
  }
  endpoints.set(virtuals, found);
  return found;
}

const endpointKeys = new WeakMap<VirtualHealth, string>();

/** As `GtmVirtualServer.inside`; empty: no address. */
function keyOf(health: VirtualHealth): string {
  const known = endpointKeys.get(health);
  if (known !== undefined) return known;
  const address = parseAddress(health.address);
  const key = address === undefined ? '' : endpointKey({ address, port: health.port });
  endpointKeys.set(health, key);
  return key;
}

function wordOf(
  server: GtmServer,
  { device, metrics }: DeviceReports,
  health: VirtualHealth,
): VirtualServerHealth {
  const load: VirtualLoad = {
    bitsPerSecond: health.bitsPerSecond,
    packetsPerSecond: health.packetsPerSecond,
    connections: health.currentConnections,
    membersUp: health.membersUp,
    score: health.gtmScore,
    cpuPercent: metrics.cpuPercent,
  };
  const monitor = ` Monitor ${server.monitor.name} from ${device} :`;
  if (health.enabled !== 'enabled') {
    const reason = `${monitor} the virtual server is ${health.enabled} there`;
    return { availability: 'offline', reason, usable: false, device, load };
  }
  const availability = wordOfAvailability(health.availability);
  const said = availability === 'available' ? 'UP' : `state: ${health.reason}`;
  const usable = availability === 'available' || availability === 'unknown';
  return { availability, reason: `${monitor} ${said}`, usable, device, load };
}

function wordOfAvailability(word: string): Words {
  return word === 'available' || word === 'unavailable' || word === 'offline' ? word : 'unknown';
}
