/** What the table's counters say. Pure. A counter is named by its kind and the hash of what it counts for. */
import { markText } from './marks.ts';
import { contentHash } from '../engine-names.ts';

export interface PacketCounts {
  readonly connections: number;
  readonly packetsIn: number;
  readonly packetsOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** By the hash of the name of a virtual server, or of a SNAT. */
export type PacketTable = ReadonlyMap<string, PacketCounts>;

export const noPackets: PacketCounts = {
  connections: 0,
  packetsIn: 0,
  packetsOut: 0,
  bytesIn: 0,
  bytesOut: 0,
};

export function packetsOf(table: PacketTable, name: string): PacketCounts {
  return table.size === 0 ? noPackets : (table.get(contentHash(name)) ?? noPackets);
}

/** The first packet of a connection. */
export function connectionCounter(id: string): string {
  return `counter name "n_${id}"`;
}

interface Marked {
  readonly name: string;
  readonly mark: number;
  /** Its members are counted, too; undefined: it has none. */
  readonly membersFamily?: 4 | 6;
}

/**
 * Counters, and the chain that sees every packet of the connections that carry a mark. `priority` of nftables: after
 * the chain that marks them.
 */
export function counterLines(marked: readonly Marked[], priority = 'filter'): readonly string[] {
  if (marked.length === 0) return [];
  const ids = marked.map((one) => contentHash(one.name));
  const counted = marked.map(({ membersFamily }, index) => ({ id: ids[index], membersFamily }));
  const elements = marked.map((one) => `${markText(one.mark)} : goto k_${contentHash(one.name)}`);
  return [
    ...ids.flatMap((id) => ['n', 'i', 'o'].map((kind) => `counter ${kind}_${id} { }`)),
    ...counted.flatMap(({ id, membersFamily }) => [
      `chain k_${id} {`,
      `ct direction original counter name "i_${id}"`,
      `ct direction reply counter name "o_${id}"`,
      ...(membersFamily === undefined ? [] : memberByteCounters(membersFamily)),
      '}',
    ]),
    `map count { type mark : verdict; elements = { ${elements.join(', ')} } }`,
    'chain counted {',
    `type filter hook forward priority ${priority}; policy accept;`,
    'ct mark vmap @count',
    '}',
  ];
}

/** New connections by member, and packets to it and from it: elements come by themselves, so that a new member is no new shape. */
export const memberSets = ['members4', 'members6', 'into4', 'into6', 'from4', 'from6'] as const;
const mostMembers = 65_535;

export function memberSetLines(): readonly string[] {
  return memberSets.map((name) => {
    const ip = name.endsWith('4') ? 'ip' : 'ip6';
    return `set ${name} { typeof ct mark . ${ip} daddr . th dport; size ${mostMembers}; flags dynamic; counter; }`;
  });
}

/** The first packet of a connection, on its way to the member. */
export function memberCounter(family: 4 | 6): string {
  const ip = family === 4 ? 'ip' : 'ip6';
  return `meta l4proto { tcp, udp } update @members${family} { ct mark . ${ip} daddr . th dport }`;
}

/** Where packets are forwarded, members have their own addresses in both directions. */
function memberByteCounters(family: 4 | 6): readonly string[] {
  const ip = family === 4 ? 'ip' : 'ip6';
  return [
    `ct direction original meta l4proto { tcp, udp } update @into${family} { ct mark . ${ip} daddr . th dport }`,
    `ct direction reply meta l4proto { tcp, udp } update @from${family} { ct mark . ${ip} saddr . th sport }`,
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
  // Written by nft; what is missing counts as nothing.
  const list = (JSON.parse(json) as NftList).nftables ?? [];
  const table = new Map<string, PacketCounts>();
  for (const { counter } of list) {
    const [, kind, id] = /^([nio])_(.+)$/.exec(counter?.name ?? '') ?? [];
    if (counter === undefined || id === undefined) continue;
    const { packets, bytes } = counter;
    const known = table.get(id) ?? noPackets;
    table.set(id, {
      ...known,
      ...(kind === 'n' && { connections: packets }),
      ...(kind === 'i' && { packetsIn: packets, bytesIn: bytes }),
      ...(kind === 'o' && { packetsOut: packets, bytesOut: bytes }),
    });
  }
  return table;
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
  };
}
