/**
 * How the command line reaches a device: the Unix socket below `--config DIR` or EVENKEEL_DEVICE, or another
 * device by `--host`. Of that one the certificate is remembered at the first time. Who types a password gets a
 * token for it, which is kept until it ends, in a file for its owner only; passwords are never kept.
 */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UserError } from '../base/user-error.ts';
import { devicePaths } from '../platform/device-paths.ts';
import { readTextIfPresent, writeFileDurably } from '../platform/files.ts';
import { type HttpClient, type RestPlace, connectHttp } from '../platform/https-client.ts';
import { askSecretly, isInteractive, writeErrorOutput } from '../platform/terminal.ts';
import { type KnownHost, knownHostsText, readKnownHosts } from '../tmsh/known-hosts.ts';
import { type Credentials, type RestClient, createRest } from '../tmsh/rest.ts';

export interface ConnectionOptions {
  readonly host: string | undefined;
  readonly port: number;
  readonly user: string;
  readonly password: string | undefined;
  readonly config: string | undefined;
}

export interface Connection {
  readonly client: HttpClient;
  readonly credentials: Credentials;
  readonly rest: RestClient;
  readonly place: RestPlace;
}

export const connectionFlags = ['--host', '--port', '--user', '--password', '--config'] as const;

/** Words and the flags above, with more of the caller's. Throws as parseArgs does. */
export function parseFlags<const More extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  more: More,
) {
  const text = { type: 'string' } as const;
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { host: text, port: text, user: text, password: text, config: text, ...more },
  });
  const given = new Map<string, string>();
  for (const flag of connectionFlags) {
    const value: unknown = Reflect.get(values, flag.slice(2));
    if (typeof value === 'string') given.set(flag, value);
  }
  return { given, values, words: positionals };
}

/** Of the flags above, as they were given; `program` is named in complaints. */
export function connectionOptions(
  program: string,
  given: ReadonlyMap<string, string>,
): ConnectionOptions {
  const port = Number(given.get('--port') ?? 443);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new UserError(`${program}: --port ${given.get('--port') ?? ''} is no port`);
  }
  return {
    host: given.get('--host'),
    port,
    user: given.get('--user') ?? 'admin',
    password: given.get('--password') ?? process.env['EVENKEEL_PASSWORD'],
    config: given.get('--config') ?? process.env['EVENKEEL_DEVICE'],
  };
}

/** Throws UserError when it is not known which device, or it does not let in. */
export async function connectRest(
  program: string,
  options: ConnectionOptions,
): Promise<Connection> {
  const { host, config } = options;
  if (host !== undefined) return connectHost(program, { ...options, host });
  if (config === undefined) {
    throw new UserError(
      `${program}: which device? Give --config DIR, EVENKEEL_DEVICE, or --host HOST`,
    );
  }
  const paths = devicePaths(config);
  readToken(program, paths.localToken);
  const place = { kind: 'socket', path: paths.restSocket } as const;
  return opened(place, {
    kind: 'local',
    user: 'root',
    // Another one after each start of the device, which a shell may outlive.
    get token() {
      return readToken(program, paths.localToken);
    },
  });
}

function opened(place: RestPlace, credentials: Credentials): Connection {
  const client = connectHttp(place);
  return { place, client, credentials, rest: createRest(client, credentials) };
}

function readToken(program: string, path: string): string {
  try {
    const token = readTextIfPresent(path);
    if (token !== undefined) return token.trim();
  } catch {
    throw new UserError(
      `${program}: ${path} cannot be read; run as root, or give --host and --user`,
    );
  }
  throw new UserError(`${program}: no device runs below ${path}; start it by: evenkeel device up`);
}

function knownHostsFile(): string {
  const given = process.env['XDG_STATE_HOME'] ?? '';
  const base = given === '' ? join(homedir(), '.local', 'state') : given;
  return join(base, 'evenkeel', 'known-hosts.json');
}

async function connectHost(
  program: string,
  options: ConnectionOptions & { readonly host: string },
): Promise<Connection> {
  const { host, port, user } = options;
  const file = knownHostsFile();
  const known = readKnownHosts(readTextIfPresent(file) ?? '');
  const address = `${host}:${port}`;
  const before = known.get(address);
  const fingerprint = await fingerprintOf(host, port);
  if (before !== undefined && before.fingerprint !== fingerprint) {
    throw new UserError(
      `${program}: the certificate of ${address} is another one than before: ${fingerprint}. ` +
        `Nothing was sent. When that is right, remove ${address} from ${file}`,
    );
  }
  const place: RestPlace = { kind: 'https', host, port, fingerprint };
  const save = (host: KnownHost): void => {
    const text = knownHostsText(readKnownHosts(readTextIfPresent(file) ?? '').set(address, host));
    writeFileDurably(file, text);
  };
  if (before === undefined) {
    writeErrorOutput(`${address} is new here; its certificate has the fingerprint ${fingerprint}`);
    save({ fingerprint, tokens: {} });
  }
  const { password } = options;
  if (password !== undefined) return opened(place, { kind: 'password', user, password });
  const kept = before?.tokens[user];
  if (kept !== undefined) {
    const connection = opened(place, { kind: 'token', token: kept, user });
    const { status } = await connection.rest.request('GET', '/mgmt/tm/sys/ready');
    if (status !== 401) return connection;
    connection.client.close();
  }
  const token = await logIn(program, place, user);
  save({ fingerprint, tokens: { ...before?.tokens, [user]: token } });
  return opened(place, { kind: 'token', token, user });
}

async function fingerprintOf(host: string, port: number): Promise<string> {
  try {
    // Loading TLS takes a tenth of the shell's start, and the device's own socket does without.
    const { readCertificate } = await import('../platform/pinned-https.ts');
    return (await readCertificate(host, port)).sha256;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError(`the device does not answer at ${host} port ${port}; is it up? (${why})`);
  }
}

async function logIn(program: string, place: RestPlace, user: string): Promise<string> {
  if (!isInteractive()) {
    throw new UserError(`${program}: --host needs EVENKEEL_PASSWORD or --password`);
  }
  const password = await askSecretly('Password: ');
  if (password === '') throw new UserError(`${program}: no password, nothing was sent`);
  const { client, rest } = opened(place, { kind: 'none', user });
  try {
    const body = { username: user, password, loginProviderName: 'tmos' };
    const answer = await rest.request('POST', '/mgmt/shared/authn/login', body);
    const token = answer.json['token'];
    const value =
      typeof token === 'object' && token !== null && 'token' in token ? token.token : '';
    if (!answer.isOk || typeof value !== 'string') {
      throw new UserError(`${program}: ${user} was not let in: ${answer.message}`);
    }
    return value;
  } finally {
    client.close();
  }
}

/** Why there was no answer, for whoever goes on all the same. */
export function reasonOf(error: unknown, place: RestPlace): string {
  if (error instanceof UserError) return error.message;
  if (error instanceof Error && 'syscall' in error) return unreachable(error, place).message;
  return `the device does not answer (${error instanceof Error ? error.message : String(error)})`;
}

/** What a refused connection says of itself, in one line; other errors go on. */
export function unreachable(error: unknown, place: RestPlace): UserError {
  if (!(error instanceof Error) || !('syscall' in error)) throw error;
  const where = place.kind === 'socket' ? place.path : `${place.host} port ${place.port}`;
  return new UserError(`the device does not answer at ${where}; is it up? (${error.message})`);
}
