/**
 * Statuses carried from one moment to the next: only virtual servers of which another thing is said, or whose word
 * has aged, are looked at again, and only what hangs on them. Pure but for its own tables. What comes out is the same
 * as what `mergeHealth`, `withProbes`, `gtmStatuses` and `buildSnapshot` make of everything; a test compares them.
 */
import type { PoolPatch } from '../decision/snapshot-patch.ts';
import type { GtmSnapshot } from '../decision/snapshot-types.ts';
import type { GtmServer, GtmVirtualServer } from '../objects.ts';
import { withLimits } from './limits.ts';
import {
  freshUntil,
  mergeHealth,
  reportsOf,
  type DeviceReports,
  type MergedHealth,
  type ServerHealth,
  type VirtualServerHealth,
} from './merge.ts';
import { dependents, neededBy, readNeeds, withNeeds, type Needs } from './needs.ts';
import {
  probedMembers,
  withServerProbes,
  type Lookup,
  type ProbePlan,
  type Verdict,
} from './probes.ts';
import { isSameLoad, note, RunningNames, type Noted, type Tables } from './running-names.ts';
import { memberSource } from './status.ts';
import { enabledState, sumUp, unknownYet, type GtmObjects, type GtmStatuses } from './words.ts';

export interface Situation {
  readonly objects: GtmObjects;
  readonly health: MergedHealth;
  readonly statuses: GtmStatuses;
  readonly snapshot: GtmSnapshot;
}

/** What may be new. */
export interface News {
  readonly devices: readonly DeviceReports[];
  /** By device: names and addresses (`saidAnew`) of virtual servers of which it says another thing than at the last step. */
  readonly said: ReadonlyMap<string, ReadonlySet<string>>;
  /** Probes may say another thing, too. */
  readonly isProbed: boolean;
  /** Monotonic milliseconds. */
  readonly now: number;
}

/** What one step changed; the tables hold nothing else. */
export interface Step extends Noted {
  readonly patches: readonly PoolPatch[];
}

export interface Probes {
  readonly plan: ProbePlan;
  readonly lookup: Lookup;
  readonly ownName: string;
}

export interface RunningStatuses {
  /** As of the last step; the same object, whose tables go on changing. */
  readonly situation: Situation;
  step(news: News): Step;
}

/** From what was made of everything, with the probes that it was made with. */
export function runStatuses(start: Situation, probes: Probes): RunningStatuses {
  return new Running(start, probes);
}

/** What the last look at a server saw. */
interface Seen {
  readonly reports: readonly DeviceReports[];
  readonly nextChangeAt: number;
}

interface Look {
  readonly server: GtmServer;
  readonly reports: readonly DeviceReports[];
  /** Undefined: all. */
  readonly virtuals: readonly GtmVirtualServer[] | undefined;
}

class Running implements RunningStatuses {
  readonly situation: Situation;
  readonly #probes: Probes;
  readonly #tables: Tables;
  readonly #names: RunningNames;
  readonly #servers: Map<string, ServerHealth>;
  /** As reported and probed. */
  readonly #known: Map<string, VirtualServerHealth>;
  /** Within limits. */
  readonly #limited: Map<string, VirtualServerHealth>;
  /** With what they need. */
  readonly #final: Map<string, VirtualServerHealth>;
  #memberProbes: ReadonlyMap<string, Verdict>;
  readonly #seen = new Map<GtmServer, Seen>();
  readonly #owners = new Owners();
  readonly #needs: Needs;
  readonly #neededBy: ReadonlyMap<string, readonly string[]>;
  readonly #found = new WeakMap<GtmServer, ReadonlyMap<string, readonly GtmVirtualServer[]>>();
  readonly #disabledCenters: ReadonlySet<string>;

