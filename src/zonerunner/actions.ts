/** Commands and statistics of ZoneRunner, for iControl REST and tmsh. */
import type { HybridTime } from '../base/hybrid-clock.ts';
import type { Properties, Value } from '../catalogue/types.ts';
import { commitFor, committingFor } from '../config/action-commit.ts';
import type { AppliedTracker } from '../config/applied.ts';
import { type ActionRequest, refuse, type StateRegistry } from '../config/runtime-state.ts';
import type { CommitOutcome, ConfigStore, Operation } from '../config/types.ts';
import type { Outcome } from '../base/fault.ts';
import { ArchiveProblem, readArchive, unpackArchive } from '../platform/archive.ts';
import type { Clock } from '../platform/clock.ts';
import type { Random } from '../platform/random.ts';
import { finishInSlices } from '../platform/turn.ts';
import { problemsOf } from './check.ts';
import { type FileProblem, isError, parsingZoneFile, type ZoneFileContent } from './file/parse.ts';
import { makingProperties, zoneDomain, zoneObjectName } from './import.ts';
import { importingConfig } from './import-config.ts';
import { NamedClient } from './named/client.ts';
import { receivedZone } from './named/received.ts';
import { renderZone } from './render.ts';
import { rules, severityOf, textOfProblem } from './rules.ts';
import { keysOf } from './tsig-keys.ts';
import { tsigSecret } from './tsig-secret.ts';
import { defaultView, readZone, zoneComponent } from './zone.ts';

export interface ZoneActionOptions {
  readonly store: ConfigStore;
  readonly state: StateRegistry;
  readonly applied: AppliedTracker;
  readonly clock: Clock;
  readonly random: Random;
  /** Where uploads of clients lie. */
  readonly files: string;
}

type Answer = Outcome<Readonly<Record<string, Value>>>;

const appliedMilliseconds = 10_000;
const shownProblems = 100;
const slicedAttempts = 3;

export function provideZoneActions(options: ZoneActionOptions): void {
  const { state } = options;
  state.provideAction('gtm zone-runner import', 'run', (request) => importZone(options, request));
  state.provideAction('gtm zone-runner import-config', 'run', (request) =>
    importArchive(options, request),
  );
  state.provideAction('gtm zone-runner export', 'run', ({ parameters }) =>
    Promise.resolve(exportZone(options, parameters)),
  );
  state.provideAction('gtm zone-runner check', 'run', ({ parameters }) =>
    Promise.resolve(checkZones(options, parameters)),
  );
}

async function importZone(options: ZoneActionOptions, request: ActionRequest): Promise<Answer> {
  const { store } = options;
  const { parameters } = request;
  const which = zoneOf(parameters);
  if (!which.ok) return which;
  const { domain, view, name } = which.value;
  const source = await sourceOf(options, parameters, domain);
  if (!source.ok) return source;
  const { content, problems } = source.value;
  const errors = problems.filter(isError);
  if (errors.length > 0) {
    const faults = errors.slice(0, shownProblems).map((problem) => ({
      status: 400 as const,
      message: `ZoneRunner Zone (${name}) cannot be imported: ${printed(problem)}.`,
    }));
    return { ok: false, faults };
  }
  if (content.soa === undefined) return refuse(`ZoneRunner Zone (${name}) has no SOA.`);
  const properties = await finishInSlices(makingProperties(content, timeOf(options)));
  const exists = store.view().stored(zoneComponent, name) !== undefined;
  const operation: Operation = exists
    ? { kind: 'modify', component: zoneComponent, name, properties }
    : { kind: 'create', component: zoneComponent, name, properties: { view, ...properties } };
  const outcome = await commitLarge(store, request, [operation], `import of ${name}`);
  if (!outcome.ok) return outcome;
  const sequence = outcome.commit?.sequence;
  const isDry = request.onPreview !== undefined;
  if (sequence !== undefined && !isDry) {
    await options.applied.settledOrDeferred(sequence, appliedMilliseconds);
  }
  const done = isDry ? 'would be imported' : sequence === undefined ? 'is so already' : 'imported';
  const lines = [
    `Zone ${name}: ${content.records.length} records ${done}.`,
    ...problems.slice(0, shownProblems).map((problem) => `Warning: ${printed(problem)}.`),
  ];
  return { ok: true, value: { commandResult: `${lines.join('\n')}\n` } };
}

