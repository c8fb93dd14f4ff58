/**
 * Input to stored values: checks each value against its type and gives its canonical form. Numbers may
 * come as texts, references without folder, items as plain names. Pure; all faults are collected.
 */
import type {
  Component,
  ItemsType,
  Properties,
  Property,
  PropertyType,
  Value,
} from '../../catalogue/types.ts';
import type { Fault } from '../../base/fault.ts';
import { type Sliced, finishAtOnce } from '../../base/slices.ts';
import { isSealedText } from '../secrets/sealed-text.ts';
import { isSealedProperty } from '../secrets/walk.ts';
import { badInput, badValue, sealedElsewhere, wrongValue } from './faults.ts';
import { commonFolder, leafFault, leafOf, qualify } from './names.ts';
import {
  type NormalisedOrFaulty,
  type Place,
  isNone,
  normaliseScalar,
  resolve,
} from './normalise-scalar.ts';
import { textChecks } from './texts.ts';
import { compareText, isStruct, nameOf } from './values.ts';

/** Unset: back to its default. Ignored: an echo of what only the system sets. */
export interface NormalisedProperties {
  readonly set: ReadonlyMap<string, Value | undefined>;
  /** Inside structs that are set, by the struct's name. */
  readonly unsetInside: UnsetInside;
  readonly faults: readonly Fault[];
}

export type UnsetInside = ReadonlyMap<string, readonly string[]>;

export interface Input {
  readonly [property: string]: Value | null | undefined;
}

export function normaliseProperties(
  properties: readonly Property[],
  input: Input,
  place: Place,
  path: string,
  inherits: boolean,
): NormalisedProperties {
  const set = new Map<string, Value | undefined>();
  const unsetInside = new Map<string, readonly string[]>();
  const faults: Fault[] = [];
  const known = new Map(properties.map((property) => [property.name, property]));
  for (const [name, value] of Object.entries(input)) {
    const property = known.get(name);
    if (property === undefined) {
      faults.push(badInput(`"${name}" unknown property`, `${path} ${name}`));
      continue;
    }
    if (value === undefined || isReadOnly(property)) continue;
    const result = normaliseProperty(property, value, place, `${path} ${name}`, inherits);
    if (result.kind === 'faults') faults.push(...result.faults);
    else if (result.kind === 'value') {
      set.set(name, result.value);
      if (result.unset !== undefined) unsetInside.set(name, result.unset);
    } else if (result.kind === 'unset') set.set(name, undefined);
  }
  return { set, unsetInside, faults };
}

function isReadOnly(property: Property): boolean {
  return property.access === 'read-only' || property.runtime === true;
}

type Outcome = NormalisedOrFaulty;

function normaliseProperty(
  property: Property,
  value: Value | null,
  place: Place,
  path: string,
  inherits: boolean,
): Outcome {
  if (value === null) return { kind: 'unset' };
  if (isSealedProperty(property)) return normaliseSecret(property, value, place, path, inherits);
  return normalisePlain(property, value, value, place, path, inherits);
}

/** Checked as the plain text that it is, kept sealed. */
function normaliseSecret(
  property: Property,
  value: Value,
  place: Place,
  path: string,
  inherits: boolean,
): Outcome {
  const plain = isSealedText(value) ? place.secrets.open(value) : value;
  if (plain === undefined) return { kind: 'faults', faults: [sealedElsewhere(property, path)] };
  const result = normalisePlain(property, plain, '********', place, path, inherits);
  if (result.kind !== 'value' || result.value === 'none') return result;
  return { kind: 'value', value: place.secrets.seal(path, String(result.value)) };
}

/** `shown`: the value as a fault may quote it. */
function normalisePlain(
  property: Property,
  value: Value,
  shown: Value,
  place: Place,
  path: string,
  inherits: boolean,
): Outcome {
  const result = normaliseValue(property.type, property.name, value, place, path);
  if (result.kind === 'none') {
    if (!mayBeNone(property, inherits)) return { kind: 'unset' };
    const isList = property.type.kind === 'list' || property.type.kind === 'items';
    return { kind: 'value', value: isList ? [] : 'none' };
  }
  if (result.kind === 'wrong') {
    return { kind: 'faults', faults: [wrongValue(property.name, shown, result, path)] };
  }
  return result;
}

/** Is "none" something else than "not set"? Where a default or a parent would fill the gap. */
export function mayBeNone(property: Property, inherits: boolean): boolean {
  switch (property.type.kind) {
    case 'string':
    case 'blob':
    case 'list':
    case 'items':
    case 'monitor-rule':
      return inherits || property.default !== undefined;
    case 'reference':
      return inherits && property.name !== 'defaults-from';
    case 'address':
    case 'prefix':
    case 'endpoint':
    case 'port':
    case 'integer':
    case 'enum':
    case 'flags':
    case 'struct':
      return false;
  }
}

function normaliseValue(
  type: PropertyType,
  name: string,
  value: Value,
  place: Place,
  path: string,
): Outcome {
  switch (type.kind) {
    case 'list':
      return normaliseList(type, name, value, place, path);
    case 'items': {
      if (isNone(value)) return { kind: 'none' };
      return place.ahead?.get(value) ?? finishAtOnce(normalisingItems(type, value, place, path));
    }
    case 'struct': {
      if (isNone(value)) return { kind: 'unset' };
      if (!isStruct(value)) return { kind: 'wrong', why: 'expected a block of properties' };
      const inner = normaliseProperties(type.properties, value, place, path, false);
      if (inner.faults.length > 0) return { kind: 'faults', faults: inner.faults };
      if (inner.set.size === 0) return { kind: 'ignored' };
      const unset = [...inner.set].flatMap(([key, held]) => (held === undefined ? [key] : []));
      return { kind: 'value', value: withoutUnset(inner.set), ...(unset.length > 0 && { unset }) };
    }
    default:
      return normaliseScalar(type, value, place);
  }
}

