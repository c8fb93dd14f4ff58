/**
 * An object's values as REST writes and reads them. Writing: camelCase, flags as `{"enabled": true}`,
 * numbers that the catalogue marks as text. Reading: everything that clients send (icontrol.md 2.5):
 * hyphenated keys, strings for lists, maps and `…Reference: {items}` for items, and whole echoes of what
 * was read. Values are not checked here beyond their shape.
 */
import type {
  ComponentId,
  ItemsType,
  Properties,
  Property,
  PropertyType,
  Value,
} from '../../catalogue/types.ts';
import type { Fault, Outcome } from '../../base/fault.ts';
import {
  type Change,
  type Changes,
  type ItemChange,
  asNewProperties,
  isList,
  isProperties,
  nameOf,
} from './changes.ts';
import {
  type TextContext,
  acceptsWord,
  camelCase,
  canonicalMonitorRule,
  qualify,
  qualifyFor,
  restName,
  splitName,
} from './names.ts';
import { qualifyItem } from './parse-body.ts';

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

export const withoutLinks: JsonOptions = { everyProperty: false, link: () => undefined };

/** Sub-collections are left out: the envelope prints them as references. */
export function toJson(
  properties: readonly Property[],
  values: Properties,
  options: JsonOptions,
): Record<string, Json> {
  const result: Record<string, Json> = {};
  for (const property of properties) {
    const { type } = property;
    if (property.access === 'write-only' || property.secret === true) continue;
    if (type.kind === 'items' && type.subCollection) continue;
    const value = values[property.name];
    if (value === undefined) {
      if (options.everyProperty && property.runtime !== true) {
        Object.assign(result, unsetJson(property));
      }
    } else Object.assign(result, propertyJson(property, value, options));
  }
  return result;
}

function unsetJson(property: Property): Record<string, Json> {
  const key = restName(property);
  switch (property.type.kind) {
    case 'list':
    case 'items':
      return { [key]: [] };
    case 'flags':
    case 'struct':
      return {};
    default:
      return { [key]: 'none' };
  }
}

function propertyJson(
  property: Property,
  value: Value,
  options: JsonOptions,
): Record<string, Json> {
  const { type } = property;
  const key = restName(property);
  switch (type.kind) {
    case 'flags':
      return { [camelCase(String(value))]: true };
    case 'struct': {
      const inner = toJson(type.properties, isProperties(value) ? value : {}, options);
      return Object.keys(inner).length === 0 ? {} : { [key]: inner };
    }
    case 'items': {
      const items = isList(value) ? value : [];
      if (items.length === 0 && !options.everyProperty) return {};
      return { [key]: items.map((item) => inlineItemJson(type, item, options)) };
    }
    case 'list':
      return listJson(key, type.of, isList(value) ? value : [value], options);
    case 'reference':
      return { [key]: scalarJson(type, value), ...companion(property, value, options) };
    default:
      return { [key]: scalarJson(type, value) };
  }
}

function listJson(
  key: string,
  element: PropertyType,
  values: readonly Value[],
  options: JsonOptions,
): Record<string, Json> {
  const only = values[0];
  // `allow-service all` and `none` are words instead of lists in REST.
  if (values.length === 1 && element.kind === 'string' && (only === 'all' || only === 'none')) {
    return { [key]: only };
  }
  if (values.length === 0 && !options.everyProperty) return {};
  const result: Record<string, Json> = { [key]: values.map((value) => scalarJson(element, value)) };
  if (element.kind === 'reference' && element.companion !== false && values.length > 0) {
    const links = values.flatMap((value) => {
      const link = options.link(element.to, String(value));
      return link === undefined ? [] : [{ link }];
    });
    if (links.length > 0) result[`${key}Reference`] = links;
  }
  return result;
}

