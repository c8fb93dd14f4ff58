/** The immutable view that everybody reads. Pure. */
import type { ComponentMap } from '../../catalogue/generated/types.ts';
import type { ComponentId } from '../../catalogue/types.ts';
import { isSealedText } from '../secrets/sealed-text.ts';
import { openBox, type SecretBox } from '../secrets/types.ts';
import type { ConfigView, EffectiveObject, Referrer, StoredObject, TypedObject } from '../types.ts';
import { componentById } from '../../catalogue/index.ts';
import { type Lookup, derivationSources } from './derive.ts';
import { EffectiveCache } from './effective.ts';
import { LayeredMap } from './layered-map.ts';
import type { Tree, TreeChange } from './tree.ts';

/** What objects are told apart by; undefined: not this one. */
export type IndexKey = (object: EffectiveObject) => string | undefined;

/** Names of the objects that have a key in common, by that key. */
interface Index {
  readonly component: ComponentId;
  readonly key: IndexKey;
  readonly names: LayeredMap<readonly string[]>;
}

/**
 * Lists and indexes are made when first asked for, and go on from view to view: a commit costs what it touches.
 */
export class TreeView implements ConfigView, Lookup {
  readonly sequence: number;
  readonly deviceName: string;
  readonly tree: Tree;
  readonly secrets: SecretBox;
  readonly #cache: EffectiveCache;
  readonly #lists = new Map<ComponentId, readonly EffectiveObject[]>();
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
    // Of what inherits, others may have changed with their parent.
    const isCarried = (component: ComponentId): boolean =>
      !touched.has(component) || componentById(component)?.inherits !== true;
    for (const [component, list] of before.#lists) {
      const names = touched.get(component);
      if (!isCarried(component)) continue;
      this.#lists.set(
        component,
        names === undefined ? list : this.#updated(component, list, names),
      );
    }
    for (const [id, index] of before.#indexes) {
      const names = touched.get(index.component);
      if (!isCarried(index.component)) continue;
      this.#indexes.set(id, names === undefined ? index : reindexed(index, before, this, names));
    }
  }

  #updated(
    component: ComponentId,
    list: readonly EffectiveObject[],
    names: readonly string[],
  ): readonly EffectiveObject[] {
    const touched = new Set(names);
    const result: EffectiveObject[] = [];
    let at = 0;
    for (const name of this.tree.names(component)) {
      if (touched.has(name)) {
        const object = this.get(component, name);
        if (object !== undefined) result.push(object);
        continue;
      }
      // Both are in the order of names; what is skipped here was deleted or is among the touched.
      while (list[at] !== undefined && list[at]?.name !== name) at += 1;
      const object = list[at];
      if (object !== undefined) result.push(object);
    }
    return result;
  }

  /** Names of the objects that share a key. `id` stands for the key: the same always. */
  namesWith(component: ComponentId, id: string, key: IndexKey, value: string): readonly string[] {
    const full = `${component} ${id}`;
    const index = this.#indexes.get(full) ?? this.#indexOf(component, key);
    this.#indexes.set(full, index);
    return index.names.get(value) ?? [];
  }

  #indexOf(component: ComponentId, key: IndexKey): Index {
    const names = new Map<string, string[]>();
    for (const object of this.list(component)) {
      const value = key(object);
      if (value === undefined) continue;
      const same = names.get(value);
      if (same === undefined) names.set(value, [object.name]);
      else same.push(object.name);
    }
    return { component, key, names: LayeredMap.of<readonly string[]>(names) };
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
    if (known !== undefined) return known;
    const list = this.tree
      .names(component)
      .map((name) => this.get(component, name))
      .filter((object) => object !== undefined);
    this.#lists.set(component, list);
    return list;
  }

  names(component: ComponentId): readonly string[] {
    return this.tree.names(component);
  }

  count(component: ComponentId): number {
    return this.tree.names(component).length;
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
