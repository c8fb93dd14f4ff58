/**
 * Packet path as nftables text. Pure. A table has a shape, which is replaced as a whole in one transaction, and
 * elements, which change one by one: a member that goes down is an element, and takes no time.
 */
import { printPrefix } from '../../base/address.ts';
import type { MutedAddresses } from '../echo.ts';
import { type PoolWeights, type Weights, isMeasured, ratioOf } from '../balance.ts';
import { contentHash } from '../engine-names.ts';
import { type MemberStates, closedMarks } from '../member-state.ts';
import { classifierLines, guardMatch } from './classifier.ts';
import { limitLines, rateSet } from './limits.ts';
import { markText, returnMark } from './marks.ts';
import {
  type Marked,
  answerLines,
  connectionCounter,
  counterLines,
  memberCounter,
  memberSetLines,
} from './read.ts';
import type {
  ClassifiedVirtual,
  MemberPlan,
  PacketVirtual,
  PoolPlan,
  SourcePlan,
  VirtualPlan,
} from '../types.ts';

export const tableName = 'evenkeel_ltm';
export const returnTable = '4345';

/** Divisible by 1–6, 8, 10, 12: exact round robin for up to six members, within 1 % for more. */
const leastSlots = 120;
const mostSlots = 1024;
const measuredSlots = 240;

export interface RenderedTable {
  /** Chains and sets; `{…}` of elements are put in by `wholeTable`. */
  readonly shape: string;
  /** Set or map → key → element as nft writes it. */
  readonly elements: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** The way back of connections with the client's own address needs a routing rule. */
  readonly needsReturnRoute: boolean;
  readonly hasCounters: boolean;
  /** There are sets of connections that members took. */
  readonly countsAnswers: boolean;
}

/** What a table is made of, the elements of full proxies aside. */
export interface TableParts {
  readonly planned: {
    readonly pools: ReadonlyMap<string, PoolPlan>;
    readonly packetVirtuals: readonly PacketVirtual[];
    readonly classified: readonly ClassifiedVirtual[];
    readonly proxy: (name: string) => VirtualPlan | undefined;
  };
  readonly states: MemberStates;
  /** What was measured, for methods that go by it. */
  readonly weights: PoolWeights;
  /** By pool: members at their limits. */
  readonly full?: ReadonlyMap<string, ReadonlySet<string>>;
  readonly muted: MutedAddresses;
  /** Some full proxy shares a listener. */
  readonly isSharing: boolean;
  readonly usesClientAddresses: boolean;
}

/** `proxies`: elements of full proxies, by set. They may be kept up by their owner. */
export function renderTable(
  { planned, states, weights, full, muted, isSharing, usesClientAddresses }: TableParts,
  proxies: ReadonlyMap<string, ReadonlyMap<string, string>>,
): RenderedTable {
  const { packetVirtuals, classified, pools } = planned;
  const elements = new Map([...proxies, ...muted]);
  const closed = closedMarks(classified, (name) => planned.proxy(name), states).map(markText);
  if (classified.length > 0) elements.set('closed', new Map(closed.map((key) => [key, key])));
  const virtuals: string[] = [];
  const translated = packetVirtuals.filter(({ keepsAddress }) => keepsAddress !== true);
  for (const virtual of translated) {
    const pool = virtual.pool === undefined ? undefined : pools.get(virtual.pool);
    const id = contentHash(virtual.name);
    const measured = virtual.persistsBySource ? undefined : weights.get(pool?.name ?? '');
    const slots = slotCount(pool);
    virtuals.push(...virtualLines(virtual, pool, id, slots));
    const served = virtual.isEnabled && pool !== undefined ? pool : undefined;
    if (!virtual.forwards)
      elements.set(
        `m_${id}`,
        slotElements(served, states, virtual, slots, measured, full?.get(pool?.name ?? '')),
      );
  }
  const watched = translated.flatMap(({ protocol, mark, pool }) =>
    protocol === 'tcp' && pools.get(pool ?? '')?.isWatched === true ? [mark] : [],
  );
  const needsReturnRoute =
    usesClientAddresses || isSharing || classified.some((virtual) => virtual.target === 'proxy');
  const shape = [
    ...refusalLines(),
    ...(needsReturnRoute ? returnLines() : []),
    ...classifierLines(classified, isSharing),
    ...counterLines(packetVirtuals.map(counted)),
    // All together: their reader asks for all.
    ...(packetVirtuals.length > 0 ? memberSetLines() : []),
    ...answerLines(watched),
    ...(translated.some(({ helper }) => helper === 'ftp')
      ? ['ct helper ftp { type "ftp" protocol tcp; }']
      : []),
    ...virtuals,
    ...dispatchLines(translated),
  ].join('\n');
  const hasCounters = packetVirtuals.length > 0;
  return { shape, elements, needsReturnRoute, hasCounters, countsAnswers: watched.length > 0 };
}

