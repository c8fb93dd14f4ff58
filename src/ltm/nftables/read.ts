/** What the table's counters say. Pure. A counter is named by its kind and the hash of what it counts for. */
import { markTop, markTopMask } from '../classify.ts';
import { markText } from './marks.ts';
import { contentHash } from '../engine-names.ts';

export interface PacketCounts {
  readonly connections: number;
  readonly packetsIn: number;
  readonly packetsOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Connections that the other side took, where they are counted (`answerLines`). */
  readonly answers: number;
}

/** By the hash of the name of a virtual server, or of a SNAT. */
export type PacketTable = ReadonlyMap<string, PacketCounts>;

export const noPackets: PacketCounts = {
  connections: 0,
  packetsIn: 0,
  packetsOut: 0,
  bytesIn: 0,
  bytesOut: 0,
  answers: 0,
};

export function packetsOf(table: PacketTable, name: string): PacketCounts {
  return table.size === 0 ? noPackets : (table.get(contentHash(name)) ?? noPackets);
}

/** The first packet of a connection. */
export function connectionCounter(id: string): string {
  return `counter name "n_${id}"`;
}

export interface Marked {
  readonly name: string;
  readonly mark: number;
  /** Its members are counted; undefined: it has none. */
  readonly members?: {
    readonly family: 4 | 6;
    readonly protocol: 'tcp' | 'udp';
    /** Nobody else's packets are: the sum of them is what the virtual server counts. */
    readonly areAll: boolean;
  };
}

/**
 * Counters, and the chain that sees every packet of the connections that carry a mark. `priority` of nftables: after
 * the chain that marks them.
 */
export function counterLines(marked: readonly Marked[], priority = 'filter'): readonly string[] {
  if (marked.length === 0) return [];
  const counted = marked.map((one) => ({ ...one, id: contentHash(one.name) }));
  const own = counted.filter(({ members }) => members?.areAll !== true);
  return [
    ...counted.map(({ id }) => `counter n_${id} { }`),
    ...own.flatMap(({ id }) => ['i', 'o'].map((kind) => `counter ${kind}_${id} { }`)),
    ...(own.length === 0 ? [] : chainsByMark(counted)),
    'chain counted {',
    `type filter hook forward priority ${priority}; policy accept;`,
    ...(own.length === 0 ? memberRules(counted) : ['ct mark vmap @count']),
    '}',
  ];
}

type Counted = Marked & { readonly id: string };

/** Where some are counted by themselves, the mark says how each is. */
function chainsByMark(counted: readonly Counted[]): readonly string[] {
  const shared = counted.flatMap(({ members }) => (members === undefined ? [] : [members]));
  const elements = counted.map(({ mark, members, id }) => {
    const chain = members?.areAll === true ? memberChain(members) : `k_${id}`;
    return `${markText(mark)} : goto ${chain}`;
  });
  return [
    ...[...new Map(shared.map((one) => [memberChain(one), one]))].flatMap(memberLines),
    ...counted.flatMap(({ id, members }) =>
      members?.areAll === true
        ? []
        : [
            `chain k_${id} {`,
            `ct direction original counter name "i_${id}"`,
            `ct direction reply counter name "o_${id}"`,
            ...(members === undefined ? [] : [`goto ${memberChain(members)}`]),
            '}',
          ],
    ),
    `map count { type mark : verdict; elements = { ${elements.join(', ')} } }`,
  ];
}

/** Where all are counted by their members, no map has to be asked for each packet: a third less for counting. */
function memberRules(counted: readonly Counted[]): readonly string[] {
  const families = ([4, 6] as const).filter((family) =>
    counted.some(({ members }) => members?.family === family),
  );
  return [
    `ct mark & ${markText(markTopMask)} != ${markText(markTop)} accept`,
    // What is said of connections (ICMP) has no ports.
    ...families.map((family) => `meta l4proto ${family === 4 ? 'icmp' : 'ipv6-icmp'} accept`),
    ...families.flatMap(directionLines),
  ];
}

/** New connections by member, and packets to it and from it: elements come by themselves, so that a new member is no new shape. */
export const memberSets = ['members4', 'members6', 'into4', 'into6', 'from4', 'from6'] as const;
const mostMembers = 65_535;

export function memberSetLines(): readonly string[] {
  return memberSets.map(setLine);
}

function setLine(name: string): string {
  const ip = name.endsWith('4') ? 'ip' : 'ip6';
  return `set ${name} { typeof ct mark . ${ip} daddr . th dport; size ${mostMembers}; flags dynamic; counter; }`;
}

/** The first packet of a connection, on its way to the member. */
export function memberCounter(family: 4 | 6): string {
  const ip = family === 4 ? 'ip' : 'ip6';
  return `update @members${family} { ct mark . ${ip} daddr . th dport }`;
}

type Members = NonNullable<Marked['members']>;

function memberChain({ family, protocol }: Members): string {
  return `${protocol}_members${family}`;
}

/** Every packet passes here: what is done costs. */
function memberLines([chain, { family, protocol }]: readonly [string, Members]): readonly string[] {
  return [
    `chain ${chain} {`,
    // What is said of connections (ICMP) has no ports.
    `meta l4proto != ${protocol} return`,
    ...directionLines(family),
    '}',
  ];
}

/** Where packets are forwarded, members have their own addresses in both directions. */
function directionLines(family: 4 | 6): readonly string[] {
  const ip = family === 4 ? 'ip' : 'ip6';
  return [
    `ct direction original update @into${family} { ct mark . ${ip} daddr . th dport } accept`,
    `update @from${family} { ct mark . ${ip} saddr . th sport }`,
  ];
}

