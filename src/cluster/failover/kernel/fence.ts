/**
 * The fence as nft text. One table of the netdev family in each device's namespace: hooks at the ingress
 * and the egress of every interface look up the floating address (ARP, IPv4, IPv6, neighbour discovery) and
 * jump to its traffic group's chain, which lets the packet pass only while the group's timed set has
 * elements. Closed is what is left when everything that should renew it is dead.
 */
import { parseAddress } from '../../../base/address.ts';
import { ownerMarks } from '../../../config/owner-marks.ts';
import type { AddressChange } from '../addresses.ts';
import type { Detour } from './handover.ts';
import { masqueradedInterfaces } from './masquerade.ts';
import type { TrafficGroup } from '../types.ts';

const table = 'netdev evenkeel_fence';
/** The set is keyed by what every packet has; its three elements come and go together. */
const keys = ['ip', 'ip6', 'arp'] as const;

const notSyn = 'tcp flags & (fin | syn | rst | ack) != syn';

export interface FencePlan {
  readonly interfaces: readonly string[];
  readonly trafficGroups: readonly TrafficGroup[];
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
  const groups = plan.trafficGroups.map((group, index) => ({ group, number: index + 1 }));
  const of = (family: 4 | 6): { number: number; text: string; bytes: readonly number[] }[] =>
    groups.flatMap(({ group, number }) =>
      group.addresses.flatMap((one) => {
        const address = parseAddress(one.address);
        if (address === undefined || address.family !== family) return [];
        return [{ number, text: address.text, bytes: address.bytes }];
      }),
    );
  const six = of(6);
  const lines = [
    `add table ${table}`,
    `delete table ${table}`,
    `table ${table} {`,
    ...groups.flatMap(({ group, number }) => groupLines(number, open.get(group.name))),
    verdictMap('to4', 'ipv4_addr', of(4)),
    verdictMap('to6', 'ipv6_addr', six),
    '  chain neighbour {',
    // nft 1.0.6 has no name for the target of a solicitation: 8 bytes into the ICMPv6 message.
    ...six.map(
      ({ number, bytes }) => `    @th,64,128 0x${hexadecimal(bytes)} jump group_${number}`,
    ),
    '  }',
    '  chain inward {',
    '    arp operation request arp daddr ip vmap @to4',
    '    ip daddr vmap @to4',
    '    ip6 daddr vmap @to6',
    '    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } jump neighbour',
    '  }',
    '  chain outward {',
    '    arp saddr ip vmap @to4',
    '    ip saddr vmap @to4',
    '    ip6 saddr vmap @to6',
    '    icmpv6 type nd-neighbor-advert jump neighbour',
    '  }',
    ...ownerLines(plan.trafficGroups),
    ...masqueradeMaps(plan.trafficGroups),
    ...plan.interfaces.flatMap((name, index) => hookLines(name, index + 1, hookRules(plan, name))),
    '}',
  ];
  return `${lines.join('\n')}\n${drainElements(drained).join('')}`;
}

/** Makes these the only groups that are drained, of so many. */
export function renderDrains(groupCount: number, drained: readonly Detour[]): string {
  const flushes = Array.from({ length: groupCount }, (_, index) =>
    ['draining', 'drained'].map((set) => `flush set ${table} ${set}_${index + 1}\n`).join(''),
  );
  return [...flushes, ...drainElements(drained)].join('');
}

function drainElements(drained: readonly Detour[]): readonly string[] {
  return drained.flatMap(({ group, hardware, milliseconds }) => {
    const timeout = `timeout ${Math.floor(milliseconds)}ms`;
    return [
      `add element ${table} draining_${group} { ip ${timeout}, ip6 ${timeout} }\n`,
      `add element ${table} drained_${group} { ${hardware} ${timeout} }\n`,
    ];
  });
}

/**
 * The former owner's exceptions stand beside the closed set: packets of connections that exist may come in (what
 * leaves has no interface it came by), and go out only to the new owner's hardware address.
 */
