/**
 * Links as ways into the network of a data center: what they may carry, what that costs, and what passes there, by what
 * devices of the data center say of their networks. Pure.
 */
import { parseAddress, parsePrefix, prefixContains, type Prefix } from '../base/address.ts';
import type { NetworkHealth } from '../iquery/types.ts';
import type { GtmLimits } from './limits.ts';

export interface LinkTerms {
  /** Of connections and packets; of bits in both directions together. */
  readonly limits: GtmLimits;
  /** Bits a second; undefined: no limit. */
  readonly inbound: number | undefined;
  readonly outbound: number | undefined;
  readonly weighting: 'ratio' | 'price-dynamic';
  readonly ratio: number;
  /** The larger direction is billed, not the sum of both. */
  readonly isDuplexBilled: boolean;
  /** Bits a second that cost nothing more. */
  readonly prepaid: number;
  /** By the bits a second that each reaches up to. */
  readonly segments: readonly { readonly upTo: number; readonly price: number }[];
}

export interface LinkLoad {
  readonly bitsIn: number;
  readonly bitsOut: number;
  readonly packets: number;
}

/** Which limit of a direction, in words; undefined: none. */
export function directionExcess(
  { inbound, outbound }: LinkTerms,
  load: LinkLoad,
): string | undefined {
  const compare = (name: string, limit: number | undefined, value: number): string | undefined =>
    limit !== undefined && value > limit ? `${name} exceeded: ${value} of ${limit}` : undefined;
  return (
    compare('limit-max-inbound-bps', inbound, load.bitsIn) ??
    compare('limit-max-outbound-bps', outbound, load.bitsOut)
  );
}

/**
 * What a link has to give, for quality-of-service: the percentage that is free of its scarcest limit (100 without
 * limits), times its ratio, or divided by one more than the price of the next megabit. Whole numbers, so that small talk
 * moves nothing. BIG-IP does not publish its formula.
 */
export function linkCapacity(terms: LinkTerms, load: LinkLoad): number {
  const { bitsIn, bitsOut } = load;
  const free = (limit: number | undefined, used: number): number =>
    limit === undefined ? 1 : limit === 0 ? 0 : Math.max(0, 1 - used / limit);
  const share = Math.min(
    free(terms.limits.bitsPerSecond, bitsIn + bitsOut),
    free(terms.limits.packetsPerSecond, load.packets),
    free(terms.inbound, bitsIn),
    free(terms.outbound, bitsOut),
  );
  const percent = share * 100;
  if (terms.weighting === 'ratio') return Math.round(percent * terms.ratio);
  return Math.round(percent / (1 + priceOf(terms, load)));
}

/** Of one more megabit a second; with neither segments nor anything prepaid every link costs the same. */
export function priceOf(terms: LinkTerms, { bitsIn, bitsOut }: LinkLoad): number {
  const billed = terms.isDuplexBilled ? Math.max(bitsIn, bitsOut) : bitsIn + bitsOut;
  if (billed < terms.prepaid) return 0;
  const segment = terms.segments.find(({ upTo }) => billed < upTo) ?? terms.segments.at(-1);
  return segment?.price ?? 1;
}

/** Of all that pass networks with one of the routers in it, all devices together. */
export function loadOfRouters(
  routers: readonly string[],
  networks: readonly NetworkHealth[],
): LinkLoad {
  const addresses = routers.flatMap((router) => parseAddress(router) ?? []);
  const sum = { bitsIn: 0, bitsOut: 0, packets: 0 };
  for (const network of networks) {
    const prefix = prefixOf(network);
    if (!addresses.some((address) => prefixContains(prefix, address))) continue;
    sum.bitsIn += network.bitsInPerSecond;
    sum.bitsOut += network.bitsOutPerSecond;
    sum.packets += network.packetsPerSecond;
  }
  return sum;
}

const prefixes = new WeakMap<NetworkHealth, Prefix>();
/** Contains nothing that is a router. */
const noPrefix: Prefix = {
  address: { family: 4, bytes: [0, 0, 0, 0], routeDomain: 0, text: '' },
  length: 32,
};

export function prefixOf(network: NetworkHealth): Prefix {
  const known = prefixes.get(network);
  if (known !== undefined) return known;
  const prefix = parsePrefix(network.network) ?? noPrefix;
  prefixes.set(network, prefix);
  return prefix;
}
