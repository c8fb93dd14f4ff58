/**
 * Load-balancing methods over the members of one pool (reference 1.3). `peek` leaves cursors and weights
 * as they are, so that an explanation does not disturb what comes next. Pure but for those.
 */
import { maskedClient } from './client.ts';
import type { CompiledMember, CompiledPool } from './compile.ts';
import { scoresOf, type Eligible, type ScoreContext, type ScoredMethod } from './scores.ts';
import type { Method } from './snapshot-types.ts';

export interface MethodContext extends ScoreContext {
  /** Text of the resolver's address; read only where it matters. */
  readonly client: string;
  readonly peek: boolean;
}

/** Members that the method picks, best first, at most as many as are answered; empty when it cannot pick. */
export function pickMembers(
  pool: CompiledPool,
  method: Method,
  isEligible: Eligible,
  context: MethodContext,
): readonly CompiledMember[] {
  switch (method) {
    case 'round-robin':
      return pickRoundRobin(pool, isEligible, context.peek);
    case 'ratio':
      return pickRatio(pool, isEligible, (member) => member.data.ratio, context.peek);
    case 'global-availability':
      return firstEligible(pool, 0, isEligible);
    case 'static-persistence':
      return pickStatic(pool, isEligible, context);
    case 'none':
    case 'drop-packet':
    case 'return-to-dns':
    case 'fallback-ip':
      return [];
    default:
      return pickByScore(pool, method, isEligible, context);
  }
}

function pickByScore(
  pool: CompiledPool,
  method: ScoredMethod,
  isEligible: Eligible,
  context: MethodContext,
): readonly CompiledMember[] {
  const scores = scoresOf(pool, method, isEligible, context);
  const isWeighted = method === 'virtual-server-capacity' || pool.data.isDynamicRatio;
  const allZero = scores.every((score) => score === undefined || score === 0);
  // Capacity 0 is nobody behind the virtual server; of topology, the setting says what 0 means.
  if (method === 'topology' && allZero && !context.settings.topologyAllowsZeroScores) return [];
  if (isWeighted && !allZero) {
    const scoreOf = (member: CompiledMember): number => scores[pool.members.indexOf(member)] ?? 0;
    return pickRatio(pool, (member) => scoreOf(member) > 0, scoreOf, context.peek);
  }
  return pickRanked(pool, scores, context.peek);
}

/** Best score first; equals take turns. */
function pickRanked(
  pool: CompiledPool,
  scores: readonly (number | undefined)[],
  peek: boolean,
): readonly CompiledMember[] {
  const { members } = pool;
  const ranked: number[] = [];
  for (let step = 0; step < members.length; step += 1) {
    const index = (pool.cursor + step) % members.length;
    if (scores[index] !== undefined) ranked.push(index);
  }
  // Sorting is stable: among equals the one whose turn it is stays first.
  ranked.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
  const first = ranked[0];
  if (!peek && first !== undefined) pool.cursor = first + 1;
  return ranked.slice(0, answersOf(pool)).flatMap((index) => members[index] ?? []);
}

/** A name has one alias at most. */
function answersOf(pool: CompiledPool): number {
  return pool.data.type === 'cname' ? 1 : pool.data.maxAnswers;
}

function firstEligible(
  pool: CompiledPool,
  start: number,
  isEligible: Eligible,
): readonly CompiledMember[] {
  const { members } = pool;
  const wanted = answersOf(pool);
  const picked: CompiledMember[] = [];
  for (let step = 0; step < members.length && picked.length < wanted; step += 1) {
    const member = members[(start + step) % members.length];
    if (member !== undefined && isEligible(member)) picked.push(member);
  }
  return picked;
}

function pickRoundRobin(
  pool: CompiledPool,
  isEligible: Eligible,
  peek: boolean,
): readonly CompiledMember[] {
  const picked = firstEligible(pool, pool.cursor, isEligible);
  const first = picked[0];
  if (!peek && first !== undefined) pool.cursor = pool.members.indexOf(first) + 1;
  return picked;
}

interface Weighted {
  weight: number;
}

/**
 * Smooth weighted round robin: every candidate gains its ratio, the leader pays the sum. Over each sum of
 * ratios the shares are exact, and spread evenly within it.
 */
export function pickWeighted<T extends Weighted>(
  candidates: readonly T[],
  ratioOf: (candidate: T) => number,
  peek: boolean,
): T | undefined {
  let best: T | undefined;
  let bestWeight = 0;
  let total = 0;
  for (const candidate of candidates) {
    const ratio = ratioOf(candidate);
    const weight = candidate.weight + ratio;
    total += ratio;
    if (best === undefined || weight > bestWeight) {
      best = candidate;
      bestWeight = weight;
    }
    if (!peek) candidate.weight = weight;
  }
  if (best !== undefined && !peek) best.weight -= total;
  return best;
}

function pickRatio(
  pool: CompiledPool,
  isEligible: Eligible,
  ratioOf: (member: CompiledMember) => number,
  peek: boolean,
): readonly CompiledMember[] {
  const eligible = pool.members.filter(isEligible);
  const first = pickWeighted(eligible, ratioOf, peek);
  if (first === undefined) return [];
  if (answersOf(pool) === 1) return [first];
  // The others follow by how much is owed to them.
  const others = eligible
    .filter((member) => member !== first)
    .toSorted((a, b) => b.weight - a.weight);
  return [first, ...others].slice(0, answersOf(pool));
}

/**
 * Rendezvous hashing: each network keeps its member on every device of the sync group, and a member that
 * goes down moves only its own networks.
 */
function pickStatic(
  pool: CompiledPool,
  isEligible: Eligible,
  context: MethodContext,
): readonly CompiledMember[] {
  const { staticPersistCidrIpv4, staticPersistCidrIpv6 } = context.settings;
  const network = maskedClient(context.client, staticPersistCidrIpv4, staticPersistCidrIpv6);
  return pool.members
    .filter(isEligible)
    .map((member) => ({ member, score: hash(`${network} ${member.data.name}`) }))
    .toSorted((a, b) => b.score - a.score)
    .slice(0, answersOf(pool))
    .map(({ member }) => member);
}

/** FNV-1a with a final mix (the plain one differs too little in its upper bits for short texts). */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
