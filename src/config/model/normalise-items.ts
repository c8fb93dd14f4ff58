import type { Fault } from '../../base/fault.ts';
import type { ItemsType, Properties, Value } from '../../catalogue/types.ts';
import { badInput, badValue } from './faults.ts';
import { leafFault, leafOf, qualify } from './names.ts';
import { type Place, normaliseProperties, withoutUnset } from './normalise.ts';
import { type Normalised, resolve } from './normalise-scalar.ts';
import { textChecks } from './texts.ts';
import { isStruct, nameOf } from './values.ts';

type ItemsOutcome = Normalised | { readonly kind: 'faults'; readonly faults: readonly Fault[] };

/** Names, blocks with a name, or a block of blocks; sorted by name unless the order means something. */
export function normaliseItems(
  type: ItemsType,
  value: Value,
  place: Place,
  path: string,
): ItemsOutcome {
  const faults: Fault[] = [];
  const items = new Map<string, Properties>();
  for (const entry of entriesOf(value)) {
    const one = normaliseItem(type, entry, place, path);
    faults.push(...one.faults);
    const name = nameOf(one.item);
    if (items.has(name)) faults.push(badValue(type.noun, name, 'named twice', path));
    items.set(name, one.item);
  }
  if (faults.length > 0) return { kind: 'faults', faults };
  return { kind: 'value', value: sortItems(type, [...items.values()]) };
}

export function sortItems(type: ItemsType, items: readonly Properties[]): Properties[] {
  if (type.ordered) return [...items];
  return items.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
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
