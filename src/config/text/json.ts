/**
 * An object's values as REST writes them: camelCase, flags as `{"enabled": true}`, numbers that the
 * catalogue marks as text. Reading is in `json-read`.
 */
import type {
  ComponentId,
  ItemsType,
  Properties,
  Property,
  PropertyType,
  ReferenceType,
  Value,
} from '../../catalogue/types.ts';
import { isSealedText } from '../secrets/sealed-text.ts';
import { type Change, type Changes, isList, isProperties, nameOf } from './changes.ts';
import { acceptsWord, camelCase, restName, splitName } from './names.ts';

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export interface JsonOptions {
  /** Profiles and persistence: unset properties print as "none" and []. */
  readonly everyProperty: boolean;
  /** `…Reference` companions; nothing is printed where it returns undefined. */
  link(to: readonly ComponentId[], name: string): string | undefined;
}

/** Sub-collections are left out: the envelope prints them as references. */
export function toJson(
  properties: readonly Property[],
  values: Properties,
  options: JsonOptions,
): Record<string, Json> {
  const result: Printed = {};
  putJson(result, properties, values, options);
  return result;
}

/** The same, behind what `result` has already. */
export function putJson(
  result: Printed,
  properties: readonly Property[],
  values: Properties,
  options: JsonOptions,
): void {
  for (const property of properties) {
    const { type } = property;
    if (property.access === 'write-only') continue;
    if (type.kind === 'items' && type.subCollection) continue;
    const value = values[property.name];
    if (property.secret === true && !isShownSecret(type, value)) continue;
    if (value === undefined) {
      if (options.everyProperty && property.runtime !== true) {
        putUnset(result, property);
      }
    } else if (property.raw === true) {
      const { apiRawValues } = result;
      const others = isJsonObject(apiRawValues) ? apiRawValues : {};
      result['apiRawValues'] = { ...others, [restName(property)]: String(value) };
    } else putProperty(result, property, value, options);
  }
}

/** As BIG-IP: passwords and passphrases in their sealed form, keys not at all. */
function isShownSecret(type: PropertyType, value: Value | undefined): boolean {
  return type.kind === 'string' && isSealedText(value);
}

/** What is being printed; written to in place, since lists have millions of values. */
type Printed = Record<string, Json>;

function putUnset(result: Printed, property: Property): void {
  switch (property.type.kind) {
    case 'list':
    case 'items':
      result[restName(property)] = [];
      return;
    case 'flags':
    case 'struct':
      return;
    default:
      result[restName(property)] = 'none';
  }
}

function putProperty(
  result: Printed,
  property: Property,
  value: Value,
  options: JsonOptions,
): void {
  const { type } = property;
  const key = restName(property);
  switch (type.kind) {
    case 'flags':
      result[camelCase(String(value))] = true;
      return;
    case 'struct': {
      const inner = toJson(type.properties, isProperties(value) ? value : {}, options);
      if (Object.keys(inner).length > 0) result[key] = inner;
      return;
    }
    case 'items': {
      const items = isList(value) ? value : [];
      if (items.length === 0 && !options.everyProperty) return;
      result[key] = items.map((item) => inlineItemJson(type, item, options));
      return;
    }
    case 'list':
      // Emptied by hand: left out, a PUT of what was read would bring the default back.
      if (isList(value) && value.length === 0 && isList(property.default)) {
        result[key] = [];
        return;
      }
      putList(result, key, type.of, isList(value) ? value : [value], options);
      return;
    case 'reference':
      result[key] = scalarJson(type, value);
      putCompanion(result, type, key, String(value), options);
      return;
    default:
      result[key] = scalarJson(type, value);
  }
}

