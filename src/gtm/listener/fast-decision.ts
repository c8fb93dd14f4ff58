/**
 * The decision of plain wide IPs without making anything: what does not change between two snapshots is worked out
 * when a snapshot comes, cursors and weights are those of `decide`, so that both take turns with one another. What is
 * not plain (logged, scored by load, pools that are down, …) is left to `decide`, before anything has moved. Pure.
 */
import type {
  CompiledMember,
  CompiledPool,
  CompiledSnapshot,
  CompiledWideIp,
  WideIpPool,
} from '../decision/compile.ts';
import { pickWeighted } from '../decision/methods.ts';
import { shorten } from '../decision/persistence.ts';
import type { SnapshotSettings, TopologyRecord } from '../decision/snapshot-types.ts';
import type { Stage } from '../decision/trace.ts';

type PlainMethod = 'round-robin' | 'ratio' | 'global-availability' | 'topology';

export interface PlainPool {
  readonly pool: CompiledPool;
  /** Enabled, and available where that is looked at. */
  readonly isPickable: boolean;
  /** Undefined: another method than those that are plain. */
  readonly method: PlainMethod | undefined;
  /** By index of the member. */
  readonly isEligible: readonly boolean[];
  readonly eligible: readonly CompiledMember[];
  readonly most: number;
  readonly largestAnswer: number;
  readonly verifies: boolean;
  /** By the records that speak of a client: as many as there are kinds of clients, bounded. */
  readonly scores: Map<readonly TopologyRecord[], readonly number[]>;
}

export interface PlainWideIp {
  readonly wideIp: CompiledWideIp;
  readonly mode: PlainMethod;
  readonly pools: readonly PlainPool[];
  readonly pickable: readonly WideIpPool[];
  readonly lastResort: PlainPool | undefined;
  readonly usesTopology: boolean;
  /** Bytes of the records, whichever pool is picked. */
  readonly largestAnswer: number;
  readonly scores: Map<readonly TopologyRecord[], readonly number[]>;
}

/** What came out; one for all, read before the next. Has the form of a decision, so that it can be counted. */
export interface PlainResult {
  readonly kind: 'records';
  wideIp: CompiledWideIp;
  pool: CompiledPool;
  stage: Stage | 'persisted';
  readonly members: CompiledMember[];
  readonly records: readonly Uint8Array[];
  readonly ttlSeconds: number;
  readonly scopeLength: number;
}

export interface PlainClient {
  /** The network addresses are read from. */
  bytes: Uint8Array;
  at: number;
  size: number;
  now: number;
  readonly records: () => readonly TopologyRecord[];
}

const rememberedScores = 4_096;
/** Of those that score nothing: 200,000 empty ones would be memory for nothing. */
const noScores = new Map<readonly TopologyRecord[], readonly number[]>();

/** Undefined: only `decide` can say. */
export function plainWideIp(
  wideIp: CompiledWideIp,
  poolOf: (pool: CompiledPool) => PlainPool,
  snapshot: CompiledSnapshot,
): PlainWideIp | undefined {
  const { data } = wideIp;
  if (!data.enabled || !data.isMinimal || data.pools.length === 0) return undefined;
  if (data.app !== undefined) return undefined;
  if (snapshot.log !== undefined && data.logs !== undefined) return undefined;
  const isBlank = snapshot.topology.isEmpty;
  // Without records all pools score the same.
  const mode = data.mode === 'topology' && isBlank ? 'round-robin' : data.mode;
  const plain = wideIp.pools.map(({ pool }) => poolOf(pool));
  const { lastResort } = wideIp;
  return {
    wideIp,
    mode,
    pools: plain,
    pickable: wideIp.pools.filter((_, index) => plain[index]?.isPickable === true),
    lastResort: lastResort === undefined ? undefined : poolOf(lastResort),
    largestAnswer: Math.max(...plain.map(({ largestAnswer }) => largestAnswer)),
    usesTopology: mode === 'topology' || plain.some(({ method }) => method === 'topology'),
    scores:
      mode === 'topology' ? new Map<readonly TopologyRecord[], readonly number[]>() : noScores,
  };
}

