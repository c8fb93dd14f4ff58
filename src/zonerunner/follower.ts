/** Keeps named at the newest commit: one attempt at a time, tried again until it holds. */
import type { AppliedTracker, EngineState } from '../config/applied.ts';
import type { Commit, ConfigStore } from '../config/types.ts';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import { type NamedDriver, ZonesRefused } from './apply.ts';
import { concernsZones, type NamedPlan, planNamed } from './named-plan.ts';
import { type Zone, zoneComponent } from './zone.ts';

export const namedEngine = 'named';
/** named may be starting, or the disk full: tried again until it holds what it should. */
const retryMilliseconds = 2000;

export interface FollowerOptions {
  readonly store: ConfigStore;
  readonly applied: AppliedTracker;
  readonly clock: Clock;
  readonly log: Log;
}

export class NamedFollower {
  readonly #options: FollowerOptions;
  readonly #driver: NamedDriver;
  readonly #portListeners: ((port: number) => void)[] = [];
  #onServed: () => Promise<void> = () => Promise.resolve();
  #port: number | undefined;
  #isApplying = false;
  #isOver = false;
  /** Sequence of the commit that named holds. */
  #held = -1;
  /** How often named was doubted: what was found before the last time counts for nothing. */
  #doubts = 0;
  #state: EngineState = { state: 'pending' };
  /** New zones that BIND would not take, as they are: they must not keep the others from being served. */
  readonly #refusals = new Map<string, string>();
  #cancelRetry: (() => void) | undefined;

  constructor(options: FollowerOptions, driver: NamedDriver) {
    this.#options = options;
    this.#driver = driver;
    options.applied.register(namedEngine);
    // named may be answering from before our restart: the listeners' relay goes on meanwhile.
    const hasZones = options.store.view().count(zoneComponent) > 0;
    if (driver.hasServed() && hasZones) this.#port = driver.port;
  }

  port(): number | undefined {
    return this.#port;
  }

  state(): EngineState {
    return this.#state;
  }

  onPort(listener: (port: number) => void): void {
    this.#portListeners.push(listener);
    if (this.#port !== undefined) listener(this.#port);
  }

  onServed(listener: () => Promise<void>): void {
    this.#onServed = listener;
  }

  start(): void {
    void this.#apply();
  }

  onCommit(commit: Commit): void {
    // Nothing of ours, and nothing of ours outstanding: named holds this commit too.
    if (!concernsZones(commit.changes) && this.#held === commit.sequence - 1) {
      this.#held = commit.sequence;
      this.#options.applied.mark(namedEngine, this.#held, this.#state);
      return;
    }
    void this.#apply();
  }

  /** named ended or was tampered with: all it holds is looked at again. */
  doubt(): void {
    if (this.#isOver) return;
    this.#driver.doubt();
    this.#held = -1;
    this.#doubts += 1;
    this.#refusals.clear();
    void this.#apply();
  }

  close(): void {
    this.#isOver = true;
    this.#cancelRetry?.();
  }

  async #apply(): Promise<void> {
    if (this.#isApplying) return;
    this.#isApplying = true;
    this.#cancelRetry?.();
    const { applied, clock, log, store } = this.#options;
    try {
      while (!this.#isOver && this.#held < store.view().sequence) await this.#attempt();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#driver.doubt();
      log.write('err', `named does not hold the zones: ${reason}`);
      this.#state = { state: 'failed', reason };
      applied.mark(namedEngine, store.view().sequence, this.#state);
      if (!this.#isOver) {
        this.#cancelRetry = clock.after(retryMilliseconds, () => void this.#apply());
      }
    } finally {
      this.#isApplying = false;
    }
  }

  async #attempt(): Promise<void> {
    const { applied, store } = this.#options;
    const view = store.view();
    const doubts = this.#doubts;
    const refusalOf = (zone: Zone): string | undefined => this.#refusals.get(keyOf(zone));
    const plan = planNamed(view, this.#driver.identity(), refusalOf);
    // Without zones there is nothing to answer; a device that never had one runs no named at all.
    if (plan.zones.length > 0 || this.#port !== undefined) {
      // Also when it could be done in part only.
      const isTaken = await this.#applyPlan(plan).finally(() => this.#onServed());
      // Once more, without those that BIND refuses.
      if (!isTaken) return;
      if (this.#port === undefined) {
        this.#port = this.#driver.port;
        for (const listener of this.#portListeners) listener(this.#port);
      }
    }
    if (doubts !== this.#doubts) {
      this.#driver.doubt();
      return;
    }
    this.#held = view.sequence;
    const [reason] = plan.refused;
    this.#state = reason === undefined ? { state: 'applied' } : { state: 'failed', reason };
    applied.mark(namedEngine, this.#held, this.#state);
  }

  /** False: BIND refuses new zones of it. */
  async #applyPlan(plan: NamedPlan): Promise<boolean> {
    try {
      await this.#driver.apply(plan);
      return true;
    } catch (error) {
      if (!(error instanceof ZonesRefused) || error.isServed) throw error;
      for (const [zone, reason] of error.zones) {
        this.#refusals.set(keyOf(zone), reason);
        this.#options.log.write('err', `${zone.object} is not served: ${reason}`);
      }
      return false;
    }
  }
}

/** Another one with each change of the zone: then it is tried again. */
function keyOf({ object, stamp }: Zone): string {
  return `${object} ${stamp}`;
}