function putList(
  result: Printed,
  key: string,
  element: PropertyType,
  values: readonly Value[],
  options: JsonOptions,
): void {
  const only = values[0];
  // `allow-service all` and `none` are words instead of lists in REST.
  if (values.length === 1 && element.kind === 'string' && (only === 'all' || only === 'none')) {
    result[key] = only;
    return;
  }
  if (values.length === 0 && !options.everyProperty) return;
  result[key] = values.map((value) =>
    element.kind === 'struct' && isProperties(value)
      ? toJson(element.properties, value, options)
      : scalarJson(element, value),
  );
  if (element.kind !== 'reference' || element.companion === false) return;
  const links = values.flatMap((value) => {
    const link = options.link(element.to, String(value));
    return link === undefined ? [] : [{ link }];
  });
  if (links.length > 0) result[`${key}Reference`] = links;
}

function putCompanion(
  result: Printed,
  type: ReferenceType,
  key: string,
  name: string,
  options: JsonOptions,
): void {
  if (type.companion === false || acceptsWord(type, name)) return;
  const link = options.link(type.to, name);
  if (link !== undefined) result[`${key}Reference`] = { link };
}

function scalarJson(type: PropertyType, value: Value): Json {
  if (isList(value)) return value.map((entry) => scalarJson(type, entry));
  if (isProperties(value)) return value;
  if (type.kind === 'integer') {
    if (type.wire === 'string') return String(value);
    return typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  }
  return value;
}

/** Inline items carry name, partition where they have one, and what they refer to. */
function inlineItemJson(type: ItemsType, item: Value, options: JsonOptions): Json {
  const name = nameOf(item);
  const named = itemNameJson(type, name);
  const link =
    type.nameReference === undefined ? undefined : options.link(type.nameReference.to, name);
  return {
    ...named,
    ...toJson(type.properties, isProperties(item) ? item : {}, options),
    ...(link === undefined ? {} : { nameReference: { link } }),
  };
}

export function itemNameJson(type: ItemsType, name: string): Record<string, Json> {
  if (!hasFolder(type, name)) return { name };
  const parts = splitName(name);
  return {
    name: parts.leaf,
    partition: parts.partition,
    ...(parts.subPath === '' ? {} : { subPath: parts.subPath }),
  };
}

function hasFolder(type: ItemsType, name: string): boolean {
  return name.startsWith('/') && (type.foldered || type.nameReference !== undefined);
}

/** tmsh sends modifiers that REST resolves against the object as it is at that moment. */
export function changesToJson(properties: readonly Property[], changes: Changes): JsonObject {
  const result: Record<string, Json> = {};
  for (const [name, change] of Object.entries(changes)) {
    const property = properties.find((candidate) => candidate.name === name);
    if (property === undefined) continue;
    if (property.type.kind === 'flags' && change.kind === 'set') {
      result[camelCase(String(change.value))] = true;
    } else result[restName(property)] = changeJson(property.type, change);
  }
  return result;
}

function changeJson(type: PropertyType, change: Change): Json {
  switch (change.kind) {
    case 'unset':
      return null;
    case 'set':
      return valueJson(type, change.value);
    case 'add':
      return { add: change.values.map((value) => elementJson(type, value)) };
    case 'delete':
      return { delete: change.names };
    case 'delete-all':
      return { 'delete-all': true };
    case 'modify':
      return {
        modify: change.items.map((item) => ({
          ...changesToJson(type.kind === 'items' ? type.properties : [], item.changes),
          name: item.name,
        })),
      };
    case 'struct':
      return changesToJson(type.kind === 'struct' ? type.properties : [], change.changes);
  }
}

function valueJson(type: PropertyType, value: Value): Json {
  if (isList(value)) return value.map((entry) => elementJson(type, entry));
  return type.kind === 'struct' && isProperties(value)
    ? changesToJson(type.properties, setChanges(value))
    : value;
}

function elementJson(type: PropertyType, value: Value): Json {
  if (type.kind === 'list' && type.of.kind === 'struct' && isProperties(value)) {
    return changesToJson(type.of.properties, setChanges(value));
  }
  if (type.kind !== 'items' || !isProperties(value)) return value;
  const { name = '', ...rest } = value;
  return { name, ...changesToJson(type.properties, setChanges(rest)) };
}

function setChanges(values: Properties): Changes {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, { kind: 'set', value } as const]),
  );
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