interface Source {
  readonly content: ZoneFileContent;
  readonly problems: readonly FileProblem[];
}

async function sourceOf(
  options: ZoneActionOptions,
  parameters: Properties,
  domain: string,
): Promise<Outcome<Source>> {
  const { file, server, text } = parameters;
  const given = [file, server, text].filter((source) => source !== undefined);
  if (given.length !== 1) return refuse('one of "text", "file" and "server" must be given');
  if (typeof server === 'string') return transferred(options, parameters, server, domain);
  let written = String(text);
  if (typeof file === 'string') {
    const bytes = await uploaded(options, file);
    if (!bytes.ok) return bytes;
    // Zone files of old are Latin-1 in their comments: nothing of it is refused.
    written = new TextDecoder().decode(bytes.value);
  }
  const content = await finishInSlices(parsingZoneFile(written, domain));
  return { ok: true, value: { content, problems: content.problems } };
}

async function transferred(
  options: ZoneActionOptions,
  parameters: Properties,
  address: string,
  domain: string,
): Promise<Outcome<Source>> {
  const keyName = parameters['tsig-key'];
  const key = keysOf(options.store.view()).find(({ name }) => name === keyName);
  if (keyName !== undefined && key === undefined) {
    return refuse(`The requested ZoneRunner TSIG Key (${String(keyName)}) was not found.`, 404);
  }
  const received = receivedZone(domain);
  const port = Number(parameters['port'] ?? 53);
  try {
    const secret = key && tsigSecret(key.name, key.secret, key.algorithm);
    await new NamedClient(options).transfer({ address, port }, domain, secret, ({ record }) =>
      received.take(record),
    );
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return refuse(`The zone ${domain} cannot be transferred: ${why}.`);
  }
  const content = received.content();
  return { ok: true, value: { content, problems: content.problems } };
}

async function importArchive(options: ZoneActionOptions, request: ActionRequest): Promise<Answer> {
  const { file, config } = request.parameters;
  const bytes = await uploaded(options, String(file));
  if (!bytes.ok) return bytes;
  const files = new Map<string, string>();
  try {
    for (const entry of await unpackArchive(bytes.value)) {
      files.set(entry.name, new TextDecoder().decode(entry.bytes));
    }
  } catch (error) {
    if (!(error instanceof ArchiveProblem)) throw error;
    return refuse(`${String(file)} is no archive to import: ${error.message}`);
  }
  const names = [...files.keys()];
  const confs = names.filter((name) =>
    config === undefined ? /(?:^|\/)named\.conf$/.test(name) : name === config,
  );
  const [conf] = confs;
  if (conf === undefined || confs.length > 1) {
    return refuse(`the archive has ${confs.length} files to begin with: name one by "config"`);
  }
  const { store } = options;
  const lookup = (path: string): string | undefined => files.get(placeOf(path, names) ?? '');
  const imported = await finishInSlices(
    importingConfig(files.get(conf) ?? '', lookup, store.view(), timeOf(options)),
  );
  if ('problem' in imported) return refuse(`${conf} cannot be read: ${imported.problem}`);
  const outcome = await commitLarge(store, request, imported.operations, `import of ${conf}`);
  if (!outcome.ok) return outcome;
  if (outcome.commit !== undefined && request.onPreview === undefined) {
    await options.applied.settledOrDeferred(outcome.commit.sequence, appliedMilliseconds);
  }
  return { ok: true, value: { commandResult: `${imported.report.join('\n')}\n` } };
}

/** Others have their turn in between; who is overtaken too often does it at once. */
async function commitLarge(
  store: ConfigStore,
  request: ActionRequest,
  operations: readonly Operation[],
  reason: string,
): Promise<CommitOutcome> {
  for (let attempt = 0; attempt < slicedAttempts; attempt += 1) {
    const outcome = await finishInSlices(committingFor(store, request, operations, { reason }));
    if (outcome !== undefined) return outcome;
  }
  return commitFor(store, request, operations, { reason });
}

