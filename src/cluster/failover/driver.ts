/**
 * Feeds one machine (a device's own failover group, or a group it witnesses) and carries out its effects,
 * in order, at once. Knows neither sockets nor files: they are handed in.
 */
import type { Cancel, Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { afterSockets } from '../../platform/turn.ts';
import type { Kernel } from './kernel.ts';
import { type Durable, initialState, step } from './machine.ts';
import type { Effect, Event, GroupConfig, HistoryEntry, Message, State } from './types.ts';

/** Timers tick in whole milliseconds. */
const shortestDelay = 1;
const maximumHistory = 200;

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
}

type WithoutNow<E> = E extends unknown ? Omit<E, 'now'> : never;

export interface Driver {
  state(): State;
  /** Returns why a command was refused. */
  happen(event: WithoutNow<Event>): string | undefined;
  readonly history: readonly HistoryEntry[];
  worstLateness(): number;
  close(): void;
}

export function createDriver(config: GroupConfig, parts: DriverParts): Driver {
  const { clock, log, kernel } = parts;
  let state = initialState(config, clock.monotonicMilliseconds(), parts.instance, parts.durable);
  let durable = parts.durable;
  let cancelWake: Cancel = () => undefined;
  let isClosed = false;
  let worstLateness = 0;
  const history: HistoryEntry[] = [];
  const refusedFences: string[] = [];

  const wake = (at: number): void => {
    cancelWake();
    const delay = Math.max(shortestDelay, at - clock.monotonicMilliseconds());
    cancelWake = clock.after(delay, () => {
      worstLateness = Math.max(worstLateness, clock.monotonicMilliseconds() - at);
      afterSockets(() => happen({ type: 'tick' }));
    });
  };

  const save = (next: Durable): void => {
    durable = next;
    parts.persist(next).then(
      () => {
        if (next.mode !== undefined) happen({ type: 'persisted', mode: next.mode });
      },
      (error: unknown) => log.write('err', `cannot keep the failover state: ${String(error)}`),
    );
  };

  const perform = (effect: Effect): void => {
    switch (effect.type) {
      case 'fence':
        if (kernel?.open(effect.group, effect.until, state.config.profile.permit) === false) {
          refusedFences.push(effect.group);
        }
        break;
      case 'close':
        kernel?.close(effect.group);
        break;
      case 'addresses':
        if (effect.present) kernel?.place(effect.group, state.config.members.length > 1);
        else kernel?.remove(effect.group);
        break;
      case 'announce':
        kernel?.announce(effect.group);
        break;
      case 'send':
        for (const to of effect.to) parts.send(to, effect.message);
        break;
      case 'persist':
        save({ ...durable, mode: effect.mode });
        break;
      case 'persist-offline':
        save({ ...durable, forcedOffline: effect.forcedOffline });
        break;
      case 'wake':
        wake(effect.at);
        break;
      case 'log':
        log.write(effect.level, effect.message);
        break;
      case 'history':
        history.push(effect.entry);
        if (history.length > maximumHistory) history.shift();
        break;
      case 'refused':
        break;
    }
  };

  const happen = (event: WithoutNow<Event>): string | undefined => {
    if (isClosed) return 'the failover process is stopping';
    const now = clock.monotonicMilliseconds();
    // Every variant becomes an event by getting its time.
    const [next, effects] = step(state, { ...event, now } as Event);
    state = next;
    for (const effect of effects) perform(effect);
    for (let group = refusedFences.pop(); group !== undefined; group = refusedFences.pop()) {
      happen({ type: 'fence-refused', group });
    }
    parts.changed();
    const refusal = effects.find((effect) => effect.type === 'refused');
    return refusal?.reason;
  };

  return {
    state: () => state,
    happen,
    history,
    worstLateness: () => worstLateness,
    close() {
      isClosed = true;
      cancelWake();
    },
  };
}
