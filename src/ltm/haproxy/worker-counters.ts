/**
 * What all workers of HAProxy have counted, so that a reload loses nothing: each worker begins at zero, an old one
 * goes on counting until its last connection ended. Pure.
 */
import { type Counters, type CounterTable, addCounters, noCounters } from './read.ts';

/** A worker with no connection left but the one that reads it. */
export function isIdle(table: CounterTable): boolean {
  return [...table.values()].every((one) => one.currentConnections === 0 && one.queued === 0);
}

/** A reading that was begun before a worker ended may arrive after; this many ended workers are remembered. */
const remembered = 8;

export class WorkerCounters {
  readonly #workers = new Map<number, CounterTable>();
  #ended: CounterTable = new Map();
  readonly #gone: number[] = [];
  #newest = 0;
  #total: CounterTable = new Map();

  total(): CounterTable {
    return this.#total;
  }

  /** How many objects the serving worker has. */
  get size(): number {
    return this.#workers.get(this.#newest)?.size ?? 0;
  }

  /**
   * The worker that serves now. What was deleted from the configuration is forgotten with the next worker: an
   * object of the same name begins at zero.
   */
  serving(pid: number, table: CounterTable): void {
    if (this.#gone.includes(pid)) return;
    this.#workers.set(pid, table);
    if (pid !== this.#newest) {
      this.#newest = pid;
      this.#ended = new Map([...this.#ended].filter(([key]) => table.has(key)));
    }
    this.#add();
  }

  /** A worker that still has connections, but takes no new ones. */
  leaving(pid: number, table: CounterTable): void {
    this.#workers.set(pid, table);
    this.#add();
  }

  /** What it had counted last stays counted; what it had open is closed. */
  ended(pid: number): void {
    const last = this.#workers.get(pid);
    if (last === undefined) return;
    this.#workers.delete(pid);
    this.#gone.push(pid);
    if (this.#gone.length > remembered) this.#gone.shift();
    const closed = new Map<string, Counters>();
    for (const [key, counters] of last) {
      closed.set(key, { ...counters, currentConnections: 0, queued: 0 });
    }
    this.#ended = sum([this.#ended, closed]);
    this.#add();
  }

  /** Workers whose counters were seen, except the one given. */
  others(pid: number): readonly number[] {
    return [...this.#workers.keys()].filter((one) => one !== pid);
  }

  #add(): void {
    const serving = this.#workers.get(this.#newest);
    const all = sum([this.#ended, ...this.#workers.values()]);
    this.#total =
      serving === undefined ? all : new Map([...all].filter(([key]) => serving.has(key)));
  }
}

function sum(tables: readonly CounterTable[]): CounterTable {
  const total = new Map<string, Counters>();
  for (const table of tables) {
    for (const [key, counters] of table) {
      total.set(key, addCounters(total.get(key) ?? noCounters, counters));
    }
  }
  return total;
}
