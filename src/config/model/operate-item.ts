/** Operations on one item of an items property, at any depth. Pure. */
import type { Component, ItemsType, Properties, Property } from '../../catalogue/types.ts';
import type { Fault } from '../../base/fault.ts';
import type { EnclosingItem, Operation } from '../types.ts';
import type { Draft } from './draft.ts';
import { badInput, badValue, notFound } from './faults.ts';
import { itemExists, itemNotFound, itemWithoutFolder } from './item-faults.ts';
import { merge } from './merge.ts';
import { folderOf } from './names.ts';
import { itemName, normaliseProperties, sortItems } from './normalise.ts';
import type { Place } from './normalise-scalar.ts';
import { itemsOf, nameOf } from './values.ts';

/** One operation's object. */
export interface Task {
  readonly draft: Draft;
  readonly component: Component;
  readonly name: string;
  readonly path: string;
  readonly place: Place;
}

type ItemOperation = Operation & { kind: 'create-item' | 'modify-item' | 'delete-item' };

export function operateItem(task: Task, operation: ItemOperation): readonly Fault[] {
  const { draft, component, name, path } = task;
  const before = draft.get(component.id, name);
  if (before === undefined) {
    return [{ ...notFound(component.id, name, path), message: parentNotFound(component, name) }];
  }
  const steps = operation.within ?? [];
  const holder: Holder = { shape: component.properties, values: before, path };
  const changed = changeWithin(task, operation, steps, holder);
  if (changed.faults !== undefined) return changed.faults;
  draft.set(component.id, name, changed.values);
  return [];
}

/** What holds the items: the object, or an item on the way down. */
interface Holder {
  readonly shape: readonly Property[];
  readonly values: Properties;
  readonly path: string;
}

type Held =
  | { readonly values: Properties; readonly faults?: undefined }
  | { readonly faults: readonly Fault[] };

function changeWithin(
  task: Task,
  operation: ItemOperation,
  steps: readonly EnclosingItem[],
  holder: Holder,
): Held {
  const [step, ...deeper] = steps;
  const property = step?.property ?? operation.property;
  const type = holder.shape.find((candidate) => candidate.name === property)?.type;
  if (type?.kind !== 'items') {
    return { faults: [badInput(`"${property}" unknown property`, holder.path)] };
  }
  const items = itemsOf(holder.values[property]);
  const write = (next: readonly Properties[]): Held => ({
    values: { ...holder.values, [property]: sortItems(type, next) },
  });
  if (step === undefined) {
    const next = changedItems(task, operation, type, items, holder.path);
    return 'faults' in next ? next : write(next.items);
  }
  const index = items.findIndex((item) => nameOf(item) === step.item);
  const values = items[index];
  const path = `${holder.path} ${property} ${step.item}`;
  if (values === undefined) return { faults: [itemNotFound(type, task.name, step.item, path)] };
  const inner = changeWithin(task, operation, deeper, { shape: type.properties, values, path });
  return 'values' in inner ? write(items.with(index, inner.values)) : inner;
}

function changedItems(
  task: Task,
  operation: ItemOperation,
  type: ItemsType,
  items: readonly Properties[],
  path: string,
): { readonly items: readonly Properties[] } | { readonly faults: readonly Fault[] } {
  const { draft, name } = task;
  const fail = (...faults: readonly Fault[]) => ({ faults });
  const named = itemName(type, operation.item, task.place);
  if ('wrong' in named) return fail(badValue(type.noun, operation.item, named.wrong, path));
  const itemPath = `${path} ${operation.property} ${named.text}`;
  const index = items.findIndex((item) => nameOf(item) === named.text);
  if (operation.kind === 'create-item') {
    if (index >= 0) return fail(itemExists(type, name, named.text, itemPath));
    const home = folderOf(named.text);
    if (type.foldered && home !== undefined && !draft.has('sys folder', home)) {
      return fail(itemWithoutFolder(type, name, named.text, itemPath));
    }
  } else if (index < 0) {
    return fail(itemNotFound(type, name, named.text, itemPath));
  }
  if (operation.kind === 'delete-item') {
    return { items: items.filter((_, position) => position !== index) };
  }
  const { set, unsetInside, faults } = normaliseProperties(
    type.properties,
    operation.properties,
    task.place,
    itemPath,
    false,
  );
  if (faults.length > 0) return { faults };
  const former = items[index] ?? { name: named.text };
  const item = merge(type.properties, former, set, unsetInside);
  const absent = missingInItem(type, item, itemPath);
  if (absent.length > 0) return { faults: absent };
  return { items: index < 0 ? [...items, item] : items.with(index, item) };
}

/** BIG-IP writes the noun in lower case here. */
function parentNotFound(component: Component, name: string): string {
  return `The requested ${component.noun.toLowerCase()} (${name}) was not found.`;
}

function missingInItem(type: ItemsType, item: Properties, path: string): readonly Fault[] {
  return type.properties
    .filter((property) => property.required === true && item[property.name] === undefined)
    .map((property) =>
      badInput(
        `one or more properties must be specified: "${property.name}" of ${type.noun} (${nameOf(item)})`,
        path,
      ),
    );
}
