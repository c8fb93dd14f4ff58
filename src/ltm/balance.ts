/**
 * Methods that go by what members carry just now, where the engine does not: each second members get weights by which
 * turns are taken. `observed` weighs by connections, `predictive` by where their number is going; on the packet path,
 * where the kernel knows turns only, least connections is done in the same way. `dynamic-ratio` weighs by what a
 * performance monitor says that the server can take. Pure.
 */
import type { MemberPlan, Method, PoolPlan } from './types.ts';

/** Member → what it carries now. */
export type Loads = ReadonlyMap<string, number>;
/** Member → its share of turns. */
export type Weights = ReadonlyMap<string, number>;

/** By pool. */
export type PoolWeights = ReadonlyMap<string, Weights>;

/** The greatest share; small enough that weights do not change with every connection. */
const heaviest = 32;

const byEngine: readonly Method[] = ['round-robin', 'ratio'];
const byHaproxy: readonly Method[] = ['least-connections', 'ratio-least-connections'];

const byRatio: readonly Method[] = ['ratio', 'ratio-least-connections', 'dynamic-ratio'];

/** `isPacket`: some virtual server on the packet path uses the pool. */
export function isMeasured({ method }: PoolPlan, isPacket: boolean): boolean {
  return !byEngine.includes(method) && (isPacket || !byHaproxy.includes(method));
}

/** HAProxy goes by connections, of which it may not know all. */
export function isLevelled({ method }: PoolPlan): boolean {
  return byHaproxy.includes(method);
}

/** The weight that the configuration gives. */
export function ratioOf({ method }: PoolPlan, member: MemberPlan): number {
  return byRatio.includes(method) ? member.ratio : 1;
}

/**
 * Shares go against what a member carries for its ratio. `before`: the loads of a second ago, of which half still
 * counts, so that one short burst does not turn everything round.
 */
export function measuredWeights(pool: PoolPlan, before: Loads, now: Loads): Weights {
  const wishes = pool.members.map((member) => {
    if (pool.method === 'dynamic-ratio') return { name: member.name, wish: liveRatio(member, now) };
    const [old, current] = [before, now].map((loads) => loads.get(member.name) ?? 0);
    const load = expected(pool.method, old ?? 0, current ?? 0);
    const ratio = ratioOf(pool, member);
    return { name: member.name, wish: ratio / (load / ratio + 1) };
  });
  const most = Math.max(...wishes.map(({ wish }) => wish));
  return new Map(
    wishes.map(({ name, wish }) => [name, Math.max(1, Math.round((wish / most) * heaviest))]),
  );
}

/** What the performance monitor said last; without one, what is written. */
function liveRatio(member: MemberPlan, now: Loads): number {
  return now.get(member.name) ?? member.ratio;
}

/** HAProxy's greatest weight is 256; fewer steps change less often. */
const finest = 64;

/**
 * Weights, 0 for who has too many, for an engine that knows only some of what members carry (`own`) and keeps that in proportion to the weights:
 * such that it and the rest (`elsewhere`: other pools on the node, processes that are leaving) come out level together.
 */
export function levellingWeights(
  members: readonly { readonly name: string; readonly ratio: number }[],
  own: Loads,
  elsewhere: Loads,
): Weights {
  const rest = members.map(({ name, ratio }) => (elsewhere.get(name) ?? 0) / ratio);
  // With one more for each, so that somebody is wanted even where nothing is carried yet.
  let amount = members.reduce((sum, { name, ratio }) => sum + (own.get(name) ?? 0) + ratio, 0);
  let ratios = 0;
  let level = 0;
  // As water that is poured over steps: the lowest are covered first.
  const order = members
    .map((_, index) => index)
    .toSorted((a, b) => (rest[a] ?? 0) - (rest[b] ?? 0));
  for (const index of order) {
    const step = rest[index] ?? 0;
    if (ratios > 0 && amount / ratios < step) break;
    const ratio = members[index]?.ratio ?? 1;
    amount += step * ratio;
    ratios += ratio;
    level = amount / ratios;
  }
  const wishes = members.map(({ ratio }, index) => Math.max(0, level - (rest[index] ?? 0)) * ratio);
  const most = Math.max(...wishes);
  return new Map(
    members.map(({ name }, index) => {
      const wish = wishes[index] ?? 0;
      // An idle server gets a connection whatever its weight, unless that is 0.
      return [name, wish === 0 ? 0 : Math.max(1, Math.round((wish / most) * finest))];
    }),
  );
}

function expected(method: Method, before: number, now: number): number {
  return method === 'predictive' ? Math.max(0, now + (now - before)) : (before + now) / 2;
}
