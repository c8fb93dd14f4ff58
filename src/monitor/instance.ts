/**
 * One monitor instance as a state machine. Pure: time comes in with the events.
 *
 * BIG-IP's rule (manual "Monitors", K12531): up at the first successful answer (`time-until-up` aside);
 * down when no success came within `timeout` of the last one, or of the start. Single failures between
 * successes change nothing. `reverse` is the exception: a matching answer marks down at once.
 */
import type { InstanceStatus, Probe } from './health.ts';
import { judgeTime, type ResponseTime } from './adaptive.ts';
import type { InstancePlan } from './instance-plan.ts';
import type { HeldState } from './messages.ts';
import type { Now, ProbeOutcome } from './outcome.ts';

export interface InstanceState {
  readonly status: InstanceStatus;
  /** Monotonic time of the last success, or of the start. */
  readonly lastSuccess: number;
  /** Monotonic time of the first success after being down or unknown; for `time-until-up`. */
  readonly successSince: number | undefined;
  /** Down by a `manual-resume` monitor until an operator says so. */
  readonly isLatched: boolean;
  /** Response times within the span of an adaptive monitor, oldest first. */
  readonly times: readonly ResponseTime[];
}

export const keptProbes = 5;
const maximumDetail = 200;

export function startInstance(
  plan: InstancePlan,
  held: HeldState | undefined,
  now: Now,
): InstanceState {
  const status: InstanceStatus = {
    id: plan.id,
    state: held?.state ?? 'checking',
    reason: held?.reason ?? '',
    since: held?.since ?? now.wall,
    probes: [],
    ...(held?.isDrained === true ? { isDrained: true } : {}),
  };
  return {
    status,
    lastSuccess: now.monotonic,
    successSince: undefined,
    isLatched: plan.manualResume && held?.state === 'down',
    times: [],
  };
}

export function probed(
  plan: InstancePlan,
  state: InstanceState,
  answer: ProbeOutcome,
  durationMilliseconds: number,
  now: Now,
): InstanceState {
  const { outcome, times } = judgeTime(
    plan.adaptive,
    state.times,
    answer,
    durationMilliseconds,
    now,
  );
  const { status } = state;
  const probe: Probe = {
    at: now.wall,
    durationMilliseconds,
    ok: outcome.ok,
    detail: sharedDetail(status.probes, outcome.detail),
  };
  const probes = withNewest(status.probes, probe);
  if (!outcome.ok) {
    const failed = { ...state, times, status: { ...status, probes }, successSince: undefined };
    return outcome.isFinal === true
      ? down(plan, failed, now, `${plan.monitor}: ${probe.detail}`)
      : failed;
  }
  const successSince = state.successSince ?? now.monotonic;
  const waits =
    status.state !== 'up' &&
    (state.isLatched || now.monotonic - successSince < plan.timeUntilUpMilliseconds);
  return {
    status: waits ? { ...status, probes } : upStatus(status, probes, outcome, now),
    lastSuccess: now.monotonic,
    successSince,
    isLatched: waits && state.isLatched,
    times,
  };
}

/** The same text again is the one that is kept already: a probe's own would live as long as it. */
function sharedDetail(before: readonly Probe[], detail: string): string {
  const cut = detail.slice(0, maximumDetail);
  const last = before.at(-1)?.detail;
  return last === cut ? last : cut;
}

function withNewest(before: readonly Probe[], newest: Probe): readonly Probe[] {
  // Spelt out: no room is kept for more, which would be four fifths of a list that lives till the next probe.
  const [, second, third, fourth, fifth] = before;
  return before.length === keptProbes && second && third && fourth && fifth
    ? [second, third, fourth, fifth, newest]
    : [...before.slice(1 - keptProbes), newest];
}

/** To be called at `deadlineOf`, or at any other time. */
export function expired(plan: InstancePlan, state: InstanceState, now: Now): InstanceState {
  if (state.status.state === 'down' || now.monotonic < deadlineOf(plan, state)) return state;
  const stamp = bigipTime(now.wall);
  const last = state.status.probes.findLast((probe) => !probe.ok);
  const why = last === undefined ? '' : ` Last error: ${last.detail}`;
  const text = `No successful responses received before deadline. @${stamp}.${why}`;
  return down(plan, state, now, `${plan.monitor}: ${text}`);
}

/** Monotonic time at which silence means down. */
export function deadlineOf(plan: InstancePlan, state: InstanceState): number {
  return state.lastSuccess + plan.timeoutMilliseconds;
}

export function resumed(state: InstanceState): InstanceState {
  return { ...state, isLatched: false };
}

/** Is there anything in `next` that control has not seen in `previous`? Timings alone are not. */
export function isNews(previous: InstanceStatus, next: InstanceStatus): boolean {
  const before = previous.probes.at(-1);
  const after = next.probes.at(-1);
  return (
    previous.state !== next.state ||
    previous.since !== next.since ||
    previous.isDrained !== next.isDrained ||
    previous.dynamicRatio !== next.dynamicRatio ||
    before?.ok !== after?.ok ||
    before?.detail !== after?.detail
  );
}

function upStatus(
  before: InstanceStatus,
  probes: readonly Probe[],
  outcome: ProbeOutcome,
  now: Now,
): InstanceStatus {
  const isDrained = outcome.isDrained === true;
  const { dynamicRatio } = outcome;
  const isAsBefore = before.state === 'up' && (before.isDrained === true) === isDrained;
  const status: InstanceStatus = {
    id: before.id,
    state: 'up',
    reason: '',
    since: isAsBefore ? before.since : now.wall,
    probes,
  };
  if (!isDrained && dynamicRatio === undefined) return status;
  return {
    ...status,
    ...(isDrained && { isDrained }),
    ...(dynamicRatio !== undefined && { dynamicRatio }),
  };
}

function down(plan: InstancePlan, state: InstanceState, now: Now, reason: string): InstanceState {
  const { isDrained: _, dynamicRatio: __, ...rest } = state.status;
  const since = state.status.state === 'down' ? state.status.since : now.wall;
  return {
    ...state,
    status: { ...rest, state: 'down', reason, since },
    successSince: undefined,
    isLatched: plan.manualResume,
  };
}

/** `2026/11/21 10:00:00`, UTC. */
export function bigipTime(wall: number): string {
  const text = new Date(wall).toISOString();
  return `${text.slice(0, 10).replaceAll('-', '/')} ${text.slice(11, 19)}`;
}
