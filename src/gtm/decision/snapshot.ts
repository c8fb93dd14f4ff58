/** Configuration and statuses → what the dns process answers from. Pure. */
import { parseAddress } from '../../base/address.ts';
import type { Properties } from '../../catalogue/types.ts';
import type { ConfigView } from '../../config/types.ts';
import { responseCode, type ResponseCodeName } from '../../base/dns/constants.ts';
import {
  memberKey,
  typedKey,
  type GtmObjects,
  type GtmStatuses,
  type MemberStatus,
} from '../health/status.ts';
import { numberOf, textOf, type GtmPool, type GtmPoolMember, type GtmWideIp } from '../objects.ts';
import {
  snapshotVersion,
  type GtmSnapshot,
  type SnapshotMember,
  type SnapshotPool,
  type SnapshotSettings,
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
  return {
    version: snapshotVersion,
    sequence: view.sequence,
    settings: settingsOf(general, balancing),
    pools: objects.pools.map((pool) => poolOf(pool, statuses)),
    wideIps: objects.wideIps.map((wideIp) => wideIpOf(wideIp, places, balancing)),
  };
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
    nameserver: nameserver.replace(/\.$/, ''),
  };
}

function poolOf(pool: GtmPool, statuses: GtmStatuses): SnapshotPool {
  const status = statuses.pools.get(typedKey(pool.type, pool.name));
  const fallbackIp = pool.fallbackIp === undefined ? undefined : parseAddress(pool.fallbackIp);
  const family = pool.type === 'a' ? 4 : 6;
  return {
    name: pool.name,
    type: pool.type,
    enabled: pool.enabled,
    available: pool.members.some((member) => {
      const said = statuses.members.get(memberKey(pool, member.name));
      return said?.usable === true && said.disabledBy === '';
    }),
    reason: status?.reason ?? 'Checking',
    preferred: pool.preferred,
    alternate: pool.alternate,
    fallback: pool.fallback,
    ...(fallbackIp?.family === family && {
      fallbackIp: { address: fallbackIp.text, bytes: fallbackIp.bytes },
    }),
    ttlSeconds: pool.ttlSeconds,
    maxAnswers: pool.maxAnswers,
    verifiesAvailability: pool.verifiesAvailability,
    members: pool.members.map((member) =>
      memberOf(member, statuses.members.get(memberKey(pool, member.name))),
    ),
  };
}

function memberOf(member: GtmPoolMember, status: MemberStatus | undefined): SnapshotMember {
  const address = status?.virtual?.endpoint?.address;
  const disabledBy = status === undefined ? 'Checking' : status.disabledBy;
  return {
    name: member.name,
    address: address?.text ?? 'no address',
    bytes: address?.bytes ?? [],
    ratio: member.ratio,
    enabled: disabledBy === '',
    available: status?.usable ?? false,
    reason: disabledBy || (status?.reason.trim() ?? ''),
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
    pools: wideIp.pools.flatMap(({ name, ratio }) => {
      const pool = places.get(typedKey(wideIp.type, name));
      return pool === undefined ? [] : [{ pool, ratio }];
    }),
    ...(place !== undefined && lastResort?.type === wideIp.type && { lastResort: place }),
  };
}

function failureOf(properties: Properties): SnapshotWideIp['failure'] {
  if (textOf(properties, 'failure-rcode-response', 'disabled') !== 'enabled') return undefined;
  // The catalogue allows only these words.
  const word = textOf(properties, 'failure-rcode', 'noerror') as ResponseCodeName;
  return { code: responseCode[word], ttlSeconds: numberOf(properties, 'failure-rcode-ttl', 0) };
}
