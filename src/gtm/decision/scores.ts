/**
 * Scores of the methods that compare members by what is known of them: place, load, both together
 * (reference 1.3). Higher is better; undefined: nothing is known, so the method passes it over. Pure.
 */
import type { PathMetrics } from '../paths/path-table.ts';
import type { CompiledMember, CompiledPool } from './compile.ts';
import type {
  MeasuredMethod,
  MemberLoad,
  QosWeights,
  SnapshotSettings,
  TopologyRecord,
} from './snapshot-types.ts';
import type { Topology } from './topology.ts';

export type ScoredMethod = 'topology' | MeasuredMethod;
export type Eligible = (member: CompiledMember) => boolean;

export interface ScoreContext {
  readonly settings: SnapshotSettings;
  readonly topology: Topology;
  /** Topology records whose resolver side matches this client. */
  readonly clientRecords: () => readonly TopologyRecord[];
  /** Of the way from the data center to this client; asks for it to be measured. */
  readonly pathFrom: (datacenter: string) => PathMetrics | undefined;
}

/** One for each member of the pool; undefined also for those that are not eligible. */
export function scoresOf(
  pool: CompiledPool,
  method: ScoredMethod,
  isEligible: Eligible,
  context: ScoreContext,
): readonly (number | undefined)[] {
  return pool.members.map((member) =>
    isEligible(member) ? scoreOf(pool, member, method, context) : undefined,
  );
}

function scoreOf(
  pool: CompiledPool,
  member: CompiledMember,
  method: ScoredMethod,
  context: ScoreContext,
): number | undefined {
  switch (method) {
    case 'topology':
      return topologyRecordOf(member, context)?.score ?? 0;
    case 'quality-of-service':
      return qualityOf(pool, member, context);
    default: {
      const measured = measureOf(member, method, context);
      if (measured === undefined) return undefined;
      if (isBenefit(method)) return measured;
      // The order is what counts, and as a weight it has to be positive.
      return 1 / (1 + measured);
    }
  }
}

export function topologyRecordOf(
  member: CompiledMember,
  context: ScoreContext,
): TopologyRecord | undefined {
  return context.topology.match(context.clientRecords(), member.subject);
}

function isBenefit(method: MeasuredMethod): boolean {
  return (
    method === 'virtual-server-capacity' ||
    method === 'virtual-server-score' ||
    method === 'completion-rate'
  );
}

/** Undefined: it is not measured, or not yet. */
export function measureOf(
  member: CompiledMember,
  method: Exclude<MeasuredMethod, 'quality-of-service'>,
  context: ScoreContext,
): number | undefined {
  const { load }: { readonly load?: MemberLoad } = member.data;
  switch (method) {
    case 'packet-rate':
      return load?.packetsPerSecond;
    case 'kilobytes-per-second':
      return load?.kilobytesPerSecond;
    case 'least-connections':
      return load?.connections;
    case 'virtual-server-capacity':
      return load?.capacity;
    case 'virtual-server-score':
      return load?.score;
    case 'cpu':
      return load?.cpuPercent;
    case 'lowest-round-trip-time':
      return pathOf(member, context)?.roundTripMilliseconds;
    case 'fewest-hops':
      return pathOf(member, context)?.hops;
    case 'completion-rate':
      return pathOf(member, context)?.completionPercent;
  }
}

function pathOf(member: CompiledMember, context: ScoreContext): PathMetrics | undefined {
  const { datacenter } = member.data;
  return datacenter === undefined ? undefined : context.pathFrom(datacenter);
}

/**
 * The sum over metrics of coefficient × factor, times the metric where more is better, divided by it where
 * less is. Undefined while no metric with a coefficient is known.
 */
function qualityOf(
  pool: CompiledPool,
  member: CompiledMember,
  context: ScoreContext,
): number | undefined {
  const parts = qualityParts(pool, member, context);
  return parts.length === 0 ? undefined : parts.reduce((sum, part) => sum + part.points, 0);
}

/** Nearer than this is the same. */
const leastMilliseconds = 0.1;

interface QualityPart {
  readonly metric: keyof QosWeights;
  readonly points: number;
}

export function qualityParts(
  pool: CompiledPool,
  member: CompiledMember,
  context: ScoreContext,
): readonly QualityPart[] {
  const weights = pool.data.qos;
  if (weights === undefined) return [];
  const factors = context.settings.qosFactors;
  const parts: QualityPart[] = [];
  const add = (metric: keyof QosWeights, value: number | undefined): void => {
    if (weights[metric] === 0 || value === undefined) return;
    parts.push({ metric, points: weights[metric] * factors[metric] * value });
  };
  const { load } = member.data;
  const inverse = (value: number | undefined, least = 1): number | undefined =>
    value === undefined ? undefined : 1 / Math.max(least, value);
  if (weights.roundTripTime + weights.hops + weights.hitRatio > 0) {
    const path = pathOf(member, context);
    add('roundTripTime', inverse(path?.roundTripMilliseconds, leastMilliseconds));
    add('hops', inverse(path?.hops));
    add(
      'hitRatio',
      path?.completionPercent === undefined ? undefined : path.completionPercent / 100,
    );
  }
  add('packetRate', inverse(load?.packetsPerSecond));
  add('kilobytesPerSecond', inverse(load?.kilobytesPerSecond));
  add('linkCapacity', load?.linkCapacity);
  add('capacity', load?.capacity);
  add('score', load?.score);
  if (weights.topology > 0) add('topology', topologyRecordOf(member, context)?.score ?? 0);
  return parts;
}

/** For traces: what the score of a member is made of. */
export function explainScore(
  pool: CompiledPool,
  member: CompiledMember,
  method: ScoredMethod,
  context: ScoreContext,
): string {
  if (method === 'topology') {
    const record = topologyRecordOf(member, context);
    return record === undefined ? 'score 0: no record' : `score ${record.score}: ${record.name}`;
  }
  if (method === 'quality-of-service') {
    const parts = qualityParts(pool, member, context).map(
      ({ metric, points }) => `${metric} ${points.toFixed(2)}`,
    );
    return parts.length === 0 ? 'nothing is measured' : `score of ${parts.join(' + ')}`;
  }
  const measured = measureOf(member, method, context);
  const { datacenter } = member.data;
  const isOfPath = pathMethods.has(method);
  if (measured === undefined) {
    return `no ${method} is measured${isOfPath ? ` from ${datacenter ?? 'there'}` : ''}`;
  }
  const unit = pathMethods.get(method) ?? '';
  const text = Number(measured.toFixed(3));
  return `${method} ${text}${unit}${isOfPath ? ` from ${datacenter}` : ''}`;
}

/** Those that compare ways to the client, and the unit of each. */
const pathMethods: ReadonlyMap<string, string> = new Map([
  ['lowest-round-trip-time', ' ms'],
  ['fewest-hops', ''],
  ['completion-rate', ' %'],
]);

const scoredMethods: ReadonlySet<string> = new Set<ScoredMethod>([
  'topology',
  'packet-rate',
  'virtual-server-capacity',
  'virtual-server-score',
  'least-connections',
  'lowest-round-trip-time',
  'fewest-hops',
  'completion-rate',
  'quality-of-service',
  'cpu',
  'kilobytes-per-second',
]);

export function isScored(method: string): method is ScoredMethod {
  return scoredMethods.has(method);
}
