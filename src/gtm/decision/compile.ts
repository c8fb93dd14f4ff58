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
import { patchedPool, type PoolPatch } from './snapshot-patch.ts';
import { comparePatterns, isWildcard, matchesPattern } from './pattern.ts';
import { locateNothing, type Locate } from '../geography/location.ts';
import type { DecisionLog } from './decision-lines.ts';
import { createPathTable, noPaths, type PathMemory, type PathTable } from '../paths/path-table.ts';
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
  /** Places among the wide IPs. */
  readonly exact: ReadonlyMap<string, number>;
  readonly wildcards: readonly { readonly pattern: string; readonly at: number }[];
}

export interface CompiledSnapshot {
  readonly sequence: number;
  readonly settings: SnapshotSettings;
  readonly topology: Topology;
  readonly pools: readonly LazyPool[];
  readonly wideIps: readonly LazyWideIp[];
  readonly index: Readonly<Record<GtmType, TypeIndex>>;
  /** Places of wide IPs by that of a pool that they have. */
  readonly users: () => ReadonlyMap<number, readonly number[]>;
  /** Names that exist because a wide IP is below them (RFC 4592 §2.2.2, "empty non-terminals"). */
  readonly above: ReadonlySet<string>;
  readonly persistence: PersistenceTable;
  /** Ways from data centers to resolvers. */
  readonly paths: PathTable;
  /** Told of the decisions of wide IPs that ask for it. */
  readonly log?: DecisionLog;
}

/**
 * What did not change (the same data, with the same topology) is taken over from `previous` as it is. Members and pools
 * of a wide IP are made ready when they are asked for first: of 100,000 wide IPs most are not asked for soon.
 */
export function compileSnapshot(
  snapshot: GtmSnapshot,
  previous?: CompiledSnapshot,
  locate: Locate = locateNothing,
  /** Of the tables that others see, too; only without `previous`. */
  shared: { readonly persistence?: SharedArrayBuffer; readonly paths?: PathMemory } = {},
): CompiledSnapshot {
  const isSamePlace =
    previous?.topology.source === snapshot.topology && previous.topology.locate === locate;
  const topology = isSamePlace ? previous.topology : compileTopology(snapshot.topology, locate);
  const formerPools = formerOf(previous?.pools, snapshot.pools);
  const formerWideIps = formerOf(previous?.wideIps, snapshot.wideIps);
  const pools = snapshot.pools.map((data, index) => {
    const former = formerPools(data, index);
    return former?.data === data && isSamePlace ? former : new LazyPool(data, former, topology);
  });
  const wideIps = snapshot.wideIps.map((data, index) => {
    const former = formerWideIps(data, index);
    if (former?.isStill(data, pools) === true && isSamePlace) return former;
    return new LazyWideIp(data, former, pools, topology);
  });
  const names =
    previous !== undefined && hasSameNames(previous.wideIps, wideIps)
      ? { index: previous.index, above: previous.above }
      : { index: indexAll(wideIps), above: namesAbove(wideIps) };
  return {
    sequence: snapshot.sequence,
    settings: snapshot.settings,
    topology,
    pools,
    wideIps,
    ...names,
    users: usersOf(wideIps),
    persistence: previous?.persistence ?? createPersistenceTable(shared.persistence),
    paths:
      previous?.paths ?? (shared.paths === undefined ? noPaths : createPathTable(shared.paths)),
    ...(previous?.log !== undefined && { log: previous.log }),
  };
}

/**
 * What `compileSnapshot` makes of the patched snapshot, from what it made of the one before: only pools that are others,
 * and wide IPs that have them, are made anew, in the lists as they stand (100,000 others are not gone through), so
 * `previous` must not be used any more. Throws when the patches are of another snapshot.
 */
export function patchCompiled(
  previous: CompiledSnapshot,
  patches: readonly PoolPatch[],
): CompiledSnapshot {
  const { topology } = previous;
  // Made here, and by nobody else.
  const pools = previous.pools as LazyPool[];
  const wideIps = previous.wideIps as LazyWideIp[];
  const users = previous.users();
  const touched = new Set<number>();
  // All of them, before any is put where it belongs: what is thrown leaves everything as it was.
  const patched = patches.map((patch) => {
    const former = present(pools[patch.place], `pool ${patch.place}`);
    return new LazyPool(patchedPool(former.data, patch), former, topology);
  });
  for (const [index, { place }] of patches.entries()) {
    pools[place] = present(patched[index], `pool ${place}`);
    for (const at of users.get(place) ?? []) touched.add(at);
  }
  for (const at of touched) {
    const former = present(wideIps[at], `wide IP ${at}`);
    wideIps[at] = new LazyWideIp(former.data, former, pools, topology);
  }
  return { ...previous };
}

