/** Statistics of `net vlan`, `route`, `arp` and `ndp`: what is configured, beside what the kernel knows. Pure. */
import { addressOf, parsePrefix, printAddress, printPrefix } from '../../base/address.ts';
import type { Statistics } from '../../config/runtime-state.ts';
import type { ConfigView, TypedObject } from '../../config/types.ts';
import type { KnownNeighbour } from '../../platform/neighbours.ts';
import type { LinkTexts } from './links.ts';

/** Interface of the kernel → VLAN that is on it. */
export type VlansByDevice = ReadonlyMap<string, string>;

const unknown = '-';

/** With a level for each interface, which has its own link's level below, as `show net vlan` prints them. */
export function vlanStatistics(
  vlan: TypedObject<'net vlan'>,
  device: string | undefined,
  texts: LinkTexts,
  link: (name: string) => Statistics | undefined,
): Statistics {
  const { interfaces = [], tag, mtu } = vlan.properties;
  const members = interfaces.map(({ name, tagged, 'tag-mode': mode }) => {
    const port = link(name);
    const own = { tagged: tagged === 'tagged' ? 'yes' : 'no', tagMode: mode ?? 'none' };
    return [name, { ...own, ...(port !== undefined && { interface: port }) }] as const;
  });
  return {
    customerTag: unknown,
    ifName: device ?? unknown,
    macTrue: texts.address?.trim() ?? unknown,
    mtu: Number(texts.mtu ?? mtu ?? 0),
    tag: tag ?? 0,
    tmName: vlan.name,
    ...Object.fromEntries(members),
  };
}

export function routeStatistics(route: TypedObject<'net route'>): Statistics {
  const { network, gw, pool, interface: vlan, blackhole } = route.properties;
  const [type, nextHop] =
    gw !== undefined
      ? ['gw', gw]
      : pool !== undefined
        ? ['pool', pool]
        : blackhole !== undefined
          ? ['blackhole', 'none']
          : ['interface', vlan ?? 'none'];
  return {
    destination: network ?? route.name,
    nextHop,
    origin: 'static',
    tmName: route.name,
    type,
  };
}

/** One line of the kernel's routing tables. */
export interface KernelRoute {
  readonly device: string;
  /** "10.9.0.0/24" */
  readonly network: string;
  readonly gateway: string | undefined;
}

const isUp = 0x1;
const hasGateway = 0x2;

/** `/proc/net/route`: addresses are little-endian words. */
export function parseRoutes4(text: string): readonly KernelRoute[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [device, destination, gateway, flagText, , , , mask] = line.trim().split(/\s+/);
      const flags = Number.parseInt(flagText ?? '', 16);
      const bytes = wordBytes(destination);
      const maskBytes = wordBytes(mask);
      if (device === undefined || bytes === undefined || maskBytes === undefined) return [];
      if (!(flags & isUp)) return [];
      const length = maskBytes.reduce((sum, byte) => sum + bitsSet(byte), 0);
      const next = flags & hasGateway ? wordBytes(gateway) : undefined;
      const network = printPrefix({ address: addressOf(bytes), length });
      return [{ device, network, gateway: next && printAddress(addressOf(next)) }];
    });
}

/** `/proc/net/ipv6_route`; what is only the kernel's own (single hosts, multicast) is left out. */
export function parseRoutes6(text: string): readonly KernelRoute[] {
  return text.split('\n').flatMap((line) => {
    const [to = '', size = '', , , next = '', , , , flagText = '', device] = line
      .trim()
      .split(/\s+/);
    const length = Number.parseInt(size, 16);
    const flags = Number.parseInt(flagText, 16);
    if (device === undefined || to.length !== 32 || !(flags & isUp)) return [];
    if (length === 128 || to.startsWith('ff')) return [];
    const network = printPrefix({ address: addressOf(hexBytes(to)), length });
    const gateway = flags & hasGateway ? printAddress(addressOf(hexBytes(next))) : undefined;
    return [{ device, network, gateway }];
  });
}

