/**
 * `evenkeel tmsh`: the shell, on the device itself (Unix socket below `--config DIR` or EVENKEEL_DEVICE)
 * or on another one (`--host`). Commands come from `-c`, from the words after the options, from standard
 * input, or from a prompt. `--dry-run` shows what they would change, `--reason` says why they do.
 */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../base/user-error.ts';
import { systemClock } from '../platform/clock.ts';
import { fetchBytes } from '../platform/fetched.ts';
import { readBytesIfPresent, readTextIfPresent, writeFileDurably } from '../platform/files.ts';
import {
  askLine,
  askSecretly,
  askWord,
  hasColours,
  interruptible,
  isInteractive,
  outliveInterrupts,
  page,
  readStandardInput,
  terminalColumns,
  typedText,
  writeErrorOutput,
  writeOutput,
} from '../platform/terminal.ts';
import type { RestPlace } from '../platform/https-client.ts';
import { coloured } from '../tmsh/colours.ts';
import type { OwnFiles } from '../tmsh/session.ts';
import { type TypedCommand, historyFile, readHistory } from '../tmsh/history.ts';
import { preferenceDefaults } from '../tmsh/preference.ts';
import { type RestClient, uploadFile } from '../tmsh/rest.ts';
import { type Shell, createShell } from '../tmsh/shell.ts';
import {
  type ConnectionOptions,
  connectRest,
  connectionFlags,
  connectionOptions,
  reasonOf,
  unreachable,
} from './rest-connection.ts';
import { shellCatalogue } from './shell-catalogue.ts';

interface Wanted {
  command: string | undefined;
  connection: ConnectionOptions;
  /** `-q`: no pager. */
  isQuiet: boolean;
  /** `--dry-run`: changes are shown, not made. */
  isDryRun: boolean;
  reason: string | undefined;
}

const valued = ['-c', ...connectionFlags, '--reason'] as const;

/** What is sent to a device from where the shell runs. */
const maximumFileBytes = 256 * 1024 * 1024;

export async function tmsh(args: readonly string[]): Promise<number> {
  const wanted = parseArguments(args);
  const { place, client, credentials, rest } = await connectRest('tmsh', wanted.connection);
  const ownFiles: OwnFiles = {
    read: (path) => readBytesIfPresent(path, maximumFileBytes),
    fetch: (url) => fetchBytes(url, maximumFileBytes),
    upload: (name, bytes) => uploadFile(client, credentials, name, bytes),
  };
  const base = {
    rest,
    ...(await shellCatalogue()),
    columns: terminalColumns,
    ownFiles,
    history: keptHistory,
    isDryRun: wanted.isDryRun,
    ...(wanted.reason !== undefined && { reason: wanted.reason }),
  };
  const notice = 'Enter configuration. Press CTRL-D to submit or CTRL-C to cancel.';
  // What only somebody at a terminal needs is loaded for them alone.
  const asking = isInteractive()
    ? {
        readSecret: askSecretly,
        askWord,
        editText: async (text: string, editor: readonly string[]) =>
          (await import('../platform/editor.ts')).editText(text, editor),
      }
    : {};
  const readText = (): Promise<string | undefined> =>
    isInteractive() ? typedText(notice) : readStandardInput();
  try {
    const { command } = wanted;
    if (command === undefined && isInteractive()) {
      const patient = patientRest(rest, place);
      const shellOf: ShellOf = (print, printError) =>
        createShell({
          ...base,
          ...asking,
          rest: patient,
          readText,
          print,
          printError,
          history: () => history,
        });
      const isPaged = !wanted.isQuiet;
      const history = keptHistory();
      return await interact({ shellOf, rest: patient, user: credentials.user, isPaged, history });
    }
    const printing = { print: writeOutput, printError: writeErrorOutput };
    if (command !== undefined) {
      return await createShell({ ...base, ...printing, readText, ...asking }).run(command, true);
    }
    return await createShell({ ...base, ...printing }).run(await readStandardInput(), false);
  } catch (error) {
    throw unreachable(error, place);
  } finally {
    client.close();
  }
}

function parseArguments(args: readonly string[]): Wanted {
  const given = new Map<string, string>();
  let index = 0;
  let isQuiet = false;
  let isDryRun = false;
  for (; index < args.length; index += 1) {
    const word = args[index] ?? '';
    if (!word.startsWith('-')) break;
    if (word === '-q') isQuiet = true;
    if (word === '--dry-run') isDryRun = true;
    if (word === '-q' || word === '-a' || word === '--dry-run') continue;
    const [name, inline] = splitOption(word);
    const option = valued.find((known) => known === name);
    if (option === undefined) throw new UserError(`tmsh: unknown option ${word}`);
    const value = inline ?? args[(index += 1)];
    if (value === undefined) throw new UserError(`tmsh: ${word} needs a value`);
    given.set(option, value);
  }
  const words = args.slice(index);
  return {
    command: given.get('-c') ?? (words.length === 0 ? undefined : words.join(' ')),
    connection: connectionOptions('tmsh', given),
    isQuiet,
    isDryRun,
    reason: given.get('--reason'),
  };
}

function splitOption(word: string): readonly [string, string | undefined] {
  const equals = word.startsWith('--') ? word.indexOf('=') : -1;
  return equals < 0 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)];
}

type Print = (text: string) => void;
type ShellOf = (print: Print, printError: Print) => Shell;

const historyPath = (): string => join(homedir(), '.evenkeel_tmsh_history');

/** What whoever runs this has typed at prompts, newest first. */
function keptHistory(): TypedCommand[] {
  return readHistory(readTextIfPresent(historyPath()) ?? '');
}

/** Whoever sits at a prompt stays there while the device is away. */
function patientRest(rest: RestClient, place: RestPlace): RestClient {
  return {
    async request(...asked) {
      try {
        return await rest.request(...asked);
      } catch (error) {
        return { isOk: false, status: 0, json: {}, message: reasonOf(error, place) };
      }
    },
  };
}

/** Prompt after prompt; what was typed is remembered in the home folder, readable for its owner only. */
async function interact(options: {
  readonly shellOf: ShellOf;
  readonly rest: RestClient;
  readonly user: string;
  readonly isPaged: boolean;
  readonly history: TypedCommand[];
}): Promise<number> {
  const lines: string[] = [];
  const { history } = options;
  const takeOutput = (): string => lines.splice(0).join('\n');
  const release = outliveInterrupts();
  const hasColour = hasColours();
  let preference = preferenceDefaults;
  const print: Print = (text) => void lines.push(text);
  const printError: Print = (text) =>
    print(hasColour && preference.isColoured ? coloured(text, 'red') : text);
  const { converse } = await import('../tmsh/converse.ts');
  try {
    return await converse({
      terminal: {
        askLine,
        interruptible,
        page: options.isPaged ? page : (text) => Promise.resolve(writeOutput(text)),
        print: writeOutput,
        columns: () => terminalColumns() ?? 80,
      },
      rest: options.rest,
      shell: options.shellOf(print, printError),
      hasColours: hasColour,
      onPreference: (now) => void (preference = now),
      user: options.user,
      takeOutput,
      history,
      now: () => systemClock.wallMilliseconds(),
    });
  } finally {
    release();
    writeFileDurably(historyPath(), historyFile(history.slice(0, preference.historyFileSize)));
  }
}
