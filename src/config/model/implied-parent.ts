/** The parent of what names none: the type's own stock object (http, clientssl, …), as on BIG-IP. Pure. */
import { componentById } from '../../catalogue/index.ts';
import type { Component, StockObject } from '../../catalogue/types.ts';
import type { StoredObject } from '../types.ts';
import { leafOf } from './names.ts';

/** Undefined for stock objects, for types without parents, and where a parent is named. */
export function impliedParent(stored: StoredObject): string | undefined {
  const component = componentById(stored.component);
  if (component?.inherits !== true) return undefined;
  const set = stored.properties['defaults-from'];
  if (set !== undefined && set !== 'none') return undefined;
  const stock = component.stock ?? [];
  return stock.some(({ name }) => name === stored.name) ? undefined : rootOf(component, stock);
}

const roots = new WeakMap<Component, { readonly name: string | undefined }>();

/** Of several without a parent, the one that has the type's name. */
function rootOf(component: Component, stock: readonly StockObject[]): string | undefined {
  const known = roots.get(component);
  if (known !== undefined) return known.name;
  const candidates = stock.filter(({ properties }) => properties?.['defaults-from'] === undefined);
  const type = plainWord(component.id.slice(component.id.lastIndexOf(' ') + 1));
  const root = candidates.find(({ name }) => plainWord(leafOf(name)) === type) ?? candidates[0];
  roots.set(component, { name: root?.name });
  return root?.name;
}

function plainWord(text: string): string {
  return text.toLowerCase().replaceAll(/[-_]/g, '');
}
