/**
 * A timer wheel: tens of thousands of due times on one timer, each moved in constant time. Pure; the
 * owner turns it. An item has one due time; setting it again replaces the earlier one.
 */
export class TimerWheel<T extends object> {
  readonly #tickMilliseconds: number;
  readonly #slots: { readonly item: T; readonly tick: number }[][];
  readonly #dueTick = new Map<T, number>();
  #now: number;

  constructor(nowMilliseconds: number, tickMilliseconds = 20, slots = 512) {
    this.#tickMilliseconds = tickMilliseconds;
    this.#slots = Array.from({ length: slots }, () => []);
    this.#now = Math.floor(nowMilliseconds / tickMilliseconds);
  }

  /** Never early: rounded up to the next tick. */
  set(item: T, dueMilliseconds: number): void {
    const tick = Math.max(this.#now + 1, Math.ceil(dueMilliseconds / this.#tickMilliseconds));
    if (this.#dueTick.get(item) === tick) return;
    this.#dueTick.set(item, tick);
    this.#slot(tick).push({ item, tick });
  }

  delete(item: T): void {
    this.#dueTick.delete(item);
  }

  get size(): number {
    return this.#dueTick.size;
  }

  /** Items due at `nowMilliseconds`; they are no longer in the wheel. */
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
    const later: typeof slot = [];
    for (const entry of slot) {
      if (this.#dueTick.get(entry.item) !== entry.tick) continue;
      if (entry.tick > target) {
        later.push(entry);
        continue;
      }
      this.#dueTick.delete(entry.item);
      due.push(entry.item);
    }
    slot.length = 0;
    slot.push(...later);
  }

  #slot(tick: number): { item: T; tick: number }[] {
    const slot = this.#slots[tick % this.#slots.length];
    if (slot === undefined) throw new RangeError(`no slot for tick ${tick}`);
    return slot;
  }
}
