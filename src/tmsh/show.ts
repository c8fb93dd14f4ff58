/** `show`: REST's nestedStats as the blocks and tables that tmsh prints. Pure. */
import type { Component } from '../catalogue/types.ts';
import type { JsonObject } from '../config/text/json.ts';
import type { Labels, Layout } from './layout.ts';
import { layouts } from './layouts.ts';
import { ownWords, reportText } from './show-report.ts';
import { type ShownObject, sectionsText, suggestedLayout } from './show-sections.ts';
import { type ShowOptions, capital, kebabCase, shortened, shownText } from './show-values.ts';
import { type StatisticsTree, isObject, treeOf, treeOfProperties } from './statistics-tree.ts';

/** A row of `show`: an object, an item of one, or a singleton (name ""). */
export interface ShownRow {
  readonly name: string;
  readonly tree: StatisticsTree;
  /** Drawn as its own component, below. */
  readonly children: readonly { readonly key: string; readonly row: ShownRow }[];
}

export function layoutOf(component: Component): Layout | undefined {
  return layouts[component.id];
}

/** Text that the device prints in its own words: `show sys failover`. */
export function freeText(json: JsonObject): string | undefined {
  const raw = json['apiRawValues'];
  const text = isObject(raw) ? raw['apiAnonymous'] : undefined;
  return typeof text === 'string' ? text.trimEnd() : undefined;
}

