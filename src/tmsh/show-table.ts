/** Tables of `show`: never wider than the terminal; long cells are wrapped, then cut. Pure. */
import type { Look, TableLook } from './layout.ts';
import { type ShowOptions, leafText } from './show-values.ts';
import type { StatisticsTree } from './statistics-tree.ts';

const gap = 2;
/** A cell is wrapped to so many lines, then cut. */
const maximumCellLines = 3;
/** Words up to this length stay whole as long as there is room at all. */
const longestWholeWord = 28;
const leastColumnWidth = 6;
const leastTableWidth = 20;

/** A row for each deepest level that has one of the columns, in the order of the labels. */
export function levelsTable(
  look: Look & TableLook,
  levels: readonly StatisticsTree[],
  options: ShowOptions,
): string {
  const [first = ''] = Object.keys(look.labels);
  const rows = levels.flatMap(leafLevels).filter(({ leaves }) => leaves.has(first));
  const shown = Object.entries(look.labels).filter(([name]) =>
    rows.some(({ leaves }) => leaves.has(name)),
  );
  const cells = rows.map(({ leaves }) =>
    shown.map(([name]) => leafText(leaves, name, look, options)?.trim() || '-'),
  );
  return tableText(
    look.title,
    shown.map(([, label]) => label),
    cells,
    options.width,
    look.align,
  );
}

function leafLevels(tree: StatisticsTree): StatisticsTree[] {
  const below = tree.children.flatMap(([, inner]) => leafLevels(inner));
  if (below.length > 0) return below;
  return tree.leaves.size > 0 ? [tree] : [];
}

/** Title, header and rows between dashes; `width` in columns, Infinity for no bound. */
export function tableText(
  title: string,
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  width: number,
  align?: TableLook['align'],
): string {
  const widths = fittedWidths(headings, rows, width);
  const isRight = headings.map(
    (_, column) => column > 0 && align !== 'left' && (align === 'right' || isNumeric(rows, column)),
  );
  const line = (cells: readonly string[]): string =>
    widths
      .map((size, column) =>
        isRight[column] === true
          ? (cells[column] ?? '').padStart(size)
          : (cells[column] ?? '').padEnd(size),
      )
      .join(' '.repeat(gap))
      .trimEnd();
  const lines = (cells: readonly string[]): string[] => {
    const wrapped = cells.map((cell, column) => wrappedText(cell, widths[column] ?? 0));
    const height = Math.max(1, ...wrapped.map(({ length }) => length));
    return Array.from({ length: height }, (_, index) =>
      line(wrapped.map((cell) => cell[index] ?? '')),
    );
  };
  const head = lines(headings);
  const body = rows.flatMap(lines);
  const dashes = '-'.repeat(
    Math.min(width, Math.max(leastTableWidth, longest([title, ...head, ...body]))),
  );
  return [dashes, title, ...head, dashes, ...body].join('\n');
}

/** Right-aligned as BIG-IP does: numbers, scaled or not. */
function isNumeric(rows: readonly (readonly string[])[], column: number): boolean {
  const cells = rows.map((row) => row[column] ?? '').filter((cell) => cell !== '-');
  return cells.length > 0 && cells.every((cell) => /^-?\d+(\.\d+)?[KMGT]?$/.test(cell));
}

/** The widest columns give way first: down to their longest word, to that of the rows, then further. */
function fittedWidths(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  width: number,
): number[] {
  const cells = (column: number): string[] => rows.map((row) => row[column] ?? '');
  const natural = headings.map((heading, column) =>
    longest([...heading.split('\n'), ...cells(column)]),
  );
  const wordsOf = (texts: readonly string[]): number =>
    Math.min(longestWholeWord, longest(texts.flatMap((text) => text.split(/[ \n]/))));
  const room = width - gap * (headings.length - 1);
  if (sum(natural) <= room) return natural;
  const widths = natural.map((size) => Math.min(size, room));
  const floors = [
    headings.map((heading, column) => wordsOf([heading, ...cells(column)])),
    // A heading may be cut sooner than what stands below it.
    headings.map((_, column) => Math.max(leastColumnWidth, wordsOf(cells(column)))),
    headings.map(() => leastColumnWidth),
  ];
  for (const floor of floors) shrink(widths, floor, room);
  return widths;
}

function longest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(({ length }) => length));
}

function shrink(widths: number[], floors: readonly number[], room: number): void {
  for (let excess = sum(widths) - room; excess > 0; excess -= 1) {
    let widest = -1;
    for (const [column, size] of widths.entries()) {
      if (size > (floors[column] ?? 0) && size > (widths[widest] ?? 0)) widest = column;
    }
    if (widest < 0) return;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}

/** At blanks and line breaks; a word that is longer than a line is cut. */
export function wrappedText(text: string, width: number): string[] {
  if (text.includes('\n')) return text.split('\n').flatMap((line) => wrappedText(line, width));
  if (text.length <= width) return [text];
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else if (lines.length === maximumCellLines) {
      lines[lines.length - 1] = cut(`${last ?? ''} …`, width);
      break;
    } else lines.push(cut(word, width));
  }
  return lines;
}
