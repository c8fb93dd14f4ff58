/** The machine's hands: fence, addresses and announcements in the kernel. The driver calls; nothing decides here. */
import { parseAddress } from '../../../base/address.ts';
import { present } from '../../../base/assert.ts';
import { masqueradePrefix } from '../../../base/interface-names.ts';
import type { MacvlanLinks } from '../../../platform/ffi/links.ts';
import type { HostAddress } from '../../../platform/ffi/netlink.ts';
import { Drains, type DrainTools } from './drain.ts';
import {
  type FencePlan,
  numbered,
  type Opening,
  renderClose,
  renderConsume,
  renderDrains,
  renderFence,
  renderOpen,
  renderPermit,
} from './fence.ts';
import { inPlaces, interfaceKey, renderChange, renderReaddressing } from './fence-change.ts';
import { type Detour, drainMilliseconds } from './handover.ts';
import {
  type MasqueradeLink,
  masqueradedInterfaces,
  masqueradeLinks,
  placeOf,
} from './masquerade.ts';
import { Placing, type PlacingTools } from './placing.ts';
import { type AddressChange, localOnlyGroup } from '../addresses.ts';
import type { FailoverConfig, FloatingAddress, GroupConfig, TrafficGroup } from '../types.ts';

/** The sockets of draining connections need their address; the kernel takes it away by itself. */
const drainLeaseSeconds = drainMilliseconds / 1000 + 1;
const loopback = 'lo';
/** Not the name of any traffic group. */
const fixed = '';
/** Of addresses that were lent to loopback; more go by themselves. */
const mostRemovedNow = 500;
/** Openings shorter than this are not worth a transaction. */
const shortestOpening = 1;

export interface Tools extends DrainTools, PlacingTools {
  readonly links: MacvlanLinks;
  /** The kernel's number of an interface; 0: there is none. */
  readonly interfaceIndex: (device: string) => number;
  /** Hardware address of an interface, up or down. */
  readonly linkAddress: (device: string) => string | undefined;
}

export interface Kernel {
  /**
   * Puts the fence up for these groups on every interface; nothing is done when it stands already. Groups in
   * `open` (until when, in monotonic milliseconds) go on without a gap; all others are closed. Throws when the
   * kernel refuses: then no address may be placed.
   */
  install(groups: readonly TrafficGroup[], open: ReadonlyMap<string, number>, permit: number): void;
  /**
   * Addresses that came and went, in the fence and where they are placed; `config` has them already. False: the
   * fence needs the whole, and nothing was done.
   */
  readdress(config: FailoverConfig, changes: readonly AddressChange[]): boolean;
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

class Hands implements Kernel {
  readonly #tools: Tools;
  readonly #drains: Drains;
  #groups: readonly TrafficGroup[] = [];
  /** What stands in the kernel. */
  #fence: FencePlan | undefined;
  #interfaces = '';
  readonly #placing: Placing;
  #links: readonly MasqueradeLink[] = [];

  constructor(tools: Tools) {
    this.#tools = tools;
    this.#drains = new Drains(tools);
    this.#placing = new Placing(tools);
  }

