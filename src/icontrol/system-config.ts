/**
 * `save sys config` and `load sys config file … merge`: the configuration as text beside the database,
 * which is the one that counts and is durable without being saved.
 */
import { isAbsolute, join, normalize } from 'node:path';
import type { Outcome } from '../base/fault.ts';
import type { Component, Properties } from '../catalogue/types.ts';
import { bigipVersion } from '../catalogue/version.ts';
import { loadOperations, parseConfig } from '../config/text/parse-config.ts';
import { printConfig } from '../config/text/print.ts';
import { type ActionRequest, type StateRegistry, refuse } from '../config/runtime-state.ts';
import type { ConfigStore, ConfigView } from '../config/types.ts';
import { readTextIfPresent, writeFileDurably } from '../platform/files.ts';

export interface SystemConfigOptions {
  readonly store: ConfigStore;
  readonly state: StateRegistry;
  readonly components: readonly Component[];
  component(id: string): Component | undefined;
  /** Where saved and loaded files lie; names outside of it are refused. */
  readonly folder: string;
}

export function provideSystemConfig(options: SystemConfigOptions): void {
  options.state.provideAction('sys config', 'save', (request) =>
    Promise.resolve(save(options, request)),
  );
  options.state.provideAction('sys config', 'load', (request) =>
    Promise.resolve(load(options, request)),
  );
}

type Answer = Outcome<Readonly<Record<string, string>>>;

function save(options: SystemConfigOptions, request: ActionRequest): Answer {
  const path = pathOf(options, request.parameters);
  if (path === undefined) return outsideOf(options, request.parameters);
  writeFileDurably(path, configText(options.store.view(), options.components));
  const commandResult = `Saving running configuration...\n  ${path}\n`;
  return { ok: true, value: { commandResult } };
}

/** What was set by hand, secrets left out: the file may be handed around. */
export function configText(view: ConfigView, components: readonly Component[]): string {
  const objects = components
    .filter((component) => component.stateOnly !== true)
    .flatMap((component) =>
      view.list(component.id).map(({ name, stored }) => ({
        component,
        name,
        properties: withoutSecrets(component, stored.properties),
      })),
    );
  return printConfig(objects, bigipVersion);
}

function withoutSecrets(component: Component, properties: Properties): Properties {
  const secret = new Set(
    component.properties.filter((property) => property.secret === true).map(({ name }) => name),
  );
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !secret.has(name)));
}

function load(options: SystemConfigOptions, request: ActionRequest): Answer {
  const { parameters } = request;
  const { file, merge, verify, name } = parameters;
  if (name !== undefined) return refuse(`load sys config ${String(name)} is not supported yet`);
  const path = pathOf(options, parameters);
  if (path === undefined) return outsideOf(options, parameters);
  const heading = `Loading configuration...\n  ${path}\n`;
  // Without a file, what was saved: that is what runs, since every change is durable at once.
  if (file === undefined) return { ok: true, value: { commandResult: heading } };
  if (merge === undefined && verify === undefined) {
    return refuse('load sys config needs merge or verify with a file: it never deletes objects');
  }
  const text = readTextIfPresent(path);
  if (text === undefined) return refuse(`file ${path} does not exist`, 404);
  const parsed = parseConfig(text, {
    folder: '/Common',
    components: options.components,
    component: (id) => options.component(id),
  });
  if (!parsed.ok) return parsed;
  const { operations, unknown } = loadOperations(parsed.value, options.store.view());
  const commit = { origin: { user: request.user, source: 'load' as const }, operations };
  const outcome =
    verify === undefined ? options.store.commit(commit) : options.store.preview(commit);
  if (!outcome.ok) return outcome;
  const left = unknown.map((header) => `  not known here, left out: ${header}\n`).join('');
  return { ok: true, value: { commandResult: `${heading}${left}` } };
}

function pathOf(options: SystemConfigOptions, parameters: Properties): string | undefined {
  const file = String(parameters['file'] ?? 'bigip.conf');
  const path = normalize(isAbsolute(file) ? file : join(options.folder, file));
  return path.startsWith(`${options.folder}/`) ? path : undefined;
}

function outsideOf(options: SystemConfigOptions, parameters: Properties): Answer {
  return refuse(`file ${String(parameters['file'])} is not below ${options.folder}`);
}
