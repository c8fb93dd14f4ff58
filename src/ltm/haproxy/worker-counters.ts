/**
 * What all workers of HAProxy have counted, so that a reload loses nothing: each worker begins at zero, an old one
 * goes on counting until its last connection ended. Pure.
 */
import { type Counters, type CounterTable, addCounters, noCounters } from './counter-table.ts';

/** What is counted of all workers together, and of the one that serves. */
export type AllCounters = Pick<WorkerCounters, 'get' | 'newest' | 'hasLeaving'>;

function isVirtual(key: string): boolean {
  return key.endsWith('/FRONTEND');
}

/** A reading that was begun before a worker ended may arrive after; this many ended workers are remembered. */
const remembered = 8;

export class WorkerCounters {
  readonly #workers = new Map<number, CounterTable>();
  readonly #ended = new Map<string, Counters>();
  readonly #gone: number[] = [];
  #newest = 0;

  /** Of one object; undefined when the serving worker does not have it, and nothing is known of it from before. */
  get(key: string): Counters | undefined {
    // One answer asks for forty thousand: what a single worker counted is not added to anything.
    let sum = this.#ended.get(key);
    let isServed = false;
    for (const [pid, table] of this.#workers) {
      const one = table.get(key);
      if (one === undefined) continue;
      isServed ||= pid === this.#newest;
      sum = sum === undefined ? one : addCounters(sum, one);
    }
    return isServed || isVirtual(key) ? sum : undefined;
  }

  /** Of the worker that serves, alone. */
  newest(key: string): Counters | undefined {
    return this.#workers.get(this.#newest)?.get(key);
  }

  /** Others have connections still. */
  get hasLeaving(): boolean {
    return this.#workers.size > 1;
  }

  /** How many objects the serving worker has. */
  get size(): number {
    return this.#workers.get(this.#newest)?.size ?? 0;
  }

  /**
   * The worker that serves now. What was deleted from the configuration is forgotten with the next worker: an
   * object of the same name begins at zero. A virtual server behind a shared listener is not seen before its first
   * connection, though: that it is deleted is said by `forget`.
   */
  serving(pid: number, table: CounterTable): void {
    if (this.#gone.includes(pid)) return;
    this.#workers.set(pid, table);
    if (pid !== this.#newest) {
      this.#newest = pid;
      for (const key of this.#ended.keys()) {
        if (!table.has(key) && !isVirtual(key)) this.#ended.delete(key);
      }
    }
  }

  /** What was read of it last. */
  tableOf(pid: number): CounterTable | undefined {
    return this.#workers.get(pid);
  }

  /** The same, or of another worker: it has much the same objects. */
  latest(pid: number): CounterTable | undefined {
    return this.#workers.get(pid) ?? this.#workers.get(this.#newest);
  }

  forget(key: string): void {
    this.#ended.delete(key);
    for (const table of this.#workers.values()) table.delete(key);
  }

  /** A worker that still has connections, but takes no new ones. */
  leaving(pid: number, table: CounterTable): void {
    this.#workers.set(pid, table);
  }

  /** What it had counted last stays counted; what it had open is closed. */
  ended(pid: number): void {
    const last = this.#workers.get(pid);
    if (last === undefined) return;
    this.#workers.delete(pid);
    this.#gone.push(pid);
    if (this.#gone.length > remembered) this.#gone.shift();
    for (const [key, counters] of last.entries()) {
      // Of fifty thousand objects few may have had traffic.
      if (counters.totalConnections === 0 && counters.requests === 0) continue;
      const times = { connectMilliseconds: 0, responseMilliseconds: 0 };
      const closed = { ...counters, ...times, currentConnections: 0, queued: 0 };
      this.#ended.set(key, addCounters(this.#ended.get(key) ?? noCounters, closed));
    }
  }

  /** Workers whose counters were seen, except the one given. */
  others(pid: number): readonly number[] {
    return [...this.#workers.keys()].filter((one) => one !== pid);
  }
}
