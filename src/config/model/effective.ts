/** Defaults, the parent's properties, what was set, and what follows from it. Pure. */
import { componentById } from '../../catalogue/index.ts';
import type { Component, ComponentId, Properties, Property, Value } from '../../catalogue/types.ts';
import { present } from '../../base/assert.ts';
import type { EffectiveObject, StoredObject } from '../types.ts';
import { withoutPair } from './certificate-pair.ts';
import { type Derivation, type Lookup, derivationOf, noInputs, noInputsOf } from './derive.ts';
import { impliedParent } from './implied-parent.ts';
import { isStruct, itemsOf } from './values.ts';

/** These say something of one object and are not handed down. */
const ownOnly = new Set(['defaults-from', 'description', 'app-service', 'metadata']);

interface Kept {
  readonly parent: EffectiveObject | undefined;
  readonly inputs: readonly Value[];
  readonly object: EffectiveObject;
}

/**
 * Results are kept by the stored object and dropped with it. Parents never form a circle: `validate`
 * refuses that before a view is made.
 */
export class EffectiveCache {
  readonly #kept = new WeakMap<StoredObject, Kept>();

  effective(stored: StoredObject, lookup: Lookup): EffectiveObject {
    const kept = this.#kept.get(stored);
    const making = makingOf(stored.component);
    if (kept !== undefined && making.isAlone) return kept.object;
    const { component, derivation } = making;
    const parent = parentOf(component, stored, lookup);
    const inputs = derivation?.inputs(stored, lookup) ?? noInputs;
    if (kept !== undefined && kept.parent === parent && sameInputs(kept.inputs, inputs)) {
      return kept.object;
    }
    const base =
      parent === undefined
        ? defaultsOf(component)
        : withoutPair(component.id, stored.properties, handedDown(parent.properties));
    const merged = fillProperties(component.properties, stored.properties, base);
    const derived = derivation?.compute(merged, inputs, stored) ?? {};
    const isWhole = parent === undefined && Object.keys(derived).length === 0;
    const object: EffectiveObject = {
      component: stored.component,
      name: stored.name,
      properties: Object.freeze(
        isWhole
          ? merged
          : { ...merged, ...(parent && { 'defaults-from': parent.name }), ...derived },
      ),
      stored,
    };
    this.#kept.set(stored, { parent, inputs, object });
    return object;
  }
}

/** How objects of a component come about. */
interface Making {
  readonly component: Component;
  readonly derivation: Derivation | undefined;
  /** From themselves only: what was made once stays. */
  readonly isAlone: boolean;
}

const makings = new Map<ComponentId, Making>();

function makingOf(id: ComponentId): Making {
  const known = makings.get(id);
  if (known !== undefined) return known;
  const component = present(componentById(id), id);
  const derivation = derivationOf(id);
  const isAlone =
    component.inherits !== true && (derivation === undefined || derivation.inputs === noInputsOf);
  const making = { component, derivation, isAlone };
  makings.set(id, making);
  return making;
}

