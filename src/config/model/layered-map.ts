/**
 * An immutable map that makes its next version cheaply: changes go into a small layer over a shared
 * base, folded in when the layer has grown. Pure.
 */
const smallestFold = 256;

export class LayeredMap<V> {
  readonly #base: ReadonlyMap<string, V>;
  readonly #layer: ReadonlyMap<string, V | undefined>;
  readonly size: number;

  private constructor(
    base: ReadonlyMap<string, V>,
    layer: ReadonlyMap<string, V | undefined>,
    size: number,
  ) {
    this.#base = base;
    this.#layer = layer;
    this.size = size;
  }

  static of<V>(entries: ReadonlyMap<string, V> = new Map()): LayeredMap<V> {
    return new LayeredMap(entries, new Map(), entries.size);
  }

  get(key: string): V | undefined {
    return this.#layer.has(key) ? this.#layer.get(key) : this.#base.get(key);
  }

  /** Undefined removes. */
  with(changes: ReadonlyMap<string, V | undefined>): LayeredMap<V> {
    let size = this.size;
    for (const [key, value] of changes) {
      size += Number(value !== undefined) - Number(this.get(key) !== undefined);
    }
    const layer = new Map(this.#layer);
    for (const [key, value] of changes) layer.set(key, value);
    if (layer.size <= Math.max(smallestFold, Math.sqrt(this.#base.size))) {
      return new LayeredMap(this.#base, layer, size);
    }
    const base = new Map(this.#base);
    for (const [key, value] of layer) {
      if (value === undefined) base.delete(key);
      else base.set(key, value);
    }
    return new LayeredMap(base, new Map(), size);
  }
}
