/**
 * Status of pools and wide IPs. Members of pools of names (CNAME, MX, NAPTR, SRV) are other wide IPs: they
 * are as available as those are. Pure.
 */
import { comparePatterns, isWildcard, matchesPattern } from '../decision/pattern.ts';
import type { GtmType } from '../decision/snapshot-types.ts';
import type { GtmPool, GtmPoolMember, GtmWideIp } from '../objects.ts';
import { excess, sumOf } from './limits.ts';
import {
  available,
  enabledState,
  memberKey,
  noVirtual,
  sumUp,
  typedKey,
  type GtmObjects,
  type GtmStatus,
  type MemberSource,
  type MemberStatus,
  type Summary,
} from './words.ts';

export interface NameStatuses {
  readonly members: ReadonlyMap<string, MemberStatus>;
  readonly pools: ReadonlyMap<string, GtmStatus>;
  readonly wideIps: ReadonlyMap<string, GtmStatus>;
}

/** Types of wide IPs that a name in a pool of the type may lead to. */
const targetTypes: Readonly<Record<GtmType, readonly GtmType[]>> = {
  a: [],
  aaaa: [],
  cname: ['a', 'aaaa', 'cname', 'mx', 'naptr', 'srv'],
  mx: ['a', 'aaaa'],
  naptr: ['a', 'aaaa', 'srv'],
  srv: ['a', 'aaaa'],
};

export function leadsToNames({ type }: GtmPool): boolean {
  return targetTypes[type].length > 0;
}

/** Wide IPs that a member of a pool of names leads to. */
export function targetsOf(
  pool: GtmPool,
  member: GtmPoolMember,
  find: Finder,
): readonly GtmWideIp[] {
  return member.isStatic ? [] : find(member.target, targetTypes[pool.type]);
}

/** `settled`: of pools that are not among the objects, but belong to wide IPs or lie behind names. */
export function nameStatuses(
  objects: Pick<GtmObjects, 'pools' | 'wideIps'>,
  addressMember: MemberSource,
  find: Finder = createFinder(objects.wideIps),
  settled: ReadonlyMap<string, GtmStatus> = new Map(),
): NameStatuses {
  const members = new Map<string, MemberStatus>();
  const pools = new Map<string, GtmStatus>();
  const wideIps = new Map<string, GtmStatus>();
  const poolsByKey = new Map(objects.pools.map((pool) => [typedKey(pool.type, pool.name), pool]));
  // Names may lead round in a circle: what is on its way is not available.
  const onTheWay = new Set<string>();
  const poolStatus = (key: string): GtmStatus | undefined => {
    const pool = poolsByKey.get(key);
    if (pool === undefined) return settled.get(key);
    const known = pools.get(key);
    if (known !== undefined) return known;
    if (onTheWay.has(key)) return circular;
    onTheWay.add(key);
    const said = pool.members.map((member) => {
      const status = leadsToNames(pool) ? nameMember(pool, member) : addressMember(pool, member);
      members.set(memberKey(pool, member.name), status);
      return status;
    });
    const status = { ...poolSummary(pool, said), enabled: enabledState(pool.enabled, false) };
    pools.set(key, status);
    onTheWay.delete(key);
    return status;
  };
  const wideIpStatus = (wideIp: GtmWideIp): GtmStatus => {
    const key = typedKey(wideIp.type, wideIp.name);
    const known = wideIps.get(key);
    if (known !== undefined) return known;
    const said = wideIp.pools.map(({ name, type }) => poolStatus(typedKey(type, name)));
    const status = {
      ...sumUp(said, 'No enabled pools available'),
      enabled: enabledState(wideIp.enabled, false),
    };
    // Of a circle, only the outermost is known now.
    if (onTheWay.size === 0) wideIps.set(key, status);
    return status;
  };
  const nameMember = (pool: GtmPool, member: GtmPoolMember): MemberStatus => {
    const enabled = enabledState(member.enabled, false);
    const disabledBy = member.enabled ? '' : 'the member is disabled';
    const rest = { enabled, disabledBy, ...noVirtual };
    if (member.isStatic) return { ...available, usable: true, ...rest };
    const said = targetsOf(pool, member, find).map(wideIpStatus);
    const summary = sumUp(
      said,
      `No Wide IPs available: ${said[0]?.reason ?? 'none has this name'}`,
    );
    return { ...summary, usable: summary.availability === 'available', ...rest };
  };
  for (const key of poolsByKey.keys()) poolStatus(key);
  for (const wideIp of objects.wideIps) wideIpStatus(wideIp);
  return { members, pools, wideIps };
}

const circular: GtmStatus = {
  availability: 'offline',
  reason: 'the names lead round in a circle',
  enabled: 'enabled',
};

export function poolSummary(pool: GtmPool, members: readonly MemberStatus[]): Summary {
  const enabled = members.filter((member) => member.enabled === 'enabled');
  const up = enabled.filter((member) => member.usable);
  const { mode, value } = pool.least;
  const least = mode === 'percent' ? (members.length * value) / 100 : mode === 'number' ? value : 0;
  if (up.length > 0 && up.length < least) {
    const unit = mode === 'percent' ? ' percent' : '';
    const reason = `min-members-up-value: ${up.length} members are up, ${value}${unit} have to be`;
    return { availability: 'unavailable', reason };
  }
  const exceeded = excess(pool.limits, sumOf(members.flatMap(({ load }) => load ?? [])));
  if (up.length > 0 && exceeded !== undefined) {
    return { availability: 'unavailable', reason: exceeded };
  }
  if (up.length > 0) return available;
  const first = leadsToNames(pool) ? enabled[0]?.reason : undefined;
  return sumUp(members, first ?? 'No enabled pool members available');
}

export type Finder = (name: string, types: readonly GtmType[]) => readonly GtmWideIp[];

export function createFinder(wideIps: readonly GtmWideIp[]): Finder {
  const exact = new Map<string, GtmWideIp>();
  const patterns: { readonly pattern: string; readonly wideIp: GtmWideIp }[] = [];
  for (const wideIp of wideIps) {
    for (const name of [wideIp.domain, ...wideIp.aliases]) {
      if (isWildcard(name)) patterns.push({ pattern: name, wideIp });
      else if (!exact.has(typedKey(wideIp.type, name))) {
        exact.set(typedKey(wideIp.type, name), wideIp);
      }
    }
  }
  patterns.sort((a, b) => comparePatterns(a.pattern, b.pattern));
  return (name, types) =>
    types.flatMap(
      (type) =>
        exact.get(typedKey(type, name)) ??
        patterns.find(
          ({ pattern, wideIp }) => wideIp.type === type && matchesPattern(pattern, name),
        )?.wideIp ??
        [],
    );
}
