/** What the configuration says of measuring ways to resolvers, and whether it asks for it at all. Pure. */
import { parsePrefix, type Prefix } from '../../base/address.ts';
import type { Properties } from '../../catalogue/types.ts';
import type { ConfigView } from '../../config/types.ts';
import { pathProtocols, type PathProtocol } from '../../monitor/path/path-plan.ts';
import type { GtmPool, GtmServer } from '../objects.ts';

import { numberOf, textOf } from '../values.ts';

export interface PathSettings {
  /** From where ways are measured; empty: no method asks for it, and nobody is probed. */
  readonly datacenters: readonly string[];
  readonly countsHops: boolean;
  readonly protocols: readonly PathProtocol[];
  readonly probes: number;
  readonly hopsSamples: number;
  readonly hopsTimeoutSeconds: number;
  readonly hopsPacketBytes: number;
  /** How long round trip and completion hold; Infinity: until the way is forgotten. */
  readonly pathMilliseconds: number;
  readonly hopsMilliseconds: number;
  readonly retryMilliseconds: number;
  /** A resolver that has not asked for so long is forgotten. */
  readonly inactiveMilliseconds: number;
  /** Networks of resolvers that are left alone. */
  readonly exclusions: readonly Prefix[];
}

export function readPathSettings(
  view: ConfigView,
  pools: readonly GtmPool[],
  servers: readonly GtmServer[],
): PathSettings {
  const metrics: Properties = view.get('gtm global-settings metrics', '')?.properties ?? {};
  const balancing = view.get('gtm global-settings load-balancing', '')?.properties ?? {};
  const { properties: excluded = {} } =
    view.get('gtm global-settings metrics-exclusions', '') ?? {};
  const milliseconds = (name: string, preset: number): number =>
    numberOf(metrics, name, preset) * 1_000;
  const wanted = metrics['metrics-collection-protocols'];
  const asking = pools.map((pool) => ({ pool, ...askedBy(pool) }));
  const placeOf = new Map(servers.map(({ datacenter, name }) => [name, datacenter]));
  const datacenters = asking
    .filter(({ asksHops, asksTimes }) => asksHops || asksTimes)
    .flatMap(({ pool }) => pool.members.flatMap(({ server }) => placeOf.get(server) ?? []));
  const keepsOld = textOf(balancing, 'ignore-path-ttl', 'no') === 'yes';
  return {
    datacenters: [...new Set(datacenters)].toSorted(),
    countsHops: asking.some(({ asksHops }) => asksHops),
    protocols: Array.isArray(wanted)
      ? pathProtocols.filter((protocol) => wanted.includes(protocol))
      : ['icmp'],
    probes: numberOf(metrics, 'default-probe-limit', 12),
    hopsSamples: numberOf(metrics, 'hops-sample-count', 3),
    hopsTimeoutSeconds: numberOf(metrics, 'hops-timeout', 3),
    hopsPacketBytes: numberOf(metrics, 'hops-packet-length', 64),
    pathMilliseconds: keepsOld ? Infinity : milliseconds('path-ttl', 2_400),
    hopsMilliseconds: milliseconds('hops-ttl', 604_800),
    retryMilliseconds: milliseconds('paths-retry', 120),
    inactiveMilliseconds: milliseconds('inactive-ldns-ttl', 2_419_200),
    exclusions: itemTexts(excluded['addresses']).flatMap((text) => parsePrefix(text) ?? []),
  };
}

function itemTexts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** What its methods compare members by. */
export function askedBy({ alternate, fallback, preferred, qos }: GtmPool): {
  readonly asksTimes: boolean;
  readonly asksHops: boolean;
} {
  const methods = [preferred, alternate, fallback];
  const usesQuality = methods.includes('quality-of-service');
  return {
    asksTimes:
      methods.includes('lowest-round-trip-time') ||
      methods.includes('completion-rate') ||
      (usesQuality && (qos.roundTripTime > 0 || qos.hitRatio > 0)),
    asksHops: methods.includes('fewest-hops') || (usesQuality && qos.hops > 0),
  };
}
