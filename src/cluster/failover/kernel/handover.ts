/**
 * Draining as nft text: what carries the established connections of a floating address through a planned
 * failover. One table of the netdev family beside the fence, hooks before its:
 *
 *   the former owner   sends every TCP packet of its own with the address to the new owner, over the link
 *                      between the two, whatever interface it was about to leave by;
 *   the new owner      gives packets of connections that it does not know back over the same link, and routes
 *                      what comes from there to the clients.
 *
 * A group may come back within the drain. Then each of the two has connections, and clients and servers send to
 * the former owner for a moment more. What it does not know it passes on to the new one. Connections that neither knows
 * are those that the group's first owner had, and that were silent since: the other one sends them there, always.
 *
 * The kernel looks a packet up in several sets, one after the other, and detours may change between two lookups. So
 * the rules that a packet passes ask for nothing that a change takes away from one side and gives to the other, and
 * who fits nowhere is dropped: TCP repeats it. Taken for our own it would reset a connection.
 *
 * Frames get the other's hardware address and go out as they are: both families, no routes, no neighbours.
 * Which addresses a traffic group has stands in sets of its own, filled beforehand: a drain of ten thousand is a few
 * elements, as that of one. Those have a timeout: the kernel ends a drain by itself, whatever became of this process. A
 * connection is known by the packets that the new owner sent for it, from its SYN or SYN-ACK on.
 */
import { parseAddress } from '../../../base/address.ts';
import type { GroupConfig } from '../types.ts';

const table = 'netdev evenkeel_handover';

/** How long a former owner serves the connections it has, milliseconds. */
export const drainMilliseconds = 10_000;
/** Not renewed by every packet; a group that comes and goes finds its own connections known for that long. */
const knownSeconds = 300;
/** For the last packets of a connection, after a FIN or a reset. */
const endedSeconds = 2;
/** Bounds the memory of a SYN flood to some 30 MB; connections beyond it are cut as without draining. */
const maximumKnown = 262_144;
/** On packets that another device's sockets sent and this one only routes. */
export const transitMark = '0x45564b44';
/** A handshake that was not answered is begun anew, with the new owner; two answers would contradict. */
const isSynAck = 'tcp flags & (syn | ack) == syn | ack';
const isSyn = 'tcp flags & (fin | syn | rst | ack) == syn';

/** An interface whose network is shared with a peer and has no floating address of its own. */
export interface Link {
  readonly device: string;
  /** Of this device's interface. */
  readonly hardware: string;
}

/** A timed direction: packets of the group's addresses go to that hardware address on the link. */
export interface Detour {
  readonly name: string;
  /** Place of the traffic group in the configuration, from 1. */
  readonly group: number;
  readonly device: string;
  readonly hardware: string;
  readonly milliseconds: number;
}

/** Of connections that this device does not know; `asked`: ours when the other one does not know them, either. */
export type Unknown = 'ours' | 'asked' | 'theirs';

export interface Side extends Detour {
  readonly unknown: Unknown;
}

export interface Detours {
  /** We are the former owner. */
  readonly given: readonly Side[];
  /** We are the new one. */
  readonly inherited: readonly Side[];
}

/** Linux's own range. */
const localPortRange = { first: 32_768, last: 60_999 };

/** First and last port of the device's share: members of a group begin connections from the same addresses. */
export function localPorts(config: GroupConfig): readonly [number, number] {
  const { first, last } = localPortRange;
  const devices = config.members.map((member) => member.device).toSorted();
  const place = devices.indexOf(config.device);
  if (place < 0) return [first, last];
  const share = Math.floor((last - first + 1) / devices.length);
  return [first + place * share, first + (place + 1) * share - 1];
}

/** Replaces the table. Connections known so far are forgotten: only for changes of interfaces. */
export function renderHandover(
  interfaces: readonly string[],
  links: readonly Link[],
  groupCount: number,
): string {
  const groups = Array.from({ length: groupCount }, (_, index) => index + 1);
  const lines = [`add table ${table}`, `delete table ${table}`];
  if (links.length === 0) return `${lines.join('\n')}\n`;
  lines.push(
    `table ${table} {`,
    ...([4, 6] as const).flatMap((family) => familyLines(family)),
    ...groups.flatMap((group) => directionLines(group, links)),
    ...groups.flatMap((group) =>
      ([4, 6] as const).flatMap((family) => groupLines(family, group, links)),
    ),
    ...interfaces.flatMap((name, index) => hookLines(name, index + 1, links, groups)),
    '}',
  );
  return `${lines.join('\n')}\n`;
}