/** Places of wide IPs by the place of a pool that they have; worked out when they are asked for first. */
function usersOf(wideIps: readonly LazyWideIp[]): () => ReadonlyMap<number, readonly number[]> {
  let users: Map<number, number[]> | undefined;
  return () => {
    if (users !== undefined) return users;
    users = new Map();
    for (const [at, { data }] of wideIps.entries()) {
      const places = new Set(data.pools.map(({ pool }) => pool));
      if (data.lastResort !== undefined) places.add(data.lastResort);
      for (const place of places) {
        const known = users.get(place);
        if (known === undefined) users.set(place, [at]);
        else known.push(at);
      }
    }
    return users;
  };
}

type Former<Made, Data> = (data: Data, index: number) => Made | undefined;

/** By place where the same name stands there, else by name. */
function formerOf<Made extends { readonly data: Data }, Data extends Named>(
  made: readonly Made[] | undefined,
  next: readonly Data[],
): Former<Made, Data> {
  if (made === undefined) return () => undefined;
  const isSame = (one: Made | undefined, data: Data): boolean =>
    one?.data === data || (one?.data.name === data.name && one.data.type === data.type);
  if (next.every((data, index) => isSame(made[index], data))) return (_, index) => made[index];
  const byName = new Map(made.map((one) => [keyOf(one.data), one]));
  return (data) => byName.get(keyOf(data));
}

interface Named {
  readonly name: string;
  readonly type: GtmType;
}

function keyOf({ name, type }: Named): string {
  return `${type} ${name}`;
}

class LazyPool implements CompiledPool {
  readonly data: SnapshotPool;
  cursor: number;
  readonly #topology: Topology;
  /** Whose members' state goes on; not held any longer than needed. */
  #former: LazyPool | undefined;
  #members: readonly CompiledMember[] | undefined;
  #counters: PoolCounters | undefined;
  #fallbackIp: Uint8Array | undefined;
  #mark: number | undefined;

  constructor(data: SnapshotPool, former: LazyPool | undefined, topology: Topology) {
    this.data = data;
    this.cursor = former?.cursor ?? 0;
    this.#topology = topology;
    if (former === undefined) return;
    this.#former = former.#members === undefined ? former.#former : former;
    this.#counters = former.#counters;
  }

