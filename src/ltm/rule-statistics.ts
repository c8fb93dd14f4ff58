/**
 * What `show ltm rule` and `ltm policy` count. Rules are kept and not run yet, and of policies HAProxy says nothing, so
 * that what is counted is 0; which events there are, and in which order, is read from the rule. Pure.
 */
import { textValue } from '../config/property-values.ts';
import type { Statistics } from '../config/runtime-state.ts';
import type { ConfigView } from '../config/types.ts';
import { eventsOf } from '../config/model/checks/rule-events.ts';

const defaultPriority = 500;

/** One level an event: "/Common/r:HTTP_REQUEST". Undefined when there is no such rule. */
export function ruleStatistics(view: ConfigView, name: string): Statistics | undefined {
  const rule = view.get('ltm rule', name);
  if (rule === undefined) return undefined;
  const events = eventsOf(textValue(rule.properties, 'api-anonymous') ?? '');
  return Object.fromEntries(
    events.map(({ name: event, head }) => [
      `${name}:${event}`,
      {
        aborts: 0,
        avgCycles: 0,
        eventType: event,
        failures: 0,
        maxCycles: 0,
        minCycles: 0,
        priority: Number(/\bpriority\s+(\d+)/.exec(head)?.[1] ?? defaultPriority),
        tmName: name,
        totalExecutions: 0,
      },
    ]),
  );
}

export function policyStatistics(view: ConfigView, name: string): Statistics | undefined {
  if (view.stored('ltm policy', name) === undefined) return undefined;
  return { invoked: 0, policyName: name, succeeded: 0, vsName: 'N/A' };
}
