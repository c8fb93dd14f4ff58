/** From a request to the operations of a commit. Pure: reads the view, changes nothing. */
import type { Fault, Outcome } from '../../base/fault.ts';
import type { Component, Properties, Property, Value } from '../../catalogue/types.ts';
import {
  type Change,
  type Changes,
  applyChanges,
  asNewProperties,
  isEvery,
  isList,
  isProperties,
  nameOf,
} from '../../config/text/changes.ts';
import { type Json, type JsonObject } from '../../config/text/json.ts';
import { fromJson, fullName, plainName, readItem } from '../../config/text/json-read.ts';
import { withoutInherited } from '../../config/text/inherited.ts';
import type { TextContext } from '../../config/text/names.ts';
import { publishOperations } from '../../config/model/drafts.ts';
import { withoutEchoes } from './echoes.ts';
import type { ConfigView, Operation, PropertyChanges } from '../../config/types.ts';
import {
  exampleIsReserved,
  isTagLike,
  tagLikeContent,
  itemNotFound,
  nameMissing,
  nothingSpecified,
  objectNotFound,
  operationNotSupported,
} from './errors.ts';
import { derivedWords, followingFolder } from './following-folder.ts';
import { matchesGlob } from './glob.ts';
import type { ItemsPlace } from './paths.ts';
import { type Target, itemName, objectName } from './route.ts';
import { itemsOf } from './wire.ts';

export type WriteMethod = 'POST' | 'PATCH' | 'PUT' | 'DELETE';

export interface Write {
  readonly operations: readonly Operation[];
  /** What the answer shows; nothing after a DELETE. */
  readonly result: Target | undefined;
}

export interface WriteContext extends TextContext {
  readonly view: ConfigView;
  /** Where the object does not exist yet because the same transaction creates it, faults wait for the commit. */
  readonly isTransaction: boolean;
  /** `?options=`: words of tmsh, "create-draft", or patterns of names to delete. */
  readonly options?: string | undefined;
}

export function writeOf(
  method: WriteMethod,
  target: Target,
  body: JsonObject,
  context: WriteContext,
): Outcome<Write> {
  if (method === 'POST' && isPublish(target, body)) return publish(target.component, body, context);
  if (target.kind === 'collection' && method === 'DELETE') {
    return deleteMatching(target.component, context);
  }
  if (target.kind === 'collection' || target.kind === 'object') {
    if (target.kind === 'object' && method === 'DELETE') {
      // What is shown by another id is deleted where it is.
      const source = context.component(target.component.shows ?? '') ?? target.component;
      return writeObject(method, source, target.name, body, context);
    }
    const whole = { ...body, ...orderedBy(context.options, target.component) };
    if (method !== 'DELETE' && Object.keys(whole).length === 0) return fault(nothingSpecified);
    if (target.kind === 'object') {
      return writeObject(method, target.component, target.name, whole, context);
    }
    return method === 'POST'
      ? createObject(target.component, whole, context)
      : unsupported(target.component);
  }
  if (method !== 'DELETE' && Object.keys(body).length === 0) return fault(nothingSpecified);
  switch (target.kind) {
    case 'items':
      return method === 'POST' ? createItem(target, body, context) : unsupported(target.component);
    case 'item':
      return writeItem(method, target, body, context);
    case 'organizing':
      return fault(operationNotSupported(`/${target.path.join('/')}`));
    case 'example':
      return unsupported(target.component);
    case 'stats':
      return unsupported(target.of.component);
  }
}

function fault(...faults: readonly Fault[]): Outcome<never> {
  return { ok: false, faults };
}

function unsupported(component: Component): Outcome<never> {
  return fault(operationNotSupported(`/${component.id.replaceAll(' ', '/')}`, component.absent));
}

type ComponentTarget = Extract<Target, { readonly kind: 'collection' | 'object' }>;

/** The command that only changes the configuration, so that a transaction can hold it. */
export function isPublish(target: Target, body: JsonObject): target is ComponentTarget {
  return (
    (target.kind === 'collection' || target.kind === 'object') &&
    target.component.drafts === true &&
    body['command'] === 'publish'
  );
}

function publish(component: Component, body: JsonObject, context: WriteContext): Outcome<Write> {
  const words = typeof body['utilCmdArgs'] === 'string' ? body['utilCmdArgs'].trim() : '';
  const name = objectName(component, fullName(body, context) || words);
  const stored = context.view.stored(component.id, name)?.properties;
  const operations = publishOperations(component, name, stored);
  return operations.ok ? written(operations.value, undefined) : operations;
}

/** `?options=create-draft`: bare words, as in the body. */
function orderedBy(options: string | undefined, component: Component): JsonObject {
  const words = (options ?? '').split(/[\s,]+/);
  const flags = component.properties.flatMap(({ type, access }) =>
    type.kind === 'flags' && access === 'write-only' ? type.flags.map(({ flag }) => flag) : [],
  );
  return Object.fromEntries(words.filter((word) => flags.includes(word)).map((one) => [one, true]));
}

