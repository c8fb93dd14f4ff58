/**
 * Which resolvers' ways are known, which are to be measured, and by when: bounded, and told the time. Pure.
 *
 * A way that was answered is measured again when its time (`path-ttl`) is nearly over and its resolver still asks; one that
 * was not, after `paths-retry`. Who has not asked for long is forgotten.
 */
import { prefixContains, parseAddress } from '../../base/address.ts';
import type { PathMetricMessage, SharedPathMessage } from '../../iquery/types.ts';
import type { KnownPath } from '../protocol.ts';
import type { PathSettings } from './path-settings.ts';

/** Resolvers; who asked longest ago gives way. */
const mostResolvers = 4_096;
/** Asked for, and not answered: the device may have gone. */
const patienceMilliseconds = 90_000;
/** Measured again after this part of its time, so that there is always something to go by. */
const renewalShare = 0.8;
/** What holds for ever is told as this. */
const longestMilliseconds = 10 * 365 * 86_400_000;

interface Way {
  /** When it was asked for; undefined: nobody is at it. */
  askedAt: number | undefined;
  hopsAskedWith: boolean;
  measured: Measured | undefined;
}

interface Measured {
  readonly device: string;
  readonly protocol: string;
  readonly roundTripMilliseconds: number | undefined;
  readonly completionPercent: number;
  readonly at: number;
  readonly hops: number | undefined;
  readonly hopsAt: number;
}

interface Resolver {
  askedAt: number;
  readonly ways: Map<string, Way>;
}

export interface DueWay {
  readonly client: string;
  readonly countsHops: boolean;
}

/** A row of `show gtm path`. */
export interface ShownWay {
  readonly client: string;
  readonly datacenter: string;
  readonly measured: Measured | undefined;
  readonly isAsked: boolean;
}

export class PathKeeper {
  #settings: PathSettings | undefined;
  readonly #resolvers = new Map<string, Resolver>();

  configure(settings: PathSettings): void {
    this.#settings = settings;
    const wanted = new Set(settings.datacenters);
    for (const [client, { ways }] of this.#resolvers) {
      for (const datacenter of ways.keys()) if (!wanted.has(datacenter)) ways.delete(datacenter);
      if (wanted.size === 0) this.#resolvers.delete(client);
    }
  }

