/**
 * A snapshot made ready for deciding: names indexed, addresses as bytes, and beside each pool and wide IP
 * the little state that turns (cursors, weights, counters). That state survives a new snapshot by name.
 */
import { present } from '../../base/assert.ts';
import {
  newCounters,
  type PoolCounters,
  type StageCounts,
  type WideIpCounters,
} from './counters.ts';
import { comparePatterns, isWildcard, matchesPattern } from './pattern.ts';
import { locateNothing, type Locate } from '../geography/location.ts';
import type { DecisionLog } from './decision-lines.ts';
import { createPersistenceTable, markOf, type PersistenceTable } from './persistence.ts';
import { compileTopology, type Subject, type Topology } from './topology.ts';
import type {
  GtmSnapshot,
  GtmType,
  SnapshotMember,
  SnapshotPool,
  SnapshotSettings,
  SnapshotWideIp,
} from './snapshot-types.ts';

export interface CompiledMember {
  readonly data: SnapshotMember;
  /** Stands for its name in persistence records; so in pools and wide IPs. */
  readonly mark: number;
  /** Data of its resource record. */
  readonly record: Uint8Array;
  /** As the server side of topology records sees it. */
  readonly subject: Subject;
  /** Of the smooth weighted round robin. */
  weight: number;
  readonly counters: StageCounts;
}

export interface CompiledPool {
  readonly data: SnapshotPool;
  readonly mark: number;
  readonly members: readonly CompiledMember[];
  readonly fallbackIp: Uint8Array | undefined;
  /** Where the next round begins. */
  cursor: number;
  readonly counters: PoolCounters;
}

export interface WideIpPool {
  readonly pool: CompiledPool;
  readonly subject: Subject;
  readonly ratio: number;
  weight: number;
}

export interface CompiledWideIp {
  readonly data: SnapshotWideIp;
  readonly mark: number;
  readonly pools: readonly WideIpPool[];
  readonly lastResort: CompiledPool | undefined;
  cursor: number;
  readonly counters: WideIpCounters;
}

interface TypeIndex {
  readonly exact: ReadonlyMap<string, CompiledWideIp>;
  readonly wildcards: readonly { readonly pattern: string; readonly wideIp: CompiledWideIp }[];
}

export interface CompiledSnapshot {
  readonly sequence: number;
  readonly settings: SnapshotSettings;
  readonly topology: Topology;
  readonly pools: readonly CompiledPool[];
  readonly wideIps: readonly CompiledWideIp[];
  readonly index: Readonly<Record<GtmType, TypeIndex>>;
  /** Names that exist because a wide IP is below them (RFC 4592 §2.2.2, "empty non-terminals"). */
  readonly above: ReadonlySet<string>;
  readonly persistence: PersistenceTable;
  /** Told of the decisions of wide IPs that ask for it. */
  readonly log?: DecisionLog;
}

export function compileSnapshot(
  snapshot: GtmSnapshot,
  previous?: CompiledSnapshot,
  locate: Locate = locateNothing,
  /** Of the records that others see, too; only without `previous`. */
  persistence?: SharedArrayBuffer,
): CompiledSnapshot {
  const topology = compileTopology(snapshot.topology, locate);
  const formerPools = new Map(previous?.pools.map((pool) => [poolKey(pool.data), pool]));
  const formerWideIps = new Map(
    previous?.wideIps.map((wideIp) => [wideIp.data.name + wideIp.data.type, wideIp]),
  );
  const pools = snapshot.pools.map((pool) =>
    compilePool(pool, formerPools.get(poolKey(pool)), topology),
  );
  const wideIps = snapshot.wideIps.map((wideIp) =>
    compileWideIp(wideIp, pools, formerWideIps.get(wideIp.name + wideIp.type), topology),
  );
  return {
    sequence: snapshot.sequence,
    settings: snapshot.settings,
    topology,
    pools,
    wideIps,
    index: {
      a: indexOf(wideIps, 'a'),
      aaaa: indexOf(wideIps, 'aaaa'),
      cname: indexOf(wideIps, 'cname'),
      mx: indexOf(wideIps, 'mx'),
      naptr: indexOf(wideIps, 'naptr'),
      srv: indexOf(wideIps, 'srv'),
    },
    above: namesAbove(wideIps),
    persistence: previous?.persistence ?? createPersistenceTable(persistence),
    ...(previous?.log !== undefined && { log: previous.log }),
  };
}

