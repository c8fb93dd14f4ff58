/**
 * Who shares what. A group is named by its device group's full path; what nobody shares has none.
 * Scope `trust` is shared in device_trust_group, scope `gtm` in the hidden group gtm, scope `group` in
 * the device group of the object's folder. Pure.
 */
import { gtmGroup, trustGroup } from '../../catalogue/cm/device-group.ts';
import { foreignId } from '../../catalogue/sys/foreign.ts';
import { opaqueId } from '../../catalogue/sys/opaque.ts';
import { componentById, components } from '../../catalogue/index.ts';
import type { Component, Properties, SyncScope } from '../../catalogue/types.ts';
import type {
  Change,
  Commit,
  ConfigView,
  EffectiveObject,
  Operation,
  SharedObject,
  StoredObject,
} from '../types.ts';
import { unfolded } from './foreign.ts';
import { folderOf } from './names.ts';
import { stockOf } from './tree.ts';
import { canonicalJson, compareText, sameValue } from './values.ts';

export { gtmGroup, trustGroup };

/** What a change of scope is decided by. */
type Scoped = Pick<StoredObject, 'component' | 'name' | 'properties'>;

export function scopeOf(object: Scoped): SyncScope {
  const component = componentById(object.component);
  if (component === undefined) return 'local';
  const rule = component.scopeRules?.find(
    ({ property, equals }) => valueOrDefault(component, object.properties, property) === equals,
  );
  return rule?.scope ?? component.scope;
}

function valueOrDefault(component: Component, properties: Properties, name: string): unknown {
  const property = component.properties.find((candidate) => candidate.name === name);
  return properties[name] ?? property?.default;
}

/** The device group that shares the object; undefined: it is this device's alone. */
export function groupOf(object: Scoped, view: ConfigView): string | undefined {
  switch (scopeOf(object)) {
    case 'local':
      return undefined;
    case 'trust':
      return trustGroup;
    case 'gtm':
      return gtmGroup;
    case 'group': {
      if (object.component === foreignId) return String(object.properties['group'] ?? 'none');
      const group = nearestFolder(homeOf(object), view)?.properties['device-group'];
      return group === undefined || group === 'none' ? undefined : String(group);
    }
  }
}

/** The folder, or what is left of its path when it was deleted. */
function nearestFolder(path: string, view: ConfigView): EffectiveObject | undefined {
  for (let folder: string | undefined = path; folder !== undefined; folder = folderOf(folder)) {
    const object = view.get('sys folder', folder);
    if (object !== undefined) return object;
  }
  return undefined;
}

/** Folders and partitions go where they say themselves; objects without folder belong to the root. */
function homeOf(object: Scoped): string {
  if (object.component === 'sys folder') return object.name;
  if (object.component === 'auth partition') return `/${object.name}`;
  if (object.component === opaqueId) return String(object.properties['folder'] ?? '/');
  return folderOf(object.name) ?? '/';
}

/** As it travels: without what is local to a device. */
export function sharedObject(stored: StoredObject): SharedObject {
  const object = asOwner(stored);
  const { component, name, version } = object;
  return { component, name, properties: sharedProperties(object), version };
}

/** What is kept for a newer device is what that device calls it. */
function asOwner(object: StoredObject): StoredObject {
  return object.component === foreignId ? (unfolded(object) ?? object) : object;
}

function sharedProperties(object: Scoped): Properties {
  const local = new Set(
    (componentById(object.component)?.properties ?? [])
      .filter((property) => property.scope === 'local')
      .map((property) => property.name),
  );
  if (local.size === 0) return object.properties;
  return Object.fromEntries(Object.entries(object.properties).filter(([key]) => !local.has(key)));
}

/** Everything that the group shares and that is not as it was at first, in the order it is created. */
export function groupObjects(view: ConfigView, group: string): readonly SharedObject[] {
  return storedInGroup(view, group).map(sharedObject);
}

/** The same objects as they are stored, local properties included. */
export function storedInGroup(view: ConfigView, group: string): readonly StoredObject[] {
  return creationOrder
    .flatMap((component) => view.list(component.id).map((object) => object.stored))
    .filter((object) => groupOf(object, view) === group)
    .filter((object) => !isPristine(object));
}

const creationOrder: readonly Component[] = components
  .filter((component) => component.stateOnly !== true)
  .toSorted((a, b) => (a.order ?? 50) - (b.order ?? 50) || compareText(a.id, b.id));

function isPristine(object: Scoped): boolean {
  const stock = stockOf(object.component, object.name);
  if (stock === undefined) return false;
  return sameValue(sharedProperties(stock), sharedProperties(object));
}

/** One line; equal content gives the same text on every device. Versions are not part of it. */
export function canonicalText(object: SharedObject): string {
  const { component, name, properties } = object;
  return canonicalJson({ component, name, properties });
}

/**
 * The part of a commit that the group shares; undefined when there is none. `before` is the view before
 * the commit, where it is at hand: it tells the group of what was in folders that the commit deleted.
 */
export function filterCommit(
  commit: Commit,
  group: string,
  after: ConfigView,
  before: ConfigView = after,
): Commit | undefined {
  const changes = commit.changes.flatMap((change) => filterChange(change, group, before, after));
  return changes.length === 0 ? undefined : { ...commit, changes };
}

/** An object that enters or leaves the group is created or deleted for the others. */
function filterChange(
  change: Change,
  group: string,
  viewBefore: ConfigView,
  viewAfter: ConfigView,
): readonly Change[] {
  const inGroup = (object: StoredObject | undefined, view: ConfigView): StoredObject | undefined =>
    object !== undefined && groupOf(object, view) === group
      ? asOwner({ ...object, properties: sharedProperties(object) })
      : undefined;
  const before = inGroup(change.before, viewBefore);
  const after = inGroup(change.after, viewAfter);
  if (before === undefined && after === undefined) return [];
  if (sameValue(before?.properties, after?.properties)) return [];
  const { component, name } = after ?? before ?? change;
  return [{ component, name, before, after }];
}

/** Carries out another device's changes here. */
export function installOperations(changes: readonly Change[]): readonly Operation[] {
  return changes.map(({ component, name, after }) => ({
    kind: 'install',
    component,
    name,
    object: after === undefined ? undefined : sharedObject(after),
  }));
}

/** Makes the group's content here equal to `objects`: what is not among them goes. */
export function loadOperations(
  view: ConfigView,
  group: string,
  objects: readonly SharedObject[],
): readonly Operation[] {
  const wanted = new Map(objects.map((object) => [keyOf(object), object]));
  const present = groupObjects(view, group);
  const gone = present
    .filter((object) => !wanted.has(keyOf(object)))
    .map(({ component, name }): Operation => ({
      kind: 'install',
      component,
      name,
      object: undefined,
    }));
  const known = new Map(present.map((object) => [keyOf(object), object]));
  const changed = objects
    .filter((object) => !sameValue(known.get(keyOf(object))?.properties, object.properties))
    .map((object): Operation => {
      const { component, name } = object;
      return { kind: 'install', component, name, object };
    });
  return [...gone.toReversed(), ...changed];
}

function keyOf(object: { readonly component: string; readonly name: string }): string {
  return `${object.component}|${object.name}`;
}