function companion(property: Property, value: Value, options: JsonOptions): Record<string, Json> {
  if (property.type.kind !== 'reference' || property.type.companion === false) return {};
  if (acceptsWord(property.type, String(value))) return {};
  const link = options.link(property.type.to, String(value));
  return link === undefined ? {} : { [`${restName(property)}Reference`]: { link } };
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

/** Printed by us, so clients send them back. */
const envelopeKeys = new Set([
  'kind',
  'generation',
  'fullPath',
  'selfLink',
  'isSubcollection',
  'name',
  'partition',
  'subPath',
  'tmName',
  'reference',
  'nameReference',
  'lastUpdateMicros',
  'creationTime',
  'lastModifiedTime',
  'items',
]);

export interface FromJsonOptions extends TextContext {
  /** Names of properties of which an echo is not a change: read-only and runtime values. */
  readonly isEcho?: (property: Property, value: Json) => boolean;
}

/** All faults of the body at once, each with its property path. */
export function fromJson(
  properties: readonly Property[],
  body: JsonObject,
  options: FromJsonOptions,
  path = '',
): Outcome<Changes> {
  const changes: Record<string, Change> = {};
  const faults: Fault[] = [];
  for (const [key, value] of Object.entries(body)) {
    const found = propertyOf(properties, key);
    if (found === undefined) {
      const isLink = key.endsWith('Reference');
      if (!envelopeKeys.has(key) && !isLink) faults.push(unknownProperty(key, path));
      continue;
    }
    const { property, flag } = found;
    if (property.access === 'read-only' || options.isEcho?.(property, value) === true) continue;
    if (flag !== undefined) {
      const chosen = chosenFlag(property, flag, value);
      if (chosen !== undefined) changes[property.name] = { kind: 'set', value: chosen };
      continue;
    }
    const given = found.isReference ? referencedItems(value) : value;
    if (given === undefined) continue;
    const read = readChange(property.type, given, options, `${path}${property.name}`);
    if (!read.ok) faults.push(...read.faults);
    else changes[property.name] = read.value;
  }
  return faults.length > 0 ? { ok: false, faults } : { ok: true, value: changes };
}

interface FoundProperty {
  readonly property: Property;
  readonly flag?: string;
  readonly isReference?: true;
}

/** camelCase, hyphenated, a flag's own name, or `membersReference` that holds items. */
function propertyOf(properties: readonly Property[], key: string): FoundProperty | undefined {
  for (const property of properties) {
    const { type } = property;
    if (type.kind === 'flags') {
      const choice = type.flags.find(({ flag }) => flag === key || camelCase(flag) === key);
      if (choice !== undefined) return { property, flag: choice.flag };
    }
    if (property.name === key || restName(property) === key) return { property };
    if (type.kind === 'items' && key === `${restName(property)}Reference`) {
      return { property, isReference: true };
    }
  }
  return undefined;
}

function referencedItems(value: Json): Json | undefined {
  return isJsonObject(value) && Array.isArray(value['items']) ? value['items'] : undefined;
}

/** `{"disabled": false, "enabled": true}`: the true one counts; a lone false means the other of two. */
function chosenFlag(property: Property, flag: string, value: Json): string | undefined {
  if (value === true || value === 'true' || value === 'yes') return flag;
  if (property.type.kind !== 'flags') return undefined;
  const others = property.type.flags.filter((choice) => choice.flag !== flag);
  return value === false && others.length === 1 ? others[0]?.flag : undefined;
}

function readChange(
  type: PropertyType,
  value: Json,
  options: FromJsonOptions,
  path: string,
): Outcome<Change> {
  const isNone = typeof value === 'string' && value === 'none' && !acceptsWord(type, 'none');
  if (value === null || value === '' || isNone) return { ok: true, value: { kind: 'unset' } };
  switch (type.kind) {
    case 'list':
      return readListChange(type.of, value, options, path);
    case 'items':
      return readItemsChange(type, value, options, path);
    case 'struct': {
      if (!isJsonObject(value)) return shapeFault(path, value);
      const inner = fromJson(type.properties, value, options, `${path}.`);
      return inner.ok ? { ok: true, value: { kind: 'struct', changes: inner.value } } : inner;
    }
    default:
      return readScalarChange(type, value, options, path);
  }
}

function readScalarChange(
  type: PropertyType,
  value: Json,
  options: FromJsonOptions,
  path: string,
): Outcome<Change> {
  if (Array.isArray(value) || isJsonObject(value)) return shapeFault(path, value);
  return { ok: true, value: { kind: 'set', value: readScalar(type, value, options) } };
}

function readScalar(type: PropertyType, value: Json, options: FromJsonOptions): Value {
  const plain = typeof value === 'boolean' ? booleanWord(type, value) : (value as string | number);
  switch (type.kind) {
    case 'reference': {
      const text = String(plain).trim();
      return acceptsWord(type, text) ? text : qualifyFor(type.to, text, options);
    }
    case 'monitor-rule':
      return canonicalMonitorRule(String(plain), options.folder);
    case 'endpoint':
      return type.folder ? qualify(String(plain), options.folder) : String(plain);
    case 'integer':
    case 'port':
      return typeof plain === 'string' && /^-?\d{1,15}$/.test(plain) ? Number(plain) : plain;
    default:
      return String(plain);
  }
}

/** Clients send true where the catalogue's words are "true", "yes" or "enabled". */
function booleanWord(type: PropertyType, value: boolean): string {
  const pairs = [
    ['true', 'false'],
    ['yes', 'no'],
    ['enabled', 'disabled'],
    ['enable', 'disable'],
  ] as const;
  for (const [yes, no] of pairs) {
    if (acceptsWord(type, yes)) return value ? yes : no;
  }
  return String(value);
}

function isModifier(value: Json): value is JsonObject {
  if (!isJsonObject(value)) return false;
  const keys = Object.keys(value);
  return (
    keys.length === 1 &&
    keys.every(
      (key) => key === 'add' || key === 'delete' || key === 'modify' || key === 'delete-all',
    )
  );
}

function readListChange(
  element: PropertyType,
  value: Json,
  options: FromJsonOptions,
  path: string,
): Outcome<Change> {
  const scalars = (from: Json): Value[] =>
    elementsOf(from).map((entry) =>
      readScalar(element, isJsonObject(entry) ? fullName(entry, options) : entry, options),
    );
  if (!isModifier(value)) {
    if (isJsonObject(value)) return shapeFault(path, value);
    return { ok: true, value: { kind: 'set', value: scalars(value) } };
  }
  if (value['add'] !== undefined) {
    return { ok: true, value: { kind: 'add', values: scalars(value['add']) } };
  }
  if (value['delete'] !== undefined) {
    return { ok: true, value: { kind: 'delete', names: scalars(value['delete']).map(String) } };
  }
  return value['delete-all'] === undefined
    ? shapeFault(path, value)
    : { ok: true, value: { kind: 'delete-all' } };
}

function readItemsChange(
  type: ItemsType,
  value: Json,
  options: FromJsonOptions,
  path: string,
): Outcome<Change> {
  if (isModifier(value)) return readItemsModifier(type, value, options, path);
  const items = readItems(type, value, options, path);
  return items.ok ? { ok: true, value: { kind: 'set', value: items.value.map(newItem) } } : items;
}

function readItemsModifier(
  type: ItemsType,
  value: JsonObject,
  options: FromJsonOptions,
  path: string,
): Outcome<Change> {
  if (value['delete-all'] !== undefined) return { ok: true, value: { kind: 'delete-all' } };
  const given = value['add'] ?? value['modify'] ?? value['delete'] ?? [];
  const items = readItems(type, given, options, path);
  if (!items.ok) return items;
  if (value['modify'] !== undefined) {
    return { ok: true, value: { kind: 'modify', items: items.value } };
  }
  if (value['delete'] !== undefined) {
    return { ok: true, value: { kind: 'delete', names: items.value.map(({ name }) => name) } };
  }
  return { ok: true, value: { kind: 'add', values: items.value.map(newItem) } };
}

function newItem(item: ItemChange): Value {
  return { name: item.name, ...asNewProperties(item.changes).values };
}

/** Strings, objects, `{items: […]}`, or a map from name to properties. */
function readItems(
  type: ItemsType,
  value: Json,
  options: FromJsonOptions,
  path: string,
): Outcome<readonly ItemChange[]> {
  const items: ItemChange[] = [];
  const faults: Fault[] = [];
  for (const entry of elementsOf(isJsonObject(value) ? listOfMap(value) : value)) {
    const given = isJsonObject(entry) ? entry : { name: String(entry) };
    const read = readItem(type, given, options, path);
    if (read.ok) items.push(read.value);
    else faults.push(...read.faults);
  }
  return faults.length > 0 ? { ok: false, faults } : { ok: true, value: items };
}

/** One item's body: its full name, and the changes to its properties. */
export function readItem(
  type: ItemsType,
  body: JsonObject,
  options: FromJsonOptions,
  path: string,
): Outcome<ItemChange> {
  const name = qualifyItem(type, fullName(body, options), options);
  if (name === '') {
    return {
      ok: false,
      faults: [
        {
          status: 400,
          apiError: 26214401,
          message: 'one or more configuration identifiers must be provided',
          path,
        },
      ],
    };
  }
  const changes = fromJson(type.properties, body, options, `${path} ${name} `);
  return changes.ok ? { ok: true, value: { name, changes: changes.value } } : changes;
}

function elementsOf(value: Json): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [value];
}

