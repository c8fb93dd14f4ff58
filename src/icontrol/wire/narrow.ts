/**
 * What `$select` leaves of an object, before it is made: a list of ten thousand with three properties each should not cost
 * what one with sixty costs. Pure.
 */
import type { Property } from '../../catalogue/types.ts';
import { camelCase, restName } from '../../config/text/names.ts';
import type { Query } from './query.ts';

/** What stands in every object beside its properties. */
const envelope = new Set([
  'kind',
  'name',
  'fullPath',
  'partition',
  'subPath',
  'generation',
  'selfLink',
  'nameReference',
]);

/** One question is put to thousands of objects. */
const known = new WeakMap<Query, Map<readonly Property[], readonly Property[]>>();
const below = new WeakMap<Query, Map<string, Query>>();

/** Properties of which something may be shown. All of them where a filter looks, or where something unknown is named. */
export function narrowed(properties: readonly Property[], query: Query): readonly Property[] {
  const { select, filter } = query;
  if (select === undefined || filter !== undefined) return properties;
  return remembered(known, query, properties, () => narrow(properties, select));
}

function remembered<K, V>(
  memory: WeakMap<Query, Map<K, V>>,
  query: Query,
  key: K,
  make: () => V,
): V {
  const held = memory.get(query) ?? new Map<K, V>();
  memory.set(query, held);
  const value = held.get(key) ?? make();
  held.set(key, value);
  return value;
}

function narrow(
  properties: readonly Property[],
  select: readonly (readonly string[])[],
): readonly Property[] {
  const wanted = new Set(select.flatMap(([first = '']) => [first, camelCase(first)]));
  const isKnown = select.every(
    ([first = '']) =>
      envelope.has(first) ||
      envelope.has(camelCase(first)) ||
      properties.some((property) => isNamed(property, new Set([first, camelCase(first)]))),
  );
  return isKnown ? properties.filter((property) => isNamed(property, wanted)) : properties;
}

function isNamed(property: Property, wanted: ReadonlySet<string>): boolean {
  const { type } = property;
  if (property.raw === true) return wanted.has('apiRawValues');
  if (type.kind === 'flags') return type.flags.some(({ flag }) => wanted.has(camelCase(flag)));
  const name = restName(property);
  return wanted.has(name) || wanted.has(`${name}Reference`);
}

/** What the same question asks of the items in a sub-collection. */
export function queryBelow(query: Query, subCollection: string): Query {
  const { select } = query;
  if (select === undefined) return query;
  return remembered(below, query, subCollection, () => {
    const reference = `${subCollection}Reference`;
    const paths = select.filter(([first = '']) => camelCase(first) === reference);
    const isWhole = paths.some((path) => path.length < 3 || path[1] !== 'items');
    return { ...query, select: isWhole ? undefined : paths.map((path) => path.slice(2)) };
  });
}
