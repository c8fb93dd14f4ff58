/**
 * One simulated device: the real machine, a clock that runs a little fast or slow, a process that can be
 * paused (also in the middle of its effects), killed and restarted, and a kernel whose fence goes on
 * without the process exactly as nftables' timed sets do.
 */
import { type Durable, initialState } from '../machine.ts';
import type { Effect, Event, GroupConfig, Message, State } from '../types.ts';
import type { Dice } from './random.ts';
import type { Timeline } from './timeline.ts';

/** An `nft` timeout is counted in jiffies: it may end this much late. */
const timerLateness = 4;

export type Step = (state: State, event: Event) => readonly [State, readonly Effect[]];

/** An event without its time: the device stamps it with its own clock. */
export type Happening =
  | { readonly type: 'tick' }
  | { readonly type: 'message'; readonly message: Message }
  | Omit<Extract<Event, { type: 'command' }>, 'now'>
  | Omit<Extract<Event, { type: 'impaired' }>, 'now'>
  | Omit<Extract<Event, { type: 'persisted' }>, 'now'>
  | Omit<Extract<Event, { type: 'fence-refused' }>, 'now'>;

export interface Fence {
  /** True time at which the kernel closes it. */
  readonly until: number;
  /** True time of the last opening or renewal. */
  readonly at: number;
}

export interface World {
  readonly timeline: Timeline;
  readonly random: Dice;
  readonly step: Step;
  send(from: string, to: string, message: Message): void;
  opened(device: SimulatedDevice, group: string): void;
  drained(device: SimulatedDevice, group: string): void;
  /** Chance that the process is stopped between two of its instructions. */
  readonly pauseInside: () => number;
}

export class SimulatedDevice {
  readonly name: string;
  readonly config: GroupConfig;
  readonly fences = new Map<string, Fence>();
  /** Groups whose connections it serves on for their new owner. */
  readonly draining = new Set<string>();
  /** True time at which a message of that device was last worked off, effects included. */
  readonly processed = new Map<string, number>();
  state: State | undefined;
  pausedUntil = 0;
  takeovers = 0;
  readonly #world: World;
  readonly #rate: number;
  #durable: Durable = { mode: undefined, forcedOffline: false };
  #run = 0;
  #bootedAt = 0;
  #inbox: Happening[] = [];
  #isBusy = false;
  #wake = 0;

  constructor(world: World, config: GroupConfig) {
    this.#world = world;
    this.config = config;
    this.name = config.device;
    this.#rate = world.random.between(0.995, 1.005);
  }

  get isRunning(): boolean {
    return this.state !== undefined;
  }

  /** The process starts: what an older one left in the kernel is closed first. */
  start(): void {
    if (this.isRunning) return;
    this.#run += 1;
    this.#bootedAt = this.#world.timeline.now();
    this.fences.clear();
    this.draining.clear();
    this.pausedUntil = 0;
    this.#isBusy = false;
    this.#inbox = [];
    this.state = initialState(this.config, 0, this.#run, this.#durable);
    this.happen({ type: 'tick' });
  }

  /** SIGKILL: the kernel's fence is left to run out. */
  kill(): void {
    this.state = undefined;
    this.#run += 1;
  }

  powerOff(): void {
    this.kill();
    this.fences.clear();
  }

  pause(milliseconds: number): void {
    const until = this.#world.timeline.now() + milliseconds;
    if (until <= this.pausedUntil) return;
    this.pausedUntil = until;
    this.#later(until, () => this.#drain());
  }

  happen(happening: Happening): void {
    if (!this.isRunning) return;
    this.#inbox.push(happening);
    this.#drain();
  }

  #drain(): void {
    while (!this.#isBusy && this.#world.timeline.now() >= this.pausedUntil) {
      // Sockets are read before a timer's tick is acted upon, as the driver does.
      const message = this.#inbox.findIndex((one) => one.type !== 'tick');
      const [next] = this.#inbox.splice(Math.max(0, message), 1);
      if (next === undefined || this.state === undefined) return;
      this.#process(next);
    }
  }

  #local(): number {
    return (this.#world.timeline.now() - this.#bootedAt) * this.#rate;
  }

