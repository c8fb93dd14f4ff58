/** REST's names for things: URLs with `~`, kinds, selfLinks (icontrol.md 1.2, 1.4, 2.3). Pure. */
import type { Component, ComponentId, Property } from '../catalogue/types.ts';
import { encodeName, objectPath } from '../config/text/urls.ts';
import { bigipVersion } from '../catalogue/version.ts';

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

/** Sub-collections keep tmsh's hyphens in URLs: `…/virtual-servers`. */
export function itemsPath(component: Component, name: string, items: Property): string {
  return `${objectPath(component, name)}/${items.name}`;
}

export function itemPath(
  component: Component,
  name: string,
  items: Property,
  item: string,
): string {
  return `${itemsPath(component, name, items)}/${encodeName(item)}`;
}

/** `https://localhost/mgmt/…?expandSubcollections=true&ver=16.1.0`. */
export function link(path: string, query = ''): string {
  return `${host}${path}?${query === '' ? '' : `${query}&`}ver=${bigipVersion}`;
}

/** `tm:ltm:pool:poolstate`; also `…collectionstate`, `…stats`, `…collectionstats`, `…runstate`. */
export function kindOf(path: readonly string[], suffix: string): string {
  return ['tm', ...path, `${path.at(-1) ?? ''}${suffix}`].join(':');
}

export function componentKind(id: ComponentId, suffix: string): string {
  return kindOf(id.split(' '), suffix);
}

export function itemsKind(component: Component, items: Property, suffix: string): string {
  return kindOf([...component.id.split(' '), items.name], suffix);
}
