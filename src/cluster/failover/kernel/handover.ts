/**
 * Draining as nft text: what carries the established connections of a floating address through a planned
 * failover. One table of the netdev family beside the fence, hooks before its:
 *
 *   the former owner   sends every TCP packet of its own with the address to the new owner, over the link
 *                      between the two, whatever interface it was about to leave by;
 *   the new owner      gives packets of connections that it does not know back over the same link, and routes
 *                      what comes from there to the clients.
 *
 * Frames get the other's hardware address and go out as they are: both families, no routes, no neighbours.
 * Every element has a timeout: the kernel ends a drain by itself, whatever became of this process. A
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

/** A timed direction: packets of the address go to that hardware address on the link. */
export interface Detour {
  readonly address: string;
  readonly device: string;
  readonly hardware: string;
  readonly milliseconds: number;
}

export interface Detours {
  /** We are the former owner. */
  readonly given: readonly Detour[];
  /** We are the new one. */
  readonly inherited: readonly Detour[];
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
export function renderHandover(interfaces: readonly string[], links: readonly Link[]): string {
  const lines = [`add table ${table}`, `delete table ${table}`];
  if (links.length === 0) return `${lines.join('\n')}\n`;
  lines.push(
    `table ${table} {`,
    ...([4, 6] as const).flatMap((family) => familyLines(family, links)),
    ...interfaces.flatMap((name, index) => hookLines(name, index + 1, links)),
    '}',
  );
  return `${lines.join('\n')}\n`;
}

function familyLines(family: 4 | 6, links: readonly Link[]): readonly string[] {
  const ip = family === 4 ? 'ip' : 'ip6';
  const type = `ipv${family}_addr`;
  const received = `${ip} daddr . tcp dport . ${ip} saddr . tcp sport`;
  const sent = `${ip} saddr . tcp sport . ${ip} daddr . tcp dport`;
  const known = (flow: string, life = ''): string => `update @known${family} { ${flow}${life} }`;
  const ended = ` timeout ${endedSeconds}s`;
  const isEnd = 'tcp flags & (fin | rst) != 0';
  return [
    ...['given', 'inherited'].map(
      (name) => `  set ${name}${family} { type ${type}; flags timeout; }`,
    ),
    `  set known${family} { type ${type} . inet_service . ${type} . inet_service;`,
    `    flags dynamic, timeout; timeout ${knownSeconds}s; size ${maximumKnown}; }`,
    ...links.flatMap((_, index) =>
      ['to', 'from'].map(
        (name) =>
          `  map ${name}${family}_${index + 1} { type ${type} : ether_addr; flags timeout; }`,
      ),
    ),
    // A port that comes round must not be taken for the connection that had it before.
    `  chain receive_own${family} { ${isEnd} ${known(received, ended)}; }`,
    `  chain send_own${family} {`,
    `    ${isEnd} ${known(sent, ended)}`,
    `    ${isEnd} return`,
    `    add @known${family} { ${sent} }`,
    '  }',
    `  chain receive_inherited${family} {`,
    `    ${isSyn} return`,
    `    ${received} @known${family} goto receive_own${family}`,
    ...links.map(
      (link, index) => `    ${detour(`${ip} daddr`, `from${family}_${index + 1}`, link)}`,
    ),
    '  }',
    `  chain receive_given${family} {`,
    `    ${isSyn} return`,
    `    add @known${family} { ${received} }`,
    `    goto receive_own${family}`,
    '  }',
    `  chain send_inherited${family} {`,
    `    meta mark ${transitMark} return`,
    // Ours to a server, or our answer to a client's: not the client's, which the fence may have stopped.
    `    tcp flags & syn == syn ${known(sent)}`,
    `    goto send_own${family}`,
    '  }',
    `  chain send_given${family} {`,
    // A group that comes back within the drain: the peer's packets are here before the group is.
    `    meta mark ${transitMark} return`,
    `    ${isSynAck} drop`,
    `    jump send_own${family}`,
    ...links.map((link, index) => `    ${detour(`${ip} saddr`, `to${family}_${index + 1}`, link)}`),
    '  }',
  ];
}

/** An address that is not in the map ends the rule, and the packet goes its ordinary way. */
function detour(field: string, map: string, link: Link): string {
  return `ether daddr set ${field} map @${map} ether saddr set ${link.hardware} fwd to "${link.device}"`;
}

function hookLines(name: string, number: number, links: readonly Link[]): readonly string[] {
  const isLink = links.some((link) => link.device === name);
  const hook = (direction: string, priority = -460): string =>
    `type filter hook ${direction} device "${name}" priority ${priority}; policy accept;`;
  const tcp = { ip: 'ip protocol tcp', ip6: 'ip6 nexthdr tcp' } as const;
  const each = (line: (ip: 'ip' | 'ip6', family: 4 | 6) => string): readonly string[] => [
    `    ${line('ip', 4)}`,
    `    ${line('ip6', 6)}`,
  ];
  const marks = ['given', 'inherited'].flatMap((set) =>
    each((ip, f) => `${ip} saddr @${set}${f} meta mark set ${transitMark}`),
  );
  return [
    `  chain in_${number} { ${hook('ingress')}`,
    ...(isLink ? marks : []),
    ...each((ip, f) => `${ip} daddr @inherited${f} ${tcp[ip]} jump receive_inherited${f}`),
    ...each((ip, f) => `${ip} daddr @given${f} ${tcp[ip]} jump receive_given${f}`),
    '  }',
    `  chain out_${number} { ${hook('egress')}`,
    // What leaves by the link itself came from here by a detour, or is stopped by the fence.
    ...(isLink ? [] : each((ip, f) => `${ip} saddr @given${f} ${tcp[ip]} jump send_given${f}`)),
    '  }',
    // After the fence: what it stopped makes nothing known.
    `  chain sent_${number} { ${hook('egress', -440)}`,
    ...each((ip, f) => `${ip} saddr @inherited${f} ${tcp[ip]} jump send_inherited${f}`),
    '  }',
  ];
}

/**
 * Makes these the only detours, in one transaction. With `forgets` the connections known from earlier ones are
 * unknown again: clients' ports come round.
 */
export function renderDetours(links: readonly Link[], detours: Detours, forgets: boolean): string {
  const names = links.flatMap((_, index) => [`to@_${index + 1}`, `from@_${index + 1}`]);
  const lines = (['4', '6'] as const).flatMap((family) => [
    `flush set ${table} given${family}`,
    `flush set ${table} inherited${family}`,
    ...(forgets ? [`flush set ${table} known${family}`] : []),
    ...names.map((name) => `flush map ${table} ${name.replace('@', family)}`),
  ]);
  lines.push(...directed(links, detours.given, 'given', 'to'));
  lines.push(...directed(links, detours.inherited, 'inherited', 'from'));
  return `${lines.join('\n')}\n`;
}

function directed(
  links: readonly Link[],
  detours: readonly Detour[],
  set: 'given' | 'inherited',
  map: 'to' | 'from',
): readonly string[] {
  return detours.flatMap(({ address, device, hardware, milliseconds }) => {
    const family = parseAddress(address)?.family;
    const number = links.findIndex((link) => link.device === device) + 1;
    if (family === undefined || number === 0) return [];
    const timed = `${address} timeout ${Math.floor(milliseconds)}ms`;
    return [
      `add element ${table} ${set}${family} { ${timed} }`,
      `add element ${table} ${map}${family}_${number} { ${timed} : ${hardware} }`,
    ];
  });
}
