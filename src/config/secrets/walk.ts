/** Finds the secrets among the properties of an object, at any depth. Pure. */
import { componentById } from '../../catalogue/index.ts';
import type { ComponentId, Properties, Property, Value } from '../../catalogue/types.ts';
import { isSealedText } from './sealed-text.ts';
import type { SecretBox } from './types.ts';
import { isStruct, itemsOf, nameOf } from '../model/values.ts';

/** An object, an object as it travels, one side of a change. */
export interface SecretHolder {
  readonly component: ComponentId;
  readonly name: string;
  readonly properties: Properties;
}

/** `place` as `SecretBox.seal` wants it. */
export type SecretMap = (value: string, place: string) => string;

/** Sealed by `box` for its place, whatever it was; what cannot be opened stays. */
export function resealing(box: SecretBox): SecretMap {
  return (value, place) => {
    const plain = isSealedText(value) ? box.open(value) : value;
    return plain === undefined ? value : box.seal(place, plain);
  };
}

/** Kept sealed: not what is a one-way hash already. */
export function isSealedProperty(property: Property): boolean {
  return property.secret === true && property.hashed !== true;
}

export function placeOf(component: ComponentId, name: string): string {
  return name === '' ? component : `${component} ${name}`;
}

/** The same object with each of its secrets replaced; the very same when none changed. */
export function mapSecrets<T extends SecretHolder>(object: T, map: SecretMap): T {
  const shape = componentById(object.component)?.properties;
  if (shape === undefined || !hasSecrets(shape)) return object;
  const place = placeOf(object.component, object.name);
  const properties = mapProperties(shape, object.properties, place, map);
  return properties === object.properties ? object : { ...object, properties };
}

export function mapProperties(
  shape: readonly Property[],
  values: Properties,
  place: string,
  map: SecretMap,
): Properties {
  let changed: Record<string, Value> | undefined;
  for (const property of shape) {
    const value = values[property.name];
    if (value === undefined || !holdsSecret(property)) continue;
    const next = mapValue(property, value, `${place} ${property.name}`, map);
    if (next === value) continue;
    changed ??= { ...values };
    changed[property.name] = next;
  }
  return changed ?? values;
}

function mapValue(property: Property, value: Value, place: string, map: SecretMap): Value {
  if (isSealedProperty(property)) {
    // "none" stands for no secret at all.
    return typeof value === 'string' && value !== '' && value !== 'none'
      ? map(value, place)
      : value;
  }
  const { type } = property;
  if (type.kind === 'struct' && isStruct(value)) {
    return mapProperties(type.properties, value, place, map);
  }
  if (type.kind === 'items') {
    return mapEach(itemsOf(value), (item) =>
      mapProperties(type.properties, item, `${place} ${nameOf(item)}`, map),
    );
  }
  if (type.kind === 'list' && type.of.kind === 'struct') {
    const inner = type.of.properties;
    return mapEach(itemsOf(value), (entry) => mapProperties(inner, entry, place, map));
  }
  return value;
}

function mapEach(entries: readonly Properties[], map: (entry: Properties) => Properties): Value {
  // A row of another release may hold anything; validation is not ours.
  const mapped = entries.map((entry) => (isStruct(entry) ? map(entry) : entry));
  return mapped.every((entry, index) => entry === entries[index]) ? entries : mapped;
}

const known = new WeakMap<readonly Property[], boolean>();

function hasSecrets(shape: readonly Property[]): boolean {
  let has = known.get(shape);
  if (has === undefined) known.set(shape, (has = shape.some(holdsSecret)));
  return has;
}

function holdsSecret(property: Property): boolean {
  if (isSealedProperty(property)) return true;
  const { type } = property;
  if (type.kind === 'struct' || type.kind === 'items') return hasSecrets(type.properties);
  return type.kind === 'list' && type.of.kind === 'struct' && hasSecrets(type.of.properties);
}
