/** Places of topology records and regions: `not subnet 10.0.0.0/8`, `country DE`. Pure. */
import { parsePrefix, printPrefix } from '../../base/address.ts';
import type { Place, PlaceKind, TopologyRecord } from './snapshot-types.ts';

const kinds: Readonly<Record<string, PlaceKind>> = {
  subnet: 'subnet',
  region: 'region',
  continent: 'continent',
  country: 'country',
  state: 'state',
  isp: 'isp',
  'geoip-isp': 'isp',
  pool: 'pool',
  datacenter: 'datacenter',
};

/** Undefined when it is none; the catalogue lets no such text in. */
export function readPlace(text: string): Place | undefined {
  const [, not, word = '', rest = ''] = /^\s*(not\s+)?(\S+)\s+"?(.*?)"?\s*$/.exec(text) ?? [];
  const kind = kinds[word];
  if (kind === undefined || rest === '') return undefined;
  const value = canonicalValue(kind, rest);
  return value === undefined ? undefined : { negated: not !== undefined, kind, value };
}

function canonicalValue(kind: PlaceKind, text: string): string | undefined {
  switch (kind) {
    case 'subnet': {
      const prefix = parsePrefix(text);
      return prefix && printPrefix(prefix);
    }
    case 'region':
    case 'pool':
    case 'datacenter':
      return text.startsWith('/') ? text : `/Common/${text}`;
    case 'continent':
    case 'country':
      // "--(Unknown)", and codes that are followed by their names.
      return text.replace(/[(\s].*$/, '').toUpperCase();
    case 'state':
    case 'isp':
      return text.toLowerCase();
  }
}

export function readTopologyRecord(name: string, score: number): TopologyRecord | undefined {
  const [, from = '', to = ''] = /^\s*ldns:(.*?)server:(.*)$/s.exec(name) ?? [];
  const [ldns, server] = [readPlace(from), readPlace(to)];
  return ldns && server && { name, ldns, server, score };
}

/** Narrow kinds first. Region, isp, country, continent are BIG-IP's (K14284); the rest is from memory. */
const ranks: Readonly<Record<PlaceKind, number>> = {
  subnet: 0,
  region: 1,
  isp: 2,
  state: 3,
  country: 4,
  continent: 5,
  datacenter: 6,
  pool: 7,
};

/** What topology-longest-match does: each resolver meets its narrowest record first. */
export function sortedByLongestMatch(
  records: readonly TopologyRecord[],
): readonly TopologyRecord[] {
  return records.toSorted(
    (a, b) =>
      comparePlaces(a.ldns, b.ldns) || comparePlaces(a.server, b.server) || b.score - a.score,
  );
}

function comparePlaces(a: Place, b: Place): number {
  return (
    Number(a.negated) - Number(b.negated) ||
    ranks[a.kind] - ranks[b.kind] ||
    prefixLength(b) - prefixLength(a)
  );
}

function prefixLength(place: Place): number {
  return place.kind === 'subnet' ? Number(place.value.slice(place.value.indexOf('/') + 1)) : 0;
}
