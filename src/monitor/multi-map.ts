/**
 * One key, several values. Nearly every key has one value (a node is in one pool), and a hundred thousand sets of one
 * would take 20 MB: such a value is held by itself. Pure.
 */
import { OverlayMap } from '../base/overlay-map.ts';

class Several<T> extends Set<T> {}

const nothing: readonly never[] = [];

/** Of values that are no sets and not undefined. */
export class MultiMap<T> {
  readonly #held: Map<string, T | Several<T>>;

  constructor(base?: MultiMap<T>) {
    this.#held =
      base === undefined
        ? new Map()
        : new OverlayMap(base.#held, (held) =>
            held instanceof Several ? new Several(held) : held,
          );
  }

  /** One to try something out on. */
  fork(): MultiMap<T> {
    return new MultiMap(this);
  }

  /** To be gone through. */
  get(key: string): Iterable<T> {
    const held = this.#held.get(key);
    if (held === undefined) return nothing;
    return held instanceof Several ? held : [held];
  }

  has(key: string): boolean {
    return this.#held.has(key);
  }

  add(key: string, value: T): void {
    const held = this.#held.get(key);
    if (held === undefined) this.#held.set(key, value);
    else if (held instanceof Several) held.add(value);
    else if (held !== value) this.#held.set(key, new Several([held, value]));
  }

  delete(key: string, value: T): void {
    const held = this.#held.get(key);
    if (held === value) this.#held.delete(key);
    else if (held instanceof Several && held.delete(value) && held.size === 0) {
      this.#held.delete(key);
    }
  }
}
