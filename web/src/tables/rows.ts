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

/** Makes rows of these columns; of an object that it has seen before, the same row. */
export type RowMaker = (objects: readonly JsonObject[]) => readonly Row[];

export function createRowMaker(
  properties: readonly Property[],
  columns: readonly Property[],
): RowMaker {
  const made = new WeakMap<JsonObject, Row>();
  return (objects) =>
    objects.map((object) => {
      const held = made.get(object);
      if (held !== undefined) return held;
      const name = nameOf(object);
      const row = new LazyRow(
        name,
        () => columns.map((property) => cellText(property, object)),
        () => searchable(name, properties, object),
      );
      made.set(object, row);
      return row;
    });
}

/** What is shown and searched is put together when somebody looks, or when there is time: most of a long table is never looked at. */
class LazyRow implements Row {
  readonly name: string;
  #cells: readonly string[] | undefined;
  #text: string | undefined;
  readonly #makeCells: () => readonly string[];
  readonly #makeText: () => string;

  constructor(name: string, makeCells: () => readonly string[], makeText: () => string) {
    this.name = name;
    this.#makeCells = makeCells;
    this.#makeText = makeText;
  }

  get cells(): readonly string[] {
    this.#cells ??= this.#makeCells();
    return this.#cells;
  }

  get text(): string {
    this.#text ??= this.#makeText();
    return this.#text;
  }
}

const sliceMilliseconds = 8;

/** Puts together what will be shown and searched, a little at a time; the result ends it. */
export function warmRows(rows: readonly Row[], onDone?: () => void): () => void {
  let at = 0;
  let timer = 0;
  const go = (): void => {
    const end = performance.now() + sliceMilliseconds;
    for (let row = rows[at]; row !== undefined && performance.now() < end; row = rows[at]) {
      // Looked at, it is there.
      at += row.text === undefined || row.cells === undefined ? 0 : 1;
    }
    if (at < rows.length) timer = window.setTimeout(go);
    else onDone?.();
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
    return new LazyRow(
      row.name,
      () => [text, ...row.cells],
      () => `${text} ${row.text}`,
    );
  });
}

/** A word: what is not known is said to be so. */
export function stateText(state: State | undefined): string {
  if (state === undefined) return 'unknown';
  return state.enabled === 'enabled'
    ? state.availability
    : `${state.availability} (${state.enabled})`;
}
