import { componentById } from '../../catalogue/index.ts';
import type { ComponentId, Properties, Property, Value } from '../../catalogue/types.ts';
import { sharedObject } from '../../config/model/scope.ts';
import type { ConfigView, ObjectKey, SharedObject } from '../../config/types.ts';

/**
 * In a group that merges by itself one side may have put into a list what the other side deleted: such names
 * leave the lists, on every device in the same way, so that the merged content is one and refers to nothing
 * that is not there. Versions stay: it is no change of its own. Pure.
 */
export interface MergedChange extends ObjectKey {
  readonly after: SharedObject | undefined;
}

export function withoutDangling(
  changes: readonly MergedChange[],
  view: ConfigView,
): readonly MergedChange[] {
  const merged = new Map(changes.map((change) => [keyOf(change), change]));
  const exists = (component: ComponentId, name: string): boolean => {
    const change = merged.get(keyOf({ component, name }));
    if (change !== undefined) return change.after !== undefined;
    return view.stored(component, name) !== undefined;
  };
  const mended = changes.map((change) =>
    change.after === undefined ? change : { ...change, after: mend(change.after, exists) },
  );
  const deleted = changes.filter(({ after }) => after === undefined);
  const affected = new Map<string, MergedChange>();
  for (const { component, name } of deleted) {
    for (const referrer of view.referrers(component, name)) {
      const stored = view.stored(referrer.component, referrer.name);
      if (stored === undefined || merged.has(keyOf(referrer))) continue;
      const shared = sharedObject(stored);
      const after = mend(shared, exists);
      if (after !== shared) affected.set(keyOf(referrer), { ...keyPart(referrer), after });
    }
  }
  // What names the deleted goes first, so that nothing refers to it when it is deleted.
  return [...affected.values(), ...mended];
}

type Exists = (component: ComponentId, name: string) => boolean;

function mend(object: SharedObject, exists: Exists): SharedObject {
  const known = new Map(componentById(object.component)?.properties.map((one) => [one.name, one]));
  const changed = Object.entries(object.properties).flatMap(([name, value]) => {
    const targets = targetsOf(known.get(name));
    if (targets === undefined || !Array.isArray(value)) return [];
    const list = value as readonly Value[]; // Array.isArray widens to any[].
    const rest = list.filter((entry) => targets.some((target) => exists(target, nameIn(entry))));
    return rest.length === list.length ? [] : [[name, rest] as const];
  });
  if (changed.length === 0) return object;
  const properties: Properties = { ...object.properties, ...Object.fromEntries(changed) };
  return { ...object, properties };
}

/** Components that the entries of a list are names of. */
function targetsOf(property: Property | undefined): readonly ComponentId[] | undefined {
  if (property?.type.kind === 'items') return property.type.nameReference?.to;
  if (property?.type.kind !== 'list' || property.type.of.kind !== 'reference') return undefined;
  return property.type.of.to;
}

function nameIn(entry: Value): string {
  if (typeof entry !== 'object' || Array.isArray(entry)) return String(entry);
  return String((entry as Properties)['name']); // Not an array, so properties.
}

function keyOf({ component, name }: ObjectKey): string {
  return `${component}|${name}`;
}

function keyPart({ component, name }: ObjectKey): ObjectKey {
  return { component, name };
}
