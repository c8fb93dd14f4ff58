/** `show ltm monitor TYPE NAME`: every place that it probes, its state, and the last probes. */
import type { StateRegistry, Statistics } from '../config/runtime-state.ts';
import type { InstanceStatus, Probe } from './health.ts';
import type { HealthState } from './health-state.ts';
import type { InstancePlan } from './instance-plan.ts';
import { bigipTime } from './instance.ts';
import { monitorTypes } from './types/index.ts';

/** A monitor of twenty thousand members shows the first so many. */
const maximumShown = 1000;

export function provideMonitorStatistics(registry: StateRegistry, state: HealthState): void {
  for (const type of monitorTypes.keys()) {
    registry.provideStatistics(`ltm monitor ${type}`, undefined, (name) => {
      const places = state.placesOf(name).slice(0, maximumShown);
      return Object.fromEntries(places.map(([plan, status]) => [placeOf(plan), row(plan, status)]));
    });
  }
}

function placeOf(plan: InstancePlan): string {
  return plan.id.slice(plan.monitor.length + 1);
}

function row(plan: InstancePlan, status: InstanceStatus | undefined): Statistics {
  const since = status === undefined ? '' : bigipTime(status.since);
  return {
    destination: placeOf(plan),
    state: status?.state ?? 'checking',
    since,
    reason: status?.reason ?? '',
    ...Object.fromEntries(
      (status?.probes ?? []).map((probe, index) => [`probe${index + 1}`, told(probe)]),
    ),
  };
}

function told({ at, durationMilliseconds, ok, detail }: Probe): string {
  const result = ok ? 'success' : 'failure';
  return `${bigipTime(at)} ${result} after ${durationMilliseconds.toFixed(1)} ms: ${detail}`;
}
