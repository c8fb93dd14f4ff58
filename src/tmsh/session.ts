/** What a shell remembers between commands, and how its commands reach the device. */
import type { Component } from '../catalogue/types.ts';
import { changesText, enginesText } from '../config/text/changes-text.ts';
import { isJsonObject, type Json, type JsonObject } from '../config/text/json.ts';
import type { ConfigContext } from '../config/text/parse-config.ts';
import { componentPath, objectPath } from '../config/text/urls.ts';
import type { TypedCommand } from './history.ts';
import { type Preference } from './preference.ts';
import { type Selection, isOpenSelection, plainNames, selects } from './names.ts';
import type { CommandContext } from './paths.ts';
import type { RestAnswer, RestClient } from './rest.ts';

/** Where the shell runs. */
export interface OwnFiles {
  /** Undefined when there is none; throws when it may not be read, or is too long. */
  read(path: string): Uint8Array | undefined;
  /** By its URL. */
  fetch(url: string): Promise<Uint8Array>;
  /** To /var/config/rest/downloads; resolves to what was in the way. */
  upload(name: string, bytes: Uint8Array): Promise<string | undefined>;
}

export interface ShellOptions {
  readonly rest: RestClient;
  readonly components: readonly Component[];
  readonly component: ConfigContext['component'];
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
  /** Text up to the end of input, or Ctrl-D; undefined at Ctrl-C. Absent where commands come from there. */
  readonly readText?: () => Promise<string | undefined>;
  /** Width of the terminal; undefined where the output goes elsewhere. */
  readonly columns?: () => number | undefined;
  /** Changes are shown and not made. */
  readonly isDryRun?: boolean;
  /** Why, for the history of the configuration. */
  readonly reason?: string;
  /** What an editor makes of a text. Absent where there is none to open. */
  readonly editText?: (text: string, editor: readonly string[]) => Promise<string>;
  /** Files where the shell runs. Absent where it runs for somebody else. */
  readonly ownFiles?: OwnFiles;
  /** One answer to a question. Absent where nobody can be asked. */
  readonly askWord?: (question: string) => Promise<string>;
  /** Commands that were typed here, newest first. Absent where nobody types. */
  readonly history?: () => readonly TypedCommand[];
  /** A line that is not shown. Absent where nobody can be asked. */
  readonly readSecret?: (question: string) => Promise<string>;
}

export interface Session extends ShellOptions {
  folder: string;
  module: string;
  transaction: string | undefined;
  preference: Preference;
  hasQuit: boolean;
}

/** What a command could not do, in the device's words. */
export class Refusal extends Error {
  /** Faults beside the first. */
  readonly others: readonly string[];
  constructor(message: string, others: readonly string[] = [], options?: ErrorOptions) {
    super(message, options);
    this.others = others;
  }
}

/** Where nobody looks at a terminal. */
const defaultColumns = 120;

/** Width of what is printed. */
export function columnsOf({ columns }: Session): number {
  return columns?.() ?? defaultColumns;
}

export function contextOf(session: Session): CommandContext {
  return {
    folder: session.folder,
    module: session.module,
    components: session.components,
    component: (id) => session.component(id),
  };
}

/** Throws Refusal when the device does. */
export async function ask(
  session: Session,
  method: string,
  path: string,
  body?: JsonObject,
  headers?: Readonly<Record<string, string>>,
): Promise<RestAnswer> {
  const answer = await session.rest.request(method, path, body, headers);
  if (!answer.isOk) throw new Refusal(answer.message, othersOf(answer.json));
  return answer;
}

/** A change that takes effect by itself: with the reason, and in a dry run shown instead of made. */
export async function askChange(
  session: Session,
  method: string,
  path: string,
  body?: JsonObject,
): Promise<RestAnswer> {
  const query = new URLSearchParams();
  if (session.isDryRun === true) query.set('dryRun', 'true');
  if (session.reason !== undefined) query.set('reason', session.reason);
  const answer = await ask(session, method, query.size === 0 ? path : `${path}?${query}`, body);
  if (session.isDryRun === true) session.print(dryRunText(answer.json));
  return answer;
}

function dryRunText({ changes, engines }: JsonObject): string {
  const text = [
    changesText(Array.isArray(changes) ? (changes as readonly Json[]) : []),
    enginesText(Array.isArray(engines) ? (engines as readonly Json[]) : []),
  ].join('');
  return text === '' ? 'Nothing would change.' : `${text}Nothing was changed (dry run).`;
}

function othersOf({ errorStack }: JsonObject): readonly string[] {
  return Array.isArray(errorStack) ? errorStack.map(String) : [];
}

export function itemsOf(json: JsonObject): readonly JsonObject[] {
  const items = json['items'];
  return Array.isArray(items) ? (items as readonly JsonObject[]).filter(isJsonObject) : [];
}

/** Full paths of the objects that are meant; "" for the one that has no name. */
export async function selectedNames(
  session: Session,
  component: Component,
  selection: Selection,
): Promise<readonly string[]> {
  if (component.naming.kind === 'singleton') return [''];
  if (!isOpenSelection(selection)) return plainNames(component, selection);
  const { json } = await ask(session, 'GET', `${componentPath(component.id)}?$select=fullPath`);
  const all = itemsOf(json).map(nameIn);
  const known = new Set(all);
  return all.filter((name) => selects(component, selection, name, known));
}

/** The objects that are meant, as REST has them. */
export async function selectedObjects(
  session: Session,
  component: Component,
  selection: Selection,
): Promise<readonly JsonObject[]> {
  const query = '?expandSubcollections=true';
  if (component.naming.kind !== 'singleton' && isOpenSelection(selection)) {
    const { json } = await ask(session, 'GET', `${componentPath(component.id)}${query}`);
    const all = itemsOf(json);
    const known = new Set(all.map(nameIn));
    return all.filter((item) => selects(component, selection, nameIn(item), known));
  }
  const names = component.naming.kind === 'singleton' ? [''] : plainNames(component, selection);
  const objects: JsonObject[] = [];
  for (const name of names) {
    objects.push((await ask(session, 'GET', `${objectPath(component, name)}${query}`)).json);
  }
  return objects;
}

function nameIn(json: JsonObject): string {
  return String(json['fullPath'] ?? json['name'] ?? '');
}
