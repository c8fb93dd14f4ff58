/** The machine's hands: fence, addresses and announcements in the kernel. The driver calls; nothing decides here. */
import { parseAddress } from '../../base/address.ts';
import { present } from '../../base/assert.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Addresses, HostAddress } from '../../platform/ffi/netlink.ts';
import type { Nftables } from '../../platform/ffi/nftables.ts';
import type { Announcer } from '../../platform/ffi/packet.ts';
import type { Log } from '../../platform/log.ts';
import {
  type Opening,
  renderClose,
  renderConsume,
  renderFence,
  renderOpen,
  renderPermit,
} from './fence.ts';
import type { FloatingAddress, TrafficGroup } from './types.ts';

/** Second net: the kernel takes a leased address away at most a second after this. */
const addressLeaseSeconds = 3;
const loopback = 'lo';
/** Not the name of any traffic group. */
const fixed = '';
/** Openings shorter than this are not worth a transaction. */
const shortestOpening = 1;

export interface Tools {
  readonly nftables: Nftables;
  readonly addresses: Addresses;
  readonly announcer: Announcer;
  readonly clock: Clock;
  readonly log: Log;
  /** Interfaces that exist now. */
  readonly interfaceNames: () => readonly string[];
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
  announce(group: string): void;
  /** Addresses that do not float: placed for good. */
  placeFixed(addresses: readonly FloatingAddress[]): void;
  /** Renews the leases of placed addresses; to be called every second. */
  renewAddresses(): void;
}

export function createKernel(tools: Tools): Kernel {
  let groups: readonly TrafficGroup[] = [];
  let installed = '';
  /** Placed addresses by group. */
  const placed = new Map<string, { readonly isLeased: boolean; readonly hosts: HostAddress[] }>();
  const { nftables, log } = tools;
  const numberOf = (name: string): number => groups.findIndex((group) => group.name === name) + 1;

  const attempt = (what: string, action: () => void): boolean => {
    try {
      action();
      return true;
    } catch (error) {
      log.write(
        'warning',
        `cannot ${what}: ${String(error instanceof Error ? error.message : error)}`,
      );
      return false;
    }
  };

  const openWith = (group: string, until: number, permit: number): Opening | undefined => {
    if (until === Number.POSITIVE_INFINITY) return 'forever';
    const opening = until - tools.clock.monotonicMilliseconds() - permit;
    if (opening >= shortestOpening) return opening;
    log.write('warning', `lease of ${group} was over before the fence could be opened`);
    return undefined;
  };

  const removeHosts = (hosts: readonly HostAddress[]): void => {
    for (const host of hosts) {
      attempt(`remove ${host.address}`, () => tools.addresses.remove(host));
    }
  };

  // An interface that is gone would fill the log: said once, tried on.
  const failing = new Set<string>();
  const renewHost = (host: HostAddress, lease: number | 'forever'): void => {
    try {
      tools.addresses.replace(host, lease);
      failing.delete(host.address);
    } catch (error) {
      if (failing.has(host.address)) return;
      failing.add(host.address);
      log.write('warning', `cannot keep ${host.address}: ${String(error)}`);
    }
  };

  const placeHosts = (name: string, hosts: HostAddress[], isLeased: boolean): void => {
    const before = placed.get(name)?.hosts ?? [];
    const stays = (host: HostAddress): boolean =>
      hosts.some((one) => one.address === host.address && one.interface === host.interface);
    removeHosts(before.filter((host) => !stays(host)));
    const lease = isLeased ? addressLeaseSeconds : 'forever';
    for (const host of hosts) {
      attempt(`add ${host.address}`, () => tools.addresses.replace(host, lease));
    }
    placed.set(name, { isLeased, hosts });
  };

  return {
    install(next, open, permit) {
      const plan = { interfaces: tools.interfaceNames(), trafficGroups: next };
      const closed = renderFence(plan, new Map());
      if (closed === installed) return;
      const going = [...open.keys()].filter(
        (name) => installed !== '' && numberOf(name) > 0 && open.get(name) !== Infinity,
      );
      for (const name of going) nftables.run(renderPermit(numberOf(name), permit));
      const openings = new Map<string, Opening>();
      for (const [name, until] of open) {
        const opening = openWith(name, until, permit);
        if (opening !== undefined) openings.set(name, opening);
      }
      const consumed = going.map((name) => renderConsume(numberOf(name))).join('');
      nftables.run(consumed + renderFence(plan, openings));
      installed = closed;
      groups = next;
    },
    open(name, until, permit) {
      const number = numberOf(name);
      if (number === 0) return false;
      return attempt(`open the fence of ${name}`, () => {
        nftables.run(renderPermit(number, permit));
        // The clock is read after the permit began: what follows happens within its life or not at all.
        const opening = openWith(name, until, permit);
        if (opening === undefined) throw new Error('too late');
        nftables.run(renderOpen(number, opening));
      });
    },
    close(name) {
      const number = numberOf(name);
      // A fence that cannot be closed runs out by itself.
      if (number > 0)
        attempt(`close the fence of ${name}`, () => nftables.run(renderClose(number)));
    },
    place(name, isLeased) {
      const group = groups.find((one) => one.name === name);
      placeHosts(name, hostsOf(group?.addresses ?? []), isLeased);
    },
    placeFixed: (addresses) => placeHosts(fixed, hostsOf(addresses), false),
    remove(name) {
      const group = groups.find((one) => one.name === name);
      removeHosts(placed.get(name)?.hosts ?? (group === undefined ? [] : hostsOf(group.addresses)));
      placed.delete(name);
    },
    announce(name) {
      const group = groups.find((one) => one.name === name);
      if (group === undefined) return;
      for (const host of hostsOf(group.addresses)) {
        if (host.interface === loopback) continue;
        attempt(`announce ${host.address}`, () =>
          tools.announcer.announce(host.interface, host.bytes),
        );
      }
    },
    renewAddresses() {
      for (const { isLeased, hosts } of placed.values()) {
        const lease = isLeased ? addressLeaseSeconds : 'forever';
        for (const host of hosts) {
          renewHost(host, lease);
        }
      }
    },
  };
}

function hostsOf(addresses: readonly FloatingAddress[]): HostAddress[] {
  return addresses.map((one) => {
    const address = present(parseAddress(one.address), `address ${one.address}`);
    return { address: address.text, bytes: address.bytes, interface: one.interface };
  });
}