  get members(): readonly CompiledMember[] {
    if (this.#members !== undefined) return this.#members;
    this.#members = compileMembers(this.data, this.#former?.members, this.#topology);
    this.#former = undefined;
    return this.#members;
  }

  get counters(): PoolCounters {
    return (this.#counters ??= newCounters.pool());
  }

  get mark(): number {
    return (this.#mark ??= markOf(keyOf(this.data)));
  }

  get fallbackIp(): Uint8Array | undefined {
    const { fallbackIp } = this.data;
    if (fallbackIp === undefined) return undefined;
    return (this.#fallbackIp ??= Uint8Array.from(fallbackIp.bytes));
  }
}

function compileMembers(
  { members, type }: SnapshotPool,
  former: readonly CompiledMember[] | undefined,
  topology: Topology,
): readonly CompiledMember[] {
  const isAddress = type === 'a' || type === 'aaaa';
  const formerMembers = former && new Map(former.map((one) => [one.data.name, one]));
  return members.map((member) => {
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
  });
}

class LazyWideIp implements CompiledWideIp {
  readonly data: SnapshotWideIp;
  cursor: number;
  readonly #topology: Topology;
  readonly #all: readonly CompiledPool[];
  #weights: ReadonlyMap<string, number> | undefined;
  #pools: readonly WideIpPool[] | undefined;
  #counters: WideIpCounters | undefined;
  #mark: number | undefined;

  constructor(
    data: SnapshotWideIp,
    former: LazyWideIp | undefined,
    pools: readonly CompiledPool[],
    topology: Topology,
  ) {
    this.data = data;
    this.cursor = former?.cursor ?? 0;
    this.#topology = topology;
    this.#all = pools;
    // What points beyond the pools is thrown out when it comes, not when it is asked for.
    for (const { pool } of data.pools) present(pools[pool], `pool ${pool}`);
    if (data.lastResort !== undefined) present(pools[data.lastResort], `pool ${data.lastResort}`);
    if (former === undefined) return;
    this.#counters = former.#counters;
    this.#weights =
      former.#pools === undefined
        ? former.#weights
        : new Map(former.#pools.map((entry) => [entry.pool.data.name, entry.weight]));
  }

  /** Of the same data, with the same pools: it may be used as it is. */
  isStill(data: SnapshotWideIp, pools: readonly CompiledPool[]): boolean {
    if (this.data !== data || this.#pools === undefined) return false;
    const isSame = (index: number): boolean => pools[index] === this.#all[index];
    const { lastResort } = data;
    return (
      data.pools.every(({ pool }) => isSame(pool)) &&
      (lastResort === undefined || isSame(lastResort))
    );
  }

  get pools(): readonly WideIpPool[] {
    if (this.#pools !== undefined) return this.#pools;
    this.#pools = this.data.pools.map(({ pool, ratio }) => {
      const compiled = present(this.#all[pool], `pool ${pool}`);
      const { name } = compiled.data;
      const subject = this.#topology.subject([], { pool: name });
      return { pool: compiled, subject, ratio, weight: this.#weights?.get(name) ?? 0 };
    });
    this.#weights = undefined;
    return this.#pools;
  }

  get lastResort(): CompiledPool | undefined {
    const { lastResort } = this.data;
    return lastResort === undefined ? undefined : this.#all[lastResort];
  }

  get counters(): WideIpCounters {
    return (this.#counters ??= newCounters.wideIp());
  }

  get mark(): number {
    return (this.#mark ??= markOf(keyOf(this.data)));
  }
}

function hasSameNames(
  former: readonly CompiledWideIp[],
  wideIps: readonly CompiledWideIp[],
): boolean {
  return (
    former.length === wideIps.length &&
    wideIps.every(({ data }, index) => {
      const before = former[index]?.data;
      if (before === data) return true;
      return (
        before?.domain === data.domain &&
        before.type === data.type &&
        before.enabled === data.enabled &&
        before.aliases.length === data.aliases.length &&
        before.aliases.every((alias, at) => alias === data.aliases[at])
      );
    })
  );
}

function indexAll(wideIps: readonly CompiledWideIp[]): CompiledSnapshot['index'] {
  return {
    a: indexOf(wideIps, 'a'),
    aaaa: indexOf(wideIps, 'aaaa'),
    cname: indexOf(wideIps, 'cname'),
    mx: indexOf(wideIps, 'mx'),
    naptr: indexOf(wideIps, 'naptr'),
    srv: indexOf(wideIps, 'srv'),
  };
}

function indexOf(wideIps: readonly CompiledWideIp[], type: GtmType): TypeIndex {
  const exact = new Map<string, number>();
  const aliases = new Map<string, number>();
  const wildcards: { pattern: string; at: number }[] = [];
  for (let at = 0; at < wideIps.length; at += 1) {
    const data = wideIps[at]?.data;
    if (data?.type !== type) continue;
    if (isWildcard(data.domain)) wildcards.push({ pattern: data.domain, at });
    else exact.set(data.domain, at);
    for (const name of data.aliases) {
      if (isWildcard(name)) wildcards.push({ pattern: name, at });
      else if (name === data.domain) exact.set(name, at);
      else if (!aliases.has(name)) aliases.set(name, at);
    }
  }
  // A wide IP of that very name goes before an alias of the same name.
  for (const [alias, at] of aliases) if (!exact.has(alias)) exact.set(alias, at);
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
  const { exact, wildcards } = snapshot.index[type];
  const at = exact.get(key);
  if (at !== undefined) return snapshot.wideIps[at];
  if (wildcards.length === 0) return undefined;
  const found = wildcards.find(({ pattern }) => matchesPattern(pattern, key));
  return found === undefined ? undefined : snapshot.wideIps[found.at];
}