/** `DELETE …/pool?options=web*`: all that match, as tmsh's `delete ltm pool web*`; nothing of the system's. */
function deleteMatching(component: Component, context: WriteContext): Outcome<Write> {
  const { options } = context;
  if (options === undefined || component.fixed === true || component.stateOnly === true) {
    return unsupported(component);
  }
  const patterns = options
    .split(/[\s,]+/)
    .map((pattern) => objectName(component, pattern.replaceAll('~', '/')));
  const stock = new Set((component.stock ?? []).map(({ name }) => name));
  const names = context.view
    .names(component.id)
    .filter((name) => !stock.has(name) && patterns.some((pattern) => matchesGlob(pattern, name)));
  return written(
    names.map((name) => ({ kind: 'delete', component: component.id, name })),
    undefined,
  );
}

function createObject(
  component: Component,
  body: JsonObject,
  context: WriteContext,
): Outcome<Write> {
  if (component.fixed === true || component.stateOnly === true) return unsupported(component);
  const isFoldered = component.naming.kind === 'foldered';
  const given = isFoldered ? fullName(body, context) : plainName(body);
  if (given === '') return fault(nameMissing);
  if (given === 'example') return fault(exampleIsReserved);
  if (isTagLike(given)) return fault(tagLikeContent);
  const name = objectName(component, given);
  const changes = fromJson(component.properties, body, readOptions(context));
  if (!changes.ok) return changes;
  const { values } = asNewProperties(changes.value);
  const properties = withoutInherited(component.properties, values, derivedWords(component, body));
  return written([{ kind: 'create', component: component.id, name, properties }], {
    kind: 'object',
    component,
    name,
  });
}

function written(operations: readonly Operation[], result: Target | undefined): Outcome<Write> {
  return { ok: true, value: { operations, result } };
}

function readOptions(context: WriteContext): TextContext & {
  isEcho(property: Property, value: Json): boolean;
} {
  return { folder: context.folder, component: (id) => context.component(id), isEcho };
}

/** Clients send back what they read: states that only the system reports change nothing. */
function isEcho(property: Property, value: Json): boolean {
  if (property.runtime === true && property.operatorState !== true) return true;
  if (property.derived === true) return true;
  return (
    property.type.kind === 'enum' &&
    property.type.values.some((known) => known.echo === true && known.value === value)
  );
}

function writeObject(
  method: WriteMethod,
  component: Component,
  name: string,
  body: JsonObject,
  context: WriteContext,
): Outcome<Write> {
  const key = { component: component.id, name };
  const isSingleton = component.naming.kind === 'singleton';
  const current = context.view.get(component.id, name);
  if (current === undefined && !context.isTransaction && !isSingleton) {
    return fault(objectNotFound(component, name));
  }
  if (method === 'POST' || component.stateOnly === true) return unsupported(component);
  if (method === 'DELETE') {
    if (isSingleton || component.fixed === true) return unsupported(component);
    return written([{ kind: 'delete', ...key }], undefined);
  }
  const read = fromJson(component.properties, body, readOptions(context));
  if (!read.ok) return read;
  const changes = followingFolder(component, body, read.value, current);
  const result: Target = { kind: 'object', component, name };
  if (method === 'PUT') {
    const kept = keptOnReplace(component, current?.stored.properties ?? {}, changes);
    const given = asNewProperties(changes).values;
    const properties = {
      ...kept,
      ...withoutEchoes(given, current?.properties ?? {}, current?.stored.properties ?? {}),
    };
    return written([{ kind: 'replace', ...key, properties }], result);
  }
  const operations = modifyOperations(component, name, changes, context.view);
  return operations.ok ? written(operations.value, result) : operations;
}

/** A PUT cannot name what REST never shows, nor change what only a create may set. */
function keptOnReplace(component: Component, stored: Properties, changes: Changes): Properties {
  const kept = component.properties.filter(
    (property) =>
      (property.secret === true || property.access === 'create-only') &&
      changes[property.name] === undefined,
  );
  return Object.fromEntries(
    kept.flatMap(({ name }) => (stored[name] === undefined ? [] : [[name, stored[name]]])),
  );
}

/** One commit's worth: whole values as `modify`, an items property's modifiers item by item. */
export function modifyOperations(
  component: Component,
  name: string,
  changes: Changes,
  view: ConfigView,
): Outcome<readonly Operation[]> {
  const key = { component: component.id, name };
  const whole: Record<string, Change> = {};
  const operations: Operation[] = [];
  const faults: Fault[] = [];
  const stored = view.stored(component.id, name)?.properties ?? {};
  const current = { ...view.get(component.id, name)?.properties };
  for (const [property, change] of Object.entries(changes)) {
    if (hasItems(component, property) && change.kind !== 'set') {
      const made = itemOperations(key, property, change, current[property]);
      if (made.ok) operations.push(...made.value);
      else faults.push(...made.faults);
    } else whole[property] = change;
    // A block merges into what was given, so that defaults stay defaults.
    if (change.kind === 'struct') current[property] = stored[property] ?? {};
  }
  const applied = applyChanges(current, whole);
  for (const { item } of applied.missing) faults.push(itemNotFound(item));
  if (faults.length > 0) return { ok: false, faults };
  if (Object.keys(applied.changes).length > 0) {
    operations.unshift({ kind: 'modify', ...key, properties: applied.changes });
  }
  return { ok: true, value: operations };
}

