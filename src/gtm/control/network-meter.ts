/** The networks that this device stands in, the routers there, and what passes: from its configuration and its counters. */
import type { StateRegistry } from '../../config/runtime-state.ts';
import type { ConfigView } from '../../config/types.ts';
import type { NetworkHealth } from '../../iquery/types.ts';
import type { Clock } from '../../platform/clock.ts';
import { readLinkBytes, type LinkBytes } from '../../platform/link-bytes.ts';
import { reportNetworks, type NetworkLoad } from '../health/report-networks.ts';

interface Sample {
  readonly at: number;
  readonly load: NetworkLoad;
  readonly bytes: LinkBytes;
}

/** Two readings closer than this say nothing about a rate. */
const shortestMilliseconds = 500;
const nothing: NetworkLoad = { bitsInPerSecond: 0, bitsOutPerSecond: 0, packetsPerSecond: 0 };

export function createNetworkMeter(
  state: StateRegistry,
  clock: Clock,
): (view: ConfigView) => readonly NetworkHealth[] {
  const samples = new Map<string, Sample>();
  const loadOf = (vlan: string, counted: ReturnType<typeof readLinkBytes>): NetworkLoad => {
    const at = clock.monotonicMilliseconds();
    const last = samples.get(vlan);
    if (last !== undefined && at - last.at < shortestMilliseconds) return last.load;
    const { ifName } = state.statistics('net vlan', undefined, vlan) ?? {};
    const bytes = typeof ifName === 'string' ? counted.get(ifName) : undefined;
    if (bytes === undefined) return nothing;
    const load = last === undefined ? nothing : rateOf(last.bytes, bytes, at - last.at);
    samples.set(vlan, { at, load, bytes });
    return load;
  };
  return (view) => {
    const counted = readLinkBytes();
    return reportNetworks(view, (vlan) => loadOf(vlan, counted));
  };
}

function rateOf(before: LinkBytes, now: LinkBytes, milliseconds: number): NetworkLoad {
  // An interface that was made anew counts from 0.
  const rate = (key: keyof LinkBytes): number =>
    Math.max(0, ((now[key] - before[key]) * 1_000) / milliseconds);
  return {
    bitsInPerSecond: Math.round(rate('bytesIn') * 8),
    bitsOutPerSecond: Math.round(rate('bytesOut') * 8),
    packetsPerSecond: Math.round(rate('packets')),
  };
}
