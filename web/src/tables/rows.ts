/** Objects of a component as rows: which columns, what stands in them. Pure. */
import type { Component, Property } from '../../../src/catalogue/types.ts';
import type { JsonObject } from '../../../src/config/text/json.ts';
import type { State, States } from '../api/queries.ts';
import { nameOf } from '../api/queries.ts';
import { isShort, itemName, itemsIn, restFlag, shownValue } from '../catalogue/shape.ts';
import type { Row } from './filter.ts';

const usualColumns = 4;
/** What people look for first, wherever it occurs. */
const wanted = [
  'destination',
  'address',
  'pool',
  'pools',
  'members',
  'monitor',
  'load-balancing-mode',
  'pool-lb-mode',
  'vlan',
  'network',
  'gw',
  'defaults-from',
  'type',
  'value',
  'failover-state',
  'management-ip',
  'partition-access',
  'description',
];

/** Names of the properties that are shown when nobody has chosen any. */
export function usualNames({ properties }: Component): readonly string[] {
  const short = properties.filter(isShort);
  const known = wanted.filter((name) => short.some((one) => one.name === name));
  const others = short
    .map(({ name }) => name)
    .filter((name) => !known.includes(name) && !/^(app-service|metadata|description)$/.test(name));
  return [...known, ...others].slice(0, usualColumns);
}

export function rowsOf(
  objects: readonly JsonObject[],
  properties: readonly Property[],
  columns: readonly Property[],
): readonly Row[] {
  return objects.map((object) => {
    const cells = columns.map((property) => cellText(property, object));
    const name = nameOf(object);
    return new LazyRow(name, cells, () => searchable(name, properties, object));
  });
}

/** What is searched is put together when somebody searches, or when there is time: most of a long table is never looked at. */
class LazyRow implements Row {
  readonly name: string;
  readonly cells: readonly string[];
  #text: string | undefined;
  readonly #make: () => string;

  constructor(name: string, cells: readonly string[], make: () => string) {
    this.name = name;
    this.cells = cells;
    this.#make = make;
  }

  get text(): string {
    this.#text ??= this.#make();
    return this.#text;
  }
}

const sliceMilliseconds = 8;

/** Puts together what will be searched, a little at a time; the result ends it. */
export function warmRows(rows: readonly Row[]): () => void {
  let at = 0;
  let timer = 0;
  const go = (): void => {
    const end = performance.now() + sliceMilliseconds;
    // Looked at, it is there.
    while (at < rows.length && performance.now() < end) at += rows[at]?.text === undefined ? 0 : 1;
    if (at < rows.length) timer = window.setTimeout(go);
  };
  timer = window.setTimeout(go);
  return () => window.clearTimeout(timer);
}

function cellText(property: Property, object: JsonObject): string {
  if (property.type.kind !== 'items') return shownValue(property, object);
  const items = itemsIn(property, object);
  const names = items.slice(0, 3).map((item) => itemName(item).replace(/^\/Common\//, ''));
  return items.length > 3 ? `${names.join(', ')}, … (${items.length})` : names.join(', ');
}

/** Every value of it, without links. */
function searchable(name: string, properties: readonly Property[], object: JsonObject): string {
  const texts = [name];
  for (const property of properties) {
    const { type } = property;
    if (type.kind === 'items')
      texts.push(...itemsIn(property, object).map((item) => JSON.stringify(item)));
    else if (type.kind === 'flags') {
      for (const { flag } of type.flags) if (object[restFlag(flag)] === true) texts.push(flag);
    } else texts.push(shownValue(property, object));
  }
  return texts.join(' ').toLowerCase();
}

export function withStates(
  rows: readonly Row[],
  kind: string,
  states: States | undefined,
): readonly Row[] {
  return rows.map((row) => {
    const text = stateText(states?.[`${kind} ${row.name}`]);
    return new LazyRow(row.name, [text, ...row.cells], () => `${text} ${row.text}`);
  });
}

/** A word: what is not known is said to be so. */
export function stateText(state: State | undefined): string {
  if (state === undefined) return 'unknown';
  return state.enabled === 'enabled'
    ? state.availability
    : `${state.availability} (${state.enabled})`;
}
