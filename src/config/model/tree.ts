/**
 * All objects as they were set, and who names whom: immutable, each commit makes the next one. Pure.
 */
import { components } from '../../catalogue/index.ts';
import { type Sliced, finishAtOnce } from '../../base/slices.ts';
import type { ComponentId } from '../../catalogue/types.ts';
import { hybridZero } from '../../base/hybrid-clock.ts';
import type { Referrer, StoredObject } from '../types.ts';
import { impliedParent } from './implied-parent.ts';
import { LayeredMap } from './layered-map.ts';
import { referencesOf } from './references.ts';

export interface TreeChange {
  readonly component: ComponentId;
  readonly name: string;
  readonly before: StoredObject | undefined;
  readonly after: StoredObject | undefined;
}

interface Table {
  readonly objects: LayeredMap<StoredObject>;
  /** In name order. */
  readonly names: readonly string[];
}

const emptyTable: Table = { objects: LayeredMap.of<StoredObject>(), names: [] };
const noReferrers: readonly Referrer[] = [];

export class Tree {
  readonly #tables: ReadonlyMap<ComponentId, Table>;
  /** By component of the target, then by its name. */
  readonly #referrers: ReadonlyMap<ComponentId, LayeredMap<readonly Referrer[]>>;

  private constructor(
    tables: ReadonlyMap<ComponentId, Table>,
    referrers: ReadonlyMap<ComponentId, LayeredMap<readonly Referrer[]>>,
  ) {
    this.#tables = tables;
    this.#referrers = referrers;
  }

  static readonly empty = new Tree(new Map(), new Map());

  get(component: ComponentId, name: string): StoredObject | undefined {
    return this.#tables.get(component)?.objects.get(name);
  }

  names(component: ComponentId): readonly string[] {
    return (this.#tables.get(component) ?? emptyTable).names;
  }

  referrers(component: ComponentId, name: string): readonly Referrer[] {
    return this.#referrers.get(component)?.get(name) ?? noReferrers;
  }

  /** Some object below the folder, the folder itself not counted. */
  firstIn(folder: string): { readonly component: ComponentId; readonly name: string } | undefined {
    const prefix = folder === '/' ? '/' : `${folder}/`;
    for (const [component, table] of this.#tables) {
      const name = table.names[indexFrom(table.names, prefix)];
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
    return new Tree(tables, yield* this.#nextReferrers(changes));
  }

  *#nextReferrers(
    changes: readonly TreeChange[],
  ): Sliced<ReadonlyMap<ComponentId, LayeredMap<readonly Referrer[]>>> {
    const touched = new Map<ComponentId, Map<string, ReferrerChange>>();
    const changeOf = ({ component, name }: Target): ReferrerChange => {
      const own = touched.get(component) ?? new Map<string, ReferrerChange>();
      touched.set(component, own);
      const change = own.get(name) ?? { left: new Map<string, Set<ComponentId>>(), come: [] };
      own.set(name, change);
      return change;
    };
    for (const { component, name, before, after } of changes) {
      yield;
      const [old, now] = [targetsOf(before), targetsOf(after)];
      // A profile may have ten thousand users: where they stay, its list is left alone.
      const changed = old.length === 0 ? undefined : changedKeys(old, now);
      for (const target of old) {
        if (changed?.has(keyOf(target)) === true) leave(changeOf(target), component, name);
      }
      for (const target of now) {
        if (changed?.has(keyOf(target)) === false) continue;
        changeOf(target).come.push({ component, name, property: target.property });
      }
    }
    const next = new Map(this.#referrers);
    for (const [component, byName] of touched) {
      yield;
      const known = next.get(component) ?? LayeredMap.of<readonly Referrer[]>();
      const entries = [...byName].map(([name, { left, come }]) => {
        const held = this.referrers(component, name);
        // Many may leave at once: each list is gone through once; a long one only then.
        const isLeaving = (entry: Referrer): boolean =>
          left.get(entry.name)?.has(entry.component) === true;
        const stay = left.size === 0 ? held : held.filter((entry) => !isLeaving(entry));
        const list = stay.concat(come);
        return [name, list.length === 0 ? undefined : list] as const;
      });
      next.set(component, known.with(new Map(entries)));
    }
    return next;
  }
}

interface Target {
  readonly component: ComponentId;
  readonly name: string;
  readonly property: string;
}

interface ReferrerChange {
  /** Who no longer refers, or does so anew: components by name. */
  readonly left: Map<string, Set<ComponentId>>;
  readonly come: Referrer[];
}

function leave({ left }: ReferrerChange, component: ComponentId, name: string): void {
  const components = left.get(name) ?? new Set();
  components.add(component);
  left.set(name, components);
}

/** What is referred to, by whatever property. */
function keyOf({ component, name }: Target): string {
  return `${component}|${name}`;
}

/** Of the targets that are not referred to in the same way before and after. */
function changedKeys(before: readonly Target[], after: readonly Target[]): ReadonlySet<string> {
  const waysTo = (targets: readonly Target[]): Map<string, string> => {
    const ways = new Map<string, string>();
    for (const target of targets) {
      const key = keyOf(target);
      ways.set(key, `${ways.get(key) ?? ''} ${target.property}`);
    }
    return ways;
  };
  const [old, now] = [waysTo(before), waysTo(after)];
  const changed = new Set<string>();
  for (const key of [...old.keys(), ...now.keys()]) {
    if (old.get(key) !== now.get(key)) changed.add(key);
  }
  return changed;
}

/** A reference to one of several components counts for each: names rarely clash, and delete is careful. */
function targetsOf(object: StoredObject | undefined): Target[] {
  if (object === undefined) return [];
  const { component, properties } = object;
  const parent = impliedParent(object);
  const implied =
    parent === undefined ? [] : [{ component, name: parent, property: 'defaults-from' }];
  const named = referencesOf(component, properties).flatMap((reference) =>
    reference.to.map((to) => ({
      component: to,
      name: reference.name,
      property: reference.property,
    })),
  );
  return [...implied, ...named];
}

function nextNames(names: readonly string[], changes: readonly TreeChange[]): readonly string[] {
  const added = changes.filter((change) => change.before === undefined && change.after);
  const removed = changes.filter((change) => change.before && change.after === undefined);
  if (added.length === 0 && removed.length === 0) return names;
  const gone = new Set(removed.map((change) => change.name));
  const kept = gone.size === 0 ? names : names.filter((name) => !gone.has(name));
  if (added.length === 0) return kept;
  const more = added.map((change) => change.name).toSorted();
  return mergeSorted(kept, more);
}

/** The first place at or after the text, by halving. */
function indexFrom(names: readonly string[], text: string): number {
  let low = 0;
  let high = names.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((names[middle] ?? '') < text) low = middle + 1;
    else high = middle;
  }
  return low;
}

function mergeSorted(a: readonly string[], b: readonly string[]): string[] {
  const result: string[] = [];
  let left = 0;
  for (const name of b) {
    for (; left < a.length && (a[left] ?? '') < name; left += 1) result.push(a[left] ?? '');
    result.push(name);
  }
  for (; left < a.length; left += 1) result.push(a[left] ?? '');
  return result;
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

const stockByKey = new Map(
  stockObjects.map((object) => [`${object.component}|${object.name}`, object]),
);

export function stockOf(component: ComponentId, name: string): StoredObject | undefined {
  return stockByKey.get(`${component}|${name}`);
}
