/**
 * The state of traffic that dry runs try changes on: one of its own, put together in slices when the first of them asks,
 * and kept up for a while, so that the next costs what it changes. What was tried is taken back in the same turn: the
 * plan is the one that a planner made anew would have, whatever came and went (planner.test.ts). Pure.
 */
import type { Sliced } from '../base/slices.ts';
import type { ComponentId } from '../catalogue/types.ts';
import type { Change, ConfigView } from '../config/types.ts';
import type { HealthTable } from '../monitor/health.ts';
import type { RenderPlaces } from './haproxy/render.ts';
import { type TouchedTraffic, TrafficState } from './traffic-state.ts';
import type { DeviceFacts } from './types.ts';

export interface PreviewStateOptions {
  readonly facts: DeviceFacts;
  readonly places: RenderPlaces;
  readonly health: () => Pick<HealthTable, 'get'>;
  /** Whether full proxies share listeners. */
  readonly isSharing: () => boolean;
  finish<T>(work: Sliced<T>): Promise<T>;
  /** Runs the task once, after so many milliseconds, unless it is called off. */
  later(milliseconds: number, task: () => void): () => void;
}

/** What a dry run looks at; both in one turn. */
export interface Look<Held, Result> {
  /** Of the state as it is. */
  before(state: TrafficState): Held;
  /** Of the state as the change would leave it. */
  after(state: TrafficState, touched: TouchedTraffic, held: Held): Result;
}

/** It takes as much memory as that of the device. */
const keptMilliseconds = 30_000;
/** Objects that are planned between two turns of others. */
const sliceObjects = 50;

interface Held {
  readonly state: TrafficState;
  view: ConfigView;
}

export class PreviewState {
  readonly #options: PreviewStateOptions;
  #held: Held | undefined;
  #building: Promise<void> | undefined;
  /** What came while it was put together. */
  #missed: ((held: Held) => void)[] = [];
  #callOff: () => void = () => undefined;

  constructor(options: PreviewStateOptions) {
    this.#options = options;
  }

  /** A commit that was made. */
  follow(after: ConfigView, changes: readonly Change[]): void {
    this.#keepUp((held) => {
      held.state.commit(after, changes, this.#options.health());
      held.view = after;
    });
  }

  healthChanged(pools: ReadonlySet<string>): void {
    this.#keepUp(({ state }) => void state.healthChanged(pools, this.#options.health()));
  }

  close(): void {
    this.#callOff();
    this.#held = undefined;
    this.#missed = [];
  }

  async trying<H, R>(
    before: ConfigView,
    after: ConfigView,
    changes: readonly Change[],
    look: Look<H, R>,
  ): Promise<R> {
    const state = await this.#at(before);
    const { health } = this.#options;
    const { isSharing } = state.structure;
    const held = look.before(state);
    try {
      return look.after(state, state.commit(after, changes, health()), held);
    } finally {
      state.commit(before, changes.map(reversed), health());
      // Whether listeners are shared depends on what was, not only on what is.
      if (state.structure.isSharing !== isSharing) this.#held = undefined;
    }
  }

  #keepUp(change: (held: Held) => void): void {
    if (this.#building !== undefined) this.#missed.push(change);
    else if (this.#held !== undefined) change(this.#held);
  }

  async #at(view: ConfigView): Promise<TrafficState> {
    this.#callOff();
    this.#callOff = this.#options.later(keptMilliseconds, () => {
      this.#held = undefined;
    });
    if (this.#held === undefined) {
      this.#building ??= this.#build(view);
      await this.#building;
    }
    // Somebody may have committed meanwhile: then this one stands for itself.
    return this.#held?.view === view ? this.#held.state : this.#whole(view);
  }

  async #build(view: ConfigView): Promise<void> {
    try {
      const state = await this.#options.finish(this.#inSlices(view));
      const isAlike = state.structure.isSharing === this.#options.isSharing();
      const held = { state: isAlike ? state : this.#whole(view), view };
      for (const change of this.#missed) change(held);
      this.#held = held;
    } finally {
      this.#missed = [];
      this.#building = undefined;
    }
  }

  *#inSlices(view: ConfigView): Sliced<TrafficState> {
    const state = this.#whole(withoutObjects(view));
    for (const component of ['ltm pool', 'ltm virtual']) {
      const changes = view.names(component).map((name) => arrival(view, component, name));
      for (let from = 0; from < changes.length; from += sliceObjects) {
        state.commit(view, changes.slice(from, from + sliceObjects), this.#options.health());
        yield;
      }
    }
    return state;
  }

  #whole(view: ConfigView): TrafficState {
    const { facts, places, health, isSharing } = this.#options;
    return new TrafficState(view, facts, places, health(), isSharing());
  }
}

function reversed(change: Change): Change {
  return { ...change, before: change.after, after: change.before };
}

function arrival(view: ConfigView, component: ComponentId, name: string): Change {
  return { component, name, before: undefined, after: view.stored(component, name) };
}

function withoutObjects(view: ConfigView): ConfigView {
  return {
    sequence: view.sequence,
    deviceName: view.deviceName,
    get: (component: ComponentId, name: string) => view.get(component, name),
    stored: (component, name) => view.stored(component, name),
    list: () => [],
    names: () => [],
    count: () => 0,
    plain: (secret) => view.plain(secret),
    referrers: (component, name) => view.referrers(component, name),
  };
}
