/** Traffic of the whole device: sums of what virtual servers and wide IPs count. Pure. */
import type { Statistics } from '../../config/runtime-state.ts';
import type { ObjectCounts } from '../traffic-counts.ts';

export type Totals = Readonly<Record<string, number>>;

const sideCounters = [
  'bitsIn',
  'bitsOut',
  'curConns',
  'evictedConns',
  'maxConns',
  'pktsIn',
  'pktsOut',
  'slowKilled',
  'totConns',
];

/** BIG-IP counts more than this device does; what is not counted never happened here. */
const denials = [
  'connectionMemoryErrors',
  'droppedPackets',
  'incomingPacketErrors',
  'licenseDeny',
  'maintenanceModeDeny',
  'maxConnVirtualAddressDeny',
  'maxConnVirtualPathDeny',
  'noHandlerDeny',
  'noStagedHandlerDeny',
  'outgoingPacketErrors',
  'virtualServerNonSynDeny',
];

export const noTotals: Totals = Object.fromEntries(
  [
    ...sideCounters.flatMap((name) => [`clientSideTraffic.${name}`, `serverSideTraffic.${name}`]),
    ...denials,
    'httpRequests',
    'requests',
    'resolutions',
    'persisted',
    'returnToDns',
  ].map((name) => [name, 0]),
);

function numberOf(statistics: Statistics, name: string): number {
  const value = statistics[name];
  return typeof value === 'number' ? value : 0;
}

/** Of a virtual server, towards clients. */
export function addVirtual(totals: Record<string, number>, virtual: ObjectCounts): void {
  addSide(totals, 'clientSideTraffic', virtual);
  addNumber(totals, 'httpRequests', virtual.requests);
}

/** Of a pool, towards servers. */
export function addPool(totals: Record<string, number>, pool: ObjectCounts): void {
  addSide(totals, 'serverSideTraffic', pool);
}

function addSide(totals: Record<string, number>, side: string, counts: ObjectCounts): void {
  // Of very many objects few may have had traffic.
  if (counts.totalConnections === 0 && counts.connections === 0) return;
  addNumber(totals, `${side}.bitsIn`, counts.bitsIn);
  addNumber(totals, `${side}.bitsOut`, counts.bitsOut);
  addNumber(totals, `${side}.curConns`, counts.connections);
  addNumber(totals, `${side}.maxConns`, counts.maximumConnections);
  addNumber(totals, `${side}.pktsIn`, counts.packetsIn);
  addNumber(totals, `${side}.pktsOut`, counts.packetsOut);
  addNumber(totals, `${side}.totConns`, counts.totalConnections);
}

export function addWideip(totals: Record<string, number>, wideip: Statistics): void {
  for (const name of ['requests', 'resolutions', 'persisted', 'returnToDns']) {
    addNumber(totals, name, numberOf(wideip, name));
  }
}

function addNumber(totals: Record<string, number>, name: string, number: number): void {
  totals[name] = (totals[name] ?? 0) + number;
}

const averaged = ['bitsIn', 'bitsOut', 'pktsIn', 'pktsOut', 'totConns'];

/** A second, between two readings; a counter that began anew counts as nothing. */
export function rate(before: Totals, now: Totals, name: string, seconds: number): number {
  const grown = (now[name] ?? 0) - (before[name] ?? 0);
  return seconds > 0 && grown > 0 ? grown / seconds : 0;
}

export interface TrafficReading {
  readonly totals: Totals;
  /** Monotonic seconds. */
  readonly seconds: number;
}

/** `sys tmm-traffic`: what the engine moved. */
export function engineTraffic(totals: Totals): Record<string, number> {
  const shown: Record<string, number> = {};
  for (const name of Object.keys(noTotals).toSorted()) {
    if (!['requests', 'resolutions', 'persisted', 'returnToDns'].includes(name)) {
      shown[name] = totals[name] ?? 0;
    }
  }
  return shown;
}

/** `sys traffic`: the same with averages a second. */
export function deviceTraffic(
  now: TrafficReading,
  starts: Readonly<Record<'fiveSec' | 'oneMin' | 'fiveMin', TrafficReading>>,
): Record<string, number> {
  const shown = engineTraffic(now.totals);
  for (const window of ['fiveSec', 'oneMin', 'fiveMin'] as const) {
    const before = starts[window];
    const seconds = now.seconds - before.seconds;
    for (const side of ['ClientSideTraffic', 'ServerSideTraffic']) {
      for (const name of averaged) {
        const counter = `${side.charAt(0).toLowerCase()}${side.slice(1)}.${name}`;
        const value = rate(before.totals, now.totals, counter, seconds);
        shown[`${window}Avg${side}.${name}`] = Math.round(value);
      }
    }
  }
  return shown;
}
