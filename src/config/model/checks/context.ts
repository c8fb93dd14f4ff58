import type { Fault } from '../../../base/fault.ts';
import type { EffectiveObject } from '../../types.ts';
import type { TreeView } from '../view.ts';

export interface CheckContext {
  readonly before: TreeView;
  readonly after: TreeView;
  /** Indexes built once a commit, by name. */
  readonly kept: Map<string, unknown>;
}

export type Check = (object: EffectiveObject, context: CheckContext) => readonly Fault[];

/** An index over all objects of a component, built when first asked for in a commit. */
export function indexed(
  context: CheckContext,
  component: string,
  keyName: string,
  key: (object: EffectiveObject) => string | undefined,
): ReadonlyMap<string, readonly EffectiveObject[]> {
  const id = `${component} ${keyName}`;
  // Only this function writes under such an id.
  const known = context.kept.get(id) as ReadonlyMap<string, readonly EffectiveObject[]> | undefined;
  if (known !== undefined) return known;
  const index = new Map<string, EffectiveObject[]>();
  for (const object of context.after.list(component)) {
    const value = key(object);
    if (value === undefined) continue;
    const same = index.get(value);
    if (same === undefined) index.set(value, [object]);
    else same.push(object);
  }
  context.kept.set(id, index);
  return index;
}

/** Another object with the same key, if there is one. */
export function twin(
  object: EffectiveObject,
  context: CheckContext,
  keyName: string,
  key: (object: EffectiveObject) => string | undefined,
): EffectiveObject | undefined {
  const value = key(object);
  if (value === undefined) return undefined;
  const same = indexed(context, object.component, keyName, key).get(value) ?? [];
  return same.find((other) => other.name !== object.name);
}

export function pathOf(object: EffectiveObject, property?: string): string {
  const base = `${object.component} ${object.name}`;
  return property === undefined ? base : `${base} ${property}`;
}
