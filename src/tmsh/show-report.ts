/** `show sys performance`: rows under headings, and text that the device words itself. Pure. */
import type { StatisticsTree } from './statistics-tree.ts';

interface Row {
  readonly tree: StatisticsTree;
}

const columnWidth = 12;

interface Line {
  readonly heading: string;
  readonly title: string;
  readonly maximum: string;
  readonly values: readonly string[];
}

/** The statistic that is none of the three columns is the heading, and its value the row's title. */
function lineOf({ tree }: Row): Line {
  const leaf = (name: string | undefined): string => String(tree.leaves.get(name ?? '') ?? '');
  const names = [...tree.leaves.keys()];
  const maximum = names.find((name) => name.startsWith('Max(')) ?? '';
  const heading = names.find((name) => !['Current', 'Average', maximum].includes(name)) ?? '';
  return {
    heading,
    title: leaf(heading),
    maximum: maximum.replace(/_/g, '-'),
    values: [leaf('Current'), leaf('Average'), leaf(maximum)],
  };
}

export function reportText(title: string, rows: readonly Row[]): string {
  const lines = rows.map(lineOf);
  const headings = [...new Set(lines.map(({ heading }) => heading))];
  const width = Math.max(...lines.flatMap((line) => [line.heading.length, line.title.length])) + 2;
  const cells = (first: string, values: readonly string[]): string =>
    `${first.padEnd(width)}${values.map((value) => value.padStart(columnWidth)).join('')}`;
  const blocks = headings.map((heading) => {
    const own = lines.filter((line) => line.heading === heading);
    const [first] = own;
    const head = `${cells(heading.trim(), ['Current', 'Average'])}  ${first?.maximum ?? ''}`;
    const rule = '-'.repeat(head.length);
    return [rule, head, rule, ...own.map((line) => cells(line.title, line.values))].join('\n');
  });
  return `\n${title}\n${blocks.join('\n\n')}\n`;
}

/** `show sys service`: each object's line as the device words it. */
export function ownWords(rows: readonly Row[]): string {
  return rows.map(({ tree }) => String(tree.leaves.get('apiAnonymous')).trimEnd()).join('\n');
}
