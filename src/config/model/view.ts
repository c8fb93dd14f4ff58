/** The immutable view that everybody reads. Pure. */
import type { ComponentMap } from '../../catalogue/generated/types.ts';
import type { ComponentId } from '../../catalogue/types.ts';
import { isSealedText } from '../secrets/sealed-text.ts';
import { openBox, type SecretBox } from '../secrets/types.ts';
import type { ConfigView, EffectiveObject, Referrer, StoredObject, TypedObject } from '../types.ts';
import { type Sliced, finishAtOnce } from '../../base/slices.ts';
import { componentById } from '../../catalogue/index.ts';
import { type Lookup, derivationSources } from './derive.ts';
import { changesMembers } from './ephemeral.ts';
import { EffectiveCache } from './effective.ts';
import { VersionedMap } from './versioned-map.ts';
import type { Tree, TreeChange } from './tree.ts';

/** What objects are told apart by; undefined: not this one. */
export type IndexKey = (object: EffectiveObject) => string | undefined;

/** `id` stands for the key: the same always. */
export interface NamedIndex {
  readonly component: ComponentId;
  readonly id: string;
  readonly key: IndexKey;
}

/** Names of the objects that have a key in common, by that key. */
interface Index {
  readonly component: ComponentId;
  readonly key: IndexKey;
  readonly names: VersionedMap<readonly string[]>;
}

/** In name order, as an earlier view had it, and what has changed since. */
interface KeptList {
  readonly list: readonly EffectiveObject[];
  readonly touched: ReadonlySet<string>;
}

const nothing: ReadonlySet<string> = new Set();
/** A list that nobody asked for during so many changes is made anew when somebody does. */
const mostTouched = 500;
/** Between two turns of others. */
const objectsAtOnce = 100;

/**
 * Lists and indexes are made when first asked for, and go on from view to view: a commit costs what it touches, and
 * whoever asks for a list next brings it up to date.
 */
export class TreeView implements ConfigView, Lookup {
  readonly sequence: number;
  readonly deviceName: string;
  readonly tree: Tree;
  readonly secrets: SecretBox;
  readonly #cache: EffectiveCache;
  readonly #lists = new Map<ComponentId, KeptList>();
  readonly #indexes = new Map<string, Index>();

  constructor(
    tree: Tree,
    sequence: number,
    deviceName: string,
    secrets: SecretBox = openBox,
    cache = new EffectiveCache(),
  ) {
    this.tree = tree;
    this.sequence = sequence;
    this.deviceName = deviceName;
    this.secrets = secrets;
    this.#cache = cache;
  }

  next(tree: Tree, sequence: number, changes: readonly TreeChange[]): TreeView {
    const after = new TreeView(tree, sequence, this.deviceName, this.secrets, this.#cache);
    after.#carryOver(this, changes);
    return after;
  }

  #carryOver(before: TreeView, changes: readonly TreeChange[]): void {
    if (changes.some((change) => derivationSources.has(change.component))) return;
    const touched = new Map(
      [...Map.groupBy(changes, (change) => change.component)].map(([component, own]) => [
        component,
        own.map((change) => change.name),
      ]),
    );
    const pools = this.#poolsOfNames(changes);
    if (pools.length > 0) touched.set('ltm pool', [...(touched.get('ltm pool') ?? []), ...pools]);
    // Of what inherits, others may have changed with their parent.
    const isCarried = (component: ComponentId): boolean =>
      !touched.has(component) || componentById(component)?.inherits !== true;
    for (const [component, kept] of before.#lists) {
      const names = touched.get(component);
      if (!isCarried(component)) continue;
      if (names === undefined) this.#lists.set(component, kept);
      else if (kept.touched.size + names.length <= mostTouched) {
        const both = new Set(kept.touched);
        for (const name of names) both.add(name);
        this.#lists.set(component, { list: kept.list, touched: both });
      }
    }
    for (const [id, index] of before.#indexes) {
      const names = touched.get(index.component);
      if (!isCarried(index.component)) continue;
      this.#indexes.set(id, names === undefined ? index : reindexed(index, before, this, names));
    }
  }

