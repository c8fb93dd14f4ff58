/**
 * (plan, health) → what each member does right now. Operator state comes from the plan, so that it holds at
 * once with its commit; monitors only ever take members out. Pure.
 */
import type { HealthTable } from '../monitor/health.ts';
import type { ClassifiedVirtual, MemberPlan, PoolPlan, VirtualPlan } from './types.ts';

/** drain: persistent and open connections only. */
export type MemberState = 'ready' | 'drain' | 'down';

/** By pool, by member name. */
export type MemberStates = ReadonlyMap<string, ReadonlyMap<string, MemberState>>;

export function memberStates(
  pools: readonly PoolPlan[],
  health: Pick<HealthTable, 'get'>,
): MemberStates {
  return new Map(pools.map((pool) => [pool.name, poolStates(pool, health)]));
}

export function poolStates(
  pool: PoolPlan,
  health: Pick<HealthTable, 'get'>,
): ReadonlyMap<string, MemberState> {
  const states = new Map<string, MemberState>();
  for (const member of pool.members) states.set(member.name, ownState(pool, member, health));
  if (pool.minActiveMembers > 0) holdBackLowerGroups(pool, states);
  return states;
}

function ownState(
  pool: PoolPlan,
  member: MemberPlan,
  health: Pick<HealthTable, 'get'>,
): MemberState {
  if (member.operator === 'user-down') return 'down';
  const entry = health.get(`member ${pool.name} ${member.name}`);
  if (entry !== undefined) {
    const isDown = ['down', 'node-down', 'addr-down'].includes(entry.monitorStatus);
    // An entry that still says user-down, or disabled, is older than the commit that took it back.
    const isHeld =
      !entry.usable && entry.enabled === 'enabled' && entry.monitorStatus !== 'user-down';
    if (isDown || isHeld) return 'down';
  }
  return member.operator === 'user-disabled' ? 'drain' : 'ready';
}

/**
 * Priority group activation: groups are used from the highest down until min-active-members of them take
 * new connections; the others keep only what they have.
 */
function holdBackLowerGroups(pool: PoolPlan, states: Map<string, MemberState>): void {
  const groups = [...new Set(pool.members.map((member) => member.priorityGroup))];
  groups.sort((a, b) => b - a);
  let active = 0;
  for (const group of groups) {
    const isHeldBack = active >= pool.minActiveMembers;
    for (const member of pool.members) {
      if (member.priorityGroup !== group || states.get(member.name) !== 'ready') continue;
      if (isHeldBack) states.set(member.name, 'drain');
      else active += 1;
    }
  }
}

/** The lowest priority group that takes new connections; 0 without groups, and when nobody takes any. */
export function groupInUse(pool: PoolPlan, health: Pick<HealthTable, 'get'>): number {
  if (pool.minActiveMembers === 0) return 0;
  const states = poolStates(pool, health);
  const ready = pool.members.filter((member) => states.get(member.name) === 'ready');
  return ready.length === 0 ? 0 : Math.min(...ready.map((member) => member.priorityGroup));
}

/**
 * Virtual servers behind the classifier where a new connection is reset, as BIG-IP does: the virtual or its address is
 * disabled, it has no pool, or no member takes even persistent connections.
 */
export function closedMarks(
  classified: readonly ClassifiedVirtual[],
  proxyOf: (name: string) => VirtualPlan | undefined,
  states: MemberStates,
): readonly number[] {
  return classified
    .filter(({ name, target, isEnabled, pool }) => {
      if (target === 'reject' || !isEnabled) return true;
      const proxy = proxyOf(name);
      if (target === 'proxy') return proxy === undefined || !isServed(proxy, states);
      return (target === 'packet' || target === 'direct') && !takesTraffic(states, pool);
    })
    .map((virtual) => virtual.mark);
}

/** With a fallback host, clients are answered even without a server; a policy may answer, or know another pool. */
export function isServed({ pool, http, policies }: VirtualPlan, states: MemberStates): boolean {
  if (policies.length > 0) return true;
  return takesTraffic(states, pool) || (pool !== undefined && http?.fallback !== undefined);
}

/** Some member takes at least persistent connections. */
export function takesTraffic(states: MemberStates, pool: string | undefined): boolean {
  const members = pool === undefined ? undefined : states.get(pool);
  for (const state of members?.values() ?? []) if (state !== 'down') return true;
  return false;
}
