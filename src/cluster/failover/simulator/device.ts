/**
 * One simulated device: the real machine, a clock that runs a little fast or slow, a process that can be
 * paused (also in the middle of its effects), killed and restarted, and a kernel whose fence goes on
 * without the process exactly as nftables' timed sets do.
 */
import type { ArbiterAnswer } from '../../arbiter/ledger.ts';
import { type Durable, initialState } from '../machine/machine.ts';
import type { Effect, Event, GroupConfig, Message, State } from '../types.ts';
import { arbiterNode, SimulatedArbitration } from './arbiter.ts';
import { isPair } from '../machine/lease.ts';
import { candidatePeriod } from '../machine/ownership.ts';
import type { Packet } from './network.ts';
import type { Dice } from './random.ts';
import type { Timeline } from './timeline.ts';

/** An `nft` timeout is counted in jiffies: it may end this much late. */
const timerLateness = 4;
/** Between two instructions, milliseconds. */
const longestPause = 1500;

export type Step = (state: State, event: Event) => readonly [State, readonly Effect[]];

/** An event without its time: the device stamps it with its own clock. */
export type Happening =
  | { readonly type: 'tick' }
  | { readonly type: 'message'; readonly message: Message }
  | Omit<Extract<Event, { type: 'command' }>, 'now'>
  | Omit<Extract<Event, { type: 'configure' }>, 'now'>
  | Omit<Extract<Event, { type: 'impaired' }>, 'now'>
  | Omit<Extract<Event, { type: 'persisted' }>, 'now'>
  | Omit<Extract<Event, { type: 'fence-refused' }>, 'now'>
  | Omit<Extract<Event, { type: 'gateway' }>, 'now'>
  /** From the arbiter; becomes the machine's event when it is worked off. */
  | { readonly type: 'answer'; readonly number: number; readonly answer: ArbiterAnswer };

/** What a device of a mutated kind does wrong, for the tests of the checker. */
export interface Defects {
  /** The fence is opened without a permit: late calls are not refused. */
  readonly skipsPermit?: boolean;
  /** The arbiter's record is taken from another without waiting. */
  readonly isImpatient?: boolean;
  /** An arbiter's lease counts from the answer. */
  readonly countsFromAnswer?: boolean;
  /** An agreement on disk is believed, however old. */
  readonly believesDisk?: boolean;
}

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
  readonly defects: Defects;
  send(from: string, to: string, packet: Packet): void;
  /** Something was worked off: the state is a new one. */
  looked(device: SimulatedDevice): void;
  opened(device: SimulatedDevice, group: string): void;
  drained(device: SimulatedDevice, group: string): void;
  /** Chance that the process is stopped between two of its instructions. */
  readonly pauseInside: () => number;
}

const blank: Durable = { mode: undefined, forcedOffline: false };

export class SimulatedDevice {
  readonly name: string;
  config: GroupConfig;
  readonly fences = new Map<string, Fence>();
  /** Groups whose connections it serves on for their new owner. */
  readonly draining = new Set<string>();
  /** True time at which a message of that device was last worked off, effects included. */
  readonly processed = new Map<string, number>();
  state: State | undefined;
  pausedUntil = 0;
  /** True time at which an echo reply of the gateway arrived. */
  gatewayHeardAt: number | undefined;
  takeovers = 0;
  readonly #world: World;
  readonly #rate: number;
  #durable: Durable = blank;
  /** What was on disk before, oldest first. */
  readonly #former: Durable[] = [];
  #run = 0;
  /** Of the wall clock, which names a run of the process. */
  #wallOffset = 1_000_000_000;
  #arbitration: SimulatedArbitration | undefined;
  #bootedAt = 0;
  #inbox: Happening[] = [];
  #isBusy = false;
  #wake = 0;
  /** As the driver: a tick is never put off. */
  #wakesAt = Number.POSITIVE_INFINITY;

