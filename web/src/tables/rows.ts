/** Objects of a component as rows: which columns, what stands in them. Pure. */
import type { Component, Property } from '../../../src/catalogue/types.ts';
import type { JsonObject } from '../../../src/config/text/json.ts';
import type { State, States } from '../api/queries.ts';
import { nameOf } from '../api/queries.ts';
import { isShort, itemName, itemsIn, restFlag, shownValue } from '../catalogue/shape.ts';
import { type Row, sortKey } from './filter.ts';

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
export type RowMaker = (objects: readonly JsonObject[]) => readonly LazyRow[];

export function createRowMaker(
  properties: readonly Property[],
  columns: readonly Property[],
): RowMaker {
  const made = new WeakMap<JsonObject, LazyRow>();
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
  readonly #keys: (string | undefined)[] = [];
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

  /** Puts together what is not yet. */
  warm(): void {
    void this.cells;
    this.has('');
  }

  has(word: string): boolean {
    this.#text ??= this.#makeText();
    return this.#text.includes(word);
  }

  key(column: number): string {
    const at = column + 1;
    const key = this.#keys[at] ?? sortKey(at === 0 ? this.name : (this.cells[column] ?? ''));
    this.#keys[at] = key;
    return key;
  }
}

/** With its state before the other columns. */
class StatedRow implements Row {
  readonly name: string;
  readonly state: string;
  readonly #row: Row;
  #cells: readonly string[] | undefined;

  constructor(row: Row, state: string) {
    this.name = row.name;
    this.state = state;
    this.#row = row;
  }

  get cells(): readonly string[] {
    this.#cells ??= [this.state, ...this.#row.cells];
    return this.#cells;
  }

  has(word: string): boolean {
    return this.state.includes(word) || this.#row.has(word);
  }

  key(column: number): string {
    return column === 0 ? this.state : this.#row.key(Math.max(column - 1, -1));
  }
}

const stated = new WeakMap<Row, StatedRow>();

const sliceMilliseconds = 8;

/** Puts together what will be shown and searched, a little at a time; the result ends it. */
export function warmRows(rows: readonly LazyRow[], onDone?: () => void): () => void {
  let at = 0;
  let timer = 0;
  const go = (): void => {
    const end = performance.now() + sliceMilliseconds;
    for (let row = rows[at]; row !== undefined && performance.now() < end; row = rows[at]) {
      row.warm();
      at += 1;
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

/** Of a row whose state is what it was, the same row. */
export function withStates(
  rows: readonly Row[],
  kind: string,
  states: States | undefined,
): readonly Row[] {
  return rows.map((row) => {
    const state = stateText(states?.[`${kind} ${row.name}`]);
    const held = stated.get(row);
    if (held?.state === state) return held;
    const made = new StatedRow(row, state);
    stated.set(row, made);
    return made;
  });
}

/** A word: what is not known is said to be so. */
export function stateText(state: State | undefined): string {
  if (state === undefined) return 'unknown';
  return state.enabled === 'enabled'
    ? state.availability
    : `${state.availability} (${state.enabled})`;
}
