/** Configuration and statuses → what the dns process answers from. Pure. */
import { parseAddress } from '../../base/address.ts';
import type { Properties } from '../../catalogue/types.ts';
import type { ConfigView } from '../../config/types.ts';
import { responseCode, type ResponseCodeName } from '../../base/dns/constants.ts';
import type { VirtualLoad } from '../health/merge.ts';
import {
  memberKey,
  typedKey,
  type GtmObjects,
  type GtmStatus,
  type GtmStatuses,
  type MemberStatus,
} from '../health/words.ts';
import { itemsOf, type GtmPool, type GtmPoolMember, type GtmWideIp } from '../objects.ts';
import { readQosFactors } from '../qos.ts';
import { numberOf, textOf } from '../values.ts';
import { nameRecord } from './name-records.ts';
import { readPlace, readTopologyRecord, sortedByLongestMatch } from './place.ts';
import { isScored } from './scores.ts';
import {
  snapshotVersion,
  type DecisionLogPart,
  type GtmSnapshot,
  type MemberLoad,
  type SnapshotMember,
  type SnapshotPool,
  type SnapshotSettings,
  type SnapshotTopology,
  type SnapshotWideIp,
} from './snapshot-types.ts';

export function buildSnapshot(
  view: ConfigView,
  objects: GtmObjects,
  statuses: GtmStatuses,
): GtmSnapshot {
  const places = new Map(
    objects.pools.map((pool, index) => [typedKey(pool.type, pool.name), index]),
  );
  const balancing = view.get('gtm global-settings load-balancing', '')?.properties ?? {};
  const general = view.get('gtm global-settings general', '')?.properties ?? {};
  const apps = appsOf(objects);
  return {
    version: snapshotVersion,
    sequence: view.sequence,
    settings: settingsOf(general, balancing),
    topology: topologyOf(view, balancing),
    pools: objects.pools.map((pool) => poolOf(pool, statuses)),
    wideIps: objects.wideIps.map((wideIp) => {
      const app = apps.get(wideIp);
      return { ...wideIpOf(wideIp, places, balancing), ...app };
    }),
  };
}

/** What belonging to an application adds to a wide IP; of several the first counts, as they are written. */
function appsOf({
  apps = [],
  wideIps,
}: GtmObjects): ReadonlyMap<GtmWideIp, Pick<SnapshotWideIp, 'app'> & { enabled?: false }> {
  const found = new Map<GtmWideIp, Pick<SnapshotWideIp, 'app'> & { enabled?: false }>();
  for (const { isEnabled, level, name, persistence, wideIps: names } of apps) {
    const places = wideIps.flatMap((wideIp, at) =>
      names.has(wideIp.name) && (wideIp.type === 'a' || wideIp.type === 'aaaa') ? [at] : [],
    );
    const needs = level === 'wideip' ? places : [];
    const app = { name, needs, ...(persistence && { persistence }) };
    for (const at of places) {
      const wideIp = wideIps[at];
      if (wideIp === undefined || found.has(wideIp)) continue;
      found.set(wideIp, { app, ...(!isEnabled && { enabled: false }) });
    }
  }
  return found;
}

function settingsOf(general: Properties, balancing: Properties): SnapshotSettings {
  const says = (properties: Properties, name: string, preset: string): boolean =>
    textOf(properties, name, preset) === 'yes';
  const nameserver = textOf(general, 'wideip-zone-nameserver', 'this.name.is.invalid.');
  return {
    verifiesAvailability: says(balancing, 'verify-vs-availability', 'yes'),
    fallbackRespectsAvailability: says(balancing, 'respect-fallback-dependency', 'no'),
    drainsPersistentRequests: says(general, 'drain-persistent-requests', 'yes'),
    topologyAllowsZeroScores: says(balancing, 'topology-allow-zero-scores', 'yes'),
    staticPersistCidrIpv4: numberOf(general, 'static-persist-cidr-ipv4', 32),
    staticPersistCidrIpv6: numberOf(general, 'static-persist-cidr-ipv6', 128),
    qosFactors: readQosFactors(balancing),
    nameserver: nameserver.replace(/\.$/, ''),
  };
}

function topologyOf(view: ConfigView, balancing: Properties): SnapshotTopology {
  const records = view
    .list('gtm topology')
    .map(({ name, properties }) => ({
      order: numberOf(properties, 'order', 0),
      record: readTopologyRecord(name, numberOf(properties, 'score', 1)),
    }))
    .toSorted((a, b) => a.order - b.order)
    .flatMap(({ record }) => record ?? []);
  const isLongest = textOf(balancing, 'topology-longest-match', 'yes') === 'yes';
  return {
    records: isLongest ? sortedByLongestMatch(records) : records,
    regions: view.list('gtm region').map(({ name, properties }) => ({
      name,
      members: itemsOf(properties, 'region-members').flatMap(
        (member) => readPlace(textOf(member, 'name')) ?? [],
      ),
    })),
  };
}

function poolOf(pool: GtmPool, statuses: GtmStatuses): SnapshotPool {
  const status = statuses.pools.get(typedKey(pool.type, pool.name));
  const fallbackIp = pool.fallbackIp === undefined ? undefined : parseAddress(pool.fallbackIp);
  const family = pool.type === 'a' ? 4 : pool.type === 'aaaa' ? 6 : undefined;
  const withLoad = needsLoad(pool);
  const members = pool.members.map(({ name }) => statuses.members.get(memberKey(pool, name)));
  return {
    name: pool.name,
    type: pool.type,
    enabled: pool.enabled,
    ...poolWords(status, members),
    preferred: pool.preferred,
    alternate: pool.alternate,
    fallback: pool.fallback,
    ...(fallbackIp !== undefined &&
      fallbackIp.family === family && {
        fallbackIp: { address: fallbackIp.text, bytes: fallbackIp.bytes },
      }),
    ttlSeconds: pool.ttlSeconds,
    maxAnswers: pool.maxAnswers,
    verifiesAvailability: pool.verifiesAvailability,
    isDynamicRatio: pool.isDynamicRatio,
    ...(methodsOf(pool).includes('quality-of-service') && { qos: pool.qos }),
    members: pool.members.map((member, index) => memberOf(pool, member, members[index], withLoad)),
  };
}

