import type { Fault } from '../../../base/fault.ts';
import type { EffectiveObject } from '../../types.ts';
import type { IndexKey, TreeView } from '../view.ts';

export interface CheckContext {
  readonly before: TreeView;
  readonly after: TreeView;
}

export type Check = (object: EffectiveObject, context: CheckContext) => readonly Fault[];

/** Another object with the same key, if there is one. `keyName` stands for `key`: the same always. */
export function twin(
  object: EffectiveObject,
  context: CheckContext,
  keyName: string,
  key: IndexKey,
): EffectiveObject | undefined {
  const value = key(object);
  if (value === undefined) return undefined;
  const { after } = context;
  const same = after.namesWith(object.component, keyName, key, value);
  const other = same.find((name) => name !== object.name);
  return other === undefined ? undefined : after.get(object.component, other);
}

export function pathOf(object: EffectiveObject, property?: string): string {
  const base = `${object.component} ${object.name}`;
  return property === undefined ? base : `${base} ${property}`;
}
