/** What one answer of the device shows: objects, with their items below. Pure. */
import type { Component } from '../catalogue/types.ts';
import type { JsonObject } from '../config/text/json.ts';
import { type StatisticsTree, isObject, treeOf, treeOfProperties } from './statistics-tree.ts';

/** A row of `show`: an object, an item of one, or a singleton (name ""). */
export interface ShownRow {
  readonly name: string;
  readonly tree: StatisticsTree;
  /** Drawn as its own component, below. */
  readonly children: readonly { readonly key: string; readonly row: ShownRow }[];
}

/** Of one GET: one object's statistics, all of them, or a singleton's. */
export function statisticsRows(component: Component, json: JsonObject): readonly ShownRow[] {
  const text = ownText(json);
  if (text !== undefined) return [{ name: '', tree: text, children: [] }];
  const tree = treeOf(json);
  if (component.naming.kind !== 'singleton') return rowsOf(tree);
  return tree.children.flatMap(([key, level]) =>
    level.leaves.size > 0
      ? [{ name: isName(key) ? key : '', tree: level, children: [] }]
      : // Numbers are no names; the level above them is (sys hardware chassis-info 0).
        rowsOf(level).map((row) => (isName(row.name) ? row : { ...row, name: key })),
  );
}

/** What the device says in its own words: `show sys failover`, `show sys log ltm`. */
function ownText(json: JsonObject): StatisticsTree | undefined {
  const raw = json['apiRawValues'];
  const text = isObject(raw) ? raw['apiAnonymous'] : undefined;
  if (typeof text !== 'string') return undefined;
  return { leaves: new Map([['apiAnonymous', text]]), children: [] };
}

function rowsOf({ children }: StatisticsTree): readonly ShownRow[] {
  return children.map(([name, tree]) => ({ name, tree, children: [] }));
}

/** A level may be numbered, or have the title of a graph: these name no object. */
export function isName(key: string): boolean {
  return !/^\d+$|\s/.test(key);
}

/** Of a GET of configuration: the object, or the items of a collection. */
export function configurationRows(json: JsonObject): readonly ShownRow[] {
  const { items } = json;
  const objects = Array.isArray(items) ? (items as readonly unknown[]).filter(isObject) : [json];
  return objects.map((object) => ({
    name: String(object['fullPath'] ?? ''),
    tree: treeOfProperties(object),
    children: [],
  }));
}
