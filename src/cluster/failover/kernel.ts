/** The machine's hands: fence, addresses and announcements in the kernel. The driver calls; nothing decides here. */
import { parseAddress } from '../../base/address.ts';
import { present } from '../../base/assert.ts';
import { masqueradePrefix } from '../../base/interface-names.ts';
import type { MacvlanLinks } from '../../platform/ffi/links.ts';
import type { Addresses, HostAddress } from '../../platform/ffi/netlink.ts';
import type { Announcer } from '../../platform/ffi/packet.ts';
import { Drains, type DrainTools } from './drain.ts';
import {
  type Opening,
  renderClose,
  renderConsume,
  renderDrains,
  renderFence,
  renderOpen,
  renderPermit,
} from './fence.ts';
import { drainMilliseconds } from './handover.ts';
import {
  type MasqueradeLink,
  masqueradedInterfaces,
  masqueradeLinks,
  placeOf,
} from './masquerade.ts';
import type { FloatingAddress, GroupConfig, TrafficGroup } from './types.ts';

/** Second net: the kernel takes a leased address away at most a second after this. */
const addressLeaseSeconds = 3;
/** The sockets of draining connections need their address; the kernel takes it away by itself. */
const drainLeaseSeconds = drainMilliseconds / 1000 + 1;
const loopback = 'lo';
/** Not the name of any traffic group. */
const fixed = '';
/** Addresses renewed in one go (0.03 ms each): heartbeats and fences must not wait for thousands. */
const renewedAtOnce = 50;
const renewalPauseMilliseconds = 2;
/** More than these are renewed every other second: 0.3 s of a processor for each ten thousand. */
const manyAddresses = 1000;
/** Openings shorter than this are not worth a transaction. */
const shortestOpening = 1;

export interface Tools extends DrainTools {
  readonly links: MacvlanLinks;
  /** Hardware address of an interface, up or down. */
  readonly linkAddress: (device: string) => string | undefined;
  readonly addresses: Addresses;
  readonly announcer: Announcer;
}

export interface Kernel {
  /**
   * Puts the fence up for these groups on every interface; nothing is done when it stands already. Groups in
   * `open` (until when, in monotonic milliseconds) go on without a gap; all others are closed. Throws when the
   * kernel refuses: then no address may be placed.
   */
  install(groups: readonly TrafficGroup[], open: ReadonlyMap<string, number>, permit: number): void;
  /** False: refused, because this process was held up or nft failed; the fence is as it was. */
  open(group: string, until: number, permit: number): boolean;
  close(group: string): void;
  place(group: string, isLeased: boolean): void;
  remove(group: string): void;
  /**
   * In place of `remove`, behind the closed fence: what is connected to the addresses is served on through
   * `successor`, for `drainMilliseconds` at most; as `remove` where no other network is shared with it.
   */
  drain(group: string, successor: string): void;
  /** Before the fence opens: connections of the former owner are given back to it for as long. */
  inherit(group: string, former: string): void;
  /** Looks for the networks over which connections can be drained; to be called every second. */
  findLinks(config: GroupConfig): void;
  /** Interface over which connections are drained, by peer. */
  links(): Readonly<Record<string, string>>;
  announce(group: string): void;
  /** One address of the group, as after a conflict. */
  announceAddress(group: string, address: string): void;
  /** Addresses that do not float: placed for good. */
  placeFixed(addresses: readonly FloatingAddress[]): void;
  /** Renews the leases of placed addresses; to be called every second. */
  renewAddresses(): void;
}

export function createKernel(tools: Tools): Kernel {
  return new Hands(tools);
}

interface Placed {
  readonly isLeased: boolean;
  readonly hosts: readonly HostAddress[];
}

class Hands implements Kernel {
  readonly #tools: Tools;
  readonly #drains: Drains;
  #groups: readonly TrafficGroup[] = [];
  #installed = '';
  #interfaces = '';
  readonly #placed = new Map<string, Placed>();
  /** An address that cannot be kept is tried every second and named once. */
  readonly #failing = new Set<string>();
  #renewing: { readonly name: string; readonly placed: Placed; readonly host: HostAddress }[] = [];
  #wasSkipped = true;
  #links: readonly MasqueradeLink[] = [];

  constructor(tools: Tools) {
    this.#tools = tools;
    this.#drains = new Drains(tools);
  }