export function plainPool(
  pool: CompiledPool,
  settings: SnapshotSettings,
  isBlank: boolean,
): PlainPool {
  const { data, members } = pool;
  const verifies = settings.verifiesAvailability && data.verifiesAvailability;
  const isEligible = members.map(
    ({ data: { available, enabled } }) => enabled && (!verifies || available),
  );
  const most = data.type === 'cname' ? 1 : data.maxAnswers;
  const method = plainMethod(pool, most, isBlank);
  return {
    pool,
    isPickable: data.enabled && (data.available || !verifies),
    method,
    isEligible,
    eligible: members.filter((_, index) => isEligible[index]),
    most,
    largestAnswer: largestOf(members, most),
    verifies,
    scores:
      method === 'topology' ? new Map<readonly TopologyRecord[], readonly number[]>() : noScores,
  };
}

const recordOverhead = 12;

function largestOf(members: readonly CompiledMember[], most: number): number {
  const largest = members.reduce((size, { record }) => Math.max(size, record.length), 0);
  return Math.min(most, members.length) * (recordOverhead + largest);
}

function plainMethod(
  { data }: CompiledPool,
  most: number,
  isBlank: boolean,
): PlainMethod | undefined {
  switch (data.preferred) {
    case 'round-robin':
    case 'global-availability':
      return data.preferred;
    case 'ratio':
      return most === 1 ? 'ratio' : undefined;
    case 'topology':
      return most === 1 && !data.isDynamicRatio && !isBlank ? 'topology' : undefined;
    default:
      return undefined;
  }
}

const ratioOfPool = ({ ratio }: WideIpPool): number => ratio;
const ratioOfMember = ({ data }: CompiledMember): number => data.ratio;

export class PlainDecider {
  readonly #snapshot: CompiledSnapshot;
  readonly result: PlainResult;

  constructor(snapshot: CompiledSnapshot, blank: { wideIp: CompiledWideIp; pool: CompiledPool }) {
    this.#snapshot = snapshot;
    const nothing = { records: [], ttlSeconds: 0, scopeLength: 0 };
    this.result = { kind: 'records', ...blank, stage: 'preferred', members: [], ...nothing };
  }

  /** Fills `result`; false: nothing has moved, and `decide` has to say. */
  decide(plain: PlainWideIp, client: PlainClient): boolean {
    const { persistence } = plain.wideIp.data;
    if (persistence === undefined) return this.#pick(plain, client);
    const table = this.#snapshot.persistence;
    const bits = client.size === 4 ? persistence.cidrIpv4 : persistence.cidrIpv6;
    table.aim(client.bytes, client.at, client.size, bits);
    if (table.find(plain.wideIp.mark, client.now)) {
      shorten(table, plain.wideIp.mark, client.now, persistence.seconds);
      return this.#persisted(plain);
    }
    if (!this.#pick(plain, client)) return false;
    const { members, pool } = this.result;
    const expires = client.now + persistence.seconds * 1_000;
    const { mark } = plain.wideIp;
    table.keep(mark, pool.mark, members[0]?.mark ?? 0, client.now, expires);
    return true;
  }

  /** Who is disabled is drained: `decide` knows whether that is wanted. */
  #persisted(plain: PlainWideIp): boolean {
    const { found } = this.#snapshot.persistence;
    for (let index = 0; index <= plain.pools.length; index += 1) {
      const one = index === plain.pools.length ? plain.lastResort : plain.pools[index];
      if (one === undefined || one.pool.mark !== found.pool) continue;
      for (const member of one.pool.members) {
        if (member.mark !== found.member) continue;
        if (!one.pool.data.enabled || !member.data.enabled) return false;
        if (one.verifies && !member.data.available) return false;
        this.#fill(plain, one, 'persisted', member);
        return true;
      }
      return false;
    }
    return false;
  }

  #pick(plain: PlainWideIp, client: PlainClient): boolean {
    const index = this.#poolIndex(plain, client);
    const one = plain.pools[index];
    if (one === undefined || !one.isPickable || one.method === undefined) return false;
    if (!this.#pickMembers(plain, one, one.method, client)) return false;
    // Now that it is decided, the turn passes on.
    const { wideIp } = plain;
    if (plain.mode === 'ratio') pickWeighted(plain.pickable, ratioOfPool, false);
    else if (plain.mode !== 'global-availability') wideIp.cursor = index + 1;
    return true;
  }

