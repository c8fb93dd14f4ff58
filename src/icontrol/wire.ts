/** Objects in REST's envelopes: kind, name, selfLink, references, sub-collections (icontrol.md 2.3). Pure. */
import type { Component, ComponentId, Properties, Value } from '../catalogue/types.ts';
import { present } from '../base/assert.ts';
import { isList, isProperties, nameOf } from '../config/text/changes.ts';
import { componentPath, objectPath } from '../config/text/urls.ts';
import { type Json, type JsonObject, itemNameJson, toJson } from '../config/text/json.ts';
import { restName, splitName } from '../config/text/names.ts';
import type { ConfigView, EffectiveObject } from '../config/types.ts';
import { componentKind, itemPath, itemsKind, itemsPath, kindOf, link } from './paths.ts';
import { type Query, pageOf, selected } from './query.ts';
import type { ItemsProperty } from './route.ts';

export interface ReadContext {
  readonly view: ConfigView;
  readonly components: readonly Component[];
  component(id: ComponentId): Component | undefined;
  /** Runtime fields of an object, or of one of its items. */
  fields(id: ComponentId, items: string | undefined, name: string, item?: string): Properties;
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

export function collectionJson(
  context: ReadContext,
  component: Component,
  query: Query,
): JsonObject {
  const objects = context.view
    .list(component.id)
    .map((object) => wholeObject(context, component, object, query));
  return collection(
    componentKind(component.id, 'collectionstate'),
    componentPath(component.id),
    objects,
    query,
  );
}

function collection(
  kind: string,
  path: string,
  objects: readonly JsonObject[],
  query: Query,
): JsonObject {
  const page = pageOf(objects, query);
  return {
    kind,
    selfLink: link(path, query.echo),
    ...(page.next === undefined ? {} : { nextLink: link(path, page.next) }),
    items: page.items,
  };
}

function wholeObject(
  context: ReadContext,
  component: Component,
  object: EffectiveObject,
  query: Query,
): JsonObject {
  const values = {
    ...object.properties,
    ...context.fields(component.id, undefined, object.name),
  };
  // A collection's own paging and filter belong to the collection, not to its objects' links.
  const echo = query.isExpanded ? 'expandSubcollections=true' : '';
  return {
    kind: componentKind(component.id, 'state'),
    ...objectNameJson(component, object.name),
    generation: object.stored.generation,
    selfLink: link(objectPath(component, object.name), echo),
    ...toJson(component.properties, values, {
      everyProperty: component.output === 'every-property',
      link: (to, name) => linkTo(context, to, name),
    }),
    ...subCollections(context, component, object, query),
  };
}

function objectNameJson(component: Component, name: string): Record<string, Json> {
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

function subCollections(
  context: ReadContext,
  component: Component,
  object: EffectiveObject,
  query: Query,
): Record<string, Json> {
  const result: Record<string, Json> = {};
  for (const property of component.properties) {
    const { type } = property;
    if (type.kind !== 'items' || !type.subCollection) continue;
    const items: ItemsProperty = { ...property, type };
    const inner = query.isExpanded
      ? itemsOf(object, items).map((item) => wholeItem(context, component, object, items, item))
      : [];
    result[`${restName(property)}Reference`] = {
      link: link(itemsPath(component, object.name, property)),
      isSubcollection: true,
      ...(inner.length === 0 ? {} : { items: inner }),
    };
  }
  return result;
}

function itemsOf(object: EffectiveObject, items: ItemsProperty): readonly Value[] {
  const value = object.properties[items.name];
  return isList(value) ? value : [];
}

/** `…/members`; undefined when there is no such object. */
export function itemsJson(
  context: ReadContext,
  component: Component,
  name: string,
  items: ItemsProperty,
  query: Query,
): JsonObject | undefined {
  const object = context.view.get(component.id, name);
  if (object === undefined) return undefined;
  const all = itemsOf(object, items).map((item) =>
    wholeItem(context, component, object, items, item),
  );
  return collection(
    itemsKind(component, items, 'collectionstate'),
    itemsPath(component, name, items),
    all,
    query,
  );
}

/** Undefined when the object or the item is missing. */
export function itemJson(
  context: ReadContext,
  component: Component,
  name: string,
  items: ItemsProperty,
  item: string,
  query: Query,
): JsonObject | undefined {
  const object = context.view.get(component.id, name);
  if (object === undefined) return undefined;
  const found = itemsOf(object, items).find((candidate) => nameOf(candidate) === item);
  return found === undefined
    ? undefined
    : selected(wholeItem(context, component, object, items, found), query);
}

function wholeItem(
  context: ReadContext,
  component: Component,
  object: EffectiveObject,
  items: ItemsProperty,
  item: Value,
): JsonObject {
  const name = nameOf(item);
  const values = {
    ...(isProperties(item) ? item : {}),
    ...context.fields(component.id, items.name, object.name, name),
  };
  const reference =
    items.type.nameReference === undefined
      ? undefined
      : linkTo(context, items.type.nameReference.to, name);
  return {
    kind: itemsKind(component, items, 'state'),
    ...itemNameJson(items.type, name),
    fullPath: name,
    generation: object.stored.generation,
    selfLink: link(itemPath(component, object.name, items, name)),
    ...toJson(items.type.properties, values, {
      everyProperty: false,
      link: (to, target) => linkTo(context, to, target),
    }),
    ...(reference === undefined ? {} : { nameReference: { link: reference } }),
  };
}

/** `/mgmt/tm/ltm/monitor`: one reference for each thing below. */
export function organizingJson(
  components: readonly Component[],
  path: readonly string[],
  query: Query,
): JsonObject {
  const children = new Set<string>();
  for (const { id } of components) {
    const words = id.split(' ');
    const isBelow = path.every((word, index) => words[index] === word);
    const child = words[path.length];
    if (isBelow && child !== undefined) children.add(child);
  }
  const base = ['/mgmt/tm', ...path].join('/');
  const kind =
    path.length === 0 ? 'tm:restgroupresolverviewstate' : kindOf(path, 'collectionstate');
  return {
    kind,
    selfLink: link(base, query.echo),
    items: [...children]
      .toSorted()
      .map((child) => ({ reference: { link: link(`${base}/${child}`) } })),
  };
}

/** `…/example`: a collection of one, whose properties say what they mean. */
export function exampleJson(component: Component, query: Query): JsonObject {
  const descriptions: Record<string, Json> = {};
  for (const property of component.properties) descriptions[restName(property)] = property.help;
  const defaults = component.properties.filter((property) => property.default !== undefined);
  const values = Object.fromEntries(
    defaults.map((property) => [property.name, present(property.default, property.name)]),
  );
  return {
    kind: componentKind(component.id, 'collectionstate'),
    selfLink: link(`${componentPath(component.id)}/example`, query.echo),
    items: [
      {
        propertyDescriptions: descriptions,
        ...toJson(component.properties, values, { everyProperty: false, link: () => undefined }),
      },
    ],
  };
}
