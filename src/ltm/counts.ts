/** Figures for who looks at everything again and again: without the words that statistics have. Pure. */
import { type Counters, noCounters } from './haproxy/counter-table.ts';
import { type PacketCounts, noPackets, packetsOf } from './nftables/read.ts';
import { type Measured, poolCounters, virtualCounters } from './statistics.ts';

/** Figures of a virtual server towards clients, or of a pool towards servers. */
interface Counts {
  readonly connections: number;
  readonly maximumConnections: number;
  readonly totalConnections: number;
  readonly bitsIn: number;
  readonly bitsOut: number;
  /** The packet path's; HAProxy counts none. */
  readonly packetsIn: number;
  readonly packetsOut: number;
  readonly requests: number;
  /** Means of what HAProxy saw last, over all members of a pool; NaN: nothing of it is measured. */
  readonly connectMilliseconds: number;
  /** From the last byte of a request to the first of its response; 0 where there are none. */
  readonly responseMilliseconds: number;
}

function virtualCounts(measured: Measured, name: string): Counts | undefined {
  const virtual = measured.plans.virtual(name);
  if (virtual === undefined) return undefined;
  const counters = virtualCounters(measured, virtual.mark, name);
  return counters === noCounters
    ? nothingCounted
    : countsOf(counters, packetsOf(measured.packets, name), false);
}

function poolCounts(measured: Measured, name: string): Counts | undefined {
  const pool = measured.plans.pools.get(name);
  if (pool === undefined) return undefined;
  const counters = poolCounters(measured, pool);
  return counters === noCounters ? nothingCounted : countsOf(counters, noPackets, true);
}

function countsOf(counters: Counters, packets: PacketCounts, isTimed: boolean): Counts {
  const { connectMilliseconds: connect, responseMilliseconds: response } = counters;
  const isMeasured = isTimed && (connect > 0 || response > 0);
  return {
    connections: counters.currentConnections,
    maximumConnections: counters.maximumConnections,
    totalConnections: counters.totalConnections,
    bitsIn: counters.bytesIn * 8,
    bitsOut: counters.bytesOut * 8,
    packetsIn: packets.packetsIn,
    packetsOut: packets.packetsOut,
    requests: counters.requests,
    connectMilliseconds: isMeasured ? connect : Number.NaN,
    responseMilliseconds: isMeasured ? response : Number.NaN,
  };
}

/** Of all that never had any traffic. */
const nothingCounted = countsOf(noCounters, noPackets, false);

export interface CountsSource {
  /** Resolves when what is told is a few seconds old at most; it stays until the next. */
  refresh(): Promise<void>;
  virtual(name: string): Counts | undefined;
  pool(name: string): Counts | undefined;
}

export function countsSource(measure: () => Promise<Measured>): CountsSource {
  let measured: Measured | undefined;
  return {
    refresh: async () => {
      measured = await measure();
    },
    virtual: (name) => measured && virtualCounts(measured, name),
    pool: (name) => measured && poolCounts(measured, name),
  };
}