/** Of one GET: one object's statistics, all of them, or a singleton's. */
export function statisticsRows(component: Component, json: JsonObject): readonly ShownRow[] {
  const text = freeText(json);
  if (text !== undefined) {
    const leaves = new Map([['apiAnonymous', text]]);
    return [{ name: '', tree: { leaves, children: [] }, children: [] }];
  }
  const tree = treeOf(json);
  const isSingleton = component.naming.kind === 'singleton';
  const levels = isSingleton ? tree.children.map(([, inner]) => inner) : [tree];
  return levels.flatMap((level) =>
    isSingleton && level.leaves.size > 0
      ? [{ name: '', tree: level, children: [] }]
      : level.children.map(([name, inner]) => ({ name, tree: inner, children: [] })),
  );
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

/** `key` is the component's id, with the items' property for items ("ltm pool members"). */
export function printRows(
  component: Component,
  rows: readonly ShownRow[],
  options: ShowOptions,
): string {
  if (rows.length === 0) return '';
  if (rows.every(({ tree }) => tree.leaves.has('apiAnonymous'))) return ownWords(rows);
  if (options.isPlain) return rows.map((row) => plain(component.id, row, options)).join('\n');
  const layout = layouts[component.id];
  switch (layout?.style) {
    case 'report':
      return reportText(layout.title, rows);
    case 'table':
      return table(layout, rows, options);
    case 'fields':
      return rows.map((row) => fields(layout, row, options)).join('\n\n');
    case 'block':
      return rows.map(({ tree }) => block(layout, tree)).join('\n\n');
    case 'sections':
    case undefined:
      return rows
        .map((row) => sectionsText(drawn(component.id, titleOf(component), row), options))
        .join('\n\n');
  }
}

function titleOf(component: Component): string {
  const [module = ''] = component.id.split(' ');
  return `${capital(module)}::${component.noun.split(' ').map(capital).join(' ')}`;
}

function drawn(key: string, title: string, row: ShownRow): ShownObject {
  const layout = layouts[key];
  return {
    layout: layout?.style === 'sections' ? layout : suggestedLayout(title, row.tree),
    name: row.name,
    tree: row.tree,
    children: [
      ...row.children.map((child) => drawn(child.key, title, child.row)),
      // Levels that the device itself nests.
      ...row.tree.children.map(([name, tree]) =>
        drawn('', title.split('::').at(-1) ?? '', { name, tree, children: [] }),
      ),
    ],
  };
}

function plain(key: string, row: ShownRow, options: ShowOptions): string {
  const head = [key, shortened(row.name, options)].join(' ').trim();
  return [`${head} {`, ...plainRow(row, '    ', options), '}'].join('\n');
}

/** Fields in alphabetical order, then items in a block of their property's name. */
function plainRow({ tree, children }: ShownRow, indent: string, options: ShowOptions): string[] {
  const properties = new Set(children.map(({ key }) => key.split(' ').at(-1) ?? key));
  const blocks = [...properties].flatMap((property) => [
    `${indent}${property} {`,
    ...children
      .filter(({ key }) => key.endsWith(` ${property}`))
      .flatMap(({ row }) => [
        `${indent}    ${shortened(row.name, options)} {`,
        ...plainRow(row, `${indent}        `, options),
        `${indent}    }`,
      ]),
    `${indent}}`,
  ]);
  return [...plainLines(tree, indent), ...blocks];
}

/** A numbered level is part of its line's name: `details.0.details dg (In Sync): …`. */
function plainLines(tree: StatisticsTree, indent: string, path = ''): string[] {
  return [
    ...[...tree.leaves]
      .map(([key, value]) => `${indent}${path}${kebabCase(key)} ${value}`)
      .toSorted(),
    ...tree.children.flatMap(([key, inner]) =>
      isNumber(key) || isNumbered(inner)
        ? plainLines(inner, indent, `${path}${kebabCase(key)}.`)
        : [`${indent}${key} {`, ...plainLines(inner, `${indent}    `), `${indent}}`],
    ),
  ];
}

function isNumbered({ leaves, children }: StatisticsTree): boolean {
  return leaves.size === 0 && children.every(([key]) => isNumber(key));
}

function isNumber(text: string): boolean {
  return /^\d+$/.test(text);
}

function titled(title: string, lines: readonly string[]): string {
  const dashes = '-'.repeat(Math.max(20, ...[title, ...lines].map((line) => line.length)));
  return [dashes, title, dashes, ...lines].join('\n');
}

function fields(
  layout: Extract<Layout, { readonly style: 'fields' }>,
  { name, tree }: ShownRow,
  options: ShowOptions,
): string {
  const indent = ' '.repeat(layout.indent ?? 0);
  const labels = Object.entries(layout.labels);
  const width = Math.max(...labels.map(([, label]) => label.length)) + 2;
  const lines: string[] = [];
  for (const [leaf, label] of labels) {
    const list = tree.children.find(([key]) => key === leaf)?.[1];
    const value = present(tree.leaves.get(leaf)) ?? layout.absent?.[leaf];
    if (layout.enclosed === true) {
      lines.push(`${label.padEnd(width)}<${value ?? ''}>`);
      continue;
    }
    if (list !== undefined) {
      lines.push(label);
      for (const text of textsIn(list)) lines.push(`${' '.repeat(width)}${text}`);
    } else if (value !== undefined) {
      lines.push(`${indent}${label.padEnd(width)}${shownText(value, layout, options)}`);
    }
  }
  const title = name === '' ? layout.title : `${layout.title}: ${shortened(name, options)}`;
  return titled(title, lines);
}

/** The device says "" or "none" where it has nothing. */
function present(value: string | number | undefined): string | number | undefined {
  return value === '' || value === 'none' ? undefined : value;
}

function textsIn(tree: StatisticsTree): string[] {
  return [
    ...[...tree.leaves.values()].map(String),
    ...tree.children.flatMap(([, inner]) => textsIn(inner)),
  ];
}

function block({ title, labels }: { title: string; labels: Labels }, tree: StatisticsTree): string {
  const shown = Object.entries(labels).filter(([name]) => tree.leaves.has(name));
  const width = Math.max(0, ...shown.map(([, label]) => label.length));
  const heading = tree.leaves.get('Title');
  return [
    '',
    title,
    ...(heading === undefined ? [] : [String(heading)]),
    ...shown.map(([name, label]) => `  ${label.padEnd(width)}  ${String(tree.leaves.get(name))}`),
  ].join('\n');
}

/** A row for each deepest level that has the first column, in the order of the labels. */
function table(
  layout: Extract<Layout, { readonly style: 'table' }>,
  rows: readonly ShownRow[],
  options: ShowOptions,
): string {
  const [first = ''] = Object.keys(layout.labels);
  const flat = rows
    .flatMap(({ tree }) => leafLevels(tree))
    .filter(({ leaves }) => leaves.has(first));
  const shown = Object.entries(layout.labels).filter(([name]) =>
    flat.some(({ leaves }) => leaves.has(name)),
  );
  const headings = shown.map(([, label]) => label.split('\n'));
  const height = Math.max(1, ...headings.map((lines) => lines.length));
  const head = Array.from({ length: height }, (_, line) =>
    headings.map((lines) => lines[line] ?? ''),
  );
  const body = flat.map(({ leaves }) =>
    shown.map(([name]) => shownText(present(leaves.get(name)) ?? '-', layout, options)),
  );
  const widths = shown.map((_, column) =>
    Math.max(...[...head, ...body].map((row) => (row[column] ?? '').length)),
  );
  const text = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const lines = [...head, ...body].map(text);
  const dashes = '-'.repeat(Math.max(20, ...[layout.title, ...lines].map((line) => line.length)));
  return [dashes, layout.title, ...lines.slice(0, height), dashes, ...lines.slice(height)].join(
    '\n',
  );
}

function leafLevels(tree: StatisticsTree): StatisticsTree[] {
  const below = tree.children.flatMap(([, inner]) => leafLevels(inner));
  if (below.length > 0) return below;
  return tree.leaves.size > 0 ? [tree] : [];
}
