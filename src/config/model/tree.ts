/**
 * All objects as they were set, and who names whom: immutable, each commit makes the next one. Pure.
 */
import { components } from '../../catalogue/index.ts';
import { type Sliced, finishAtOnce } from '../../base/slices.ts';
import type { ComponentId } from '../../catalogue/types.ts';
import { hybridZero } from '../../base/hybrid-clock.ts';
import type { Referrer, StoredObject } from '../types.ts';
import { VersionedMap } from './versioned-map.ts';
import { ReferrerIndex } from './referrers.ts';
import { SortedNames, indexFrom } from './sorted-names.ts';

export interface TreeChange {
  readonly component: ComponentId;
  readonly name: string;
  readonly before: StoredObject | undefined;
  readonly after: StoredObject | undefined;
}

/** What some objects of a component have in common, by a key; undefined: not this one. */
export interface TreeIndex {
  readonly component: ComponentId;
  keyOf(object: StoredObject): string | undefined;
}

interface Table {
  readonly objects: VersionedMap<StoredObject>;
  readonly names: SortedNames;
}

const emptyTable: Table = { objects: VersionedMap.of<StoredObject>(), names: SortedNames.of([]) };

export class Tree {
  readonly #tables: ReadonlyMap<ComponentId, Table>;
  readonly #referrers: ReferrerIndex;
  /** How many objects have a key: made when first asked for, and carried on from tree to tree. */
  readonly #counts: Map<TreeIndex, VersionedMap<number>>;

  private constructor(
    tables: ReadonlyMap<ComponentId, Table>,
    referrers: ReferrerIndex,
    counts: ReadonlyMap<TreeIndex, VersionedMap<number>> = new Map(),
  ) {
    this.#tables = tables;
    this.#referrers = referrers;
    this.#counts = new Map(counts);
  }

  static readonly empty = new Tree(new Map(), ReferrerIndex.empty);

  /** A whole configuration at once; of two objects with one name the later counts. */
  static of(objects: Iterable<StoredObject>): Tree {
    const byComponent = new Map<ComponentId, Map<string, StoredObject>>();
    for (const object of objects) {
      const own = byComponent.get(object.component) ?? new Map<string, StoredObject>();
      byComponent.set(object.component, own);
      own.set(object.name, object);
    }
    const tables = new Map<ComponentId, Table>();
    for (const [component, own] of byComponent) {
      tables.set(component, { objects: VersionedMap.of(own), names: SortedNames.of(own.keys()) });
    }
    const kept = [...byComponent.values()].flatMap((own) => [...own.values()]);
    return new Tree(tables, ReferrerIndex.of(kept));
  }

  get(component: ComponentId, name: string): StoredObject | undefined {
    return this.#tables.get(component)?.objects.get(name);
  }

  names(component: ComponentId): readonly string[] {
    return (this.#tables.get(component) ?? emptyTable).names.all();
  }

  count(component: ComponentId): number {
    return (this.#tables.get(component) ?? emptyTable).names.size;
  }

  referrers(component: ComponentId, name: string): readonly Referrer[] {
    return this.#referrers.of(component, name);
  }

  /** Has any object of the index this key? */
  hasKey(index: TreeIndex, key: string): boolean {
    const counts = this.#counts.get(index) ?? this.#counted(index);
    this.#counts.set(index, counts);
    return counts.get(key) !== undefined;
  }

  #counted(index: TreeIndex): VersionedMap<number> {
    const counts = new Map<string, number>();
    for (const name of this.names(index.component)) {
      const object = this.get(index.component, name);
      const key = object === undefined ? undefined : index.keyOf(object);
      if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return VersionedMap.of(counts);
  }

  /** Some object below the folder, the folder itself not counted. */
  firstIn(folder: string): { readonly component: ComponentId; readonly name: string } | undefined {
    const prefix = folder === '/' ? '/' : `${folder}/`;
    for (const [component, table] of this.#tables) {
      const names = table.names.all();
      const name = names[indexFrom(names, prefix)];
      if (name?.startsWith(prefix) === true) return { component, name };
    }
    return undefined;
  }

  with(changes: readonly TreeChange[]): Tree {
    return finishAtOnce(this.withSliced(changes));
  }

  *withSliced(changes: readonly TreeChange[]): Sliced<Tree> {
    const tables = new Map(this.#tables);
    const byComponent = Map.groupBy(changes, (change) => change.component);
    for (const [component, own] of byComponent) {
      const table = tables.get(component) ?? emptyTable;
      const objects = new Map(own.map((change) => [change.name, change.after]));
      tables.set(component, {
        objects: table.objects.with(objects),
        names: nextNames(table.names, own),
      });
      yield;
    }
    const counts = new Map<TreeIndex, VersionedMap<number>>();
    for (const [index, held] of this.#counts) {
      counts.set(index, recounted(index, held, byComponent.get(index.component) ?? []));
    }
    return new Tree(tables, yield* this.#referrers.next(changes), counts);
  }
}

function recounted(
  index: TreeIndex,
  held: VersionedMap<number>,
  changes: readonly TreeChange[],
): VersionedMap<number> {
  const counts = new Map<string, number | undefined>();
  const add = (object: StoredObject | undefined, more: 1 | -1): void => {
    const key = object === undefined ? undefined : index.keyOf(object);
    if (key === undefined) return;
    const count = (counts.has(key) ? counts.get(key) : held.get(key)) ?? 0;
    counts.set(key, count + more === 0 ? undefined : count + more);
  };
  for (const { before, after } of changes) {
    add(before, -1);
    add(after, 1);
  }
  return counts.size === 0 ? held : held.with(counts);
}

function nextNames(names: SortedNames, changes: readonly TreeChange[]): SortedNames {
  const added: string[] = [];
  const removed: string[] = [];
  for (const { name, before, after } of changes) {
    if (before === undefined && after !== undefined) added.push(name);
    if (before !== undefined && after === undefined) removed.push(name);
  }
  return names.with(added, removed);
}

/** Objects that exist from the start: stock objects, and singletons. */
export const stockObjects: readonly StoredObject[] = components.flatMap((component) => {
  if (component.stateOnly === true) return [];
  const listed = component.stock ?? [];
  const all =
    component.naming.kind === 'singleton' && listed.length === 0 ? [{ name: '' }] : listed;
  return all.map((stock) => ({
    component: component.id,
    name: stock.name,
    properties: stock.properties ?? {},
    generation: 1,
    version: hybridZero,
  }));
});

const stockNames = new Map<ComponentId, Map<string, StoredObject>>();
for (const object of stockObjects) {
  const own = stockNames.get(object.component) ?? new Map<string, StoredObject>();
  stockNames.set(object.component, own.set(object.name, object));
}

export function stockOf(component: ComponentId, name: string): StoredObject | undefined {
  return stockNames.get(component)?.get(name);
}
