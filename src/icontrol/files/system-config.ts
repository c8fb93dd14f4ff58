/**
 * `save sys config` and `load sys config`: the configuration as text beside the database, which is the one
 * that counts and is durable without being saved.
 */
import { FaultError, type Outcome } from '../../base/fault.ts';
import type { Properties, Value } from '../../catalogue/types.ts';
import { bigipVersion } from '../../catalogue/version.ts';
import { contentFiles } from '../../config/load/file-contents.ts';
import { type PrintScope, asFiles, asText, printingStanzas } from '../../config/load/print.ts';
import { type ActionRequest, type StateRegistry, refuse } from '../../config/runtime-state.ts';
import { isList } from '../../config/text/changes.ts';
import { ArchiveProblem, packArchive, readArchive, unpackArchive } from '../../platform/archive.ts';
import type { Clock } from '../../platform/clock.ts';
import { durableFile } from '../../platform/durable-file.ts';
import { readTextIfPresent } from '../../platform/files.ts';
import { finishInSlices } from '../../platform/turn.ts';
import { archiveContents, contentsOf, manifestEntry } from './archive-contents.ts';
import { filePath } from './device-files.ts';
import {
  type LoadAnswer,
  type LoadOrder,
  type Loader,
  type Source,
  loadConfig,
  terminalPath,
} from './load-config.ts';

type Answer = Outcome<Readonly<Record<string, Value>>>;

export interface SystemConfigOptions extends Loader {
  readonly state: StateRegistry;
  readonly clock: Clock;
  /** Where files of clients lie. */
  readonly files: string;
}

export function provideSystemConfig(options: SystemConfigOptions): void {
  const { state } = options;
  state.provideAction('sys config', 'save', (request) => answered(save(options, request)));
  state.provideAction('sys config', 'load', (request) => answered(load(options, request)));
}

/** What was thrown on the way is the answer. */
export async function answered(work: Promise<Answer>): Promise<Answer> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof FaultError) return { ok: false, faults: [error.fault] };
    throw error;
  }
}

async function save(options: SystemConfigOptions, { parameters }: ActionRequest): Promise<Answer> {
  const { file } = parameters;
  const saved =
    file === undefined
      ? await saveFiles(options, parameters)
      : await saveSingle(options, String(file), parameters);
  if (!saved.ok) return saved;
  const lines = saved.value.map((path) => `  ${path}\n`).join('');
  return { ok: true, value: { commandResult: `Saving running configuration...\n${lines}` } };
}

/** The files of /config, or those of some partitions. */
async function saveFiles(
  options: SystemConfigOptions,
  parameters: Properties,
): Promise<Outcome<readonly string[]>> {
  const view = options.store.view();
  const scopes = scopesOf(options, parameters);
  const stanzas = await finishInSlices(printingStanzas(view, options.components, scopes));
  const isPart = scopes.some((scope) => Object.keys(scope).length > 0);
  const saved = asFiles(stanzas, bigipVersion, isPart);
  for (const { path, text } of saved) {
    await durableFile(`${options.files}/config/${path}`).write(text);
  }
  return { ok: true, value: saved.map(({ path }) => `/config/${path}`) };
}

/** Files of a part of the configuration; `current-partition` is that of REST, which is Common. */
const parts: Readonly<Record<string, PrintScope>> = {
  base: { fileName: 'bigip_base.conf' },
  'current-partition': { partition: 'Common' },
  'gtm-only': { fileName: 'bigip_gtm.conf' },
  'user-only': { fileName: 'bigip_user.conf' },
};

/** The whole configuration is one scope, without a bound. */
function scopesOf(options: SystemConfigOptions, parameters: Properties): readonly PrintScope[] {
  const { which, partitions } = parameters;
  const part = parts[String(which)];
  if (part !== undefined) return [part];
  const names = isList(partitions) ? partitions.map(String) : [];
  if (names.length === 0 || names.includes('all')) return [{}];
  const known = new Set(options.store.view().names('auth partition'));
  const missing = names.find((name) => !known.has(name));
  if (missing !== undefined) {
    throw new FaultError({
      status: 404,
      code: '01020036',
      message: `The requested partition (${missing}) was not found.`,
    });
  }
  return names.map((partition) => ({ partition }));
}

/** One text with everything, and its files in a tar beside it. */
async function saveSingle(
  options: SystemConfigOptions,
  file: string,
  parameters: Properties,
): Promise<Outcome<readonly string[]>> {
  const shown = pathOf(file);
  const path = filePath(options.files, shown);
  if (path === undefined) return outsideOf(file);
  const passphrase = passphraseOf(parameters);
  const view = options.store.view();
  const scopes = scopesOf(options, parameters);
  const stanzas = await finishInSlices(printingStanzas(view, options.components, scopes));
  const entries = [
    manifestEntry({ Product: 'BIG-IP', Version: bigipVersion }),
    ...archiveContents(view, contentFiles(view, options.components, true), passphrase),
  ];
  const time = options.clock.wallMilliseconds() / 1000;
  const tar = await packArchive(entries, { isCompressed: false, passphrase, time });
  await durableFile(path).write(asText(stanzas, bigipVersion));
  await durableFile(`${path}.tar`).write(tar);
  return { ok: true, value: [shown, `${shown}.tar`] };
}

