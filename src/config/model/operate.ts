/** Carries out one operation on a draft; faults say why it cannot be. Pure. */
import { componentById } from '../../catalogue/index.ts';
import { defaultFileContents } from '../../catalogue/sys/default-files.ts';
import type { Component, Properties, Property, Value } from '../../catalogue/types.ts';
import type { Fault } from '../../base/fault.ts';
import type { Sliced } from '../../base/slices.ts';
import type { Operation, PropertyChanges } from '../types.ts';
import { afterChange } from './certificate-pair.ts';
import { completeFolder } from './complete.ts';
import type { Draft } from './draft.ts';
import { applyDraftRules } from './drafts.ts';
import {
  alreadyExists,
  badInput,
  badValue,
  configurationError,
  folderMissing,
  inUse,
  notFound,
} from './faults.ts';
import { keepOperatorState, merge } from './merge.ts';
import { commonFolder, folderOf, leafOf } from './names.ts';
import {
  type Input,
  nameFault,
  normaliseName,
  normaliseProperties,
  normalisingLists,
  withoutUnset,
} from './normalise.ts';
import { type Task, operateItem } from './operate-item.ts';
import { stockOf } from './tree.ts';
import { textChecks } from './texts.ts';
import { joinUnknown, keepUnknown, splitUnknown } from './unknown.ts';
import { sameValue } from './values.ts';

/** Lets go between the items of long lists. */
export function* operating(draft: Draft, operation: Operation): Sliced<readonly Fault[]> {
  const component = componentById(operation.component);
  if (component === undefined || component.stateOnly === true) {
    return [badInput(`"${operation.component}" is not a component with configuration`)];
  }
  const named = nameOfObject(component, operation.name);
  if ('fault' in named) return [named.fault];
  const { name } = named;
  const short: Task = {
    draft,
    component,
    name,
    path: name === '' ? component.id : `${component.id} ${name}`,
    place: {
      folder: folderOf(name) ?? commonFolder,
      exists: (id, candidate) => draft.has(id, candidate),
      secrets: draft.secrets,
    },
  };
  const ruled =
    component.drafts === true
      ? applyDraftRules(draft, component, name, operation)
      : { ok: true as const, value: operation };
  if (!ruled.ok) return ruled.faults;
  if (ruled.value === undefined) return [];
  const task = yield* withItems(short, ruled.value);
  const faults = carryOut(task, ruled.value);
  if (faults.length === 0) completeFolder(draft, component.id, name);
  return faults;
}

function* withItems(task: Task, operation: Operation): Sliced<Task> {
  if (!('properties' in operation) || operation.properties === undefined) return task;
  const { component, path, place } = task;
  const ahead = yield* normalisingLists(component.properties, operation.properties, place, path);
  return ahead.size === 0 ? task : { ...task, place: { ...place, ahead } };
}

function carryOut(task: Task, operation: Operation): readonly Fault[] {
  switch (operation.kind) {
    case 'create':
      return create(task, operation.properties);
    case 'modify':
      return modify(task, operation.properties);
    case 'replace':
      return replace(task, operation.properties);
    case 'load':
      return load(task, operation.properties);
    case 'delete':
      return remove(task);
    case 'install':
      return install(task, operation.object);
    case 'restore':
      return restore(task, operation.properties);
    case 'create-item':
    case 'modify-item':
    case 'delete-item':
      return operateItem(task, operation);
  }
}

function nameOfObject(
  component: Component,
  given: string,
): { readonly name: string } | { readonly fault: Fault } {
  const name = normaliseName(component, given);
  const { naming } = component;
  const check = naming.kind === 'singleton' ? undefined : textChecks[naming.nameCheck ?? ''];
  if (check === undefined) return { name };
  const checked = check(name, commonFolder);
  if ('text' in checked) return { name: checked.text };
  return { fault: badValue('name', given, checked.wrong, `${component.id} ${given}`) };
}

function create(task: Task, input: Properties): readonly Fault[] {
  const { draft, component, name, path } = task;
  if (component.fixed === true || component.naming.kind === 'singleton') {
    return [badInput(`${component.id}: objects cannot be created`, path)];
  }
  const wrongName = nameFault(component, name);
  if (wrongName !== undefined) return [badInput(wrongName, path)];
  const folder = folderOf(name);
  if (component.naming.kind === 'foldered' && folder !== undefined) {
    const isTop = folder === '/' && component.id !== 'sys folder';
    if (isTop || !draft.has('sys folder', folder)) return [folderMissing(folder, path)];
  }
  if (draft.has(component.id, name)) return [alreadyExists(component.noun, name, path)];
  const { set, faults } = normalise(task, input);
  if (faults.length > 0) return faults;
  const properties = withoutUnset(set);
  draft.set(component.id, name, properties);
  return missingProperties(task, properties);
}

function modify(task: Task, input: PropertyChanges): readonly Fault[] {
  const { draft, component, name, path } = task;
  const before = draft.get(component.id, name);
  if (before === undefined) return [notFound(component.id, name, path)];
  const { set, unsetInside, faults } = normalise(task, input);
  if (faults.length > 0) return faults;
  const merged = merge(component.properties, before, set, unsetInside);
  const changed = afterChange(component.id, merged, set);
  const properties = keepUnknown(component.properties, before, changed);
  draft.set(component.id, name, properties);
  return [...frozenProperties(task, before, set), ...missingProperties(task, properties)];
}

