/**
 * Probes what the plan says, when it says so, and tells what changed. One entry in the wheel for each
 * instance: its next probe, its deadline or the limit of a running probe, whichever is first.
 */
import type { Clock } from '../platform/clock.ts';
import type { Random } from '../platform/random.ts';
import type { InstanceStatus, Probe } from './health.ts';
import {
  deadlineOf,
  expired,
  type InstanceState,
  isNews,
  probed,
  resumed,
  startInstance,
} from './instance.ts';
import type { HeldState } from './messages.ts';
import type { InstancePlan } from './instance-plan.ts';
import type { ProbeDoors, RunningProbe } from './probe/doors.ts';
import type { Now, ProbeOutcome } from './outcome.ts';
import { startProbe } from './probe/start.ts';
import { monitorTypes } from './types/index.ts';
import { TimerWheel } from './wheel.ts';

/** A hanging probe does not keep the next from starting: the server may answer again meanwhile. */
const maximumRunningProbes = 4;
/** Where probes fill the room there is, an instance has its last one only. */
const keptWhenCrowded = 1;
/** New instances are probed at once, but not all in the same millisecond. */
const firstProbeSpacingMilliseconds = 0.5;
/** Probes come up to this share early, so that they do not march in step. Never late. */
const jitter = 0.05;
const tickMilliseconds = 20;

interface Running {
  readonly probe: RunningProbe;
  readonly started: number;
  /** Of the descriptors that there are: pings and half-open handshakes share theirs. */
  readonly room: 0 | 1;
}

interface Instance {
  plan: InstancePlan;
  state: InstanceState;
  nextProbe: number;
  /** Few: an array is cheaper than a set. */
  readonly running: Running[];
  /** Since when its probe waits for room. */
  waitsSince: number;
  /** What it waited while this was its deadline: no sign of the server's state. */
  waited: { readonly deadline: number; readonly milliseconds: number };
}

function waitedUntil({ waited }: Instance, deadline: number): number {
  return waited.deadline === deadline ? waited.milliseconds : 0;
}

export class Runner {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #doors: ProbeDoors;
  readonly #onChange: (status: InstanceStatus) => void;
  readonly #instances = new Map<string, Instance>();
  readonly #wheel: TimerWheel<Instance>;
  /** Whose turn came while there was no room, in that order. */
  readonly #waiting = new Set<Instance>();
  #open = 0;
  readonly #cancelTicks: () => void;

