/**
 * HAProxy's counters, read at most once a second: always while there are few, and only while somebody asks when
 * reading them costs (185 ms with 10,000 backends). What ended workers had counted is carried on.
 */
import type { Clock } from '../../platform/clock.ts';
import { type CounterTable, addTables, parseInfo, parseStatistics } from './read.ts';
import { type RuntimeSession, openRuntime } from './runtime.ts';

const pollMilliseconds = 1000;
const fewObjects = 2000;
const askedMilliseconds = 60_000;

export class StatisticsPoll {
  readonly #socket: string;
  readonly #clock: Clock;
  readonly #cancel: () => void;
  #carried: CounterTable = new Map();
  #running: CounterTable = new Map();
  #total: CounterTable = new Map();
  #pid = 0;
  #askedAt = -Infinity;
  #isReading: Promise<void> | undefined;

  constructor(socket: string, clock: Clock) {
    this.#socket = socket;
    this.#clock = clock;
    this.#cancel = clock.every(pollMilliseconds, () => {
      const isAsked = clock.monotonicMilliseconds() - this.#askedAt < askedMilliseconds;
      if (isAsked || this.#running.size < fewObjects) void this.read();
    });
  }

  /** Not older than a second while it is asked for. */
  counters(): CounterTable {
    this.#askedAt = this.#clock.monotonicMilliseconds();
    return this.#total;
  }

  close(): void {
    this.#cancel();
  }

  /** One reading at a time; callers share it. Never rejects: without HAProxy the last figures stay. */
  read(): Promise<void> {
    this.#isReading ??= this.#read()
      .catch(() => undefined)
      .finally(() => {
        this.#isReading = undefined;
      });
    return this.#isReading;
  }

  async #read(): Promise<void> {
    // A connection for each reading: one that stays would keep the old worker alive after a reload.
    const session: RuntimeSession = await openRuntime(this.#socket, this.#clock);
    try {
      const [info, csv] = await session.run(['show info', 'show stat']);
      const pid = parseInfo(info ?? '')?.pid ?? 0;
      if (this.#pid !== 0 && pid !== this.#pid) {
        this.#carried = addTables(this.#carried, this.#running);
      }
      this.#pid = pid;
      this.#running = parseStatistics(csv ?? '');
      this.#total = addTables(this.#carried, this.#running);
    } finally {
      session.close();
    }
  }
}
