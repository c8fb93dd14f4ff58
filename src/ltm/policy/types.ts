/**
 * Policies of a virtual server as plain data: BIG-IP's rules in the order in which they are tried, with what the
 * engine has to look at and to do in its own words.
 */
import type { PlaceFact } from './place.ts';
import type { BackendKey } from '../backend-key.ts';

/** When it is known: with the connection (TLS greeting and all), with a request, or with its answer. */
export type Phase = 'connection' | 'request' | 'response';

export interface PolicyPlan {
  readonly name: string;
  /** All rules that match act, or only the first of them. */
  readonly actsOn: 'all' | 'first';
  readonly rules: readonly RulePlan[];
}

export interface RulePlan {
  /** Of one policy; a rule that is tried in several ways (best match) has the same in each. */
  readonly number: number;
  readonly conditions: readonly ConditionPlan[];
  readonly actions: readonly ActionPlan[];
  /** How the request goes on; undefined: as without the policy. */
  readonly route: BackendKey | undefined;
}

export type Comparison =
  | 'equals'
  | 'starts-with'
  | 'ends-with'
  | 'contains'
  | 'exists'
  | 'less'
  | 'less-or-equal'
  | 'greater'
  | 'greater-or-equal';

export interface ConditionPlan {
  readonly phase: Phase;
  /** What is looked at, in HAProxy's words. */
  readonly sample: string;
  readonly kind: ValueKind;
  readonly fact?: PlaceFact;
  readonly comparison: Comparison;
  /** One of them has to fit. */
  readonly values: readonly string[];
  readonly isNegated: boolean;
  readonly ignoresCase: boolean;
  /** What becomes of it where there is nothing to look at; undefined: nothing fits. */
  readonly absent: 'holds' | 'fails' | undefined;
}

/** `place`: as `place.ts` names them. */
export type ValueKind = 'text' | 'number' | 'address' | 'place';

export interface ActionPlan {
  readonly phase: Exclude<Phase, 'connection'>;
  /** HAProxy's action with its arguments. */
  readonly action: string;
  /** A further condition, in HAProxy's words. */
  readonly when?: string;
  /** Nothing comes after it. */
  readonly isFinal: boolean;
  /** What it needs to know of the request when the answer is there. */
  readonly captures: readonly Capture[];
}

export interface Capture {
  readonly variable: string;
  readonly sample: string;
}

/** A way of going on that a rule asks for; what it leaves out is as the virtual server has it. */
