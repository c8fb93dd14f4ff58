/** Comparing and printing values. Pure. */
import type { Properties, Value } from '../../catalogue/types.ts';

export function isStruct(value: Value | null | undefined): value is Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function sameValue(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((entry, index) => sameValue(entry as Value, b[index] as Value));
  }
  if (!isStruct(a) || !isStruct(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => key in b && sameValue(a[key], b[key]));
}

/** JSON with keys in order: equal values give equal texts, on every device. */
export function canonicalJson(value: Value): string {
  if (Array.isArray(value)) {
    return `[${value.map((entry) => canonicalJson(entry as Value)).join(',')}]`;
  }
  if (!isStruct(value)) return JSON.stringify(value);
  const keys = Object.keys(value).toSorted();
  const parts = keys.map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] ?? '')}`);
  return `{${parts.join(',')}}`;
}

/** The items of an items property; absent is none. */
export function itemsOf(value: Value | undefined): readonly Properties[] {
  // Normalisation stores items as structs with a name, and nothing else under such a property.
  return Array.isArray(value) ? (value as readonly Properties[]) : [];
}

export function nameOf(item: Properties): string {
  return String(item['name'] ?? '');
}

/** The order of names everywhere: by code unit, whatever the locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
