/**
 * What a user asked to change, before it meets the present object: tmsh's modifiers (`add`, `delete`,
 * `modify`, `replace-all-with`, `none`, `default`) and REST's bodies both become these.
 */
import type { Properties, Value } from '../../catalogue/types.ts';
import type { PropertyChanges } from '../types.ts';

export type Change =
  | { readonly kind: 'set'; readonly value: Value }
  /** Back to the default. */
  | { readonly kind: 'unset' }
  | { readonly kind: 'add'; readonly values: readonly Value[] }
  | { readonly kind: 'delete'; readonly names: readonly string[] }
  | { readonly kind: 'delete-all' }
  | { readonly kind: 'modify'; readonly items: readonly ItemChange[] }
  | { readonly kind: 'struct'; readonly changes: Changes };

export interface ItemChange {
  readonly name: string;
  readonly changes: Changes;
}

export interface Changes {
  readonly [property: string]: Change;
}

/** Thrown by nobody: what `delete` and `modify` named but the object does not hold. */
export interface MissingItem {
  readonly property: string;
  readonly item: string;
}

export interface AppliedChanges {
  readonly changes: PropertyChanges;
  readonly missing: readonly MissingItem[];
}

/** Whole new values from modifiers, given the values the object holds now. */
export function applyChanges(current: Properties, changes: Changes): AppliedChanges {
  const result: Record<string, Value | null> = {};
  const missing: MissingItem[] = [];
  for (const [property, change] of Object.entries(changes)) {
    result[property] = applyOne(property, current[property], change, missing);
  }
  return { changes: result, missing };
}

function applyOne(
  property: string,
  current: Value | undefined,
  change: Change,
  missing: MissingItem[],
): Value | null {
  const values = isList(current) ? current : [];
  switch (change.kind) {
    case 'set':
      return change.value;
    case 'unset':
      return null;
    case 'delete-all':
      return [];
    case 'add':
      return [
        ...values.filter((value) => !hasName(change.values, nameOf(value))),
        ...change.values,
      ];
    case 'delete': {
      for (const name of change.names) {
        if (!hasName(values, name)) missing.push({ property, item: name });
      }
      return values.filter((value) => !change.names.includes(nameOf(value)));
    }
    case 'modify': {
      for (const item of change.items) {
        if (isEvery(item, values) || hasName(values, item.name)) continue;
        missing.push({ property, item: item.name });
      }
      return values.map((value) => {
        const item = change.items.find(
          (wanted) => wanted.name === nameOf(value) || isEvery(wanted, values),
        );
        if (item === undefined || !isProperties(value)) return value;
        return merged(value, item.changes, missing);
      });
    }
    case 'struct': {
      const block = merged(isProperties(current) ? current : {}, change.changes, missing);
      // Merged into what is there, an empty block would change nothing.
      return Object.keys(block).length === 0 ? null : block;
    }
  }
}

/** `members modify { all { … } }`, unless an item is called so. */
export function isEvery({ name }: ItemChange, values: readonly Value[]): boolean {
  return /(?:^|\/)all$/.test(name) && !hasName(values, name);
}

function merged(current: Properties, changes: Changes, missing: MissingItem[]): Properties {
  const applied = applyChanges(current, changes);
  missing.push(...applied.missing);
  return withChanges(current, applied.changes);
}

/** `null` removes. */
export function withChanges(current: Properties, changes: PropertyChanges): Properties {
  const kept = Object.entries({ ...current, ...changes }).filter(
    (entry): entry is [string, Value] => entry[1] !== null,
  );
  return Object.fromEntries(kept);
}

/** A new object has nothing to modify: only what is set or added counts. */
export function asNewProperties(changes: Changes): AppliedChanges & { values: Properties } {
  const applied = applyChanges({}, changes);
  return { ...applied, values: withChanges({}, applied.changes) };
}

/** Every value as a plain set: for printing round trips and whole loads. */
export function asChanges(values: Properties): Changes {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, { kind: 'set', value } as const]),
  );
}

export function isProperties(value: Value | null | undefined): value is Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: Value | null | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** An item is known by its `name`, a block without one by its content, other elements by their text. */
export function nameOf(value: Value): string {
  return isProperties(value) ? String(value['name'] ?? JSON.stringify(value)) : String(value);
}

function hasName(values: readonly Value[], name: string): boolean {
  return values.some((value) => nameOf(value) === name);
}
