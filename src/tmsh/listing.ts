/** `list`: from REST's JSON back to values, and from these to what tmsh prints. Pure. */
import type { Component, Properties, Property, Value } from '../catalogue/types.ts';
import type { Outcome } from '../base/fault.ts';
import { asNewProperties, isList, isProperties, nameOf } from '../config/text/changes.ts';
import { namesInherited } from '../config/text/inherited.ts';
import type { JsonObject } from '../config/text/json.ts';
import { fromJson } from '../config/text/json-read.ts';
import { type TextContext, restName } from '../config/text/names.ts';
import { printObject } from '../config/text/print.ts';
import type { Wanted } from './parse-read.ts';

export interface ListedObject {
  readonly name: string;
  readonly properties: Properties;
}

/** Read-only values are data here, not echoes. */
export function objectFromJson(
  component: Component,
  json: JsonObject,
  context: TextContext,
): Outcome<ListedObject> {
  const readable = component.properties.map(writable);
  const { apiRawValues, ...others } = json;
  const raw = isObject(apiRawValues) ? apiRawValues : {};
  const read = fromJson(readable, { ...others, ...raw, ...inlined(component, json) }, context);
  if (!read.ok) return read;
  const name = typeof json['fullPath'] === 'string' ? json['fullPath'] : '';
  return { ok: true, value: { name, properties: asNewProperties(read.value).values } };
}

function writable(property: Property): Property {
  const { access: _access, ...rest } = property;
  const { type } = property;
  if (type.kind === 'items' || type.kind === 'struct') {
    return { ...rest, type: { ...type, properties: type.properties.map(writable) } };
  }
  return rest;
}

/** Items of sub-collections stand in `membersReference.items`, with their full path beside the name. */
function inlined(component: Component, json: JsonObject): Record<string, JsonObject[string]> {
  const result: Record<string, JsonObject[string]> = {};
  for (const { type, ...property } of component.properties) {
    if (type.kind !== 'items' || !type.subCollection) continue;
    const reference = json[`${restName({ ...property, type })}Reference`];
    const items = isObject(reference) ? reference['items'] : undefined;
    if (Array.isArray(items)) {
      result[`${restName({ ...property, type })}Reference`] = {
        items: (items as readonly JsonObject[]).map((item) => ({
          ...item,
          name: item['fullPath'] ?? item['name'] ?? '',
        })),
      };
    }
  }
  return result;
}

function isObject(value: JsonObject[string] | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What differs from the defaults, or from the parent's values where there is one. */
export function nonDefault(
  properties: readonly Property[],
  values: Properties,
  parent: Properties | undefined,
): Properties {
  const result: Record<string, Value> = {};
  const inheritedNames = namesInherited(properties, values);
  for (const property of properties) {
    const value = values[property.name];
    if (inheritedNames.has(property.name) && property.listed !== true) continue;
    if (property.listed === true && property.access === undefined && property.derived !== true) {
      result[property.name] = value ?? 'none';
      continue;
    }
    if (value === undefined) continue;
    if (property.access === 'read-only' && property.listed !== true) continue;
    if (property.derived === true) {
      const isSaid = property.default === undefined || !isSame(value, property.default);
      if (property.listed === true && isSaid) result[property.name] = timeText(value);
      continue;
    }
    const inherited = property.name === 'defaults-from' ? undefined : parent?.[property.name];
    const preset = inherited ?? property.default;
    if (preset !== undefined && isSame(value, preset)) continue;
    const reduced = reduce(property, value, preset);
    if (reduced !== undefined) result[property.name] = reduced;
  }
  return result;
}

/** REST's "2026-11-21T17:08:12Z" is "2026-11-21:17:08:12" in tmsh. */
function timeText(value: Value): Value {
  const [, day, time] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)Z$/.exec(String(value)) ?? [];
  return day === undefined ? value : `${day}:${time}`;
}

