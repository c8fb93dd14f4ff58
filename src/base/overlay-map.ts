/**
 * A map over another one that it leaves as it is: to try something out on what is held, at the price of what the trial
 * touches. Reads through while the map below stays as it was; for no longer than that. Pure.
 */
export class OverlayMap<K, V> extends Map<K, V> {
  /** What is new here stands in the map itself; what replaces a value of the map below, in its place. */
  readonly #replaced = new Map<K, V>();
  readonly #gone = new Set<K>();
  readonly #copy: (value: V) => V;
  #base: ReadonlyMap<K, V>;

  /** `copy`: of values that their readers may change. */
  constructor(base: ReadonlyMap<K, V>, copy: (value: V) => V = (value) => value) {
    super();
    this.#base = base;
    this.#copy = copy;
  }

  override get size(): number {
    return super.size + this.#base.size - this.#gone.size;
  }

  override has(key: K): boolean {
    return super.has(key) || this.#isBelow(key);
  }

  override get(key: K): V | undefined {
    if (super.has(key)) return super.get(key);
    if (this.#gone.has(key)) return undefined;
    const known = this.#replaced.get(key);
    if (known !== undefined) return known;
    const below = this.#base.get(key);
    if (below === undefined) return undefined;
    const own = this.#copy(below);
    if (own !== below) this.#replaced.set(key, own);
    return own;
  }

  override set(key: K, value: V): this {
    if (this.#isBelow(key)) this.#replaced.set(key, value);
    else super.set(key, value);
    return this;
  }

  override delete(key: K): boolean {
    if (super.delete(key)) return true;
    if (!this.#isBelow(key)) return false;
    this.#gone.add(key);
    this.#replaced.delete(key);
    return true;
  }

  override clear(): void {
    super.clear();
    this.#base = new Map();
    this.#replaced.clear();
    this.#gone.clear();
  }

  override *entries(): MapIterator<[K, V]> {
    for (const [key, value] of this.#base) {
      if (!this.#gone.has(key)) yield [key, this.#replaced.get(key) ?? value];
    }
    yield* super.entries();
  }

  override *keys(): MapIterator<K> {
    for (const [key] of this.entries()) yield key;
  }

  override *values(): MapIterator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  override [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries();
  }

  override forEach(each: (value: V, key: K, map: Map<K, V>) => void): void {
    for (const [key, value] of this.entries()) each(value, key, this);
  }

  #isBelow(key: K): boolean {
    return !this.#gone.has(key) && this.#base.has(key);
  }
}
