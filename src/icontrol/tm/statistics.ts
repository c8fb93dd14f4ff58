/** Statistics and state in REST's nestedStats form (icontrol.md 2.6). Pure. */
import type { Component } from '../../catalogue/types.ts';
import { componentPath, encodeName, objectPath } from '../../config/text/urls.ts';
import { itemNameJson } from '../../config/text/json.ts';
import { camelCase } from '../../config/text/names.ts';
import { nameOf } from '../../config/text/changes.ts';
import type { ConfigView } from '../../config/types.ts';
import type { Statistics } from '../../config/runtime-state.ts';
import {
  type ItemsPlace,
  type ItemsProperty,
  componentKind,
  host,
  itemPath,
  itemsKind,
  itemsPath,
  kindOf,
  link,
  stateKeys,
} from '../wire/paths.ts';
import { type Query, listingText } from '../wire/query.ts';
import type { StatsTarget } from '../wire/route.ts';
import { itemsOf, objectNameJson } from '../wire/wire.ts';
import { entriesText, nestedText, quoted } from './statistics-text.ts';

export interface StatisticsContext {
  readonly view: ConfigView;
  statistics(
    component: string,
    items: string | undefined,
    name: string,
    item?: string,
  ): Statistics | undefined;
}

/** Small ones whole, collections piece by piece. Undefined when the object does not exist. */
export function statisticsAnswer(
  context: StatisticsContext,
  target: StatsTarget,
  query: Query,
): Generator<string> | undefined {
  switch (target.kind) {
    case 'collection':
      return collectionStatistics(context, target.component, query);
    case 'object':
      return objectStatistics(context, target.component, target.name, query);
    case 'items':
      return itemsStatistics(context, target, query);
    case 'item':
      return itemStatistics(context, target, target.item, query);
    case 'all-items':
      return allItemsStatistics(context, target.component, target.items, query);
  }
}

/** `GET /mgmt/tm/sys/version`: state-only singletons answer like their own statistics. */
export function stateAnswer(
  context: StatisticsContext,
  component: Component,
  query: Query,
): Generator<string> | undefined {
  const path = componentPath(component.id);
  const statistics = context.statistics(component.id, undefined, '');
  if (component.naming.kind !== 'singleton') {
    return typeof statistics?.['apiAnonymous'] === 'string'
      ? envelope(componentKind(component.id, 'collectionstats'), path, query, rawText(statistics))
      : collectionStatistics(context, component, query, path);
  }
  if (statistics === undefined) return undefined;
  return envelope(singletonKind(component), path, query, singletonMembers(component, statistics));
}

/** The same of rows that were looked up for this answer. */
export function recordsAnswer(
  component: Component,
  rows: Statistics,
  query: Query,
): Generator<string> {
  const members = singletonMembers(component, rows);
  return envelope(singletonKind(component), componentPath(component.id), query, members);
}

export function singletonKind({ id, tables }: Component): string {
  return componentKind(id, tables === 'objects' ? 'collectionstats' : 'stats');
}

/** `members` are texts of JSON: `"entries":{…}`. */
function* envelope(
  kind: string,
  path: string,
  query: Query,
  members: readonly string[],
): Generator<string> {
  const head = JSON.stringify({ kind, selfLink: link(path, query.echo) });
  yield `${[head.slice(0, -1), ...members].join(',')}}`;
}

/** Inner levels of a singleton are keyed in camelCase: `…/cm/syncStatus/0/details/0`. */
function singletonMembers(component: Component, statistics: Statistics): readonly string[] {
  const { apiAnonymous: _text, ...rest } = statistics;
  const raw = rawText(statistics);
  if (Object.keys(rest).length === 0) return raw;
  if (component.tables === 'objects') {
    const kind = componentKind(component.id, 'stats');
    const entries = Object.entries(rest).map(([name, row]) =>
      typeof row === 'object'
        ? nestedText(kind, `${componentPath(component.id)}/${encodeName(name)}`, row)
        : '',
    );
    return [...raw, `"entries":{${entries.filter((text) => text !== '').join(',')}}`];
  }
  if (component.tables === true) {
    return [...raw, `"entries":${entriesText(rest, `${host}${componentPath(component.id)}`)}`];
  }
  const path = `${host}${componentPath(component.id)}/0`;
  const words = component.id.split(' ').map(camelCase);
  const inner = entriesText(rest, `${host}/mgmt/tm/${words.join('/')}/0`);
  return [...raw, `"entries":{${quoted(path)}:{"nestedStats":{"entries":${inner}}}}`];
}

