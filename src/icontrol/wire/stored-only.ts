/** What a write has set that is kept, shown and synchronised, and changes nothing that the device does. Pure. */
import type { Component, Property, Properties } from '../../catalogue/types.ts';
import type { Change, Operation } from '../../config/types.ts';
import { itemsOf, nameOf, sameValue } from '../../config/model/values.ts';
import { restName } from '../../config/text/names.ts';

/** Of an answer to a write. */
export const storedHeader = 'x-evenkeel-stored';
const maximumNames = 50;
/** Nobody expects more of them than to be kept. */
const forPeople: ReadonlySet<string> = new Set(['app-service', 'description', 'metadata']);

/**
 * REST's names of properties that `changes` set, as far as somebody asked for their object; `name` for a new one of a
 * component that has nothing else to say.
 */
export function storedOnly(
  operations: readonly Operation[],
  changes: readonly Change[],
  component: (id: string) => Component | undefined,
): readonly string[] {
  const asked = new Set(operations.map((one) => one.component));
  const names = changes.flatMap(({ component: id, before, after }) =>
    after === undefined || !asked.has(id)
      ? []
      : namesOf(component(id), before?.properties, after.properties),
  );
  return [...new Set(names)].slice(0, maximumNames);
}

function namesOf(
  component: Component | undefined,
  before: Properties | undefined,
  after: Properties,
): readonly string[] {
  const properties = component?.properties ?? [];
  const isOnlyKept = properties.every(
    ({ name, effect }) => effect === 'stored' && forPeople.has(name),
  );
  return before === undefined && isOnlyKept ? ['name'] : namesIn(properties, before ?? {}, after);
}

function namesIn(
  properties: readonly Property[],
  before: Properties,
  after: Properties,
): readonly string[] {
  return properties.flatMap((property): readonly string[] => {
    const { name, type, effect } = property;
    const value = after[name];
    if (value === undefined || forPeople.has(name) || sameValue(before[name], value)) return [];
    if (effect === 'stored') return [restName(property)];
    if (type.kind !== 'items') return [];
    const former = new Map(itemsOf(before[name]).map((item) => [nameOf(item), item]));
    return itemsOf(value).flatMap((item) =>
      namesIn(type.properties, former.get(nameOf(item)) ?? {}, item),
    );
  });
}
