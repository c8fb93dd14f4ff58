/** Keeps the table of `ltm snat` as it should be. */
import type { AppliedTracker } from '../../config/applied.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { PacketFilter } from '../../platform/packet-filter.ts';
import type { PacketPoll } from './poll.ts';

export const snatEngine = 'snat';
const retryMilliseconds = 2000;

export interface SnatTableOptions {
  readonly filter: PacketFilter;
  readonly counters: Pick<PacketPoll, 'beforeReplace' | 'replaced'>;
  readonly applied: AppliedTracker;
  readonly clock: Clock;
  readonly log: Log;
}

export class SnatTable {
  readonly #options: SnatTableOptions;
  #wanted = { text: '', sequence: -1 };
  #held = '';
  #isWorking = false;
  #isClosed = false;

  constructor(options: SnatTableOptions) {
    this.#options = options;
    options.applied.register(snatEngine);
  }

  /** The newest wish counts. */
  want(text: string, sequence: number): void {
    this.#wanted = { text, sequence };
    if (this.#isWorking) return;
    if (text === this.#held) this.#options.applied.mark(snatEngine, sequence, { state: 'applied' });
    else if (!this.#isClosed) void this.#work();
  }

  /** Leaves the table in place: traffic goes on without us. */
  close(): void {
    this.#isClosed = true;
  }

  async #work(): Promise<void> {
    const { filter, counters, applied, clock, log } = this.#options;
    this.#isWorking = true;
    for (let done = ''; done !== this.#wanted.text && !this.#isClosed;) {
      const { text, sequence } = this.#wanted;
      done = text;
      try {
        await counters.beforeReplace();
        await filter.apply(text);
        counters.replaced(text.includes('counter'));
        this.#held = text;
        applied.mark(snatEngine, this.#wanted.sequence, { state: 'applied' });
      } catch (error) {
        this.#held = '';
        const reason = (error instanceof Error ? error.message : String(error)).slice(0, 300);
        applied.mark(snatEngine, sequence, { state: 'failed', reason });
        log.write('err', `the packet filter refused the SNATs: ${reason}`);
        clock.after(retryMilliseconds, () => this.want(this.#wanted.text, this.#wanted.sequence));
      }
    }
    this.#isWorking = false;
  }
}
