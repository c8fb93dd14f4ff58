/** A witness goes on voting for a group whose key changes: its promises must not be forgotten for that. Pure. */
import type { KeyRing } from '../heartbeats/key-ring.ts';
import type { WitnessDuty } from '../types.ts';

interface Voting {
  readonly ring: KeyRing;
  readonly deviceGroup: string;
  readonly driver: { state(): { readonly config: WitnessDuty['group'] } };
}

export interface Paired<V> {
  readonly duty: WitnessDuty;
  /** What votes already for the same group. */
  readonly known: V | undefined;
}

/**
 * Two domains may have groups of the same name; their keys differ. So the key decides first; what is left over on
 * both sides, and has the name and a member in common, is a group that has another key now.
 */
export function pairDuties<V extends Voting>(
  duties: readonly WitnessDuty[],
  voting: readonly V[],
): readonly Paired<V>[] {
  const free = new Set(voting);
  const take = (isIt: (one: V) => boolean): V | undefined => {
    const found = [...free].find(isIt);
    if (found !== undefined) free.delete(found);
    return found;
  };
  const same = duties.map(({ group, key }) =>
    take((one) => one.deviceGroup === group.deviceGroup && one.ring.newest() === key),
  );
  return duties.map((duty, index) => ({
    duty,
    known:
      same[index] ?? take((one) => one.deviceGroup === duty.group.deviceGroup && shares(one, duty)),
  }));
}

function shares({ driver }: Voting, { group }: WitnessDuty): boolean {
  const before = new Set(driver.state().config.members.map(({ device }) => device));
  return group.members.some(({ device }) => before.has(device));
}

/** A witness keeps nothing on disk that it would have to wait for: it forgets its promises, too. */
export function followKey(ring: KeyRing, key: string, now: number): void {
  if (ring.change(key, now)) ring.keep(key);
}
