/** One for each item, for good: one for each time would live till then, and be collected. */
interface Entry<T> {
  readonly item: T;
  /** `notDue`, or when. A slot may still hold it for a time it no longer has. */
  tick: number;
}

const notDue = -1;

/**
 * A timer wheel: tens of thousands of due times on one timer, each moved in constant time. Pure; the
 * owner turns it. An item has one due time; setting it again replaces the earlier one.
 */
export class TimerWheel<T extends object> {
  readonly #tickMilliseconds: number;
  readonly #slots: Entry<T>[][];
  /** Kept while the item is not due: a map that gives and takes each time is built anew all the time. */
  readonly #entries = new Map<T, Entry<T>>();
  #size = 0;
  #now: number;

  constructor(nowMilliseconds: number, tickMilliseconds = 20, slots = 512) {
    this.#tickMilliseconds = tickMilliseconds;
    this.#slots = Array.from({ length: slots }, () => []);
    this.#now = Math.floor(nowMilliseconds / tickMilliseconds);
  }

  /** Never early: rounded up to the next tick. */
  set(item: T, dueMilliseconds: number): void {
    const tick = Math.max(this.#now + 1, Math.ceil(dueMilliseconds / this.#tickMilliseconds));
    let entry = this.#entries.get(item);
    if (entry === undefined) this.#entries.set(item, (entry = { item, tick: notDue }));
    if (entry.tick === tick) return;
    if (entry.tick === notDue) this.#size += 1;
    entry.tick = tick;
    this.#slot(tick).push(entry);
  }

  /** Forgets it; an item that only came out is remembered. */
  delete(item: T): void {
    const entry = this.#entries.get(item);
    if (entry === undefined) return;
    this.#entries.delete(item);
    if (entry.tick !== notDue) this.#size -= 1;
    entry.tick = notDue;
  }

  /** Items that are due some time. */
  get size(): number {
    return this.#size;
  }

  /** Items due at `nowMilliseconds`; they are not due again until they are set. */
  turn(nowMilliseconds: number): T[] {
    const target = Math.floor(nowMilliseconds / this.#tickMilliseconds);
    const due: T[] = [];
    // After a long pause every slot is looked at once, not once for each missed turn.
    const first = Math.max(this.#now + 1, target - this.#slots.length + 1);
    for (let tick = first; tick <= target; tick += 1) this.#empty(tick, target, due);
    this.#now = Math.max(this.#now, target);
    return due;
  }

  #empty(tick: number, target: number, due: T[]): void {
    const slot = this.#slot(tick);
    if (slot.length === 0) return;
    const later: Entry<T>[] = [];
    for (const entry of slot) {
      // Moved since, or told already.
      if (entry.tick === notDue || this.#slot(entry.tick) !== slot) continue;
      if (entry.tick > target) {
        later.push(entry);
        continue;
      }
      entry.tick = notDue;
      this.#size -= 1;
      due.push(entry.item);
    }
    slot.length = 0;
    slot.push(...later);
  }

  #slot(tick: number): Entry<T>[] {
    const slot = this.#slots[tick % this.#slots.length];
    if (slot === undefined) throw new RangeError(`no slot for tick ${tick}`);
    return slot;
  }
}
