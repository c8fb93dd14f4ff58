/** `show` of what nobody drew: a table where one fits, else the sections that the statistics suggest. Pure. */
import { type Labels, type Section, commonLabels } from './layout.ts';
import { type SectionsLayout, sectionsText } from './show-sections.ts';
import { isName } from './show-rows.ts';
import { tableText } from './show-table.ts';
import { type ShowOptions, capital, labelOf, leafText, present, shortened } from './show-values.ts';
import type { StatisticsTree } from './statistics-tree.ts';

/** More statistics than that are sections, however short they are. */
const maximumTableColumns = 8;

/** Leaves that only repeat the heading, or that say nothing. */
const hidden = new Set(['tmName', 'poolName', 'nodeName']);

type Level = readonly [string, StatisticsTree];

/** All levels of one answer. */
export function genericText(title: string, answer: StatisticsTree, options: ShowOptions): string {
  return levelsTexts(title, answer.children, options).join('\n\n');
}

function levelsTexts(title: string, levels: readonly Level[], options: ShowOptions): string[] {
  const table = tableOf(title, levels, options);
  if (table !== undefined) return [table];
  return levels.flatMap(([key, tree]) => {
    const isNamed = isName(key) || levels.length > 1;
    const own =
      tree.leaves.size === 0
        ? []
        : [
            sectionsText(
              {
                layout: suggestedLook(title, tree),
                name: isNamed ? key : '',
                tree,
                children: [],
              },
              options,
            ),
          ];
    // A level that only holds others gives them its name.
    const [family = ''] = title.split('::');
    const inner = isNamed && tree.leaves.size === 0 ? `${family}::${labelOf(key)}` : title;
    const groups = tree.children.filter(([, below]) => below.leaves.size === 0);
    const objects = tree.children.filter(([, below]) => below.leaves.size > 0);
    return [
      ...own,
      ...(objects.length === 0 ? [] : levelsTexts(inner, objects, options)),
      ...groups.flatMap(([name, below]) =>
        levelsTexts(`${family}::${labelOf(name)}`, below.children, options),
      ),
    ];
  });
}

/** Levels of the same few statistics are a table, if the terminal is wide enough. */
function tableOf(
  title: string,
  levels: readonly Level[],
  options: ShowOptions,
): string | undefined {
  const [first] = levels;
  if (first === undefined || (levels.length === 1 && !isName(first[0]))) return undefined;
  if (levels.some(([, { children }]) => children.length > 0)) return undefined;
  const names = [...new Set(levels.flatMap(([, { leaves }]) => [...leaves.keys()]))].filter(
    (name) => !hidden.has(name),
  );
  if (names.length === 0 || names.length > maximumTableColumns) return undefined;
  // A level's key is mostly said again by one of its statistics.
  const isSaid = levels.every(
    ([key, { leaves }]) => !isName(key) || names.some((name) => String(leaves.get(name)) === key),
  );
  const rows = levels.map(([key, { leaves }]) => [
    ...(isSaid ? [] : [shortened(key, options)]),
    ...names.map((name) => String(present(leafText(leaves, name, {}, options)) ?? '-')),
  ]);
  const headings = [...(isSaid ? [] : ['Name']), ...names.map(labelFor)];
  return tableText(title, headings, rows, options.width);
}

function labelFor(name: string): string {
  return commonLabels[name] ?? labelOf(name);
}

/** Status, what is said in words, numbers, and a section for every group of `group.statistic`. */
export function suggestedLook(title: string, tree: StatisticsTree): SectionsLayout {
  const state: Record<string, string> = {};
  const words: Record<string, string> = {};
  const numbers: Record<string, string> = {};
  const groups = new Map<string, Record<string, string>>();
  for (const [name, value] of tree.leaves) {
    if (hidden.has(name) || value === 'N/A') continue;
    const dot = name.indexOf('.');
    const group = dot < 0 ? '' : name.slice(0, dot);
    if (group === 'status') state[name] = labelFor(name);
    else if (group !== '') {
      const bare = name.slice(dot + 1);
      groups.set(group, { ...groups.get(group), [bare]: labelFor(bare) });
    } else if (typeof value === 'string') words[name] = labelFor(name);
    else numbers[name] = labelFor(name);
  }
  const isStateful = Object.keys(state).length > 0;
  return {
    title: capital(title),
    style: 'sections',
    sections: [
      isStateful ? { heading: 'Status', pairs: { ...state, ...words } } : { pairs: words },
      ...groupSections(groups),
      { heading: '', columns: { '': '' }, rows: numbers },
    ],
  };
}

/** Groups of the same statistics stand side by side (clientside, serverside), the others below each other. */
function groupSections(groups: ReadonlyMap<string, Labels>): Section[] {
  const bySet = new Map<string, string[]>();
  for (const [group, rows] of groups) {
    const isSide = /^(?:clientside|serverside|ephemeral)$/i.test(group);
    const set = isSide ? 'sides' : Object.keys(rows).toSorted().join(' ');
    bySet.set(set, [...(bySet.get(set) ?? []), group]);
  }
  return [...bySet].map(([set, members]) => ({
    heading: set === 'sides' ? 'Traffic' : members.length === 1 ? labelOf(members[0] ?? '') : '',
    columns: Object.fromEntries(
      members.map((group) => [
        members.length === 1 && set !== 'sides' ? '' : sideOf(group),
        `${group}.`,
      ]),
    ),
    rows: inOrder(Object.assign({}, ...members.map((group) => groups.get(group)))),
  }));
}

/** As the components that were drawn have them; what they do not know stays behind. */
function inOrder(rows: Labels): Labels {
  const known = Object.keys(commonLabels);
  const place = (name: string): number => known.indexOf(name) + 1 || known.length + 1;
  return Object.fromEntries(
    Object.entries(rows).toSorted(([one], [other]) => place(one) - place(other)),
  );
}

function sideOf(group: string): string {
  const sides: Labels = {
    clientside: 'ClientSide',
    serverside: 'ServerSide',
    ephemeral: 'Ephemeral',
    clientSideTraffic: 'ClientSide',
    serverSideTraffic: 'ServerSide',
  };
  return sides[group] ?? labelOf(group);
}