function sameInputs(a: readonly Value[], b: readonly Value[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

function parentOf(
  component: Component,
  stored: StoredObject,
  lookup: Lookup,
): EffectiveObject | undefined {
  if (component.inherits !== true) return undefined;
  const set = stored.properties['defaults-from'];
  const parent = set === undefined || set === 'none' ? impliedParent(stored) : set;
  if (parent === undefined || parent === stored.name) return undefined;
  return lookup.get(component.id, String(parent));
}

const handedDownBy = new WeakMap<Properties, Properties>();

function handedDown(properties: Properties): Properties {
  const known = handedDownBy.get(properties);
  if (known !== undefined) return known;
  const entries = Object.entries(properties).filter(([name]) => !ownOnly.has(name));
  const handed = Object.fromEntries(entries);
  handedDownBy.set(properties, handed);
  return handed;
}

const defaultsByShape = new WeakMap<readonly Property[], Properties>();

/** What a new object without properties has. */
export function defaultsOf(component: Component): Properties {
  return defaultsOfShape(component.properties);
}

function defaultsOfShape(shape: readonly Property[]): Properties {
  const known = defaultsByShape.get(shape);
  if (known !== undefined) return known;
  const defaults = defaultProperties(shape);
  defaultsByShape.set(shape, defaults);
  return defaults;
}

function defaultProperties(properties: readonly Property[]): Properties {
  const result: Record<string, Value> = {};
  for (const property of properties) {
    if (property.type.kind === 'struct') {
      const inner = defaultProperties(property.type.properties);
      if (Object.keys(inner).length > 0) result[property.name] = inner;
    } else if (property.default !== undefined) {
      result[property.name] = property.default;
    }
  }
  return result;
}

function fillProperties(
  shape: readonly Property[],
  set: Properties,
  base: Properties,
): Record<string, Value> {
  const properties = inOrder(shape, set);
  const result = copyWithRoom(base, properties);
  for (const property of properties) {
    const value = present(set[property.name], property.name);
    if (isExplicitNone(property, value)) delete result[property.name];
    else result[property.name] = fillValue(property, value, base[property.name]);
  }
  return result;
}

/** Few ways to set properties are common; whoever tries all of them gets no memory for it. */
const mostRooms = 64;
const roomsByBase = new WeakMap<Properties, Map<string, Properties>>();

/**
 * A copy that has a place for each of the properties. V8 makes a slow table of an object that grows property by property
 * beyond a dozen, three times as large; a copy of one that has them all is as quick and small as a record.
 */
function copyWithRoom(base: Properties, properties: readonly Property[]): Record<string, Value> {
  let added = '';
  for (const { name } of properties) if (!Object.hasOwn(base, name)) added += ` ${name}`;
  if (added === '') return { ...base };
  let rooms = roomsByBase.get(base);
  if (rooms === undefined) roomsByBase.set(base, (rooms = new Map()));
  let room = rooms.get(added);
  if (room === undefined) {
    if (rooms.size === mostRooms) rooms.clear();
    const more = added
      .slice(1)
      .split(' ')
      .map((name) => [name, ''] as const);
    rooms.set(added, (room = { ...base, ...Object.fromEntries(more) }));
  }
  return { ...room };
}

const placesByShape = new WeakMap<readonly Property[], ReadonlyMap<string, number>>();

function placesOf(shape: readonly Property[]): ReadonlyMap<string, number> {
  const known = placesByShape.get(shape);
  if (known !== undefined) return known;
  const places = new Map(shape.map(({ name }, index) => [name, index]));
  placesByShape.set(shape, places);
  return places;
}

/** Those of the shape that are set, as the shape has them: few are set of many. */
function inOrder(shape: readonly Property[], set: Properties): readonly Property[] {
  const places = placesOf(shape);
  const found: number[] = [];
  for (const name in set) {
    const place = places.get(name);
    if (place !== undefined && set[name] !== undefined) found.push(place);
  }
  found.sort((a, b) => a - b);
  return found.map((place) => present(shape[place], 'a property of the shape'));
}

/** "none" that stands for nothing, rather than a word of the type. */
function isExplicitNone(property: Property, value: Value): boolean {
  if (value !== 'none') return false;
  const { kind } = property.type;
  return kind === 'string' || kind === 'blob' || kind === 'monitor-rule'
    ? true
    : kind === 'reference' && property.type.words?.includes('none') !== true;
}

function fillValue(property: Property, value: Value, base: Value | undefined): Value {
  const { type } = property;
  if (type.kind === 'struct' && isStruct(value)) {
    return fillProperties(type.properties, value, isStruct(base) ? base : {});
  }
  if (type.kind === 'items') {
    const defaults = defaultsOfShape(type.properties);
    return itemsOf(value).map((item) => ({
      ...(item['name'] !== undefined && { name: item['name'] }),
      ...fillProperties(type.properties, item, defaults),
    }));
  }
  if (type.kind === 'list' && type.of.kind === 'struct' && Array.isArray(value)) {
    const inner = type.of.properties;
    const defaults = defaultsOfShape(inner);
    return (value as readonly Value[]).map((entry) =>
      isStruct(entry) ? fillProperties(inner, entry, defaults) : entry,
    );
  }
  return value;
}
