/** Coefficients and factors of quality-of-service, by the metric that they scale. Pure. */
import type { Properties } from '../catalogue/types.ts';
import type { QosWeights } from './decision/snapshot-types.ts';
import { numberOf } from './values.ts';

export function readQosWeights(pool: Properties): QosWeights {
  return {
    hitRatio: numberOf(pool, 'qos-hit-ratio', 5),
    hops: numberOf(pool, 'qos-hops', 0),
    kilobytesPerSecond: numberOf(pool, 'qos-kilobytes-second', 3),
    linkCapacity: numberOf(pool, 'qos-lcs', 30),
    packetRate: numberOf(pool, 'qos-packet-rate', 1),
    roundTripTime: numberOf(pool, 'qos-rtt', 50),
    topology: numberOf(pool, 'qos-topology', 0),
    capacity: numberOf(pool, 'qos-vs-capacity', 0),
    score: numberOf(pool, 'qos-vs-score', 0),
  };
}

export function readQosFactors(balancing: Properties): QosWeights {
  return {
    hitRatio: numberOf(balancing, 'qos-factor-hit-ratio', 10_000),
    hops: numberOf(balancing, 'qos-factor-hops', 25),
    kilobytesPerSecond: numberOf(balancing, 'qos-factor-bps', 1_000_000),
    linkCapacity: numberOf(balancing, 'qos-factor-link-capacity', 1),
    packetRate: numberOf(balancing, 'qos-factor-packet-rate', 10_000),
    roundTripTime: numberOf(balancing, 'qos-factor-rtt', 10_000),
    topology: numberOf(balancing, 'qos-factor-topology', 10),
    capacity: numberOf(balancing, 'qos-factor-vs-capacity', 1),
    score: numberOf(balancing, 'qos-factor-vs-score', 1),
  };
}