/** `/etc/bind/db.x` of named.conf is `bind/db.x` or `db.x` of an archive: the longest that fits. */
function placeOf(path: string, names: readonly string[]): string | undefined {
  const wanted = path
    .replaceAll(/\/{2,}/g, '/')
    .replace(/^(?:\.\/)+/, '')
    .replace(/^\//, '');
  const fits = names.filter(
    (name) => name === wanted || name.endsWith(`/${wanted}`) || wanted.endsWith(`/${name}`),
  );
  return fits.toSorted((a, b) => b.length - a.length)[0];
}

function exportZone({ store }: ZoneActionOptions, parameters: Properties): Answer {
  const which = zoneOf(parameters);
  if (!which.ok) return which;
  const object = store.view().get(zoneComponent, which.value.name);
  if (object === undefined) return notFound(which.value.name);
  const { zone } = readZone(object);
  if (zone.kind !== 'primary' && zone.kind !== 'hint') {
    return refuse(
      `ZoneRunner Zone (${zone.object}) is a ${zone.kind} zone: its records are elsewhere.`,
    );
  }
  return { ok: true, value: { commandResult: renderZone(zone) } };
}

function checkZones({ store }: ZoneActionOptions, parameters: Properties): Answer {
  const view = store.view();
  let names = view.names(zoneComponent);
  if (parameters['name'] !== undefined) {
    const which = zoneOf(parameters);
    if (!which.ok) return which;
    if (view.get(zoneComponent, which.value.name) === undefined) return notFound(which.value.name);
    names = [which.value.name];
  }
  const lines: string[] = [];
  let count = 0;
  for (const name of names) {
    for (const problem of problemsOf(view, name, { warnings: true })) {
      count += 1;
      if (lines.length >= maximumLines) continue;
      const item = problem.item === undefined ? '' : ` ${problem.item}`;
      lines.push(`${severityOf(problem)}  ${name}${item}: ${textOfProblem(problem)}`);
    }
  }
  const zones = names.length === 1 ? '1 zone' : `${names.length} zones`;
  const summary = count === 0 ? `${zones}: nothing to say.` : `${zones}: ${count} remarks.`;
  return { ok: true, value: { commandResult: `${[...lines, summary].join('\n')}\n` } };
}

const maximumLines = 10_000;

function notFound(name: string): Answer {
  return refuse(`The requested ZoneRunner Zone (${name}) was not found.`, 404, '01020036');
}

/** Files of clients are those that they uploaded; a name that climbs is none. */
async function uploaded({ files }: ZoneActionOptions, path: string): Promise<Outcome<Uint8Array>> {
  const name = /^\/var\/config\/rest\/downloads\/([\w@%+=:,-][\w@%+=:.,-]{0,199})$/.exec(path)?.[1];
  if (name === undefined) return refuse(`"${path}" is not a file in /var/config/rest/downloads.`);
  try {
    const bytes = await readArchive(`${files}/var/config/rest/downloads/${name}`);
    return bytes === undefined
      ? refuse(`"${path}" is not there.`, 404)
      : { ok: true, value: bytes };
  } catch (error) {
    if (!(error instanceof ArchiveProblem)) throw error;
    return refuse(`"${path}" cannot be read: ${error.message}`);
  }
}

interface NamedZone {
  readonly domain: string;
  readonly view: string;
  /** Of the object. */
  readonly name: string;
}

function zoneOf(parameters: Properties): Outcome<NamedZone> {
  const written = String(parameters['name']);
  const colon = written.lastIndexOf(':');
  const view = colon < 0 ? String(parameters['view'] ?? defaultView) : written.slice(0, colon);
  const domain = zoneDomain(written.slice(colon + 1));
  if ('problem' in domain) return refuse(`The zone's name is bad: ${domain.problem}.`);
  const name = zoneObjectName(domain.name, view, defaultView);
  return { ok: true, value: { domain: domain.name, view, name } };
}

function timeOf({ clock }: ZoneActionOptions): HybridTime {
  return { wall: clock.wallMilliseconds(), counter: 0 };
}

function printed({ line, message, rule }: FileProblem): string {
  const place = line === 0 ? '' : `line ${line}: `;
  return `${place}${message} (${rule}: ${rules[rule].cure})`;
}