function groupLines(number: number, opening: Opening | undefined): readonly string[] {
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

function hookLines(
  name: string,
  number: number,
  { inward, outward }: { readonly inward: readonly string[]; readonly outward: readonly string[] },
): readonly string[] {
  const hook = (direction: string): string =>
    `type filter hook ${direction} device "${name}" priority -450; policy accept;`;
  return [
    `  chain in_${number} { ${[hook('ingress'), 'jump inward;', ...inward].join(' ')} }`,
    `  chain out_${number} { ${[hook('egress'), 'jump outward;', ...outward].join(' ')} }`,
  ];
}

/**
 * Addresses that come to groups of the table and go, without the rest of it: of ten thousand the whole takes a fifth
 * of a second. Undefined: more than elements would change (masquerade; neighbour discovery, which has a rule for each).
 */
export function renderReaddressing(
  groups: readonly TrafficGroup[],
  changes: readonly AddressChange[],
): string | undefined {
  const gone: string[] = [];
  const come: string[] = [];
  for (const { group: name, removed, added } of changes) {
    const number = groups.findIndex((group) => group.name === name) + 1;
    if (number === 0) continue;
    if (groups[number - 1]?.mac !== undefined) return undefined;
    for (const [list, addresses] of [[gone, removed] as const, [come, added] as const]) {
      for (const one of addresses) {
        const address = parseAddress(one.address);
        if (address?.family !== 4) return undefined;
        list.push(`${address.text} : jump group_${number}`);
      }
    }
  }
  const lines = [['delete', gone] as const, ['add', come] as const].map(([verb, elements]) =>
    elements.length === 0 ? '' : `${verb} element ${table} to4 { ${elements.join(', ')} }\n`,
  );
  return lines.join('');
}

/** What comes in and has passed is marked with the groups that are here, for those that have networks. */
function hookRules(
  plan: FencePlan,
  device: string,
): { readonly inward: readonly string[]; readonly outward: readonly string[] } {
  const { inward, outward } = masqueradeRules(plan, device);
  const marks = ownerLines(plan.trafficGroups).length > 0 ? ['jump owned;'] : [];
  return { inward: [...inward, ...marks], outward };
}

function ownerLines(groups: readonly TrafficGroup[]): readonly string[] {
  const marks = ownerMarks(groups.map(({ name }) => name));
  const rules = groups.flatMap(({ name, hasNetworks }, index) => {
    const mark = hasNetworks === true ? marks.get(name)?.mark : undefined;
    if (mark === undefined) return [];
    const set = `meta mark set meta mark | 0x${mark.toString(16)}`;
    return [`    meta protocol @own_${index + 1} ${set}`];
  });
  if (rules.length === 0) return [];
  // Packets of connections that are being drained have a mark of their own.
  return ['  chain owned {', '    meta mark != 0 return', ...rules, '  }'];
}

/** Hardware address by floating address, for what leaves. */
function masqueradeMaps(groups: readonly TrafficGroup[]): readonly string[] {
  const of = (family: 4 | 6): readonly string[] =>
    groups.flatMap(({ mac, addresses }) =>
      addresses.flatMap((one) => {
        const address = parseAddress(one.address);
        return mac === undefined || address?.family !== family ? [] : [`${address.text} : ${mac}`];
      }),
    );
  return ([4, 6] as const).flatMap((family) => {
    const entries = of(family);
    if (entries.length === 0) return [];
    const elements = ` elements = { ${entries.join(', ')} };`;
    return [`  map mac${family} { type ipv${family}_addr : ether_addr;${elements} }`];
  });
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
  const groups = trafficGroups
    .map((group, index) => ({ group, number: index + 1 }))
    .filter(({ group }) => masqueradedInterfaces(group).includes(device));
  if (own === undefined || groups.length === 0) return { inward: [], outward: [] };
  const inward = groups.flatMap(({ group, number }) => [
    `ether daddr ${group.mac} icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept;`,
    `ether daddr ${group.mac} meta protocol @own_${number} meta protocol { ip, ip6 }` +
      ` ether daddr set ${own} meta pkttype set host;`,
    `ether daddr ${group.mac} meta protocol { ip, ip6 } drop;`,
  ]);
  const outward = ([4, 6] as const).flatMap((family) => {
    const has = groups.some(({ group }) =>
      group.addresses.some((one) => parseAddress(one.address)?.family === family),
    );
    const ip = family === 4 ? 'ip' : 'ip6';
    return has ? [`ether saddr set ${ip} saddr map @mac${family};`] : [];
  });
  return { inward, outward };
}

function verdictMap(
  name: string,
  type: string,
  entries: readonly { readonly number: number; readonly text: string }[],
): string {
  const elements = entries.map((entry) => `${entry.text} : jump group_${entry.number}`);
  const list = elements.length === 0 ? '' : ` elements = { ${elements.join(', ')} };`;
  return `  map ${name} { type ${type} : verdict;${list} }`;
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
  return `add element ${table} permit_${number} { ip timeout ${milliseconds}ms }\n`;
}

export function renderConsume(number: number): string {
  return `delete element ${table} permit_${number} { ip }\n`;
}

/**
 * Opens or renews; refused by the kernel as a whole once the permit has lapsed, so that a process that was
 * paused before this call cannot open anything. `add` before `delete` because the elements may be absent.
 */
export function renderOpen(number: number, opening: Opening): string {
  const own = `element ${table} own_${number}`;
  return [
    renderConsume(number).trimEnd(),
    `add ${own} { ${keys.join(', ')} }`,
    `delete ${own} { ${keys.join(', ')} }`,
    `add ${own} { ${elementsOf(opening)} }`,
    '',
  ].join('\n');
}

export function renderClose(number: number): string {
  return `flush set ${table} own_${number}\nflush set ${table} permit_${number}\n`;
}
