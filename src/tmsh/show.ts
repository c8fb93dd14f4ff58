/** `show`: REST's nestedStats as the blocks and tables that tmsh prints. Pure. */
import type { Component } from '../catalogue/types.ts';
import type { JsonObject } from '../config/text/json.ts';
import { type Layout, commonLabels, layouts } from './layouts.ts';

/** One level of statistics: leaves in order, and levels below by the last part of their key. */
export interface StatisticsTree {
  readonly leaves: ReadonlyMap<string, string | number>;
  readonly children: readonly (readonly [string, StatisticsTree])[];
}

export function treeOf(json: JsonObject): StatisticsTree {
  const leaves = new Map<string, string | number>();
  const children: (readonly [string, StatisticsTree])[] = [];
  const entries = json['entries'];
  for (const [key, entry] of Object.entries(isObject(entries) ? entries : {})) {
    if (!isObject(entry)) continue;
    const nested = entry['nestedStats'];
    if (isObject(nested)) children.push([nameOfKey(key), treeOf(nested)]);
    else {
      const value = entry['value'] ?? entry['description'];
      if (typeof value === 'number' || typeof value === 'string') leaves.set(key, value);
    }
  }
  return { leaves, children };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** "https://localhost/mgmt/tm/ltm/pool/~Common~web/stats" → "/Common/web". */
function nameOfKey(key: string): string {
  const parts = key.split('/').filter((part) => part !== 'stats');
  return decodeURIComponent(parts.at(-1) ?? '').replaceAll('~', '/');
}

export interface ShowOptions {
  readonly folder: string;
  /** `field-fmt`, `raw`: names and values without layout. */
  readonly isPlain: boolean;
}

/** The answer of one GET: one object's statistics, all of them, or a singleton's. */
export function printShown(component: Component, json: JsonObject, options: ShowOptions): string {
  const raw = json['apiRawValues'];
  const text = isObject(raw) ? raw['apiAnonymous'] : undefined;
  if (typeof text === 'string') return text.trimEnd();
  const tree = treeOf(json);
  const rows = rowsOf(component, tree, options);
  if (rows.length === 0) return '';
  if (options.isPlain) return rows.map(([name, row]) => plain(component, name, row)).join('\n');
  const layout = layouts[component.id] ?? { title: genericTitle(component), style: 'detail' };
  switch (layout.style) {
    case 'table':
      return table(layout, rows);
    case 'fields':
      return rows.map(([, row]) => fields(layout, row)).join('\n\n');
    case 'block':
      return rows.map(([, row]) => block(layout, row)).join('\n\n');
    case 'detail':
      return rows.map(([name, row]) => detail(layout, name, row, '')).join('\n\n');
  }
}

/** Objects by name; a singleton is one without, unless it only holds a list (gtm iquery's peers). */
function rowsOf(
  component: Component,
  tree: StatisticsTree,
  options: ShowOptions,
): readonly (readonly [string, StatisticsTree])[] {
  const isSingleton = component.naming.kind === 'singleton';
  const levels = isSingleton ? tree.children.map(([, inner]) => inner) : [tree];
  return levels.flatMap((level) =>
    isSingleton && level.leaves.size > 0
      ? [['', level] as const]
      : level.children.map(([name, inner]) => [shortened(name, options), inner] as const),
  );
}

function shortened(name: string, options: ShowOptions): string {
  return name.startsWith(`${options.folder}/`) ? name.slice(options.folder.length + 1) : name;
}

function genericTitle(component: Component): string {
  const [module = ''] = component.id.split(' ');
  return `${capital(module)}::${capital(component.noun)}`;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** "curConns" → "Cur Conns": for statistics that nobody gave a label. */
function label(layout: Layout, name: string): string {
  const known = layout.labels?.[name] ?? commonLabels[name];
  if (known !== undefined) return known;
  return capital(name.replaceAll(/([a-z\d])([A-Z])/g, '$1 $2').replaceAll('.', ' '));
}

/** Numbers from 1000 up are scaled to one decimal, as tmsh does without `raw`. */
function scaled(value: string | number): string {
  if (typeof value === 'string' || Math.abs(value) < 1000) return String(value);
  for (const [unit, size] of [
    ['T', 1e12],
    ['G', 1e9],
    ['M', 1e6],
    ['K', 1e3],
  ] as const) {
    if (Math.abs(value) >= size) return `${(value / size).toFixed(1)}${unit}`;
  }
  return String(value);
}

function rule(lines: readonly string[]): string {
  return '-'.repeat(Math.max(20, ...lines.map((line) => line.length)));
}

function titled(title: string, lines: readonly string[]): string {
  const dashes = rule([title, ...lines]);
  return [dashes, title, dashes, ...lines].join('\n');
}

function plain(component: Component, name: string, tree: StatisticsTree): string {
  const lines = plainLines(tree, '    ');
  return [`${[component.id, name].join(' ').trim()} {`, ...lines, '}'].join('\n');
}

function plainLines(tree: StatisticsTree, indent: string): string[] {
  return [
    ...[...tree.leaves].map(([key, value]) => `${indent}${key} ${value}`),
    ...tree.children.flatMap(([key, inner]) => [
      `${indent}${key} {`,
      ...plainLines(inner, `${indent}    `),
      `${indent}}`,
    ]),
  ];
}

function fields(layout: Layout, tree: StatisticsTree): string {
  const names = Object.keys(layout.labels ?? {});
  const width = Math.max(...names.map((name) => label(layout, name).length));
  const lines: string[] = [];
  for (const name of names) {
    const heading = label(layout, name).padEnd(width + 2);
    const list = tree.children.find(([key]) => key === name)?.[1];
    if (list !== undefined) {
      lines.push(heading.trimEnd());
      for (const text of textsIn(list)) lines.push(`${' '.repeat(width + 2)}${text}`);
    } else if (tree.leaves.has(name)) lines.push(`${heading}${String(tree.leaves.get(name))}`);
  }
  return titled(layout.title, lines);
}

function textsIn(tree: StatisticsTree): string[] {
  return [
    ...[...tree.leaves.values()].map(String),
    ...tree.children.flatMap(([, inner]) => textsIn(inner)),
  ];
}

function block(layout: Layout, tree: StatisticsTree): string {
  const names = Object.keys(layout.labels ?? {}).filter((name) => tree.leaves.has(name));
  const width = Math.max(0, ...names.map((name) => label(layout, name).length));
  const heading = tree.leaves.get('Title');
  return [
    '',
    layout.title,
    ...(heading === undefined ? [] : [String(heading)]),
    ...names.map(
      (name) => `  ${label(layout, name).padEnd(width)}  ${String(tree.leaves.get(name))}`,
    ),
  ].join('\n');
}

/** A row for each deepest level; columns in the order of the labels, then whatever else there is. */
function table(layout: Layout, rows: readonly (readonly [string, StatisticsTree])[]): string {
  const flat = rows.flatMap(([, tree]) => leafLevels(tree));
  const names = Object.keys(layout.labels ?? {}).filter((name) =>
    flat.some(({ leaves }) => leaves.has(name)),
  );
  const cells = [
    names.map((name) => label(layout, name)),
    ...flat.map(({ leaves }) =>
      names.map((name) => String(leaves.get(name) ?? '-').replace(/^\/Common\//, '')),
    ),
  ];
  const widths = names.map((_, column) =>
    Math.max(...cells.map((row) => (row[column] ?? '').length)),
  );
  const lines = cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const [head = '', ...body] = lines;
  const dashes = rule([layout.title, ...lines]);
  return [dashes, layout.title, head, dashes, ...body].join('\n');
}

function leafLevels(tree: StatisticsTree): StatisticsTree[] {
  const below = tree.children.flatMap(([, inner]) => leafLevels(inner));
  if (below.length > 0) return below;
  return tree.leaves.size > 0 ? [tree] : [];
}

const sides = [
  ['clientside', 'ClientSide'],
  ['ephemeral', 'Ephemeral'],
  ['serverside', 'ServerSide'],
] as const;

/** Leaves that only repeat the heading. */
const hidden = new Set(['tmName', 'poolName', 'nodeName']);

function detail(layout: Layout, name: string, tree: StatisticsTree, prefix: string): string {
  const title = name === '' ? layout.title : `${layout.title}: ${name}`;
  const lines = [...statusLines(layout, tree), ...trafficLines(tree), ...otherLines(layout, tree)];
  const below = tree.children.flatMap(([child, inner]) =>
    detail(
      { ...layout, title: capital(layout.title.split('::').at(-1) ?? '') },
      child,
      inner,
      '  | ',
    ).split('\n'),
  );
  return [...titled(title, lines).split('\n'), ...below]
    .map((line) => `${prefix}${line}`)
    .join('\n');
}

function statusLines(layout: Layout, tree: StatisticsTree): string[] {
  const names = [...tree.leaves.keys()].filter((name) => name.startsWith('status.'));
  if (names.length === 0) return [];
  const more = [...tree.leaves].filter(
    ([name, value]) => typeof value === 'string' && !name.includes('.') && !hidden.has(name),
  );
  const all = [...names, ...more.map(([name]) => name)];
  const width = Math.max(...all.map((name) => label(layout, name).length));
  return [
    'Status',
    ...all.map(
      (name) => `  ${label(layout, name).padEnd(width)} : ${String(tree.leaves.get(name))}`,
    ),
  ];
}

function trafficLines(tree: StatisticsTree): string[] {
  const present = sides.filter(([side]) =>
    [...tree.leaves.keys()].some((name) => name.startsWith(`${side}.`)),
  );
  if (present.length === 0) return [];
  const rows = new Set<string>();
  for (const name of tree.leaves.keys()) {
    const [side = '', statistic] = name.split('.');
    if (statistic !== undefined && present.some(([key]) => key === side)) rows.add(statistic);
  }
  const texts = [...rows].map((statistic) => commonLabels[statistic] ?? capital(statistic));
  const width = Math.max(24, ...texts.map((text) => text.length));
  const line = (head: string, cells: readonly string[]): string =>
    head.padEnd(width + 2) + cells.map((cell) => cell.padStart(12)).join('');
  return [
    '',
    line(
      'Traffic',
      present.map(([, heading]) => heading),
    ),
    ...[...rows].map((statistic, index) =>
      line(
        `  ${texts[index] ?? statistic}`,
        present.map(([side]) => scaled(tree.leaves.get(`${side}.${statistic}`) ?? '-')),
      ),
    ),
  ];
}

function otherLines(layout: Layout, tree: StatisticsTree): string[] {
  const hasStatus = [...tree.leaves.keys()].some((name) => name.startsWith('status.'));
  const others = [...tree.leaves].filter(([name, value]) => {
    if (name.startsWith('status.') || hidden.has(name)) return false;
    if (sides.some(([side]) => name.startsWith(`${side}.`))) return false;
    // Texts stand in the status section where there is one.
    return !(hasStatus && typeof value === 'string' && !name.includes('.'));
  });
  if (others.length === 0) return [];
  const width = Math.max(24, ...others.map(([name]) => label(layout, name).length));
  return [
    ...(hasStatus ? ['', 'General'] : []),
    ...others.map(([name, value]) => {
      const heading = `  ${label(layout, name).padEnd(width)}`;
      return typeof value === 'number'
        ? heading + scaled(value).padStart(12)
        : `${heading}  ${value}`;
    }),
  ];
}