  /** A pool has other members when a name has other addresses. */
  #poolsOfNames(changes: readonly TreeChange[]): readonly string[] {
    return changes
      .filter(
        ({ component, before, after }) =>
          component === 'ltm node' && changesMembers(before?.properties, after?.properties),
      )
      .flatMap(({ name }) => this.tree.referrers('ltm node', name))
      .flatMap((user) => (user.component === 'ltm pool' ? [user.name] : []));
  }

  /** Names of the objects that share a key. `id` stands for the key: the same always. */
  namesWith(component: ComponentId, id: string, key: IndexKey, value: string): readonly string[] {
    const full = `${component} ${id}`;
    const index = this.#indexes.get(full) ?? this.#indexOf(component, key);
    this.#indexes.set(full, index);
    return index.names.get(value) ?? [];
  }

  /** Makes an index that nobody has asked for yet, in slices: the views after this one go on with it. */
  *indexing({ component, id, key }: NamedIndex): Sliced<void> {
    const full = `${component} ${id}`;
    if (this.#indexes.has(full)) return;
    this.#indexes.set(full, yield* this.#indexing(component, key));
  }

  #indexOf(component: ComponentId, key: IndexKey): Index {
    return finishAtOnce(this.#indexing(component, key));
  }

  *#indexing(component: ComponentId, key: IndexKey): Sliced<Index> {
    const names = new Map<string, string[]>();
    let count = 0;
    for (const name of this.names(component)) {
      count += 1;
      if (count % objectsAtOnce === 0) yield;
      const object = this.get(component, name);
      const value = object && key(object);
      if (value === undefined) continue;
      const same = names.get(value);
      if (same === undefined) names.set(value, [name]);
      else same.push(name);
    }
    return { component, key, names: VersionedMap.of<readonly string[]>(names) };
  }

  get<K extends keyof ComponentMap>(component: K, name: string): TypedObject<K> | undefined;
  get(component: ComponentId, name: string): EffectiveObject | undefined;
  get(component: ComponentId, name: string): EffectiveObject | undefined {
    const stored = this.tree.get(component, name);
    return stored === undefined ? undefined : this.#cache.effective(stored, this);
  }

  stored(component: ComponentId, name: string): StoredObject | undefined {
    return this.tree.get(component, name);
  }

  list<K extends keyof ComponentMap>(component: K): readonly TypedObject<K>[];
  list(component: ComponentId): readonly EffectiveObject[];
  list(component: ComponentId): readonly EffectiveObject[] {
    const known = this.#lists.get(component);
    if (known?.touched.size === 0) return known.list;
    const list = known === undefined ? this.#listed(component) : this.#updated(component, known);
    this.#lists.set(component, { list, touched: nothing });
    return list;
  }

  #listed(component: ComponentId): readonly EffectiveObject[] {
    const list: EffectiveObject[] = [];
    for (const name of this.tree.names(component)) {
      const object = this.get(component, name);
      if (object !== undefined) list.push(object);
    }
    return list;
  }

  #updated(component: ComponentId, { list, touched }: KeptList): readonly EffectiveObject[] {
    const next = list.slice();
    for (const name of touched) {
      const at = indexOfName(next, name);
      const isThere = next[at]?.name === name;
      const object = this.get(component, name);
      if (object === undefined) next.splice(at, isThere ? 1 : 0);
      else next.splice(at, isThere ? 1 : 0, object);
    }
    return next;
  }

  names(component: ComponentId): readonly string[] {
    return this.tree.names(component);
  }

  count(component: ComponentId): number {
    return this.tree.count(component);
  }

  plain(secret: string): string {
    if (!isSealedText(secret)) return secret;
    const text = this.secrets.open(secret);
    // Nothing gets into a configuration that could not be opened then.
    if (text === undefined) throw new Error('a secret was sealed with a key that is not here');
    return text;
  }

  referrers(component: ComponentId, name: string): readonly Referrer[] {
    return this.tree.referrers(component, name);
  }
}

/** The first place at or after the name, by halving. */
function indexOfName(list: readonly EffectiveObject[], name: string): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle]?.name ?? '') < name) low = middle + 1;
    else high = middle;
  }
  return low;
}

function reindexed(
  index: Index,
  before: TreeView,
  after: TreeView,
  names: readonly string[],
): Index {
  const { component, key } = index;
  const changed = new Map<string, readonly string[]>();
  const held = (value: string): readonly string[] =>
    changed.get(value) ?? index.names.get(value) ?? [];
  for (const name of names) {
    const [old, now] = [before, after].map((view) => {
      const object = view.get(component, name);
      return object === undefined ? undefined : key(object);
    });
    if (old === now) continue;
    if (old !== undefined)
      changed.set(
        old,
        held(old).filter((other) => other !== name),
      );
    if (now !== undefined) changed.set(now, [...held(now), name]);
  }
  const entries = [...changed].map(
    ([value, same]) => [value, same.length === 0 ? undefined : same] as const,
  );
  return { component, key, names: index.names.with(new Map(entries)) };
}