  install(
    groups: readonly TrafficGroup[],
    open: ReadonlyMap<string, number>,
    permit: number,
  ): void {
    const { nftables } = this.#tools;
    const interfaces = this.#tools.interfaceNames();
    this.#makeLinks(groups);
    const isSame = groups === this.#groups && interfaces.join() === this.#interfaces;
    // Asked every second: with thousands of addresses the text alone takes long.
    if (isSame && this.#installed !== '') return;
    const plan = { interfaces, trafficGroups: groups, hardware: this.#hardwareFor(groups) };
    const closed = renderFence(plan, new Map());
    if (closed === this.#installed) {
      this.#groups = groups;
      this.#interfaces = interfaces.join();
      return;
    }
    // The replacement happens within the life of a permit in the old table, or not at all.
    const going = [...open.keys()]
      .filter((name) => this.#installed !== '' && open.get(name) !== Number.POSITIVE_INFINITY)
      .map((name) => this.#numberOf(name))
      .filter((number) => number > 0);
    for (const number of going) nftables.run(renderPermit(number, permit));
    const openings = new Map<string, Opening>();
    for (const [name, until] of open) {
      const opening = this.#opening(name, until, permit);
      if (opening !== undefined) openings.set(name, opening);
    }
    const fence = renderFence(plan, openings, this.#drains.given());
    nftables.run(going.map(renderConsume).join('') + fence);
    this.#installed = closed;
    this.#groups = groups;
    this.#interfaces = interfaces.join();
  }

  open(group: string, until: number, permit: number): boolean {
    const number = this.#numberOf(group);
    if (number === 0) return false;
    return this.#attempt(`open the fence of ${group}`, () => {
      this.#tools.nftables.run(renderPermit(number, permit));
      // The clock is read after the permit began: what follows happens within its life or not at all.
      const opening = this.#opening(group, until, permit);
      if (opening === undefined) throw new Error('its lease was over');
      this.#tools.nftables.run(renderOpen(number, opening));
    });
  }

  close(group: string): void {
    const number = this.#numberOf(group);
    if (number === 0) return;
    // A fence that cannot be closed runs out by itself.
    this.#attempt(`close the fence of ${group}`, () =>
      this.#tools.nftables.run(renderClose(number)),
    );
  }

  place(group: string, isLeased: boolean): void {
    const hosts = this.#hostsOfGroup(group);
    this.#setLinks(group, true);
    this.#placeHosts(group, hosts, isLeased);
    if (!this.#drains.isGiven(group)) return;
    this.#drains.end(group);
    this.#drainFence();
    this.#removeHosts(onLoopback(hosts.filter((host) => host.interface !== loopback)));
  }

  placeFixed(addresses: readonly FloatingAddress[]): void {
    this.#placeHosts(fixed, hostsOf(addresses), false);
  }

  remove(group: string): void {
    const hosts = this.#placed.get(group)?.hosts ?? this.#hostsOfGroup(group);
    this.#removeHosts(hosts);
    this.#removeHosts(onLoopback(hosts));
    this.#placed.delete(group);
    this.#setLinks(group, false);
  }

  drain(group: string, successor: string): void {
    const hosts = this.#placed.get(group)?.hosts ?? this.#hostsOfGroup(group);
    const addresses = hosts.map((host) => host.address);
    if (!this.#drains.give(group, addresses, successor)) {
      this.remove(group);
      return;
    }
    // First there, then away here: the sockets are never without their address.
    for (const host of onLoopback(hosts)) {
      this.#attempt(`keep ${host.address} for its connections`, () =>
        this.#tools.addresses.replace(host, drainLeaseSeconds),
      );
    }
    this.#drainFence();
    this.#removeHosts(hosts.filter((host) => host.interface !== loopback));
    this.#placed.delete(group);
    this.#setLinks(group, false);
  }

  inherit(group: string, former: string): void {
    const addresses = this.#hostsOfGroup(group).map((host) => host.address);
    this.#drains.inherit(group, addresses, former);
  }

  findLinks(config: GroupConfig): void {
    this.#drains.prepare(config);
  }

  links(): Readonly<Record<string, string>> {
    return this.#drains.links();
  }

  announce(group: string): void {
    for (const host of this.#hostsOfGroup(group)) this.#announceHost(host);
  }

  announceAddress(group: string, address: string): void {
    const host = this.#hostsOfGroup(group).find((one) => one.address === address);
    if (host !== undefined) this.#announceHost(host);
  }

  #announceHost(host: HostAddress): void {
    if (host.interface === loopback) return;
    this.#attempt(`announce ${host.address}`, () =>
      this.#tools.announcer.announce(host.interface, host.bytes),
    );
  }

  renewAddresses(): void {
    // Still at it: the one before has the same to do.
    if (this.#renewing.length > 0) return;
    const isSkipped = !this.#wasSkipped && this.#countPlaced() > manyAddresses;
    this.#wasSkipped = isSkipped;
    if (isSkipped) return;
    this.#renewing = [...this.#placed].flatMap(([name, placed]) =>
      placed.hosts.map((host) => ({ name, placed, host })),
    );
    this.#renewSome();
  }

  #countPlaced(): number {
    return [...this.#placed.values()].reduce((sum, { hosts }) => sum + hosts.length, 0);
  }

  #renewSome(): void {
    for (const { name, placed, host } of this.#renewing.splice(0, renewedAtOnce)) {
      // The group may have gone meanwhile, and with it the right to the address.
      if (this.#placed.get(name) === placed) this.#keep(host, placed.isLeased);
    }
    if (this.#renewing.length === 0) return;
    this.#tools.clock.after(renewalPauseMilliseconds, () => this.#renewSome());
  }

  #drainFence(): void {
    this.#attempt('change what the fence lets drain', () =>
      this.#tools.nftables.run(renderDrains(this.#drains.given())),
    );
  }

