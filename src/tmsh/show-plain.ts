/** `show … field-fmt`: names and values without layout. Pure. */
import { type ShowOptions, kebabCase, shortened } from './show-values.ts';
import type { ShownRow } from './show-rows.ts';
import type { StatisticsTree } from './statistics-tree.ts';

/** `key` is the component's id, with the items' property for items. */
export function plainText(key: string, row: ShownRow, options: ShowOptions): string {
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
