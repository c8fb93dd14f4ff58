/** `ltm traffic-matching-criteria`: lists of addresses and ports in place of one destination. Pure. */
import { type Prefix, addressOf, parsePrefix } from '../base/address.ts';
import { itemsValue, numberValue, textListValue, textValue } from '../config/property-values.ts';
import type { ComponentId, Properties } from '../catalogue/types.ts';
import type { ConfigView, EffectiveObject } from '../config/types.ts';
import { portOf } from './plan-pool.ts';

/** One destination and one source, with the ports. */
export interface Match {
  readonly destination: Prefix;
  /** Undefined: everybody. */
  readonly source: Prefix | undefined;
  /** Empty: any. */
  readonly ports: readonly number[];
}

const sides = {
  destination: { list: 'destination-address-list', inline: 'destination-address-inline' },
  source: { list: 'source-address-list', inline: 'source-address-inline' },
} as const;

const mostCombinations = 1024;

/** Undefined where the virtual server has none; a text says why it cannot be carried. */
export function matchesOf(
  view: ConfigView,
  virtual: EffectiveObject,
): readonly Match[] | string | undefined {
  const name = textValue(virtual.properties, 'traffic-matching-criteria');
  if (name === undefined) return undefined;
  const criteria = view.get('ltm traffic-matching-criteria', name);
  if (criteria === undefined) return `${name} was not found`;
  const { properties } = criteria;
  if (numberValue(properties, 'source-port-inline', 0) !== 0)
    return `the source port of ${name} is not looked at`;
  const destinations = prefixesOf(view, properties, 'destination');
  const sources = prefixesOf(view, properties, 'source');
  const ports = portsOf(view, properties);
  for (const one of [destinations, sources, ports]) {
    if (typeof one === 'string') return `${name}: ${one}`;
  }
  if (typeof destinations === 'string' || typeof sources === 'string' || typeof ports === 'string')
    return undefined;
  const families = new Set(destinations.map(({ address }) => address.family));
  if (families.size > 1)
    return `${name} has destinations of IPv4 and of IPv6: one virtual server each`;
  const clients = sources.filter(({ address }) => families.has(address.family));
  if (sources.length > 0 && clients.length === 0) return `${name} has no source of its family`;
  const matches = destinations.flatMap((destination) =>
    (clients.length === 0 ? [undefined] : clients).map((source) => ({
      destination,
      source: source === undefined || source.length === 0 ? undefined : source,
      ports,
    })),
  );
  if (matches.length === 0) return `${name} has no address that can be looked at`;
  if (matches.length * Math.max(1, ports.length) > mostCombinations)
    return `${name} has more than ${mostCombinations} combinations of addresses and ports`;
  return matches;
}

function prefixesOf(
  view: ConfigView,
  properties: Properties,
  side: keyof typeof sides,
): readonly Prefix[] | string {
  const names = sides[side];
  const list = textValue(properties, names.list);
  const inline = textValue(properties, names.inline) ?? 'any';
  if (list === undefined) {
    if (side === 'source' && isAny(inline)) return [];
    return prefixesIn(inline);
  }
  const entries = entriesOf(view, 'net address-list', list, 'addresses', 'address-lists');
  const prefixes: Prefix[] = [];
  for (const entry of entries) {
    const found = prefixesIn(entry);
    if (typeof found === 'string') return found;
    prefixes.push(...found);
  }
  return prefixes;
}

function isAny(text: string): boolean {
  return ['any', 'any6', '0.0.0.0/0', '::/0', '0.0.0.0', '::'].includes(text);
}

/** An address, a network, or a range of addresses. */
function prefixesIn(text: string): readonly Prefix[] | string {
  if (isAny(text)) {
    const address = addressOf(
      Array<number>(text.includes('6') || text.includes(':') ? 16 : 4).fill(0),
    );
    return [{ address, length: 0 }];
  }
  const [first = '', last] = text.split('-');
  const from = parsePrefix(first);
  if (from === undefined) return `"${text}" is no address`;
  if (from.address.routeDomain !== 0)
    return `route domain ${from.address.routeDomain} is not carried yet`;
  if (last === undefined) return [from];
  const to = parsePrefix(last);
  if (to?.address.family !== from.address.family) return `"${text}" is no range of addresses`;
  return rangeOf(from, to) ?? `"${text}" has more than ${mostCombinations} addresses`;
}

function rangeOf(from: Prefix, to: Prefix): readonly Prefix[] | undefined {
  const numberOf = ({ address }: Prefix): bigint =>
    address.bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  const [first, last] = [numberOf(from), numberOf(to)];
  if (last - first >= BigInt(mostCombinations)) return undefined;
  const size = from.address.bytes.length;
  const prefixes: Prefix[] = [];
  for (let number = first; number <= last; number += 1n) {
    const bytes = Array.from({ length: size }, (_, index) =>
      Number((number >> BigInt(8 * (size - 1 - index))) & 0xffn),
    );
    prefixes.push({ address: addressOf(bytes), length: size * 8 });
  }
  return prefixes;
}

/** Empty: any port. */
function portsOf(view: ConfigView, properties: Properties): readonly number[] | string {
  const list = textValue(properties, 'destination-port-list');
  const entries =
    list === undefined
      ? [textValue(properties, 'destination-port-inline') ?? '0']
      : entriesOf(view, 'net port-list', list, 'ports', 'port-lists');
  const ports = new Set<number>();
  for (const entry of entries) {
    const [first, last = first] = entry.split('-').map(portOf);
    if (first === undefined || last === undefined) return `"${entry}" is no port`;
    if (first === 0) return [];
    for (let port = first; port <= last && ports.size <= mostCombinations; port += 1) {
      ports.add(port);
    }
  }
  return ports.size === 0 ? 'there is no port' : [...ports].toSorted((a, b) => a - b);
}

/** Lists in lists, each once. */
function entriesOf(
  view: ConfigView,
  component: ComponentId,
  name: string,
  items: string,
  lists: string,
  seen: Set<string> = new Set(),
): readonly string[] {
  const object = view.get(component, name);
  if (object === undefined || seen.has(name)) return [];
  seen.add(name);
  return [
    ...itemsValue(object.properties, items).map((item) => item.name),
    ...textListValue(object.properties, lists).flatMap((inner) =>
      entriesOf(view, component, inner, items, lists, seen),
    ),
  ];
}
