/** The detail style of `show`: a dashed title, sections, and children behind bars. Pure. */
import type { Labels, Look, Section, SectionsLook } from './layout.ts';
import { type ShowOptions, leafText, shortened } from './show-values.ts';
import type { StatisticsTree } from './statistics-tree.ts';

export type SectionsLayout = Look & SectionsLook;

/** An object, and what is shown below it. */
export interface ShownObject {
  readonly layout: SectionsLayout;
  readonly name: string;
  readonly tree: StatisticsTree;
  readonly children: readonly ShownObject[];
  /** Drawn already: a table among sections. */
  readonly text?: string;
}

const leastLabelWidth = 24;
const defaultIndent = 2;

/**
 * Children repeat with `  | ` before each line, theirs with `     | `; rules begin where the bar stands. How far it is
 * set in is `cli preference table-indent-width`.
 */
export function sectionsText(object: ShownObject, options: ShowOptions, level = 0): string {
  const { indent = defaultIndent } = options;
  const margin = level === 0 ? '' : ' '.repeat((indent + 1) * level - 1);
  const lines = object.text?.split('\n') ?? objectLines(object, options);
  const own = lines.map((line) => {
    if (level === 0) return line;
    return /^-+$/.test(line) ? `${margin}--${line}` : `${margin}| ${line}`;
  });
  const below = object.children.map((child) => sectionsText(child, options, level + 1));
  return [own.join('\n'), ...below].join('\n');
}

function objectLines({ layout, name, tree }: ShownObject, options: ShowOptions): string[] {
  const after = layout.afterName === undefined ? undefined : tree.leaves.get(layout.afterName);
  const title = [
    layout.title,
    name === '' ? '' : `${layout.beforeName ?? ': '}${shortened(name, options)}`,
    after === undefined ? '' : ` (${after})`,
  ].join('');
  const sections = layout.sections.filter(
    ({ onlyInDetail }) => onlyInDetail !== true || options.isDetailed,
  );
  const rowLabels = sections.flatMap(({ rows }) => Object.values(rows ?? {}));
  const width = Math.max(leastLabelWidth, ...rowLabels.map((label) => label.length)) + 2;
  const lines: string[] = [];
  for (const section of sections) {
    const own = sectionLines(section, tree, layout, options, width);
    if (own.length === 0) continue;
    // Sections are parted by a line of blanks, as wide as the labels.
    if (lines.length > 0 && section.heading !== undefined) lines.push(' '.repeat(width));
    lines.push(...own);
  }
  const padded = sections.every(({ fields }) => fields !== undefined) ? title : title.padEnd(width);
  const longest = Math.max(...[padded, ...lines].map((line) => line.length));
  const dashes = '-'.repeat(Math.min(longest, options.width));
  return [dashes, padded, dashes, ...lines];
}

function sectionLines(
  section: Section,
  tree: StatisticsTree,
  layout: SectionsLayout,
  options: ShowOptions,
  width: number,
): string[] {
  const pairs = Object.entries(section.pairs ?? {}).flatMap(([name, label]) => {
    const text = leafText(tree.leaves, name, layout, options);
    return text === undefined ? [] : [[label, text.trim() === '' ? '-' : text.trim()] as const];
  });
  const labelWidth = Math.max(0, ...pairs.map(([label]) => label.length));
  const pairLines = pairs.map(([label, value]) => {
    const aligned =
      section.alignLabels === 'right' ? label.padStart(labelWidth) : label.padEnd(labelWidth);
    return `  ${aligned} : ${value}`;
  });
  if (section.fields !== undefined) return fieldLines(section.fields, tree, layout, options);
  const columns = columnLines(section, tree, options, width);
  if (pairLines.length + columns.length === 0) return [];
  const heading = section.heading?.padEnd(width);
  const isHeadless = columns.length > 0 || heading === undefined;
  return [...(isHeadless ? [] : [heading]), ...pairLines, ...columns];
}

function fieldLines(
  fields: Labels,
  tree: StatisticsTree,
  layout: SectionsLayout,
  options: ShowOptions,
): string[] {
  const width = Math.max(...Object.values(fields).map((label) => label.length));
  return Object.entries(fields).flatMap(([name, label]) => {
    const text = leafText(tree.leaves, name, layout, options);
    if (text === undefined) return [];
    // What is not known is left blank here.
    return [`${label.padEnd(width)}  ${text.trim().replace(/^-$/, '')}`.trimEnd()];
  });
}

/** The heading, with those of the columns beside it, and a row for every statistic that there is. */
function columnLines(
  section: Section,
  tree: StatisticsTree,
  options: ShowOptions,
  width: number,
): string[] {
  const leafOf = (column: string, row: string): string =>
    section.columnsAre === 'suffixes' ? `${row}${column}` : `${column}${row}`;
  // A column that the device reports nothing of is not there.
  const columns = Object.entries(section.columns ?? {}).filter(([, column]) =>
    Object.keys(section.rows ?? {}).some((row) => tree.leaves.has(leafOf(column, row))),
  );
  const present = Object.entries(section.rows ?? {})
    .map(
      ([name, label]) =>
        [
          label,
          columns.map(([, column]) => leafText(tree.leaves, leafOf(column, name), {}, options)),
        ] as const,
    )
    .filter(([, values]) => values.some((value) => value !== undefined));
  if (present.length === 0) return [];
  const cells = present.map(([, values]) => values.map((value) => value ?? '-'));
  const widths = columns.map(([heading], column) =>
    Math.max(10, heading.length, ...cells.map((row) => (row[column] ?? '').length)),
  );
  const line = (label: string, row: readonly string[]): string =>
    [label.padEnd(width), ...row.map((cell, column) => cell.padStart(widths[column] ?? 0))].join(
      '  ',
    );
  const headings = columns.map(([heading]) => heading);
  const heading = section.heading ?? '';
  const head = headings.every((column) => column === '')
    ? heading.padEnd(width)
    : line(heading, headings);
  return [
    ...(head.trim() === '' ? [] : [head]),
    ...present.map(([label], index) => line(`  ${label}`, cells[index] ?? [])),
  ];
}
