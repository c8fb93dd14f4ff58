/** `list` and `show`: asks the device, prints what it answers. */
import { faultText } from '../base/fault.ts';
import type { Component, ComponentId, Properties } from '../catalogue/types.ts';
import { type JsonObject, isJsonObject } from '../config/text/json.ts';
import { quote } from '../config/text/lexer.ts';
import { componentPath, objectPath } from '../config/text/urls.ts';
import { historyText } from './history.ts';
import { type ListOptions, type ListedObject, objectFromJson, printListed } from './listing.ts';
import { type Selection, isOpenSelection, relativeName, selects } from './names.ts';
import type { ReadCommand, Wanted } from './parse-read.ts';
import {
  Refusal,
  type Session,
  ask,
  columnsOf,
  contextOf,
  itemsOf,
  selectedNames,
  selectedObjects,
} from './session.ts';
import { type ShownRow, configurationRows, statisticsRows } from './show-rows.ts';
import type { ShowOptions } from './show-values.ts';
import { treeOf } from './statistics-tree.ts';

function selectionOf(session: Session, { names, options }: ReadCommand): Selection {
  return { names, folder: session.folder, isRecursive: options.has('recursive') };
}

export async function list(session: Session, command: ReadCommand): Promise<void> {
  const { options } = command;
  const selection = selectionOf(session, command);
  const listOptions: ListOptions = {
    folder: session.folder,
    isOneLine: options.has('one-line'),
    isAllProperties: isAllListed(session, options),
    wanted: command.wanted,
  };
  for (const component of command.components) {
    if (component.files === true) {
      await listFiles(session, component, command);
      continue;
    }
    const parents = new Map<string, Properties>();
    const objects = await listedObjects(session, component, selection);
    if (!(await mayShow(session, objects.length))) continue;
    for (const object of objects) {
      const parent = await parentOf(session, component, object, parents);
      session.print(printListed(component, object, parent, listOptions));
    }
  }
}

function isAllListed({ preference }: Session, options: ReadonlySet<string>): boolean {
  return (
    options.has('all-properties') ||
    (preference.isAllListed && !options.has('non-default-properties'))
  );
}

/** More than somebody can read are shown after a question only. */
async function mayShow({ preference, askWord }: Session, count: number): Promise<boolean> {
  const { displayThreshold } = preference;
  if (askWord === undefined || displayThreshold === 0 || count <= displayThreshold) return true;
  return (await askWord(`Display all ${count} items? (y/n) `)) === 'y';
}

/** Archives: no configuration, and `list` and `show` say the same of them. */
async function listFiles(
  session: Session,
  component: Component,
  { names }: ReadCommand,
): Promise<void> {
  const { json } = await ask(session, 'GET', componentPath(component.id));
  for (const item of itemsOf(json)) {
    const values = Object.entries(isJsonObject(item['apiRawValues']) ? item['apiRawValues'] : {});
    const path = String(values.find(([name]) => name === 'filename')?.[1] ?? '');
    const file = path.slice(path.lastIndexOf('/') + 1);
    if (names.length > 0 && !names.some(({ text }) => text === file || text === path)) continue;
    const lines = values.map(([name, value]) => `    ${name} ${quote(String(value))}`);
    session.print([`${component.id} ${file} {`, ...lines, '}'].join('\n'));
  }
}

async function listedObjects(
  session: Session,
  component: Component,
  selection: Selection,
): Promise<readonly ListedObject[]> {
  const objects = await selectedObjects(session, component, selection);
  return objects.map((json) => {
    const object = objectFromJson(component, json, contextOf(session));
    if (!object.ok) throw new Refusal(object.faults.map(faultText).join('\n'));
    return object.value;
  });
}

/** The parent's effective values: what `list` need not repeat. */
async function parentOf(
  session: Session,
  component: Component,
  object: ListedObject,
  known: Map<string, Properties>,
): Promise<Properties | undefined> {
  const name = object.properties['defaults-from'];
  if (component.inherits !== true || typeof name !== 'string' || name === 'none') return undefined;
  const held = known.get(name);
  if (held !== undefined) return held;
  const names = [{ text: name, quoted: true }];
  const selection = { names, folder: session.folder, isRecursive: false };
  const [parent] = await listedObjects(session, component, selection);
  if (parent !== undefined) known.set(name, parent.properties);
  return parent?.properties;
}

