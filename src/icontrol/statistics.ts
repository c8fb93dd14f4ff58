/** Statistics and state in REST's nestedStats form (icontrol.md 2.6). Pure. */
import type { Component } from '../catalogue/types.ts';
import { componentPath, encodeName, objectPath } from '../config/text/urls.ts';
import type { Json, JsonObject } from '../config/text/json.ts';
import { camelCase } from '../config/text/names.ts';
import { isList, nameOf } from '../config/text/changes.ts';
import type { ConfigView } from '../config/types.ts';
import type { Statistics } from '../config/runtime-state.ts';
import { componentKind, host, itemPath, itemsKind, itemsPath, link } from './paths.ts';
import type { ItemsProperty, StatsTarget } from './route.ts';

export interface StatisticsContext {
  readonly view: ConfigView;
  statistics(
    component: string,
    items: string | undefined,
    name: string,
    item?: string,
  ): Statistics | undefined;
}

/** Undefined when the object, or its statistics, do not exist. */
export function statisticsJson(
  context: StatisticsContext,
  target: StatsTarget,
): JsonObject | undefined {
  switch (target.kind) {
    case 'collection':
      return collectionStatistics(context, target.component);
    case 'object':
      return objectStatistics(context, target.component, target.name);
    case 'items':
      return itemsStatistics(context, target.component, target.name, target.items);
    case 'item':
      return itemStatistics(
        context,
        target.component,
        target.name,
        target.items,
        target.item ?? '',
      );
    case 'all-items':
      return allItemsStatistics(context, target.component, target.items);
  }
}

/** `GET /mgmt/tm/sys/version`: state-only singletons answer like their own statistics. */
export function stateJson(
  context: StatisticsContext,
  component: Component,
): JsonObject | undefined {
  const path = componentPath(component.id);
  if (component.naming.kind !== 'singleton') return collectionStatistics(context, component, path);
  const statistics = context.statistics(component.id, undefined, '');
  if (statistics === undefined) return undefined;
  return envelope(
    componentKind(component.id, 'stats'),
    path,
    singletonEntries(component, statistics),
  );
}

function envelope(kind: string, path: string, content: JsonObject): JsonObject {
  return { kind, selfLink: link(path), ...content };
}

/** Inner levels of a singleton are keyed in camelCase: `…/cm/syncStatus/0/details/0`. */
function singletonEntries(component: Component, statistics: Statistics): JsonObject {
  const { apiAnonymous, ...rest } = statistics;
  // Commands that print free text (`show sys failover`) have it here instead of entries.
  const raw =
    typeof apiAnonymous === 'string' ? { apiRawValues: { apiAnonymous } } : ({} as JsonObject);
  if (Object.keys(rest).length === 0) return raw;
  if (component.tables === true) {
    return { ...raw, entries: entriesOf(rest, `${host}${componentPath(component.id)}`) };
  }
  const path = `${host}${componentPath(component.id)}/0`;
  const words = component.id.split(' ').map(camelCase);
  const inner = `${host}/mgmt/tm/${words.join('/')}/0`;
  return { ...raw, entries: { [path]: { nestedStats: { entries: entriesOf(rest, inner) } } } };
}

function entriesOf(statistics: Statistics, path: string): Record<string, Json> {
  const result: Record<string, Json> = {};
  for (const [name, value] of Object.entries(statistics)) {
    if (typeof value === 'number') result[name] = { value };
    else if (typeof value === 'string') result[name] = { description: value };
    else {
      const inner = `${path}/${encodeName(name)}`;
      result[inner] = { nestedStats: { entries: entriesOf(value, inner) } };
    }
  }
  return result;
}

function nested(kind: string, path: string, statistics: Statistics): Record<string, Json> {
  return {
    [`${host}${path}`]: {
      nestedStats: { kind, selfLink: link(path), entries: entriesOf(statistics, `${host}${path}`) },
    },
  };
}

