/**
 * Topology (reference 1.4): the score of a candidate for a client is that of the first record whose both
 * sides match. Records are indexed by their resolver side, so that a query looks only at those that match,
 * and what matched is remembered for a bounded number of clients. Pure but for that memory.
 */
import { addressOf, parsePrefix } from '../../base/address.ts';
import type { Locate, Location } from '../geography/location.ts';
import type { Place, SnapshotTopology, TopologyRecord } from './snapshot-types.ts';

/** What a place can be compared with: a client, a pool, or a member. */
export interface Subject {
  readonly bytes: readonly number[] | Uint8Array;
  readonly location: Location | undefined;
  readonly pool?: string;
  readonly datacenter?: string;
}

export interface Topology {
  readonly isEmpty: boolean;
  /** What it was made of. */
  readonly source: SnapshotTopology;
  readonly locate: Locate;
  /** Records whose resolver side matches, in order. */
  recordsFor(
    /** Tells clients apart: found without a look at the address. */
    key: string,
    bytesOf: () => readonly number[] | Uint8Array,
  ): readonly TopologyRecord[];
  /** First of the records whose server side matches. */
  match(records: readonly TopologyRecord[], candidate: Subject): TopologyRecord | undefined;
  subject(
    bytes: readonly number[] | Uint8Array,
    more?: { readonly datacenter?: string | undefined; readonly pool?: string },
  ): Subject;
}

const rememberedClients = 10_000;
/** Regions may hold regions, so deep. */
const deepestRegion = 16;

export function compileTopology(topology: SnapshotTopology, locate: Locate): Topology {
  const atlas: Atlas = {
    regions: new Map(topology.regions.map((region) => [region.name, region.members])),
    networks: new Map(),
  };
  const matches = (place: Place, subject: Subject): boolean =>
    matchesPlace(place, subject, atlas, deepestRegion);
  const index = indexRecords(topology.records, matches);
  const remembered = new Map<string, readonly TopologyRecord[]>();
  const kinds = new Map<string, readonly TopologyRecord[]>();
  // Clients of whom the same records speak get the same list, so that what follows from it is worked out once.
  const oneOf = (found: Numbered): readonly TopologyRecord[] => {
    const kind = found.map(({ at }) => at).join();
    const known = kinds.get(kind);
    if (known !== undefined) return known;
    if (kinds.size >= rememberedClients) kinds.clear();
    const list = found.map(({ record }) => record);
    kinds.set(kind, list);
    return list;
  };
  const isEmpty = topology.records.length === 0;
  // Nobody compares where there are no records: 400,000 members need no place of their own.
  const subject: Topology['subject'] = (bytes, more) =>
    isEmpty ? nowhere : newSubject(bytes, locate, more);
  return {
    isEmpty,
    source: topology,
    locate,
    subject,
    recordsFor(key, bytesOf) {
      if (isEmpty) return topology.records;
      const known = remembered.get(key);
      if (known !== undefined) return known;
      const found = oneOf(index(subject(bytesOf())));
      remembered.set(key, found);
      if (remembered.size > rememberedClients) {
        const oldest = remembered.keys().next();
        if (oldest.done !== true) remembered.delete(oldest.value);
      }
      return found;
    },
    match: (records, candidate) => records.find((record) => matches(record.server, candidate)),
  };
}

const nowhere: Subject = { bytes: [], location: undefined };

/** Where it is, is looked up when a record asks for it. */
function newSubject(
  bytes: readonly number[] | Uint8Array,
  locate: Locate,
  more: { readonly datacenter?: string | undefined; readonly pool?: string } = {},
): Subject {
  let location: Location | undefined;
  let isKnown = false;
  return {
    bytes,
    get location() {
      if (!isKnown && bytes.length > 0) location = locate(bytes);
      isKnown = true;
      return location;
    },
    ...(more.pool !== undefined && { pool: more.pool }),
    ...(more.datacenter !== undefined && { datacenter: more.datacenter }),
  };
}

interface Atlas {
  readonly regions: ReadonlyMap<string, readonly Place[]>;
  /** Subnets as they are compared; at most as many as the topology names. */
  readonly networks: Map<string, { readonly length: number; readonly key: string }>;
}

type Matches = (place: Place, subject: Subject) => boolean;
type Numbered = readonly { readonly at: number; readonly record: TopologyRecord }[];

function indexRecords(
  records: readonly TopologyRecord[],
  matches: Matches,
): (client: Subject) => Numbered {
  const keyed = new Map<string, { at: number; record: TopologyRecord }[]>();
  const lengths = { 4: new Set<number>(), 16: new Set<number>() };
  const slow: { at: number; record: TopologyRecord }[] = [];
  for (const [at, record] of records.entries()) {
    const key = keyOf(record.ldns, lengths);
    if (key === undefined) slow.push({ at, record });
    else {
      const same = keyed.get(key);
      if (same === undefined) keyed.set(key, [{ at, record }]);
      else same.push({ at, record });
    }
  }
  return (client) => {
    const found: { at: number; record: TopologyRecord }[] = [];
    for (const key of keysOf(client, lengths)) found.push(...(keyed.get(key) ?? []));
    found.push(...matchingSlowly(slow, client, matches));
    return found.toSorted((a, b) => a.at - b.at);
  };
}

