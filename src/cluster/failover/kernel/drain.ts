/**
 * Detours of draining connections in the kernel: which link leads to which peer, and what goes over it now.
 * The kernel (kernel.ts) calls; nothing decides here.
 */
import type { Clock } from '../../../platform/clock.ts';
import type { Nftables } from '../../../platform/ffi/nftables.ts';
import type { Log } from '../../../platform/log.ts';
import type { Neighbour } from '../../../platform/neighbours.ts';
import {
  type Detour,
  drainMilliseconds,
  type GroupAddress,
  type Link,
  localPorts,
  renderAddresses,
  renderDetours,
  renderHandover,
  type Side,
  type Unknown,
} from './handover.ts';
import type { GroupConfig, TrafficGroup } from '../types.ts';

export interface DrainTools {
  readonly nftables: Nftables;
  readonly clock: Clock;
  readonly log: Log;
  readonly interfaceNames: () => readonly string[];
  readonly neighbours: () => readonly Neighbour[];
  readonly hardwareAddress: (device: string) => string | undefined;
  readonly allowRelay: (device: string) => void;
  readonly setLocalPorts: (first: number, last: number) => void;
}

/** Of addresses in one transaction: some 2 ms. */
const mostFilledAtOnce = 250;
const fillPauseMilliseconds = 10;

/** Where a peer is reached without the networks of floating addresses. */
interface Road {
  readonly device: string;
  readonly hardware: string;
}

interface Running {
  readonly peer: string;
  readonly road: Road;
  readonly until: number;
}

/** What the kernel knows of a group's connections that are ours. */
interface Knowledge {
  readonly until: number;
  /** Who had the group before us: of all others, all connections are known. Else those are missing that were silent. */
  readonly first: string | undefined;
  /** The group moves for the first time. */
  readonly isNew: boolean;
}

export class Drains {
  readonly #tools: DrainTools;
  readonly #given = new Map<string, Running>();
  readonly #inherited = new Map<string, Running>();
  /** By peer; the last that was seen, so that a peer's absence does not change the table. */
  #roads = new Map<string, Road>();
  #links: readonly Link[] = [];
  #key = '';
  #groups: readonly TrafficGroup[] = [];
  /** Addresses that are in the table, with the place of their group. */
  readonly #filled = new Map<string, number>();
  #filledFrom: readonly TrafficGroup[] = [];
  #isFilling = false;
  /** Interfaces that have floating addresses. */
  #served: ReadonlySet<string> = new Set();
  #firstPort = 0;
  #lastPort = 0;
  /** Until then what the kernel knows of connections belongs to a drain of late. */
  #knowsUntil = 0;
  /** Of groups that come and go. */
  readonly #knowledge = new Map<string, Knowledge>();
  #installed: string | undefined;

  constructor(tools: DrainTools) {
    this.#tools = tools;
  }

  /** Finds the links to the peers and puts the table up; to be called when something changed, and every second. */
  prepare(config: GroupConfig): void {
    try {
      this.#findRoads(config);
      this.#install();
      this.#fill();
      this.#sharePorts(config);
    } catch (error) {
      this.#tools.log.write('warning', `connections cannot be drained: ${String(error)}`);
    }
  }

  /** Interface by peer. */
  links(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.#roads].map(([peer, road]) => [peer, road.device]));
  }

  /** What this device is the former owner of; for the fence. */
  given(): readonly Detour[] {
    return this.#detours(this.#given);
  }

  isGiven(group: string): boolean {
    return this.#given.has(group);
  }

  /** False: there is no link, or the kernel refused; then nothing has changed. */
  give(group: string, peer: string): boolean {
    return this.#begin(this.#given, group, peer);
  }

  inherit(group: string, peer: string): void {
    this.#begin(this.#inherited, group, peer);
  }

  /** The group is this device's again, or nobody's: its packets go their ordinary way. */
  end(group: string): void {
    if (!this.#forget(group)) return;
    this.#write();
  }

  #begin(side: Map<string, Running>, group: string, peer: string): boolean {
    const road = this.#roads.get(peer);
    const has = this.#groups.some(({ name, addresses }) => name === group && addresses.length > 0);
    if (road === undefined || !has) return false;
    if (!this.#links.some(({ device }) => device === road.device)) return false;
    this.#forget(group);
    const now = this.#tools.clock.monotonicMilliseconds();
    const until = now + drainMilliseconds;
    // A group that comes back within its drain finds its own connections known.
    const forgets = now >= this.#knowsUntil;
    const comesFrom = side === this.#inherited ? peer : undefined;
    this.#knowledge.set(group, this.#knowledgeOf(group, comesFrom, now, until));
    side.set(group, { peer, road, until });
    if (this.#write(forgets)) {
      this.#knowsUntil = until;
      return true;
    }
    side.delete(group);
    this.#knowNothing();
    return false;
  }

  /** Who is given a group begins with none of its connections, and sees each begin. */
  #knowledgeOf(
    group: string,
    comesFrom: string | undefined,
    now: number,
    until: number,
  ): Knowledge {
    const before = this.#knowledge.get(group);
    if (before === undefined || now >= before.until)
      return { until, first: comesFrom, isNew: true };
    return { until, first: before.first, isNew: false };
  }

