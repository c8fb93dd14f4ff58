/** Coefficients and factors of quality-of-service, by the metric that they scale. Pure. */
import type { Properties } from '../catalogue/types.ts';
import type { QosWeights } from './decision/snapshot-types.ts';
import { numberOf } from './values.ts';

const presets: QosWeights = {
  hitRatio: 5,
  hops: 0,
  kilobytesPerSecond: 3,
  linkCapacity: 30,
  packetRate: 1,
  roundTripTime: 50,
  topology: 0,
  capacity: 0,
  score: 0,
};

export function readQosWeights(pool: Properties): QosWeights {
  const read = (name: string, preset: number): number => numberOf(pool, `qos-${name}`, preset);
  return {
    hitRatio: read('hit-ratio', presets.hitRatio),
    hops: read('hops', presets.hops),
    kilobytesPerSecond: read('kilobytes-second', presets.kilobytesPerSecond),
    linkCapacity: read('lcs', presets.linkCapacity),
    packetRate: read('packet-rate', presets.packetRate),
    roundTripTime: read('rtt', presets.roundTripTime),
    topology: read('topology', presets.topology),
    capacity: read('vs-capacity', presets.capacity),
    score: read('vs-score', presets.score),
  };
}

export function readQosFactors(balancing: Properties): QosWeights {
  const read = (name: string, preset: number): number =>
    numberOf(balancing, `qos-factor-${name}`, preset);
  return {
    hitRatio: read('hit-ratio', 10_000),
    hops: read('hops', 25),
    kilobytesPerSecond: read('bps', 1_000_000),
    linkCapacity: read('link-capacity', 1),
    packetRate: read('packet-rate', 10_000),
    roundTripTime: read('rtt', 10_000),
    topology: read('topology', 10),
    capacity: read('vs-capacity', 1),
    score: read('vs-score', 1),
  };
}