/** Regions and negations: each distinct place is asked once. */
function matchingSlowly(slow: Numbered, client: Subject, matches: Matches): Numbered {
  const verdicts = new Map<string, boolean>();
  return slow.filter(({ record: { ldns } }) => {
    const key = `${ldns.negated ? 'not ' : ''}${ldns.kind} ${ldns.value}`;
    const verdict = verdicts.get(key) ?? matches(ldns, client);
    verdicts.set(key, verdict);
    return verdict;
  });
}

type Lengths = Readonly<Record<4 | 16, Set<number>>>;

/** Undefined for a place that has to be compared. */
function keyOf(place: Place, lengths: Lengths): string | undefined {
  if (place.negated) return undefined;
  switch (place.kind) {
    case 'subnet': {
      const prefix = parsePrefix(place.value);
      if (prefix === undefined) return undefined;
      const { bytes } = prefix.address;
      lengths[bytes.length === 4 ? 4 : 16].add(prefix.length);
      return `subnet ${masked(bytes, prefix.length)}`;
    }
    case 'country':
    case 'continent':
    case 'state':
    case 'isp':
      return `${place.kind} ${place.value}`;
    default:
      return undefined;
  }
}

function keysOf(client: Subject, lengths: Lengths): readonly string[] {
  const { bytes, location } = client;
  const size = bytes.length === 4 ? 4 : 16;
  return [
    ...[...lengths[size]].map((length) => `subnet ${masked(bytes, length)}`),
    `country ${location?.country ?? '--'}`,
    `continent ${location?.continent ?? '--'}`,
    `state ${location?.state?.toLowerCase() ?? ''}`,
    `isp ${location?.isp?.toLowerCase() ?? ''}`,
  ];
}

function masked(bytes: readonly number[] | Uint8Array, length: number): string {
  let left = length;
  let text = `${bytes.length}/${length}`;
  for (let index = 0; left > 0; index += 1) {
    const mask = left >= 8 ? 0xff : (0xff << (8 - left)) & 0xff;
    text += `.${(bytes[index] ?? 0) & mask}`;
    left -= 8;
  }
  return text;
}

/**
 * What a place cannot be compared with never matches, negated or not: pools are in no data center, members
 * are no pools.
 */
function matchesPlace(place: Place, subject: Subject, atlas: Atlas, depth: number): boolean {
  const verdict = compare(place, subject, atlas, depth);
  return verdict === undefined ? false : verdict !== place.negated;
}

function compare(place: Place, subject: Subject, atlas: Atlas, depth: number): boolean | undefined {
  const { location } = subject;
  switch (place.kind) {
    case 'subnet':
      return subject.bytes.length === 0 ? undefined : isWithin(subject.bytes, place.value, atlas);
    case 'pool':
      return subject.pool === undefined ? undefined : subject.pool === place.value;
    case 'datacenter':
      return subject.datacenter === undefined ? undefined : subject.datacenter === place.value;
    case 'country':
      return subject.bytes.length === 0 ? undefined : (location?.country ?? '--') === place.value;
    case 'continent':
      return subject.bytes.length === 0 ? undefined : (location?.continent ?? '--') === place.value;
    case 'state':
      return subject.bytes.length === 0
        ? undefined
        : location?.state?.toLowerCase() === place.value;
    case 'isp':
      return subject.bytes.length === 0 ? undefined : location?.isp?.toLowerCase() === place.value;
    case 'region':
      return depth === 0
        ? false
        : isInRegion(atlas.regions.get(place.value), subject, atlas, depth - 1);
  }
}

/** What a region leaves out stays out, however wide or narrow the other members are. */
function isInRegion(
  members: readonly Place[] | undefined,
  subject: Subject,
  atlas: Atlas,
  depth: number,
): boolean {
  if (members === undefined || members.length === 0) return false;
  const positive = members.filter((member) => !member.negated);
  const isLeftOut = members.some(
    (member) => member.negated && compare(member, subject, atlas, depth) === true,
  );
  if (isLeftOut) return false;
  if (positive.some((member) => compare(member, subject, atlas, depth) === true)) return true;
  return (
    positive.length === 0 &&
    members.some((member) => compare(member, subject, atlas, depth) === false)
  );
}

function isWithin(
  bytes: readonly number[] | Uint8Array,
  text: string,
  { networks }: Atlas,
): boolean {
  let network = networks.get(text);
  if (network === undefined) {
    const prefix = parsePrefix(text);
    const length = prefix?.length ?? 0;
    network = { length, key: prefix === undefined ? '' : masked(prefix.address.bytes, length) };
    networks.set(text, network);
  }
  return masked(bytes, network.length) === network.key;
}

/** For traces: what is known of a place. */
export function describeLocation(subject: Subject): string {
  const { bytes, location } = subject;
  const address = bytes.length === 0 ? 'no address' : addressOf([...bytes]).text;
  if (location === undefined) return `${address}: place unknown`;
  const { continent = '--', country = '--', isp, state } = location;
  const more = [state, isp].filter((text) => text !== undefined);
  return `${address}: ${[continent, country, ...more].join(', ')}`;
}