/** Commands that print free text (`show sys failover`, `show sys log`) have it instead of entries. */
function rawText({ apiAnonymous }: Statistics): readonly string[] {
  return typeof apiAnonymous === 'string'
    ? [`"apiRawValues":${JSON.stringify({ apiAnonymous })}`]
    : [];
}

const asItIs = (text: string): string => text;

function collectionStatistics(
  context: StatisticsContext,
  component: Component,
  query: Query,
  path = `${componentPath(component.id)}/stats`,
): Generator<string> {
  const kind = componentKind(component.id, 'stats');
  const { filter } = query;
  const head = {
    kind: componentKind(component.id, 'collectionstats'),
    selfLink: link(path, query.echo),
  };
  const { names, of } = objectsOf(context, component);
  const listing = {
    sources: names,
    render: (name: string) => {
      const statistics = of(name);
      return statistics === undefined
        ? undefined
        : objectEntries(component, kind, name, statistics);
    },
    matches:
      filter === undefined ? undefined : (name: string) => filter(objectNameJson(component, name)),
    emit: asItIs,
  };
  return listingText(head, 'entries', listing, query, (echo) => link(path, echo));
}

/** Of one object; of each of its parts where these count. */
function objectEntries(
  component: Component,
  kind: string,
  name: string,
  statistics: Statistics,
): string | undefined {
  if (component.countsParts !== true) {
    return nestedText(kind, `${objectPath(component, name)}/stats`, statistics);
  }
  const entries = Object.entries(statistics).flatMap(([part, value]) =>
    typeof value === 'object'
      ? [nestedText(kind, `${objectPath(component, part)}/stats`, value)]
      : [],
  );
  return entries.length === 0 ? undefined : entries.join(',');
}

interface Objects {
  readonly names: readonly string[];
  of(name: string): Statistics | undefined;
}

/** Configured objects; without configuration, or beside it, the provider lists its own, one level a name. */
function objectsOf(context: StatisticsContext, component: Component): Objects {
  const configured = {
    names: context.view.names(component.id),
    of: (name: string) => context.statistics(component.id, undefined, name),
  };
  if (component.stateOnly !== true && component.learns !== true) return configured;
  const all = context.statistics(component.id, undefined, '') ?? {};
  const level = (name: string): Statistics | undefined => {
    const value = all[name];
    return typeof value === 'object' ? value : undefined;
  };
  const learned = Object.keys(all).filter((name) => level(name) !== undefined);
  if (component.stateOnly === true) return { names: learned, of: level };
  const own = new Set(configured.names);
  return {
    names: [...configured.names, ...learned.filter((name) => !own.has(name))],
    of: (name) => (own.has(name) ? configured.of(name) : level(name)),
  };
}

function objectStatistics(
  context: StatisticsContext,
  component: Component,
  name: string,
  query: Query,
): Generator<string> | undefined {
  const path = `${objectPath(component, name)}/stats`;
  const kind = componentKind(component.id, 'stats');
  const statistics = context.statistics(component.id, undefined, name);
  if (component.naming.kind === 'singleton') {
    const entries = statistics === undefined ? [] : singletonMembers(component, statistics);
    return envelope(singletonKind(component), path, query, entries);
  }
  if (typeof statistics?.['apiAnonymous'] === 'string') {
    return envelope(kind, path, query, rawText(statistics));
  }
  if (component.stateOnly === true) {
    if (statistics === undefined) return undefined;
  } else if (context.view.stored(component.id, name) === undefined) {
    const learned = component.learns === true ? objectsOf(context, component).of(name) : undefined;
    return learned && entryOrNone(kind, path, query, learned);
  }
  if (component.countsParts !== true) return entryOrNone(kind, path, query, statistics);
  const entries = statistics && objectEntries(component, kind, name, statistics);
  return envelope(kind, path, query, entries === undefined ? [] : [`"entries":{${entries}}`]);
}

