/** A lab as plain data: networks, and nodes with a leg in some of them. */

export interface Topology {
  readonly name: string;
  readonly help: string;
  readonly networks: readonly Network[];
  readonly nodes: readonly Node[];
}

export interface Network {
  readonly name: string;
  /** IPv4 198.18.<octet>.0/24, IPv6 fd00:198:18:<octet>::/64. */
  readonly octet: number;
}

export type Node = DeviceNode | HostNode;

interface NodeBase {
  readonly name: string;
  readonly site: string;
  readonly legs: readonly Leg[];
}

/** Runs `evenkeel device up`; its legs besides `mgmt` get their addresses through REST. */
export interface DeviceNode extends NodeBase {
  readonly role: 'device';
  readonly hostname: string;
}

/** Its legs get their addresses from the lab. */
export interface HostNode extends NodeBase {
  readonly role: 'web-server' | 'client' | 'router';
}

export interface Leg {
  /** Name of the interface inside the node: `mgmt`, `1.1`, `eth0`. */
  readonly interface: string;
  readonly network: string;
  /** Last part of its addresses: 11 is 198.18.x.11 and fd00:198:18:x::11. */
  readonly host: number;
  /** Default routes go to this host of the network. */
  readonly gateway?: number;
}

/** The management network; its octet is the lab's slot, so that several labs can be up at once. */
export const managementNetwork = 'mgmt';

/** The BIG-IP name of the VLAN on each interface of a device. */
export const vlanNames: Readonly<Record<string, string>> = {
  '1.1': 'external',
  '1.2': 'internal',
  '1.3': 'ha',
};

export function ipv4(octet: number, host: number): string {
  return `198.18.${octet}.${host}`;
}

export function ipv6(octet: number, host: number): string {
  return `fd00:198:18:${octet}::${host}`;
}

export function legOn(node: Node, network: string): Leg | undefined {
  return node.legs.find((leg) => leg.network === network);
}

export function octetOf(topology: Topology, network: string, slot: number): number {
  if (network === managementNetwork) return slot;
  const found = topology.networks.find((candidate) => candidate.name === network);
  if (found === undefined) throw new Error(`topology ${topology.name} has no network ${network}`);
  return found.octet;
}
