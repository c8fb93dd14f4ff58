/** Objects in REST's envelopes: kind, name, selfLink, references, sub-collections (icontrol.md 2.3). Pure. */
import type { Component, ComponentId, Properties, Property, Value } from '../../catalogue/types.ts';
import { present } from '../../base/assert.ts';
import { isList, isProperties, nameOf } from '../../config/text/changes.ts';
import { componentPath, objectPath } from '../../config/text/urls.ts';
import {
  type Json,
  type JsonObject,
  itemNameJson,
  putJson,
  toJson,
} from '../../config/text/json.ts';
import { restName, splitName } from '../../config/text/names.ts';
import type { ConfigView, EffectiveObject } from '../../config/types.ts';
import {
  type ItemsPlace,
  componentKind,
  itemPath,
  itemsKind,
  itemsPath,
  kindOf,
  link,
  placeBelow,
  stateKeys,
} from './paths.ts';
import type { ObjectTextReader } from './object-texts.ts';
import { narrowed, queryBelow } from './narrow.ts';
import { type Query, isExpanding, listingText, selected } from './query.ts';

export interface ReadContext {
  readonly view: Pick<ConfigView, 'get' | 'names' | 'stored'>;
  readonly components: readonly Component[];
  component(id: ComponentId): Component | undefined;
  /** Runtime fields of an object, or of one of its items. */
  fields(id: ComponentId, items: string | undefined, name: string, item?: string): Properties;
  /** Absent for who does not see everything, and where something is not committed yet. */
  readonly texts?: ObjectTextReader | undefined;
}

/** Undefined when there is no such object. */
export function objectJson(
  context: ReadContext,
  component: Component,
  name: string,
  query: Query,
): JsonObject | undefined {
  const object = context.view.get(component.id, name);
  return object === undefined
    ? undefined
    : selected(wholeObject(context, component, object, query), query);
}

/** In pieces of one object each, so that ten thousand of them hold up nobody. */
export function collectionText(
  context: ReadContext,
  component: Component,
  query: Query,
): Generator<string> {
  const kind = componentKind(component.id, 'collectionstate');
  const path = componentPath(component.id);
  const names = context.view.names(component.id);
  const objectOf = (name: string): EffectiveObject | undefined =>
    context.view.get(component.id, name);
  const { texts } = context;
  if (texts !== undefined && showsWhole(query)) {
    const render = (name: string): string | undefined => {
      const object = objectOf(name);
      if (object === undefined) return undefined;
      const fields = context.fields(component.id, undefined, name);
      return texts.textOf(object, fields, () =>
        JSON.stringify(wholeObject(context, component, object, query, fields)),
      );
    };
    const listing = { sources: names, render, matches: undefined, emit: (text: string) => text };
    const head = { kind, selfLink: link(path, query.echo) };
    return listingText(head, 'items', listing, query, (echo) => link(path, echo));
  }
  const render = (name: string): JsonObject | undefined => {
    const object = objectOf(name);
    return object === undefined ? undefined : wholeObject(context, component, object, query);
  };
  return collection(kind, path, names, render, query);
}

/** Pages of objects just as they are. */
function showsWhole(query: Query): boolean {
  const { filter, select, isExpanded, expand } = query;
  return filter === undefined && select === undefined && !isExpanded && expand.length === 0;
}

function collection<T>(
  kind: string,
  path: string,
  sources: readonly T[],
  render: (source: T) => JsonObject | undefined,
  query: Query,
): Generator<string> {
  const { filter } = query;
  const listing = {
    sources,
    render,
    matches: filter === undefined ? undefined : (_: T, item: JsonObject) => filter(item),
    emit: (item: JsonObject) => JSON.stringify(selected(item, query)),
  };
  const head = { kind, selfLink: link(path, query.echo) };
  return listingText(head, 'items', listing, query, (echo) => link(path, echo));
}

