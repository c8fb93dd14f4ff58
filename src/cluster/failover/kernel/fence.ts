/**
 * The fence as nft text. One table of the netdev family in each device's namespace: hooks at the ingress
 * and the egress of every interface look up the floating address (ARP, IPv4, IPv6, neighbour discovery) and
 * jump to its traffic group's chain, which lets the packet pass only while the group's timed set has
 * elements. Closed is what is left when everything that should renew it is dead.
 */
import { parseAddress } from '../../../base/address.ts';
import { ownerMarks } from '../../../config/owner-marks.ts';
import type { Detour } from './handover.ts';
import { masqueradedInterfaces } from './masquerade.ts';
import type { TrafficGroup } from '../types.ts';

export const fenceTable = 'netdev evenkeel_fence';
/** The set is keyed by what every packet has; its three elements come and go together. */
const keys = ['ip', 'ip6', 'arp'] as const;

/** nft 1.0.6 has no name for the target of a solicitation: 8 bytes into the ICMPv6 message. */
const target = '@th,64,128';

/** What stands for each address: its group's chain, and the hardware address of what leaves (masquerade). */
export const fenceMaps = ['to4', 'to6', 'neighbours', 'mac4', 'mac6'] as const;
export type FenceMap = (typeof fenceMaps)[number];
const mapTypes: Readonly<Record<FenceMap, string>> = {
  to4: 'type ipv4_addr : verdict',
  to6: 'type ipv6_addr : verdict',
  neighbours: `typeof ${target} : verdict`,
  mac4: 'type ipv4_addr : ether_addr',
  mac6: 'type ipv6_addr : ether_addr',
};

/** By map, as nft writes an element. */
export type FenceElements = ReadonlyMap<FenceMap, readonly string[]>;

const notSyn = 'tcp flags & (fin | syn | rst | ack) != syn';

/** `index` is the kernel's: another interface may come under the same name. */
export interface FencedInterface {
  readonly name: string;
  readonly index: number;
}

/** Interfaces and groups have the number of their place, from 1; a place that became free is undefined. */
export interface FencePlan {
  readonly interfaces: readonly (FencedInterface | undefined)[];
  readonly trafficGroups: readonly (TrafficGroup | undefined)[];
  /** Hardware addresses of interfaces on which groups masquerade. */
  readonly hardware?: ReadonlyMap<string, string>;
}

/** Milliseconds, or for ever (a standalone device has no lease). */
export type Opening = number | 'forever';

/**
 * Replaces the whole table in one transaction; groups named in `open` keep answering without a gap, and
 * connections that are being drained go on.
 */
export function renderFence(
  plan: FencePlan,
  open: ReadonlyMap<string, Opening>,
  drained: readonly Detour[] = [],
): string {
  const groups = numbered(plan.trafficGroups);
  const elements = mergeElements(groups.map(([group, number]) => elementsOfGroup(group, number)));
  const lines = [
    `add table ${fenceTable}`,
    `delete table ${fenceTable}`,
    `table ${fenceTable} {`,
    ...groups.flatMap(([group, number]) => groupLines(number, open.get(group.name))),
    ...fenceMaps.map((map) => `  map ${map} { ${mapTypes[map]};${listed(elements.get(map))} }`),
    '  chain inward {',
    '    arp operation request arp daddr ip vmap @to4',
    '    ip daddr vmap @to4',
    '    ip6 daddr vmap @to6',
    `    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } ${target} vmap @neighbours`,
    '  }',
    '  chain outward {',
    '    arp saddr ip vmap @to4',
    '    ip saddr vmap @to4',
    '    ip6 saddr vmap @to6',
    `    icmpv6 type nd-neighbor-advert ${target} vmap @neighbours`,
    '  }',
    '  chain owned {',
    ...ownedRules(plan).map((rule) => `    ${rule}`),
    '  }',
    ...numbered(plan.interfaces).flatMap(([{ name }, number]) => hookLines(plan, name, number)),
    '}',
  ];
  return `${lines.join('\n')}\n${drainElements(drained).join('')}`;
}

/** What stands, with its number. */
export function numbered<T>(places: readonly (T | undefined)[]): readonly (readonly [T, number])[] {
  return places.flatMap((one, index) => (one === undefined ? [] : [[one, index + 1] as const]));
}

/** Makes these the only groups that are drained, of those with these numbers. */
export function renderDrains(numbers: readonly number[], drained: readonly Detour[]): string {
  const flushes = numbers.map((number) =>
    ['draining', 'drained'].map((set) => `flush set ${fenceTable} ${set}_${number}\n`).join(''),
  );
  return [...flushes, ...drainElements(drained)].join('');
}

function drainElements(drained: readonly Detour[]): readonly string[] {
  return drained.flatMap(({ group, hardware, milliseconds }) => {
    const timeout = `timeout ${Math.floor(milliseconds)}ms`;
    return [
      `add element ${fenceTable} draining_${group} { ip ${timeout}, ip6 ${timeout} }\n`,
      `add element ${fenceTable} drained_${group} { ${hardware} ${timeout} }\n`,
    ];
  });
}

/**
 * The former owner's exceptions stand beside the closed set: packets of connections that exist may come in (what
 * leaves has no interface it came by), and go out only to the new owner's hardware address.
 */
export function groupLines(number: number, opening: Opening | undefined): readonly string[] {
  const elements = opening === undefined ? '' : ` elements = { ${elementsOf(opening)} };`;
  return [
    `  set own_${number} { type ether_type; flags timeout;${elements} }`,
    `  set permit_${number} { type ether_type; flags timeout; }`,
    `  set draining_${number} { type ether_type; flags timeout; }`,
    `  set drained_${number} { type ether_addr; flags timeout; }`,
    `  chain group_${number} {`,
    `    meta protocol @own_${number} return`,
    `    iif != 0 meta protocol @draining_${number} ${notSyn} accept`,
    `    ether daddr @drained_${number} tcp flags & (syn | ack) != syn | ack accept`,
    '    counter drop',
    '  }',
  ];
}

