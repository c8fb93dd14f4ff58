/**
 * Load-balancing methods over the members of one pool (reference 1.3). `peek` leaves cursors and weights
 * as they are, so that an explanation does not disturb what comes next. Pure but for those.
 */
import { maskedClient } from './client.ts';
import type { CompiledMember, CompiledPool } from './compile.ts';
import type { Method, SnapshotSettings } from './snapshot-types.ts';

export interface MethodContext {
  /** Text of the resolver's address; read only where it matters. */
  readonly client: string;
  readonly settings: SnapshotSettings;
  readonly peek: boolean;
}

export type Eligible = (member: CompiledMember) => boolean;

/** Members that the method picks, best first, at most `maxAnswers`; empty when it cannot pick. */
export function pickMembers(
  pool: CompiledPool,
  method: Method,
  isEligible: Eligible,
  context: MethodContext,
): readonly CompiledMember[] {
  switch (method) {
    case 'round-robin':
      return pickRoundRobin(pool, isEligible, context.peek);
    case 'topology':
      // Without topology records every candidate scores 0: equals take turns, if zero is allowed.
      return context.settings.topologyAllowsZeroScores
        ? pickRoundRobin(pool, isEligible, context.peek)
        : [];
    case 'ratio':
      return pickRatio(pool, isEligible, context.peek);
    case 'global-availability':
      return firstEligible(pool, 0, isEligible);
    case 'static-persistence':
      return pickStatic(pool, isEligible, context);
    default:
      return [];
  }
}

/** For the trace: why a method that is no more than a name here gives nothing. */
export function missingData(method: Method, settings: SnapshotSettings): string | undefined {
  switch (method) {
    case 'topology':
      return settings.topologyAllowsZeroScores
        ? undefined
        : 'all topology scores are 0 and topology-allow-zero-scores is no';
    case 'packet-rate':
    case 'virtual-server-capacity':
    case 'virtual-server-score':
    case 'least-connections':
    case 'lowest-round-trip-time':
    case 'fewest-hops':
    case 'completion-rate':
    case 'quality-of-service':
    case 'cpu':
    case 'kilobytes-per-second':
      return `no ${method} measurements are gathered`;
    default:
      return undefined;
  }
}

function firstEligible(
  pool: CompiledPool,
  start: number,
  isEligible: Eligible,
): readonly CompiledMember[] {
  const { members } = pool;
  const wanted = pool.data.maxAnswers;
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
  peek: boolean,
): readonly CompiledMember[] {
  const eligible = pool.members.filter(isEligible);
  const first = pickWeighted(eligible, (member) => member.data.ratio, peek);
  if (first === undefined) return [];
  if (pool.data.maxAnswers === 1) return [first];
  // The others follow by how much is owed to them.
  const others = eligible
    .filter((member) => member !== first)
    .toSorted((a, b) => b.weight - a.weight);
  return [first, ...others].slice(0, pool.data.maxAnswers);
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
    .slice(0, pool.data.maxAnswers)
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
