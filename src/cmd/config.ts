/**
 * `evenkeel config`: the configuration as files for a repository, and its history. A client of REST, as the
 * shell is.
 */
import { UserError } from '../base/user-error.ts';
import { changesText } from '../config/text/changes-text.ts';
import { type Json, type JsonObject, isJsonObject } from '../config/text/json.ts';
import { packArchive } from '../platform/archive.ts';
import { systemClock } from '../platform/clock.ts';
import { readTree, writeTree } from '../platform/folder-tree.ts';
import { systemRandom } from '../platform/random.ts';
import { writeErrorOutput, writeOutput } from '../platform/terminal.ts';
import {
  type FolderFiles,
  type Loadable,
  folderOf,
  inFolder,
  loadableOf,
  staleOf,
} from '../tmsh/config-folder.ts';
import { uploadFile } from '../tmsh/rest.ts';
import {
  type Connection,
  connectRest,
  connectionFlags,
  connectionOptions,
  unreachable,
} from './rest-connection.ts';

export const configHelp = `evenkeel config: the configuration as files, and its history

  evenkeel config export DIR                 one text a partition and module, certificates and keys beside them
  evenkeel config diff DIR | FROM [TO]       what apply DIR would change; what lies between two commits
  evenkeel config apply DIR [--dry-run]      the device gets what DIR holds, as one commit;
                                             --keep-unknown: with lines that it does not know
  evenkeel config drift DIR | --peer DEVICE  the same as diff, with exit status 2 when there is a difference
  evenkeel config log [--count N]            the newest commits
  evenkeel config show COMMIT                what one changed
  evenkeel config rollback COMMIT [--dry-run]  one new commit with what ran then

  --config DIR, or --host HOST [--port N] [--user USER] [--password TEXT]; --reason TEXT; --json
  Exit status: 0 done, 1 refused or failed, 2 drift.
`;

interface Wanted {
  readonly words: readonly string[];
  readonly given: ReadonlyMap<string, string>;
  readonly isDryRun: boolean;
  /** Lines that the device does not know are kept, instead of being taken for slips. */
  readonly keepsUnknown: boolean;
  readonly isJson: boolean;
}

/** What the device refused, and its own words. */
class Refused extends UserError {}

type Verb = (connection: Connection, wanted: Wanted) => Promise<number>;

const verbs: Readonly<Record<string, Verb>> = {
  export: exportFolder,
  diff: (connection, wanted) => diff(connection, wanted, false),
  drift: (connection, wanted) => diff(connection, wanted, true),
  apply: (connection, wanted) => apply(connection, wanted, wanted.isDryRun),
  log,
  show,
  rollback,
};

export async function config(args: readonly string[]): Promise<number> {
  const [word = 'help', ...rest] = args;
  const verb = Object.hasOwn(verbs, word) ? verbs[word] : undefined;
  if (verb === undefined) {
    if (word !== 'help') throw new UserError(`config: unknown command ${word}\n\n${configHelp}`);
    writeOutput(configHelp.trimEnd());
    return 0;
  }
  const wanted = parseArguments(rest);
  const connection = await connectRest('config', connectionOptions('config', wanted.given));
  try {
    return await verb(connection, wanted);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw unreachable(error, connection.place);
  } finally {
    connection.client.close();
  }
}

const valued: readonly string[] = [...connectionFlags, '--peer', '--count', '--reason'];

function parseArguments(args: readonly string[]): Wanted {
  const given = new Map<string, string>();
  const words: string[] = [];
  let isDryRun = false;
  let isJson = false;
  let keepsUnknown = false;
  for (let index = 0; index < args.length; index += 1) {
    const [word = '', inline] = (args[index] ?? '').split(/=(.*)/s, 2);
    if (!word.startsWith('--')) words.push(args[index] ?? '');
    else if (word === '--dry-run') isDryRun = true;
    else if (word === '--json') isJson = true;
    else if (word === '--keep-unknown') keepsUnknown = true;
    else if (valued.includes(word)) {
      const value = inline ?? args[(index += 1)];
      if (value === undefined) throw new UserError(`config: ${word} needs a value`);
      given.set(word, value);
    } else throw new UserError(`config: unknown option ${word}`);
  }
  return { words, given, isDryRun, keepsUnknown, isJson };
}

