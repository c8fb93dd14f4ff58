/**
 * An immutable map that makes its next version at the price of what changes: the newest version holds the table, older
 * ones what is different there (Baker's trick: whoever goes on from an older one takes the table back). Pure.
 */

/** Older versions look at so many before they put together what lies between them and the newest. */
const mostHops = 8;

type Difference<V> = Map<string, V | undefined>;

export class VersionedMap<V> {
  readonly size: number;
  /** Of the version that holds it only. */
  #table: Map<string, V> | undefined;
  /** Of all others: the way to the one that holds it, and what is different here. */
  #newer: VersionedMap<V> | undefined;
  #difference: Difference<V> | undefined;

  private constructor(table: Map<string, V>, size: number) {
    this.#table = table;
    this.size = size;
  }

  /** `entries` are the map's own from now on. */
  static of<V>(entries: Map<string, V> = new Map()): VersionedMap<V> {
    return new VersionedMap(entries, entries.size);
  }

  get(key: string): V | undefined {
    if (this.#table !== undefined) return this.#table.get(key);
    if (this.#difference?.has(key) === true) return this.#difference.get(key);
    let version = this.#newer;
    for (let hops = 1; version !== undefined; hops += 1) {
      if (version.#table !== undefined) return version.#table.get(key);
      if (hops === mostHops) this.#shorten();
      if (version.#difference?.has(key) === true) return version.#difference.get(key);
      version = version.#newer;
    }
    return undefined;
  }

  /** Undefined removes. */
  with(changes: ReadonlyMap<string, V | undefined>): VersionedMap<V> {
    if (this.size === 0) return VersionedMap.#made(changes);
    const table = this.#taken();
    const difference: Difference<V> = new Map();
    let { size } = this;
    for (const [key, value] of changes) {
      const before = table.get(key);
      size += Number(value !== undefined) - Number(before !== undefined);
      difference.set(key, before);
      put(table, key, value);
    }
    const next = new VersionedMap(table, size);
    this.#table = undefined;
    this.#newer = next;
    this.#difference = difference;
    return next;
  }

  static #made<V>(changes: ReadonlyMap<string, V | undefined>): VersionedMap<V> {
    const table = new Map<string, V>();
    for (const [key, value] of changes) put(table, key, value);
    return VersionedMap.of(table);
  }

  /** The table, brought to this version, from whoever holds it. */
  #taken(): Map<string, V> {
    const way = this.#way();
    const holder = way.at(-1)?.newer ?? this;
    const table = holder.#table ?? new Map<string, V>();
    for (const { older, newer } of way.toReversed()) {
      const difference: Difference<V> = new Map();
      for (const [key, value] of older.#difference ?? []) {
        difference.set(key, table.get(key));
        put(table, key, value);
      }
      newer.#table = undefined;
      newer.#newer = older;
      newer.#difference = difference;
      older.#table = table;
      older.#newer = undefined;
      older.#difference = undefined;
    }
    return table;
  }

  /** Step by step to the holder of the table; empty for that one. */
  #way(): readonly Step<V>[] {
    const way: Step<V>[] = [];
    let newer = this.#newer;
    if (newer !== undefined) way.push({ older: this, newer });
    while (newer !== undefined) {
      const older: VersionedMap<V> = newer;
      newer = older.#newer;
      if (newer !== undefined) way.push({ older, newer });
    }
    return way;
  }

  /** All that lies between this version and the holder of the table, in one step. */
  #shorten(): void {
    const way = this.#way();
    const all: Difference<V> = new Map();
    for (const { older } of way.toReversed()) {
      for (const [key, value] of older.#difference ?? []) all.set(key, value);
    }
    this.#difference = all;
    this.#newer = way.at(-1)?.newer;
  }
}

interface Step<V> {
  readonly older: VersionedMap<V>;
  readonly newer: VersionedMap<V>;
}

function put<V>(table: Map<string, V>, key: string, value: V | undefined): void {
  if (value === undefined) table.delete(key);
  else table.set(key, value);
}
