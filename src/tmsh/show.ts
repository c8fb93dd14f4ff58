/** `show`: REST's nestedStats as the blocks and tables that tmsh prints. Pure. */
import type { Component, ComponentId } from '../catalogue/types.ts';
import type { JsonObject } from '../config/text/json.ts';
import type { Layout, Look } from './layout.ts';
import { layouts } from './layouts.ts';
import { blockText, comparedText, fieldsText, listsText, outlineText } from './show-fields.ts';
import { genericText, suggestedLook } from './show-generic.ts';
import { plainText } from './show-plain.ts';
import { recordsText } from './show-records.ts';
import { ownWords, reportText } from './show-report.ts';
import { type ShownRow, statisticsRows } from './show-rows.ts';
import { type ShownObject, sectionsText } from './show-sections.ts';
import { levelsTable } from './show-table.ts';
import { type ShowOptions, capital, titleWords } from './show-values.ts';
import { levelsAt, treeOf } from './statistics-tree.ts';

export function layoutOf(component: Component): Layout | undefined {
  return layouts[component.id];
}

/** Components that parts of the layout show, besides the one that is named. */
export function othersShown(component: Component): readonly ComponentId[] {
  const layout = layoutOf(component);
  if (layout?.style !== 'parts') return [];
  return layout.parts.flatMap(({ of }) => (of === undefined ? [] : [of]));
}

/** A singleton's state, of one GET; `others` has what `othersShown` names. */
export function printState(
  component: Component,
  json: JsonObject,
  options: ShowOptions,
  others: ReadonlyMap<ComponentId, JsonObject> = new Map(),
): string {
  const rows = statisticsRows(component, json);
  const layout = layoutOf(component);
  if (layout?.style === 'records' && !options.isPlain && !isWorded(rows)) {
    return recordsText(layout, rows, options);
  }
  if (options.isPlain || rows.length === 0 || isWorded(rows)) {
    return printRows(component, rows, options);
  }
  const answer = treeOf(json);
  switch (layout?.style) {
    case undefined:
      return genericText(titleOf(component), answer, options);
    case 'outline':
      return outlineText(layout, answer);
    case 'parts':
      return layout.parts
        .map(({ at, look, isNamed, of }) => {
          if (of !== undefined) {
            const other = others.get(of);
            return other === undefined
              ? ''
              : lookText(look, statisticsRows(component, other), options);
          }
          const levels = levelsAt(answer, at).map(({ name, tree }) => ({
            name: isNamed === true ? name : '',
            tree,
            children: [],
          }));
          return levels.length === 0 ? '' : lookText(look, levels, options);
        })
        .filter((text) => text !== '')
        .join('\n\n');
    default:
      return printRows(component, rows, options);
  }
}

/** `component.id` names the layout; items below have that of their property ("ltm pool members"). */
export function printRows(
  component: Component,
  rows: readonly ShownRow[],
  options: ShowOptions,
): string {
  if (rows.length === 0) return '';
  if (isWorded(rows)) return ownWords(rows);
  if (options.isPlain) return rows.map((row) => plainText(component.id, row, options)).join('\n');
  const layout = layoutOf(component);
  if (layout === undefined || layout.style === 'sections' || layout.style === 'parts') {
    return rows
      .map((row) => sectionsText(drawn(component.id, titleOf(component), row, options), options))
      .join('\n\n');
  }
  return lookText(layout, rows, options);
}

function isWorded(rows: readonly ShownRow[]): boolean {
  return rows.length > 0 && rows.every(({ tree }) => tree.leaves.has('apiAnonymous'));
}

function lookText(look: Look, rows: readonly ShownRow[], options: ShowOptions): string {
  const trees = rows.map(({ tree }) => tree);
  switch (look.style) {
    case 'report':
      return reportText(look, rows, options);
    case 'records':
      return recordsText(look, rows, options);
    case 'table':
      return levelsTable(look, trees, options);
    case 'compared':
      return comparedText(look, trees, options);
    case 'fields':
      return rows.map(({ name, tree }) => fieldsText(look, name, tree, options)).join('\n\n');
    case 'lists':
      return listsText(look, rows, options);
    case 'block':
      return trees.map((tree) => blockText(look, tree)).join('\n\n');
    case 'outline':
      return trees.map((tree) => outlineText(look, tree)).join('\n\n');
    case 'sections':
      return rows
        .map(({ name, tree }) => sectionsText({ layout: look, name, tree, children: [] }, options))
        .join('\n\n');
  }
}

function titleOf(component: Component): string {
  const [module = ''] = component.id.split(' ');
  return `${capital(module)}::${titleWords(component.noun)}`;
}

function drawn(key: string, title: string, row: ShownRow, options: ShowOptions): ShownObject {
  const layout = layouts[key];
  const below = `${key} *`;
  return {
    layout: layout?.style === 'sections' ? layout : suggestedLook(title, row.tree),
    name: row.name,
    tree: row.tree,
    children: [
      ...row.children.map((child) => drawn(child.key, title, child.row, options)),
      // Levels that the device itself nests; a look for them has its parent's name and "*".
      ...row.tree.children.map(([name, tree]) =>
        drawn(below, title.split('::').at(-1) ?? '', { name, tree, children: [] }, options),
      ),
    ],
    ...(layout?.style === 'table' && { text: levelsTable(layout, [row.tree], options) }),
  };
}
