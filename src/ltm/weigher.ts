/** Each second: what members carry, for the methods and limits that go by it (`balance.ts`, `shared-limits.ts`). */
import type { Clock } from '../platform/clock.ts';
import type { Loads } from './balance.ts';
import { engineName } from './engine-names.ts';
import type { AllCounters } from './haproxy/worker-counters.ts';
import { MemberLoads, type Measurement, placesOf } from './loads.ts';
import { type PacketTable, addCounts, memberPlace, noPackets } from './nftables/read.ts';
import { PacketFailures } from './packet-failures.ts';
import type { HealthTable } from '../monitor/health.ts';
import type { TrafficWatch, WatchedMember } from '../monitor/traffic-watch.ts';
import type { TrafficState, TouchedTraffic } from './traffic-state.ts';
import type { PoolPlan } from './types.ts';

const weighMilliseconds = 1000;

export interface WeigherOptions {
  readonly traffic: () => TrafficState;
  readonly clock: Clock;
  readonly counters: () => AllCounters;
  readonly flows: () => ReadonlyMap<string, number>;
  /** Of the packet path. */
  readonly packets: () => PacketTable;
  readonly health: {
    table(): Pick<HealthTable, 'get'>;
    readonly traffic?: Pick<TrafficWatch, 'countBy'>;
  };
  readonly onChange: (touched: TouchedTraffic) => void;
}

/** Returns what ends it. */
export function startWeighing(options: WeigherOptions): () => void {
  let hadSome = false;
  const failures = new PacketFailures();
  options.health.traffic?.countBy(
    (watched) => failuresOf(watched, options) + packetFailuresOf(watched, options, failures),
  );
  return options.clock.every(weighMilliseconds, () => {
    const traffic = options.traffic();
    const hasSome = traffic.isMeasuring;
    if (!hasSome && !hadSome) return;
    hadSome = hasSome;
    const touched = traffic.weigh(measure(traffic, options));
    if (touched !== undefined) options.onChange(touched);
  });
}

/** Connections of the packet path that the member did not take: the kernel tells those that it took. */
function packetFailuresOf(
  { pool, member }: WatchedMember,
  { traffic, packets, clock }: Pick<WeigherOptions, 'traffic' | 'packets' | 'clock'>,
  failures: PacketFailures,
): number {
  const own = traffic()
    .plans.pools.get(pool)
    ?.members.find(({ name }) => name === member);
  const users = traffic()
    .packetUsers.get(pool)
    ?.filter(({ protocol }) => protocol === 'tcp');
  if (own === undefined || users === undefined || users.length === 0) return 0;
  const table = packets();
  const { connections, answers } = placesOf(own, users)
    .flatMap(({ mark, address, port }) => table.get(memberPlace(mark, address, port)) ?? [])
    .reduce(addCounts, noPackets);
  return failures.of(`${pool} ${member}`, {
    attempts: connections,
    answers,
    at: clock.monotonicMilliseconds(),
  });
}

/** Of connections through HAProxy. */
function failuresOf(
  { pool, member }: WatchedMember,
  { traffic, counters }: Pick<WeigherOptions, 'traffic' | 'counters'>,
): number {
  const members = traffic().plans.pools.get(pool)?.members;
  const cookie = members?.find(({ name }) => name === member)?.cookie;
  if (cookie === undefined) return 0;
  return counters().get(`${engineName(pool)}/${cookie}`)?.failures ?? 0;
}

const noFlows: ReadonlyMap<string, number> = new Map();

function measure(traffic: TrafficState, options: WeigherOptions): Measurement {
  const counters = options.counters();
  const users = traffic.packetUsers;
  const flows = users.size > 0 ? options.flows() : noFlows;
  const members = new MemberLoads({ traffic, counters, flows });
  const health = options.health.table();
  const loads = new Map<string, Loads>();
  for (const pool of traffic.measuredPools()) {
    const own = pool.method === 'dynamic-ratio' ? liveRatios(pool, health) : members.of(pool);
    // Where nobody measures dynamic ratios, turns go by what is written, exactly.
    if (own.size > 0) loads.set(pool.name, own);
  }
  const levelling = new Map(
    traffic.levelledPools(counters.hasLeaving).flatMap((pool) => {
      const weights = members.levelling(pool);
      return weights === undefined ? [] : [[pool.name, weights] as const];
    }),
  );
  const limited = traffic.limitedPools();
  const full = new Map(
    limited.filter(({ name }) => users.has(name)).map((pool) => [pool.name, members.full(pool)]),
  );
  return { loads, levelling, limits: members.limits(limited), full };
}

/** Of members that a performance monitor watches, itself or by their nodes. */
function liveRatios(pool: PoolPlan, health: Pick<HealthTable, 'get'>): Loads {
  const ratios = new Map<string, number>();
  for (const { name, node } of pool.members) {
    const own = health.get(`member ${pool.name} ${name}`)?.dynamicRatio;
    const ratio = own ?? health.get(`node ${node}`)?.dynamicRatio;
    if (ratio !== undefined) ratios.set(name, ratio);
  }
  return ratios;
}
