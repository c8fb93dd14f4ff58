/**
 * The GTM decision (reference 1.3): a name, a type and a client in; addresses, or what to do instead, out.
 *
 * Order: wide IP by name, alias, wildcard → persistence record → pools by pool-lb-mode, those that are
 * available: preferred, alternate, fallback in each until one gives something → last-resort pool → fallback
 * methods of the pools that are down (BIG-IP's surprise: fallback does not look at availability) →
 * failure-rcode → DNS. Pure but for the cursors in the compiled snapshot, which `peek` leaves alone.
 */
import type { PathMetrics } from '../paths/path-table.ts';
import { aimedApp, keepHome, missingForApp } from './application.ts';
import { addressBytes } from './client.ts';
import type { Decision, DecisionQuery } from './decision.ts';
import {
  findWideIp,
  type CompiledMember,
  type CompiledPool,
  type CompiledSnapshot,
  type CompiledWideIp,
  type WideIpPool,
} from './compile.ts';
import {
  describe,
  emptyReason,
  matchedBy,
  noWideIpReason,
  traceMember,
  usesMembers,
} from './describe.ts';
import { pickMembers, pickWeighted, type MethodContext } from './methods.ts';
import { markOf, shorten } from './persistence.ts';
import { explainScore, isScored } from './scores.ts';
import type { Method, TopologyRecord } from './snapshot-types.ts';
import { describeLocation } from './topology.ts';
import type { Stage, TraceEvent } from './trace.ts';

type PoolOutcome = Exclude<Decision, { kind: 'none' } | { kind: 'failure' }> | undefined;

interface Context extends MethodContext {
  readonly snapshot: CompiledSnapshot;
  readonly wideIp: CompiledWideIp;
  readonly now: number;
  readonly trace: TraceEvent[] | undefined;
  /** Of the network in EDNS0, once topology has gone by it. */
  scopeLength: number;
  /** Mark of the data center that the application keeps this resolver in, while that is tried. */
  home: number | undefined;
}

export function decide(
  snapshot: CompiledSnapshot,
  query: DecisionQuery,
  trace?: TraceEvent[],
  peek = false,
): Decision {
  const wideIp = findWideIp(snapshot, query.key, query.type);
  if (wideIp === undefined || !wideIp.data.enabled) {
    trace?.push({ kind: 'no-wide-ip', reason: noWideIpReason(query, wideIp) });
    return { kind: 'none' };
  }
  const { log } = snapshot;
  const isLogged = log !== undefined && wideIp.data.logs !== undefined && !peek;
  const events = trace ?? (isLogged ? [] : undefined);
  events?.push({
    kind: 'match',
    wideIp: wideIp.data.name,
    type: wideIp.data.type,
    by: matchedBy(wideIp, query.key),
  });
  const context: Context = {
    snapshot,
    wideIp,
    settings: snapshot.settings,
    topology: snapshot.topology,
    clientRecords: () => (known ??= clientRecords(context, query)),
    pathFrom: (datacenter) => pathFrom(context, datacenter),
    client: query.client,
    now: query.now,
    peek,
    trace: events,
    scopeLength: 0,
    home: undefined,
  };
  let known: readonly TopologyRecord[] | undefined;
  const decision = chooseFor(context);
  events?.push({ kind: 'result', text: describe(decision) });
  if (isLogged && events !== undefined) log(query.client, wideIp.data, events);
  return decision;
}

/** Records of the topology that speak of this client: of its network where that is told and asked for. */
function clientRecords(context: Context, query: DecisionQuery): readonly TopologyRecord[] {
  const { topology, wideIp } = context;
  if (topology.isEmpty) return [];
  const subnet = wideIp.data.prefersClientSubnet ? query.subnet : undefined;
  if (subnet !== undefined) context.scopeLength = subnet.length;
  const bytesOf = (): readonly number[] => subnet?.bytes ?? addressBytes(query.client);
  const key = subnet === undefined ? query.client : `subnet ${subnet.bytes.join('.')}`;
  const found = topology.recordsFor(key, bytesOf);
  if (context.trace !== undefined) {
    const by = subnet === undefined ? 'Client' : 'Client network (EDNS0)';
    const text = `${by} ${describeLocation(topology.subject(bytesOf()))}; ${found.length} topology records speak of it`;
    context.trace.push({ kind: 'pass', text });
  }
  return found;
}

