/**
 * Names in order, which make their next version cheaply: what came and went is kept beside the list, and put into
 * it when somebody asks for the whole. Pure.
 */

/** More than this is put into the list at once, so that a version costs no more than these. */
const mostPending = 256;

const nothing: ReadonlySet<string> = new Set();

export class SortedNames {
  readonly #base: readonly string[];
  /** Not in the base. */
  readonly #come: ReadonlySet<string>;
  /** In the base. */
  readonly #gone: ReadonlySet<string>;
  #all: readonly string[] | undefined;

  private constructor(
    base: readonly string[],
    come: ReadonlySet<string>,
    gone: ReadonlySet<string>,
  ) {
    this.#base = base;
    this.#come = come;
    this.#gone = gone;
  }

  /** Each name once. */
  static of(names: Iterable<string>): SortedNames {
    return new SortedNames([...names].toSorted(), nothing, nothing);
  }

  get size(): number {
    return this.#base.length + this.#come.size - this.#gone.size;
  }

  /** `added` are not among them so far, `removed` are. */
  with(added: readonly string[], removed: readonly string[]): SortedNames {
    if (added.length === 0 && removed.length === 0) return this;
    const known = this.#all;
    const come = new Set(known === undefined ? this.#come : nothing);
    const gone = new Set(known === undefined ? this.#gone : nothing);
    for (const name of removed) if (!come.delete(name)) gone.add(name);
    for (const name of added) if (!gone.delete(name)) come.add(name);
    const base = known ?? this.#base;
    return come.size + gone.size > mostPending
      ? new SortedNames(merged(base, come, gone), nothing, nothing)
      : new SortedNames(base, come, gone);
  }

  all(): readonly string[] {
    this.#all ??= merged(this.#base, this.#come, this.#gone);
    return this.#all;
  }
}

function merged(
  base: readonly string[],
  come: ReadonlySet<string>,
  gone: ReadonlySet<string>,
): readonly string[] {
  if (come.size === 0 && gone.size === 0) return base;
  const kept = gone.size === 0 ? base : base.filter((name) => !gone.has(name));
  if (come.size === 0) return kept;
  const result: string[] = [];
  let left = 0;
  for (const name of [...come].toSorted()) {
    for (; left < kept.length && (kept[left] ?? '') < name; left += 1) {
      result.push(kept[left] ?? '');
    }
    result.push(name);
  }
  for (; left < kept.length; left += 1) result.push(kept[left] ?? '');
  return result;
}

/** The first place at or after the text, by halving. */
export function indexFrom(names: readonly string[], text: string): number {
  let low = 0;
  let high = names.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((names[middle] ?? '') < text) low = middle + 1;
    else high = middle;
  }
  return low;
}
