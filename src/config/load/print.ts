/**
 * The configuration as BIG-IP's files hold it: everything that is not as it was at first, in one text or in
 * the files of /config. Equal configurations give equal texts. Pure.
 */
import { type Sliced, finishAtOnce } from '../../base/slices.ts';
import { opaqueId } from '../../catalogue/sys/opaque.ts';
import type { Component, ComponentId, Properties } from '../../catalogue/types.ts';
import { isEphemeral } from '../model/ephemeral.ts';
import { splitName } from '../text/names.ts';
import { joinOpaque } from '../text/opaque.ts';
import { printObject } from '../text/print.ts';
import type { ConfigView } from '../types.ts';
import { contentName, hasFileContent } from './file-contents.ts';
import { belongsToTrust, identityProperties } from './kept.ts';
import { fragmentsOf, isStock } from './plan.ts';

export interface PrintedStanza {
  /** Below /config: "bigip.conf", "partitions/P1/bigip_gtm.conf". */
  readonly file: string;
  readonly text: string;
}

export interface PrintedFile {
  readonly path: string;
  readonly text: string;
}

/** Only what belongs to one partition, or what stands in files of one name. */
export interface PrintScope {
  readonly partition?: string;
  /** "bigip_gtm.conf" */
  readonly fileName?: string;
}

/** One stanza an object, sorted by component and name. */
export function printStanzas(
  view: ConfigView,
  components: readonly Component[],
  scope: PrintScope = {},
): readonly PrintedStanza[] {
  return finishAtOnce(printingStanzas(view, components, [scope]));
}

/** The same for several scopes, one after the other; lets go after each object. */
export function* printingStanzas(
  view: ConfigView,
  components: readonly Component[],
  scopes: readonly PrintScope[] = [{}],
): Sliced<readonly PrintedStanza[]> {
  const known = components
    .filter(({ stateOnly, id }) => stateOnly !== true && id !== opaqueId)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const stanzas: PrintedStanza[] = [];
  for (const component of known) {
    for (const name of view.names(component.id)) {
      const stanza = printStored(view, component, name);
      if (stanza !== undefined) stanzas.push(stanza);
      yield;
    }
  }
  for (const { stored } of view.list(opaqueId)) {
    stanzas.push(...printOpaque(stored.properties));
    yield;
  }
  return scopes.flatMap((scope) => stanzas.filter((stanza) => isWithin(stanza, scope)));
}

function isWithin({ file }: PrintedStanza, { partition, fileName }: PrintScope): boolean {
  return (
    (partition === undefined || partitionOf(file) === partition) &&
    (fileName === undefined || file === fileName || file.endsWith(`/${fileName}`))
  );
}

function partitionOf(file: string): string {
  return /^partitions\/([^/]+)\//.exec(file)?.[1] ?? 'Common';
}

/** With the line that tells the version: a text that was written by a device. */
export function asText(stanzas: readonly PrintedStanza[], version: string): string {
  return [`#TMSH-VERSION: ${version}\n`, ...stanzas.map(({ text }) => text), ''].join('\n');
}

const always = ['bigip_base.conf', 'bigip_user.conf', 'bigip.conf'];

/** The three files that are always there, unless only a part is meant, and others that are not empty. */
export function asFiles(
  stanzas: readonly PrintedStanza[],
  version: string,
  isPart = false,
): readonly PrintedFile[] {
  const byFile = Map.groupBy(stanzas, ({ file }) => file);
  const first = always.filter((file) => !isPart || byFile.has(file));
  const others = [...byFile.keys()].filter((file) => !always.includes(file)).toSorted();
  return [...first, ...others].map((path) => ({
    path,
    text: asText(byFile.get(path) ?? [], version),
  }));
}

function printStored(
  view: ConfigView,
  component: Component,
  name: string,
): PrintedStanza | undefined {
  const { id } = component;
  const stored = view.stored(id, name);
  if (stored === undefined || belongsToTrust(id, name)) return undefined;
  if (id === 'ltm node' && isEphemeral(name)) return undefined;
  const fragments = fragmentsOf(view.stored(opaqueId, headerOf(id, name))?.properties);
  if (isStock(id, name, stored.properties) && fragments.length === 0) return undefined;
  const properties = joinOpaque(printable(component, name, stored.properties), fragments);
  return { file: fileOf(id, name), text: printObject(component, name, properties) };
}

function headerOf(id: ComponentId, name: string): string {
  return name === '' ? id : `${id} ${name}`;
}

/** Files lie beside the text, which says where; a device's identity is its own. */
function printable(component: Component, name: string, properties: Properties): Properties {
  const identity = identityProperties[component.id] ?? [];
  const shown = Object.entries(properties).filter(([key]) => !identity.includes(key));
  if (!hasFileContent(component) || properties['content'] === undefined) {
    return Object.fromEntries(shown);
  }
  const rest = shown.filter(([key]) => key !== 'content' && key !== 'cache-path');
  const line = `cache-path /config/filestore/${contentName(component.id, name)}`;
  return joinOpaque(Object.fromEntries(rest), [{ path: '', text: line }]);
}

/** Fragments were printed with their objects. */
function printOpaque(properties: Properties): readonly PrintedStanza[] {
  const { header, body } = properties;
  if (typeof header !== 'string' || typeof body !== 'string') return [];
  const words = header.split(/\s+/);
  const name = words.find((word) => word.startsWith('/')) ?? '';
  return [{ file: fileOf(header, name), text: `${header} {${body}}` }];
}

/** tmsh-and-irules.md A1: which file BIG-IP keeps what in. */
function fileOf(id: string, name: string): string {
  const partition = name.startsWith('/') ? splitName(name).partition : '';
  const home = partition === '' || partition === 'Common' ? '' : `partitions/${partition}/`;
  return `${home}${fileNameOf(id)}`;
}

const scripts = /^(cli script|sys application (template|apl-script)|sys icall) ?/;
const base = /^(auth|cli|cm|net|sys (?!file |application )|security (device-id|port-list))/;

function fileNameOf(id: string): string {
  if (id.startsWith('gtm ')) return 'bigip_gtm.conf';
  if (id === 'auth user' || id.startsWith('auth user ')) return 'bigip_user.conf';
  if (scripts.test(id)) return 'bigip_script.conf';
  return base.test(id) ? 'bigip_base.conf' : 'bigip.conf';
}
