/**
 * Full proxies that share a listener: address and port of a new connection say whose. A map of addresses and not of
 * verdicts, so that one virtual server more has the kernel look at one element, not at the whole table. Pure.
 */
import { sharedPort } from '../classify.ts';
import type { VirtualPlan } from '../types.ts';
import { returnMark } from './marks.ts';

const families = [4, 6] as const;

/** Sets and maps whose elements a full proxy has. */
export const proxySets = [
  'closed4',
  'closed6',
  'silent4',
  'silent6',
  'shared4',
  'shared6',
  'on4',
  'on6',
] as const;
export type ProxySet = (typeof proxySets)[number];

/** Where a full proxy is: `key` of the set → what nft is told to add. */
export interface ProxyElement {
  readonly set: ProxySet;
  readonly key: string;
  readonly element: string;
}

export function sharedSetLines(): readonly string[] {
  return families.flatMap((family) => {
    const [type, place] = [`ipv${family}_addr`, `ipv${family}_addr . inet_service`];
    return [
      `map shared${family} { type ${place} : ${type}; }`,
      `map on${family} { type ifname . ${place} : ${type}; }`,
    ];
  });
}

export function sharedRuleLines(): readonly string[] {
  return families.flatMap((family) => {
    const ip = family === 4 ? 'ip' : 'ip6';
    const to = (place: string): string =>
      `fib daddr type local meta l4proto tcp tproxy ${ip} to ${place}:${sharedPort} meta mark set ${returnMark} accept`;
    return [
      to(`${ip} daddr . tcp dport map @shared${family}`),
      to(`iifname . ${ip} daddr . tcp dport map @on${family}`),
    ];
  });
}

/** `listener`: of the frontend that it shares; undefined: it has one of its own. */
export function elementsOf(
  virtual: VirtualPlan,
  listener: string | undefined,
  isClosed: boolean,
): readonly ProxyElement[] {
  const { family } = virtual.address;
  const place = `${virtual.address.text} . ${virtual.port}`;
  const all: ProxyElement[] = [];
  if (isClosed && !virtual.isClassified) {
    const how = virtual.isEnabled && virtual.dropsWhenDown ? 'silent' : 'closed';
    all.push({ set: `${how}${family}`, key: place, element: place });
  }
  if (listener === undefined) return all;
  if (virtual.interfaces === undefined) {
    const element = `${place} : ${listener}`;
    return [...all, { set: `shared${family}`, key: place, element }];
  }
  const each = virtual.interfaces.map((name): ProxyElement => {
    const key = `"${name}" . ${place}`;
    return { set: `on${family}`, key, element: `${key} : ${listener}` };
  });
  return [...all, ...each];
}

/** Of those that it had: what leads to a shared listener, if it is still to be reached there. */
export function keptElements(
  virtual: VirtualPlan,
  before: readonly ProxyElement[],
): readonly ProxyElement[] {
  const place = `${virtual.address.text} . ${virtual.port}`;
  return before.filter(({ set, key }) => !/^(?:closed|silent)/.test(set) && key.endsWith(place));
}