function replace(task: Task, input: Properties): readonly Fault[] {
  const { draft, component, name, path } = task;
  const before = draft.get(component.id, name);
  if (before === undefined) return [notFound(component.id, name, path)];
  const { set, faults } = normalise(task, input);
  if (faults.length > 0) return faults;
  const kept = component.properties.filter(
    (property) =>
      before[property.name] !== undefined &&
      !set.has(property.name) &&
      (property.operatorState === true || property.secret === true || isKeptOnReplace(property)),
  );
  const base = Object.fromEntries(kept.map(({ name: key }) => [key, before[key] as Value]));
  const withOperator = new Map(set);
  for (const property of component.properties) {
    const given = set.get(property.name);
    if (property.type.kind === 'items' && given !== undefined) {
      const items = keepOperatorState(property.type, before[property.name], given);
      withOperator.set(property.name, items);
    }
  }
  const replaced = { ...base, ...withoutUnset(withOperator) };
  const properties = keepUnknown(component.properties, before, replaced);
  draft.set(component.id, name, properties);
  return [...frozenProperties(task, before, set), ...missingProperties(task, properties)];
}

function load(task: Task, input: PropertyChanges): readonly Fault[] {
  const { draft, component, name } = task;
  const before = draft.get(component.id, name);
  if (before === undefined) {
    const given = Object.entries(input).filter(
      (entry): entry is [string, Value] => entry[1] !== null,
    );
    return create(task, Object.fromEntries(given));
  }
  const { set, faults } = normalise(task, input);
  if (faults.length > 0) return faults;
  const kept = component.properties.filter(
    (property) =>
      before[property.name] !== undefined &&
      (property.secret === true || isKeptOnReplace(property)),
  );
  const properties: Record<string, Value> = { ...stockOf(component.id, name)?.properties };
  for (const { name: key } of kept) properties[key] = before[key] as Value; // Filtered for it above.
  for (const [key, value] of set) {
    if (value === undefined) delete properties[key];
    else properties[key] = value;
  }
  const loaded = keepUnknown(component.properties, before, properties);
  draft.set(component.id, name, loaded);
  return missingProperties(task, properties);
}

/** Create-only and read-only properties are not the client's to reset. */
function isKeptOnReplace(property: Property): boolean {
  return property.access === 'create-only' || property.access === 'read-only';
}

function remove(task: Task): readonly Fault[] {
  const { draft, component, name, path } = task;
  if (!draft.has(component.id, name)) return [notFound(component.id, name, path)];
  if (component.fixed === true || stockOf(component.id, name) !== undefined) {
    const user = draft.base.referrers(component.id, name)[0];
    if (defaultFileContents[name] !== undefined && user !== undefined) {
      return [inUse(component.id, name, user.component, user.name)];
    }
    const text = `The ${component.noun} (${name}) belongs to the system and cannot be deleted.`;
    return [configurationError(text, path)];
  }
  draft.set(component.id, name, undefined);
  return [];
}

function install(
  task: Task,
  object: (Operation & { kind: 'install' })['object'],
): readonly Fault[] {
  const { draft, component, name } = task;
  if (object === undefined) {
    draft.remove(component.id, name);
    return [];
  }
  const { known, unknown } = splitUnknown(component.properties, object.properties);
  const { set, faults } = normaliseProperties(
    component.properties.map(({ access: _access, ...property }) => property),
    known,
    task.place,
    task.path,
    component.inherits === true,
  );
  if (faults.length > 0) return faults;
  const before = draft.get(component.id, name) ?? {};
  const local = component.properties.filter(
    (property) => property.scope === 'local' && before[property.name] !== undefined,
  );
  const kept = Object.fromEntries(local.map(({ name: key }) => [key, before[key] as Value]));
  const installed = { ...withoutUnset(set), ...kept };
  const properties = joinUnknown(component.properties, installed, unknown);
  draft.set(component.id, name, properties, object.version);
  return [];
}

/** What the catalogue no longer takes is a fault: a rollback says so rather than leave it out. */
function restore(task: Task, properties: Properties | undefined): readonly Fault[] {
  const { draft, component, name, path } = task;
  if (properties === undefined) {
    draft.remove(component.id, name);
    return [];
  }
  const { known, unknown } = splitUnknown(component.properties, properties);
  const { set, faults } = normaliseProperties(
    component.properties.map(({ access: _access, ...property }) => property),
    known,
    task.place,
    path,
    component.inherits === true,
  );
  if (faults.length > 0) return faults;
  draft.set(component.id, name, joinUnknown(component.properties, withoutUnset(set), unknown));
  return [];
}

function normalise(task: Task, input: Input): ReturnType<typeof normaliseProperties> {
  const { component, place, path } = task;
  return normaliseProperties(component.properties, input, place, path, component.inherits === true);
}

function missingProperties(task: Task, properties: Properties): readonly Fault[] {
  // What is there from the start has it of the device.
  if (stockOf(task.component.id, task.name) !== undefined) return [];
  return task.component.properties
    .filter((property) => property.required === true && properties[property.name] === undefined)
    .map((property) =>
      badInput(
        `one or more properties must be specified: "${property.name}" of ${task.component.noun} (${task.name})`,
        `${task.path} ${property.name}`,
      ),
    );
}

/** Create-only properties may be repeated, not changed. */
function frozenProperties(
  task: Task,
  before: Properties,
  set: ReadonlyMap<string, Value | undefined>,
): readonly Fault[] {
  return task.component.properties
    .filter((property) => property.access === 'create-only' && set.has(property.name))
    .filter((property) => {
      const now = before[property.name] ?? property.default ?? impliedValue(property, task.name);
      return !sameValue(now, set.get(property.name) ?? property.default);
    })
    .map((property) =>
      configurationError(
        `${task.component.noun} (${task.name}): "${property.name}" can be set only when it is created.`,
        `${task.path} ${property.name}`,
      ),
    );
}

/** The address of an object that is named by its address. */
function impliedValue(property: Property, name: string): Value | undefined {
  return property.type.kind === 'address' ? leafOf(name) : undefined;
}
