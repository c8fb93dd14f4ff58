/** Who is behind which interface, from the kernel's ARP table, and what to allow an interface that relays. */
import { readFileSync, writeFileSync } from 'node:fs';
import { finishAtOnce } from '../base/slices.ts';
import { routeDumps } from './ffi/route-dump.ts';
import { isLinkUp, linkTexts } from './interfaces.ts';

export interface Neighbour {
  readonly address: string;
  readonly hardware: string;
  readonly interface: string;
}

const complete = 0x2;

/** IPv4 neighbours whose hardware address is known now. */
export function neighbours(): readonly Neighbour[] {
  // /proc/self/net follows the namespace of the process.
  const rows = readFileSync('/proc/self/net/arp', 'utf8').split('\n').slice(1);
  return rows.flatMap((row) => {
    const [address, , flags, hardware, , device] = row.trim().split(/\s+/);
    if (address === undefined || hardware === undefined || device === undefined) return [];
    return (Number(flags) & complete) === 0 ? [] : [{ address, hardware, interface: device }];
  });
}

/** One that the kernel asked for, or was told. */
export interface KnownNeighbour {
  readonly address: string;
  /** Undefined: not known now. */
  readonly hardware: string | undefined;
  readonly interface: string;
  readonly isPermanent: boolean;
  /** Until the kernel may forget it, which it does when nobody used it for so long; absent: it does not say. */
  readonly secondsLeft: number | undefined;
}

/** Without node:ffi of IPv4 only, and without times. */
export function knownNeighbours(family: 4 | 6): readonly KnownNeighbour[] {
  if (routeDumps === undefined) return family === 4 ? fromTable() : [];
  const links = finishAtOnce(routeDumps.links());
  const names = new Map(links.map(({ index, name }) => [index, name]));
  const lifeSeconds = staleSeconds(family);
  return finishAtOnce(routeDumps.neighbours(family)).map((row) => ({
    address: row.address,
    hardware: row.hardware,
    interface: names.get(row.index) ?? '',
    isPermanent: row.isPermanent,
    secondsLeft:
      row.idleSeconds === undefined ? undefined : Math.max(0, lifeSeconds - row.idleSeconds),
  }));
}

const defaultStaleSeconds = 60;

function staleSeconds(family: 4 | 6): number {
  try {
    const path = `/proc/sys/net/ipv${family}/neigh/default/gc_stale_time`;
    return Number(readFileSync(path, 'utf8'));
  } catch {
    // A kernel without IPv6.
    return defaultStaleSeconds;
  }
}

const permanent = 0x4;

function fromTable(): readonly KnownNeighbour[] {
  const rows = readFileSync('/proc/self/net/arp', 'utf8').split('\n').slice(1);
  return rows.flatMap((row) => {
    const [address, , flagText, hardware, , device] = row.trim().split(/\s+/);
    if (address === undefined || hardware === undefined || device === undefined) return [];
    const flags = Number(flagText);
    const isKnown = (flags & complete) !== 0;
    return [
      {
        address,
        hardware: isKnown ? hardware : undefined,
        interface: device,
        isPermanent: (flags & permanent) !== 0,
        secondsLeft: undefined,
      },
    ];
  });
}

/** IPv4 addresses that the kernel asked for on the interface of late, answered or not. */
export function addressesBehind(device: string): readonly string[] {
  const rows = readFileSync('/proc/self/net/arp', 'utf8').split('\n').slice(1);
  return rows.flatMap((row) => {
    const columns = row.trim().split(/\s+/);
    const [address] = columns;
    return columns[5] === device && address !== undefined ? [address] : [];
  });
}

/** Of an interface that is up. Asked every second: a list of all addresses can be ten thousand long. */
export function hardwareAddress(device: string): string | undefined {
  return isLinkUp(device) ? linkTexts(device).address?.trim() : undefined;
}

/** Ports of connections that this device begins, both included. Throws when the kernel does not take it. */
export function setLocalPorts(first: number, last: number): void {
  writeFileSync('/proc/sys/net/ipv4/ip_local_port_range', `${first} ${last}`);
}

/**
 * Lets an interface take packets that come from a floating address which is this device's own by now, and
 * whose way back is another interface. Throws when the kernel does not take it.
 */
export function allowRelay(device: string): void {
  const folder = `/proc/sys/net/ipv4/conf/${device}`;
  writeFileSync(`${folder}/accept_local`, '1');
  // Loose: the larger of this and that of `all` counts, and 1 would drop them.
  writeFileSync(`${folder}/rp_filter`, '2');
}