/** Whoever looks on asks for nothing to be measured. */
function pathFrom(
  { client, now, peek, snapshot }: Context,
  datacenter: string,
): PathMetrics | undefined {
  const bytes = addressBytes(client);
  if (bytes.length === 0) return undefined;
  if (!peek) snapshot.paths.want(client, now);
  return snapshot.paths.find(bytes, datacenter, now);
}

function chooseFor(context: Context): Decision {
  const { wideIp } = context;
  const persisted = persistedAnswer(context);
  if (persisted !== undefined) return persisted;
  const outcome =
    (isDown(context) ? undefined : (fromHome(context) ?? fromAvailablePools(context, stages))) ??
    fromLastResort(context) ??
    fromFallbacks(context);
  if (outcome?.kind === 'records') {
    keepPersistence(context, outcome.pool, outcome.members[0]);
    if (!context.peek) keepHome(context, outcome.members[0], context.now);
  }
  if (outcome !== undefined) return outcome;
  const { failure } = wideIp.data;
  return failure === undefined
    ? { kind: 'return-to-dns', wideIp, pool: undefined }
    : { kind: 'failure', wideIp, ...failure };
}

function isDown(context: Context): boolean {
  const isUsable = (pool: CompiledPool): boolean => isPickable(context, pool);
  const other = missingForApp(context.snapshot, context.wideIp, isUsable);
  if (other === undefined) return false;
  const app = context.wideIp.data.app?.name;
  const text = `Distributed application ${app} is down: ${other} is not available`;
  context.trace?.push({ kind: 'pass', text });
  return true;
}

const homeStages: readonly Stage[] = ['preferred', 'alternate'];

/** Members in the data center that the application sent this resolver to. */
function fromHome(context: Context): PoolOutcome {
  const mark = aimedApp(context);
  const { persistence } = context.snapshot;
  if (mark === undefined || !persistence.find(mark, context.now)) return undefined;
  context.home = persistence.found.member;
  const text = `Distributed application ${context.wideIp.data.app?.name} keeps this resolver in one data center: the others are left out`;
  context.trace?.push({ kind: 'pass', text });
  const outcome = fromAvailablePools(context, homeStages);
  context.home = undefined;
  return outcome;
}

function fromAvailablePools(context: Context, allowed: readonly Stage[]): PoolOutcome {
  const pools = poolsInTurn(context);
  const first = pools === context.wideIp.pools ? firstPool(context) : 0;
  tracePools(context);
  for (let step = 0; step < pools.length; step += 1) {
    const pool = pools[(first + step) % pools.length]?.pool;
    if (pool === undefined || !isPickable(context, pool)) continue;
    const outcome = fromPool(context, pool, allowed);
    if (outcome !== undefined) return outcome;
  }
  return undefined;
}

/** By topology the best score first, equals in turn; otherwise as they are configured. */
function poolsInTurn(context: Context): readonly WideIpPool[] {
  const { topology, wideIp } = context;
  if (wideIp.data.mode !== 'topology' || topology.isEmpty) return wideIp.pools;
  const scored = wideIp.pools.map((_, step) => {
    const index = (wideIp.cursor + step) % wideIp.pools.length;
    // The index is one of the list's own.
    const entry = wideIp.pools[index] as WideIpPool;
    return { index, entry, score: poolScore(context, entry) };
  });
  const allowsZero = context.settings.topologyAllowsZeroScores;
  const ranked = scored
    .filter(({ entry, score }) => isPickable(context, entry.pool) && (allowsZero || score > 0))
    .toSorted((a, b) => b.score - a.score);
  const first = ranked[0];
  if (first !== undefined && !context.peek) wideIp.cursor = first.index + 1;
  return ranked.map(({ entry }) => entry);
}

function poolScore(context: Context, entry: WideIpPool): number {
  return context.topology.match(context.clientRecords(), entry.subject)?.score ?? 0;
}

const stages: readonly Stage[] = ['preferred', 'alternate', 'fallback'];