function methodsOf({ alternate, fallback, preferred }: GtmPool): readonly GtmPool['preferred'][] {
  return [preferred, alternate, fallback];
}

/** Whether what its members carry has a part in the decision. */
export function needsLoad(pool: GtmPool): boolean {
  return methodsOf(pool).some((method) => isScored(method) && method !== 'topology');
}

export function poolWords(
  status: GtmStatus | undefined,
  members: readonly (MemberStatus | undefined)[],
): Pick<SnapshotPool, 'available' | 'reason'> {
  return { available: isAvailable(status, members), reason: status?.reason ?? 'Checking' };
}

/** Something in it may be handed out, and neither limits nor the least number of members stand against it. */
function isAvailable(
  status: GtmStatus | undefined,
  members: readonly (MemberStatus | undefined)[],
): boolean {
  if (status?.availability === 'unavailable' || status?.availability === 'offline') return false;
  return members.some((said) => said?.usable === true && said.disabledBy === '');
}

export function memberOf(
  pool: GtmPool,
  member: GtmPoolMember,
  status: MemberStatus | undefined,
  withLoad: boolean,
): SnapshotMember {
  const disabledBy = status === undefined ? 'Checking' : status.disabledBy;
  return {
    name: member.name,
    ...recordOf(pool, member, status),
    ...(status?.datacenter !== undefined && { datacenter: status.datacenter }),
    ...(withLoad && status?.load !== undefined && { load: loadOf(status.load) }),
    ratio: member.ratio,
    enabled: disabledBy === '',
    available: status?.usable ?? false,
    reason: disabledBy || (status?.reason.trim() ?? ''),
  };
}

function recordOf(
  pool: GtmPool,
  member: GtmPoolMember,
  status: MemberStatus | undefined,
): Pick<SnapshotMember, 'address' | 'bytes' | 'target'> {
  if (member.target !== '') {
    return { ...nameRecord(pool.type, member.target, member.properties), target: member.target };
  }
  const address = status?.virtual?.endpoint?.address;
  return { address: address?.text ?? 'no address', bytes: address?.bytes ?? [] };
}

function loadOf(load: VirtualLoad): MemberLoad {
  return {
    connections: load.connections,
    packetsPerSecond: load.packetsPerSecond,
    kilobytesPerSecond: Math.round(load.bitsPerSecond / 8_000),
    capacity: load.membersUp,
    score: load.score,
    cpuPercent: load.cpuPercent,
    ...(load.linkCapacity !== undefined && { linkCapacity: load.linkCapacity }),
  };
}

function wideIpOf(
  wideIp: GtmWideIp,
  places: ReadonlyMap<string, number>,
  balancing: Properties,
): SnapshotWideIp {
  const { lastResort, properties } = wideIp;
  const place = lastResort && places.get(typedKey(lastResort.type, lastResort.name));
  const failure = failureOf(properties) ?? failureOf(balancing);
  const wanted = properties['load-balancing-decision-log-verbosity'];
  const logs = Array.isArray(wanted) ? logParts.filter((part) => wanted.includes(part)) : [];
  const isPersistent = textOf(properties, 'persistence', 'disabled') === 'enabled';
  return {
    name: wideIp.name,
    type: wideIp.type,
    domain: wideIp.domain,
    aliases: wideIp.aliases,
    enabled: wideIp.enabled,
    mode: wideIp.mode,
    ...(isPersistent && {
      persistence: {
        seconds: numberOf(properties, 'ttl-persistence', 3_600),
        cidrIpv4: numberOf(properties, 'persist-cidr-ipv4', 32),
        cidrIpv6: numberOf(properties, 'persist-cidr-ipv6', 128),
      },
    }),
    ...(failure && { failure }),
    ...(logs.length > 0 && { logs }),
    isMinimal: textOf(properties, 'minimal-response', 'enabled') === 'enabled',
    prefersClientSubnet:
      textOf(properties, prefersSubnet, 'disabled') === 'enabled' ||
      textOf(balancing, prefersSubnet, 'disabled') === 'enabled',
    pools: wideIp.pools.flatMap(({ name, ratio, type }) => {
      const pool = places.get(typedKey(type, name));
      return pool === undefined ? [] : [{ pool, ratio }];
    }),
    ...(place !== undefined && isAllowed(lastResort?.type, wideIp) && { lastResort: place }),
  };
}

const logParts: readonly DecisionLogPart[] = [
  'pool-selection',
  'pool-traversal',
  'pool-member-selection',
  'pool-member-traversal',
];

const prefersSubnet = 'topology-prefer-edns0-client-subnet';

/** An alias can stand in for any type. */
function isAllowed(type: string | undefined, wideIp: GtmWideIp): boolean {
  return type === wideIp.type || type === 'cname';
}

function failureOf(properties: Properties): SnapshotWideIp['failure'] {
  if (textOf(properties, 'failure-rcode-response', 'disabled') !== 'enabled') return undefined;
  // The catalogue allows only these words.
  const word = textOf(properties, 'failure-rcode', 'noerror') as ResponseCodeName;
  return { code: responseCode[word], ttlSeconds: numberOf(properties, 'failure-rcode-ttl', 0) };
}