function collectionStatistics(
  context: StatisticsContext,
  component: Component,
  path = `${componentPath(component.id)}/stats`,
): JsonObject {
  const kind = componentKind(component.id, 'stats');
  const entries: Record<string, Json> = {};
  for (const [name, statistics] of objectsOf(context, component)) {
    Object.assign(entries, nested(kind, `${objectPath(component, name)}/stats`, statistics));
  }
  return envelope(componentKind(component.id, 'collectionstats'), path, { entries });
}

/** Configured objects; without configuration the provider lists its own, one level a name. */
function objectsOf(
  context: StatisticsContext,
  component: Component,
): readonly (readonly [string, Statistics])[] {
  if (component.stateOnly === true) {
    const all = context.statistics(component.id, undefined, '') ?? {};
    return Object.entries(all).filter(
      (entry): entry is [string, Statistics] => typeof entry[1] === 'object',
    );
  }
  return context.view.list(component.id).flatMap(({ name }) => {
    const statistics = context.statistics(component.id, undefined, name);
    return statistics === undefined ? [] : [[name, statistics] as const];
  });
}

function objectStatistics(
  context: StatisticsContext,
  component: Component,
  name: string,
): JsonObject | undefined {
  const path = `${objectPath(component, name)}/stats`;
  const kind = componentKind(component.id, 'stats');
  if (component.naming.kind === 'singleton') {
    const statistics = context.statistics(component.id, undefined, '');
    if (statistics === undefined) return undefined;
    return envelope(kind, path, singletonEntries(component, statistics));
  }
  const isKnown =
    component.stateOnly === true || context.view.stored(component.id, name) !== undefined;
  const statistics = isKnown ? context.statistics(component.id, undefined, name) : undefined;
  if (statistics === undefined) return undefined;
  return envelope(kind, path, { entries: nested(kind, path, statistics) });
}

function itemEntries(
  context: StatisticsContext,
  component: Component,
  name: string,
  items: ItemsProperty,
): Record<string, Json> {
  const kind = itemsKind(component, items, 'stats');
  const held = context.view.get(component.id, name)?.properties[items.name];
  const entries: Record<string, Json> = {};
  for (const value of isList(held) ? held : []) {
    const item = nameOf(value);
    const statistics = context.statistics(component.id, items.name, name, item);
    if (statistics === undefined) continue;
    const path = `${itemPath(component, name, items, item)}/stats`;
    Object.assign(entries, nested(kind, path, statistics));
  }
  return entries;
}

function itemsStatistics(
  context: StatisticsContext,
  component: Component,
  name: string,
  items: ItemsProperty,
): JsonObject | undefined {
  if (context.view.stored(component.id, name) === undefined) return undefined;
  return envelope(
    itemsKind(component, items, 'collectionstats'),
    `${itemsPath(component, name, items)}/stats`,
    { entries: itemEntries(context, component, name, items) },
  );
}

function itemStatistics(
  context: StatisticsContext,
  component: Component,
  name: string,
  items: ItemsProperty,
  item: string,
): JsonObject | undefined {
  const held = context.view.get(component.id, name)?.properties[items.name];
  if (!isList(held) || !held.some((value) => nameOf(value) === item)) return undefined;
  const statistics = context.statistics(component.id, items.name, name, item);
  if (statistics === undefined) return undefined;
  const path = `${itemPath(component, name, items, item)}/stats`;
  const kind = itemsKind(component, items, 'stats');
  return envelope(kind, path, { entries: nested(kind, path, statistics) });
}

/** Keyed by object, each with its items' collection inside. */
function allItemsStatistics(
  context: StatisticsContext,
  component: Component,
  items: ItemsProperty,
): JsonObject {
  const base = `${componentPath(component.id)}/${items.name}`;
  const entries: Record<string, Json> = {};
  for (const { name } of context.view.list(component.id)) {
    const path = `${host}${base}/${encodeName(name)}`;
    const inner = `${path}/${items.name}/stats`;
    entries[path] = {
      nestedStats: {
        entries: {
          [inner]: { nestedStats: { entries: itemEntries(context, component, name, items) } },
        },
      },
    };
  }
  return envelope(itemsKind(component, items, 'collectionstats'), `${base}/stats`, { entries });
}