export const answerSets = ['answers4', 'answers6'] as const;

/** What members answer to the first packet of TCP connections with these marks, when they take them. */
export function answerLines(marks: readonly number[]): readonly string[] {
  if (marks.length === 0) return [];
  const isTaken = 'tcp flags & (fin | syn | rst | ack) == (syn | ack) ct direction reply';
  const ours = `ct mark { ${marks.map(markText).join(', ')} }`;
  return [
    ...answerSets.map(setLine),
    'chain answered {',
    'type filter hook forward priority filter; policy accept;',
    ...(['ip', 'ip6'] as const).map(
      (ip, index) =>
        `${isTaken} ${ours} update @${answerSets[index]} { ct mark . ${ip} saddr . th sport }`,
    ),
    '}',
  ];
}

/** Of a member, for a virtual server: its place in a `PacketTable`. */
export function memberPlace(mark: number, address: string, port: number): string {
  return `${mark} ${address} ${port}`;
}

interface NftSet {
  readonly nftables?: readonly {
    readonly set?: {
      readonly name?: string;
      readonly elem?: readonly {
        readonly elem?: {
          readonly val?: { readonly concat?: readonly (string | number)[] };
          readonly counter?: { readonly packets: number; readonly bytes: number };
        };
      }[];
    };
  }[];
}

/** By the set's name without its family: what its elements count. */
const countsOfSet: Readonly<
  Record<string, (packets: number, bytes: number) => Partial<PacketCounts>>
> = {
  members: (connections) => ({ connections }),
  into: (packetsIn, bytesIn) => ({ packetsIn, bytesIn }),
  from: (packetsOut, bytesOut) => ({ packetsOut, bytesOut }),
  answers: (answers) => ({ answers }),
};

export function parseMembers(json: string): PacketTable {
  // Written by nft; what is missing counts as nothing.
  const list = (JSON.parse(json) as NftSet).nftables ?? [];
  const table = new Map<string, PacketCounts>();
  for (const { set } of list) {
    const countsOf = countsOfSet[set?.name?.slice(0, -1) ?? ''];
    for (const { elem } of set?.elem ?? []) {
      const [mark, address, port] = elem?.val?.concat ?? [];
      const counter = elem?.counter;
      if (address === undefined || counter === undefined || countsOf === undefined) continue;
      const place = memberPlace(Number(mark), String(address), Number(port));
      table.set(place, { ...noPackets, ...countsOf(counter.packets, counter.bytes) });
    }
  }
  return table;
}

interface NftList {
  readonly nftables?: readonly {
    readonly counter?: { readonly name: string; readonly packets: number; readonly bytes: number };
  }[];
}

export function parsePackets(json: string): PacketTable {
  return parseCounters(json).table;
}

export interface ParsedCounters {
  readonly table: PacketTable;
  /** Those whose packets are counted, not only their connections. */
  readonly whole: ReadonlySet<string>;
}

export function parseCounters(json: string): ParsedCounters {
  // Written by nft; what is missing counts as nothing.
  const list = (JSON.parse(json) as NftList).nftables ?? [];
  const table = new Map<string, PacketCounts>();
  const whole = new Set<string>();
  for (const { counter } of list) {
    const [, kind, id] = /^([nio])_(.+)$/.exec(counter?.name ?? '') ?? [];
    if (counter === undefined || id === undefined) continue;
    if (kind !== 'n') whole.add(id);
    const { packets, bytes } = counter;
    const known = table.get(id) ?? noPackets;
    table.set(id, {
      ...known,
      ...(kind === 'n' && { connections: packets }),
      ...(kind === 'i' && { packetsIn: packets, bytesIn: bytes }),
      ...(kind === 'o' && { packetsOut: packets, bytesOut: bytes }),
    });
  }
  return { table, whole };
}

/**
 * All together: virtual servers whose packets are not counted by themselves have those of their members.
 * `virtualOfMark`: undefined for one that is gone.
 */
export function allCounts(
  { table, whole }: ParsedCounters,
  members: PacketTable,
  virtualOfMark: (mark: number) => string | undefined,
): PacketTable {
  const all = new Map([...table, ...members]);
  const ids = new Map<string, string | undefined>();
  for (const [place, { connections: _each, ...packets }] of members) {
    const mark = place.slice(0, place.indexOf(' '));
    if (!ids.has(mark)) {
      const name = virtualOfMark(Number(mark));
      const id = name === undefined ? undefined : contentHash(name);
      ids.set(mark, id !== undefined && whole.has(id) ? undefined : id);
    }
    const id = ids.get(mark);
    if (id === undefined) continue;
    all.set(id, addCounts(all.get(id) ?? noPackets, { ...packets, connections: 0 }));
  }
  return all;
}

/** A new table counts from 0: what the one before had counted is carried on. */
export function addPackets(carried: PacketTable, running: PacketTable): PacketTable {
  const sum = new Map(carried);
  for (const [id, one] of running) {
    const before = sum.get(id) ?? noPackets;
    sum.set(id, addCounts(before, one));
  }
  return sum;
}

export function addCounts(one: PacketCounts, other: PacketCounts): PacketCounts {
  return {
    connections: one.connections + other.connections,
    packetsIn: one.packetsIn + other.packetsIn,
    packetsOut: one.packetsOut + other.packetsOut,
    bytesIn: one.bytesIn + other.bytesIn,
    bytesOut: one.bytesOut + other.bytesOut,
    answers: one.answers + other.answers,
  };
}
