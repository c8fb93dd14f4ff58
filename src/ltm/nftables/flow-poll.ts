/** The kernel's connections that are ours, read at most once a second while somebody asks. */
import type { Clock } from '../../platform/clock.ts';
import { listConnections } from '../../platform/connection-list.ts';
import { type Flow, countFlows, parseFlow } from './flows.ts';

const pollMilliseconds = 1000;
const askedMilliseconds = 10_000;
/** What takes long is done less often: so many times as long as it takes passes in between. */
const restFactor = 10;
/** More are not kept; the kernel's own limit is usually lower. */
const mostFlows = 500_000;

export class FlowPoll {
  readonly #clock: Clock;
  readonly #cancel: () => void;
  /** Bits that all marks of ours have in common. */
  readonly #mark: number;
  readonly #mask: number;
  #flows: readonly Flow[] = [];
  #counts: ReadonlyMap<string, number> = new Map();
  #askedAt = -Infinity;
  #restedAt = -Infinity;
  #isReading: Promise<void> | undefined;

  constructor(clock: Clock, mark: number, mask: number) {
    this.#clock = clock;
    this.#mark = mark;
    this.#mask = mask;
    this.#cancel = clock.every(pollMilliseconds, () => {
      const now = clock.monotonicMilliseconds();
      if (now - this.#askedAt < askedMilliseconds && now >= this.#restedAt) void this.read();
    });
  }

  /** Connections by virtual server and server (`flowKey`), as they were at most a second ago while it is asked for. */
  counts(): ReadonlyMap<string, number> {
    this.#askedAt = this.#clock.monotonicMilliseconds();
    return this.#counts;
  }

  /** As they are now. Never rejects: without the program the last ones stay. */
  async flows(): Promise<readonly Flow[]> {
    await this.#isReading;
    await this.read();
    return this.#flows;
  }

  close(): void {
    this.#cancel();
  }

  read(): Promise<void> {
    const begun = this.#clock.monotonicMilliseconds();
    this.#isReading ??= this.#read()
      .catch(() => undefined)
      .finally(() => {
        this.#isReading = undefined;
        const now = this.#clock.monotonicMilliseconds();
        this.#restedAt = now + (now - begun) * restFactor;
      });
    return this.#isReading;
  }

  async #read(): Promise<void> {
    const flows: Flow[] = [];
    await listConnections(this.#mark, this.#mask, (line) => {
      const flow = flows.length < mostFlows ? parseFlow(line) : undefined;
      if (flow !== undefined) flows.push(flow);
    });
    this.#flows = flows;
    this.#counts = countFlows(flows);
  }
}
