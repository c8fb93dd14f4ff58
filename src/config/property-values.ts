/**
 * Reading effective properties in plans: the catalogue has checked the values, so a wrong type reads as
 * absent rather than as a fault. Pure.
 */
import type { Properties, Value } from '../catalogue/types.ts';

export function textValue(properties: Properties, name: string): string | undefined {
  const value = properties[name];
  return typeof value === 'string' ? value : undefined;
}

/** Numbers, also when printed as text; words ("indefinite", "disabled") read as `otherwise`. */
export function numberValue(properties: Properties, name: string, otherwise: number): number {
  const value = properties[name];
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : otherwise;
}

/** Names in a list of texts; a single text is a list of one. */
export function textListValue(properties: Properties, name: string): readonly string[] {
  const value = properties[name];
  if (typeof value === 'string') return [value];
  return isList(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

export function structValue(properties: Properties, name: string): Properties {
  const value = properties[name];
  return isProperties(value) ? value : {};
}

export interface Item {
  readonly name: string;
  readonly properties: Properties;
}

/** Items of an items property, in stored order. */
export function itemsValue(properties: Properties, name: string): readonly Item[] {
  const value = properties[name];
  if (!isList(value)) return [];
  const items: Item[] = [];
  for (const item of value) {
    if (!isProperties(item)) continue;
    const itemName = item['name'];
    if (typeof itemName === 'string') items.push({ name: itemName, properties: item });
  }
  return items;
}

/** `/Common/web` → `web`; `/Common/app/10.0.0.1:80` → `10.0.0.1:80`. */
export function lastPart(fullPath: string): string {
  return fullPath.slice(fullPath.lastIndexOf('/') + 1);
}

function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

function isProperties(value: Value | undefined): value is Properties {
  return typeof value === 'object' && !Array.isArray(value);
}
