/** What lies between the contents of two devices. Pure. */
import type { Change, SharedObject, StoredObject } from '../types.ts';
import { compareText, sameValue } from './values.ts';

/** From ours to theirs, by component and name; objects that are alike are left out. */
export function contentChanges(
  ours: readonly SharedObject[],
  theirs: readonly SharedObject[],
): readonly Change[] {
  const before = new Map(ours.map((object) => [keyOf(object), object]));
  const after = new Map(theirs.map((object) => [keyOf(object), object]));
  return [...new Map([...before, ...after]).values()]
    .map((one) => ({
      component: one.component,
      name: one.name,
      before: asStored(before.get(keyOf(one))),
      after: asStored(after.get(keyOf(one))),
    }))
    .filter((change) => !sameValue(change.before?.properties, change.after?.properties))
    .toSorted((a, b) => compareText(a.component, b.component) || compareText(a.name, b.name));
}

function keyOf({ component, name }: SharedObject): string {
  return `${component}|${name}`;
}

/** Generations count a device's own changes and do not travel. */
function asStored(object: SharedObject | undefined): StoredObject | undefined {
  return object === undefined ? undefined : { ...object, generation: 0 };
}