const received = (ip: string): string => `${ip} daddr . tcp dport . ${ip} saddr . tcp sport`;
const sent = (ip: string): string => `${ip} saddr . tcp sport . ${ip} daddr . tcp dport`;

function familyLines(family: 4 | 6): readonly string[] {
  const ip = ipOf(family);
  const type = `ipv${family}_addr`;
  const ended = ` timeout ${endedSeconds}s`;
  const isEnd = 'tcp flags & (fin | rst) != 0';
  const known = (flow: string, life: string): string => `update @known${family} { ${flow}${life} }`;
  return [
    `  set known${family} { type ${type} . inet_service . ${type} . inet_service;`,
    `    flags dynamic, timeout; timeout ${knownSeconds}s; size ${maximumKnown}; }`,
    // A port that comes round must not be taken for the connection that had it before.
    `  chain receive_own${family} { ${isEnd} ${known(received(ip), ended)}; }`,
    `  chain learn_own${family} {`,
    `    add @known${family} { ${received(ip)} }`,
    `    goto receive_own${family}`,
    '  }',
    `  chain send_own${family} {`,
    `    ${isEnd} ${known(sent(ip), ended)}`,
    `    ${isEnd} return`,
    `    add @known${family} { ${sent(ip)} }`,
    '  }',
  ];
}

/** Sets that say of a group, by what every packet has, what is under way. */
const groupSets = {
  // Anything is.
  draining: 'ether_type',
  given: 'ether_type',
  inherited: 'ether_type',
  // What is not known is ours: of anybody, or of that peer.
  own: 'ether_type',
  asked: 'ether_addr',
  peer: 'ether_addr',
} as const;

/** What both devices take for the other's would go in a circle: no more than so much of it comes back. */
const mostReturned = 'limit rate over 5000/second burst 1000 packets';

function directionLines(group: number, links: readonly Link[]): readonly string[] {
  return [
    ...Object.entries(groupSets).map(
      ([name, type]) => `  set ${name}_${group} { type ${type}; flags timeout; }`,
    ),
    ...([4, 6] as const).map(
      (family) => `  set ${setOf(family, group)} { type ipv${family}_addr; }`,
    ),
    ...links.flatMap((_, index) =>
      detourMaps.map(
        (name) =>
          `  map ${name}_${group}_${index + 1} { type ether_type : ether_addr; flags timeout; }`,
      ),
    ),
  ];
}

/** Where packets with the group's address as source go, and where those that we do not know. */
const detourMaps = ['to', 'unknown'] as const;

function groupLines(family: 4 | 6, group: number, links: readonly Link[]): readonly string[] {
  const ip = ipOf(family);
  const detours = (map: (typeof detourMaps)[number]): readonly string[] =>
    links.map((link, index) => `    ${detour(`${map}_${group}_${index + 1}`, link)}`);
  return [
    `  chain receive${family}_${group} {`,
    `    ${isSyn} return`,
    `    ${received(ip)} @known${family} goto receive_own${family}`,
    `    ether saddr @asked_${group} goto learn_own${family}`,
    `    meta protocol @own_${group} goto learn_own${family}`,
    `    ether saddr @peer_${group} ${mostReturned} drop`,
    ...detours('unknown'),
    '    drop',
    '  }',
    `  chain send_inherited${family}_${group} {`,
    `    meta mark ${transitMark} return`,
    // Ours to a server, or our answer to a client's: not the client's, which the fence may have stopped.
    `    tcp flags & syn == syn update @known${family} { ${sent(ip)} }`,
    `    goto send_own${family}`,
    '  }',
    `  chain send_given${family}_${group} {`,
    // A group that comes back within the drain: the peer's packets are here before the group is.
    `    meta mark ${transitMark} return`,
    `    ${isSynAck} drop`,
    `    jump send_own${family}`,
    ...detours('to'),
    '  }',
  ];
}

/** Without an element in the map the rule ends, and the packet goes its ordinary way. */
function detour(map: string, link: Link): string {
  return `ether daddr set meta protocol map @${map} ether saddr set ${link.hardware} fwd to "${link.device}"`;
}

function ipOf(family: 4 | 6): 'ip' | 'ip6' {
  return family === 4 ? 'ip' : 'ip6';
}

function setOf(family: 4 | 6, group: number): string {
  return `addresses${family}_${group}`;
}