function hasItems(component: Component, name: string): boolean {
  return component.properties.some(
    (property) => property.name === name && property.type.kind === 'items',
  );
}

function itemOperations(
  object: { readonly component: string; readonly name: string },
  property: string,
  change: Change,
  current: Value | undefined,
): Outcome<readonly Operation[]> {
  const key = { ...object, property };
  const held = isList(current) ? current : [];
  switch (change.kind) {
    case 'unset':
    case 'delete-all':
      return { ok: true, value: [{ kind: 'modify', ...object, properties: { [property]: [] } }] };
    case 'add':
      return {
        ok: true,
        value: change.values.map((value) => {
          const { name = '', ...properties } = isProperties(value) ? value : { name: value };
          return { kind: 'create-item', ...key, item: String(name), properties };
        }),
      };
    case 'delete':
      return {
        ok: true,
        value: change.names.map((item) => ({ kind: 'delete-item', ...key, item })),
      };
    case 'modify': {
      const operations: Operation[] = [];
      const meant = change.items.flatMap((one) =>
        isEvery(one, held) ? held.map((value) => ({ ...one, name: nameOf(value) })) : [one],
      );
      for (const { name: item, changes } of meant) {
        const present = held.find((value) => nameOf(value) === item);
        const applied = applyChanges(isProperties(present) ? present : {}, changes);
        if (applied.missing.length > 0) {
          return fault(...applied.missing.map((missing) => itemNotFound(missing.item)));
        }
        operations.push({ kind: 'modify-item', ...key, item, properties: applied.changes });
      }
      return { ok: true, value: operations };
    }
    case 'set':
    case 'struct':
      return { ok: true, value: [] };
  }
}

type ItemsTarget = Extract<Target, { readonly kind: 'items' }>;
type ItemTarget = Extract<Target, { readonly kind: 'item' }>;

/** Where the operation on an item applies. */
function keyOf({ component, name, within, items }: ItemsPlace) {
  const enclosing = within.map((step) => ({ property: step.items.name, item: step.item }));
  return {
    component: component.id,
    name,
    property: items.name,
    ...(enclosing.length === 0 ? {} : { within: enclosing }),
  };
}

function createItem(target: ItemsTarget, body: JsonObject, context: WriteContext): Outcome<Write> {
  const { kind: _kind, ...place } = target;
  const { component, name, items, within } = place;
  const parent = context.view.get(component.id, name);
  if (parent === undefined && !context.isTransaction) {
    const fault404 = objectNotFound(component, name);
    // BIG-IP writes the parent's noun in lower case here, and clients match it.
    return fault({ ...fault404, message: fault404.message.replace(/requested \w/, lowerCase) });
  }
  if (parent !== undefined && !context.isTransaction && itemsOf(parent, place) === undefined) {
    return fault(itemNotFound(within.at(-1)?.item ?? ''));
  }
  if (isTagLike(plainName(body))) return fault(tagLikeContent);
  const read = readItem(items.type, body, readOptions(context), `${items.name} `);
  if (!read.ok) return read;
  const item = itemName(items.type, read.value.name);
  if (item.endsWith('/example') || item === 'example') return fault(exampleIsReserved);
  const { values } = asNewProperties(read.value.changes);
  return written([{ kind: 'create-item', ...keyOf(place), item, properties: values }], {
    ...place,
    kind: 'item',
    item,
  });
}

function lowerCase(text: string): string {
  return text.toLowerCase();
}

function writeItem(
  method: WriteMethod,
  target: ItemTarget,
  body: JsonObject,
  context: WriteContext,
): Outcome<Write> {
  const { component, name, items, item } = target;
  const key = { ...keyOf(target), item };
  if (method === 'POST') return unsupported(component);
  if (method === 'DELETE') return written([{ kind: 'delete-item', ...key }], undefined);
  const read = fromJson(
    items.type.properties,
    body,
    readOptions(context),
    `${items.name} ${item} `,
  );
  if (!read.ok) return read;
  const object = context.view.get(component.id, name);
  const held = object === undefined ? undefined : itemsOf(object, target);
  const present = held?.find((value) => nameOf(value) === item);
  const applied = applyChanges(isProperties(present) ? present : {}, read.value);
  if (applied.missing.length > 0) {
    return fault(...applied.missing.map((missing) => itemNotFound(missing.item)));
  }
  const properties =
    method === 'PATCH'
      ? applied.changes
      : { ...resetToDefaults(items.type.properties), ...applied.changes };
  return written([{ kind: 'modify-item', ...key, properties }], target);
}

/** PUT on an item: what is not named goes back to its default, operator state excepted. */
function resetToDefaults(properties: readonly Property[]): PropertyChanges {
  const reset = properties.filter(
    ({ access, operatorState, runtime, derived, secret }) =>
      access === undefined &&
      operatorState !== true &&
      runtime !== true &&
      derived !== true &&
      secret !== true,
  );
  return Object.fromEntries(reset.map((property) => [property.name, null]));
}