export async function show(session: Session, command: ReadCommand): Promise<void> {
  const { options } = command;
  const showOptions: ShowOptions = {
    folder: session.folder,
    isPlain: options.has('field-fmt'),
    isRaw: options.has('raw') || options.has('field-fmt') || session.preference.units === 'raw',
    units: session.preference.units,
    indent: session.preference.indent,
    isDetailed: options.has('detail') || command.filters.includes('all-properties'),
    width: options.has('raw') ? Infinity : columnsOf(session),
  };
  const texts: string[] = [];
  for (const component of command.components) {
    if (component.files === true) {
      await listFiles(session, component, command);
      continue;
    }
    const text = await shownText(session, component, command, showOptions);
    if (text !== '') texts.push(text);
  }
  if (texts.length > 0) session.print(texts.join(showOptions.isPlain ? '\n' : '\n\n'));
}

async function shownText(
  session: Session,
  component: Component,
  command: ReadCommand,
  options: ShowOptions,
): Promise<string> {
  // Layouts are many files: a shell that shows nothing starts without them.
  const { layoutOf, othersShown, printRows, printState } = await import('./show.ts');
  const selection = selectionOf(session, command);
  if (layoutOf(component)?.source === 'history') {
    return historyText(session.history?.() ?? [], { isDated: session.preference.isHistoryDated });
  }
  if (layoutOf(component)?.source === 'configuration') {
    const objects = await selectedObjects(session, component, selection);
    return printRows(component, objects.flatMap(configurationRows), options);
  }
  if (component.naming.kind === 'singleton') {
    const { json } = await ask(session, 'GET', recordsPath(component, command.filters));
    const others = new Map<ComponentId, JsonObject>();
    if (!options.isPlain) {
      for (const id of othersShown(component)) {
        others.set(id, (await ask(session, 'GET', componentPath(id))).json);
      }
    }
    return printState(component, json, options, others);
  }
  let rows = await statisticsOf(session, component, selection);
  for (const wanted of command.wanted) {
    rows = await withItems(session, component, rows, wanted, isOpenSelection(selection));
  }
  if (!(await mayShow(session, rows.length))) return '';
  return printRows(component, rows, options);
}

/** With the words that choose among records, as iControl REST takes them. */
export function recordsPath({ id }: Component, filters: readonly string[]): string {
  const words = filters.map(encodeURIComponent).join('+');
  return `${componentPath(id)}${words === '' ? '' : `?options=${words}`}`;
}

async function statisticsOf(
  session: Session,
  component: Component,
  selection: Selection,
): Promise<readonly ShownRow[]> {
  if (isOpenSelection(selection)) {
    // Without configuration the collection is its own statistics (sys log).
    const path = componentPath(component.id);
    const { json } = await ask(
      session,
      'GET',
      component.stateOnly === true ? path : `${path}/stats`,
    );
    const rows = statisticsRows(component, json);
    if (rows.some(({ tree }) => tree.leaves.has('apiAnonymous'))) return rows;
    const known = new Set(rows.map(({ name }) => name));
    return rows.filter(({ name }) => selects(component, selection, name, known));
  }
  const rows: ShownRow[] = [];
  for (const name of await selectedNames(session, component, selection)) {
    const { json } = await ask(session, 'GET', `${objectPath(component, name)}/stats`);
    rows.push(...statisticsRows(component, json));
  }
  return rows;
}

/** `show ltm pool web members`: the object, its items below. */
async function withItems(
  session: Session,
  component: Component,
  rows: readonly ShownRow[],
  { name: property, below }: Wanted,
  isEveryObject: boolean,
): Promise<readonly ShownRow[]> {
  const isWanted = ({ name }: ShownRow): boolean =>
    below.length === 0 ||
    below.some((one) => name === one.name || relativeName(name, session.folder) === one.name);
  const itemsByObject = new Map<string, readonly ShownRow[]>();
  if (isEveryObject) {
    const path = `${componentPath(component.id)}/${property}/stats`;
    for (const [name, tree] of treeOf((await ask(session, 'GET', path)).json).children) {
      itemsByObject.set(
        name,
        tree.children.flatMap(([, inner]) => rowsIn(inner.children)),
      );
    }
  } else {
    for (const { name } of rows) {
      const path = `${objectPath(component, name)}/${property}/stats`;
      itemsByObject.set(name, rowsIn(treeOf((await ask(session, 'GET', path)).json).children));
    }
  }
  const key = `${component.id} ${property}`;
  return rows.map((row) => ({
    ...row,
    children: [
      ...row.children,
      ...(itemsByObject.get(row.name) ?? []).filter(isWanted).map((item) => ({ key, row: item })),
    ],
  }));
}

function rowsIn(children: ReturnType<typeof treeOf>['children']): readonly ShownRow[] {
  return children.map(([name, tree]) => ({ name, tree, children: [] }));
}
