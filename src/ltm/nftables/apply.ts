/** Keeps the kernel's table as it should be: whole when its shape changes, element by element otherwise. */
import type { AppliedTracker } from '../../config/applied.ts';
import type { Clock } from '../../platform/clock.ts';
import type { KernelNetwork } from '../../platform/kernel-network.ts';
import type { Log } from '../../platform/log.ts';
import type { PacketFilter } from '../../platform/packet-filter.ts';
import type { PacketPoll } from './poll.ts';
import { returnMark } from './marks.ts';
import {
  type HeldTable,
  type RenderedTable,
  heldOf,
  returnTable,
  takeChange,
  tableChange,
} from './render.ts';
import { proxySets } from './shared.ts';
import type { TouchedElements } from './table-state.ts';

export const nftablesEngine = 'nftables';
const retryMilliseconds = 2000;

export interface PacketDriverOptions {
  readonly filter: PacketFilter;
  readonly network: KernelNetwork;
  readonly counters: Pick<PacketPoll, 'beforeReplace' | 'replaced'>;
  readonly applied: AppliedTracker;
  readonly clock: Clock;
  readonly log: Log;
}

export interface WantedTable {
  readonly sequence: number;
  readonly table: RenderedTable;
  /** What of full proxies' elements may not be as in the wish before. */
  readonly touched: TouchedElements;
}

export class PacketDriver {
  readonly #options: PacketDriverOptions;
  #wanted: WantedTable | undefined;
  /** What the kernel holds; undefined when not known (at start, after a refusal). */
  #held: HeldTable | undefined;
  /** Elements to be looked at, by set. */
  #pending = new Map<string, Set<string>>();
  #hasReturnRoute = false;
  #isWorking = false;
  #isClosed = false;
  #lastReason = '';

  constructor(options: PacketDriverOptions) {
    this.#options = options;
    options.applied.register(nftablesEngine);
  }

  /** The newest wish counts; those in between are skipped. */
  want(wanted: WantedTable): void {
    this.#wanted = wanted;
    for (const set of proxySets) {
      const keys = this.#pending.get(set) ?? new Set();
      for (const key of wanted.touched.get(set) ?? []) keys.add(key);
      this.#pending.set(set, keys);
    }
    if (!this.#isWorking && !this.#isClosed) void this.#work();
  }

  /** Leaves the table in place: traffic goes on without us. */
  close(): void {
    this.#isClosed = true;
  }

  async #work(): Promise<void> {
    this.#isWorking = true;
    for (let done: WantedTable | undefined; done !== this.#wanted && !this.#isClosed;) {
      const wanted = this.#wanted;
      if (wanted === undefined) break;
      done = wanted;
      try {
        await this.#bring(wanted.table);
        this.#lastReason = '';
        this.#options.applied.mark(nftablesEngine, wanted.sequence, { state: 'applied' });
      } catch (error) {
        this.#held = undefined;
        this.#fail(wanted, error instanceof Error ? error.message : String(error));
      }
    }
    // In the same turn as the last look at #wanted, so that no wish falls between.
    this.#isWorking = false;
  }

  async #bring(table: RenderedTable): Promise<void> {
    const { filter, counters } = this.#options;
    const isReplaced = this.#held?.shape !== table.shape;
    if (isReplaced) await counters.beforeReplace();
    const touched = this.#pending;
    this.#pending = new Map(proxySets.map((set) => [set, new Set()]));
    // Copied first: what is wanted may go on while the kernel takes it.
    const next = isReplaced ? heldOf(table) : undefined;
    const change = tableChange(this.#held, table, touched);
    if (this.#held !== undefined && !isReplaced) takeChange(this.#held, table, touched);
    if (change !== undefined) await filter.apply(change);
    if (isReplaced) counters.replaced(table.hasCounters);
    this.#held = next ?? this.#held;
    if (table.needsReturnRoute && !this.#hasReturnRoute) await this.#addReturnRoute();
  }

  /** Packets marked by the table reach the local socket that speaks with the client's address. */
  async #addReturnRoute(): Promise<void> {
    const { network } = this.#options;
    for (const family of ['-4', '-6']) {
      const rules = await network.read([family, 'rule', 'show', 'pref', returnTable]);
      const commands = [
        [family, 'route', 'replace', 'local', 'default', 'dev', 'lo', 'table', returnTable],
        ...(rules.length > 0
          ? []
          : [
              [
                family,
                'rule',
                'add',
                'pref',
                returnTable,
                'fwmark',
                returnMark,
                'lookup',
                returnTable,
              ],
            ]),
      ];
      for (const command of commands) {
        const refused = await network.command(command);
        if (refused !== undefined) throw new Error(`ip ${command.join(' ')}: ${refused}`);
      }
    }
    this.#hasReturnRoute = true;
  }

  #fail(wanted: WantedTable, why: string): void {
    const { applied, clock, log } = this.#options;
    const reason = why.split('\n')[0]?.slice(0, 300) ?? '';
    applied.mark(nftablesEngine, wanted.sequence, { state: 'failed', reason });
    if (reason !== this.#lastReason) log.write('err', `the packet filter refused: ${reason}`);
    this.#lastReason = reason;
    clock.after(retryMilliseconds, () => {
      if (this.#wanted === wanted) this.want({ ...wanted });
    });
  }
}