function wordBytes(hex: string | undefined): readonly number[] | undefined {
  return hex?.length === 8 ? hexBytes(hex).toReversed() : undefined;
}

function hexBytes(hex: string): number[] {
  return Array.from({ length: hex.length / 2 }, (_, index) =>
    Number.parseInt(hex.slice(2 * index, 2 * index + 2), 16),
  );
}

function bitsSet(byte: number): number {
  return byte.toString(2).replaceAll('0', '').length;
}

/** What the kernel has in the VLANs and nobody configured, by network. */
export function learnedRoutes(
  view: ConfigView,
  routes: readonly KernelRoute[],
  vlans: VlansByDevice,
): Statistics {
  const configured = new Set(
    view.list('net route').map(({ properties }) => canonical(properties.network ?? '')),
  );
  const found = routes.flatMap(({ device, network, gateway }) => {
    const vlan = vlans.get(device);
    if (vlan === undefined || configured.has(network)) return [];
    const row: Statistics = {
      destination: network,
      nextHop: gateway ?? vlan,
      origin: gateway === undefined ? 'connected' : 'dynamic',
      tmName: network,
      type: gateway === undefined ? 'interface' : 'gw',
    };
    // A key is a name in a folder.
    return [[`/Common/${network.replace('/', '_')}`, row] as const];
  });
  return Object.fromEntries(found);
}

function canonical(network: string): string {
  if (network === 'default') return '0.0.0.0/0';
  if (network === 'default-inet6') return '::/0';
  const prefix = parsePrefix(network);
  return prefix === undefined ? network : printPrefix(prefix);
}

/** Neighbours in the VLANs that the kernel asked for, by address; those that are configured are objects. */
export function learnedNeighbours(
  rows: readonly KnownNeighbour[],
  vlans: VlansByDevice,
): Statistics {
  const found = rows.flatMap((row) => {
    const vlan = vlans.get(row.interface);
    if (vlan === undefined || row.isPermanent) return [];
    const statistics: Statistics = {
      expire: row.secondsLeft ?? unknown,
      ipAddress: row.address,
      macAddress: row.hardware ?? 'none',
      status: row.hardware !== undefined ? 'resolved' : 'incomplete',
      tmName: `/Common/${row.address}`,
      vlan,
    };
    return [[`/Common/${row.address}`, statistics] as const];
  });
  return Object.fromEntries(found);
}

export function neighbourStatistics(
  entry: TypedObject<'net arp'> | TypedObject<'net ndp'>,
): Statistics {
  const { 'ip-address': address, 'mac-address': hardware } = entry.properties;
  return {
    expire: 'static',
    ipAddress: address ?? entry.name,
    macAddress: hardware,
    status: 'resolved',
    tmName: entry.name,
    vlan: unknown,
  };
}

const summed = [
  'counters.bitsIn',
  'counters.bitsOut',
  'counters.collisions',
  'counters.dropsAll',
  'counters.errorsAll',
  'counters.mcastIn',
  'counters.pktsIn',
  'counters.pktsOut',
] as const;

/** What its interfaces count together; a trunk is up while one of them is. */
export function trunkStatistics(
  trunk: TypedObject<'net trunk'>,
  link: (name: string) => Statistics | undefined,
): Statistics {
  const links = (trunk.properties.interfaces ?? []).map(link).filter((one) => one !== undefined);
  const working = links.filter(({ status }) => status === 'up').length;
  const total = (leaf: string): number =>
    links.reduce((sum, one) => sum + Number(one[leaf] ?? 0), 0);
  return {
    ...Object.fromEntries(summed.map((leaf) => [leaf, total(leaf)])),
    operMemberCount: working,
    status: links.length === 0 ? 'uninit' : working > 0 ? 'up' : 'down',
    tmName: trunk.name,
  };
}
