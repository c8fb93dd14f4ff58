/** Objects' names in REST's URLs (icontrol.md 1.2), for both ends of the wire. Pure. */
import type { Component, ComponentId } from '../../catalogue/types.ts';

/** "ltm pool" → "/mgmt/tm/ltm/pool". */
export function componentPath(id: ComponentId): string {
  const known = componentPaths.get(id);
  if (known !== undefined) return known;
  const path = `/mgmt/tm/${id.replaceAll(' ', '/')}`;
  if (componentPaths.size < mostPaths) componentPaths.set(id, path);
  return path;
}

/** Asked for each object of a long list; as many as the catalogue has components. */
const componentPaths = new Map<ComponentId, string>();
const mostPaths = 5000;

/** What means something in a URL, and what may not stand in one at all (RFC 3986). */
const unsafe = /[%?#"<>\\^`{|}]|[^!-~]/u;
const everyUnsafe = new RegExp(unsafe, 'gu');

/** "/Common/10.0.0.1%1:80" → "~Common~10.0.0.1%251:80". */
export function encodeName(name: string): string {
  const safe = unsafe.test(name)
    ? name.toWellFormed().replace(everyUnsafe, encodeURIComponent)
    : name;
  return safe.replaceAll('/', '~');
}

export function objectPath(component: Component, name: string): string {
  const base = componentPath(component.id);
  return component.naming.kind === 'singleton' ? base : `${base}/${encodeName(name)}`;
}
