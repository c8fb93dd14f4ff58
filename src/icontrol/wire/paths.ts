/** REST's names for things: URLs with `~`, kinds, selfLinks (icontrol.md 1.2, 1.4, 2.3). Pure. */
import { componentById } from '../../catalogue/index.ts';
import type { Component, ComponentId, ItemsType, Property } from '../../catalogue/types.ts';
import { encodeName, objectPath } from '../../config/text/urls.ts';
import { bigipVersion } from '../../catalogue/version.ts';

export const host = 'https://localhost';

/** Undefined when the percent-encoding is broken. */
export function decodeSegment(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

export function decodeName(segment: string): string {
  return segment.replaceAll('~', '/').trim();
}

export interface ItemsProperty extends Property {
  readonly type: ItemsType;
}

/** One item on the way down: rule `r1` of `rules`. */
export interface ItemStep {
  readonly items: ItemsProperty;
  readonly item: string;
}

/** A sub-collection at any depth: `…/members`, `…/rules/r1/actions`. */
export interface ItemsPlace {
  readonly component: Component;
  readonly name: string;
  /** The items that enclose it, outermost first; none for a sub-collection of the object itself. */
  readonly within: readonly ItemStep[];
  readonly items: ItemsProperty;
}

/** Sub-collections keep tmsh's hyphens in URLs: `…/virtual-servers`. */
export function itemsPath({ component, name, within, items }: ItemsPlace): string {
  if (within.length === 0) return `${objectPath(component, name)}/${items.name}`;
  const steps = within.map((step) => `${step.items.name}/${encodeName(step.item)}`);
  return [objectPath(component, name), ...steps, items.name].join('/');
}

export function itemPath(place: ItemsPlace, item: string): string {
  return `${itemsPath(place)}/${encodeName(item)}`;
}

/** The sub-collections of an item. */
export function placeBelow(place: ItemsPlace, item: string, items: ItemsProperty): ItemsPlace {
  return { ...place, within: [...place.within, { items: place.items, item }], items };
}

/** How a `StateRegistry` provider is asked: "members", "10.0.0.1:80"; deeper, "rules actions", "r1 0". */
export function stateKeys(place: ItemsPlace, item: string): readonly [string, string] {
  const { within, items } = place;
  if (within.length === 0) return [items.name, item];
  return [
    [...within.map((step) => step.items.name), items.name].join(' '),
    [...within.map((step) => step.item), item].join(' '),
  ];
}

const version = `?ver=${bigipVersion}`;

/** `https://localhost/mgmt/…?expandSubcollections=true&ver=16.1.0`. */
export function link(path: string, query = ''): string {
  return query === '' ? host + path + version : `${host}${path}?${query}&ver=${bigipVersion}`;
}

/** `tm:ltm:pool:poolstate`; also `…collectionstate`, `…stats`, `…collectionstats`, `…runstate`. */
export function kindOf(
  path: readonly string[],
  suffix: string,
  lastWord: string = path.at(-1) ?? '',
): string {
  return ['tm', ...path, `${lastWord}${suffix}`].join(':');
}

export function componentKind(id: ComponentId, suffix: string): string {
  const key = `${id} ${suffix}`;
  const known = componentKinds.get(key);
  if (known !== undefined) return known;
  const kind = kindOf(id.split(' '), suffix, componentById(id)?.kindWord);
  componentKinds.set(key, kind);
  return kind;
}

/** Asked for each object of a long list; as many as the catalogue has components, times a few suffixes. */
const componentKinds = new Map<string, string>();

export function itemsKind({ component, within, items }: ItemsPlace, suffix: string): string {
  const words =
    within.length === 0
      ? `${component.id} ${items.name}`
      : [component.id, ...within.map((step) => step.items.name), items.name].join(' ');
  return componentKind(words, suffix);
}
