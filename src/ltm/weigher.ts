/** Each second: what members carry, for the methods that go by it (`balance.ts`). */
import type { Clock } from '../platform/clock.ts';
import type { Loads } from './balance.ts';
import { engineName } from './engine-names.ts';
import { type CounterTable, noCounters } from './haproxy/counter-table.ts';
import type { HealthTable } from '../monitor/health.ts';
import type { TrafficWatch, WatchedMember } from '../monitor/traffic-watch.ts';
import { flowKey } from './nftables/flows.ts';
import type { TrafficState, TouchedTraffic } from './traffic-state.ts';
import type { MemberPlan, PacketVirtual, PoolPlan } from './types.ts';

const weighMilliseconds = 1000;

export interface WeigherOptions {
  readonly traffic: () => Pick<TrafficState, 'measuredPools' | 'packetUsers' | 'weigh' | 'plans'>;
  readonly clock: Clock;
  readonly counters: () => Pick<CounterTable, 'get'>;
  readonly flows: () => ReadonlyMap<string, number>;
  readonly health: {
    table(): Pick<HealthTable, 'get'>;
    readonly traffic?: Pick<TrafficWatch, 'countBy'>;
  };
  readonly onChange: (touched: TouchedTraffic) => void;
}

/** Returns what ends it. */
export function startWeighing(options: WeigherOptions): () => void {
  let hadSome = false;
  options.health.traffic?.countBy((watched) => failuresOf(watched, options));
  return options.clock.every(weighMilliseconds, () => {
    const traffic = options.traffic();
    const pools = traffic.measuredPools();
    if (pools.length === 0 && !hadSome) return;
    hadSome = pools.length > 0;
    const touched = traffic.weigh(loadsOf(pools, traffic.packetUsers, options));
    if (touched !== undefined) options.onChange(touched);
  });
}

/** Of connections through HAProxy; the kernel does not tell how those on the packet path fare. */
function failuresOf(
  { pool, member }: WatchedMember,
  { traffic, counters }: Pick<WeigherOptions, 'traffic' | 'counters'>,
): number {
  const members = traffic().plans.pools.get(pool)?.members;
  const cookie = members?.find(({ name }) => name === member)?.cookie;
  if (cookie === undefined) return 0;
  return counters().get(`${engineName(pool)}/${cookie}`)?.failures ?? 0;
}

function loadsOf(
  pools: readonly PoolPlan[],
  users: ReadonlyMap<string, readonly PacketVirtual[]>,
  options: Pick<WeigherOptions, 'counters' | 'flows' | 'health'>,
): ReadonlyMap<string, Loads> {
  if (pools.length === 0) return new Map();
  const counters = options.counters();
  const hasUsers = pools.some(({ name }) => users.has(name));
  const flows = hasUsers ? options.flows() : undefined;
  const loadOf = (pool: PoolPlan, member: MemberPlan): number => {
    const proxied = counters.get(`${engineName(pool.name)}/${member.cookie}`) ?? noCounters;
    return proxied.currentConnections + (flows ? flowsOf(member, users.get(pool.name), flows) : 0);
  };
  const health = options.health.table();
  const loads = new Map<string, Loads>();
  for (const pool of pools) {
    if (pool.method === 'dynamic-ratio') {
      const ratios = liveRatios(pool, health);
      // Nobody measures: turns go by what is written, exactly.
      if (ratios.size > 0) loads.set(pool.name, ratios);
      continue;
    }
    loads.set(
      pool.name,
      new Map(pool.members.map((member) => [member.name, loadOf(pool, member)])),
    );
  }
  return loads;
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

/** Connections of a member that the kernel has for these virtual servers. */
export function flowsOf(
  member: MemberPlan,
  virtuals: readonly PacketVirtual[] | undefined,
  flows: ReadonlyMap<string, number>,
): number {
  return placesOf(member, virtuals).reduce(
    (sum, { mark, ...server }) => sum + (flows.get(flowKey(mark, server)) ?? 0),
    0,
  );
}

/** Where connections of these virtual servers meet the member. */
export function placesOf(
  { address, port }: MemberPlan,
  virtuals: readonly PacketVirtual[] | undefined,
): readonly { readonly mark: number; readonly address: string; readonly port: number }[] {
  return (virtuals ?? []).map((virtual) => ({
    mark: virtual.mark,
    address: address.text,
    port: port === 0 ? virtual.port : port,
  }));
}
