/**
 * Virtual servers that leave the address of packets alone (`translate-address disabled`): a packet goes to the chosen
 * member as it came, and answers need not come back by us (nPath, F5 article K11116; pools of routers). The kernel sends
 * a copy by way of the member and drops the packet: no routing rule is needed, not even for addresses of this device, and
 * no connection is tracked. Which member a connection has is kept in a map, which outlives changes of the rest. Pure.
 */
import { markText } from './marks.ts';
import { contentHash, shortHash } from '../engine-names.ts';
import type { MemberStates } from '../member-state.ts';
import type { MemberPlan, PacketVirtual, PoolPlan } from '../types.ts';

const tableName = 'evenkeel_direct';
const mostConnections = 65_535;
const idleSeconds = 300;
const slots = 120;

export interface DirectParts {
  readonly virtuals: readonly PacketVirtual[];
  readonly pools: ReadonlyMap<string, PoolPlan>;
  readonly states: MemberStates;
}

/** What makes the tables, and what takes away what they had before. */
export interface DirectTable {
  readonly chains: ReadonlyMap<4 | 6, readonly string[]>;
  /** "" where there is nothing to make. */
  readonly text: string;
  /** `held`: undefined when nobody knows what is there. */
  removing(held: DirectTable | undefined): string;
}

const families = [4, 6] as const;

export function directTable(parts: DirectParts): DirectTable {
  const direct = parts.virtuals.filter(({ keepsAddress }) => keepsAddress === true);
  const own = (family: 4 | 6): readonly PacketVirtual[] =>
    direct.filter(({ address }) => address.family === family);
  const chains = new Map(families.map((family) => [family, own(family).map(chainOf)] as const));
  const made = families.flatMap((family) =>
    own(family).length === 0 ? [] : familyLines(family, own(family), parts),
  );
  return {
    chains,
    text: made.map((line) => `${line}\n`).join(''),
    removing: (held) =>
      families
        .flatMap((family) => removals(family, chains.get(family) ?? [], held?.chains.get(family)))
        .map((line) => `${line}\n`)
        .join(''),
  };
}

function removals(
  family: 4 | 6,
  wanted: readonly string[],
  held: readonly string[] | undefined,
): readonly string[] {
  const table = `${ipOf(family)} ${tableName}`;
  if (wanted.length === 0 && held?.length !== 0)
    return [`add table ${table}`, `delete table ${table}`];
  const gone = (held ?? []).filter((chain) => !wanted.includes(chain));
  return gone.map((chain) => `delete chain ${table} ${chain}`);
}

function chainOf({ name }: PacketVirtual): string {
  return `v_${contentHash(name)}`;
}

function ipOf(family: 4 | 6): 'ip' | 'ip6' {
  return family === 4 ? 'ip' : 'ip6';
}

function familyLines(
  family: 4 | 6,
  virtuals: readonly PacketVirtual[],
  parts: DirectParts,
): readonly string[] {
  const table = `${ipOf(family)} ${tableName}`;
  const address = `ipv${family}_addr`;
  const verdicts = virtuals.map((one) => `${markText(one.mark)} : jump ${chainOf(one)}`);
  return [
    `add table ${table}`,
    `add map ${table} held { type ${address} . inet_service . ${address} . inet_service : mark; flags dynamic,timeout; timeout ${idleSeconds}s; size ${mostConnections}; }`,
    // Behind the classifier, which says whose a packet is.
    `add chain ${table} prerouting { type filter hook prerouting priority mangle + 3; policy accept; }`,
    `flush chain ${table} prerouting`,
    ...virtuals.flatMap((one) => virtualLines(table, one, parts)),
    `add rule ${table} prerouting meta mark vmap { ${verdicts.join(', ')} }`,
  ];
}

function virtualLines(table: string, virtual: PacketVirtual, parts: DirectParts): string[] {
  const ip = ipOf(virtual.address.family);
  const chain = `${table} ${chainOf(virtual)}`;
  const pool = virtual.pool === undefined ? undefined : parts.pools.get(virtual.pool);
  const states = parts.states.get(pool?.name ?? '');
  const members = (pool?.members ?? []).filter(
    ({ address }) => address.family === virtual.address.family,
  );
  const alive = members.filter(({ name }) => states?.get(name) !== 'down');
  const ready = members.filter(({ name }) => states?.get(name) === 'ready');
  const number = ({ address }: MemberPlan): string => markText(numberOf(address.text));
  const mark = markText(virtual.mark);
  const key = `${ip} saddr . th sport . ${ip} daddr . th dport`;
  const chosen = turns(ready).map((member, slot) => `${slot} : ${number(member)}`);
  const from = virtual.persistsBySource ? `${ip} saddr` : `${ip} saddr . th sport`;
  const numbers = [...new Set(alive.map(number))];
  const ways = new Map(alive.map((member) => [number(member), member.address.text]));
  const rules = [
    `meta mark set ${key} map @held`,
    ...(numbers.length === 0
      ? [`meta mark set ${mark}`]
      : [`meta mark != { ${[mark, ...numbers].join(', ')} } meta mark set ${mark}`]),
    ...(chosen.length === 0
      ? []
      : [
          `meta mark ${mark} meta mark set jhash ${from} mod ${slots} seed 0x45564b4c map { ${chosen.join(', ')} }`,
        ]),
    `meta mark ${mark} drop`,
    `update @held { ${key} : meta mark }`,
    ...(ways.size === 0
      ? []
      : [
          `dup to meta mark map { ${[...ways].map(([one, text]) => `${one} : ${text}`).join(', ')} } drop`,
        ]),
    'drop',
  ];
  return [
    `add chain ${chain}`,
    `flush chain ${chain}`,
    ...rules.map((rule) => `add rule ${chain} ${rule}`),
  ];
}

/** Each ready member in its turn, by its ratio. */
function turns(ready: readonly MemberPlan[]): readonly MemberPlan[] {
  const dealt = ready.flatMap((member) =>
    Array.from({ length: Math.min(slots, member.ratio) }, () => member),
  );
  if (dealt.length === 0) return [];
  return Array.from({ length: slots }, (_, slot) => dealt[slot % dealt.length]).filter(
    (member) => member !== undefined,
  );
}

/** Of a member's address; never one of a virtual server's marks, whose top is another. */
function numberOf(text: string): number {
  return 1 + (Number.parseInt(shortHash(text), 16) % 0xfffffe);
}
