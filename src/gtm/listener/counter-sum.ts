/** What several threads counted, as one: sums of what changed since they were last asked for. Pure state. */
import type { PoolCounters, StageCounts, WideIpCounters } from '../decision/counters.ts';
import { takeSome, type CounterReport, type TrafficCounters } from './tally.ts';

type WideIpReport = CounterReport['wideIps'][number];
type PoolReport = CounterReport['pools'][number];

export interface CounterSum {
  /** Sums of one source since it began, of what moved. */
  take(source: number, report: CounterReport): void;
  /** At most so many wide IPs and pools, the others with the next; undefined when nothing moved. */
  takeChanges(most?: number): CounterReport | undefined;
  all(): CounterReport;
}

interface Source {
  readonly wideIps: Map<string, WideIpReport>;
  readonly pools: Map<string, PoolReport>;
  traffic: TrafficCounters;
}

export function createCounterSum(): CounterSum {
  const sources = new Map<number, Source>();
  const wideIps = new Set<string>();
  const pools = new Set<string>();
  let isChanged = false;
  const report = (ofWideIps: Iterable<string>, ofPools: Iterable<string>): CounterReport => {
    const all = [...sources.values()];
    const gathered = <T>(keys: Iterable<string>, of: (source: Source) => Map<string, T>): T[][] =>
      [...keys].map((key) => all.flatMap((source) => of(source).get(key) ?? []));
    return {
      wideIps: gathered(ofWideIps, (source) => source.wideIps).flatMap(summedWideIp),
      pools: gathered(ofPools, (source) => source.pools).flatMap(summedPool),
      traffic: summedTraffic(all.map(({ traffic }) => traffic)),
    };
  };
  return {
    take(from, said) {
      isChanged = true;
      const source = sources.get(from) ?? {
        wideIps: new Map<string, WideIpReport>(),
        pools: new Map<string, PoolReport>(),
        traffic: said.traffic,
      };
      sources.set(from, source);
      // The report may hold what goes on counting: these are its numbers now.
      source.traffic = { ...said.traffic, responses: [...said.traffic.responses] };
      for (const one of said.wideIps) {
        const key = keyOf(one);
        wideIps.add(key);
        const known = source.wideIps.get(key);
        if (known === undefined) source.wideIps.set(key, { ...one, counts: { ...one.counts } });
        else Object.assign(known.counts, one.counts);
      }
      for (const one of said.pools) {
        const key = keyOf(one);
        pools.add(key);
        const known = source.pools.get(key);
        if (known === undefined || !hasMembersOf(known, one)) source.pools.set(key, copyOf(one));
        else overwrite(known, one);
      }
    },
    takeChanges(most = Infinity) {
      if (!isChanged) return undefined;
      const changes = report(takeSome(wideIps, most), takeSome(pools, most));
      isChanged = wideIps.size + pools.size > 0;
      return changes;
    },
    all() {
      const sets = [...sources.values()];
      const keys = (of: (source: Source) => Map<string, unknown>): Set<string> =>
        new Set(sets.flatMap((source) => [...of(source).keys()]));
      return report(
        keys((source) => source.wideIps),
        keys((source) => source.pools),
      );
    },
  };
}

function keyOf({ name, type }: { readonly name: string; readonly type: string }): string {
  return `${type} ${name}`;
}

function copyOf(pool: PoolReport): PoolReport {
  const members = pool.members.map(({ counts, name }) => ({ name, counts: { ...counts } }));
  return { ...pool, counts: { ...pool.counts }, members };
}

function hasMembersOf({ members }: PoolReport, other: PoolReport): boolean {
  if (members.length !== other.members.length) return false;
  return members.every(({ name }, index) => other.members[index]?.name === name);
}

/** In place: of 100,000 pools, copies that replace each other are work for the garbage collector more than the counting. */
function overwrite(known: PoolReport, { counts, members }: PoolReport): void {
  Object.assign(known.counts, counts);
  for (const [index, member] of known.members.entries()) {
    Object.assign(member.counts, members[index]?.counts);
  }
}

function summedWideIp(reports: readonly WideIpReport[]): readonly WideIpReport[] {
  const [first] = reports;
  if (first === undefined) return [];
  return [{ ...first, counts: summed<WideIpCounters>(reports.map(({ counts }) => counts)) }];
}

function summedPool(reports: readonly PoolReport[]): readonly PoolReport[] {
  const [first] = reports;
  if (first === undefined) return [];
  const counts = summed<PoolCounters>(reports.map((report) => report.counts));
  const members = first.members.map(({ name }) => ({
    name,
    counts: summed<StageCounts>(
      reports.flatMap((report) => report.members.find((one) => one.name === name)?.counts ?? []),
    ),
  }));
  return [{ ...first, counts, members }];
}

/** All values are numbers. */
function summed<T extends object>(parts: readonly T[]): T {
  const [first = {}, ...others] = parts;
  const sum: Record<string, number> = { ...first };
  for (const part of others) {
    // Without a list of its entries, which costs more than adding them.
    for (const name in part) sum[name] = (sum[name] ?? 0) + Number(part[name]);
  }
  // It has the members of each part.
  return sum as T;
}

function summedTraffic(parts: readonly TrafficCounters[]): TrafficCounters {
  const responses = Array.from({ length: 16 }, (_, code) =>
    parts.reduce((sum, part) => sum + (part.responses[code] ?? 0), 0),
  );
  return { ...summed(parts.map((part) => ({ ...part, responses: 0 }))), responses };
}
