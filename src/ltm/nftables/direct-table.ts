/** Keeps the tables of virtual servers that leave addresses alone as they should be. */
import type { AppliedTracker } from '../../config/applied.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { PacketFilter } from '../../platform/packet-filter.ts';
import { type DirectParts, type DirectTable, directTable } from './direct.ts';

export const directEngine = 'direct';
const retryMilliseconds = 2000;

export interface DirectTableOptions {
  readonly filter: PacketFilter;
  readonly applied: AppliedTracker;
  readonly clock: Clock;
  readonly log: Log;
}

export class DirectTables {
  readonly #options: DirectTableOptions;
  #wanted: { readonly table: DirectTable; readonly sequence: number } | undefined;
  /** Undefined: who was here before may have left some. */
  #held: DirectTable | undefined;
  #isWorking = false;
  #isClosed = false;

  constructor(options: DirectTableOptions) {
    this.#options = options;
    options.applied.register(directEngine);
  }

  /** The newest wish counts. */
  want(parts: DirectParts, sequence: number): void {
    this.#wanted = { table: directTable(parts), sequence };
    if (this.#isWorking) return;
    if (this.#wanted.table.text === this.#held?.text) this.#mark(sequence);
    else if (!this.#isClosed) void this.#work();
  }

  /** Leaves the tables in place: traffic goes on without us. */
  close(): void {
    this.#isClosed = true;
  }

  #mark(sequence: number): void {
    this.#options.applied.mark(directEngine, sequence, { state: 'applied' });
  }

  async #work(): Promise<void> {
    const { filter, applied, clock, log } = this.#options;
    this.#isWorking = true;
    for (let wanted = this.#wanted; wanted !== undefined && !this.#isClosed;) {
      const { table, sequence } = wanted;
      try {
        const text = `${table.text}${table.removing(this.#held)}`;
        if (text !== '') await filter.apply(text);
        this.#held = table;
        this.#mark(this.#wanted?.sequence ?? sequence);
      } catch (error) {
        const reason = (error instanceof Error ? error.message : String(error)).slice(0, 300);
        applied.mark(directEngine, sequence, { state: 'failed', reason });
        log.write(
          'err',
          `the packet filter refused virtual servers that keep addresses: ${reason}`,
        );
        clock.after(retryMilliseconds, () => this.#again());
        break;
      }
      wanted = this.#wanted?.table.text === table.text ? undefined : this.#wanted;
    }
    this.#isWorking = false;
  }

  #again(): void {
    if (!this.#isWorking && !this.#isClosed) void this.#work();
  }
}
