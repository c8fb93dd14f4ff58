import { compareHybrid, type HybridTime } from '../../base/hybrid-clock.ts';
import { tellAll } from './members.ts';
import type { SyncEvent, SyncState, SyncStep } from './types.ts';
import { includes, pushOrigin, withPush } from './versions.ts';

/** A device that was set back to an older state learns of it from the others, and makes no secret of it. Pure. */

type Compared = Extract<SyncEvent, { type: 'compared' }>;

/** What a set-back device lacks is told apart from what it made since, on whichever device notices first. */
export function admitUnheld(
  state: SyncState,
  { unheld, time, versions: theirs }: Pick<Compared, 'unheld' | 'time' | 'versions'>,
): SyncState {
  const { own, self } = state;
  let { versions, lost, lostPush } = own;
  const told = theirs[self];
  const push = theirs[pushOrigin(self)];
  const isPushLost = push !== undefined && !includes(versions, pushOrigin(self), push);
  if (told !== undefined && !includes(versions, self, told)) {
    if (lost === undefined || compareHybrid(told, lost) > 0) lost = told;
  }
  if (push !== undefined && isPushLost) {
    if (lostPush === undefined || compareHybrid(push, lostPush) > 0) lostPush = push;
  }
  const origins = Object.keys(unheld);
  if (origins.length > 0) {
    const kept = Object.entries(versions).filter(([origin]) => !origins.includes(origin));
    const older = origins.flatMap((origin): [string, HybridTime][] => {
      const before = unheld[origin];
      return before === undefined ? [] : [[origin, before]];
    });
    versions = withPush(Object.fromEntries([...kept, ...older]), self, time, [versions, theirs]);
    if (told !== undefined && origins.includes(self)) lost = told;
  } else if ((lost !== own.lost || isPushLost) && own.hasPending) {
    // Made since, with a clock that was set back, too, it can be older than what was lost: no time tells.
    versions = withPush(versions, self, time, [theirs]);
  }
  if (versions === own.versions && lost === own.lost && lostPush === own.lostPush) return state;
  return { ...state, own: { ...own, versions, lost, lostPush } };
}

/** Content can come in before its sender's word on the other lane, which would tell what we lost. */
export function overtaken(
  state: SyncState,
  { device, versions, time }: Pick<Compared, 'device' | 'versions' | 'time'>,
  receive: (next: SyncState) => SyncStep,
): SyncStep {
  if (state.peers[device] === undefined) return receive(state);
  const next = admitUnheld(state, { unheld: {}, versions, time });
  if (next === state) return receive(state);
  const [after, effects] = receive(next);
  return [after, [{ type: 'persist' }, ...tellAll(next, false), ...effects]];
}
