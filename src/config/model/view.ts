/** The immutable view that everybody reads. Pure. */
import type { ComponentMap } from '../../catalogue/generated/types.ts';
import type { ComponentId } from '../../catalogue/types.ts';
import { isSealedText } from '../secrets/sealed-text.ts';
import { openBox, type SecretBox } from '../secrets/types.ts';
import type { ConfigView, EffectiveObject, Referrer, StoredObject, TypedObject } from '../types.ts';
import type { Lookup } from './derive.ts';
import { EffectiveCache } from './effective.ts';
import type { Tree } from './tree.ts';

export class TreeView implements ConfigView, Lookup {
  readonly sequence: number;
  readonly deviceName: string;
  readonly tree: Tree;
  readonly secrets: SecretBox;
  readonly #cache: EffectiveCache;
  readonly #lists = new Map<ComponentId, readonly EffectiveObject[]>();

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

  next(tree: Tree, sequence: number): TreeView {
    return new TreeView(tree, sequence, this.deviceName, this.secrets, this.#cache);
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