function hookLines(plan: FencePlan, name: string, number: number): readonly string[] {
  const rules = hookRules(plan, name);
  return [hooks.in, hooks.out].map(
    (hook) =>
      `  chain ${hook.chain}_${number} { ${hookType(hook, name)} ${rules[hook.chain].map((rule) => `${rule};`).join(' ')} }`,
  );
}

export const hooks = {
  in: { chain: 'in', direction: 'ingress' },
  out: { chain: 'out', direction: 'egress' },
} as const;
export type Hook = (typeof hooks)[keyof typeof hooks];

export function hookType({ direction }: Hook, name: string): string {
  return `type filter hook ${direction} device "${name}" priority -450; policy accept;`;
}

export function hookRules(
  plan: FencePlan,
  name: string,
): Readonly<Record<Hook['chain'], readonly string[]>> {
  const { inward, outward } = masqueradeRules(plan, name);
  const marks = ownedRules(plan).length > 0 ? ['jump owned'] : [];
  return { in: ['jump inward', ...inward, ...marks], out: ['jump outward', ...outward] };
}

/** What comes in and has passed is marked with the groups that are here, for those that have networks. */
export function ownedRules({ trafficGroups }: FencePlan): readonly string[] {
  const groups = numbered(trafficGroups);
  const marks = ownerMarks(groups.map(([{ name }]) => name));
  const rules = groups.flatMap(([{ hasNetworks, name }, number]) => {
    const mark = hasNetworks === true ? marks.get(name)?.mark : undefined;
    if (mark === undefined) return [];
    return [`meta protocol @own_${number} meta mark set meta mark | 0x${mark.toString(16)}`];
  });
  // Packets of connections that are being drained have a mark of their own.
  return rules.length === 0 ? [] : ['meta mark != 0 return', ...rules];
}

export function elementsOfGroup(
  { addresses, mac }: Pick<TrafficGroup, 'addresses' | 'mac'>,
  number: number,
): FenceElements {
  const elements = new Map<FenceMap, string[]>(fenceMaps.map((map) => [map, []]));
  const add = (map: FenceMap, element: string): void => void elements.get(map)?.push(element);
  for (const one of addresses) {
    const address = parseAddress(one.address);
    if (address === undefined) continue;
    const { bytes, family, text } = address;
    add(`to${family}`, `${text} : jump group_${number}`);
    if (family === 6) add('neighbours', `0x${hexadecimal(bytes)} : jump group_${number}`);
    if (mac !== undefined) add(`mac${family}`, `${text} : ${mac}`);
  }
  return elements;
}

export function mergeElements(all: readonly FenceElements[]): FenceElements {
  return new Map(fenceMaps.map((map) => [map, all.flatMap((one) => one.get(map) ?? [])]));
}

function listed(elements: readonly string[] = []): string {
  return elements.length === 0 ? '' : ` elements = { ${elements.join(', ')} };`;
}

/**
 * MAC masquerade (masquerade.ts): frames to a group's hardware address are the interface's own while the fence is
 * open, whatever address they go to beyond, and nobody's else. Neighbour discovery is left to the macvlan, which
 * has the address; ARP is no IP.
 */
function masqueradeRules(
  { trafficGroups, hardware }: FencePlan,
  device: string,
): { readonly inward: readonly string[]; readonly outward: readonly string[] } {
  const own = hardware?.get(device);
  const groups = numbered(trafficGroups).filter(([group]) =>
    masqueradedInterfaces(group).includes(device),
  );
  if (own === undefined || groups.length === 0) return { inward: [], outward: [] };
  const inward = groups.flatMap(([{ mac }, number]) => [
    `ether daddr ${mac} icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept`,
    `ether daddr ${mac} meta protocol @own_${number} meta protocol { ip, ip6 }` +
      ` ether daddr set ${own} meta pkttype set host`,
    `ether daddr ${mac} meta protocol { ip, ip6 } drop`,
  ]);
  return {
    inward,
    outward: ['ether saddr set ip saddr map @mac4', 'ether saddr set ip6 saddr map @mac6'],
  };
}

function hexadecimal(bytes: readonly number[]): string {
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function elementsOf(opening: Opening): string {
  const timeout = opening === 'forever' ? '' : ` timeout ${Math.floor(opening)}ms`;
  return keys.map((key) => `${key}${timeout}`).join(', ');
}

/** First of the two transactions of a renewal: a short-lived element that the second one consumes. */
export function renderPermit(number: number, milliseconds: number): string {
  return `add element ${fenceTable} permit_${number} { ip timeout ${milliseconds}ms }\n`;
}

export function renderConsume(number: number): string {
  return `delete element ${fenceTable} permit_${number} { ip }\n`;
}

/**
 * Opens or renews; refused by the kernel as a whole once the permit has lapsed, so that a process that was
 * paused before this call cannot open anything. `add` before `delete` because the elements may be absent.
 */
export function renderOpen(number: number, opening: Opening): string {
  const own = `element ${fenceTable} own_${number}`;
  return [
    renderConsume(number).trimEnd(),
    `add ${own} { ${keys.join(', ')} }`,
    `delete ${own} { ${keys.join(', ')} }`,
    `add ${own} { ${elementsOf(opening)} }`,
    '',
  ].join('\n');
}

export function renderClose(number: number): string {
  return `flush set ${fenceTable} own_${number}\nflush set ${fenceTable} permit_${number}\n`;
}