async function load(options: SystemConfigOptions, request: ActionRequest): Promise<LoadAnswer> {
  const { parameters } = request;
  const { file, merge, verify, name } = parameters;
  const text = parameters['from-terminal'];
  const isVerify = verify !== undefined;
  const isReport = parameters['report'] !== undefined;
  const common = { contents: new Map<string, string>(), isVerify, isReport };
  if (name !== undefined && name !== 'default') {
    return refuse(`load sys config: "${String(name)}" is neither default nor an option`);
  }
  if (name === 'default') {
    const order = { ...common, kind: 'default', sources: [], reason: 'load default' } as const;
    return loadAfterTrust(options, request, order);
  }
  const kind = merge === undefined ? 'file' : 'merge';
  if (text !== undefined) {
    const source = { path: terminalPath, text: String(text) };
    const reason = 'load from terminal';
    return loadConfig(options, request, { ...common, kind, sources: [source], reason });
  }
  if (file === undefined) {
    // What was saved is what runs: every change is durable at once, and saving adds nothing.
    const heading = isVerify ? 'Validating configuration...' : 'Loading configuration...';
    return { ok: true, value: { commandResult: `${heading}\n  /config/bigip.conf\n` } };
  }
  const source = sourceOf(options, String(file));
  if (!source.ok) return source;
  const contents = await contentsBeside(options, source.value, parameters);
  if (!contents.ok) return contents;
  const order = {
    kind,
    sources: [source.value],
    contents: contents.value,
    isVerify,
    isReport,
  } as const;
  return loadConfig(options, request, { ...order, reason: `load ${source.value.path}` });
}

/**
 * The trust domain is left before the load, or the group would be told to delete what this device forgets; and only
 * when the load is known to succeed, or a faulty archive would cost a device its peers.
 */
export async function loadAfterTrust(
  options: SystemConfigOptions,
  request: ActionRequest,
  order: LoadOrder,
): Promise<LoadAnswer> {
  if (!order.isVerify && order.isReport !== true && request.onPreview === undefined) {
    const rehearsal = await loadConfig(options, request, { ...order, isVerify: true });
    if (!rehearsal.ok) return rehearsal;
    await leaveTrust(options, request);
  }
  return loadConfig(options, request, order);
}

async function leaveTrust(options: SystemConfigOptions, request: ActionRequest): Promise<void> {
  const { store, state } = options;
  if (store.view().count('cm device') < 2) return;
  const outcome = await state.action('cm trust-domain', 'delete')?.(request);
  if (outcome?.ok === false && outcome.faults[0] !== undefined) {
    throw new FaultError(outcome.faults[0]);
  }
}

function sourceOf(options: SystemConfigOptions, file: string): Outcome<Source> {
  const shown = pathOf(file);
  const path = filePath(options.files, shown);
  if (path === undefined) return outsideOf(file);
  const text = readTextIfPresent(path);
  if (text === undefined) return refuse(`file ${shown} does not exist`, 404);
  return { ok: true, value: { path: shown, text } };
}

/** The tar that was saved with the text, or the one that is named. */
async function contentsBeside(
  options: SystemConfigOptions,
  source: Source,
  parameters: Properties,
): Promise<Outcome<ReadonlyMap<string, string>>> {
  const named = parameters['tar-file'];
  const shown = named === undefined ? `${source.path}.tar` : pathOf(String(named));
  const path = filePath(options.files, shown);
  if (path === undefined) return outsideOf(shown);
  try {
    const bytes = await readArchive(path);
    if (bytes === undefined) {
      return named === undefined
        ? { ok: true, value: new Map() }
        : refuse(`file ${shown} does not exist`, 404);
    }
    const entries = await unpackArchive(bytes, passphraseOf(parameters));
    return { ok: true, value: contentsOf(entries) };
  } catch (error) {
    if (!(error instanceof ArchiveProblem)) throw error;
    return refuse(`file ${shown} cannot be read: ${error.message}`);
  }
}

export function passphraseOf(parameters: Properties): string | undefined {
  const { passphrase } = parameters;
  return passphrase === undefined ? undefined : String(passphrase);
}

/** A name without a folder lies where BIG-IP keeps them. */
function pathOf(file: string): string {
  return file.startsWith('/') ? file : `/var/local/scf/${file}`;
}

function outsideOf(file: string): Outcome<never> {
  return refuse(`file ${file} is in none of the folders for files`);
}
