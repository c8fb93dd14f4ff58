/** From a URL path to what it names (icontrol.md 1.1). Pure; knows the catalogue, not the objects. */
import type { Component, ItemsType, Property } from '../../catalogue/types.ts';
import { qualify } from '../../config/text/names.ts';
import {
  type ItemsPlace,
  type ItemsProperty,
  decodeName,
  decodeSegment,
  placeBelow,
} from './paths.ts';

export type Target =
  /** `/mgmt/tm/ltm/monitor`: names its components. */
  | { readonly kind: 'organizing'; readonly path: readonly string[] }
  | { readonly kind: 'collection'; readonly component: Component }
  | { readonly kind: 'object'; readonly component: Component; readonly name: string }
  | ({ readonly kind: 'items' } & ItemsPlace)
  | ({ readonly kind: 'item'; readonly item: string } & ItemsPlace)
  /** `/mgmt/tm/ltm/pool/example`, `…/pool/~Common~p/members/example`. */
  | { readonly kind: 'example'; readonly component: Component; readonly place?: ItemsPlace }
  | { readonly kind: 'stats'; readonly of: StatsTarget };

export type StatsTarget =
  | { readonly kind: 'collection'; readonly component: Component }
  | { readonly kind: 'object'; readonly component: Component; readonly name: string }
  | ({ readonly kind: 'items' } & ItemsPlace)
  | ({ readonly kind: 'item'; readonly item: string } & ItemsPlace)
  /** `/mgmt/tm/ltm/pool/members/stats`: of every pool. */
  | {
      readonly kind: 'all-items';
      readonly component: Component;
      readonly items: ItemsProperty;
    };

export interface Router {
  /** `path` begins with /mgmt/tm; undefined when nothing answers there. */
  route(path: string): Target | undefined;
}

export function createRouter(components: readonly Component[]): Router {
  const byPath = new Map(components.map((component) => [component.id, component]));
  const prefixes = new Set(['']);
  for (const { id } of components) {
    const words = id.split(' ');
    for (let count = 1; count < words.length; count += 1) {
      prefixes.add(words.slice(0, count).join(' '));
    }
  }
  return {
    route(path) {
      const segments: string[] = [];
      for (const raw of path.split('/').filter((segment) => segment !== '')) {
        const segment = decodeSegment(raw);
        if (segment === undefined) return undefined;
        segments.push(segment);
      }
      if (segments[0] !== 'mgmt' || segments[1] !== 'tm') return undefined;
      return routeTm(segments.slice(2), byPath, prefixes);
    },
  };
}

function routeTm(
  segments: readonly string[],
  byPath: ReadonlyMap<string, Component>,
  prefixes: ReadonlySet<string>,
): Target | undefined {
  const whole = segments.join(' ');
  if (prefixes.has(whole)) return { kind: 'organizing', path: segments };
  for (let count = segments.length; count > 0; count -= 1) {
    const component = byPath.get(segments.slice(0, count).join(' '));
    if (component !== undefined) return routeComponent(component, segments.slice(count));
  }
  return undefined;
}

function routeComponent(component: Component, rest: readonly string[]): Target | undefined {
  if (component.naming.kind === 'singleton') {
    if (rest.length === 0) return { kind: 'object', component, name: '' };
    return routeObject(component, '', rest);
  }
  const [first, ...others] = rest;
  if (first === undefined) return { kind: 'collection', component };
  if (first === 'stats' && others.length === 0) {
    return { kind: 'stats', of: { kind: 'collection', component } };
  }
  if (first === 'example' && others.length === 0) return { kind: 'example', component };
  const items = itemsNamed(component.properties, first);
  if (items !== undefined && others.length === 1 && others[0] === 'stats') {
    return { kind: 'stats', of: { kind: 'all-items', component, items } };
  }
  const name = objectName(component, decodeName(first));
  if (others.length === 0) return { kind: 'object', component, name };
  return routeObject(component, name, others);
}

function routeObject(
  component: Component,
  name: string,
  rest: readonly string[],
): Target | undefined {
  const [first = '', ...others] = rest;
  if (first === 'stats' && others.length === 0) {
    return { kind: 'stats', of: { kind: 'object', component, name } };
  }
  const items = itemsNamed(component.properties, first);
  return items === undefined
    ? undefined
    : routeItems({ component, name, within: [], items }, others);
}

/** `/members[/ITEM[/…]]`, each level below the one before. */
function routeItems(place: ItemsPlace, rest: readonly string[]): Target | undefined {
  const [first, ...others] = rest;
  if (first === undefined) return { kind: 'items', ...place };
  if (first === 'stats' && others.length === 0) {
    return { kind: 'stats', of: { kind: 'items', ...place } };
  }
  if (first === 'example' && others.length === 0) {
    return { kind: 'example', component: place.component, place };
  }
  const item = itemName(place.items.type, decodeName(first));
  const [second, ...deeper] = others;
  if (second === undefined) return { kind: 'item', ...place, item };
  if (second === 'stats' && deeper.length === 0) {
    return { kind: 'stats', of: { kind: 'item', ...place, item } };
  }
  const below = itemsNamed(place.items.type.properties, second);
  return below === undefined ? undefined : routeItems(placeBelow(place, item, below), deeper);
}

function itemsNamed(properties: readonly Property[], segment: string): ItemsProperty | undefined {
  for (const property of properties) {
    const { type } = property;
    if (type.kind === 'items' && type.subCollection && property.name === segment) {
      return { ...property, type };
    }
  }
  return undefined;
}

export function objectName(component: Component, name: string): string {
  const isQualified = component.naming.kind === 'foldered' || component.shows !== undefined;
  if (isQualified) return qualify(name, '/Common');
  if (component.naming.kind === 'plain' && component.naming.ignoresCase === true) {
    return name.toLowerCase();
  }
  // Clients put a partition in front of everything.
  return name.replace(/^\/Common\/(?=[^/]+$)/, '');
}

/** `bigip1` and `/Common/bigip1` both name the device of a device group. */
export function itemName(type: ItemsType, name: string): string {
  if (type.foldered) return qualify(name, '/Common');
  return type.nameReference === undefined ? name : name.replace(/^\/Common\//, '');
}