  constructor({ health, objects, snapshot, statuses }: Situation, probes: Probes) {
    this.#probes = probes;
    this.#tables = {
      servers: new Map(statuses.servers),
      datacenters: new Map(statuses.datacenters),
      virtualServers: new Map(statuses.virtualServers),
      members: new Map(statuses.members),
      pools: new Map(statuses.pools),
      wideIps: new Map(statuses.wideIps),
    };
    this.#servers = new Map(health.servers);
    this.#known = new Map(health.virtualServers);
    this.#memberProbes = health.memberProbes ?? new Map();
    this.#disabledCenters = new Set(
      objects.datacenters.filter(({ enabled }) => !enabled).map(({ name }) => name),
    );
    this.#needs = readNeeds(objects);
    this.#neededBy = neededBy(this.#needs);
    this.#limited = new Map(withLimits(objects.servers, health).virtualServers);
    this.#final = new Map(this.#limited);
    for (const key of this.#needs.keys) {
      const said = withNeeds(key, this.#needs, this.#limited);
      if (said !== undefined) this.#final.set(key, said);
    }
    const carried = { ...snapshot, pools: [...snapshot.pools] };
    this.situation = { objects, health: this.#health(), statuses: this.#tables, snapshot: carried };
    const final = this.#final;
    const memberProbes = (): ReadonlyMap<string, Verdict> => this.#memberProbes;
    const source = memberSource(objects, this.#disabledCenters, {
      ...this.#health(),
      virtualServers: final,
      get memberProbes() {
        return memberProbes();
      },
    });
    this.#names = new RunningNames(objects, this.#tables, source, carried);
  }

  step({ devices, isProbed, now, said }: News): Step {
    const noted: Noted = { before: emptyTables(), after: emptyTables() };
    const changed = new Set<string>();
    const centers = new Set<string>();
    this.#owners.update(this.situation.objects.servers, devices);
    for (const server of this.situation.objects.servers) {
      const look = this.#lookAt(server, said, isProbed, now);
      if (look !== undefined) this.#takeServer(look, now, changed, centers, noted);
    }
    for (const name of centers) this.#takeDatacenter(name, noted);
    const touched = this.#takeNeeds(dependents(changed, this.#neededBy), noted);
    const members = isProbed ? this.#takeMemberProbes() : [];
    return { ...noted, patches: this.#names.step(touched, members, noted) };
  }

  #health(): MergedHealth {
    const memberProbes = (): ReadonlyMap<string, Verdict> => this.#memberProbes;
    return {
      servers: this.#servers,
      virtualServers: this.#known,
      // Servers age one by one here: nobody needs the next moment of all of them.
      nextChangeAt: Infinity,
      get memberProbes() {
        return memberProbes();
      },
    };
  }

  /** Undefined: nothing is new. */
  #lookAt(server: GtmServer, said: News['said'], isProbed: boolean, now: number): Look | undefined {
    const reports = this.#owners.reportsOf(server);
    const seen = this.#seen.get(server);
    if (seen === undefined) return { server, reports, virtuals: undefined };
    if (isProbed && this.#isProbed(server)) return { server, reports, virtuals: undefined };
    if (hasMore(server, seen, reports, now)) return { server, reports, virtuals: undefined };
    const virtuals = this.#saidOf(server, reports, said);
    // Heard again, with nothing new: how long it is fresh is another.
    const isHeard = reports.some((one, index) => one !== seen.reports[index]);
    if (virtuals.length === 0 && !isHeard) return undefined;
    const isAlone = server.isBigip && !hasLimits(server);
    return { server, reports, virtuals: isAlone ? virtuals : undefined };
  }

  #isProbed(server: GtmServer): boolean {
    const { virtualServers } = this.#probes.plan;
    if (virtualServers.size === 0) return false;
    return server.virtualServers.some(({ key }) => virtualServers.has(key));
  }

  #saidOf(
    server: GtmServer,
    reports: readonly DeviceReports[],
    said: News['said'],
  ): readonly GtmVirtualServer[] {
    const found = new Set<GtmVirtualServer>();
    for (const { device } of reports) {
      const keys = said.get(device);
      if (keys === undefined) continue;
      const byKey = this.#byKey(server);
      for (const key of keys) for (const virtual of byKey.get(key) ?? []) found.add(virtual);
    }
    return [...found];
  }

  /** By everything that a virtual server may be found by in a report. */
  #byKey(server: GtmServer): ReadonlyMap<string, readonly GtmVirtualServer[]> {
    const known = this.#found.get(server);
    if (known !== undefined) return known;
    const byKey = new Map<string, GtmVirtualServer[]>();
    for (const virtual of server.virtualServers) {
      for (const key of new Set([virtual.ltmName, virtual.name, virtual.inside])) {
        const same = byKey.get(key);
        if (same === undefined) byKey.set(key, [virtual]);
        else same.push(virtual);
      }
    }
    this.#found.set(server, byKey);
    return byKey;
  }

  #takeServer(
    { reports, server, virtuals }: Look,
    now: number,
    changed: Set<string>,
    centers: Set<string>,
    noted: Noted,
  ): void {
    const { lookup, ownName, plan } = this.#probes;
    const seen = this.#seen.get(server);
    const part = virtuals === undefined ? server : { ...server, virtualServers: virtuals };
    const merged = mergeHealth([part], reports, ownName, now);
    // Of those that were left out, what was known of the next change still holds.
    const known = virtuals === undefined ? Infinity : (seen?.nextChangeAt ?? Infinity);
    const nextChangeAt = merged.nextChangeAt;
    this.#seen.set(server, { reports, nextChangeAt: Math.min(known, nextChangeAt) });
    const probed =
      plan.virtualServers.size === 0
        ? merged
        : withServerProbes(merged, [part], plan, lookup, ownName);
    const limited = withLimits([part], probed);
    const own = probed.servers.get(server.name);
    if (own !== undefined) this.#servers.set(server.name, own);
    const { availability, reason } = limited.servers.get(server.name) ?? unknownYet;
    const isOff = this.#disabledCenters.has(server.datacenter);
    const enabled = enabledState(server.enabled, isOff);
    const status = { availability, reason, enabled };
    if (note('servers', server.name, status, this.#tables, noted)) centers.add(server.datacenter);
    for (const virtual of part.virtualServers) {
      const { key } = virtual;
      const now = probed.virtualServers.get(key);
      const said = limited.virtualServers.get(key);
      if (now === undefined || said === undefined) continue;
      this.#known.set(key, now);
      const former = this.#limited.get(key);
      this.#limited.set(key, said);
      if (former === undefined || !isSame(former, said)) changed.add(key);
    }
  }

  #takeDatacenter(name: string, noted: Noted): void {
    const { datacenters, servers } = this.situation.objects;
    const center = datacenters.find((one) => one.name === name);
    if (center === undefined) return;
    const words = servers
      .filter((server) => server.datacenter === name && server.linkName === undefined)
      .map((server) => this.#tables.servers.get(server.name));
    const summary = sumUp(words, 'No enabled servers available');
    const status = { ...summary, enabled: enabledState(center.enabled, false) };
    note('datacenters', name, status, this.#tables, noted);
  }

  /** Those of which another thing is to be said now. */
  #takeNeeds(keys: ReadonlySet<string>, noted: Noted): readonly string[] {
    return [...keys].filter((key) => {
      const said = withNeeds(key, this.#needs, this.#limited);
      const former = this.#final.get(key);
      const status = this.#tables.virtualServers.get(key);
      if (said === undefined || status === undefined) return false;
      this.#final.set(key, said);
      const { availability, reason } = said;
      const next = { availability, reason, enabled: status.enabled };
      note('virtualServers', key, next, this.#tables, noted);
      return former === undefined || !isSame(former, said);
    });
  }

  /** Keys of members. */
  #takeMemberProbes(): readonly string[] {
    const { lookup, ownName, plan } = this.#probes;
    const before = this.#memberProbes;
    const after = probedMembers(plan, lookup, ownName);
    this.#memberProbes = after;
    return [...plan.members.keys()].filter((key) => {
      const [one, other] = [before.get(key), after.get(key)];
      return one?.availability !== other?.availability || one?.reason !== other?.reason;
    });
  }
}

/** Which devices belong to which server; worked out anew only when one came or is known by another address. */
class Owners {
  #addresses: ReadonlyMap<string, readonly string[]> = new Map();
  #devices = new Map<GtmServer, readonly string[]>();
  #reports: ReadonlyMap<string, DeviceReports> = new Map();

  update(servers: readonly GtmServer[], devices: readonly DeviceReports[]): void {
    this.#reports = new Map(devices.map((one) => [one.device, one]));
    const isSameAs =
      this.#addresses.size === devices.length &&
      devices.every(({ addresses, device }) => this.#addresses.get(device) === addresses);
    if (isSameAs) return;
    this.#addresses = new Map(devices.map(({ addresses, device }) => [device, addresses]));
    for (const server of servers) {
      this.#devices.set(
        server,
        reportsOf(server, devices).map(({ device }) => device),
      );
    }
  }

  reportsOf(server: GtmServer): readonly DeviceReports[] {
    return (this.#devices.get(server) ?? []).flatMap((device) => this.#reports.get(device) ?? []);
  }
}

function emptyTables(): Tables {
  return {
    servers: new Map(),
    datacenters: new Map(),
    virtualServers: new Map(),
    members: new Map(),
    pools: new Map(),
    wideIps: new Map(),
  };
}

/** A limit of the server counts all its virtual servers together. */
function hasLimits({ limits }: GtmServer): boolean {
  return Object.values(limits).some((limit) => limit !== undefined);
}

/** More than words of single virtual servers: sessions, the load of the device, time. */
function hasMore(
  server: GtmServer,
  seen: Seen,
  reports: readonly DeviceReports[],
  now: number,
): boolean {
  if (now >= seen.nextChangeAt || seen.reports.length !== reports.length) return true;
  const { timeoutSeconds } = server.monitor;
  return reports.some((one, index) => {
    const former = seen.reports[index];
    if (former === one) return false;
    return (
      former === undefined ||
      former.device !== one.device ||
      former.receivedAt === undefined ||
      former.isOpen !== one.isOpen ||
      former.closedAt !== one.closedAt ||
      former.isEligible !== one.isEligible ||
      former.metrics.cpuPercent !== one.metrics.cpuPercent ||
      former.metrics.memoryAvailableKilobytes !== one.metrics.memoryAvailableKilobytes ||
      // Who falls silent or is heard again changes what the words of others are worth.
      freshUntil(former, timeoutSeconds) > now !== freshUntil(one, timeoutSeconds) > now
    );
  });
}

function isSame(a: VirtualServerHealth, b: VirtualServerHealth): boolean {
  return (
    a.availability === b.availability &&
    a.reason === b.reason &&
    a.usable === b.usable &&
    a.device === b.device &&
    isSameLoad(a.load, b.load)
  );
}