async function asked(
  { rest }: Connection,
  method: string,
  path: string,
  body?: JsonObject,
): Promise<JsonObject> {
  const answer = await rest.request(method, path, body);
  if (answer.isOk) return answer.json;
  const others = answer.json['errorStack'];
  const lines = [answer.message, ...(Array.isArray(others) ? others.map(String) : [])];
  throw new Refused(lines.join('\n'));
}

const shared = '/mgmt/shared/evenkeel';

async function exportFolder(connection: Connection, wanted: Wanted): Promise<number> {
  const folder = folderNamed(wanted);
  const json = await asked(connection, 'GET', `${shared}/config`);
  const files = folderOf(json);
  const stale = staleOf(folderFiles(folder, true), files);
  const touched = writeTree(folder, files, stale);
  if (wanted.isJson)
    print({ commit: json['commit'] ?? 0, files: [...files.keys()], touched, stale });
  else {
    writeOutput(
      `${folder}: commit ${String(json['commit'])}, ${files.size} files, ${touched} changed`,
    );
  }
  return 0;
}

function folderNamed({ words }: Wanted): string {
  const [folder, ...more] = words;
  if (folder === undefined || more.length > 0)
    throw new UserError('config: which folder? Name one');
  return folder;
}

function folderFiles(folder: string, mayMiss: boolean): FolderFiles {
  try {
    return readTree(folder);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (mayMiss && 'code' in error && error.code === 'ENOENT') return new Map();
    throw new UserError(`config: ${folder} cannot be read: ${error.message}`);
  }
}

/** With the folder's changes, or with those between commits, or those to what a peer has. */
async function diff(connection: Connection, wanted: Wanted, isDrift: boolean): Promise<number> {
  const [first, second] = wanted.words;
  const peer = wanted.given.get('--peer');
  const isHistory = peer !== undefined || (!isDrift && /^(\d+|running)$/.test(first ?? ''));
  if (!isHistory) {
    const changes = await applied(connection, wanted, true);
    showChanges(wanted, changes);
    return isDrift && changes.length > 0 ? 2 : 0;
  }
  const query = new URLSearchParams(
    peer === undefined
      ? { from: first ?? '', ...(second !== undefined && { to: second }) }
      : { peer },
  );
  const changes = changesIn(await asked(connection, 'GET', `${shared}/diff?${query}`));
  showChanges(wanted, changes);
  return isDrift && changes.length > 0 ? 2 : 0;
}

function changesIn(json: JsonObject): readonly Json[] {
  return Array.isArray(json['changes']) ? (json['changes'] as readonly Json[]) : [];
}

function showChanges({ isJson }: Wanted, changes: readonly Json[]): void {
  if (isJson) print({ changes });
  else {
    const text = changesText(changes);
    writeOutput(text === '' ? 'No difference.' : text.trimEnd());
  }
}

function print(json: JsonObject): void {
  writeOutput(JSON.stringify(json, undefined, 1));
}

async function apply(connection: Connection, wanted: Wanted, isDryRun: boolean): Promise<number> {
  const changes = await applied(connection, wanted, isDryRun);
  if (wanted.isJson) print({ isDryRun, changes });
  else if (changes.length === 0) writeOutput('Nothing to change.');
  else {
    writeOutput(changesText(changes).trimEnd());
    writeOutput(isDryRun ? 'Nothing was changed (dry run).' : 'Applied as one commit.');
  }
  return 0;
}

/** What the folder changes; made, unless it is a dry run. */
async function applied(
  connection: Connection,
  wanted: Wanted,
  isDryRun: boolean,
): Promise<readonly Json[]> {
  const folder = folderNamed(wanted);
  const loadable = loadableOf(folderFiles(folder, false));
  if (loadable === undefined) {
    throw new UserError(
      `config: ${folder} holds no configuration; make one by: evenkeel config export`,
    );
  }
  const name = `evenkeel-config-${systemRandom.uuid()}.conf`;
  const file = `/var/config/rest/downloads/${name}`;
  const reason = wanted.given.get('--reason') ?? `config apply ${folder}`;
  try {
    await send(connection, name, loadable);
    const load = async (query: string): Promise<JsonObject> =>
      asked(connection, 'POST', `/mgmt/tm/sys/config?${query}`, { command: 'load', file });
    // What changes is known by the dry run, and said by it only.
    const changes = changesIn(await load('dryRun=true'));
    if (!wanted.keepsUnknown) refuseUnknown(changes);
    if (!isDryRun && changes.length > 0) await load(`${new URLSearchParams({ reason })}`);
    return changes;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    throw new UserError(inFolder(error.message, loadable));
  } finally {
    const words = `${file} ${file}.tar`;
    const body = { command: 'run', utilCmdArgs: `-f ${words}` };
    const removed = await connection.rest.request('POST', '/mgmt/tm/util/unix-rm', body);
    if (!removed.isOk) writeErrorOutput(`${words} is left on the device: ${removed.message}`);
  }
}

