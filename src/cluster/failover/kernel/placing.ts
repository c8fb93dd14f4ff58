/**
 * Floating addresses on interfaces: placed, renewed, announced and taken away. Thousands are done in slices, the
 * first of them at once: the kernel takes longer for each address that an interface has, and heartbeats and
 * fences must not wait for them. What is done later is given up when the group's fate has changed meanwhile.
 */
import type { Clock } from '../../../platform/clock.ts';
import type { Addresses, HostAddress } from '../../../platform/ffi/netlink.ts';
import type { Announcer } from '../../../platform/ffi/packet.ts';
import type { Log } from '../../../platform/log.ts';

/** Second net behind the fence: the kernel takes a leased address away at most a second after this. */
const addressLeaseSeconds = 3;
const loopback = 'lo';
/** Of addresses at once: a few hundred microseconds, or 4 ms where an interface has ten thousand. */
const partSize = 25;
/** At a takeover, before the fence opens: some 500 addresses. */
const firstMilliseconds = 10;
/** Thereafter, of every ten: heartbeats and renewals of the lease come between. */
const sliceMilliseconds = 4;
const pauseMilliseconds = 6;
/** With more than these, leases are longer and renewed more rarely: each renewal is 0.1 ms there. */
const manyAddresses = 1000;
const manyLeaseSeconds = 20;
const manyRenewalSeconds = 6;

export interface PlacingTools {
  readonly addresses: Addresses;
  readonly announcer: Announcer;
  readonly clock: Clock;
  readonly log: Log;
}

interface Placed {
  readonly isLeased: boolean;
  hosts: readonly HostAddress[];
  /** Of `hosts`: a renewal that is under way must not bring back what has gone. */
  readonly keys: Set<string>;
}

type Part = readonly HostAddress[];

interface Job {
  readonly hosts: Part;
  /** False: no more of it. */
  readonly action: (part: Part) => boolean;
  readonly after: (() => void) | undefined;
}

export class Placing {
  readonly #tools: PlacingTools;
  readonly #placed = new Map<string, Placed>();
  /** How many of a group's addresses are there; fewer than all while slices are under way. */
  readonly #done = new Map<string, number>();
  /** Grows with each order about a group: slices of an older one stop. */
  readonly #orders = new Map<string, number>();
  /** An address that cannot be kept is tried every second and named once. */
  readonly #failing = new Set<string>();
  #jobs: Job[] = [];
  #isWorking = false;
  #isRenewing = false;
  #secondsSinceRenewal = manyRenewalSeconds;

  constructor(tools: PlacingTools) {
    this.#tools = tools;
  }

  hosts(name: string): Part | undefined {
    return this.#placed.get(name)?.hosts;
  }

  /** Those that are there already stay; what the group had and is not among them goes. */
  place(name: string, hosts: Part, isLeased: boolean): void {
    const wanted = new Set(hosts.map(keyOf));
    const held = this.#placed.get(name)?.hosts ?? [];
    this.removeNow(held.filter((host) => !wanted.has(keyOf(host))));
    const placed: Placed = { isLeased, hosts, keys: wanted };
    this.#placed.set(name, placed);
    this.#done.set(name, 0);
    const take = (part: Part, isLater: boolean): void => {
      const still = part.filter((host) => wanted.has(keyOf(host)));
      this.#keep(still, isLeased);
      this.#done.set(name, (this.#done.get(name) ?? 0) + part.length);
      // The group's announcement has passed by then.
      if (isLater) this.#announceNow(still);
    };
    this.#inSlices(name, hosts, take, () => {
      // What came meanwhile was placed at once.
      if (this.#placed.get(name) === placed) this.#done.set(name, placed.hosts.length);
    });
  }

  /**
   * A few of the addresses of what is placed, the rest stays as it is. `hosts` is the whole as it is to be. Nothing
   * is done for a group that is not placed.
   */
  change(name: string, hosts: Part, removed: Part, added: Part): void {
    const placed = this.#placed.get(name);
    if (placed === undefined) return;
    const isWhole = this.#done.get(name) === placed.hosts.length;
    for (const host of removed) placed.keys.delete(keyOf(host));
    this.removeNow(removed.filter((host) => !placed.keys.has(keyOf(host))));
    for (const host of added) placed.keys.add(keyOf(host));
    placed.hosts = hosts;
    if (isWhole) this.#done.set(name, hosts.length);
    this.#keep(added, placed.isLeased);
    this.#announceNow(added);
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
    this.#begin(there, firstMilliseconds, (part) => {
      if (this.#orders.get(name) !== order) return false;
      this.#announceNow(part);
      return true;
    });
  }

  /** Renews the leases of what is placed; to be called every second. */
  renew(): void {
    // Still at it: the one before has the same to do.
    if (this.#isRenewing) return;
    this.#secondsSinceRenewal += 1;
    if (this.#isMany() && this.#secondsSinceRenewal < manyRenewalSeconds) return;
    this.#secondsSinceRenewal = 0;
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
    this.#begin(
      there,
      sliceMilliseconds,
      (part) => {
        // The group may have gone meanwhile, and with it the right to the addresses.
        if (this.#placed.get(name) !== placed) return false;
        const still = part.filter((host) => placed.keys.has(keyOf(host)));
        this.#keep(still, placed.isLeased);
        return true;
      },
      () => this.#renewNext(rest),
    );
  }

  #inSlices(
    name: string,
    hosts: Part,
    action: (part: Part, isLater: boolean) => void,
    after?: () => void,
  ): void {
    const order = (this.#orders.get(name) ?? 0) + 1;
    this.#orders.set(name, order);
    let isLater = false;
    const take = (part: Part): boolean => {
      if (this.#orders.get(name) !== order) return false;
      action(part, isLater);
      return true;
    };
    this.#begin(hosts, firstMilliseconds, take, after);
    isLater = true;
  }

  /** As much as fits the time at once, the rest in turn with what else is under way. */
  #begin(hosts: Part, milliseconds: number, action: Job['action'], after?: () => void): void {
    const rest = this.#run({ hosts, action, after }, milliseconds);
    if (rest === undefined) return;
    this.#jobs.push(rest);
    this.#work();
  }

  #work(): void {
    if (this.#isWorking || this.#jobs.length === 0) return;
    this.#isWorking = true;
    this.#tools.clock.after(pauseMilliseconds, () => {
      this.#isWorking = false;
      const job = this.#jobs.shift();
      const rest = job === undefined ? undefined : this.#run(job, sliceMilliseconds);
      if (rest !== undefined) this.#jobs.push(rest);
      this.#work();
    });
  }

  /** Undefined: done with it. */
  #run({ hosts, action, after }: Job, milliseconds: number): Job | undefined {
    const { clock } = this.#tools;
    const until = clock.monotonicMilliseconds() + milliseconds;
    let at = 0;
    while (at < hosts.length) {
      if (!action(hosts.slice(at, at + partSize))) break;
      at += partSize;
      if (at < hosts.length && clock.monotonicMilliseconds() >= until) {
        return { hosts: hosts.slice(at), action, after };
      }
    }
    after?.();
    return undefined;
  }

  #isMany(): boolean {
    const count = [...this.#placed.values()].reduce((sum, { hosts }) => sum + hosts.length, 0);
    return count > manyAddresses;
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
    const seconds = this.#isMany() ? manyLeaseSeconds : addressLeaseSeconds;
    const lease = isLeased ? seconds : 'forever';
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

function keyOf(host: HostAddress): string {
  return `${host.address} ${host.interface}`;
}