/** What exists and counts nothing has an answer without entries, as on BIG-IP. */
function entryOrNone(
  kind: string,
  path: string,
  query: Query,
  statistics: Statistics | undefined,
): Generator<string> {
  const members =
    statistics === undefined ? [] : [`"entries":{${nestedText(kind, path, statistics)}}`];
  return envelope(kind, path, query, members);
}

function itemStatisticsOf(
  context: StatisticsContext,
  place: ItemsPlace,
  item: string,
): Statistics | undefined {
  const [itemsKey, itemKey] = stateKeys(place, item);
  return context.statistics(place.component.id, itemsKey, place.name, itemKey);
}

/** Of items of one place, whose kind and path are worked out once. */
function itemEntries(
  context: StatisticsContext,
  place: ItemsPlace,
): (item: string) => string | undefined {
  const kind = itemsKind(place, 'stats');
  const above = itemsPath(place);
  return (item) => {
    const statistics = itemStatisticsOf(context, place, item);
    return statistics && nestedText(kind, `${above}/${encodeName(item)}/stats`, statistics);
  };
}

function itemNames(context: StatisticsContext, place: ItemsPlace): readonly string[] | undefined {
  const object = context.view.get(place.component.id, place.name);
  return object === undefined ? undefined : itemsOf(object, place)?.map(nameOf);
}

function itemsStatistics(
  context: StatisticsContext,
  place: ItemsPlace,
  query: Query,
): Generator<string> | undefined {
  const names = itemNames(context, place);
  if (names === undefined) return undefined;
  const path = `${itemsPath(place)}/stats`;
  const { filter } = query;
  const listing = {
    sources: names,
    render: itemEntries(context, place),
    matches:
      filter === undefined
        ? undefined
        : (item: string) => filter({ ...itemNameJson(place.items.type, item), fullPath: item }),
    emit: asItIs,
  };
  const kind = itemsKind(place, 'collectionstats');
  const head = { kind, selfLink: link(path, query.echo) };
  return listingText(head, 'entries', listing, query, (echo) => link(path, echo));
}

function itemStatistics(
  context: StatisticsContext,
  place: ItemsPlace,
  item: string,
  query: Query,
): Generator<string> | undefined {
  if (itemNames(context, place)?.includes(item) !== true) return undefined;
  const statistics = itemStatisticsOf(context, place, item);
  return entryOrNone(
    itemsKind(place, 'stats'),
    `${itemPath(place, item)}/stats`,
    query,
    statistics,
  );
}

/** Keyed by object, each with its items' collection inside. */
function allItemsStatistics(
  context: StatisticsContext,
  component: Component,
  items: ItemsProperty,
  query: Query,
): Generator<string> {
  const base = `${componentPath(component.id)}/${items.name}`;
  const { filter } = query;
  const listing = {
    sources: context.view.names(component.id),
    render: (name: string): string => {
      const place = { component, name, within: [], items };
      const entryOf = itemEntries(context, place);
      let entries = '';
      for (const item of itemNames(context, place) ?? []) {
        const entry = entryOf(item);
        if (entry !== undefined) entries += entries === '' ? entry : `,${entry}`;
      }
      const key = `${host}${base}/${encodeName(name)}`;
      const inner = `${quoted(`${key}/${items.name}/stats`)}:{"nestedStats":{"entries":{${entries}}}}`;
      return `${quoted(key)}:{"nestedStats":{"entries":{${inner}}}}`;
    },
    matches:
      filter === undefined ? undefined : (name: string) => filter(objectNameJson(component, name)),
    emit: asItIs,
  };
  const head = {
    kind: kindOf([...component.id.split(' '), items.name], 'collectionstats'),
    selfLink: link(`${base}/stats`, query.echo),
  };
  return listingText(head, 'entries', listing, query, (echo) => link(`${base}/stats`, echo));
}
