/**
 * What stands in a form, as texts and lists, and back into a body for REST: only what was changed, so that what an
 * object inherits stays inherited. Pure.
 */
import type { Property, PropertyType } from '../../../src/catalogue/types.ts';
import type { Json, JsonObject } from '../../../src/config/text/json.ts';
import { camelCase, restName } from '../../../src/config/text/names.ts';
import { isSettable, itemName, itemsIn, isObject } from '../catalogue/shape.ts';

/** '' is "not set": the default, the parent's value, or nothing. */
export type Field = string | readonly string[] | readonly Item[] | readonly Draft[] | Draft;
export interface Draft {
  readonly [property: string]: Field;
}
export interface Item {
  readonly itemName: string;
  readonly values: Draft;
}

type Shown = Readonly<Record<string, unknown>>;

export function emptyField(type: PropertyType): Field {
  if (type.kind === 'struct') return {};
  return type.kind === 'list' || type.kind === 'items' ? [] : '';
}

/** By the catalogue's names. */
export function draftOf(properties: readonly Property[], json: Shown): Draft {
  return Object.fromEntries(
    properties.filter(isSettable).map((property) => [property.name, fieldOf(property, json)]),
  );
}

function fieldOf(property: Property, json: Shown): Field {
  const { type } = property;
  if (type.kind === 'flags') {
    return type.flags.find(({ flag }) => json[camelCase(flag)] === true)?.flag ?? '';
  }
  if (type.kind === 'items') {
    return itemsIn(property, json).map((item) => ({
      itemName: itemName(item),
      values: draftOf(type.properties, item),
    }));
  }
  const value = json[restName(property)];
  if (type.kind === 'struct') return draftOf(type.properties, isObject(value) ? value : {});
  if (type.kind === 'list') return listOf(type.of, value);
  return value === undefined || value === null ? '' : plain(value);
}

function listOf(of: PropertyType, value: unknown): Field {
  const entries: readonly unknown[] = Array.isArray(value) ? value : isUnset(value) ? [] : [value];
  return of.kind === 'struct'
    ? entries.filter(isObject).map((entry) => draftOf(of.properties, entry))
    : entries.map(plain);
}

function isUnset(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function plain(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

export function isSame(a: Field | undefined, b: Field | undefined): boolean {
  return JSON.stringify(a ?? '') === JSON.stringify(b ?? '');
}

/** Names of properties that differ. */
export function changedNames(before: Draft, now: Draft): readonly string[] {
  return Object.keys(now).filter((name) => !isSame(before[name], now[name]));
}

/** A body for PATCH (with `before`) or POST. */
export function bodyOf(
  properties: readonly Property[],
  now: Draft,
  before: Draft = {},
): JsonObject {
  const body: Record<string, Json> = {};
  for (const property of properties) {
    const value = now[property.name];
    const held = before[property.name];
    if (value === undefined || isSame(value, held ?? emptyField(property.type))) continue;
    put(body, property, value, held);
  }
  return body;
}

function put(body: Record<string, Json>, property: Property, value: Field, held?: Field): void {
  const { type } = property;
  const name = restName(property);
  if (type.kind === 'flags') {
    const chosen =
      value === '' ? type.flags.find(({ flag }) => flag !== held)?.flag : String(value);
    if (chosen !== undefined) body[camelCase(chosen)] = true;
  } else if (type.kind === 'struct' && isDraft(value)) {
    body[name] = bodyOf(type.properties, value, held !== undefined && isDraft(held) ? held : {});
  } else body[name] = jsonOf(type, value);
}

function jsonOf(type: PropertyType, value: Field): Json {
  if (typeof value === 'string') return value === '' ? null : scalar(type, value);
  if (!Array.isArray(value)) return null;
  const entries: readonly (string | Item | Draft)[] = value;
  if (type.kind === 'items') {
    return entries.filter(isItem).map((item) => ({
      name: item.itemName,
      ...bodyOf(type.properties, item.values),
    }));
  }
  const of = type.kind === 'list' ? type.of : type;
  return entries.map((entry) => {
    if (typeof entry === 'string') return scalar(of, entry);
    return of.kind === 'struct' && isDraft(entry) ? bodyOf(of.properties, entry) : null;
  });
}

/** Numbers as numbers: what is none the device refuses in BIG-IP's words. */
function scalar(type: PropertyType, value: string): Json {
  const isNumber = type.kind === 'integer' && type.wire === 'number' && /^-?\d{1,15}$/.test(value);
  return isNumber ? Number(value) : value;
}

export function isItem(value: unknown): value is Item {
  return isObject(value) && typeof value['itemName'] === 'string' && isObject(value['values']);
}

export function isDraft(value: unknown): value is Draft {
  return isObject(value);
}
