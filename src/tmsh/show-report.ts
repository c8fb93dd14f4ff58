/** Reports: `show sys performance`, and text that the device words itself. Pure. */
import type { Labels, ReportLook } from './layout.ts';
import { type ShowOptions, isoTime, scaled, slashed } from './show-values.ts';
import type { StatisticsTree } from './statistics-tree.ts';

interface Row {
  readonly tree: StatisticsTree;
}

const gap = '  ';

interface Line {
  readonly heading: string;
  readonly title: string;
  readonly maximum: string;
  readonly values: readonly string[];
}

/** The statistic that is none of the three columns is the heading, and its value the row's title. */
function lineOf({ tree }: Row, options: ShowOptions): Line {
  const leaf = (name: string | undefined): string => String(tree.leaves.get(name ?? '') ?? '');
  const names = [...tree.leaves.keys()];
  const maximum = names.find((name) => name.startsWith('Max(')) ?? '';
  const heading = names.find((name) => !['Current', 'Average', maximum].includes(name)) ?? '';
  return {
    heading,
    title: leaf(heading),
    maximum: sinceText(maximum),
    values: [leaf('Current'), leaf('Average'), leaf(maximum)].map((text) =>
      valueText(text, options),
    ),
  };
}

/** "Max(since 2026_11_21T09:00:00Z)" → "Max(since 11/21/26 09:00:00)" */
function sinceText(maximum: string): string {
  const [, text = ''] = /^Max\(since (.*)\)$/.exec(maximum) ?? [];
  const time = isoTime(text.replaceAll('_', '-'));
  return time === undefined ? maximum : `Max(since ${slashed(time)})`;
}

/** Numbers come as texts; `-nan` where nothing was ever measured. */
function valueText(text: string, options: ShowOptions): string {
  const number = Number(text);
  if (text === '' || text === '-nan' || text === 'nan') return options.isRaw ? text : '-';
  return Number.isNaN(number) ? text : scaled(number, options);
}

/** Blocks of one part stand below each other in the same columns. */
export function reportText(
  { title, units, only, parts = {} }: ReportLook & { readonly title: string },
  rows: readonly Row[],
  options: ShowOptions,
): string {
  const lines = rows
    .map((row) => lineOf(row, options))
    .filter(({ heading }) => only === undefined || only.includes(heading.trim()));
  const partOf = ({ heading }: Line): string => parts[heading.trim()] ?? title;
  const names = [...new Set(lines.map(partOf))];
  return names
    .map((name) =>
      partText(
        name,
        lines.filter((line) => partOf(line) === name),
        units,
      ),
    )
    .join('\n\n');
}

function partText(title: string, lines: readonly Line[], units: Labels): string {
  const headed = (heading: string): string => `${heading.trim()}${units[heading] ?? ''}`;
  const longest = (texts: readonly string[]): number =>
    Math.max(...texts.map(({ length }) => length));
  const first = longest(lines.flatMap((line) => [headed(line.heading), line.title]));
  const columns = ['Current', 'Average', lines[0]?.maximum ?? ''].map((heading, column) =>
    longest([heading, ...lines.map(({ values }) => values[column] ?? '')]),
  );
  const cells = (text: string, values: readonly string[]): string =>
    [
      text.padEnd(first),
      ...values.map((value, column) => value.padStart(columns[column] ?? 0)),
    ].join(gap);
  const blocks = [...new Set(lines.map(({ heading }) => heading))].map((heading) => {
    const own = lines.filter((line) => line.heading === heading);
    const head = cells(headed(heading), ['Current', 'Average', own[0]?.maximum ?? '']);
    const rule = '-'.repeat(head.length);
    return [rule, head, rule, ...own.map((line) => cells(line.title, line.values))].join('\n');
  });
  return [title, blocks.join('\n\n')].join('\n');
}

/** `show sys service`: each object's line as the device words it. */
export function ownWords(rows: readonly Row[]): string {
  return rows.map(({ tree }) => String(tree.leaves.get('apiAnonymous')).trimEnd()).join('\n');
}
