/** What the machine wishes of the arbiter. Pure. */
import type { ArbiterClaim, ArbiterRelease } from '../../arbiter/ledger.ts';
import type { State } from '../types.ts';

export interface Wishes {
  readonly claims: readonly ArbiterClaim[];
  readonly releases: readonly ArbiterRelease[];
  readonly isUrgent: boolean;
}

/** A group is claimed while its fence may be open: the machine closes it before it says so. */
export function wishesOf(state: State): Wishes {
  const groups = [...state.groups.values()];
  const isClaimed = ({ role }: (typeof groups)[number]): boolean => role !== 'standby';
  return {
    claims: groups.filter(isClaimed).map(({ name, term }) => ({ group: name, term })),
    releases: groups
      .filter((group) => !isClaimed(group))
      .map(({ name, successor }) => ({ group: name, successor: successor ?? '' })),
    isUrgent: groups.some((group) => group.role === 'candidate' || group.isInvited),
  };
}