function listOfMap(value: JsonObject): readonly Json[] {
  if (Array.isArray(value['items'])) return value['items'] as readonly Json[];
  if (typeof value['name'] === 'string') return [value];
  return Object.entries(value).map(([name, inner]) =>
    isJsonObject(inner) ? { ...inner, name } : { name },
  );
}

/** `name` alone, or with `partition` and `subPath` in front when it has no path of its own. */
export function fullName(body: JsonObject, options: { readonly folder: string }): string {
  const name =
    typeof body['name'] === 'string' || typeof body['name'] === 'number'
      ? String(body['name']).trim()
      : '';
  if (name.startsWith('/') || name === '') return name;
  if (typeof body['partition'] !== 'string' || body['partition'] === '') return name;
  const subPath = typeof body['subPath'] === 'string' ? body['subPath'] : '';
  const folder = qualify([body['partition'], subPath].filter((part) => part !== '').join('/'), '/');
  return qualify(name, folder === '' ? options.folder : folder);
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
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
  return value;
}

function elementJson(type: PropertyType, value: Value): Json {
  if (type.kind !== 'items' || !isProperties(value)) return value;
  const { name = '', ...rest } = value;
  const changes = Object.fromEntries(
    Object.entries(rest).map(([key, inner]) => [key, { kind: 'set', value: inner } as const]),
  );
  return { name, ...changesToJson(type.properties, changes) };
}

function unknownProperty(key: string, path: string): Fault {
  return {
    status: 400,
    apiError: 26214401,
    message: `"${key}" unknown property`,
    ...(path === '' ? {} : { path: path.trim() }),
  };
}

function shapeFault(path: string, value: Json): Outcome<never> {
  const property = path.slice(path.search(/[^ .]*$/));
  const message = `invalid property value "${property}":${JSON.stringify(value)}`;
  return { ok: false, faults: [{ status: 400, apiError: 26214401, message, path }] };
}
