/** The networks that this device stands in, the routers there, and what passes: from its configuration and its counters. */
import type { StateRegistry } from '../../config/runtime-state.ts';
import type { ConfigView } from '../../config/types.ts';
import type { NetworkHealth } from '../../iquery/types.ts';
import type { Clock } from '../../platform/clock.ts';
import { reportNetworks, type NetworkLoad } from '../health/report-networks.ts';

interface Sample {
  readonly at: number;
  readonly load: NetworkLoad;
  readonly bitsIn: number;
  readonly bitsOut: number;
  readonly packets: number;
}

/** Two readings closer than this say nothing about a rate. */
const shortestMilliseconds = 500;
const nothing: NetworkLoad = { bitsInPerSecond: 0, bitsOutPerSecond: 0, packetsPerSecond: 0 };

export function createNetworkMeter(
  state: StateRegistry,
  clock: Clock,
): (view: ConfigView) => readonly NetworkHealth[] {
  const samples = new Map<string, Sample>();
  const loadOf = (vlan: string): NetworkLoad => {
    const at = clock.monotonicMilliseconds();
    const last = samples.get(vlan);
    if (last !== undefined && at - last.at < shortestMilliseconds) return last.load;
    const statistics = state.statistics('net vlan', undefined, vlan);
    if (statistics === undefined) return nothing;
    const read = (name: string): number => Number(statistics[`counters.${name}`] ?? 0) || 0;
    const [bitsIn, bitsOut] = [read('bitsIn'), read('bitsOut')];
    const packets = read('pktsIn') + read('pktsOut');
    const rate = (now: number, before: number): number =>
      last === undefined ? 0 : Math.max(0, Math.round(((now - before) * 1_000) / (at - last.at)));
    const load = {
      bitsInPerSecond: rate(bitsIn, last?.bitsIn ?? 0),
      bitsOutPerSecond: rate(bitsOut, last?.bitsOut ?? 0),
      packetsPerSecond: rate(packets, last?.packets ?? 0),
    };
    samples.set(vlan, { at, load, bitsIn, bitsOut, packets });
    return load;
  };
  return (view) => reportNetworks(view, loadOf);
}
