/** Connections and rates of virtual servers, from their own statistics: rates are differences over time. */
import type { StateRegistry, Statistics } from '../../config/runtime-state.ts';
import type { Clock } from '../../platform/clock.ts';
import type { VirtualLoad } from '../health/report.ts';

interface Sample {
  readonly at: number;
  readonly bits: number;
  readonly packets: number;
  readonly load: VirtualLoad;
}

/** Two readings closer than this say nothing about a rate. */
const shortestMilliseconds = 500;

export function createLoadMeter(
  state: StateRegistry,
  clock: Clock,
): { loadOf(virtual: string): VirtualLoad } {
  const samples = new Map<string, Sample>();
  return {
    loadOf(virtual) {
      const now = clock.monotonicMilliseconds();
      const last = samples.get(virtual);
      if (last !== undefined && now - last.at < shortestMilliseconds) return last.load;
      const statistics = state.statistics('ltm virtual', undefined, virtual) ?? {};
      const read = (name: string): number => leaf(statistics, name);
      const bits = read('clientside.bitsIn') + read('clientside.bitsOut');
      const packets = read('clientside.pktsIn') + read('clientside.pktsOut');
      const seconds = last === undefined ? Infinity : (now - last.at) / 1_000;
      const rate = (total: number, before: number): number =>
        Math.max(0, Math.round((total - before) / seconds));
      const load = {
        currentConnections: read('clientside.curConns'),
        bitsPerSecond: rate(bits, last?.bits ?? 0),
        packetsPerSecond: rate(packets, last?.packets ?? 0),
      };
      samples.set(virtual, { at: now, bits, packets, load });
      return load;
    },
  };
}

function leaf(statistics: Statistics, name: string): number {
  const value = statistics[name];
  return typeof value === 'number' ? value : 0;
}
