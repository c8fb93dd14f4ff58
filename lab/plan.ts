/** What the kernel is told to make a topology's networks: pure, as `ip -batch` text. */
import { assert } from '../src/base/assert.ts';
import {
  type Leg,
  managementNetwork,
  type Node,
  octetOf,
  ipv4,
  ipv6,
  type Topology,
} from './topology.ts';

export interface NetworkPlan {
  /** For `ip -batch` on the host: namespaces and cables. */
  readonly host: readonly string[];
  /** For the namespace that holds the bridges. */
  readonly switch: readonly string[];
  /** Per node, for its own namespace. */
  readonly nodes: ReadonlyMap<string, readonly string[]>;
}

const maximumInterfaceName = 15;
/** The host's own address in the management network. */
const hostOctet = 1;

export function namespacePrefix(lab: string): string {
  return `ek-${lab}-`;
}

export function namespaceOf(lab: string, node: string): string {
  return `${namespacePrefix(lab)}${node}`;
}

export function switchNamespace(lab: string): string {
  return namespaceOf(lab, 'switch');
}

export function hostInterface(slot: number): string {
  return `ekl${slot}`;
}

/** The bridge's end of a node's cable. */
export function portName(node: string, leg: Leg): string {
  const name = `${node}.${leg.interface}`;
  assert(name.length <= maximumInterfaceName, `interface name ${name} is too long`);
  return name;
}

/** Locally administered, telling network and host: 02:18:00:6e:00:0b is .11 of 198.18.110.0/24. */
export function macOf(octet: number, host: number): string {
  const hex = (value: number): string => value.toString(16).padStart(2, '0');
  return `02:18:00:${hex(octet)}:00:${hex(host)}`;
}

export function planNetworks(topology: Topology, lab: string, slot: number): NetworkPlan {
  const bridges = [managementNetwork, ...topology.networks.map((network) => network.name)];
  const inSwitch = switchNamespace(lab);
  const uplink = hostInterface(slot);
  const host = [
    `netns add ${inSwitch}`,
    ...topology.nodes.map((node) => `netns add ${namespaceOf(lab, node.name)}`),
    `link add ${uplink} type veth peer name host netns ${inSwitch}`,
    `address add ${ipv4(slot, hostOctet)}/24 dev ${uplink}`,
    `address add ${ipv6(slot, hostOctet)}/64 dev ${uplink} nodad`,
    `link set ${uplink} up`,
  ];
  const ports = [`link set host master ${managementNetwork}`, 'link set host up'];
  const nodes = new Map<string, readonly string[]>();
  for (const node of topology.nodes) {
    const inNode = namespaceOf(lab, node.name);
    for (const leg of node.legs) {
      const port = portName(node.name, leg);
      const mac = macOf(octetOf(topology, leg.network, slot), leg.host);
      host.push(
        `link add ${leg.interface} netns ${inNode} address ${mac} type veth peer name ${port} netns ${inSwitch}`,
      );
      ports.push(`link set ${port} master ${leg.network}`, `link set ${port} up`);
    }
    nodes.set(node.name, planNode(topology, node, slot));
  }
  const makeBridges = bridges.flatMap((name) => [
    `link add ${name} type bridge stp_state 0 forward_delay 0 mcast_snooping 0`,
    `link set ${name} up`,
  ]);
  return { host, switch: ['link set lo up', ...makeBridges, ...ports], nodes };
}

function planNode(topology: Topology, node: Node, slot: number): readonly string[] {
  const lines = ['link set lo up'];
  for (const leg of node.legs) {
    lines.push(`link set ${leg.interface} up`);
    if (node.role === 'device' && leg.network !== managementNetwork) continue;
    const octet = octetOf(topology, leg.network, slot);
    lines.push(
      `address add ${ipv4(octet, leg.host)}/24 dev ${leg.interface}`,
      `address add ${ipv6(octet, leg.host)}/64 dev ${leg.interface} nodad`,
    );
    if (leg.gateway === undefined) continue;
    lines.push(
      `route add default via ${ipv4(octet, leg.gateway)}`,
      `route add ::/0 via ${ipv6(octet, leg.gateway)}`,
    );
  }
  return lines;
}

/** Set inside the namespaces only. */
export function sysctlsOf(role: Node['role'] | 'switch'): readonly string[] {
  if (role === 'switch') {
    return ['net.ipv6.conf.all.disable_ipv6=1', 'net.ipv6.conf.default.disable_ipv6=1'];
  }
  const quick = ['net.ipv6.conf.default.accept_dad=0', 'net.ipv6.conf.default.accept_ra=0'];
  if (role !== 'router') return quick;
  return [...quick, 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1'];
}
