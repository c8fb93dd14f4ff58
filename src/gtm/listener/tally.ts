/**
 * Counts what happened, exactly, and remembers what changed since it was last told: control gets sums of
 * the objects that moved, not of all. Pure state.
 */
import type { CompiledPool, CompiledWideIp } from '../decision/compile.ts';
import type { PoolCounters, StageCounts, WideIpCounters } from '../decision/counters.ts';
import type { Decision } from '../decision/decision.ts';
import { recordType } from '../../base/dns/constants.ts';
import type { Transport } from '../dns/response.ts';

export interface TrafficCounters {
  udp: number;
  tcp: number;
  a: number;
  aaaa: number;
  otherTypes: number;
  malformed: number;
  dropped: number;
  relayed: number;
  /** About static zones, answered with what named had said before. */
  held: number;
  /** Not answered, or cut short, by response rate limiting. */
  limited: number;
  /** By response code: 0 noerror, 2 servfail, 3 nxdomain, 5 refused, …; the sixteenth is every higher one. */
  responses: number[];
}

export interface CounterReport {
  readonly wideIps: readonly {
    readonly name: string;
    readonly type: string;
    readonly counts: WideIpCounters;
  }[];
  readonly pools: readonly {
    readonly name: string;
    readonly type: string;
    readonly counts: PoolCounters;
    readonly members: readonly { readonly name: string; readonly counts: StageCounts }[];
  }[];
  readonly traffic: TrafficCounters;
}

export interface Tally {
  readonly traffic: TrafficCounters;
  query(transport: Transport, type: number): void;
  malformed(transport: Transport): void;
  relayed(): void;
  held(): void;
  limited(): void;
  response(code: number): void;
  decision(decision: Exclude<Decision, { kind: 'none' }>): void;
  /** So many decisions of the preferred method; members are counted by who knows them. */
  resolved(wideIp: CompiledWideIp, pool: CompiledPool, times: number): void;
  alias(wideIp: CompiledWideIp): void;
  /** named answered what a wide IP gave back. */
  returned(wideIp: CompiledWideIp, pool: CompiledPool | undefined): void;
  /**
   * What changed since it was told last, at most so many wide IPs and so many pools: the others wait for the next call.
   * Undefined when nothing did.
   */
  takeChanges(most?: number): CounterReport | undefined;
}

/**
 * Told at a time, four times a second: who asks for 100,000 names all the time is not to pay more for the counting than
 * for the answers. What waits is told in turn.
 */
export const countersAtATime = 500;

export function createTally(): Tally {
  const traffic: TrafficCounters = {
    udp: 0,
    tcp: 0,
    a: 0,
    aaaa: 0,
    otherTypes: 0,
    malformed: 0,
    dropped: 0,
    relayed: 0,
    held: 0,
    limited: 0,
    responses: Array.from({ length: 16 }, () => 0),
  };
  const wideIps = new Set<CompiledWideIp>();
  const pools = new Set<CompiledPool>();
  let isChanged = false;
  return {
    traffic,
    query(transport, type) {
      isChanged = true;
      traffic[transport] += 1;
      if (type === recordType.a) traffic.a += 1;
      else if (type === recordType.aaaa) traffic.aaaa += 1;
      else traffic.otherTypes += 1;
    },
    malformed(transport) {
      isChanged = true;
      traffic[transport] += 1;
      traffic.malformed += 1;
    },
    relayed: () => void (traffic.relayed += 1),
    held: () => void (traffic.held += 1),
    limited: () => void (traffic.limited += 1),
    response(code) {
      const index = Math.min(code, 15);
      traffic.responses[index] = (traffic.responses[index] ?? 0) + 1;
    },
    decision(decision) {
      wideIps.add(decision.wideIp);
      countDecision(decision);
      if (decision.kind === 'failure') return;
      if (decision.kind === 'drop') traffic.dropped += 1;
      if (decision.pool !== undefined) pools.add(decision.pool);
    },
    resolved(wideIp, pool, times) {
      isChanged = true;
      wideIps.add(wideIp);
      pools.add(pool);
      wideIp.counters.requests += times;
      wideIp.counters.resolutions += times;
      wideIp.counters.preferred += times;
      pool.counters.preferred += times;
    },
    alias: (wideIp) => void (wideIp.counters.cnameResolutions += 1),
    returned(wideIp, pool) {
      isChanged = true;
      wideIp.counters.returnFromDns += 1;
      wideIps.add(wideIp);
      if (pool === undefined) return;
      pool.counters.returnFromDns += 1;
      pools.add(pool);
    },
    takeChanges(most = Infinity) {
      if (!isChanged) return undefined;
      const report = reportOf(takeSome(wideIps, most), takeSome(pools, most), traffic);
      isChanged = wideIps.size + pools.size > 0;
      return report;
    },
  };
}

/** Those that wait longest. */
export function takeSome<T>(set: Set<T>, most: number): readonly T[] {
  const some: T[] = [];
  for (const one of set) {
    if (some.length >= most) break;
    some.push(one);
    set.delete(one);
  }
  return some;
}

/** Everything, for a control process that has just connected. */
export function reportOf(
  wideIps: readonly CompiledWideIp[],
  pools: readonly CompiledPool[],
  traffic: TrafficCounters,
): CounterReport {
  return {
    wideIps: wideIps.map(({ data, counters }) => ({
      name: data.name,
      type: data.type,
      counts: counters,
    })),
    pools: pools.map(({ data, counters, members }) => ({
      name: data.name,
      type: data.type,
      counts: counters,
      members: members.map((member) => ({ name: member.data.name, counts: member.counters })),
    })),
    traffic,
  };
}

function countDecision(decision: Exclude<Decision, { kind: 'none' }>): void {
  const { counters } = decision.wideIp;
  counters.requests += 1;
  switch (decision.kind) {
    case 'records': {
      counters.resolutions += 1;
      if (decision.stage === 'persisted') {
        counters.persisted += 1;
        return;
      }
      counters[decision.stage] += 1;
      decision.pool.counters[decision.stage] += 1;
      for (const member of decision.members) member.counters[decision.stage] += 1;
      return;
    }
    case 'drop':
      counters.dropped += 1;
      decision.pool.counters.dropped += 1;
      return;
    case 'return-to-dns':
      counters.returnToDns += 1;
      if (decision.pool !== undefined) decision.pool.counters.returnToDns += 1;
      return;
    case 'failure':
      counters.rcode += 1;
  }
}