/** What a device wrote may hold what another version knows; in a folder that people edit it is mostly a slip. */
function refuseUnknown(changes: readonly Json[]): void {
  const unknown = changes
    .filter(isJsonObject)
    .filter(({ component, action }) => component === 'sys opaque' && action !== 'delete');
  if (unknown.length === 0) return;
  const names = unknown.map(({ name, afterText }) => {
    const lines = [...String(afterText).matchAll(/^ +text (.*)$/gm)].map(([, line]) => line);
    return `  ${String(name)}${lines.length === 0 ? '' : `: ${lines.join('; ')}`}`;
  });
  throw new UserError(
    [
      'config: the device does not know this; --keep-unknown keeps it without effect:',
      ...names,
    ].join('\n'),
  );
}

async function send(
  { client, credentials }: Connection,
  name: string,
  { text, contents }: Loadable,
): Promise<void> {
  const time = systemClock.wallMilliseconds() / 1000;
  const entries = contents.map(({ name: path, bytes }) => ({ name: path, bytes }));
  const uploads: [string, Uint8Array][] = [[name, Buffer.from(text)]];
  if (entries.length > 0) {
    uploads.push([`${name}.tar`, await packArchive(entries, { isCompressed: false, time })]);
  }
  for (const [target, bytes] of uploads) {
    const problem = await uploadFile(client, credentials, target, bytes);
    if (problem !== undefined) throw new Refused(problem);
  }
}

async function log(connection: Connection, wanted: Wanted): Promise<number> {
  const count = wanted.given.get('--count') ?? '20';
  const query = new URLSearchParams({ $top: count });
  const json = await asked(connection, 'GET', `${shared}/commits?${query}`);
  const items = Array.isArray(json['items']) ? (json['items'] as readonly Json[]) : [];
  if (wanted.isJson) print({ commits: items });
  else for (const commit of items.filter(isJsonObject)) writeOutput(commitLine(commit));
  return 0;
}

function commitLine({ sequence, time, user, source, changeCount, reason }: JsonObject): string {
  const what = `${String(changeCount ?? 0)} object${changeCount === 1 ? '' : 's'}`;
  const why = reason === undefined ? '' : `  ${String(reason)}`;
  return `${String(sequence).padStart(6)}  ${String(time)}  ${String(user)}/${String(source)}  ${what}${why}`;
}

async function show(connection: Connection, wanted: Wanted): Promise<number> {
  const commit = commitNamed(wanted);
  const json = await asked(connection, 'GET', `${shared}/commits/${commit}`);
  if (wanted.isJson) print(json);
  else {
    writeOutput(commitLine(json));
    writeOutput(changesText(changesIn(json)).trimEnd());
  }
  return 0;
}

function commitNamed({ words }: Wanted): string {
  const [commit, ...more] = words;
  if (commit === undefined || more.length > 0 || !/^\d{1,15}$/.test(commit)) {
    throw new UserError('config: which commit? Give its number; evenkeel config log has them');
  }
  return commit;
}

async function rollback(connection: Connection, wanted: Wanted): Promise<number> {
  const to = commitNamed(wanted);
  const reason = wanted.given.get('--reason');
  const query = new URLSearchParams({
    ...(wanted.isDryRun && { dryRun: 'true' }),
    ...(reason !== undefined && { reason }),
  });
  const body = { command: 'run', rollback: true, to };
  const json = await asked(connection, 'POST', `/mgmt/tm/sys/commit?${query}`, body);
  if (wanted.isJson) print(json);
  else if (wanted.isDryRun) showChanges(wanted, changesIn(json));
  else writeOutput(String(json['commandResult'] ?? `Rolled back to ${to}.`).trimEnd());
  return 0;
}
