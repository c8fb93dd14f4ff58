/**
 * Instances that other rooms want probed (GTM: hosts that are no devices), beside those of the local
 * configuration: the same process, the same types. Their ids begin with the owner's name.
 */
import type { InstanceStatus } from './health.ts';
import type { InstancePlan } from './instance-plan.ts';
import type { HeldState, ToMonitor } from './messages.ts';

export interface ProbeGuests {
  /** Replaces what the owner wants. */
  want(owner: string, plans: readonly InstancePlan[]): void;
  /** Of an id as in the plan; undefined before its first report. */
  instance(id: string): InstanceStatus | undefined;
  onChange(listener: () => void): void;
}

export interface GuestBook extends ProbeGuests {
  plans(): readonly InstancePlan[];
  held(): readonly HeldState[];
  /** Those of guests among what the monitor process told. */
  observe(statuses: readonly InstanceStatus[]): void;
}

export function createGuestBook(send: (message: ToMonitor) => void): GuestBook {
  const wanted = new Map<string, ReadonlyMap<string, InstancePlan>>();
  const statuses = new Map<string, InstanceStatus>();
  const listeners = new Set<() => void>();
  const all = (): readonly InstancePlan[] =>
    [...wanted.values()].flatMap((plans) => [...plans.values()]);
  return {
    want(owner, plans) {
      const before = wanted.get(owner) ?? new Map<string, InstancePlan>();
      const after = new Map(plans.map((plan) => [plan.id, plan]));
      wanted.set(owner, after);
      const set = plans.filter(
        (plan) => JSON.stringify(plan) !== JSON.stringify(before.get(plan.id)),
      );
      const remove = [...before.keys()].filter((id) => !after.has(id));
      for (const id of remove) statuses.delete(id);
      if (set.length > 0 || remove.length > 0) send({ type: 'change', set, remove });
    },
    instance: (id) => statuses.get(id),
    onChange: (listener) => void listeners.add(listener),
    plans: all,
    held: () => [...statuses.values()].map((status) => ({ ...status, probes: [] })),
    observe(told) {
      let isNew = false;
      for (const status of told) {
        const isOurs = [...wanted.values()].some((plans) => plans.has(status.id));
        if (!isOurs) continue;
        statuses.set(status.id, status);
        isNew = true;
      }
      if (isNew) for (const listener of listeners) listener();
    },
  };
}
