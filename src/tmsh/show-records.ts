/** Records, a line each or with all that is known: `show sys connection`. Pure. */
import type { RecordsLook } from './layout.ts';
import { type ShowOptions, scaled } from './show-values.ts';
import type { StatisticsTree } from './statistics-tree.ts';

interface Row {
  readonly tree: StatisticsTree;
}

/** Also none is an answer. */
export function recordsText(
  look: RecordsLook & { readonly title: string },
  rows: readonly Row[],
  options: ShowOptions,
): string {
  const { title, line, total, details } = look;
  const texts = rows.map(({ tree }) =>
    details === undefined || !options.isDetailed
      ? filledIn(line, tree, look)
      : detailText(look, details, tree, options),
  );
  return [title, ...texts, `${total}: ${rows.length}`].join('\n');
}

/** `{statistic}` stands for its value, `{address}:{port}` for both as BIG-IP writes them. */
function filledIn(template: string, { leaves }: StatisticsTree, { words }: RecordsLook): string {
  const text = (name: string): string => {
    const value = String(leaves.get(name) ?? '-');
    return words[name]?.[value] ?? value;
  };
  return template.replaceAll(/\{(\w+)\}(?::\{(\w+)\})?/g, (_, name: string, port?: string) => {
    const address = text(name);
    if (port === undefined || address === '-') return address;
    return `${address}${address.includes(':') ? '.' : ':'}${text(port)}`;
  });
}

const gap = '  ';

/** The record under a rule: its fields, then a column for each of its sides, and an empty line. */
function detailText(
  look: RecordsLook,
  { heading, fields, sides, rows }: NonNullable<RecordsLook['details']>,
  tree: StatisticsTree,
  options: ShowOptions,
): string {
  const head = filledIn(heading, tree, look);
  const width = Math.max(...Object.values(fields).map(({ length }) => length));
  const fieldLines = Object.entries(fields)
    .filter(([name]) => tree.leaves.has(name))
    .map(([name, label]) => `  ${label.padEnd(width)}  ${filledIn(`{${name}}`, tree, look)}`);
  const cellOf = (side: string, row: string): string => {
    const [name = '', port] = row.split(':').map((part) => `${side}${part}`);
    if (port !== undefined) return filledIn(`{${name}}:{${port}}`, tree, look);
    const value = tree.leaves.get(name) ?? '-';
    // Bytes of the device are bits where people read.
    return scaled(
      row.startsWith('Bytes') && typeof value === 'number' ? value * 8 : value,
      options,
    );
  };
  const table = [
    ['', ...Object.keys(sides)],
    ...Object.entries(rows).map(([row, label]) => [
      label,
      ...Object.values(sides).map((side) => cellOf(side, row)),
    ]),
  ];
  const widths = (table[0] ?? []).map((_, column) =>
    Math.max(...table.map((cells) => (cells[column] ?? '').length)),
  );
  const tableLines = table.map((cells) => {
    const padded = cells.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    return `  ${padded.join(gap)}`;
  });
  return [head, '-'.repeat(head.length), ...fieldLines, '', ...tableLines, ''].join('\n');
}