/** Where the address stays as it is, answers do not come by here. */
function counted(virtual: PacketVirtual): Marked {
  const { name, mark, address, protocol, forwards, keepsAddress } = virtual;
  if (forwards || keepsAddress === true) return { name, mark };
  // There may be so many ports that not all have a place.
  const areAll = virtual.port !== 0 && virtual.helper === undefined;
  return { name, mark, members: { family: address.family, protocol, areAll } };
}

/** New connections to a closed destination are reset by the kernel, or dropped, before HAProxy sees them. */
function refusalLines(): readonly string[] {
  return [
    'set closed4 { type ipv4_addr . inet_service; }',
    'set closed6 { type ipv6_addr . inet_service; }',
    'set silent4 { type ipv4_addr . inet_service; }',
    'set silent6 { type ipv6_addr . inet_service; }',
    'set mute4 { type ipv4_addr; }',
    'set mute6 { type ipv6_addr; }',
    'chain refuse {',
    'type filter hook input priority filter - 5; policy accept;',
    'tcp flags & (fin | syn | rst | ack) == syn ip daddr . tcp dport @closed4 reject with tcp reset',
    'tcp flags & (fin | syn | rst | ack) == syn ip6 daddr . tcp dport @closed6 reject with tcp reset',
    'tcp flags & (fin | syn | rst | ack) == syn ip daddr . tcp dport @silent4 drop',
    'tcp flags & (fin | syn | rst | ack) == syn ip6 daddr . tcp dport @silent6 drop',
    'icmp type echo-request ip daddr @mute4 drop',
    'icmpv6 type echo-request ip6 daddr @mute6 drop',
    '}',
  ];
}

function returnLines(): readonly string[] {
  return [
    'chain divert {',
    'type filter hook prerouting priority mangle; policy accept;',
    `meta l4proto tcp socket transparent 1 meta mark set ${returnMark}`,
    '}',
  ];
}

function slotCount(pool: PoolPlan | undefined): number {
  if (pool === undefined || pool.members.length === 0) return leastSlots;
  // The same however the weights move: another number would be another shape.
  if (isMeasured(pool, true)) return measuredSlots;
  const total = pool.members.reduce((sum, member) => sum + ratioOf(pool, member), 0);
  if (total > mostSlots) return mostSlots;
  return leastSlots % total === 0 ? leastSlots : total * Math.max(1, Math.floor(240 / total));
}

/**
 * Each slot names a member. Slots keep their member while it is up, so that clients bound by address stay;
 * those of members that are not are dealt out to the others.
 */
function slotElements(
  pool: PoolPlan | undefined,
  states: MemberStates,
  virtual: PacketVirtual,
  slots: number,
  weights: Weights | undefined,
  full: ReadonlySet<string> | undefined,
): ReadonlyMap<string, string> {
  const elements = new Map<string, string>();
  if (pool === undefined) return elements;
  const family = pool.members.filter(
    (member) =>
      member.address.family === virtual.address.family &&
      (member.port !== 0 || virtual.port !== 0 || keepsPort(virtual, pool)),
  );
  const isReady = (member: MemberPlan): boolean =>
    states.get(pool.name)?.get(member.name) === 'ready' && full?.has(member.name) !== true;
  const weightOf = (member: MemberPlan): number =>
    weights?.get(member.name) ?? ratioOf(pool, member);
  const ready = deal(family.filter(isReady), weightOf, slots);
  if (ready.length === 0) return elements;
  for (const [slot, member] of deal(family, weightOf, slots).entries()) {
    const chosen = isReady(member) ? member : ready[slot % ready.length];
    if (chosen === undefined) continue;
    const port = chosen.port === 0 ? virtual.port : chosen.port;
    const target = keepsPort(virtual, pool)
      ? chosen.address.text
      : `${chosen.address.text} . ${port}`;
    elements.set(String(slot), `${slot} : ${target}`);
  }
  return elements;
}

/** It is told to, or virtual and members all say "any port": the port stays as it is. */
function keepsPort(virtual: PacketVirtual, pool: PoolPlan | undefined): boolean {
  if (virtual.keepsPort === true) return true;
  return virtual.port === 0 && (pool?.members ?? []).every((member) => member.port === 0);
}