  /** A decision wanted to know their ways. */
  want(clients: readonly string[], now: number): void {
    if (this.#settings === undefined || this.#settings.datacenters.length === 0) return;
    for (const client of clients) {
      const known = this.#resolvers.get(client);
      // To the end: who comes first has waited longest.
      this.#resolvers.delete(client);
      if (this.#isExcluded(client)) continue;
      const ways = known?.ways ?? new Map<string, Way>();
      this.#resolvers.set(client, { askedAt: now, ways });
    }
    for (const client of this.#resolvers.keys()) {
      if (this.#resolvers.size <= mostResolvers) return;
      this.#resolvers.delete(client);
    }
  }

  /** What a device of the data center is to measure now, at most so many; they count as asked for. */
  take(datacenter: string, most: number, now: number): readonly DueWay[] {
    const settings = this.#settings;
    if (settings === undefined) return [];
    const due: DueWay[] = [];
    for (const [client, resolver] of this.#resolvers) {
      if (due.length >= most) break;
      if (now - resolver.askedAt > settings.inactiveMilliseconds) {
        this.#resolvers.delete(client);
        continue;
      }
      const way = resolver.ways.get(datacenter) ?? newWay();
      resolver.ways.set(datacenter, way);
      const next = dueOf(way, resolver.askedAt, settings, now);
      if (next === undefined) continue;
      way.askedAt = now;
      way.hopsAskedWith = next.countsHops;
      due.push({ client, ...next });
    }
    return due;
  }

  /** What a device says of ways that begin in its data center; those that were not asked for are passed over. */
  hear(
    datacenter: string,
    device: string,
    told: readonly PathMetricMessage[],
    now: number,
  ): readonly KnownPath[] {
    return told.flatMap((metric) => {
      const way = this.#resolvers.get(metric.address)?.ways.get(datacenter);
      if (way?.askedAt === undefined) return [];
      way.askedAt = undefined;
      if (metric.isRefused) return [];
      way.measured = measuredOf(way, metric, device, now);
      return this.#known(metric.address, datacenter, way.measured, now);
    });
  }

  /** For other members of the group: what is known of these ways, or of all. */
  shared(now: number, of?: readonly KnownPath[]): readonly SharedPathMessage[] {
    const wanted = of?.map(({ client, datacenter }) => `${client} ${datacenter}`);
    return this.list().flatMap(({ client, datacenter, measured }) => {
      const isWanted = wanted === undefined || wanted.includes(`${client} ${datacenter}`);
      return measured === undefined || !isWanted ? [] : sharedOf(client, datacenter, measured, now);
    });
  }

  /** Of another member, who had it measured: as if it had been here. Older news than ours are passed over. */
  learn(told: readonly SharedPathMessage[], now: number): readonly KnownPath[] {
    return told.flatMap((shared) => {
      const { datacenter, metric, milliseconds } = shared;
      if (this.#settings?.datacenters.includes(datacenter) !== true) return [];
      const client = parseAddress(metric.address)?.text;
      if (client === undefined || metric.isRefused || this.#isExcluded(client)) return [];
      const at = now - milliseconds;
      const known = this.#resolvers.get(client);
      if (known === undefined && this.#resolvers.size >= mostResolvers) return [];
      // It has not asked here: renewing is left to where it does.
      const resolver = known ?? { askedAt: at - 1, ways: new Map<string, Way>() };
      this.#resolvers.set(client, resolver);
      const way = resolver.ways.get(datacenter) ?? newWay();
      resolver.ways.set(datacenter, way);
      if (way.measured !== undefined && way.measured.at >= at) return [];
      way.askedAt = undefined;
      way.measured = learned(shared, now);
      return this.#known(client, datacenter, way.measured, now);
    });
  }

  /** All that holds: for a dns process that knows nothing. */
  known(now: number): readonly KnownPath[] {
    return this.list().flatMap(({ client, datacenter, measured }) =>
      measured === undefined ? [] : this.#known(client, datacenter, measured, now),
    );
  }

  list(): readonly ShownWay[] {
    return [...this.#resolvers].flatMap(([client, { ways }]) =>
      [...ways].map(([datacenter, { askedAt, measured }]) => {
        return { client, datacenter, measured, isAsked: askedAt !== undefined };
      }),
    );
  }

  #known(
    client: string,
    datacenter: string,
    measured: Measured,
    now: number,
  ): readonly KnownPath[] {
    const settings = this.#settings;
    if (settings === undefined) return [];
    const { at, completionPercent, hops, hopsAt, roundTripMilliseconds } = measured;
    const left = (life: number, from: number): number =>
      Math.min(Math.max(from + life - now, 0), longestMilliseconds);
    const known: KnownPath = {
      client,
      datacenter,
      completionPercent,
      ...(roundTripMilliseconds !== undefined && { roundTripMilliseconds }),
      milliseconds: left(settings.pathMilliseconds, at),
      ...(hops !== undefined && { hops }),
      hopsMilliseconds: hops === undefined ? 0 : left(settings.hopsMilliseconds, hopsAt),
    };
    return [known];
  }

  #isExcluded(client: string): boolean {
    const address = parseAddress(client);
    if (address === undefined) return true;
    return this.#settings?.exclusions.some((prefix) => prefixContains(prefix, address)) === true;
  }
}

function newWay(): Way {
  return { askedAt: undefined, hopsAskedWith: false, measured: undefined };
}

/** Undefined: nothing is to be measured now. */
function dueOf(
  { askedAt, measured }: Way,
  clientAskedAt: number,
  settings: PathSettings,
  now: number,
): Pick<DueWay, 'countsHops'> | undefined {
  if (askedAt !== undefined && now - askedAt < patienceMilliseconds) return undefined;
  if (measured === undefined) return { countsHops: settings.countsHops };
  // Nobody asks any more: what is known ends.
  if (clientAskedAt < measured.at) return undefined;
  const isAnswered = measured.protocol !== '';
  const life = isAnswered ? settings.pathMilliseconds * renewalShare : settings.retryMilliseconds;
  const lacksHops = settings.countsHops && measured.hops === undefined;
  const isHopsDue =
    settings.countsHops &&
    now - measured.hopsAt >
      (lacksHops ? settings.retryMilliseconds : settings.hopsMilliseconds * renewalShare);
  if (now - measured.at <= life && !isHopsDue) return undefined;
  return { countsHops: isHopsDue };
}

function sharedOf(
  address: string,
  datacenter: string,
  measured: Measured,
  now: number,
): readonly SharedPathMessage[] {
  const { at, completionPercent, device, hops = 0, hopsAt, protocol } = measured;
  const roundTripMicroseconds = Math.round((measured.roundTripMilliseconds ?? 0) * 1_000);
  const rest = { completionPercent, hops, isRefused: false };
  const metric = { address, protocol, roundTripMicroseconds, ...rest };
  const countsHops = Number.isFinite(hopsAt);
  const hopsMilliseconds = countsHops ? Math.round(now - hopsAt) : 0;
  const milliseconds = Math.round(now - at);
  return [{ datacenter, device, metric, milliseconds, countsHops, hopsMilliseconds }];
}

function learned(
  { countsHops, device, hopsMilliseconds, metric, milliseconds }: SharedPathMessage,
  now: number,
): Measured {
  const { completionPercent, hops, protocol, roundTripMicroseconds } = metric;
  return {
    device,
    protocol,
    roundTripMilliseconds: protocol === '' ? undefined : roundTripMicroseconds / 1_000,
    completionPercent: Math.min(completionPercent, 100),
    at: now - milliseconds,
    hops: hops === 0 ? undefined : hops,
    hopsAt: countsHops ? now - hopsMilliseconds : -Infinity,
  };
}

function measuredOf(way: Way, metric: PathMetricMessage, device: string, now: number): Measured {
  const { completionPercent, hops, protocol, roundTripMicroseconds } = metric;
  const former = way.measured;
  const counted = way.hopsAskedWith
    ? { hops: hops === 0 ? undefined : hops, hopsAt: now }
    : { hops: former?.hops, hopsAt: former?.hopsAt ?? -Infinity };
  return {
    device,
    protocol,
    roundTripMilliseconds: protocol === '' ? undefined : roundTripMicroseconds / 1_000,
    completionPercent: Math.min(completionPercent, 100),
    at: now,
    ...counted,
  };
}