function fromLastResort(context: Context): PoolOutcome {
  const pool = context.wideIp.lastResort;
  if (pool === undefined) return undefined;
  const isUsable = isPickable(context, pool);
  const verdict = isUsable ? 'tried' : poolReason(context, pool);
  context.trace?.push({ kind: 'pass', text: `Last-resort pool ${pool.data.name}: ${verdict}` });
  return isUsable ? fromPool(context, pool, stages) : undefined;
}

/** Pools that are down still have their fallback method; it may even hand out what is down. */
function fromFallbacks(context: Context): PoolOutcome {
  const { wideIp } = context;
  const pools = wideIp.pools.map(({ pool }) => pool);
  if (wideIp.lastResort !== undefined) pools.push(wideIp.lastResort);
  const left = pools.filter((pool) => pool.data.enabled && !isPickable(context, pool));
  if (left.length === 0) return undefined;
  context.trace?.push({ kind: 'pass', text: 'Fallback methods of pools that are not available' });
  for (const pool of left) {
    const outcome = fromPool(context, pool, ['fallback']);
    if (outcome !== undefined) return outcome;
  }
  return undefined;
}

/** Index of the pool whose turn it is; 0 when none is pickable. */
function firstPool(context: Context): number {
  const { wideIp, peek } = context;
  const { pools } = wideIp;
  switch (wideIp.data.mode) {
    case 'global-availability':
      return 0;
    case 'ratio': {
      const candidates = pools.filter(({ pool }) => isPickable(context, pool));
      const picked = pickWeighted(candidates, (entry) => entry.ratio, peek);
      return picked === undefined ? 0 : pools.indexOf(picked);
    }
    // Without topology records all pools score the same.
    case 'topology':
    case 'round-robin': {
      for (let step = 0; step < pools.length; step += 1) {
        const index = (wideIp.cursor + step) % pools.length;
        const entry = pools[index];
        if (entry === undefined || !isPickable(context, entry.pool)) continue;
        if (!peek) wideIp.cursor = index + 1;
        return index;
      }
      return 0;
    }
  }
}

function isPickable(context: Context, pool: CompiledPool): boolean {
  const { data } = pool;
  return data.enabled && (data.available || !verifies(context, pool));
}

function verifies(context: Context, pool: CompiledPool): boolean {
  return context.settings.verifiesAvailability && pool.data.verifiesAvailability;
}

function poolReason(context: Context, pool: CompiledPool): string {
  if (!pool.data.enabled) return 'disabled';
  if (pool.data.available) return 'available';
  return verifies(context, pool)
    ? pool.data.reason
    : `${pool.data.reason}, but availability is not verified`;
}

function tracePools(context: Context): void {
  const { trace, wideIp } = context;
  if (trace === undefined) return;
  const { mode } = wideIp.data;
  const candidates = wideIp.pools.map((entry) => {
    const { pool, ratio } = entry;
    const usable = isPickable(context, pool);
    const score = mode === 'topology' ? ` (score ${poolScore(context, entry)})` : '';
    return {
      name: `${pool.data.name}${mode === 'ratio' ? ` (ratio ${ratio})` : score}`,
      usable,
      reason: poolReason(context, pool),
      ...(!usable && { members: pool.members.map((member) => traceMember(member, true)) }),
    };
  });
  const isBlank = mode === 'topology' && context.topology.isEmpty;
  const note = isBlank ? { note: 'no topology records: all score 0' } : {};
  trace.push({ kind: 'pools', mode, candidates, ...note });
}

function fromPool(context: Context, pool: CompiledPool, allowed: readonly Stage[]): PoolOutcome {
  for (const stage of allowed) {
    const outcome = fromStage(context, pool, stage);
    if (outcome !== undefined) return outcome;
  }
  return undefined;
}

