/** Large commits, and those that all virtual servers may hang on, are planned in parts, between which others have their turn. */
import type { HealthTable } from '../monitor/health.ts';
import { nextTurn } from '../platform/turn.ts';
import { plannedAtOnce } from './backlog.ts';
import { type TouchedTraffic, type TrafficState, joined } from './traffic-state.ts';

export interface CatchUpOptions {
  readonly traffic: () => TrafficState;
  readonly health: () => Pick<HealthTable, 'get'>;
  /** Told once, when all is planned: engines are not to see each part. */
  readonly onDone: (touched: TouchedTraffic) => void;
}

export class CatchUp {
  readonly #options: CatchUpOptions;
  #isRunning = false;
  #isClosed = false;

  constructor(options: CatchUpOptions) {
    this.#options = options;
  }

  /** Something may be behind. */
  kick(): void {
    if (!this.#isRunning && this.#options.traffic().isBehind) void this.#run();
  }

  close(): void {
    this.#isClosed = true;
  }

  async #run(): Promise<void> {
    const { traffic, health, onDone } = this.#options;
    this.#isRunning = true;
    const parts: TouchedTraffic[] = [];
    while (traffic().isBehind) {
      await nextTurn();
      if (this.#isClosed) return;
      parts.push(traffic().goOn(health(), plannedAtOnce));
    }
    this.#isRunning = false;
    onDone(joined(parts));
  }
}