function wholeObject(
  context: ReadContext,
  component: Component,
  object: EffectiveObject,
  query: Query,
  fields = context.fields(component.id, undefined, object.name),
): JsonObject {
  const { name, properties } = object;
  // A collection's own paging and filter belong to the collection, not to its objects' links.
  const echo = query.isExpanded ? 'expandSubcollections=true' : '';
  const result: Record<string, Json> = {
    kind: componentKind(component.id, 'state'),
    ...objectNameJson(component, name),
    generation: object.stored.generation,
    selfLink: link(objectPath(component, name), echo),
  };
  const values = withFields(properties, fields);
  const shown = narrowed(component.properties, query);
  putJson(result, shown, values, {
    everyProperty: component.output === 'every-property',
    link: (to, target) => linkTo(context, to, target),
  });
  putSubCollections(result, shown, properties, query, {
    context,
    object,
    placeOf: (items) => ({ component, name, within: [], items }),
  });
  return result;
}

function withFields(properties: Properties, fields: Properties): Properties {
  for (const _name in fields) return { ...properties, ...fields };
  return properties;
}

/** How REST spells an object's name. */
export function objectNameJson(component: Component, name: string): Record<string, Json> {
  switch (component.naming.kind) {
    case 'singleton':
      return {};
    case 'plain':
      return { name, fullPath: name };
    case 'foldered': {
      const parts = splitName(name);
      return {
        name: parts.leaf,
        ...(parts.partition === '' ? {} : { partition: parts.partition }),
        ...(parts.subPath === '' ? {} : { subPath: parts.subPath }),
        fullPath: name,
      };
    }
  }
}

/** Of several possible components, the one that has the object; a sole one needs not have it. */
export function linkTo(
  context: ReadContext,
  to: readonly ComponentId[],
  name: string,
): string | undefined {
  const id =
    to.length === 1
      ? to[0]
      : to.find((candidate) => context.view.stored(candidate, name) !== undefined);
  const component = id === undefined ? undefined : context.component(id);
  return component === undefined ? undefined : link(objectPath(component, name));
}

/** The object, or the item, whose sub-collections are to be printed. */
interface Holder {
  readonly context: ReadContext;
  readonly object: EffectiveObject;
  placeOf(items: ItemsPlace['items']): ItemsPlace;
}

function putSubCollections(
  result: Record<string, Json>,
  properties: readonly Property[],
  values: Properties,
  query: Query,
  { context, object, placeOf }: Holder,
): void {
  for (const property of properties) {
    const { type } = property;
    if (type.kind !== 'items' || !type.subCollection) continue;
    const place = placeOf({ ...property, type });
    const below = queryBelow(query, restName(property));
    const held = values[property.name];
    const inner =
      isExpanding(query, restName(property)) && isList(held)
        ? held.map((item) => wholeItem(context, place, object, item, below))
        : [];
    result[`${restName(property)}Reference`] = {
      link: link(itemsPath(place)),
      isSubcollection: true,
      ...(inner.length === 0 ? {} : { items: inner }),
    };
  }
}

/** Undefined when the object, or an item above, is missing. */
export function itemsOf(object: EffectiveObject, place: ItemsPlace): readonly Value[] | undefined {
  let values: Properties = object.properties;
  for (const { items, item } of place.within) {
    const held = values[items.name];
    const found = isList(held) ? held.find((one) => nameOf(one) === item) : undefined;
    if (found === undefined) return undefined;
    values = isProperties(found) ? found : {};
  }
  const held = values[place.items.name];
  return isList(held) ? held : [];
}

/** `…/members`, `…/rules/r1/actions`; undefined when there is nothing that could hold them. */
export function itemsText(
  context: ReadContext,
  place: ItemsPlace,
  query: Query,
): Generator<string> | undefined {
  const object = context.view.get(place.component.id, place.name);
  const held = object === undefined ? undefined : itemsOf(object, place);
  if (object === undefined || held === undefined) return undefined;
  return collection(
    itemsKind(place, 'collectionstate'),
    itemsPath(place),
    held,
    (item) => wholeItem(context, place, object, item, query),
    query,
  );
}