  #knowNothing(): void {
    for (const [group, { until }] of this.#knowledge) {
      this.#knowledge.set(group, { until, first: undefined, isNew: false });
    }
  }

  #forget(group: string): boolean {
    const wasGiven = this.#given.delete(group);
    return this.#inherited.delete(group) || wasGiven;
  }

  #findRoads(config: GroupConfig): void {
    const served = this.#servedBy(config);
    const key = JSON.stringify([config.members, [...served].toSorted()]);
    if (key !== this.#key) this.#roads = new Map();
    this.#key = key;
    const seen = this.#tools.neighbours().filter((one) => !served.has(one.interface));
    for (const member of config.members) {
      if (member.device === config.device) continue;
      // In the order of the configuration: the network for failover first.
      const found = member.addresses
        .map(({ address }) => seen.find((one) => one.address === address))
        .find((one) => one !== undefined);
      if (found === undefined) continue;
      this.#roads.set(member.device, { device: found.interface, hardware: found.hardware });
    }
  }

  /** Asked every second: thousands of addresses are gone through when they changed. */
  #servedBy({ trafficGroups }: GroupConfig): ReadonlySet<string> {
    if (trafficGroups !== this.#groups) {
      const floating = trafficGroups.flatMap((group) => group.addresses);
      this.#served = new Set(floating.map((one) => one.interface));
      this.#groups = trafficGroups;
    }
    return this.#served;
  }

  /** A new owner must not take a port to a server that the former one still uses from the same address. */
  #sharePorts(config: GroupConfig): void {
    const [first, last] = localPorts(config);
    if (this.#firstPort === first && this.#lastPort === last) return;
    this.#tools.setLocalPorts(first, last);
    this.#firstPort = first;
    this.#lastPort = last;
  }

  #install(): void {
    const names = this.#tools.interfaceNames();
    const devices = new Set([...this.#roads.values()].map((road) => road.device));
    const links = names
      .filter((name) => devices.has(name))
      .flatMap((device): Link[] => {
        const hardware = this.#tools.hardwareAddress(device);
        return hardware === undefined ? [] : [{ device, hardware }];
      });
    const text = renderHandover(names, links, this.#groups.length);
    if (text === this.#installed) return;
    this.#tools.nftables.run(text);
    for (const link of links) this.#tools.allowRelay(link.device);
    this.#installed = text;
    this.#links = links;
    this.#filled.clear();
    this.#filledFrom = [];
    this.#knowNothing();
    this.#write();
  }

  /** Brings the groups' addresses into the table, some at a time: heartbeats come between. */
  #fill(): void {
    if (this.#isFilling || this.#links.length === 0 || this.#filledFrom === this.#groups) return;
    const groups = this.#groups;
    const wanted = new Map<string, number>();
    for (const [index, { addresses }] of groups.entries()) {
      for (const { address } of addresses) wanted.set(address, index + 1);
    }
    const gone: GroupAddress[] = [];
    const come: GroupAddress[] = [];
    for (const [address, group] of this.#filled) {
      if (gone.length < mostFilledAtOnce && wanted.get(address) !== group) {
        gone.push({ address, group });
      }
    }
    for (const [address, group] of wanted) {
      if (come.length < mostFilledAtOnce && this.#filled.get(address) !== group) {
        come.push({ address, group });
      }
    }
    if (gone.length + come.length === 0) {
      this.#filledFrom = groups;
      return;
    }
    this.#tools.nftables.run(renderAddresses(gone, come));
    for (const { address } of gone) this.#filled.delete(address);
    for (const { address, group } of come) this.#filled.set(address, group);
    this.#isFilling = true;
    this.#tools.clock.after(fillPauseMilliseconds, () => {
      this.#isFilling = false;
      try {
        this.#fill();
      } catch (error) {
        this.#tools.log.write('warning', `connections cannot be drained: ${String(error)}`);
      }
    });
  }

  /** The whole of what is under way, with the time that is left of it. */
  #write(forgets = false): boolean {
    if (this.#links.length === 0) return false;
    const given = this.#sides(this.#given);
    const inherited = this.#sides(this.#inherited);
    try {
      this.#tools.nftables.run(
        renderDetours(this.#links, this.#groups.length, { given, inherited }, forgets),
      );
      return true;
    } catch (error) {
      this.#tools.log.write('warning', `cannot change what is drained: ${String(error)}`);
      return false;
    }
  }

  #sides(running: Map<string, Running>): readonly Side[] {
    return this.#detours(running).map((detour) => {
      return { ...detour, unknown: this.#unknown(detour.name, running) };
    });
  }

  #unknown(group: string, running: Map<string, Running>): Unknown {
    const knowledge = this.#knowledge.get(group);
    const isGiven = running === this.#given;
    if (knowledge === undefined || knowledge.isNew) return isGiven ? 'ours' : 'asked';
    return knowledge.first === running.get(group)?.peer ? 'theirs' : 'asked';
  }

  #detours(side: Map<string, Running>): readonly Detour[] {
    const now = this.#tools.clock.monotonicMilliseconds();
    for (const [group, { until }] of side) if (until - now < 1) side.delete(group);
    return [...side].flatMap(([name, { road, until }]) => {
      const group = this.#groups.findIndex((one) => one.name === name) + 1;
      return group === 0 ? [] : [{ name, group, ...road, milliseconds: until - now }];
    });
  }
}