  #process(happening: Happening): void {
    if (this.state === undefined) return;
    // Every happening becomes an event by getting its time.
    const event = { ...happening, now: this.#local() } as Event;
    const before = this.state;
    const [state, effects] = this.#world.step(before, event);
    this.state = state;
    this.#isBusy = true;
    this.#perform(effects, 0, () => {
      this.#isBusy = false;
      // A late or repeated message says nothing about now.
      if (happening.type !== 'message') return;
      const { from } = happening.message;
      if (state.peers.get(from) === before.peers.get(from)) return;
      this.processed.set(from, this.#world.timeline.now());
    });
  }

  #perform(effects: readonly Effect[], from: number, done: () => void): void {
    for (let index = from; index < effects.length; index += 1) {
      const effect = effects[index];
      if (effect === undefined) continue;
      const rest = (): void => {
        this.#perform(effects, index + 1, done);
        this.#drain();
      };
      if (effect.type === 'fence') {
        if (this.#fence(effect.group, effect.until, rest)) return;
      } else if (this.#world.random.chance(this.#world.pauseInside())) {
        this.#stopThen(this.#world.random.between(1, 1500), () => {
          this.#apply(effect);
          rest();
        });
        return;
      } else this.#apply(effect);
    }
    done();
  }

  #apply(effect: Effect): void {
    switch (effect.type) {
      case 'close':
        this.fences.delete(effect.group);
        break;
      case 'drain':
        this.draining.add(effect.group);
        this.#world.drained(this, effect.group);
        break;
      case 'addresses':
        if (effect.present) this.draining.delete(effect.group);
        break;
      case 'send':
        for (const to of effect.to) this.#world.send(this.name, to, effect.message);
        break;
      case 'wake':
        this.#wakeAt(effect.at);
        break;
      case 'persist': {
        const { mode } = effect;
        const delay = this.#world.random.between(0.2, 30);
        this.#later(this.#world.timeline.now() + delay, () => {
          this.#durable = { ...this.#durable, mode };
          this.happen({ type: 'persisted', mode });
        });
        break;
      }
      case 'persist-offline':
        this.#durable = { ...this.#durable, forcedOffline: effect.forcedOffline };
        break;
      case 'history':
        if (effect.entry.change === 'active') this.takeovers += 1;
        break;
      default:
        break;
    }
  }

  /** The rest happens after a pause that falls between two instructions. */
  #stopThen(milliseconds: number, rest: () => void): void {
    this.pause(milliseconds);
    this.#later(this.pausedUntil, rest);
  }

  /**
   * Permit, look at the clock, open through the permit: three instructions with room for a pause between.
   * True: it paused, and goes on with `rest` later.
   */
  #fence(group: string, until: number, rest: () => void): boolean {
    const { permit } = this.config.profile;
    const timeout = until - this.#local() - permit;
    if (timeout <= 1) {
      this.happen({ type: 'fence-refused', group });
      return false;
    }
    const execute = (pause: number): void => {
      if (pause * this.#rate >= permit + timerLateness) {
        this.happen({ type: 'fence-refused', group });
        return;
      }
      const now = this.#world.timeline.now();
      const late = this.#world.random.between(0, timerLateness);
      this.fences.set(group, { until: now + timeout / this.#rate + late, at: now });
      this.#world.opened(this, group);
    };
    if (!this.#world.random.chance(this.#world.pauseInside())) {
      execute(0);
      return false;
    }
    const pause = this.#world.random.between(0, 3 * permit);
    this.#stopThen(pause, () => {
      execute(pause);
      rest();
    });
    return true;
  }

  #wakeAt(local: number): void {
    this.#wake += 1;
    const wake = this.#wake;
    const random = this.#world.random;
    const lateness = random.chance(0.01) ? random.between(0, 20) : random.between(0, 1);
    const at = this.#bootedAt + local / this.#rate + lateness;
    this.#later(at, () => {
      if (wake === this.#wake) this.happen({ type: 'tick' });
    });
  }

  /** Runs unless the process that planned it was killed since. */
  #later(at: number, task: () => void): void {
    const run = this.#run;
    this.#world.timeline.at(at, () => {
      if (run === this.#run) task();
    });
  }
}
