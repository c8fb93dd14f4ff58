/**
 * From the stanzas of a configuration to the operations of one commit, and what is to be told of them. Pure.
 */
import { type Sliced, flatMapSliced } from '../../base/slices.ts';
import { opaqueId, opaqueName } from '../../catalogue/sys/opaque.ts';
import type { Component, ComponentId, Properties, Value } from '../../catalogue/types.ts';
import { isEphemeral } from '../model/ephemeral.ts';
import { stockOf } from '../model/tree.ts';
import { sameValue } from '../model/values.ts';
import { isList, isProperties, withChanges } from '../text/changes.ts';
import { withoutInherited } from '../text/inherited.ts';
import { type Fragment, splitOpaque } from '../text/opaque.ts';
import type { ParsedStanza } from '../text/parse-config.ts';
import type { ConfigView, Operation, PropertyChanges } from '../types.ts';
import {
  type LoadKind,
  belongsToTrust,
  identityProperties,
  isKept,
  keptProperties,
} from './kept.ts';

/** A stanza, and the file it stands in. */
export type PlacedStanza = ParsedStanza & { readonly file: string };

export interface LoadRequest {
  /** `merge`: what the text does not name stays as it is. */
  readonly kind: LoadKind | 'merge';
  readonly stanzas: readonly PlacedStanza[];
  readonly components: readonly Component[];
  readonly view: ConfigView;
}

export interface LoadPlan {
  readonly operations: readonly Operation[];
  /** First lines of blocks, and "OBJECT: line", that are kept without being understood. */
  readonly opaque: readonly string[];
  /** What the text names and is left alone: the device's own identity. */
  readonly skipped: readonly string[];
}

type ObjectStanza = PlacedStanza & { readonly kind: 'object' };

interface Opaque {
  readonly header: string;
  readonly body?: string;
  readonly fragments: readonly Fragment[];
}

/** Lets go after each stanza, and after each kind of what is there. */
export function* planLoad(request: LoadRequest): Sliced<LoadPlan> {
  const { view, kind } = request;
  const skipped: string[] = [];
  const opaque = new Map<string, Opaque>();
  const objects = new Map<
    string,
    Extract<Operation, { readonly kind: 'load' | 'modify' | 'create' }>
  >();
  for (const stanza of request.stanzas) {
    yield;
    if (stanza.kind === 'unknown') {
      opaque.set(stanza.header, { header: stanza.header, body: stanza.body, fragments: [] });
      continue;
    }
    const { component, name } = stanza;
    const header = name === '' ? component.id : `${component.id} ${name}`;
    if (isForeign(stanza, view)) {
      skipped.push(header);
      continue;
    }
    if (component.fixed === true && view.stored(component.id, name) === undefined) {
      opaque.set(header, { header, body: stanza.body, fragments: [] });
      continue;
    }
    const { known, fragments } = splitOpaque(stanza.properties);
    if (fragments.length > 0) opaque.set(header, { header, fragments });
    const properties = changesOf(stanza, known, view, request);
    const earlier = objects.get(header)?.properties;
    objects.set(header, operationOf(stanza, { ...earlier, ...properties }, kind, view));
  }
  const operations = inOrder([...objects.values()], request.components);
  const added = [...opaque.values()].map((one) => opaqueOperation(one, kind, view));
  const named = new Set([...operations, ...added].map(keyOf));
  const gone = kind === 'merge' ? [] : yield* goneOperations(request, kind, named);
  return {
    operations: [...operations, ...added, ...gone],
    opaque: [...opaque.values()].flatMap(descriptionsOf),
    skipped,
  };
}

/** Devices and groups of another trust domain. */
function isForeign({ component, name, properties }: ObjectStanza, view: ConfigView): boolean {
  if (belongsToTrust(component.id, name)) return true;
  if (component.id === 'cm device') return view.stored(component.id, name) === undefined;
  return component.id === 'cm device-group' && !hasKnownDevices(properties, view);
}

function hasKnownDevices(properties: Properties, view: ConfigView): boolean {
  const devices = properties['devices'];
  const names = isList(devices)
    ? devices.map((device) => String(isProperties(device) ? device['name'] : device))
    : [];
  return names.every((name) => view.stored('cm device', name) !== undefined);
}

function changesOf(
  stanza: ObjectStanza,
  known: Properties,
  view: ConfigView,
  request: LoadRequest,
): PropertyChanges {
  const { component } = stanza;
  const identity = identityProperties[component.id] ?? [];
  const entries: [string, Value | null][] = Object.entries(
    withoutInherited(component.properties, known),
  );
  // Only what stands there from the start needs to be told that it goes.
  const cleared = stanza.unset.map((name): [string, null] => [name, null]);
  const own = identity.flatMap((name): [string, Value][] => {
    const value = view.stored(component.id, stanza.name)?.properties[name];
    return value === undefined ? [] : [[name, value]];
  });
  const said = [...cleared, ...entries].filter(([name]) => !identity.includes(name));
  const changes = Object.fromEntries([...said, ...own]);
  if (component.id !== 'sys folder') return changes;
  const group = changes['device-group'];
  return typeof group !== 'string' || willHaveGroup(group, view, request)
    ? changes
    : { ...changes, 'device-group': null };
}