/** Smooth weighted round robin (as nginx does it): a heavy member's turns are spread out. */
function deal(
  members: readonly MemberPlan[],
  weightOf: (member: MemberPlan) => number,
  slots: number,
): MemberPlan[] {
  const credits = members.map((member) => ({ member, weight: weightOf(member), credit: 0 }));
  const total = credits.reduce((sum, entry) => sum + entry.weight, 0);
  const dealt: MemberPlan[] = [];
  for (let slot = 0; slot < slots && credits.length > 0; slot += 1) {
    let best = credits[0];
    for (const entry of credits) {
      entry.credit += entry.weight;
      if (best === undefined || entry.credit > best.credit) best = entry;
    }
    if (best === undefined) break;
    best.credit -= total;
    dealt.push(best.member);
  }
  return dealt;
}

function virtualLines(
  virtual: PacketVirtual,
  pool: PoolPlan | undefined,
  id: string,
  slots: number,
): readonly string[] {
  const { protocol, address } = virtual;
  const ip = ipOf(address.family);
  const sources = [
    `chain s_${id} {`,
    connectionCounter(id),
    ...(virtual.forwards ? [] : [memberCounter(address.family)]),
    ...sourceLines(virtual.source, ip, address.family),
    '}',
  ];
  if (virtual.forwards) return sources;
  const chooser = virtual.persistsBySource
    ? `jhash ${ip} saddr mod ${slots} seed 0x45564b4c`
    : `numgen inc mod ${slots}`;
  const onlyOn =
    virtual.interfaces === undefined || virtual.isClassified
      ? []
      : [
          `iifname != { ${virtual.interfaces.map((name) => `"${name}"`).join(', ') || '"none"'} } return`,
        ];
  const isPortKept = keepsPort(virtual, pool);
  const target = isPortKept ? `${ip} daddr` : `${ip} daddr . ${protocol} dport`;
  return [
    `map m_${id} { typeof numgen inc mod ${slots} : ${target}; }`,
    ...rateSet(virtual, id),
    `chain d_${id} {`,
    ...onlyOn,
    ...limitLines(virtual, id),
    `ct mark set ${markText(virtual.mark)}`,
    // Before the address changes, so that what is said of addresses can change with it.
    ...(virtual.helper === undefined ? [] : [`ct helper set "${virtual.helper}"`]),
    isPortKept
      ? `dnat ${ip} to ${chooser} map @m_${id}`
      : `meta l4proto ${protocol} dnat ${ip} to ${chooser} map @m_${id}`,
    ...(virtual.isEnabled && virtual.dropsWhenDown ? ['drop'] : []),
    '}',
    ...sources,
  ];
}

/** Masquerading keeps the client's port where it is free, which spares servers' TIME-WAIT slots. */
export function sourceLines(
  source: SourcePlan,
  ip: 'ip' | 'ip6',
  family: 4 | 6,
): readonly string[] {
  switch (source.kind) {
    case 'client':
      return [];
    case 'automap':
      return [
        ...source.floating
          .filter((floating) => floating.address.family === family)
          .map(
            (floating) =>
              `${ip} daddr ${printPrefix(floating.network)} snat ${ip} to ${floating.address.text}`,
          ),
        'masquerade',
      ];
    case 'pool': {
      const usable = source.addresses.filter((address) => address.family === family);
      if (usable.length === 0) return [];
      const map = usable.map((address, index) => `${index} : ${address.text}`).join(', ');
      const chooser = `jhash ${ip} saddr mod ${usable.length}`;
      return [`snat ${ip} to ${chooser} map { ${map} }`];
    }
  }
}

interface Rules {
  readonly guard: string[];
  readonly destination: string[];
}

function dispatchLines(virtuals: readonly PacketVirtual[]): readonly string[] {
  if (virtuals.length === 0) return [];
  const lines: string[] = [];
  const rules: Rules = { guard: [], destination: [] };
  for (const family of [4, 6] as const) {
    const some = virtuals.filter((one) => one.address.family === family && !one.isClassified);
    if (some.length === 0) continue;
    lines.push(...destinationLines(some, family, 'port', rules));
    lines.push(...destinationLines(some, family, 'any', rules));
  }
  const behind = virtuals.filter((one) => one.isClassified && !one.forwards);
  lines.push(
    markMap('from', virtuals, (id) => `goto s_${id}`),
    ...(behind.length === 0 ? [] : [markMap('to', behind, (id) => `jump d_${id}`)]),
  );
  if (behind.length > 0) rules.destination.push('ct mark vmap @to');
  return [...lines, ...chains(rules)];
}

/** Which virtual server a connection belongs to is written on it when it begins. */
function markMap(
  name: string,
  virtuals: readonly PacketVirtual[],
  verdict: (id: string) => string,
): string {
  const elements = virtuals.map(
    (one) => `${markText(one.mark)} : ${verdict(contentHash(one.name))}`,
  );
  return `map ${name} { type mark : verdict; elements = { ${elements.join(', ')} } }`;
}