  constructor(world: World, config: GroupConfig) {
    this.#world = world;
    this.config = config;
    this.name = config.device;
    this.#rate = world.random.between(0.995, 1.005);
    // A pair that was there before its witness: what a copy of long ago would bring back.
    if (isPair(config) && config.witnesses.length > 0) {
      this.#former.push({ ...blank, mode: { epoch: 1, phase: 'pair' } });
    }
  }

  get isRunning(): boolean {
    return this.state !== undefined;
  }

  /** The process starts: what an older one left in the kernel is closed first. */
  start(): void {
    if (this.isRunning) return;
    this.#run += 1;
    this.#wakesAt = Number.POSITIVE_INFINITY;
    this.#bootedAt = this.#world.timeline.now();
    this.fences.clear();
    this.draining.clear();
    this.pausedUntil = 0;
    this.#isBusy = false;
    this.#inbox = [];
    const instance = Math.floor(this.#wallOffset + this.#world.timeline.now());
    this.state = initialState(this.config, 0, instance, this.#durable);
    const { defects } = this.#world;
    if (defects.believesDisk === true && this.#durable.mode !== undefined) {
      this.state = { ...this.state, mode: this.#durable.mode };
    }
    const { detect } = this.config.profile;
    if (this.config.arbiter !== undefined && this.state.groups.size > 0) {
      const patience = defects.isImpatient === true ? 0 : detect;
      const countsFromAnswer = defects.countsFromAnswer ?? false;
      this.#arbitration = new SimulatedArbitration(this.name, instance, patience, countsFromAnswer);
      this.#askAfter(0);
    }
    for (const gateway of this.config.gateways ?? []) this.#ask(gateway);
    this.happen({ type: 'tick' });
  }

  /** Who votes has changed; a process that does not run learns it when it starts. */
  configure(config: GroupConfig): void {
    if (config === this.config) return;
    this.config = config;
    this.happen({ type: 'configure', config });
  }

  /** The wall clock jumps; the monotonic one does not. */
  jump(milliseconds: number): void {
    this.#wallOffset += milliseconds;
  }

  /** Between runs: the last write is torn, or a copy of long ago was restored. */
  spoilDisk(kind: 'torn' | 'restored' | 'oldest'): void {
    if (this.isRunning) return;
    const [oldest = blank] = this.#former;
    const isOld = kind === 'restored' && this.#former.length > 0;
    this.#durable = isOld ? this.#world.random.pick(this.#former) : blank;
    if (kind === 'oldest') this.#durable = oldest;
  }

  arrive(packet: Packet): void {
    switch (packet.kind) {
      case 'heartbeat':
        this.happen({ type: 'message', message: packet.message });
        break;
      case 'answer':
        this.happen({ type: 'answer', number: packet.number, answer: packet.answer });
        break;
      case 'echo':
        if (packet.instance !== this.state?.instance) break;
        this.gatewayHeardAt = this.#world.timeline.now();
        this.happen({ type: 'gateway', sentAt: packet.sentAt });
        break;
      default:
        break;
    }
  }

  /** SIGKILL: the kernel's fence is left to run out. */
  kill(): void {
    this.state = undefined;
    this.#arbitration = undefined;
    this.#run += 1;
    this.#wakesAt = Number.POSITIVE_INFINITY;
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

  /** Its own monotonic clock, milliseconds. */
  localNow(): number {
    return this.#local();
  }

  #local(): number {
    return (this.#world.timeline.now() - this.#bootedAt) * this.#rate;
  }

  #process(happening: Happening): void {
    if (this.state === undefined) return;
    if (happening.type === 'answer') {
      const now = this.#local();
      const acknowledged = this.#arbitration?.take(happening.number, happening.answer, now);
      if (acknowledged === undefined) return;
      this.#work(happening, { type: 'arbiter', now, acknowledged });
      this.#askNext();
      return;
    }
    // Every happening becomes an event by getting its time.
    this.#work(happening, { ...happening, now: this.#local() });
    if (this.#arbitration?.isAsking === false && this.#arbitration.isUrgent(this.state)) {
      this.#askAfter(0);
    }
  }

  #work(happening: Happening, event: Event): void {
    if (this.state === undefined) return;
    const before = this.state;
    const [state, effects] = this.#world.step(before, event);
    this.state = state;
    this.#world.looked(this);
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
        this.#stopThen(this.#world.random.between(1, longestPause), () => {
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
        for (const to of effect.to) {
          this.#world.send(this.name, to, { kind: 'heartbeat', message: effect.message });
        }
        break;
      case 'wake':
        this.#wakeAt(effect.at);
        break;
      case 'persist': {
        const { mode } = effect;
        const delay = this.#world.random.between(0.2, 30);
        // One file: what is written later is there later.
        this.#writtenAt = Math.max(this.#writtenAt, this.#world.timeline.now() + delay);
        this.#later(this.#writtenAt, () => {
          this.#write({ ...this.#durable, mode });
          this.happen({ type: 'persisted', mode });
        });
        break;
      }
      case 'persist-offline':
        this.#write({ ...this.#durable, forcedOffline: effect.forcedOffline });
        break;
      case 'persist-gateway':
        this.#write({ ...this.#durable, hadGateway: effect.hadGateway });
        break;
      case 'history':
        if (effect.entry.change === 'active') this.takeovers += 1;
        break;
      default:
        break;
    }
  }

  #write(durable: Durable): void {
    this.#former.push(this.#durable);
    this.#durable = durable;
  }

  #askNext(): void {
    if (this.state === undefined || this.#arbitration === undefined) return;
    const { interval } = this.config.profile;
    const isOwner = [...this.state.groups.values()].some(({ role }) => role !== 'standby');
    const isUrgent = this.#arbitration.isUrgent(this.state);
    this.#askAfter(isUrgent ? candidatePeriod(this.state) : isOwner ? interval : 2 * interval);
  }

  #asks = 0;
  #writtenAt = 0;

  /** Asks the arbiter, unless something newer was planned by then; gives up after the time of detection. */
  #askAfter(milliseconds: number): void {
    this.#asks += 1;
    const ask = this.#asks;
    const { detect } = this.config.profile;
    this.#later(Math.max(this.pausedUntil, this.#world.timeline.now() + milliseconds), () => {
      if (ask !== this.#asks || this.state === undefined || this.#arbitration === undefined) return;
      if (this.#isBusy || this.#world.timeline.now() < this.pausedUntil) {
        this.#askAfter(1);
        return;
      }
      const asked = this.#arbitration.ask(this.state, this.#local());
      this.#world.send(this.name, arbiterNode, { kind: 'ask', ...asked });
      this.#later(this.#world.timeline.now() + detect, () => {
        if (this.#arbitration?.isAsking !== true) return;
        this.#arbitration.giveUp(asked.number);
        if (!this.#arbitration.isAsking) this.#askNext();
      });
    });
  }

  /** Echo requests to a gateway, one an interval. */
  #ask(gateway: string): void {
    this.#later(this.#world.timeline.now() + this.config.profile.interval, () => {
      const { state } = this;
      if (state !== undefined && this.#world.timeline.now() >= this.pausedUntil) {
        const { instance } = state;
        this.#world.send(this.name, gateway, { kind: 'echo', instance, sentAt: this.#local() });
      }
      this.#ask(gateway);
    });
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
    const isUnguarded = this.#world.defects.skipsPermit === true;
    const execute = (pause: number): void => {
      if (!isUnguarded && pause * this.#rate >= permit + timerLateness) {
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
    const { random } = this.#world;
    const pause = random.between(0, random.chance(0.3) ? longestPause : 3 * permit);
    this.#stopThen(pause, () => {
      execute(pause);
      rest();
    });
    return true;
  }

  #wakeAt(local: number): void {
    if (this.#wakesAt <= local) return;
    this.#wakesAt = local;
    this.#wake += 1;
    const wake = this.#wake;
    const random = this.#world.random;
    const lateness = random.chance(0.01) ? random.between(0, 20) : random.between(0, 1);
    const at = this.#bootedAt + local / this.#rate + lateness;
    this.#later(at, () => {
      if (wake !== this.#wake) return;
      this.#wakesAt = Number.POSITIVE_INFINITY;
      this.happen({ type: 'tick' });
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
