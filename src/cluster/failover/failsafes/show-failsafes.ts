/** BIG-IP's words for what is watched: `show sys ha-status`, `show sys ha-group`. Pure. */
import type { Statistics } from '../../../config/runtime-state.ts';
import type { FailoverStatus } from '../protocol.ts';
import type { HaGroupScore } from './score.ts';

/** One row a failsafe; `failure` says yes or no, `reason` what was seen. */
export function failsafeStatistics(status: FailoverStatus | undefined): Statistics {
  const rows = (status?.failsafes ?? []).map(({ feature, key, action, failure }) => {
    const row = {
      action,
      failure: failure === undefined ? 'no' : 'yes',
      haFeature: feature,
      key,
      reason: failure ?? '-',
    };
    return [`:${feature}:${key}`, row] as const;
  });
  return Object.fromEntries(rows);
}

/** Without the bonus of the active device, as BIG-IP shows it since 14.1 (K41983050). */
export function haGroupStatistics(
  score: HaGroupScore,
  trafficGroups: readonly string[],
  status: FailoverStatus | undefined,
): Statistics {
  const shares = score.shares.map((share) => {
    const row = {
      kind: share.kind,
      name: share.name,
      weight: share.weight,
      members: share.total,
      membersUp: share.up,
      score: share.points,
    };
    return [`${share.kind}:${share.name}`, row] as const;
  });
  const groups = (status?.groups ?? []).filter(({ name }) => trafficGroups.includes(name));
  const isActive = groups.some(({ role }) => role === 'owner');
  return {
    name: score.name,
    state: score.isEnabled ? 'enabled' : 'disabled',
    score: score.points,
    activeBonus: score.activeBonus,
    isActive: isActive ? 'yes' : 'no',
    trafficGroups: trafficGroups.length === 0 ? '-' : trafficGroups.join(' '),
    shares: Object.fromEntries(shares),
  };
}

/** `show cm failover-history`, newest first: what changed, why, what was known, and what led to it. */
export function historyStatistics(status: FailoverStatus | undefined): Statistics {
  const entries = (status?.history ?? []).toReversed();
  const rows = entries.map(({ wall, group, change, reason, evidence, timeline }, index) => {
    const row = {
      time: new Date(wall).toISOString(),
      trafficGroup: group,
      change,
      reason,
      evidence,
      timeline: timeline.map((one) => `${offsetText(one.wall - wall)} ${one.what}`).join('; '),
    };
    return [`:${index}`, row] as const;
  });
  return Object.fromEntries(rows);
}

function offsetText(milliseconds: number): string {
  return `${milliseconds < 0 ? '-' : '+'}${Math.abs(milliseconds)} ms`;
}