/** Undefined when the object or the item is missing. */
export function itemJson(
  context: ReadContext,
  place: ItemsPlace,
  item: string,
  query: Query,
): JsonObject | undefined {
  const object = context.view.get(place.component.id, place.name);
  if (object === undefined) return undefined;
  const found = itemsOf(object, place)?.find((candidate) => nameOf(candidate) === item);
  return found === undefined
    ? undefined
    : selected(wholeItem(context, place, object, found, query), query);
}

function wholeItem(
  context: ReadContext,
  place: ItemsPlace,
  object: EffectiveObject,
  item: Value,
  query: Query,
): JsonObject {
  const { component, items } = place;
  const name = nameOf(item);
  const held = isProperties(item) ? item : {};
  const [itemsKey, itemKey] = stateKeys(place, name);
  const values = withFields(held, context.fields(component.id, itemsKey, object.name, itemKey));
  const reference =
    items.type.nameReference === undefined
      ? undefined
      : linkTo(context, items.type.nameReference.to, name);
  const result: Record<string, Json> = {
    kind: itemsKind(place, 'state'),
    ...itemNameJson(items.type, name),
    fullPath: name,
    generation: object.stored.generation,
    selfLink: link(itemPath(place, name)),
  };
  const shown = narrowed(items.type.properties, query);
  putJson(result, shown, values, {
    everyProperty: false,
    link: (to, target) => linkTo(context, to, target),
  });
  if (reference !== undefined) result['nameReference'] = { link: reference };
  putSubCollections(result, shown, held, query, {
    context,
    object,
    placeOf: (inner) => placeBelow(place, name, inner),
  });
  return result;
}

/** `/mgmt/tm/ltm/monitor`: one reference for each thing below. */
export function organizingText(
  components: readonly Component[],
  path: readonly string[],
  query: Query,
): Generator<string> {
  const children = new Set<string>();
  let isShownOnly = true;
  for (const { id, stateOnly, statistics } of components) {
    const words = id.split(' ');
    const isBelow = path.every((word, index) => words[index] === word);
    const child = words[path.length];
    if (!isBelow || child === undefined) continue;
    children.add(child);
    if (stateOnly !== true || statistics !== true) isShownOnly = false;
  }
  const base = ['/mgmt/tm', ...path].join('/');
  // As recorded: sys/raid and sys/performance have nothing but statistics below.
  const kind =
    path.length === 0
      ? 'tm:restgroupresolverviewstate'
      : kindOf(path, isShownOnly ? 'collectionstats' : 'collectionstate');
  const render = (child: string): JsonObject => ({
    reference: { link: link(`${base}/${child}`) },
  });
  return collection(kind, base, [...children].toSorted(), render, query);
}

/** `…/example`: a collection of one, whose properties say what they mean. */
export function exampleJson(
  component: Component,
  place: ItemsPlace | undefined,
  query: Query,
): JsonObject {
  const properties = place?.items.type.properties ?? component.properties;
  const descriptions: Record<string, Json> = {};
  for (const property of properties) descriptions[restName(property)] = property.help;
  const defaults = properties.filter((property) => property.default !== undefined);
  const values = Object.fromEntries(
    defaults.map((property) => [property.name, present(property.default, property.name)]),
  );
  const path = place === undefined ? componentPath(component.id) : itemsPath(place);
  return {
    kind:
      place === undefined
        ? componentKind(component.id, 'collectionstate')
        : itemsKind(place, 'collectionstate'),
    selfLink: link(`${path}/example`, query.echo),
    items: [
      {
        propertyDescriptions: descriptions,
        ...toJson(properties, values, { everyProperty: false, link: () => undefined }),
      },
    ],
  };
}
