/** Inband monitors in control: who carries traffic tells what failed, and how often; the states come of it. */
import type { Clock } from '../platform/clock.ts';
import type { InstanceStatus } from './health.ts';
import { type InbandState, startInband, watched } from './inband.ts';
import type { InstancePlan } from './instance-plan.ts';

/** A member that an inband monitor watches. */
export interface WatchedMember {
  readonly pool: string;
  readonly member: string;
}

export interface TrafficWatch {
  members(): readonly WatchedMember[];
  /** What carries traffic hangs itself in: how often connections or answers of a member have failed so far. */
  countBy(failuresOf: (member: WatchedMember) => number): void;
}

export interface InbandPlan {
  readonly plan: InstancePlan;
  readonly members: readonly WatchedMember[];
}

const watchMilliseconds = 1000;

export interface RunningWatch extends TrafficWatch {
  /** An operator enabled again what these kept down: they begin anew. */
  resume(ids: readonly string[]): void;
  stop(): void;
}

export function startTrafficWatch(
  clock: Clock,
  plans: () => readonly InbandPlan[],
  tell: (statuses: readonly InstanceStatus[]) => void,
): RunningWatch {
  const states = new Map<string, InbandState>();
  /** What was counted before, by member: counters only grow, or begin anew. */
  const before = new Map<string, number>();
  let failuresOf: ((member: WatchedMember) => number) | undefined;
  const newFailures = ({ members }: InbandPlan): number => {
    let sum = 0;
    for (const member of members) {
      const key = `${member.pool} ${member.member}`;
      const count = failuresOf?.(member) ?? 0;
      const known = before.get(key);
      before.set(key, count);
      // What failed before it was watched counts for nothing.
      if (known !== undefined) sum += count >= known ? count - known : count;
    }
    return sum;
  };
  const look = (): void => {
    const wanted = plans();
    if (wanted.length === 0 && states.size === 0) return;
    const now = { wall: clock.wallMilliseconds(), monotonic: clock.monotonicMilliseconds() };
    const changed: InstanceStatus[] = [];
    for (const one of wanted) {
      const known = states.get(one.plan.id);
      const state = watched(one.plan, known ?? startInband(one.plan, now), newFailures(one), now);
      states.set(one.plan.id, state);
      if (state.status !== known?.status) changed.push(state.status);
    }
    const kept = new Set(wanted.map(({ plan }) => plan.id));
    for (const id of states.keys()) if (!kept.has(id)) states.delete(id);
    if (changed.length > 0) tell(changed);
  };
  return {
    members: () => plans().flatMap(({ members }) => members),
    countBy(count) {
      failuresOf = count;
    },
    resume(ids) {
      for (const id of ids) states.delete(id);
    },
    stop: clock.every(watchMilliseconds, look),
  };
}