function normaliseList(
  type: PropertyType & { kind: 'list' },
  name: string,
  value: Value,
  place: Place,
  path: string,
): Outcome {
  const entries: readonly Value[] = Array.isArray(value) ? (value as readonly Value[]) : [value];
  if (isNone(value) || entries.every(isNone)) return { kind: 'none' };
  const result: Value[] = [];
  const faults: Fault[] = [];
  for (const entry of entries) {
    const one = normaliseValue(type.of, name, entry, place, path);
    if (one.kind === 'faults') faults.push(...one.faults);
    else if (one.kind === 'wrong') faults.push(wrongValue(name, entry, one, path));
    else if (one.kind === 'value') result.push(one.value);
  }
  if (faults.length > 0) return { kind: 'faults', faults };
  if (result.length === 0) return { kind: 'none' };
  const isScalars = type.of.kind !== 'struct';
  if (!isScalars) return { kind: 'value', value: result };
  const unique = [...new Set(result)];
  // Order of an unordered list means nothing: sorted, equal lists are equal texts.
  return { kind: 'value', value: type.ordered ? unique : unique.toSorted(compareValues) };
}

/** Names, blocks with a name, or a block of blocks; sorted by name unless the order means something. */
function* normalisingItems(
  type: ItemsType,
  value: Value,
  place: Place,
  path: string,
): Sliced<Outcome> {
  const faults: Fault[] = [];
  const items = new Map<string, Properties>();
  for (const entry of entriesOf(value)) {
    const one = normaliseItem(type, entry, place, path);
    faults.push(...one.faults);
    const name = nameOf(one.item);
    if (items.has(name)) faults.push(badValue(type.noun, name, 'named twice', path));
    items.set(name, one.item);
    yield;
  }
  if (faults.length > 0) return { kind: 'faults', faults };
  if (items.size === 0) return { kind: 'none' };
  return { kind: 'value', value: sortItems(type, [...items.values()]) };
}

/** From so many items on, they are worked out ahead. */
const manyItems = 500;

/** Long lists of items among the input, with turns for others in between; for `Place.ahead`. */
export function* normalisingLists(
  properties: readonly Property[],
  input: Input,
  place: Place,
  path: string,
): Sliced<ReadonlyMap<Value, Outcome>> {
  const ahead = new Map<Value, Outcome>();
  for (const { name, type } of properties) {
    const value = input[name];
    if (type.kind !== 'items' || !Array.isArray(value) || value.length < manyItems) continue;
    ahead.set(value, yield* normalisingItems(type, value, place, `${path} ${name}`));
  }
  return ahead;
}

export function sortItems(type: ItemsType, items: readonly Properties[]): Properties[] {
  if (type.ordered) return [...items];
  return items.toSorted((a, b) => compareText(nameOf(a), nameOf(b)));
}

function entriesOf(value: Value): readonly Value[] {
  if (Array.isArray(value)) return value as readonly Value[];
  if (!isStruct(value)) return [value];
  return Object.entries(value).map(([name, block]) => ({ name, ...(isStruct(block) && block) }));
}

function normaliseItem(
  type: ItemsType,
  entry: Value,
  place: Place,
  path: string,
): { readonly item: Properties; readonly faults: readonly Fault[] } {
  const block: Properties = isStruct(entry) ? entry : { name: entry };
  const given = String(block['name'] ?? '');
  const named = itemName(type, given, place);
  if ('wrong' in named) {
    return { item: { name: given }, faults: [badValue(type.noun, given, named.wrong, path)] };
  }
  const { name: _name, ...rest } = block;
  const inner = normaliseProperties(type.properties, rest, place, `${path} ${named.text}`, false);
  const item = { name: named.text, ...withoutUnset(inner.set) };
  return { item, faults: [...inner.faults, ...missing(type, item, `${path} ${named.text}`)] };
}

function missing(type: ItemsType, item: Properties, path: string): Fault[] {
  return type.properties
    .filter((property) => property.required === true && item[property.name] === undefined)
    .map((property) =>
      badInput(
        `one or more properties must be specified: "${property.name}" of ${type.noun} (${nameOf(item)})`,
        path,
      ),
    );
}

export function itemName(
  type: ItemsType,
  given: string,
  place: Place,
): { readonly text: string } | { readonly wrong: string } {
  if (given === '') return { wrong: 'a name is needed' };
  const check = type.nameCheck === undefined ? undefined : textChecks[type.nameCheck];
  if (check !== undefined) return check(given, place.folder);
  if (type.nameReference !== undefined)
    return { text: resolve(type.nameReference.to, given, place) };
  if (type.foldered) {
    const name = qualify(given, place.folder);
    const wrong = leafFault(leafOf(name));
    return wrong === undefined ? { text: name } : { wrong };
  }
  return { text: given };
}

const compareValues = (a: Value, b: Value): number => compareText(String(a), String(b));

export function withoutUnset(set: ReadonlyMap<string, Value | undefined>): Properties {
  const result: Record<string, Value> = {};
  for (const [name, value] of set) if (value !== undefined) result[name] = value;
  return result;
}

/** The full name of a new or named object: folder added, canonical form, or what is wrong. */
export function normaliseName(component: Component, name: string): string {
  if (component.naming.kind === 'singleton') return '';
  if (component.naming.kind === 'plain') {
    return component.naming.ignoresCase === true ? name.toLowerCase() : name;
  }
  return qualify(name, commonFolder);
}

export function nameFault(component: Component, name: string): string | undefined {
  if (component.naming.kind === 'singleton') return undefined;
  if (component.id === 'sys folder') return undefined;
  return leafFault(leafOf(name));
}