  #poolIndex(plain: PlainWideIp, client: PlainClient): number {
    const { pools, wideIp } = plain;
    switch (plain.mode) {
      case 'global-availability':
        for (let index = 0; index < pools.length; index += 1) {
          if (pools[index]?.isPickable === true) return index;
        }
        return -1;
      case 'round-robin':
        for (let step = 0; step < pools.length; step += 1) {
          const index = (wideIp.cursor + step) % pools.length;
          if (pools[index]?.isPickable === true) return index;
        }
        return -1;
      case 'ratio': {
        const picked = pickWeighted(plain.pickable, ratioOfPool, true);
        return picked === undefined ? -1 : wideIp.pools.indexOf(picked);
      }
      case 'topology':
        return this.#bestPool(plain, client);
    }
  }

  #bestPool(plain: PlainWideIp, client: PlainClient): number {
    const records = client.records();
    const scores = plain.scores.get(records) ?? this.#poolScores(plain, records);
    const { cursor, pools } = plain.wideIp;
    let best = -1;
    let bestScore = 0;
    for (let step = 0; step < pools.length; step += 1) {
      const index = (cursor + step) % pools.length;
      const score = scores[index] ?? 0;
      if (plain.pools[index]?.isPickable !== true) continue;
      if (score === 0 && !this.#snapshot.settings.topologyAllowsZeroScores) continue;
      if (best >= 0 && score <= bestScore) continue;
      best = index;
      bestScore = score;
    }
    return best;
  }

  #poolScores(plain: PlainWideIp, records: readonly TopologyRecord[]): readonly number[] {
    const { topology } = this.#snapshot;
    const scores = plain.wideIp.pools.map(
      ({ subject }) => topology.match(records, subject)?.score ?? 0,
    );
    return remember(plain.scores, records, scores);
  }

  #pickMembers(
    plain: PlainWideIp,
    one: PlainPool,
    method: PlainMethod,
    client: PlainClient,
  ): boolean {
    const { pool } = one;
    if (one.eligible.length === 0) return false;
    switch (method) {
      case 'global-availability':
        return this.#fillFrom(plain, one, 0);
      case 'round-robin': {
        if (!this.#fillFrom(plain, one, pool.cursor)) return false;
        const [first] = this.result.members;
        if (first !== undefined) pool.cursor = pool.members.indexOf(first) + 1;
        return true;
      }
      case 'ratio': {
        const member = pickWeighted(one.eligible, ratioOfMember, false);
        if (member === undefined) return false;
        this.#fill(plain, one, 'preferred', member);
        return true;
      }
      case 'topology':
        return this.#pickByPlace(plain, one, client);
    }
  }

  #pickByPlace(plain: PlainWideIp, one: PlainPool, client: PlainClient): boolean {
    const { pool } = one;
    const records = client.records();
    const scores = one.scores.get(records) ?? this.#memberScores(one, records);
    const count = pool.members.length;
    let best = -1;
    let bestScore = 0;
    for (let step = 0; step < count; step += 1) {
      const index = (pool.cursor + step) % count;
      const score = scores[index] ?? 0;
      if (one.isEligible[index] !== true || (best >= 0 && score <= bestScore)) continue;
      best = index;
      bestScore = score;
    }
    const member = pool.members[best];
    if (member === undefined) return false;
    if (bestScore === 0 && !this.#snapshot.settings.topologyAllowsZeroScores) return false;
    pool.cursor = best + 1;
    this.#fill(plain, one, 'preferred', member);
    return true;
  }

  #memberScores(one: PlainPool, records: readonly TopologyRecord[]): readonly number[] {
    const { topology } = this.#snapshot;
    const scores = one.pool.members.map(
      ({ subject }) => topology.match(records, subject)?.score ?? 0,
    );
    return remember(one.scores, records, scores);
  }

  #fillFrom(plain: PlainWideIp, one: PlainPool, start: number): boolean {
    const { members } = this.result;
    const { length } = one.pool.members;
    members.length = 0;
    for (let step = 0; step < length && members.length < one.most; step += 1) {
      const index = (start + step) % length;
      const member = one.pool.members[index];
      if (one.isEligible[index] === true && member !== undefined) members.push(member);
    }
    this.result.wideIp = plain.wideIp;
    this.result.pool = one.pool;
    this.result.stage = 'preferred';
    return members.length > 0;
  }

  #fill(
    plain: PlainWideIp,
    one: PlainPool,
    stage: Stage | 'persisted',
    member: CompiledMember,
  ): void {
    const { result } = this;
    result.wideIp = plain.wideIp;
    result.pool = one.pool;
    result.stage = stage;
    result.members.length = 1;
    result.members[0] = member;
  }
}

function remember(
  scores: Map<readonly TopologyRecord[], readonly number[]>,
  records: readonly TopologyRecord[],
  found: readonly number[],
): readonly number[] {
  if (scores.size >= rememberedScores) scores.clear();
  scores.set(records, found);
  return found;
}
