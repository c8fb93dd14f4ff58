/**
 * MAC masquerade: a hardware address that moves with a traffic group, so that no neighbour has to learn anything
 * at a takeover. A macvlan for each group and interface has the addresses: it answers ARP and neighbour discovery,
 * and makes the network card take the frames. The fence (fence.ts) gives IP frames to the interface below, so
 * that the VLAN they came by is known, and only while the group is owned. Pure.
 */
import { masqueradeName } from '../../../base/interface-names.ts';
import type { TrafficGroup } from '../types.ts';

/** A macvlan that a traffic group needs. */
export interface MasqueradeLink {
  readonly name: string;
  readonly parent: string;
  readonly mac: string;
  readonly group: string;
}

const loopback = 'lo';

export function masqueradeLinks(groups: readonly TrafficGroup[]): readonly MasqueradeLink[] {
  return groups.flatMap((group) => {
    const { mac, name } = group;
    if (mac === undefined) return [];
    return masqueradedInterfaces(group).map((parent) => ({
      name: masqueradeName(name, parent),
      parent,
      mac,
      group: name,
    }));
  });
}

/** Interfaces on which the group answers with its own hardware address. */
export function masqueradedInterfaces(group: TrafficGroup): readonly string[] {
  if (group.mac === undefined) return [];
  const interfaces = new Set(group.addresses.map((one) => one.interface));
  interfaces.delete(loopback);
  return [...interfaces].toSorted();
}

/** Where the address is placed: on the group's macvlan, when it has one there. */
export function placeOf(group: TrafficGroup, parent: string): string {
  return group.mac === undefined || parent === loopback
    ? parent
    : masqueradeName(group.name, parent);
}
