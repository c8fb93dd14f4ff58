/**
 * Probes what the plan says, when it says so, and tells what changed. One entry in the wheel for each
 * instance: its next probe, its deadline or the limit of a running probe, whichever is first.
 */
import type { Clock } from '../platform/clock.ts';
import type { Random } from '../platform/random.ts';
import type { InstanceStatus } from './health.ts';
import {
  deadlineOf,
  expired,
  type InstanceState,
  isNews,
  type Now,
  probed,
  type ProbeOutcome,
  resumed,
  startInstance,
} from './instance.ts';
import type { HeldState } from './messages.ts';
import type { InstancePlan } from './plan.ts';
import { type ProbeDoors, type RunningProbe, startProbe } from './probe.ts';
import { monitorTypes } from './types/index.ts';
import { TimerWheel } from './wheel.ts';

/** A hanging probe does not keep the next from starting: the server may answer again meanwhile. */
const maximumRunningProbes = 4;
/** New instances are probed at once, but not all in the same millisecond. */
const firstProbeSpacingMilliseconds = 0.5;
/** Probes come up to this share early, so that they do not march in step. Never late. */
const jitter = 0.05;
const tickMilliseconds = 20;

interface Running {
  readonly probe: RunningProbe;
  readonly started: number;
}

interface Instance {
  plan: InstancePlan;
  state: InstanceState;
  nextProbe: number;
  readonly running: Set<Running>;
}

export interface Runner {
  /** Replaces the plan; instances that stay keep their state. */
  replace(plans: readonly InstancePlan[], held: readonly HeldState[]): void;
  change(set: readonly InstancePlan[], remove: readonly string[]): void;
  resume(ids: readonly string[]): void;
  table(): readonly InstanceStatus[];
  close(): void;
}

export function createRunner(
  clock: Clock,
  random: Random,
  doors: ProbeDoors,
  onChange: (status: InstanceStatus) => void,
): Runner {
  const instances = new Map<string, Instance>();
  const wheel = new TimerWheel<Instance>(clock.monotonicMilliseconds(), tickMilliseconds);
  const now = (): Now => ({
    wall: clock.wallMilliseconds(),
    monotonic: clock.monotonicMilliseconds(),
  });

  const become = (instance: Instance, next: InstanceState): void => {
    const before = instance.state.status;
    instance.state = next;
    if (isNews(before, next.status)) onChange(next.status);
  };
  const schedule = (instance: Instance): void => {
    let due = instance.nextProbe;
    if (instance.state.status.state !== 'down') {
      due = Math.min(due, deadlineOf(instance.plan, instance.state));
    }
    for (const running of instance.running) {
      due = Math.min(due, running.started + instance.plan.timeoutMilliseconds);
    }
    wheel.set(instance, due);
  };
  const endProbe = (instance: Instance, running: Running, outcome: ProbeOutcome): void => {
    if (!instance.running.delete(running)) return;
    running.probe.cancel();
    const at = now();
    become(
      instance,
      probed(instance.plan, instance.state, outcome, at.monotonic - running.started, at),
    );
  };
  const giveUp = (instance: Instance, running: Running): void => {
    const seconds = ((clock.monotonicMilliseconds() - running.started) / 1000).toFixed(1);
    endProbe(instance, running, { ok: false, detail: `${running.probe.stage()} in ${seconds} s` });
  };
  const launch = (instance: Instance): void => {
    const type = monitorTypes.get(instance.plan.type);
    if (type === undefined) return;
    const [oldest] = instance.running;
    if (instance.running.size >= maximumRunningProbes && oldest !== undefined) {
      giveUp(instance, oldest);
    }
    const running: Running = {
      started: clock.monotonicMilliseconds(),
      probe: startProbe(doors, type, instance.plan, (outcome) => {
        endProbe(instance, running, outcome);
      }),
    };
    instance.running.add(running);
  };
  const visit = (instance: Instance): void => {
    const at = clock.monotonicMilliseconds();
    const { plan } = instance;
    const isExpired =
      instance.state.status.state !== 'down' && at >= deadlineOf(plan, instance.state);
    for (const running of instance.running) {
      if (isExpired || at >= running.started + plan.timeoutMilliseconds) giveUp(instance, running);
    }
    if (isExpired) become(instance, expired(plan, instance.state, now()));
    if (at >= instance.nextProbe) {
      launch(instance);
      instance.nextProbe = at + periodOf(instance) * (1 - jitter * random.fraction());
    }
    schedule(instance);
  };
  const set = (plan: InstancePlan, held: HeldState | undefined, firstDelay: number): void => {
    const known = instances.get(plan.id);
    if (known !== undefined) {
      known.plan = plan;
      known.nextProbe = Math.min(known.nextProbe, clock.monotonicMilliseconds() + periodOf(known));
      schedule(known);
      return;
    }
    const at = now();
    const instance: Instance = {
      plan,
      state: startInstance(plan, held, at),
      nextProbe: at.monotonic + firstDelay,
      running: new Set(),
    };
    instances.set(plan.id, instance);
    schedule(instance);
  };
  const remove = (id: string): void => {
    const instance = instances.get(id);
    if (instance === undefined) return;
    instances.delete(id);
    wheel.delete(instance);
    for (const running of instance.running) running.probe.cancel();
    instance.running.clear();
  };
  const setAll = (plans: readonly InstancePlan[], held: readonly HeldState[]): void => {
    const heldById = new Map(held.map((state) => [state.id, state]));
    for (const plan of plans) {
      const spread = Math.min(
        plan.intervalMilliseconds,
        plans.length * firstProbeSpacingMilliseconds,
      );
      set(plan, heldById.get(plan.id), spread * random.fraction());
    }
  };
  const cancelTicks = clock.every(tickMilliseconds, () => {
    for (const instance of wheel.turn(clock.monotonicMilliseconds())) visit(instance);
  });
  return {
    replace(plans, held) {
      const kept = new Set(plans.map((plan) => plan.id));
      for (const id of [...instances.keys()]) if (!kept.has(id)) remove(id);
      setAll(plans, held);
    },
    change(plans, removed) {
      for (const id of removed) remove(id);
      setAll(plans, []);
    },
    resume(ids) {
      for (const id of ids) {
        const instance = instances.get(id);
        if (instance !== undefined) instance.state = resumed(instance.state);
      }
    },
    table: () => [...instances.values()].map((instance) => instance.state.status),
    close() {
      cancelTicks();
      for (const id of [...instances.keys()]) remove(id);
      doors.pinger.close();
    },
  };
}

function periodOf(instance: Instance): number {
  const { intervalMilliseconds, upIntervalMilliseconds } = instance.plan;
  const isUp = instance.state.status.state === 'up';
  return isUp && upIntervalMilliseconds > 0 ? upIntervalMilliseconds : intervalMilliseconds;
}
