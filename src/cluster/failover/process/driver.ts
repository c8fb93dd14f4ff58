/**
 * Feeds one machine (a device's own failover group, or a group it witnesses) and carries out its effects,
 * in order, at once. Knows neither sockets nor files: they are handed in.
 */
import { unreachable } from '../../../base/assert.ts';
import type { Cancel, Clock } from '../../../platform/clock.ts';
import type { Log } from '../../../platform/log.ts';
import { afterSockets } from '../../../platform/turn.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { isStandalone } from '../machine/lease.ts';
import { type Durable, initialState, step } from '../machine/machine.ts';
import type { Effect, Event, GroupConfig, HistoryEntry, Message, State } from '../types.ts';

/** Timers tick in whole milliseconds. */
const shortestDelay = 1;

export interface DriverParts {
  readonly clock: Clock;
  readonly log: Log;
  /** Absent for a witness: it owns nothing. */
  readonly kernel: Kernel | undefined;
  readonly instance: number;
  readonly durable: Durable;
  send(to: string, message: Message): void;
  /** Resolves when it is on disk. */
  persist(durable: Durable): Promise<void>;
  changed(): void;
  /** A change of owner, for the history. */
  record(entry: HistoryEntry): void;
}

type WithoutNow<E> = E extends unknown ? Omit<E, 'now'> : never;

export interface Driver {
  state(): State;
  /** Returns why a command was refused. */
  happen(event: WithoutNow<Event>): string | undefined;
  worstLateness(): number;
  close(): void;
}

export function createDriver(config: GroupConfig, parts: DriverParts): Driver {
  return new MachineDriver(config, parts);
}

class MachineDriver implements Driver {
  readonly #parts: DriverParts;
  readonly #refusedFences: string[] = [];
  #state: State;
  #durable: Durable;
  #cancelWake: Cancel = () => undefined;
  /** Undefined: no tick is planned. */
  #wakesAt: number | undefined;
  #isClosed = false;
  #worstLateness = 0;

  constructor(config: GroupConfig, parts: DriverParts) {
    this.#parts = parts;
    this.#durable = parts.durable;
    const now = parts.clock.monotonicMilliseconds();
    this.#state = initialState(config, now, parts.instance, parts.durable);
  }

  state(): State {
    return this.#state;
  }

  worstLateness(): number {
    return this.#worstLateness;
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelWake();
  }

  happen(event: WithoutNow<Event>): string | undefined {
    if (this.#isClosed) return 'the failover process is stopping';
    const now = this.#parts.clock.monotonicMilliseconds();
    const [next, effects] = step(this.#state, { ...event, now });
    this.#state = next;
    for (const effect of effects) this.#perform(effect);
    const refused = this.#refusedFences.splice(0);
    for (const group of refused) this.happen({ type: 'fence-refused', group });
    this.#parts.changed();
    return effects.find((effect) => effect.type === 'refused')?.reason;
  }

  #perform(effect: Effect): void {
    const { kernel, log } = this.#parts;
    const { config } = this.#state;
    switch (effect.type) {
      case 'fence':
        if (kernel?.open(effect.group, effect.until, config.profile.permit) === false) {
          this.#refusedFences.push(effect.group);
        }
        break;
      case 'close':
        kernel?.close(effect.group);
        break;
      case 'addresses':
        if (effect.present) kernel?.place(effect.group, !isStandalone(config));
        else kernel?.remove(effect.group);
        break;
      case 'drain':
        kernel?.drain(effect.group, effect.to);
        break;
      case 'inherit':
        kernel?.inherit(effect.group, effect.from);
        break;
      case 'announce':
        kernel?.announce(effect.group);
        break;
      case 'send':
        for (const to of effect.to) this.#parts.send(to, effect.message);
        break;
      case 'persist':
        this.#save({ ...this.#durable, mode: effect.mode });
        break;
      case 'persist-offline':
        this.#save({ ...this.#durable, forcedOffline: effect.forcedOffline });
        break;
      case 'persist-gateway':
        this.#save({ ...this.#durable, hadGateway: effect.hadGateway });
        break;
      case 'wake':
        this.#wake(effect.at);
        break;
      case 'log':
        log.write(effect.level, effect.message);
        break;
      case 'history':
        this.#parts.record(effect.entry);
        break;
      case 'refused':
        break;
      default:
        unreachable(effect);
    }
  }

  /** Never later than planned: events that come one after the other would put the tick off for as long. */
  #wake(at: number): void {
    if (this.#wakesAt !== undefined && this.#wakesAt <= at) return;
    const { clock } = this.#parts;
    this.#cancelWake();
    this.#wakesAt = at;
    const delay = Math.max(shortestDelay, at - clock.monotonicMilliseconds());
    this.#cancelWake = clock.after(delay, () => {
      this.#wakesAt = undefined;
      const late = clock.monotonicMilliseconds() - at;
      this.#worstLateness = Math.max(this.#worstLateness, late);
      afterSockets(() => this.happen({ type: 'tick' }));
    });
  }

  #save(next: Durable): void {
    this.#durable = next;
    this.#parts.persist(next).then(
      () => {
        if (next.mode !== undefined) this.happen({ type: 'persisted', mode: next.mode });
      },
      (error: unknown) =>
        this.#parts.log.write('err', `cannot keep the failover state: ${String(error)}`),
    );
  }
}
