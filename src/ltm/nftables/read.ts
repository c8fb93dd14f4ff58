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
  return table.get(contentHash(name)) ?? noPackets;
}

/** The first packet of a connection. */
export function connectionCounter(id: string): string {
  return `counter name "n_${id}"`;
}

interface Marked {
  readonly name: string;
  readonly mark: number;
}

/**
 * Counters, and the chain that sees every packet of the connections that carry a mark. `priority` of nftables: after
 * the chain that marks them.
 */
export function counterLines(marked: readonly Marked[], priority = 'filter'): readonly string[] {
  if (marked.length === 0) return [];
  const ids = marked.map((one) => contentHash(one.name));
  const elements = marked.map((one) => `${markText(one.mark)} : goto k_${contentHash(one.name)}`);
  return [
    ...ids.flatMap((id) => ['n', 'i', 'o'].map((kind) => `counter ${kind}_${id} { }`)),
    ...ids.flatMap((id) => [
      `chain k_${id} {`,
      `ct direction original counter name "i_${id}"`,
      `ct direction reply counter name "o_${id}"`,
      '}',
    ]),
    `map count { type mark : verdict; elements = { ${elements.join(', ')} } }`,
    'chain counted {',
    `type filter hook forward priority ${priority}; policy accept;`,
    'ct mark vmap @count',
    '}',
  ];
}

/** New connections by member: elements come by themselves, so that a new member is no new shape. */
export const memberSets = ['members4', 'members6'] as const;
const mostMembers = 65_535;

export function memberSetLines(): readonly string[] {
  return ([4, 6] as const).map(
    (family) =>
      `set members${family} { typeof ct mark . ${family === 4 ? 'ip' : 'ip6'} daddr . th dport; size ${mostMembers}; flags dynamic; counter; }`,
  );
}

/** The first packet of a connection, on its way to the member. */
export function memberCounter(family: 4 | 6): string {
  const ip = family === 4 ? 'ip' : 'ip6';
  return `meta l4proto { tcp, udp } update @members${family} { ct mark . ${ip} daddr . th dport }`;
}

/** Of a member, for a virtual server: its place in a `PacketTable`. */
export function memberPlace(mark: number, address: string, port: number): string {
  return `${mark} ${address} ${port}`;
}

interface NftSet {
  readonly nftables?: readonly {
    readonly set?: {
      readonly elem?: readonly {
        readonly elem?: {
          readonly val?: { readonly concat?: readonly (string | number)[] };
          readonly counter?: { readonly packets: number };
        };
      }[];
    };
  }[];
}

export function parseMembers(json: string): PacketTable {
  // Written by nft; what is missing counts as nothing.
  const list = (JSON.parse(json) as NftSet).nftables ?? [];
  const table = new Map<string, PacketCounts>();
  for (const { elem } of list.flatMap(({ set }) => set?.elem ?? [])) {
    const [mark, address, port] = elem?.val?.concat ?? [];
    const connections = elem?.counter?.packets;
    if (address === undefined || connections === undefined) continue;
    const place = memberPlace(Number(mark), String(address), Number(port));
    table.set(place, { ...noPackets, connections });
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
    sum.set(id, {
      connections: before.connections + one.connections,
      packetsIn: before.packetsIn + one.packetsIn,
      packetsOut: before.packetsOut + one.packetsOut,
      bytesIn: before.bytesIn + one.bytesIn,
      bytesOut: before.bytesOut + one.bytesOut,
    });
  }
  return sum;
}