function poolKey(pool: SnapshotPool): string {
  return `${pool.type} ${pool.name}`;
}

function compilePool(
  data: SnapshotPool,
  former: CompiledPool | undefined,
  topology: Topology,
): CompiledPool {
  const isAddress = data.type === 'a' || data.type === 'aaaa';
  const formerMembers = former && new Map(former.members.map((one) => [one.data.name, one]));
  return {
    data,
    mark: markOf(poolKey(data)),
    members: data.members.map((member) => {
      const same = formerMembers?.get(member.name);
      return {
        data: member,
        mark: markOf(member.name),
        // Not `from`: it goes by the iterator, ten times slower, and there may be 400,000 of them.
        record: new Uint8Array(member.bytes),
        subject: topology.subject(isAddress ? member.bytes : [], member),
        weight: same?.weight ?? 0,
        counters: same?.counters ?? newCounters.stages(),
      };
    }),
    fallbackIp: data.fallbackIp === undefined ? undefined : Uint8Array.from(data.fallbackIp.bytes),
    cursor: former?.cursor ?? 0,
    counters: former?.counters ?? newCounters.pool(),
  };
}

function compileWideIp(
  data: SnapshotWideIp,
  pools: readonly CompiledPool[],
  former: CompiledWideIp | undefined,
  topology: Topology,
): CompiledWideIp {
  const poolAt = (index: number): CompiledPool => present(pools[index], `pool ${index}`);
  const formerWeights =
    former && new Map(former.pools.map((entry) => [entry.pool.data.name, entry.weight]));
  return {
    data,
    mark: markOf(`${data.type} ${data.name}`),
    pools: data.pools.map(({ pool, ratio }) => {
      const compiled = poolAt(pool);
      const { name } = compiled.data;
      const subject = topology.subject([], { pool: name });
      return { pool: compiled, subject, ratio, weight: formerWeights?.get(name) ?? 0 };
    }),
    lastResort: data.lastResort === undefined ? undefined : poolAt(data.lastResort),
    cursor: former?.cursor ?? 0,
    counters: former?.counters ?? newCounters.wideIp(),
  };
}

function indexOf(wideIps: readonly CompiledWideIp[], type: GtmType): TypeIndex {
  const exact = new Map<string, CompiledWideIp>();
  const aliases = new Map<string, CompiledWideIp>();
  const wildcards: { pattern: string; wideIp: CompiledWideIp }[] = [];
  for (const wideIp of wideIps) {
    if (wideIp.data.type !== type) continue;
    for (const name of [wideIp.data.domain, ...wideIp.data.aliases]) {
      if (isWildcard(name)) wildcards.push({ pattern: name, wideIp });
      else if (name === wideIp.data.domain) exact.set(name, wideIp);
      else if (!aliases.has(name)) aliases.set(name, wideIp);
    }
  }
  // A wide IP of that very name goes before an alias of the same name.
  for (const [alias, wideIp] of aliases) if (!exact.has(alias)) exact.set(alias, wideIp);
  wildcards.sort((a, b) => comparePatterns(a.pattern, b.pattern));
  return { exact, wildcards };
}

function namesAbove(wideIps: readonly CompiledWideIp[]): ReadonlySet<string> {
  const above = new Set<string>();
  for (const { data } of wideIps) {
    if (!data.enabled) continue;
    for (const name of [data.domain, ...data.aliases]) {
      for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
        const rest = name.slice(dot + 1);
        if (!isWildcard(rest)) above.add(rest);
      }
    }
  }
  return above;
}

/** By name, then alias, then the wildcard with most literal characters. `key` is lower case. */
export function findWideIp(
  snapshot: CompiledSnapshot,
  key: string,
  type: GtmType,
): CompiledWideIp | undefined {
  const index = snapshot.index[type];
  const exact = index.exact.get(key);
  if (exact !== undefined || index.wildcards.length === 0) return exact;
  return index.wildcards.find(({ pattern }) => matchesPattern(pattern, key))?.wideIp;
}