function willHaveGroup(group: string, view: ConfigView, { stanzas }: LoadRequest): boolean {
  if (group === 'none' || group === 'default') return true;
  if (view.stored('cm device-group', group) !== undefined) return true;
  return stanzas.some(
    (stanza) =>
      stanza.kind === 'object' &&
      stanza.component.id === 'cm device-group' &&
      stanza.name === group &&
      !isForeign(stanza, view),
  );
}

function operationOf(
  { component, name }: ObjectStanza,
  properties: PropertyChanges,
  kind: LoadRequest['kind'],
  view: ConfigView,
): Extract<Operation, { readonly kind: 'load' | 'modify' | 'create' }> {
  const place = { component: component.id, name };
  if (kind !== 'merge') return { kind: 'load', ...place, properties };
  const stored = view.stored(component.id, name)?.properties;
  // What is published is not changed in place, except by a text that brings the whole of it.
  if (component.drafts === true) {
    return { kind: 'load', ...place, properties: { ...stored, ...properties } };
  }
  if (stored !== undefined) return { kind: 'modify', ...place, properties };
  // Each brings the other along; a saved text has both.
  if (component.id === 'auth partition' || component.id === 'sys folder') {
    return { kind: 'load', ...place, properties };
  }
  return { kind: 'create', ...place, properties: withChanges({}, properties) };
}

/** Folders before what lives in them; otherwise as the text has it. */
function inOrder<Placed extends { readonly component: ComponentId }>(
  operations: readonly Placed[],
  components: readonly Component[],
): readonly Placed[] {
  const orders = new Map(components.map(({ id, order }) => [id, order ?? 50]));
  const orderOf = ({ component }: Placed): number => orders.get(component) ?? 50;
  return operations.toSorted((a, b) => orderOf(a) - orderOf(b));
}

function opaqueOperation(
  { header, body, fragments }: Opaque,
  kind: LoadRequest['kind'],
  view: ConfigView,
): Operation {
  const name = opaqueName(header);
  const former = kind === 'merge' ? fragmentsOf(view.stored(opaqueId, name)?.properties) : [];
  const lines = [
    ...former.filter((one) => !fragments.some((other) => isSameLine(one, other))),
    ...fragments,
  ];
  return {
    kind: 'load',
    component: opaqueId,
    name,
    properties: {
      header,
      folder: folderIn(header),
      ...(body === undefined ? {} : { body }),
      ...(lines.length === 0
        ? {}
        : { fragments: lines.map((line, index) => ({ name: String(index), ...line })) }),
    },
  };
}

function isSameLine(a: Fragment, b: Fragment): boolean {
  return a.path === b.path && firstWord(a.text) === firstWord(b.text);
}

function firstWord(text: string): string {
  return text.split(/\s/, 1)[0] ?? '';
}

/** As `sys opaque` holds them. */
export function fragmentsOf(properties: Properties | undefined): readonly Fragment[] {
  const items = properties?.['fragments'];
  return (isList(items) ? items : []).filter(isProperties).map((item) => ({
    path: String(item['path'] ?? ''),
    text: String(item['text'] ?? ''),
  }));
}

/** "asm policy /Common/app/p1" lives in /Common/app; what has no path, in the root. */
function folderIn(header: string): string {
  const path = /(?:^|[\s"])(\/[^\s"]+)\/[^/\s"]*"?$/.exec(header)?.[1];
  return path ?? '/';
}

function descriptionsOf({ header, fragments }: Opaque): readonly string[] {
  if (fragments.length === 0) return [header];
  return fragments.map(({ path, text }) => {
    const where = path === '' ? header : `${header} ${path}`;
    return `${where}: ${firstWord(text)}`;
  });
}

/** Deleted, or back to its stock: whatever the text does not name, last made first. */
function* goneOperations(
  { components, view }: LoadRequest,
  kind: LoadKind,
  named: ReadonlySet<string>,
): Sliced<readonly Operation[]> {
  const configured = components.filter((component) => component.stateOnly !== true);
  const gone = yield* flatMapSliced(configured, (component) =>
    view
      .names(component.id)
      .filter((name) => !named.has(keyOf({ component: component.id, name })))
      .filter((name) => !isKept(component, name, kind))
      .flatMap((name) => {
        const properties = view.stored(component.id, name)?.properties ?? {};
        // Ephemeral ones come and go with their names.
        const isAsMade =
          isStock(component.id, name, properties) ||
          (component.id === 'ltm node' && isEphemeral(name));
        return isAsMade ? [] : [goneOperation(component.id, name, properties)];
      }),
  );
  return inOrder(gone, components).toReversed();
}

function goneOperation(component: ComponentId, name: string, properties: Properties): Operation {
  const kept = keptProperties(component, properties);
  return Object.keys(kept).length === 0
    ? { kind: 'install', component, name, object: undefined }
    : { kind: 'load', component, name, properties: kept };
}

export function isStock(component: ComponentId, name: string, properties: Properties): boolean {
  const stock = stockOf(component, name);
  return stock !== undefined && sameValue(stock.properties, properties);
}

function keyOf({ component, name }: { readonly component: string; readonly name: string }): string {
  return `${component}|${name}`;
}