function reduce(property: Property, value: Value, preset: Value | undefined): Value | undefined {
  const { type } = property;
  if (type.kind === 'struct' && isProperties(value)) {
    const inner = nonDefault(type.properties, value, isProperties(preset) ? preset : undefined);
    return Object.keys(inner).length === 0 ? undefined : inner;
  }
  if (type.kind === 'items' && isList(value)) {
    if (value.length === 0) return undefined;
    return value.map((item) => ({
      name: nameOf(item),
      ...nonDefault(type.properties, isProperties(item) ? item : {}, undefined),
    }));
  }
  return isList(value) && value.length === 0 && preset === undefined ? undefined : value;
}

function isSame(a: Value, b: Value): boolean {
  if (isList(a) && isList(b)) {
    return a.length === b.length && a.every((value, index) => isSame(value, b[index] ?? ''));
  }
  if (isProperties(a) && isProperties(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => isSame(a[key] ?? '', b[key] ?? ''))
    );
  }
  return String(a) === String(b);
}

export interface ListOptions {
  readonly folder: string;
  readonly isOneLine: boolean;
  readonly isAllProperties: boolean;
  /** Only these; all when empty. */
  readonly wanted: readonly Wanted[];
}

export function printListed(
  component: Component,
  object: ListedObject,
  parent: Properties | undefined,
  options: ListOptions,
): string {
  const { wanted, isAllProperties, isOneLine, folder } = options;
  const isWhole = isAllProperties || wanted.length > 0;
  const values = isWhole
    ? object.properties
    : nonDefault(listedProperties(component), object.properties, parent);
  const shown = { ...component, properties: chosen(component.properties, wanted) };
  const partition = partitionOf(component, object.name);
  const isPartitionShown =
    partition !== undefined &&
    wanted.length === 0 &&
    (isAllProperties || (isOneLine && partition !== 'Common'));
  return printObject(
    isPartitionShown ? { ...shown, properties: [...shown.properties, partitionProperty] } : shown,
    object.name,
    withWanted(isPartitionShown ? { ...values, partition } : values, wanted),
    { folder, oneLine: isOneLine, allProperties: isWhole, serviceNames: true },
  );
}

/**
 * Of files BIG-IP lists what they say of themselves, too: whose a certificate is, and when it ends. Of profiles that
 * they belong to no application.
 */
function listedProperties({ output, properties }: Component): readonly Property[] {
  const isFile = properties.some(({ name, runtime }) => name === 'checksum' && runtime === true);
  if (isFile) return properties.map(writable);
  if (output !== 'every-property') return properties;
  return properties.map((property) =>
    property.name === 'app-service' ? { ...property, listed: true } : property,
  );
}

const partitionProperty: Property = {
  name: 'partition',
  help: 'Where the object lives.',
  type: { kind: 'string' },
  effect: 'effective',
};

function partitionOf({ naming }: Component, name: string): string | undefined {
  const [, partition] = name.split('/');
  return naming.kind === 'foldered' && partition !== '' ? partition : undefined;
}

/** By their own name, or by a flag that they hold: `list ltm virtual v enabled`. */
function chosen(properties: readonly Property[], wanted: readonly Wanted[]): readonly Property[] {
  if (wanted.length === 0) return properties;
  return properties.flatMap((property) => {
    const { type } = property;
    const one = wanted.find(
      ({ name }) =>
        name === property.name ||
        (type.kind === 'flags' && type.flags.some(({ flag }) => flag === name)),
    );
    if (one === undefined) return [];
    if (type.kind === 'struct') {
      return [{ ...property, type: { ...type, properties: chosen(type.properties, one.below) } }];
    }
    if (type.kind !== 'items') return [property];
    const inner = one.below.flatMap(({ below }) => below);
    return [{ ...property, type: { ...type, properties: chosen(type.properties, inner) } }];
  });
}

/** Only the items that were named: `members { 10.0.0.1:80 }`. */
function withWanted(values: Properties, wanted: readonly Wanted[]): Properties {
  const changed = wanted.flatMap(({ name, below }) => {
    const value = values[name];
    if (below.length === 0 || !isList(value) || !value.every(isProperties)) return [];
    const items = value.filter((item) =>
      below.some((one) => nameOf(item) === one.name || nameOf(item).endsWith(`/${one.name}`)),
    );
    return [[name, items] as const];
  });
  return { ...values, ...Object.fromEntries(changed) };
}
