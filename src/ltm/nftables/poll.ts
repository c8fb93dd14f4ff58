/** A table's counters, read at most once a second while somebody asks, and before the table is replaced. */
import type { Clock } from '../../platform/clock.ts';
import { readCountedSet, readPacketCounters } from '../../platform/packet-counters.ts';
import {
  type PacketTable,
  addPackets,
  allCounts,
  memberSets,
  parseCounters,
  parseMembers,
} from './read.ts';

const pollMilliseconds = 1000;
const askedMilliseconds = 60_000;

function isAlways(set: string): boolean {
  return memberSets.some((name) => name === set);
}

export class PacketPoll {
  readonly #clock: Clock;
  readonly #table: string;
  readonly #sets: () => readonly string[];
  readonly #virtualOfMark: (mark: number) => string | undefined;
  readonly #cancel: () => void;
  #carried: PacketTable = new Map();
  #running: PacketTable = new Map();
  #total: PacketTable = new Map();
  #hasCounters = true;
  #askedAt = -Infinity;
  #isReading: Promise<void> | undefined;

  /** `table` of the family inet, and those of its sets that count members. */
  constructor(
    clock: Clock,
    table: string,
    sets: () => readonly string[] = () => [],
    virtualOfMark: (mark: number) => string | undefined = () => undefined,
  ) {
    this.#virtualOfMark = virtualOfMark;
    this.#clock = clock;
    this.#table = table;
    this.#sets = sets;
    this.#cancel = clock.every(pollMilliseconds, () => {
      const isAsked = clock.monotonicMilliseconds() - this.#askedAt < askedMilliseconds;
      if (isAsked) void this.#read();
    });
  }

  /** Not older than a second while it is asked for; reads at once for who asks first. */
  counters(): PacketTable {
    const now = this.#clock.monotonicMilliseconds();
    if (now - this.#askedAt >= askedMilliseconds) void this.#read();
    this.#askedAt = now;
    return this.#total;
  }

  /** Call before the table is replaced; `replaced()` after. Never rejects. */
  async beforeReplace(): Promise<void> {
    // A reading that is under way is older than this call.
    await this.#isReading;
    await this.#read();
  }

  /** `hasCounters`: whether there is anything to read in the new one. */
  replaced(hasCounters: boolean): void {
    this.#hasCounters = hasCounters;
    this.#carried = addPackets(this.#carried, this.#running);
    this.#running = new Map();
  }

  close(): void {
    this.#cancel();
  }

  async #readAll(): Promise<PacketTable> {
    const counted = this.#sets().map((set) => {
      const read = readCountedSet('inet', this.#table, set);
      // The kernel's table may be older than the wish.
      return isAlways(set) ? read : read.catch(() => '{}');
    });
    const [counters, ...members] = await Promise.all([
      readPacketCounters('inet', this.#table),
      ...counted,
    ]);
    // What is counted of one member stands in several sets.
    const byMember = members.map(parseMembers).reduce(addPackets, new Map());
    return allCounts(parseCounters(counters), byMember, this.#virtualOfMark);
  }

  /** Without a table, or without nft, the last figures stay. */
  #read(): Promise<void> {
    if (!this.#hasCounters) return Promise.resolve();
    this.#isReading ??= this.#readAll()
      .then((running) => {
        this.#running = running;
        this.#total = addPackets(this.#carried, this.#running);
      })
      .catch(() => undefined)
      .finally(() => {
        this.#isReading = undefined;
      });
    return this.#isReading;
  }
}
