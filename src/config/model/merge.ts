/** What was set, in place of what was there. Pure. */
import type { ItemsType, Properties, Property, Value } from '../../catalogue/types.ts';
import type { UnsetInside } from './normalise.ts';
import { isStruct, itemsOf, nameOf } from './values.ts';

/** Structs are merged one level deep; operator state of items survives by name. */
export function merge(
  shape: readonly Property[],
  before: Properties,
  set: ReadonlyMap<string, Value | undefined>,
  unsetInside: UnsetInside,
): Properties {
  const result: Record<string, Value> = { ...before };
  for (const [key, value] of set) {
    const type = shape.find((property) => property.name === key)?.type;
    const old = before[key];
    if (value === undefined) delete result[key];
    else if (type?.kind === 'struct' && isStruct(value) && isStruct(old)) {
      const gone = new Set(unsetInside.get(key));
      const kept = Object.entries(old).filter(([inner]) => !gone.has(inner));
      const merged = { ...Object.fromEntries(kept), ...value };
      if (Object.keys(merged).length > 0) result[key] = merged;
      else delete result[key];
    } else if (type?.kind === 'items') result[key] = keepOperatorState(type, old, value);
    else result[key] = value;
  }
  return result;
}

export function keepOperatorState(type: ItemsType, before: Value | undefined, after: Value): Value {
  const names = type.properties
    .filter((property) => property.operatorState === true)
    .map((property) => property.name);
  if (names.length === 0) return after;
  const old = new Map(itemsOf(before).map((item) => [nameOf(item), item]));
  return itemsOf(after).map((item) => {
    const former = old.get(nameOf(item)) ?? {};
    const kept = names.filter((name) => item[name] === undefined && former[name] !== undefined);
    if (kept.length === 0) return item;
    return { ...item, ...Object.fromEntries(kept.map((name) => [name, former[name] as Value])) };
  });
}
