/**
 * Adaptive monitors: an answer that comes too late is none. Too late is more than so much over the mean of the answers
 * within the span, or more than the limit (manual "Monitors", adaptive response time monitoring). Pure.
 */
import type { Adaptive } from './instance-plan.ts';
import type { Now, ProbeOutcome } from './outcome.ts';

export interface ResponseTime {
  /** Monotonic. */
  readonly at: number;
  readonly milliseconds: number;
}

/** Of one instance; at short intervals the span is not reached, and the last ones tell enough. */
const maximumTimes = 128;
/** Before there are so many, a mean means little. */
const minimumTimes = 3;

/** Late answers are not learned from: else a server that slows down would teach that slow is normal. */
export function judgeTime(
  adaptive: Adaptive | undefined,
  before: readonly ResponseTime[],
  outcome: ProbeOutcome,
  milliseconds: number,
  now: Now,
): { readonly outcome: ProbeOutcome; readonly times: readonly ResponseTime[] } {
  if (adaptive === undefined || !outcome.ok) return { outcome, times: before };
  const since = now.monotonic - adaptive.spanMilliseconds;
  const times = before.filter(({ at }) => at >= since).slice(1 - maximumTimes);
  const allowed = allowedMilliseconds(adaptive, times);
  if (milliseconds > allowed) {
    const spent = `answered after ${milliseconds.toFixed(0)} ms`;
    const detail = `${spent}, later than the ${allowed.toFixed(0)} ms allowed`;
    return { outcome: { ok: false, detail }, times };
  }
  return { outcome, times: [...times, { at: now.monotonic, milliseconds }] };
}

function allowedMilliseconds(adaptive: Adaptive, times: readonly ResponseTime[]): number {
  const { limitMilliseconds, isRelative, divergence } = adaptive;
  if (times.length < minimumTimes) return limitMilliseconds;
  const mean = times.reduce((sum, time) => sum + time.milliseconds, 0) / times.length;
  const allowed = isRelative ? mean * (1 + divergence / 100) : mean + divergence;
  return Math.min(limitMilliseconds, allowed);
}
