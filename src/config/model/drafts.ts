/**
 * Components with drafts (`ltm policy`): what is published is not changed in place. `create-draft` copies it into
 * the folder Drafts beside it, where it is changed, and `publish` puts the copy in its place. A legacy one
 * has no drafts and is changed directly. Loads and synchronisation bring whole states and are not asked.
 * Pure. Sources: tmsh reference of `ltm policy`; texts of BIG-IP 12.1 and later as clients met them.
 */
import type { Component, Properties } from '../../catalogue/types.ts';
import type { Fault, Outcome } from '../../base/fault.ts';
import type { Operation } from '../types.ts';
import type { Draft } from './draft.ts';
import { alreadyExists, coded, configurationError, notFound } from './faults.ts';
import { folderOf, leafOf } from './names.ts';

const draftsFolder = 'Drafts';

export function isDraftName(name: string): boolean {
  return leafOf(folderOf(name) ?? '') === draftsFolder;
}

/** "/Common/p" → "/Common/Drafts/p". */
export function draftNameOf(name: string): string {
  return `${folderOf(name) ?? ''}/${draftsFolder}/${leafOf(name)}`;
}

/** "/Common/Drafts/p" → "/Common/p". */
export function publishedNameOf(draftName: string): string {
  const folder = folderOf(folderOf(draftName) ?? '') ?? '';
  return `${folder === '/' ? '' : folder}/${leafOf(draftName)}`;
}

/** What the operation really is, after the rules; undefined when they have carried it out already. */
export function applyDraftRules(
  draft: Draft,
  component: Component,
  name: string,
  operation: Operation,
): Outcome<Operation | undefined> {
  switch (operation.kind) {
    case 'create':
      return newOne(draft, component, name, operation);
    case 'modify':
      if (operation.properties['create-draft'] !== undefined) {
        return copied(draft, component, name);
      }
      return changed(draft, component, name, operation);
    case 'replace':
    case 'create-item':
    case 'modify-item':
    case 'delete-item':
      return changed(draft, component, name, operation);
    case 'delete':
    case 'install':
    case 'load':
    case 'restore':
      return { ok: true, value: operation };
  }
}

function fault(one: Fault): Outcome<never> {
  return { ok: false, faults: [one] };
}

const orders: readonly string[] = ['legacy', 'create-draft', 'status'];

/** Neither is stored as given: they ask for a state or for a deed. */
function withoutOrders<V>(properties: { readonly [name: string]: V }): Record<string, V> {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !orders.includes(name)));
}

function newOne(
  draft: Draft,
  component: Component,
  name: string,
  operation: Operation & { readonly kind: 'create' },
): Outcome<Operation> {
  const { properties } = operation;
  const kept = withoutOrders(properties);
  if (isDraftName(name)) {
    const published = publishedNameOf(name);
    if (statusOf(draft, component, published) === 'published') {
      const text = `Published policy "${published}" exists, use create-draft to create a draft copy .`;
      return fault(configurationError(text, `${component.id} ${name}`));
    }
    makeFolder(draft, name);
    return {
      ok: true,
      value: { ...operation, properties: { ...kept, status: 'draft' } },
    };
  }
  if (properties['legacy'] === undefined && properties['status'] !== 'legacy') {
    return fault(notDirectly(component, name));
  }
  return { ok: true, value: { ...operation, properties: kept } };
}

/** As on BIG-IP, it comes with the first draft. */
function makeFolder(draft: Draft, draftName: string): void {
  const folder = folderOf(draftName) ?? '';
  const parent = folderOf(folder) ?? '/';
  if (draft.has('sys folder', folder) || !draft.has('sys folder', parent)) return;
  draft.set('sys folder', folder, {});
}

function notDirectly(component: Component, name: string): Fault {
  return coded(
    '01071abb',
    `Cannot create/modify published policy '${name}' directly, try specifying a draft folder like '${draftNameOf(name)}'.`,
    `${component.id} ${name}`,
  );
}

function statusOf(draft: Draft, component: Component, name: string): string | undefined {
  const properties = draft.get(component.id, name);
  return properties === undefined ? undefined : String(properties['status'] ?? 'legacy');
}

function changed(
  draft: Draft,
  component: Component,
  name: string,
  operation: Operation,
): Outcome<Operation> {
  const status = statusOf(draft, component, name);
  if (status === 'published') return fault(notDirectly(component, name));
  if (operation.kind === 'modify') {
    return { ok: true, value: { ...operation, properties: withoutOrders(operation.properties) } };
  }
  if (operation.kind !== 'replace') return { ok: true, value: operation };
  const kept = withoutOrders(operation.properties);
  const properties = status === undefined || status === 'legacy' ? kept : { ...kept, status };
  return { ok: true, value: { ...operation, properties } };
}

function copied(draft: Draft, component: Component, name: string): Outcome<undefined> {
  const path = `${component.id} ${name}`;
  const properties = draft.get(component.id, name);
  if (properties === undefined) return fault(notFound(component.id, name, path));
  if (isDraftName(name)) {
    return fault(configurationError(`Policy "${name}" is a draft already.`, path));
  }
  const copy = draftNameOf(name);
  if (draft.has(component.id, copy)) return fault(alreadyExists(component.noun, copy, path));
  makeFolder(draft, copy);
  draft.set(component.id, copy, { ...properties, status: 'draft' });
  return { ok: true, value: undefined };
}

/** What `publish` commits: the draft in place of what was published before, or as the first. */
export function publishOperations(
  component: Component,
  draftName: string,
  stored: Properties | undefined,
): Outcome<readonly Operation[]> {
  if (stored === undefined) return fault(notFound(component.id, draftName));
  if (!isDraftName(draftName)) {
    const text = `Policy "${draftName}" is not a draft; only drafts can be published.`;
    return fault(configurationError(text, `${component.id} ${draftName}`));
  }
  const name = publishedNameOf(draftName);
  const properties = { ...stored, status: 'published' };
  return {
    ok: true,
    value: [
      { kind: 'load', component: component.id, name, properties },
      { kind: 'delete', component: component.id, name: draftName },
    ],
  };
}