function hookLines(
  name: string,
  number: number,
  links: readonly Link[],
  groups: readonly number[],
): readonly string[] {
  const isLink = links.some((link) => link.device === name);
  const hook = (direction: string, priority = -460): string =>
    `type filter hook ${direction} device "${name}" priority ${priority}; policy accept;`;
  const tcp = { ip: 'ip protocol tcp', ip6: 'ip6 nexthdr tcp' } as const;
  const each = (line: (family: 4 | 6, group: number, ip: 'ip' | 'ip6') => string): string[] =>
    groups.flatMap((group) =>
      ([4, 6] as const).map((family) => `    ${line(family, group, ipOf(family))}`),
    );
  const jump = (set: keyof typeof groupSets, side: 'saddr' | 'daddr', chain: string): string[] =>
    each(
      (family, group, ip) =>
        `meta protocol @${set}_${group} ${ip} ${side} @${setOf(family, group)} ${tcp[ip]} jump ${chain}${family}_${group}`,
    );
  // Whoever drains now: nobody but a peer sends with the group's addresses from there.
  const transit = each(
    (family, group, ip) => `${ip} saddr @${setOf(family, group)} meta mark set ${transitMark}`,
  );
  return [
    `  chain in_${number} { ${hook('ingress')}`,
    ...(isLink ? transit : []),
    ...jump('draining', 'daddr', 'receive'),
    '  }',
    `  chain out_${number} { ${hook('egress')}`,
    // What leaves by the link itself came from here by a detour, or is stopped by the fence.
    ...(isLink ? [] : jump('given', 'saddr', 'send_given')),
    '  }',
    // After the fence: what it stopped makes nothing known.
    `  chain sent_${number} { ${hook('egress', -440)}`,
    ...jump('inherited', 'saddr', 'send_inherited'),
    '  }',
  ];
}

/** An address that a traffic group has. */
export interface GroupAddress {
  readonly group: number;
  readonly address: string;
}

/** Addresses that leave their groups and come to them; what draining goes on is not touched. */
export function renderAddresses(
  gone: readonly GroupAddress[],
  come: readonly GroupAddress[],
): string {
  const lines = (verb: 'add' | 'delete', addresses: readonly GroupAddress[]): readonly string[] => {
    const bySet = new Map<string, string[]>();
    for (const { group, address } of addresses) {
      const family = parseAddress(address)?.family;
      if (family === undefined) continue;
      const list = bySet.get(setOf(family, group)) ?? [];
      list.push(address);
      bySet.set(setOf(family, group), list);
    }
    return [...bySet].map(
      ([set, list]) => `${verb} element ${table} ${set} { ${list.join(', ')} }\n`,
    );
  };
  return [...lines('delete', gone), ...lines('add', come)].join('');
}

/**
 * Makes these the only detours, in one transaction. With `forgets` the connections known from earlier ones are
 * unknown again: clients' ports come round.
 */
export function renderDetours(
  links: readonly Link[],
  groupCount: number,
  detours: Detours,
  forgets: boolean,
): string {
  const lines = forgets ? [`flush set ${table} known4`, `flush set ${table} known6`] : [];
  for (let group = 1; group <= groupCount; group += 1) {
    for (const set of Object.keys(groupSets)) lines.push(`flush set ${table} ${set}_${group}`);
    for (const number of links.keys()) {
      for (const map of detourMaps) lines.push(`flush map ${table} ${map}_${group}_${number + 1}`);
    }
  }
  for (const side of detours.given) {
    lines.push(...directed(links, side, 'to'), element('given', side, bothFamilies));
    lines.push(...drained(links, side));
  }
  for (const side of detours.inherited) {
    lines.push(element('inherited', side, bothFamilies), ...drained(links, side));
  }
  return `${lines.join('\n')}\n`;
}

const bothFamilies = ['ip', 'ip6'];

function element(
  set: keyof typeof groupSets,
  { group, milliseconds }: Detour,
  keys: readonly string[],
): string {
  const timed = keys.map((key) => `${key} timeout ${Math.floor(milliseconds)}ms`);
  return `add element ${table} ${set}_${group} { ${timed.join(', ')} }`;
}

function drained(links: readonly Link[], side: Side): readonly string[] {
  return [
    element('draining', side, bothFamilies),
    element('peer', side, [side.hardware]),
    ...(side.unknown === 'ours' ? [element('own', side, bothFamilies)] : []),
    ...(side.unknown === 'asked' ? [element('asked', side, [side.hardware])] : []),
    ...directed(links, side, 'unknown'),
  ];
}

function directed(
  links: readonly Link[],
  { group, device, hardware, milliseconds }: Detour,
  map: (typeof detourMaps)[number],
): readonly string[] {
  const number = links.findIndex((link) => link.device === device) + 1;
  if (number === 0) return [];
  const life = `timeout ${Math.floor(milliseconds)}ms`;
  const mapped = bothFamilies.map((family) => `${family} ${life} : ${hardware}`);
  return [`add element ${table} ${map}_${group}_${number} { ${mapped.join(', ')} }`];
}
