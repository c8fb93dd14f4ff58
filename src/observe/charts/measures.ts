/** What charts show of an object, out of what its statistics count. Pure. */
import type { Statistics } from '../../config/runtime-state.ts';

export const measureNames = [
  'connections',
  'newConnectionsPerSecond',
  'bitsInPerSecond',
  'bitsOutPerSecond',
  'requestsPerSecond',
  'connectMilliseconds',
  'responseMilliseconds',
] as const;
export type MeasureName = (typeof measureNames)[number];
export type Measures = Readonly<Record<MeasureName, number>>;

/** Of the machine, beside those of all virtual servers. */
export const machineMeasureNames = ['processorPercent', 'memoryPercent'] as const;
export type MachineMeasures = Readonly<Record<(typeof machineMeasureNames)[number], number>>;

/** Out of `show sys host-info`: processors of the last five seconds, all together. */
export function machineMeasures(hostInfo: Statistics): MachineMeasures {
  const { cpuInfo, memoryTotal, memoryUsed } = hostInfo;
  const processors = typeof cpuInfo === 'object' ? Object.values(cpuInfo) : [];
  const used = processors.map((one) => (typeof one === 'object' ? Number(one.fiveSecAvgRatio) : 0));
  const whole = Number(memoryTotal);
  return {
    processorPercent: used.reduce((sum, percent) => sum + percent, 0) / Math.max(1, used.length),
    memoryPercent: whole > 0 ? (100 * Number(memoryUsed)) / whole : 0,
  };
}

/** Where counters only grow, they have to be compared with those of the sample before. */
export interface Counters {
  readonly connections: number;
  readonly totalConnections: number;
  readonly bitsIn: number;
  readonly bitsOut: number;
  readonly requests: number;
  /** How long servers take now; NaN: nobody measures it, or there is nothing to measure. */
  readonly connectMilliseconds: number;
  readonly responseMilliseconds: number;
}

export function isQuiet({ connections, totalConnections }: Counters): boolean {
  return connections === 0 && totalConnections === 0;
}

/** A counter that was reset counts from there. */
export function measuresBetween(before: Counters, now: Counters, seconds: number): Measures {
  const rate = (was: number, is: number): number => (is >= was ? is - was : is) / seconds;
  // HAProxy's means are those of the last traffic, however long ago that was.
  const isIdle =
    now.totalConnections === before.totalConnections && now.requests === before.requests;
  return {
    connections: now.connections,
    newConnectionsPerSecond: rate(before.totalConnections, now.totalConnections),
    bitsInPerSecond: rate(before.bitsIn, now.bitsIn),
    bitsOutPerSecond: rate(before.bitsOut, now.bitsOut),
    requestsPerSecond: rate(before.requests, now.requests),
    connectMilliseconds: isIdle ? NaN : now.connectMilliseconds,
    responseMilliseconds: isIdle ? NaN : now.responseMilliseconds,
  };
}

/** Of virtual servers; the latency is that of the pools, who has more connections counts for more. */
export function sumOf(all: readonly Counters[], pools: readonly Counters[]): Counters {
  const sum = { connections: 0, totalConnections: 0, bitsIn: 0, bitsOut: 0, requests: 0 };
  for (const one of all) {
    sum.connections += one.connections;
    sum.totalConnections += one.totalConnections;
    sum.bitsIn += one.bitsIn;
    sum.bitsOut += one.bitsOut;
    sum.requests += one.requests;
  }
  return {
    ...sum,
    connectMilliseconds: meanOf(pools, 'connectMilliseconds'),
    responseMilliseconds: meanOf(pools, 'responseMilliseconds'),
  };
}

function meanOf(
  pools: readonly Counters[],
  name: 'connectMilliseconds' | 'responseMilliseconds',
): number {
  const measured = pools.filter((pool) => !Number.isNaN(pool[name]));
  const shares = measured.reduce((sum, pool) => sum + pool.totalConnections, 0);
  if (shares === 0) return NaN;
  return measured.reduce((sum, pool) => sum + pool[name] * pool.totalConnections, 0) / shares;
}
