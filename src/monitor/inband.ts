/**
 * Inband monitors: up until the traffic of clients fails `failures` times within `failure-interval`; tried again
 * after `retry-time`, or never where that is 0 (manual "Monitors", Inband). Pure.
 */
import type { InstanceStatus, Probe } from './health.ts';
import { bigipTime, keptProbes } from './instance.ts';
import type { InstancePlan } from './instance-plan.ts';
import type { Now } from './outcome.ts';
import { option } from './types/type.ts';

export interface InbandState {
  readonly status: InstanceStatus;
  /** Failures within the interval, by the monotonic second in which they were told. */
  readonly failures: readonly { readonly at: number; readonly count: number }[];
  /** Monotonic. */
  readonly downAt: number | undefined;
}

export function startInband(plan: InstancePlan, now: Now): InbandState {
  const status: InstanceStatus = {
    id: plan.id,
    state: 'up',
    reason: '',
    since: now.wall,
    probes: [],
  };
  return { status, failures: [], downAt: undefined };
}

/** To be called now and then; `count`: failures since the last time. */
export function watched(
  plan: InstancePlan,
  state: InbandState,
  count: number,
  now: Now,
): InbandState {
  const number = (name: string): number => Number(option(plan, name, '0'));
  const intervalMilliseconds = number('failure-interval') * 1000;
  const limit = number('failures');
  if (state.downAt !== undefined) {
    const retryMilliseconds = number('retry-time') * 1000;
    const isDue = retryMilliseconds > 0 && now.monotonic >= state.downAt + retryMilliseconds;
    return isDue ? triedAgain(state, now) : state;
  }
  const recent = state.failures.filter(({ at }) => at > now.monotonic - intervalMilliseconds);
  if (count === 0) {
    return recent.length === state.failures.length ? state : { ...state, failures: recent };
  }
  const failures = [...recent, { at: now.monotonic, count }];
  const total = failures.reduce((sum, one) => sum + one.count, 0);
  const seconds = intervalMilliseconds / 1000;
  const detail = `${total} of ${limit} failures of clients' traffic within ${seconds} s`;
  const status = withProbe(state.status, { ok: false, detail }, now);
  // 0: it only counts.
  if (limit === 0 || total < limit) return { ...state, status, failures };
  const reason = `${plan.monitor}: ${detail}. @${bigipTime(now.wall)}.`;
  return {
    status: { ...status, state: 'down', reason, since: now.wall },
    failures: [],
    downAt: now.monotonic,
  };
}

function triedAgain(state: InbandState, now: Now): InbandState {
  const status = withProbe(state.status, { ok: true, detail: 'traffic is tried again' }, now);
  return {
    status: { ...status, state: 'up', reason: '', since: now.wall },
    failures: [],
    downAt: undefined,
  };
}

function withProbe(
  status: InstanceStatus,
  { ok, detail }: Pick<Probe, 'ok' | 'detail'>,
  now: Now,
): InstanceStatus {
  const probe: Probe = { at: now.wall, durationMilliseconds: 0, ok, detail };
  return { ...status, probes: [...status.probes, probe].slice(-keptProbes) };
}
