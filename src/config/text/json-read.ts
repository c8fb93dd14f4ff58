/**
 * REST's bodies as changes: everything that clients send (icontrol.md 2.5), hyphenated keys, strings for
 * lists, maps and `…Reference: {items}` for items, and whole echoes of what was read. Values are not
 * checked here beyond their shape.
 */
import type { Fault, Outcome } from '../../base/fault.ts';
import type { ItemsType, Property, PropertyType, Value } from '../../catalogue/types.ts';
import { type Change, type Changes, type ItemChange, asNewProperties } from './changes.ts';
import { type Json, type JsonObject, isJsonObject } from './json.ts';
import {
  type TextContext,
  acceptsWord,
  camelCase,
  canonicalMonitorRule,
  qualify,
  qualifyFor,
  restName,
} from './names.ts';
import { qualifyItem } from './parse-body.ts';

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
    if (read.ok) changes[property.name] = read.value;
    else if (property.secret !== true) faults.push(...read.faults);
    // A fault gets into logs: what was given as a secret does not.
    else faults.push(...shapeFaults(`${path}${property.name}`, '********'));
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
      return canonicalMonitorRule(String(plain), type.to, options);
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
  if (element.kind === 'struct') return readBlocks(element.properties, value, options, path);
  const given = isModifier(value) ? (value['add'] ?? value['delete'] ?? []) : value;
  const wrong = elementsOf(given).find((entry) => !isListElement(entry));
  if (wrong !== undefined) return shapeFault(path, wrong);
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

/** A value, or an object that is named: no list in a list. */
function isListElement(entry: Json): boolean {
  if (isJsonObject(entry)) return plainName(entry) !== '';
  return entry !== null && !Array.isArray(entry);
}

/** A list of blocks without names is replaced whole; `add` appends. */
function readBlocks(
  properties: readonly Property[],
  value: Json,
  options: FromJsonOptions,
  path: string,
): Outcome<Change> {
  const added = isModifier(value) ? value['add'] : undefined;
  const blocks: Value[] = [];
  const faults: Fault[] = [];
  for (const entry of elementsOf(added ?? value)) {
    const read = isJsonObject(entry)
      ? fromJson(properties, entry, options, `${path} `)
      : shapeFault(path, entry);
    if (read.ok) blocks.push(asNewProperties(read.value).values);
    else faults.push(...read.faults);
  }
  if (faults.length > 0) return { ok: false, faults };
  return added === undefined
    ? { ok: true, value: { kind: 'set', value: blocks } }
    : { ok: true, value: { kind: 'add', values: blocks } };
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
    const isName = typeof entry === 'string' || typeof entry === 'number';
    const given = isName ? { name: entry } : entry;
    const read = isJsonObject(given)
      ? readItem(type, given, options, path)
      : shapeFault(path, entry);
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
  const isNamed = type.foldered || type.nameReference !== undefined;
  const given = isNamed ? fullName(body, options) : plainName(body);
  const name = qualifyItem(type, given, options);
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
  const name = plainName(body);
  if (name.startsWith('/') || name === '') return name;
  const partition = typeof body['partition'] === 'string' ? body['partition'] : '';
  const subPath = typeof body['subPath'] === 'string' ? body['subPath'] : '';
  if (partition === '' && subPath === '') return name;
  const home = partition === '' ? options.folder : partition;
  const folder = qualify([home, subPath].filter((part) => part !== '').join('/'), '/');
  return qualify(name, folder === '' ? options.folder : folder);
}

/** Of what lives in no folder: clients send a `partition` with everything. */
export function plainName(body: JsonObject): string {
  const { name } = body;
  return typeof name === 'string' || typeof name === 'number' ? String(name).trim() : '';
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
  return { ok: false, faults: shapeFaults(path, value) };
}

function shapeFaults(path: string, value: Json): readonly Fault[] {
  const property = path.slice(path.search(/[^ .]*$/));
  const message = `invalid property value "${property}":${JSON.stringify(value)}`;
  return [{ status: 400, apiError: 26214401, message, path }];
}
