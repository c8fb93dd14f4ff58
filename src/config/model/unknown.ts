/**
 * Properties that only a newer program knows. They come by synchronisation, stay where they stand in the
 * object, at any depth, have no effect here, and are given back whole. Pure.
 */
import type { Properties, Property, Value } from '../../catalogue/types.ts';
import { isStruct, itemsOf, nameOf } from './values.ts';

export interface SplitProperties {
  readonly known: Properties;
  /** In the shape of the object, with nothing but what is unknown (and the names of items). */
  readonly unknown: Properties | undefined;
}

export function splitUnknown(shape: readonly Property[], properties: Properties): SplitProperties {
  const known: Record<string, Value> = {};
  const unknown: Record<string, Value> = {};
  for (const [name, value] of Object.entries(properties)) {
    const property = shape.find((one) => one.name === name);
    if (property === undefined) {
      // Items are known by their names.
      if (name === 'name') known[name] = value;
      else unknown[name] = value;
      continue;
    }
    const split = splitValue(property, value);
    known[name] = split.known;
    if (split.unknown !== undefined) unknown[name] = split.unknown;
  }
  return { known, unknown: Object.keys(unknown).length === 0 ? undefined : unknown };
}

function splitValue(
  { type }: Property,
  value: Value,
): { readonly known: Value; readonly unknown: Value | undefined } {
  if (type.kind === 'struct' && isStruct(value)) return splitUnknown(type.properties, value);
  if (type.kind !== 'items' || !Array.isArray(value)) return { known: value, unknown: undefined };
  const parts = itemsOf(value).map((item) => ({
    name: nameOf(item),
    ...splitUnknown(type.properties, item),
  }));
  const unknown = parts.flatMap((part): Properties[] =>
    part.unknown === undefined ? [] : [{ name: part.name, ...part.unknown }],
  );
  if (unknown.length === 0) return { known: value, unknown: undefined };
  return { known: parts.map(({ known }) => known), unknown };
}

/** Inverse of `splitUnknown`; what stood in a block or item that is gone goes with it. */
export function joinUnknown(
  shape: readonly Property[],
  properties: Properties,
  unknown: Properties | undefined,
): Properties {
  if (unknown === undefined) return properties;
  const joined: Record<string, Value> = { ...properties };
  for (const [name, value] of Object.entries(unknown)) {
    if (name === 'name') continue;
    const type = shape.find((one) => one.name === name)?.type;
    const here = joined[name];
    if (type === undefined) joined[name] = value;
    else if (type.kind === 'struct' && isStruct(here) && isStruct(value)) {
      joined[name] = joinUnknown(type.properties, here, value);
    } else if (type.kind === 'items' && Array.isArray(here)) {
      const parts = new Map(itemsOf(value).map((item) => [nameOf(item), item]));
      joined[name] = itemsOf(here).map((item) =>
        joinUnknown(type.properties, item, parts.get(nameOf(item))),
      );
    }
  }
  return joined;
}

/** What a change here must not lose: the unknown of before, with the known of after. */
export function keepUnknown(
  shape: readonly Property[],
  before: Properties,
  after: Properties,
): Properties {
  return joinUnknown(shape, after, splitUnknown(shape, before).unknown);
}
