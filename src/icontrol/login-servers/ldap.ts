/**
 * Asks a directory who somebody is: finds the entry, then logs in as it. What pam_ldap does on BIG-IP
 * (F5 tmsh reference, `auth ldap`).
 */
import { type FrameStream, connectFrames } from '../../platform/frame-stream.ts';
import type { Attribute, Credentials, LoginAnswer } from './answer.ts';
import { elementLength } from '../../base/ber.ts';
import { allOf, anyOf, equals, isPresent, parseFilter } from '../../base/ldap/filter.ts';
import {
  type Answer,
  type Entry,
  bindRequest,
  escapeName,
  parseAnswer,
  searchRequest,
  startTlsRequest,
  unbindRequest,
} from '../../base/ldap/message.ts';
import type { DirectorySettings } from './settings.ts';

const success = 0;
const noSuchObject = 32;
/** Codes that say something of the server, not of the user: another one may do better (RFC 4511, A.2). */
const serverTroubles: readonly number[] = [1, 2, 8, 11, 13, 51, 52, 80];
const maximumEntries = 1000;

/** `wanted`: attributes that roles are about. Never rejects. */
export async function askDirectory(
  settings: DirectorySettings,
  credentials: Credentials,
  wanted: readonly Attribute[],
): Promise<LoginAnswer> {
  const failures: string[] = [];
  for (const server of settings.servers) {
    try {
      return await askServer(settings, server, credentials, wanted);
    } catch (error) {
      failures.push(`${server}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const reason = failures.length === 0 ? 'no servers are configured' : failures.join('; ');
  return { kind: 'unavailable', reason };
}

async function askServer(
  settings: DirectorySettings,
  server: string,
  credentials: Credentials,
  wanted: readonly Attribute[],
): Promise<LoginAnswer> {
  const directory = await Directory.open(settings, server);
  try {
    return await logIn(directory, settings, credentials, wanted);
  } finally {
    directory.close();
  }
}

async function logIn(
  directory: Directory,
  settings: DirectorySettings,
  { user, password }: Credentials,
  wanted: readonly Attribute[],
): Promise<LoginAnswer> {
  const names = ['memberOf', 'host', ...wanted.map(({ name }) => name)];
  const attributes = [...new Set(names.map((name) => name.toLowerCase()))];
  const isTemplate = settings.userTemplate !== '';
  let entry: Entry | undefined;
  if (!isTemplate) {
    if (settings.bindName !== '') {
      await directory.mustBind(settings.bindName, settings.bindPassword);
    }
    const found = await directory.search({
      base: settings.base,
      scope: settings.scope,
      filter: allOf(
        equals(settings.loginAttribute, user),
        ...(settings.filter === '' ? [] : [parseFilter(settings.filter)]),
      ),
      attributes,
    });
    if (found.length > 1) return { kind: 'no', reason: 'several entries have this name' };
    [entry] = found;
    if (entry === undefined) return { kind: 'unknown' };
  }
  const name = entry?.name ?? settings.userTemplate.replaceAll('%s', () => escapeName(user));
  // Groups are looked up as whoever the device is, before it becomes the user.
  const groups = isTemplate ? undefined : await groupsOf(directory, settings, name, user, wanted);
  const code = await directory.bind(name, password);
  if (code !== success) return { kind: 'no', reason: `the directory refused (${code})` };
  if (isTemplate) {
    const filter = isPresent('objectClass');
    [entry] = await directory.search({ base: name, scope: 'base', filter, attributes });
  }
  const own = groups ?? (await groupsOf(directory, settings, name, user, wanted));
  if (own === undefined) return { kind: 'no', reason: `is not in ${settings.group}` };
  const all = [...(entry?.attributes ?? []), ...own];
  if (!isAllowedHost(settings.host, all)) {
    return { kind: 'no', reason: `the attribute host does not allow ${settings.host ?? ''}` };
  }
  return { kind: 'yes', attributes: all, sameCase: false };
}

/** Undefined: not in the group that all users must be in. */
async function groupsOf(
  directory: Directory,
  settings: DirectorySettings,
  name: string,
  user: string,
  wanted: readonly Attribute[],
): Promise<readonly Attribute[] | undefined> {
  const has = async (group: string, filter: Uint8Array): Promise<boolean> => {
    const found = await directory.search({
      base: group,
      scope: 'base',
      filter,
      attributes: ['1.1'],
    });
    return found.length > 0;
  };
  if (settings.group !== '') {
    const isMember = await has(settings.group, equals(settings.memberAttribute, name));
    if (!isMember) return undefined;
  }
  if (!settings.looksAtGroups) return [];
  const found: Attribute[] = [];
  const isMember = anyOf(
    equals('member', name),
    equals('uniqueMember', name),
    equals('memberUid', user),
  );
  for (const { name: attribute, value: group } of wanted) {
    if (attribute.toLowerCase() !== 'memberof') continue;
    if (await has(group, isMember)) found.push({ name: attribute, value: group });
  }
  return found;
}

function isAllowedHost(host: string | undefined, attributes: readonly Attribute[]): boolean {
  if (host === undefined) return true;
  return attributes.some(
    ({ name, value }) =>
      name.toLowerCase() === 'host' &&
      (value === '*' || value.toLowerCase() === host.toLowerCase()),
  );
}

interface Question {
  readonly base: string;
  readonly scope: DirectorySettings['scope'];
  readonly filter: Uint8Array;
  readonly attributes: readonly string[];
}

class Directory {
  readonly #stream: FrameStream;
  readonly #settings: DirectorySettings;
  #id = 0;

  private constructor(stream: FrameStream, settings: DirectorySettings) {
    this.#stream = stream;
    this.#settings = settings;
  }

  static async open(settings: DirectorySettings, server: string): Promise<Directory> {
    const { trust, encryption, bindMilliseconds } = settings;
    if (encryption !== 'disabled' && typeof trust === 'string') throw new Error(trust);
    const stream = await connectFrames({
      host: server,
      port: settings.port,
      connectMilliseconds: bindMilliseconds,
      lengthOf: elementLength,
    });
    const directory = new Directory(stream, settings);
    try {
      if (encryption === 'start-tls') {
        const { code, message } = await directory.#ask(startTlsRequest);
        if (code !== success) throw new Error(`StartTLS was refused (${code} ${message})`);
      }
      if (encryption !== 'disabled' && typeof trust !== 'string') {
        await stream.secure(trust, bindMilliseconds);
      }
    } catch (error) {
      stream.close();
      throw error;
    }
    return directory;
  }

  async #ask(request: (id: number) => Uint8Array): Promise<Extract<Answer, { kind: 'result' }>> {
    this.#id += 1;
    this.#stream.send(request(this.#id));
    for (;;) {
      const answer = parseAnswer(await this.#stream.receive(this.#settings.bindMilliseconds));
      if (answer.id === 0) throw new Error('the directory says goodbye');
      if (answer.id === this.#id && answer.kind === 'result') return answer;
    }
  }

  /** The result code. Rejects when the server is in trouble. */
  async bind(name: string, password: string): Promise<number> {
    const { version } = this.#settings;
    const { code, message } = await this.#ask((id) => bindRequest(id, version, name, password));
    if (serverTroubles.includes(code)) throw new Error(`bind: ${code} ${message}`);
    return code;
  }

  async mustBind(name: string, password: string): Promise<void> {
    const code = await this.bind(name, password);
    if (code !== success) throw new Error(`bind-dn ${name} was refused (${code})`);
  }

  /** Nothing there: no entries. */
  async search(question: Question): Promise<readonly Entry[]> {
    this.#id += 1;
    const id = this.#id;
    const seconds = this.#settings.searchSeconds;
    this.#stream.send(searchRequest(id, { ...question, sizeLimit: 2, seconds }));
    const found: Entry[] = [];
    for (;;) {
      const answer = parseAnswer(await this.#stream.receive(seconds * 1000));
      if (answer.id === 0) throw new Error('the directory says goodbye');
      if (answer.id !== id) continue;
      if (answer.kind === 'entry') found.push(answer.entry);
      if (found.length > maximumEntries) throw new Error('too many entries');
      if (answer.kind !== 'result') continue;
      const { code, message } = answer;
      const sizeLimitExceeded = 4;
      if (code === success || code === noSuchObject || code === sizeLimitExceeded) return found;
      throw new Error(`search: ${code} ${message}`);
    }
  }

  close(): void {
    this.#id += 1;
    this.#stream.send(unbindRequest(this.#id));
    this.#stream.close();
  }
}
