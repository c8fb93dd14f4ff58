/**
 * Between control and the monitor process, as JSON lines on `run/monitor.sock`. Control sends the whole
 * plan on every (re)connection and differences after it; the process answers with its whole table, then
 * with what changed.
 */
import type { InstanceStatus, Probe } from './health.ts';
import type { InstancePlan } from './instance-plan.ts';
import type { PathMeasure, PathPlan } from './path/path-plan.ts';

/** What control knew of an instance: a restarted process goes on from there instead of guessing. */
export type HeldState = Pick<InstanceStatus, 'id' | 'state' | 'reason' | 'since' | 'isDrained'>;

export type ToMonitor =
  | {
      readonly type: 'plan';
      readonly instances: readonly InstancePlan[];
      readonly held: readonly HeldState[];
    }
  | {
      readonly type: 'change';
      readonly set: readonly InstancePlan[];
      readonly remove: readonly string[];
    }
  /** An operator enabled again what a `manual-resume` monitor keeps down. */
  | { readonly type: 'resume'; readonly ids: readonly string[] }
  /** Somebody wants to see one probe, now; no state changes by it. */
  | { readonly type: 'probe'; readonly number: number; readonly plan: InstancePlan }
  /** The way to a name server is to be measured, once. */
  | { readonly type: 'measure'; readonly number: number; readonly plan: PathPlan };

export type FromMonitor =
  | { readonly type: 'table'; readonly instances: readonly InstanceStatus[] }
  | { readonly type: 'changes'; readonly instances: readonly InstanceStatus[] }
  | { readonly type: 'probed'; readonly number: number; readonly probe: Probe }
  /** Null: the plan made no sense. */
  | { readonly type: 'measured'; readonly number: number; readonly measure: PathMeasure | null };
