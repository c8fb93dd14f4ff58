/** Defaults, the parent's properties, what was set, and what follows from it. Pure. */
import { componentById } from '../../catalogue/index.ts';
import type { Component, Properties, Property, Value } from '../../catalogue/types.ts';
import { present } from '../../base/assert.ts';
import type { EffectiveObject, StoredObject } from '../types.ts';
import { withoutPair } from './certificate-pair.ts';
import { type Lookup, derivationOf } from './derive.ts';
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
    const component = present(componentById(stored.component), stored.component);
    const parent = parentOf(component, stored, lookup);
    const derivation = derivationOf(component.id);
    const inputs = derivation?.inputs(stored, lookup) ?? [];
    const kept = this.#kept.get(stored);
    if (kept !== undefined && kept.parent === parent && sameInputs(kept.inputs, inputs)) {
      return kept.object;
    }
    const base =
      parent === undefined
        ? defaultsOf(component)
        : withoutPair(component.id, stored.properties, handedDown(parent.properties));
    const merged = fillProperties(component.properties, stored.properties, base);
    const derived = derivation?.compute(merged, inputs, stored) ?? {};
    const object: EffectiveObject = {
      component: stored.component,
      name: stored.name,
      properties: Object.freeze({
        ...merged,
        ...(parent !== undefined && { 'defaults-from': parent.name }),
        ...derived,
      }),
      stored,
    };
    this.#kept.set(stored, { parent, inputs, object });
    return object;
  }
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

function handedDown(properties: Properties): Properties {
  const entries = Object.entries(properties).filter(([name]) => !ownOnly.has(name));
  return Object.fromEntries(entries);
}

const defaultsByComponent = new WeakMap<Component, Properties>();

/** What a new object without properties has. */
export function defaultsOf(component: Component): Properties {
  const known = defaultsByComponent.get(component);
  if (known !== undefined) return known;
  const defaults = defaultProperties(component.properties);
  defaultsByComponent.set(component, defaults);
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
  const result: Record<string, Value> = { ...base };
  for (const property of shape) {
    const value = set[property.name];
    if (value === undefined) continue;
    if (isExplicitNone(property, value)) delete result[property.name];
    else result[property.name] = fillValue(property, value, base[property.name]);
  }
  return result;
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
    const defaults = defaultProperties(type.properties);
    return itemsOf(value).map((item) => ({
      ...(item['name'] !== undefined && { name: item['name'] }),
      ...fillProperties(type.properties, item, defaults),
    }));
  }
  if (type.kind === 'list' && type.of.kind === 'struct' && Array.isArray(value)) {
    const inner = type.of.properties;
    const defaults = defaultProperties(inner);
    return (value as readonly Value[]).map((entry) =>
      isStruct(entry) ? fillProperties(inner, entry, defaults) : entry,
    );
  }
  return value;
}