  /** 0: not in the fence. */
  #numberOf(name: string): number {
    return this.#groups.findIndex((group) => group.name === name) + 1;
  }

  #hostsOfGroup(name: string): readonly HostAddress[] {
    const group = this.#groups.find((one) => one.name === name);
    if (group === undefined) return [];
    return hostsOf(
      group.addresses.map((one) => ({ ...one, interface: placeOf(group, one.interface) })),
    );
  }

  /** Macvlans of groups with MAC masquerade: there beforehand, so that a takeover only brings them up. */
  #makeLinks(groups: readonly TrafficGroup[]): void {
    const { links } = this.#tools;
    const wanted = masqueradeLinks(groups);
    if (wanted.length === 0 && this.#links.length === 0 && this.#groups === groups) return;
    const held = links.list(masqueradePrefix);
    const isHeld = (one: MasqueradeLink): boolean =>
      held.some((h) => h.name === one.name && h.parent === one.parent && h.mac === one.mac);
    for (const { name } of held) {
      if (wanted.some((one) => one.name === name && isHeld(one))) continue;
      this.#attempt(`remove ${name}`, () => links.remove(name));
    }
    for (const one of wanted) {
      if (isHeld(one)) continue;
      this.#attempt(`make ${one.name} on ${one.parent}`, () => links.create(one));
      if (this.#placed.has(one.group))
        this.#attempt(`raise ${one.name}`, () => links.setUp(one.name, true));
    }
    this.#links = wanted;
  }

  #setLinks(group: string, isUp: boolean): void {
    for (const link of this.#links) {
      if (link.group !== group) continue;
      this.#attempt(`set ${link.name} ${isUp ? 'up' : 'down'}`, () =>
        this.#tools.links.setUp(link.name, isUp),
      );
    }
  }

  #hardwareFor(groups: readonly TrafficGroup[]): ReadonlyMap<string, string> {
    const devices = new Set(groups.flatMap(masqueradedInterfaces));
    return new Map(
      [...devices].flatMap((device): [string, string][] => {
        const hardware = this.#tools.linkAddress(device);
        return hardware === undefined ? [] : [[device, hardware]];
      }),
    );
  }

  #opening(group: string, until: number, permit: number): Opening | undefined {
    if (until === Number.POSITIVE_INFINITY) return 'forever';
    const opening = until - this.#tools.clock.monotonicMilliseconds() - permit;
    if (opening >= shortestOpening) return opening;
    this.#tools.log.write('warning', `the lease of ${group} ended before the fence was opened`);
    return undefined;
  }

  #placeHosts(name: string, hosts: readonly HostAddress[], isLeased: boolean): void {
    const keyOf = (host: HostAddress): string => `${host.address} ${host.interface}`;
    const wanted = new Set(hosts.map(keyOf));
    const held = this.#placed.get(name)?.hosts ?? [];
    this.#removeHosts(held.filter((host) => !wanted.has(keyOf(host))));
    for (const host of hosts) this.#keep(host, isLeased);
    this.#placed.set(name, { isLeased, hosts });
  }

  #keep(host: HostAddress, isLeased: boolean): void {
    try {
      this.#tools.addresses.replace(host, isLeased ? addressLeaseSeconds : 'forever');
      this.#failing.delete(host.address);
    } catch (error) {
      if (this.#failing.has(host.address)) return;
      this.#failing.add(host.address);
      this.#tools.log.write('warning', `cannot keep ${host.address}: ${String(error)}`);
    }
  }

  #removeHosts(hosts: readonly HostAddress[]): void {
    for (const host of hosts) {
      this.#attempt(`remove ${host.address}`, () => this.#tools.addresses.remove(host));
    }
  }

  #attempt(what: string, action: () => void): boolean {
    try {
      action();
      return true;
    } catch (error) {
      this.#tools.log.write('warning', `cannot ${what}: ${String(error)}`);
      return false;
    }
  }
}

function onLoopback(hosts: readonly HostAddress[]): readonly HostAddress[] {
  return hosts.map((host) => ({ ...host, interface: loopback }));
}

function hostsOf(addresses: readonly FloatingAddress[]): HostAddress[] {
  return addresses.map((one) => {
    const address = present(parseAddress(one.address), `address ${one.address}`);
    return { address: address.text, bytes: address.bytes, interface: one.interface };
  });
}
