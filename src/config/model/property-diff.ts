/** What differs between two states of an object, property by property. Pure. */
import type { Properties, Property, Value } from '../../catalogue/types.ts';
import { isStruct, itemsOf, nameOf, sameValue } from './values.ts';

export interface PropertyChange {
  /** In tmsh's words, from the outside in: "members /Common/10.0.0.1:80 ratio". */
  readonly property: string;
  /** Undefined: not set. */
  readonly before: Value | undefined;
  readonly after: Value | undefined;
}

/** In the order of the catalogue; items by name, blocks by their own properties. */
export function propertyChanges(
  shape: readonly Property[],
  before: Properties,
  after: Properties,
): readonly PropertyChange[] {
  const known = shape.map(({ name }) => name);
  const unknown = [...Object.keys(before), ...Object.keys(after)].filter(
    (name) => !known.includes(name) && name !== 'name',
  );
  return [...new Set([...known, ...unknown])].flatMap((name) =>
    changesOf(
      name,
      shape.find((property) => property.name === name),
      before[name],
      after[name],
    ),
  );
}

function changesOf(
  name: string,
  property: Property | undefined,
  before: Value | undefined,
  after: Value | undefined,
): readonly PropertyChange[] {
  if (sameValue(before, after)) return [];
  const type = property?.type;
  if (type?.kind === 'struct' && isStruct(before) && isStruct(after)) {
    return below(name, propertyChanges(type.properties, before, after));
  }
  if (type?.kind !== 'items') return [{ property: name, before, after }];
  const old = new Map(itemsOf(before).map((item) => [nameOf(item), item]));
  const next = new Map(itemsOf(after).map((item) => [nameOf(item), item]));
  const changes = [...new Set([...old.keys(), ...next.keys()])].flatMap((item) => {
    const one = old.get(item);
    const other = next.get(item);
    return one !== undefined && other !== undefined
      ? below(item, propertyChanges(type.properties, one, other))
      : [{ property: item, before: one, after: other }];
  });
  // Only the order differs.
  return changes.length === 0 ? [{ property: name, before, after }] : below(name, changes);
}

function below(name: string, changes: readonly PropertyChange[]): readonly PropertyChange[] {
  return changes.map((change) => ({ ...change, property: `${name} ${change.property}` }));
}
