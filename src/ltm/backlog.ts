/** Names of pools and virtual servers that are to be planned anew, and were not yet. Pure. */

/** Pools and virtual servers that are planned in one turn: with ten thousand a few milliseconds. */
export const plannedAtOnce = 50;

export interface Names {
  readonly pools: ReadonlySet<string>;
  readonly virtuals: ReadonlySet<string>;
}

export class Backlog {
  readonly #pools: Set<string>;
  readonly #virtuals: Set<string>;

  constructor(base?: Backlog) {
    this.#pools = new Set(base && base.#pools);
    this.#virtuals = new Set(base && base.#virtuals);
  }

  get isEmpty(): boolean {
    return this.#pools.size === 0 && this.#virtuals.size === 0;
  }

  add({ pools, virtuals }: Names): void {
    for (const name of pools) this.#pools.add(name);
    for (const name of virtuals) this.#virtuals.add(name);
  }

  /** These before their turn. */
  take(names: Names): Names {
    for (const name of names.pools) this.#pools.delete(name);
    for (const name of names.virtuals) this.#virtuals.delete(name);
    return names;
  }

  /** At most so many; pools first, which virtual servers use. */
  takeSome(most: number): Names {
    const pools = new Set(this.#pools.values().take(most));
    const virtuals = new Set(this.#virtuals.values().take(most - pools.size));
    return this.take({ pools, virtuals });
  }
}
