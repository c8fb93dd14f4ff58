/**
 * The difference between two snapshots of one configuration: what health makes other. Pools keep their places, and
 * members theirs in their pools, so a place and what stands there now is all that has to be said. Pure.
 */
import { present } from '../../base/assert.ts';
import type { SnapshotMember, SnapshotPool } from './snapshot-types.ts';

export interface PoolPatch {
  /** Among the pools of the snapshot. */
  readonly place: number;
  readonly available: boolean;
  readonly reason: string;
  /** Those that are others now. */
  readonly members: readonly MemberPatch[];
}

export interface MemberPatch {
  /** Among the members of the pool. */
  readonly place: number;
  readonly member: SnapshotMember;
}

/** Throws when there is no such pool or member: the patch is of another snapshot. */
export function patchPools(pools: SnapshotPool[], patches: readonly PoolPatch[]): void {
  for (const patch of patches) {
    const former = present(pools[patch.place], `pool ${patch.place}`);
    pools[patch.place] = patchedPool(former, patch);
  }
}

/** Throws as `patchPools`. */
export function patchedPool(
  pool: SnapshotPool,
  { available, members, reason }: PoolPatch,
): SnapshotPool {
  const patched = [...pool.members];
  for (const { member, place } of members) {
    const former = present(patched[place], `member ${place} of ${pool.name}`);
    if (former.name !== member.name) throw new Error(`${former.name} is not ${member.name}`);
    patched[place] = member;
  }
  return { ...pool, available, reason, members: patched };
}

/** Gathers patches until somebody takes them: of each pool and member only the last word, so it has a bound. */
export interface PatchGatherer {
  add(patches: readonly PoolPatch[]): void;
  take(): readonly PoolPatch[];
  clear(): void;
}

export function createPatchGatherer(): PatchGatherer {
  const pools = new Map<
    number,
    Omit<PoolPatch, 'members'> & { members: Map<number, MemberPatch> }
  >();
  return {
    add(patches) {
      for (const { members, ...words } of patches) {
        const known = pools.get(words.place)?.members ?? new Map<number, MemberPatch>();
        for (const member of members) known.set(member.place, member);
        pools.set(words.place, { ...words, members: known });
      }
    },
    take() {
      const taken = [...pools.values()].map((one) => ({
        ...one,
        members: [...one.members.values()],
      }));
      pools.clear();
      return taken;
    },
    clear: () => pools.clear(),
  };
}
