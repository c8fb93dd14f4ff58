/** The styles of `show` that have one field a line. Pure. */
import type {
  BlockLook,
  ComparedLook,
  FieldsLook,
  Labels,
  ListsLook,
  Look,
  OutlineLook,
} from './layout.ts';
import { type ShowOptions, leafText, present, scaled, shortened } from './show-values.ts';
import { type StatisticsTree, levelsAt } from './statistics-tree.ts';

const leastWidth = 20;

export function titled(title: string, lines: readonly string[], { width }: ShowOptions): string {
  const longest = Math.max(leastWidth, ...[title, ...lines].map((line) => line.length));
  const dashes = '-'.repeat(Math.min(longest, width));
  return [dashes, title, dashes, ...lines].join('\n');
}

export function fieldsText(
  look: Look & FieldsLook,
  name: string,
  tree: StatisticsTree,
  options: ShowOptions,
): string {
  const indent = ' '.repeat(look.indent ?? 0);
  const labels = Object.entries(look.labels);
  const width = Math.max(...labels.map(([, label]) => label.length)) + 2;
  const lines: string[] = [];
  for (const [leaf, label] of labels) {
    const list = tree.children.find(([key]) => key === leaf)?.[1];
    const reported = tree.leaves.get(leaf);
    // A blank is a value: the summary of a standalone device.
    const isAbsent = reported === '' || reported === 'none';
    const value = isAbsent ? undefined : leafText(tree.leaves, leaf, look, options);
    const text = value ?? look.absent?.[leaf];
    const padded = label === '' ? '' : label.padEnd(width);
    if (look.enclosed === true) {
      lines.push(`${padded}<${text ?? ''}>`);
      continue;
    }
    if (list !== undefined) {
      lines.push(label);
      for (const line of textsIn(list)) lines.push(`${' '.repeat(width)}${line}`);
    } else if (text !== undefined) lines.push(`${indent}${padded}${text}`.trimEnd());
  }
  const title = name === '' ? look.title : `${look.title}: ${shortened(name, options)}`;
  return titled(title, lines, options);
}

function textsIn(tree: StatisticsTree): string[] {
  return [
    ...[...tree.leaves.values()].map(String),
    ...tree.children.flatMap(([, inner]) => textsIn(inner)),
  ];
}

export function blockText({ title, labels }: Look & BlockLook, tree: StatisticsTree): string {
  const heading = tree.leaves.get('Title');
  return [
    '',
    title,
    ...(heading === undefined ? [] : [String(heading)]),
    ...pairLines(labels, tree, '  '),
  ].join('\n');
}

function pairLines(
  labels: Labels,
  tree: StatisticsTree,
  indent: string,
  { absent = '-', least = 0 } = {},
): string[] {
  const shown = Object.entries(labels).filter(([name]) => tree.leaves.has(name));
  const width = Math.max(least, ...shown.map(([, label]) => label.length));
  return shown.map(([name, label]) =>
    `${indent}${label.padEnd(width)}  ${present(tree.leaves.get(name)) ?? absent}`.trimEnd(),
  );
}

export function outlineText({ title, groups }: Look & OutlineLook, answer: StatisticsTree): string {
  const blocks = groups.flatMap(({ heading, at, labels, named, isRepeated }) => {
    const levels = levelsAt(answer, at).map(({ tree }) => {
      const lines = pairLines(labels, tree, '  ', { absent: '', least: named?.label.length ?? 0 });
      return [...lines, ...(named === undefined ? [] : namedLines(named, labels, tree))];
    });
    if (isRepeated !== true) return levels.map((lines) => [heading, ...lines]);
    return levels.map((lines, index) => (index === 0 ? [heading, ...lines] : lines));
  });
  return ['', title, blocks.map((lines) => lines.join('\n')).join('\n\n')].join('\n');
}

type NamedLevel = NonNullable<OutlineLook['groups'][number]['named']>;

/** `Parameters  --  --`, and a line for each below it. */
function namedLines(named: NamedLevel, labels: Labels, tree: StatisticsTree): string[] {
  const width = Math.max(named.label.length, ...Object.values(labels).map((l) => l.length));
  const pairs = levelsAt(tree, [named.level, '*']).map(
    ({ tree: { leaves } }) =>
      [String(leaves.get(named.name) ?? ''), String(leaves.get(named.value) ?? '')] as const,
  );
  if (pairs.length === 0) return [];
  const nameWidth = Math.max(0, ...pairs.map(([name]) => name.length));
  return [['--', '--'] as const, ...pairs].map(
    ([name, value], index) =>
      `  ${(index === 0 ? named.label : '').padEnd(width)}  ${name.padEnd(nameWidth)}  ${value}`,
  );
}

/** Figures stand right in so many columns behind their labels. */
const listedWidth = 10;

export function listsText(
  look: Look & ListsLook,
  levels: readonly { readonly name: string; readonly tree: StatisticsTree }[],
  options: ShowOptions,
): string {
  const labels = Object.entries(look.labels);
  const width = Math.max(...labels.map(([, label]) => label.length));
  const lines = levels.flatMap(({ name, tree: { leaves } }) =>
    Object.entries(look.lists).flatMap(([beginning, title]) => {
      const figures = labels.flatMap(([ending, label]) => {
        const value = leaves.get(`${beginning}${ending}`);
        if (value === undefined) return [];
        return `  ${label.padEnd(width)}${scaled(value, options).padStart(listedWidth)}`;
      });
      return figures.length === 0 ? [] : [`${title}: ${name}`, ...figures];
    }),
  );
  const dashes = '-'.repeat(Math.max(leastWidth, look.title.length));
  return [dashes, look.title, dashes, ...lines].join('\n');
}

/** Rows of numbers, a column an object. */
export function comparedText(
  look: Look & ComparedLook,
  levels: readonly StatisticsTree[],
  options: ShowOptions,
): string {
  const heads = levels.map(({ leaves }) => String(leaves.get(look.by) ?? ''));
  const rows = Object.entries(look.labels)
    .map(([name, label]) => [label, levels.map(({ leaves }) => leaves.get(name))] as const)
    .filter(([, values]) => values.some((value) => value !== undefined))
    .map(([label, values]) => [
      `  ${label}`,
      ...values.map((value) => (value === undefined ? '-' : scaled(value, options))),
    ]);
  const labelWidth = Math.max(...rows.map(([label = '']) => label.length));
  const cellWidth = Math.max(10, ...heads.map((head) => head.length));
  const line = ([label = '', ...cells]: readonly string[]): string =>
    `${label.padEnd(labelWidth)}${cells.map((cell) => cell.padStart(cellWidth + 2)).join('')}`;
  return titled(look.title, [line(['', ...heads]), ...rows.map(line)], options);
}