  install(
    groups: readonly TrafficGroup[],
    open: ReadonlyMap<string, number>,
    permit: number,
  ): void {
    const interfaces = this.#tools.interfaceNames().map((name) => ({
      name,
      index: this.#tools.interfaceIndex(name),
    }));
    this.#makeLinks(groups);
    const key = interfaces.map(interfaceKey).join();
    const former = this.#fence;
    // Asked every second: with thousands of addresses a look at each takes long.
    if (former !== undefined && groups === this.#groups && key === this.#interfaces) return;
    const next: FencePlan = {
      interfaces: inPlaces(former?.interfaces ?? [], interfaces, interfaceKey),
      trafficGroups: inPlaces(former?.trafficGroups ?? [], groups, ({ name }) => name),
      hardware: this.#hardwareFor(groups),
    };
    if (former === undefined || !this.#change(former, next)) this.#replace(next, open, permit);
    this.#fence = next;
    this.#groups = groups;
    this.#interfaces = key;
  }

  /** False: the kernel's fence is not what we hold it for; nothing was done. */
  #change(former: FencePlan, next: FencePlan): boolean {
    const text = renderChange(former, next);
    return text === '' || this.#attempt('change the fence', () => this.#tools.nftables.run(text));
  }

  #replace(next: FencePlan, open: ReadonlyMap<string, number>, permit: number): void {
    const { nftables } = this.#tools;
    // The replacement happens within the life of a permit in the old table, or not at all.
    const going = [...open.keys()]
      .filter((name) => open.get(name) !== Number.POSITIVE_INFINITY)
      .map((name) => this.#numberOf(name))
      .filter((number) => number > 0);
    for (const number of going) nftables.run(renderPermit(number, permit));
    const openings = new Map<string, Opening>();
    for (const [name, until] of open) {
      const opening = this.#opening(name, until, permit);
      if (opening !== undefined) openings.set(name, opening);
    }
    const fence = renderFence(next, openings, this.#drained(next));
    nftables.run(going.map(renderConsume).join('') + fence);
  }

  readdress({ own, fixedAddresses }: FailoverConfig, changes: readonly AddressChange[]): boolean {
    const groups = own.trafficGroups;
    if (this.#fence === undefined) return false;
    const text = renderReaddressing(this.#fence, groups, changes);
    if (text === undefined) return false;
    // What cannot be fenced is not placed.
    if (text !== '' && !this.#attempt('change the fence', () => this.#tools.nftables.run(text))) {
      return false;
    }
    const trafficGroups = inPlaces(this.#fence.trafficGroups, groups, ({ name }) => name);
    this.#fence = { ...this.#fence, trafficGroups };
    this.#groups = groups;
    for (const { group, removed, added } of changes) {
      const isFixed = group === localOnlyGroup;
      const whole = isFixed ? hostsOf(fixedAddresses) : this.#hostsOfGroup(group);
      this.#placing.change(isFixed ? fixed : group, whole, hostsOf(removed), hostsOf(added));
    }
    return true;
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
    this.#placing.place(group, hosts, isLeased);
    if (!this.#drains.isGiven(group)) return;
    this.#drains.end(group);
    this.#drainFence();
    // The rest of thousands goes by itself soon.
    const lent = onLoopback(hosts.filter((host) => host.interface !== loopback));
    this.#placing.removeNow(lent.slice(0, mostRemovedNow));
  }

  placeFixed(addresses: readonly FloatingAddress[]): void {
    this.#placing.place(fixed, hostsOf(addresses), false);
  }

  remove(group: string): void {
    const hosts = this.#placing.hosts(group) ?? this.#hostsOfGroup(group);
    this.#placing.remove(group, hosts, (part) =>
      this.#placing.removeNow([...part, ...onLoopback(part)]),
    );
    this.#setLinks(group, false);
  }

  drain(group: string, successor: string): void {
    const hosts = this.#placing.hosts(group) ?? this.#hostsOfGroup(group);
    if (!this.#drains.give(group, successor)) {
      this.remove(group);
      return;
    }
    this.#drainFence();
    this.#placing.remove(group, hosts, (part) => {
      // First there, then away here: the sockets are never without their address.
      this.#placing.lend(onLoopback(part), drainLeaseSeconds);
      this.#placing.removeNow(part.filter((host) => host.interface !== loopback));
    });
    this.#setLinks(group, false);
  }

  inherit(group: string, former: string): void {
    this.#drains.inherit(group, former);
  }

  findLinks(config: GroupConfig): void {
    this.#drains.prepare(config);
  }

  links(): Readonly<Record<string, string>> {
    return this.#drains.links();
  }

  announce(group: string): void {
    this.#attempt(`announce ${group}`, () =>
      this.#placing.announce(group, this.#hostsOfGroup(group)),
    );
  }

  announceAddress(group: string, address: string): void {
    const host = this.#hostsOfGroup(group).find((one) => one.address === address);
    if (host === undefined || host.interface === loopback) return;
    this.#attempt(`announce ${address}`, () =>
      this.#tools.announcer.announce(host.interface, [host.bytes]),
    );
  }

  renewAddresses(): void {
    this.#placing.renew();
  }

  #drainFence(): void {
    this.#attempt('change what the fence lets drain', () =>
      this.#tools.nftables.run(this.#drainText()),
    );
  }

  #drainText(): string {
    if (this.#fence === undefined) return '';
    const numbers = numbered(this.#fence.trafficGroups).map(([, number]) => number);
    return renderDrains(numbers, this.#drained(this.#fence));
  }

  /** With the numbers that the groups have in the fence. */
  #drained(fence: FencePlan): readonly Detour[] {
    return this.#drains.given().flatMap((detour) => {
      const group = numberIn(fence, detour.name);
      return group === 0 ? [] : [{ ...detour, group }];
    });
  }

  /** 0: not in the fence. */
  #numberOf(name: string): number {
    return this.#fence === undefined ? 0 : numberIn(this.#fence, name);
  }

  #hostsOfGroup(name: string): readonly HostAddress[] {
    const group = this.#groups.find((one) => one.name === name);
    if (group === undefined) return [];
    if (group.mac === undefined) return hostsOf(group.addresses);
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
      if (this.#placing.hosts(one.group) !== undefined)
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

function numberIn({ trafficGroups }: FencePlan, name: string): number {
  return trafficGroups.findIndex((group) => group?.name === name) + 1;
}

function onLoopback(hosts: readonly HostAddress[]): readonly HostAddress[] {
  return hosts.map((host) => ({ ...host, interface: loopback }));
}

/** Of ten thousand addresses the text of each is read once. */
const knownHosts = new WeakMap<FloatingAddress, HostAddress>();

function hostsOf(addresses: readonly FloatingAddress[]): HostAddress[] {
  return addresses.map((one) => {
    const known = knownHosts.get(one);
    if (known !== undefined) return known;
    const address = present(parseAddress(one.address), `address ${one.address}`);
    const host = { address: address.text, bytes: address.bytes, interface: one.interface };
    knownHosts.set(one, host);
    return host;
  });
}
