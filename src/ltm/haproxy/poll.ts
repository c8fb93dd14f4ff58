/**
 * HAProxy's counters, read at most once a second: always while there are few, and only while somebody asks when
 * reading them costs (185 ms with 10,000 backends). Workers that leave are read until their last connection ended.
 */
import type { Clock } from '../../platform/clock.ts';
import { finishInSlices } from '../../platform/turn.ts';
import { countTable } from './maps.ts';
import type { CounterTable } from './counter-table.ts';
import { type CounterNames, parseInfo, readCounts, readStatistics, virtualKey } from './read.ts';
import { type RuntimeSession, openRuntime } from './runtime.ts';
import { type AllCounters, WorkerCounters } from './worker-counters.ts';

const pollMilliseconds = 1000;
const recentMilliseconds = 5000;
const fewObjects = 2000;
const askedMilliseconds = 60_000;
/** What takes long is done less often: so many times as long passes in between. */
const restFactor = 10;
/** Reload after reload under connections that never end: the oldest are not read any more. */
const maximumLeaving = 8;
/** Frontends and servers. */
const usual = 'show stat -1 5 -1';
/** Backends, too. */
const withBackends = 'show stat -1 7 -1';

export class StatisticsPoll {
  readonly #socket: string;
  readonly #clock: Clock;
  readonly #names: CounterNames;
  readonly #cancel: () => void;
  readonly #workers = new WorkerCounters();
  /** An open session keeps an old worker alive, so that what it counted last can be read. */
  readonly #leaving = new Map<number, RuntimeSession>();
  /** Workers that served, serve no more, and are not followed. */
  #missing: ReadonlySet<number> = new Set();
  #askedAt = -Infinity;
  #readAt = -Infinity;
  /** Until when nothing is read. */
  #rested = -Infinity;
  #isReading: Promise<void> | undefined;

  constructor(socket: string, clock: Clock, names: CounterNames) {
    this.#socket = socket;
    this.#names = names;
    this.#clock = clock;
    this.#cancel = clock.every(pollMilliseconds, () => {
      const now = clock.monotonicMilliseconds();
      const isAsked = now - this.#askedAt < askedMilliseconds;
      const isCheap = this.#workers.size < fewObjects;
      if (now < this.#rested && !isCheap) return;
      if (isAsked || isCheap) void this.read();
      for (const pid of this.#leaving.keys()) void this.#readLeaving(pid);
    });
  }

  /** Not older than a second while it is asked for; where reading costs, a few seconds. */
  counters(): AllCounters {
    this.#askedAt = this.#clock.monotonicMilliseconds();
    return this.#workers;
  }

  /** For who looks now and then: not older than a few seconds, without a reading more than that needs. */
  async recent(): Promise<Pick<CounterTable, 'get'>> {
    const now = this.#clock.monotonicMilliseconds();
    if (now - this.#readAt > recentMilliseconds && now >= this.#rested) await this.read();
    return this.#workers;
  }

  /** Virtual servers that are gone: those that come with their names begin at zero. */
  forget(virtuals: Iterable<string>): void {
    for (const name of virtuals) this.#workers.forget(virtualKey(name));
  }

  /** Another worker has taken over from this one; its session is ours from now on. */
  follow(pid: number, session: RuntimeSession): void {
    this.#leaving.set(pid, session);
    const [oldest] = this.#leaving.keys();
    if (this.#leaving.size > maximumLeaving && oldest !== undefined) this.#end(oldest);
    void this.#readLeaving(pid);
  }

  /** Has each process that answers, the one that serves and those that leave, do some work. */
  async ask<T>(work: (run: RuntimeSession['run']) => Promise<T>): Promise<readonly T[]> {
    const session = await openRuntime(this.#socket, this.#clock);
    try {
      const all = [session, ...this.#leaving.values()];
      const answers = await Promise.allSettled(all.map((one) => work(one.run)));
      return answers.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    } finally {
      session.close();
    }
  }

  close(): void {
    this.#cancel();
    for (const session of this.#leaving.values()) session.close();
  }

  /** One reading at a time; callers share it. Never rejects: without HAProxy the last figures stay. */
  read(): Promise<void> {
    const begun = this.#clock.monotonicMilliseconds();
    this.#isReading ??= this.#read()
      .catch(() => undefined)
      .finally(() => {
        this.#isReading = undefined;
        const now = this.#clock.monotonicMilliseconds();
        this.#readAt = now;
        this.#rested = now + (now - begun) * restFactor;
      });
    return this.#isReading;
  }

  #commands(): readonly string[] {
    return [this.#names.hasQueues() ? withBackends : usual, `show table ${countTable}`];
  }

  async #read(): Promise<void> {
    // A connection for each reading: one that stays would keep the old worker alive after a reload.
    const session: RuntimeSession = await openRuntime(this.#socket, this.#clock);
    try {
      const [info, ...answers] = await session.run(['show info', ...this.#commands()]);
      const pid = parseInfo(info ?? '')?.pid ?? 0;
      this.#workers.serving(pid, await this.#tableOf(pid, answers));
      this.#endMissing(pid);
    } finally {
      session.close();
    }
  }

  /** A worker that is followed is told of a moment after the next one answers: the second look tells. */
  #endMissing(serving: number): void {
    const missing = this.#workers.others(serving).filter((pid) => !this.#leaving.has(pid));
    for (const pid of missing) if (this.#missing.has(pid)) this.#workers.ended(pid);
    this.#missing = new Set(missing);
  }

  async #readLeaving(pid: number): Promise<void> {
    const answers = await this.#leaving
      .get(pid)
      ?.run(this.#commands())
      .catch(() => undefined);
    if (!this.#leaving.has(pid)) return;
    if (answers === undefined) {
      this.#end(pid);
      return;
    }
    const table = await this.#tableOf(pid, answers);
    if (!this.#leaving.has(pid)) return;
    this.#workers.leaving(pid, table);
    if (table.isIdle) this.#end(pid);
  }

  async #tableOf(pid: number, answers: readonly string[]): Promise<CounterTable> {
    const [csv, counts] = answers;
    const before = this.#workers.tableOf(pid);
    const table = await finishInSlices(
      readStatistics(csv ?? '', this.#names, this.#workers.latest(pid)),
    );
    return await finishInSlices(readCounts(counts ?? '', this.#names, table, before));
  }

  #end(pid: number): void {
    this.#leaving.get(pid)?.close();
    this.#leaving.delete(pid);
    this.#workers.ended(pid);
  }
}