  constructor(
    clock: Clock,
    random: Random,
    doors: ProbeDoors,
    onChange: (status: InstanceStatus) => void,
  ) {
    this.#clock = clock;
    this.#random = random;
    this.#doors = doors;
    this.#onChange = onChange;
    this.#wheel = new TimerWheel(clock.monotonicMilliseconds(), tickMilliseconds);
    this.#cancelTicks = clock.every(tickMilliseconds, () => {
      for (const instance of this.#wheel.turn(clock.monotonicMilliseconds())) this.#visit(instance);
    });
  }

  /** Replaces the plan; instances that stay keep their state. */
  replace(plans: readonly InstancePlan[], held: readonly HeldState[]): void {
    const kept = new Set(plans.map((plan) => plan.id));
    for (const id of this.#instances.keys()) if (!kept.has(id)) this.#remove(id);
    this.#setAll(plans, held);
  }

  change(set: readonly InstancePlan[], remove: readonly string[]): void {
    for (const id of remove) this.#remove(id);
    this.#setAll(set, []);
  }

  resume(ids: readonly string[]): void {
    for (const id of ids) {
      const instance = this.#instances.get(id);
      if (instance !== undefined) instance.state = resumed(instance.state);
    }
  }

  /** One probe now, whatever the plan says; `report` comes within the monitor's timeout. */
  once(plan: InstancePlan, report: (probe: Probe) => void): void {
    const type = monitorTypes.get(plan.type);
    const started = this.#now();
    const tell = ({ ok, detail }: ProbeOutcome): void => {
      cancel();
      const durationMilliseconds = this.#clock.monotonicMilliseconds() - started.monotonic;
      report({ at: started.wall, durationMilliseconds, ok, detail });
    };
    let cancel = (): void => undefined;
    if (type === undefined) {
      tell({ ok: false, detail: `nothing probes with "${plan.type}"` });
      return;
    }
    const running = startProbe(this.#doors, type, plan, tell);
    cancel = this.#clock.after(plan.timeoutMilliseconds, () => {
      running.cancel();
      tell({ ok: false, detail: running.stage() });
    });
  }

  table(): readonly InstanceStatus[] {
    return [...this.#instances.values()].map((instance) => instance.state.status);
  }

  close(): void {
    this.#cancelTicks();
    this.#waiting.clear();
    for (const id of this.#instances.keys()) this.#remove(id);
    this.#doors.close();
  }

  #setAll(plans: readonly InstancePlan[], held: readonly HeldState[]): void {
    const heldById = new Map(held.map((state) => [state.id, state]));
    for (const plan of plans) {
      const spread = Math.min(
        plan.intervalMilliseconds,
        plans.length * firstProbeSpacingMilliseconds,
      );
      this.#set(plan, heldById.get(plan.id), spread * this.#random.fraction());
    }
  }

  #set(plan: InstancePlan, held: HeldState | undefined, firstDelay: number): void {
    const known = this.#instances.get(plan.id);
    if (known !== undefined) {
      known.plan = plan;
      const soonest = this.#clock.monotonicMilliseconds() + periodOf(known);
      known.nextProbe = Math.min(known.nextProbe, soonest);
      this.#schedule(known);
      return;
    }
    const now = this.#now();
    const instance: Instance = {
      plan,
      state: startInstance(plan, held, now),
      nextProbe: now.monotonic + firstDelay,
      running: [],
      waitsSince: 0,
      waited: { deadline: 0, milliseconds: 0 },
    };
    this.#instances.set(plan.id, instance);
    this.#schedule(instance);
  }

  #remove(id: string): void {
    const instance = this.#instances.get(id);
    if (instance === undefined) return;
    this.#instances.delete(id);
    this.#wheel.delete(instance);
    this.#waiting.delete(instance);
    for (const running of instance.running.toReversed()) this.#drop(instance, running);
  }

  #visit(instance: Instance): void {
    const at = this.#clock.monotonicMilliseconds();
    const { plan } = instance;
    const isExpired = instance.state.status.state !== 'down' && at >= this.#deadline(instance);
    if (instance.running.length > 0) this.#endRunning(instance, at, isExpired);
    if (isExpired) this.#become(instance, expired(plan, instance.state, this.#now()));
    if (at >= instance.nextProbe) {
      this.#launch(instance);
      instance.nextProbe = at + periodOf(instance) * (1 - jitter * this.#random.fraction());
    }
    this.#schedule(instance);
  }

  /**
   * Those that are overdue; when the deadline came all. The oldest last: it waited longest, and says most. A failure that
   * was told already says more than one that was only just begun.
   */
  #endRunning(instance: Instance, at: number, isExpired: boolean): void {
    const { plan, state } = instance;
    const isTold = state.status.probes.at(-1)?.ok === false;
    for (const running of instance.running.toReversed()) {
      const isOverdue = at >= running.started + plan.timeoutMilliseconds;
      if (isOverdue || (isExpired && !isTold)) this.#giveUp(instance, running);
      else if (isExpired) this.#drop(instance, running);
    }
  }

  #drop(instance: Instance, running: Running): void {
    running.probe.cancel();
    instance.running.splice(instance.running.indexOf(running), 1);
    this.#leaveRoom(running);
  }

  #leaveRoom({ room }: Running): void {
    this.#open -= room;
    this.#fillRoom();
  }

  #fillRoom(): void {
    for (const next of this.#waiting) {
      if (this.#open >= this.#doors.maximumProbes) return;
      const milliseconds = this.#clock.monotonicMilliseconds() - next.waitsSince;
      const deadline = deadlineOf(next.plan, next.state);
      next.waited = { deadline, milliseconds: milliseconds + waitedUntil(next, deadline) };
      this.#begin(next);
      this.#schedule(next);
    }
  }

  #deadline(instance: Instance): number {
    if (this.#waiting.has(instance)) return Infinity;
    const deadline = deadlineOf(instance.plan, instance.state);
    return deadline + waitedUntil(instance, deadline);
  }

  #schedule(instance: Instance): void {
    const { plan, state } = instance;
    let due = instance.nextProbe;
    if (state.status.state !== 'down') due = Math.min(due, this.#deadline(instance));
    for (const running of instance.running) {
      due = Math.min(due, running.started + plan.timeoutMilliseconds);
    }
    this.#wheel.set(instance, due);
  }

  #launch(instance: Instance): void {
    const { running } = instance;
    const isCrowded = this.#open >= this.#doors.maximumProbes;
    const kept = isCrowded ? keptWhenCrowded : maximumRunningProbes - 1;
    for (const oldest of running.slice(0, Math.max(0, running.length - kept))) {
      this.#giveUp(instance, oldest);
    }
    if (isCrowded && running.length > 0) return;
    if (this.#open < this.#doors.maximumProbes) this.#begin(instance);
    else if (!this.#waiting.has(instance)) {
      instance.waitsSince = this.#clock.monotonicMilliseconds();
      this.#waiting.add(instance);
    }
  }

  #begin(instance: Instance): void {
    this.#waiting.delete(instance);
    const type = monitorTypes.get(instance.plan.type);
    if (type === undefined) return;
    const transport = type.transport(instance.plan);
    const running: Running = {
      room: transport === 'ping' || transport === 'half-open' ? 0 : 1,
      started: this.#clock.monotonicMilliseconds(),
      probe: startProbe(this.#doors, type, instance.plan, (outcome) => {
        this.#end(instance, running, outcome);
      }),
    };
    instance.running.push(running);
    this.#open += running.room;
  }

  #giveUp(instance: Instance, running: Running): void {
    const seconds = ((this.#clock.monotonicMilliseconds() - running.started) / 1000).toFixed(1);
    const detail = `${running.probe.stage()} in ${seconds} s`;
    this.#end(instance, running, { ok: false, detail });
  }

  #end(instance: Instance, running: Running, outcome: ProbeOutcome): void {
    if (!instance.running.includes(running)) return;
    this.#drop(instance, running);
    const now = this.#now();
    const duration = now.monotonic - running.started;
    this.#become(instance, probed(instance.plan, instance.state, outcome, duration, now));
    // Up again: the deadline is due before the next visit may be.
    if (this.#instances.get(instance.plan.id) === instance) this.#schedule(instance);
  }

  #become(instance: Instance, next: InstanceState): void {
    const before = instance.state.status;
    instance.state = next;
    if (isNews(before, next.status)) this.#onChange(next.status);
  }

  #now(): Now {
    return {
      wall: this.#clock.wallMilliseconds(),
      monotonic: this.#clock.monotonicMilliseconds(),
    };
  }
}

function periodOf(instance: Instance): number {
  const { intervalMilliseconds, upIntervalMilliseconds } = instance.plan;
  const isUp = instance.state.status.state === 'up';
  return isUp && upIntervalMilliseconds > 0 ? upIntervalMilliseconds : intervalMilliseconds;
}
