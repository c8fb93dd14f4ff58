/**
 * Detours of draining connections in the kernel: which link leads to which peer, and what goes over it now.
 * The kernel (kernel.ts) calls; nothing decides here.
 */
import { parseAddress } from '../../../base/address.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Nftables } from '../../../platform/ffi/nftables.ts';
import type { Log } from '../../../platform/log.ts';
import type { Neighbour } from '../../../platform/neighbours.ts';
import {
  type Detour,
  drainMilliseconds,
  type Link,
  localPorts,
  renderDetours,
  renderHandover,
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

/** Where a peer is reached without the networks of floating addresses. */
interface Road {
  readonly device: string;
  readonly hardware: string;
}

interface Running {
  readonly addresses: readonly string[];
  readonly road: Road;
  readonly until: number;
}

export class Drains {
  readonly #tools: DrainTools;
  readonly #given = new Map<string, Running>();
  readonly #inherited = new Map<string, Running>();
  /** By peer; the last that was seen, so that a peer's absence does not change the table. */
  #roads = new Map<string, Road>();
  #links: readonly Link[] = [];
  #key = '';
  #groups: readonly TrafficGroup[] | undefined;
  /** Interfaces that have floating addresses. */
  #served: ReadonlySet<string> = new Set();
  #firstPort = 0;
  #lastPort = 0;
  /** Until then what the kernel knows of connections belongs to a drain of late. */
  #knowsUntil = 0;
  #installed: string | undefined;

  constructor(tools: DrainTools) {
    this.#tools = tools;
  }

  /** Finds the links to the peers and puts the table up; to be called when something changed, and every second. */
  prepare(config: GroupConfig): void {
    try {
      this.#findRoads(config);
      this.#install();
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
  give(group: string, addresses: readonly string[], peer: string): boolean {
    return this.#begin(this.#given, group, addresses, peer);
  }

  inherit(group: string, addresses: readonly string[], peer: string): void {
    this.#begin(this.#inherited, group, addresses, peer);
  }

  /** The group is this device's again, or nobody's: its packets go their ordinary way. */
  end(group: string): void {
    if (!this.#forget(group)) return;
    this.#write();
  }

  #begin(
    side: Map<string, Running>,
    group: string,
    addresses: readonly string[],
    peer: string,
  ): boolean {
    const road = this.#roads.get(peer);
    if (road === undefined || this.#installed === undefined || addresses.length === 0) return false;
    this.#forget(group);
    const now = this.#tools.clock.monotonicMilliseconds();
    const until = now + drainMilliseconds;
    // A group that comes back within its drain finds its own connections known.
    const forgets = now >= this.#knowsUntil;
    side.set(group, { addresses, road, until });
    if (this.#write(forgets)) {
      this.#knowsUntil = until;
      return true;
    }
    side.delete(group);
    return false;
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
    const text = renderHandover(names, links);
    if (text === this.#installed) return;
    this.#tools.nftables.run(text);
    for (const link of links) this.#tools.allowRelay(link.device);
    this.#installed = text;
    this.#links = links;
    this.#write();
  }

  /** The whole of what is under way, with the time that is left of it. */
  #write(forgets = false): boolean {
    if (this.#links.length === 0) return false;
    const given = this.#detours(this.#given);
    const inherited = this.#detours(this.#inherited);
    try {
      this.#tools.nftables.run(renderDetours(this.#links, { given, inherited }, forgets));
      return true;
    } catch (error) {
      this.#tools.log.write('warning', `cannot change what is drained: ${String(error)}`);
      return false;
    }
  }

  #detours(side: Map<string, Running>): readonly Detour[] {
    const now = this.#tools.clock.monotonicMilliseconds();
    for (const [group, { until }] of side) if (until - now < 1) side.delete(group);
    return [...side.values()].flatMap(({ addresses, road, until }) =>
      addresses
        .filter((address) => parseAddress(address) !== undefined)
        .map((address) => ({ address, ...road, milliseconds: until - now })),
    );
  }
}
