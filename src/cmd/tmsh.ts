/**
 * `evenkeel tmsh`: the shell, on the device itself (Unix socket below `--config DIR` or EVENKEEL_DEVICE)
 * or on another one (`--host`). Commands come from `-c`, from the words after the options, from standard
 * input, or from a prompt.
 */
import { componentById, components } from '../catalogue/index.ts';
import { UserError } from '../base/user-error.ts';
import { devicePaths } from '../platform/device-paths.ts';
import { readTextIfPresent } from '../platform/files.ts';
import { type RestPlace, connectHttp } from '../platform/https-client.ts';
import {
  askSecretly,
  converse,
  isInteractive,
  readStandardInput,
  writeErrorOutput,
  writeOutput,
} from '../platform/terminal.ts';
import { promptText } from '../tmsh/prompt.ts';
import { type Credentials, type RestClient, createRest } from '../tmsh/rest.ts';
import { createShell } from '../tmsh/shell.ts';

interface Wanted {
  command: string | undefined;
  host: string | undefined;
  port: number;
  user: string;
  password: string | undefined;
  config: string | undefined;
}

const valued = ['-c', '--host', '--port', '--user', '--password', '--config'] as const;

export async function tmsh(args: readonly string[]): Promise<number> {
  const wanted = parseArguments(args);
  const { place, credentials } = await placeOf(wanted);
  const client = connectHttp(place);
  const rest = createRest(client, credentials);
  const shell = createShell({
    rest,
    components,
    component: componentById,
    print: writeOutput,
    printError: writeErrorOutput,
  });
  try {
    if (wanted.command !== undefined) return await shell.run(wanted.command, true);
    if (!isInteractive()) return await shell.run(await readStandardInput(), false);
    return await interact(shell, rest);
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    const where = place.kind === 'socket' ? place.path : `${place.host} port ${place.port}`;
    throw new UserError(`the device does not answer at ${where}; is it up? (${error.message})`);
  } finally {
    client.close();
  }
}

function isUnreachable(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error;
}

function parseArguments(args: readonly string[]): Wanted {
  const given = new Map<string, string>();
  let index = 0;
  for (; index < args.length; index += 1) {
    const word = args[index] ?? '';
    if (!word.startsWith('-')) break;
    if (word === '-q' || word === '-a') continue;
    const [name, inline] = splitOption(word);
    const option = valued.find((known) => known === name);
    if (option === undefined) throw new UserError(`tmsh: unknown option ${word}`);
    const value = inline ?? args[(index += 1)];
    if (value === undefined) throw new UserError(`tmsh: ${word} needs a value`);
    given.set(option, value);
  }
  const words = args.slice(index);
  const port = Number(given.get('--port') ?? 443);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new UserError(`tmsh: --port ${given.get('--port') ?? ''} is no port`);
  }
  return {
    command: given.get('-c') ?? (words.length === 0 ? undefined : words.join(' ')),
    host: given.get('--host'),
    port,
    user: given.get('--user') ?? 'admin',
    password: given.get('--password') ?? process.env['EVENKEEL_PASSWORD'],
    config: given.get('--config') ?? process.env['EVENKEEL_DEVICE'],
  };
}

function splitOption(word: string): readonly [string, string | undefined] {
  const equals = word.startsWith('--') ? word.indexOf('=') : -1;
  return equals < 0 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)];
}

async function placeOf(
  wanted: Wanted,
): Promise<{ readonly place: RestPlace; readonly credentials: Credentials }> {
  if (wanted.host !== undefined) {
    const password =
      wanted.password ?? (isInteractive() ? await askSecretly('Password: ') : undefined);
    if (password === undefined) {
      throw new UserError('tmsh: --host needs --password or EVENKEEL_PASSWORD');
    }
    return {
      place: { kind: 'https', host: wanted.host, port: wanted.port },
      credentials: { kind: 'password', user: wanted.user, password },
    };
  }
  if (wanted.config === undefined) {
    throw new UserError('tmsh: which device? Give --config DIR, EVENKEEL_DEVICE, or --host HOST');
  }
  const paths = devicePaths(wanted.config);
  const token = readToken(paths.localToken);
  return {
    place: { kind: 'socket', path: paths.restSocket },
    credentials: { kind: 'local', token, user: 'root' },
  };
}

function readToken(path: string): string {
  try {
    const token = readTextIfPresent(path);
    if (token !== undefined) return token.trim();
  } catch {
    throw new UserError(`tmsh: ${path} cannot be read; run as root, or give --host and --user`);
  }
  throw new UserError(`tmsh: no device runs below ${path}; start it by: evenkeel device up`);
}

/** Lines are collected until braces and quotes are closed. */
async function interact(shell: ReturnType<typeof createShell>, rest: RestClient): Promise<number> {
  let pending = '';
  let status = 0;
  await converse({
    prompt: async () =>
      pending === ''
        ? promptText(rest, { user: 'root', folder: shell.folder(), module: shell.module() })
        : '> ',
    async onLine(line) {
      pending = pending === '' ? line : `${pending}\n${line}`;
      if (isOpen(pending)) return 'go on';
      const text = pending;
      pending = '';
      status = await shell.run(text, true);
      return shell.hasQuit() ? 'stop' : 'go on';
    },
  });
  return status;
}

function isOpen(text: string): boolean {
  const bare = text.replaceAll(/\\.|"(?:\\.|[^"\\])*"/gs, '');
  const opened = (bare.match(/\{/g) ?? []).length - (bare.match(/\}/g) ?? []).length;
  return opened > 0 || bare.includes('"');
}