/** Address, protocol and port decide; then address and protocol for those that take any port. */
function destinationLines(
  virtuals: readonly PacketVirtual[],
  family: 4 | 6,
  scope: 'port' | 'any',
  rules: Rules,
): readonly string[] {
  const some = virtuals.filter((one) => (one.port === 0) === (scope === 'any'));
  if (some.length === 0) return [];
  const hasPort = scope === 'port';
  const type = `ipv${family}_addr . inet_proto${hasPort ? ' . inet_service' : ''}`;
  const key = (one: PacketVirtual): string =>
    `${one.address.text} . ${one.protocol}${hasPort ? ` . ${one.port}` : ''}`;
  const verdicts = some.map((one) => `${key(one)} : jump d_${contentHash(one.name)}`);
  const fields = `${ipOf(family)} daddr . meta l4proto${hasPort ? ' . th dport' : ''}`;
  rules.guard.push(`${guardMatch} ${fields} @all${family}_${scope} drop`);
  rules.destination.push(`${fields} vmap @to${family}_${scope}`);
  return [
    `set all${family}_${scope} { type ${type}; elements = { ${some.map(key).join(', ')} } }`,
    `map to${family}_${scope} { type ${type} : verdict; elements = { ${verdicts.join(', ')} } }`,
  ];
}

function ipOf(family: 4 | 6): 'ip' | 'ip6' {
  return family === 4 ? 'ip' : 'ip6';
}

function chains(rules: Rules): readonly string[] {
  return [
    'chain guard {',
    'type filter hook prerouting priority mangle + 1; policy accept;',
    ...rules.guard,
    '}',
    'chain destination {',
    'type nat hook prerouting priority dstnat; policy accept;',
    ...rules.destination,
    '}',
    'chain source {',
    'type nat hook postrouting priority srcnat; policy accept;',
    // One after the other for each virtual server would cost; the connection's mark says which.
    'ct mark vmap @from',
    '}',
  ];
}

/** One transaction that makes the table, whatever was there. */
export function wholeTable(table: RenderedTable): string {
  const lines = table.shape.split('\n').map((line) => {
    const name = /^(?:set|map) (\S+) \{ [^=]*; \}$/.exec(line)?.[1];
    const members = name === undefined ? undefined : table.elements.get(name);
    if (members === undefined || members.size === 0) return line;
    return `${line.slice(0, -1)}elements = { ${[...members.values()].join(', ')} }; }`;
  });
  return [
    `table inet ${tableName} { }`,
    `delete table inet ${tableName}`,
    `table inet ${tableName} {`,
    ...lines,
    '}\n',
  ].join('\n');
}

/** What the kernel holds of a table. */
export interface HeldTable {
  readonly shape: string;
  readonly elements: Map<string, Map<string, string>>;
}

export function heldOf(table: RenderedTable): HeldTable {
  const elements = new Map([...table.elements].map(([set, all]) => [set, new Map(all)]));
  return { shape: table.shape, elements };
}

/**
 * One transaction from what is held to the table; undefined when nothing differs. `touched`: elements that may,
 * where it is not all of a set; sets that it does not name are compared whole.
 */
export function tableChange(
  before: Pick<RenderedTable, 'shape' | 'elements'> | undefined,
  after: RenderedTable,
  touched: ReadonlyMap<string, ReadonlySet<string>> = new Map(),
): string | undefined {
  if (before === undefined || before.shape !== after.shape) return wholeTable(after);
  const lines: string[] = [];
  for (const [name, wanted] of after.elements) {
    const held = before.elements.get(name) ?? new Map<string, string>();
    const keys = touched.get(name) ?? new Set([...held.keys(), ...wanted.keys()]);
    const moved = [...keys].filter((key) => held.get(key) !== wanted.get(key));
    const list = (from: ReadonlyMap<string, string>): string =>
      moved.flatMap((key) => from.get(key) ?? []).join(', ');
    const [gone, added] = [list(held), list(wanted)];
    if (gone !== '') lines.push(`delete element inet ${tableName} ${name} { ${gone} }`);
    if (added !== '') lines.push(`add element inet ${tableName} ${name} { ${added} }`);
  }
  return lines.length === 0 ? undefined : `${lines.join('\n')}\n`;
}

/** Notes that the kernel took the change. */
export function takeChange(
  before: HeldTable,
  after: RenderedTable,
  touched: ReadonlyMap<string, ReadonlySet<string>>,
): void {
  for (const [name, wanted] of after.elements) {
    const held = before.elements.get(name);
    const keys = touched.get(name);
    if (held === undefined || keys === undefined) {
      before.elements.set(name, new Map(wanted));
      continue;
    }
    for (const key of keys) {
      const element = wanted.get(key);
      if (element === undefined) held.delete(key);
      else held.set(key, element);
    }
  }
}