function fromStage(context: Context, pool: CompiledPool, stage: Stage): PoolOutcome {
  const { home, wideIp } = context;
  const method: Method = pool.data[stage];
  const checksHealth =
    stage === 'fallback' ? context.settings.fallbackRespectsAvailability : verifies(context, pool);
  const isEligible = (member: CompiledMember): boolean =>
    member.data.enabled &&
    (!checksHealth || member.data.available) &&
    (home === undefined || markOf(member.data.datacenter ?? '') === home);
  const outcome = ((): PoolOutcome => {
    switch (method) {
      case 'none':
        return undefined;
      case 'drop-packet':
        return { kind: 'drop', wideIp, pool };
      case 'return-to-dns':
        return { kind: 'return-to-dns', wideIp, pool };
      case 'fallback-ip':
        return pool.fallbackIp && answer(context, pool, stage, [], [pool.fallbackIp]);
      default: {
        const members = pickMembers(pool, method, isEligible, context);
        if (members.length === 0) return undefined;
        const records = members.map((member) => member.record);
        return answer(context, pool, stage, members, records);
      }
    }
  })();
  if (context.trace !== undefined) {
    const candidates = usesMembers(method)
      ? pool.members.map((member) => {
          const traced = traceMember(member, checksHealth);
          if (!isScored(method)) return traced;
          const score = explainScore(pool, member, method, context);
          return { ...traced, reason: `${traced.reason}; ${score}` };
        })
      : [];
    const said = outcome === undefined ? emptyReason(method) : describe(outcome);
    const text = { pool: pool.data.name, stage, method, outcome: said };
    context.trace.push({ kind: 'stage', candidates, ...text });
  }
  return outcome;
}

function answer(
  context: Context,
  pool: CompiledPool,
  stage: Stage | 'persisted',
  members: readonly CompiledMember[],
  records: readonly Uint8Array[],
): Extract<Decision, { kind: 'records' }> {
  const { scopeLength, wideIp } = context;
  const { ttlSeconds } = pool.data;
  return { kind: 'records', wideIp, pool, stage, members, records, ttlSeconds, scopeLength };
}

/** Aims the table at the client's network; undefined: the wide IP does not persist. */
function aimed(context: Context): { readonly network: string } | undefined {
  const { persistence } = context.wideIp.data;
  if (persistence === undefined) return undefined;
  const bytes = addressBytes(context.client);
  const bits = bytes.length === 4 ? persistence.cidrIpv4 : persistence.cidrIpv6;
  context.snapshot.persistence.aim(bytes, 0, bytes.length, bits);
  return { network: `${context.client}/${bits}` };
}

function persistedAnswer(context: Context): Decision | undefined {
  const wanted = aimed(context);
  if (wanted === undefined) return undefined;
  const say = (verdict: string): void =>
    void context.trace?.push({ kind: 'persistence', network: wanted.network, verdict });
  const { found, find } = context.snapshot.persistence;
  if (!find(context.wideIp.mark, context.now)) {
    say('no record');
    return undefined;
  }
  const { mark, data } = context.wideIp;
  if (!context.peek) {
    shorten(context.snapshot.persistence, mark, context.now, data.persistence?.seconds ?? 0);
  }
  const { lastResort, pools } = context.wideIp;
  const pool = [...pools.map((entry) => entry.pool), ...(lastResort ? [lastResort] : [])].find(
    (candidate) => candidate.mark === found.pool,
  );
  const member = pool?.members.find((candidate) => candidate.mark === found.member);
  if (pool === undefined || member === undefined) {
    say('the member of the record is no longer configured');
    return undefined;
  }
  const isAllowed = isStillAllowed(context, pool, member);
  const { name, reason } = member.data;
  say(`${name}${isAllowed ? '' : ` cannot be used: ${reason}`}`);
  return isAllowed ? answer(context, pool, 'persisted', [member], [member.record]) : undefined;
}

/** A disabled object is drained: those who were sent there still are (drain-persistent-requests). */
function isStillAllowed(context: Context, pool: CompiledPool, member: CompiledMember): boolean {
  return (
    ((pool.data.enabled && member.data.enabled) || context.settings.drainsPersistentRequests) &&
    (member.data.available || !verifies(context, pool))
  );
}

function keepPersistence(
  context: Context,
  pool: CompiledPool,
  member: CompiledMember | undefined,
): void {
  if (context.peek || member === undefined || aimed(context) === undefined) return;
  const { now, wideIp } = context;
  const expires = now + (wideIp.data.persistence?.seconds ?? 0) * 1_000;
  context.snapshot.persistence.keep(wideIp.mark, pool.mark, member.mark, now, expires);
}
