/** Traffic of the whole device: sums of what virtual servers and wide IPs count. Pure. */
import type { Statistics } from '../../config/runtime-state.ts';

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

export function addVirtual(totals: Record<string, number>, virtual: Statistics): void {
  for (const name of sideCounters)
    add(totals, `clientSideTraffic.${name}`, virtual, `clientside.${name}`);
  add(totals, 'httpRequests', virtual, 'totRequests');
}

export function addPool(totals: Record<string, number>, pool: Statistics): void {
  for (const name of sideCounters)
    add(totals, `serverSideTraffic.${name}`, pool, `serverside.${name}`);
}

export function addWideip(totals: Record<string, number>, wideip: Statistics): void {
  for (const name of ['requests', 'resolutions', 'persisted', 'returnToDns']) {
    add(totals, name, wideip, name);
  }
}

function add(totals: Record<string, number>, to: string, from: Statistics, name: string): void {
  totals[to] = (totals[to] ?? 0) + numberOf(from, name);
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
