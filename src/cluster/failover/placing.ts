/**
 * Floating addresses on interfaces: placed, renewed, announced and taken away. Thousands are done in slices, the
 * first of them at once: the kernel takes longer for each address that an interface has, and heartbeats and
 * fences must not wait for them. What is done later is given up when the group's fate has changed meanwhile.
 */
import type { Clock } from '../../platform/clock.ts';
import type { Addresses, HostAddress } from '../../platform/ffi/netlink.ts';
import type { Announcer } from '../../platform/ffi/packet.ts';
import type { Log } from '../../platform/log.ts';

/** Second net: the kernel takes a leased address away at most a second after this. */
const addressLeaseSeconds = 3;
const loopback = 'lo';
/** At a takeover, before the fence opens: 15 µs each. */
const doneAtOnce = 500;
/** Thereafter: up to 15 ms where an interface has ten thousand. */
const sliceSize = 100;
const pauseMilliseconds = 2;
/** More than these are renewed every other second: 0.3 s of a processor for each ten thousand. */
const manyAddresses = 1000;

export interface PlacingTools {
  readonly addresses: Addresses;
  readonly announcer: Announcer;
  readonly clock: Clock;
  readonly log: Log;
}

interface Placed {
  readonly isLeased: boolean;
  readonly hosts: readonly HostAddress[];
}

type Part = readonly HostAddress[];

export class Placing {
  readonly #tools: PlacingTools;
  readonly #placed = new Map<string, Placed>();
  /** How many of a group's addresses are there; fewer than all while slices are under way. */
  readonly #done = new Map<string, number>();
  /** Grows with each order about a group: slices of an older one stop. */
  readonly #orders = new Map<string, number>();
  /** An address that cannot be kept is tried every second and named once. */
  readonly #failing = new Set<string>();
  #isRenewing = false;
  #wasSkipped = true;

  constructor(tools: PlacingTools) {
    this.#tools = tools;
  }

  hosts(name: string): Part | undefined {
    return this.#placed.get(name)?.hosts;
  }

  /** Those that are there already stay; what the group had and is not among them goes. */
  place(name: string, hosts: Part, isLeased: boolean): void {
    const keyOf = (host: HostAddress): string => `${host.address} ${host.interface}`;
    const wanted = new Set(hosts.map(keyOf));
    const held = this.#placed.get(name)?.hosts ?? [];
    this.removeNow(held.filter((host) => !wanted.has(keyOf(host))));
    this.#placed.set(name, { isLeased, hosts });
    this.#done.set(name, 0);
    this.#inSlices(name, hosts, (part, isLater) => {
      this.#keep(part, isLeased);
      this.#done.set(name, (this.#done.get(name) ?? 0) + part.length);
      // The group's announcement has passed by then.
      if (isLater) this.#announceNow(part);
    });
  }

  /** `instead` is done with each part in place of taking it away: draining addresses go elsewhere. */
  remove(name: string, hosts: Part, instead?: (part: Part) => void): void {
    this.#placed.delete(name);
    this.#done.delete(name);
    this.#inSlices(name, hosts, (part) => {
      if (instead === undefined) this.removeNow(part);
      else instead(part);
    });
  }

  removeNow(hosts: Part): void {
    for (const { reason } of this.#tools.addresses.removeAll(hosts)) {
      this.#tools.log.write('warning', reason);
    }
  }

  /** For a time only, under the eyes of nobody: sockets of connections that are drained. */
  lend(hosts: Part, seconds: number): void {
    for (const { reason } of this.#tools.addresses.replaceAll(hosts, seconds)) {
      this.#tools.log.write('warning', reason);
    }
  }

  announce(name: string, hosts: Part): void {
    const done = this.#done.get(name) ?? 0;
    const there = hosts.slice(0, done);
    const order = this.#orders.get(name);
    this.#slices(there, doneAtOnce, (part) => {
      if (this.#orders.get(name) !== order) return false;
      this.#announceNow(part);
      return true;
    });
  }

  /** Renews the leases of what is placed; to be called every second. */
  renew(): void {
    // Still at it: the one before has the same to do.
    if (this.#isRenewing) return;
    const count = [...this.#placed.values()].reduce((sum, { hosts }) => sum + hosts.length, 0);
    const isSkipped = !this.#wasSkipped && count > manyAddresses;
    this.#wasSkipped = isSkipped;
    if (isSkipped) return;
    const all = [...this.#placed].map(([name, placed]) => ({
      name,
      placed,
      there: placed.hosts.slice(0, this.#done.get(name)),
    }));
    this.#isRenewing = true;
    this.#renewNext(all);
  }

  #renewNext(all: readonly { name: string; placed: Placed; there: Part }[]): void {
    const [first, ...rest] = all;
    if (first === undefined) {
      this.#isRenewing = false;
      return;
    }
    const { name, placed, there } = first;
    this.#slices(
      there,
      sliceSize,
      (part) => {
        // The group may have gone meanwhile, and with it the right to the addresses.
        if (this.#placed.get(name) !== placed) return false;
        this.#keep(part, placed.isLeased);
        return true;
      },
      () => this.#renewNext(rest),
    );
  }

  #inSlices(name: string, hosts: Part, action: (part: Part, isLater: boolean) => void): void {
    const order = (this.#orders.get(name) ?? 0) + 1;
    this.#orders.set(name, order);
    let isLater = false;
    this.#slices(hosts, doneAtOnce, (part) => {
      if (this.#orders.get(name) !== order) return false;
      action(part, isLater);
      isLater = true;
      return true;
    });
  }

  /** The first part at once, the others a moment later each, until one says no. */
  #slices(hosts: Part, first: number, action: (part: Part) => boolean, after?: () => void): void {
    const goOn = action(hosts.slice(0, first));
    const rest = hosts.slice(first);
    if (!goOn || rest.length === 0) {
      after?.();
      return;
    }
    this.#tools.clock.after(pauseMilliseconds, () => this.#slices(rest, sliceSize, action, after));
  }

  #announceNow(hosts: Part): void {
    const interfaces = new Set(hosts.map((host) => host.interface));
    interfaces.delete(loopback);
    for (const device of interfaces) {
      const there = hosts.filter((host) => host.interface === device);
      const addresses = there.map(({ bytes }) => bytes);
      this.#tools.announcer.announce(device, addresses);
    }
  }

  #keep(hosts: Part, isLeased: boolean): void {
    const lease = isLeased ? addressLeaseSeconds : 'forever';
    const refused = this.#tools.addresses.replaceAll(hosts, lease);
    if (this.#failing.size > 0) {
      const still = new Set(refused.map(({ address }) => address.address));
      for (const { address } of hosts) if (!still.has(address)) this.#failing.delete(address);
    }
    for (const { address, reason } of refused) {
      if (this.#failing.has(address.address)) continue;
      this.#failing.add(address.address);
      this.#tools.log.write('warning', `cannot keep ${address.address}: ${reason}`);
    }
  }
}
