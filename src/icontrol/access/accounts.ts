/**
 * Who is asking: Basic, token, or the local socket's key. A verified password is remembered for a
 * minute by a keyed hash, so that clients which send Basic each time do not cost a slow hash each time.
 */
import { hash, timingSafeEqual } from 'node:crypto';
import type { CommitSource, ConfigStore } from '../../config/types.ts';
import { type Clock, sleep } from '../../platform/clock.ts';
import type { HttpRequest } from '../../platform/https-server.ts';
import type { Random } from '../../platform/random.ts';
import { createFailedLogins, networkOf } from './failed-logins.ts';
import type { LockOut } from './lock-out.ts';
import type { RemoteLogins } from '../login-servers/remote-logins.ts';
import { type Access, type PartitionAccess, accessOf, fullAccess, remoteAccess } from './roles.ts';
import type { Token, Tokens } from './tokens.ts';

export interface Passwords {
  hash(password: string): Promise<string>;
  verify(password: string, hash: string): Promise<boolean>;
}

export interface Caller {
  readonly access: Access;
  readonly address: string;
  readonly token: Token | undefined;
  readonly isTmsh: boolean;
  /** What the request says of itself; see origin.ts. */
  readonly source?: CommitSource;
  readonly reason?: string;
}

export type Authentication =
  | { readonly ok: true; readonly caller: Caller }
  | {
      readonly ok: false;
      readonly status: 401 | 503;
      readonly message: string;
      /** Who was named with a wrong password; slowed down, so that nobody floods the audit log. */
      readonly failedUser?: string;
    };

const cacheMilliseconds = 60_000;
const maximumCached = 1000;
/** Slow hashes at once; more wait for nobody and are told to come back. */
const maximumVerifications = 16;
/** Answers to wrong passwords that wait at once, in all and of one address. */
const maximumHeldBack = 200;
const maximumHeldBackOfAddress = 10;

/** `locked`: too many wrong passwords from there; this one was not looked at. */
export type Verdict = 'yes' | 'no' | 'busy' | 'locked';

export interface Accounts {
  authenticate(request: HttpRequest): Promise<Authentication>;
  /** For the login endpoint. */
  verify(user: string, password: string, address: string): Promise<Verdict>;
  /** Of a user who just came in, and whom only a login server knows. */
  remoteAccess(user: string): PartitionAccess | undefined;
  close(): void;
}

const noConsole =
  'The role of this user has no console: auth remote-role console, auth remote-user remote-console-access.';

export const lockedMessage = 'Maximum number of login attempts exceeded, try again later.';

interface AccountOptions {
  readonly store: ConfigStore;
  readonly tokens: Tokens;
  readonly passwords: Passwords;
  readonly clock: Clock;
  readonly random: Random;
  readonly localKey: string;
  /** What the password policy says of wrong passwords. */
  readonly lockOut?: LockOut;
  /** Who else is asked about passwords. */
  readonly remote: RemoteLogins;
}

export function createAccounts(options: AccountOptions): Accounts {
  const { store, tokens, clock, remote } = options;
  const check = createCheck(options);
  const verify = withSlowDown(check, clock, options.lockOut);

  const callerOf = (request: HttpRequest, user: string, token?: Token): Caller | undefined => {
    const properties = store.view().get('auth user', user)?.properties;
    const isTmsh = request.headers['x-evenkeel-client'] === 'tmsh';
    const address = request.remoteAddress;
    if (properties !== undefined) {
      return { access: accessOf(user, properties), address, token, isTmsh };
    }
    const given =
      token === undefined ? remote.account(user)?.partitionAccess : token.partitionAccess;
    if (given === undefined) return undefined;
    return { access: remoteAccess(user, given), address, token, isTmsh };
  };
  const mayUseTmsh = (user: string): boolean =>
    store.view().stored('auth user', user) !== undefined ||
    remote.account(user)?.hasConsole !== false;

  return {
    verify,
    close: remote.close,
    remoteAccess: (user) =>
      store.view().stored('auth user', user) === undefined
        ? remote.account(user)?.partitionAccess
        : undefined,
    async authenticate(request) {
      const local = request.headers['x-evenkeel-local-token'];
      if (request.isLocal && local !== undefined && isSame(local, options.localKey)) {
        const user = request.headers['x-evenkeel-user'] ?? 'root';
        const isTmsh = request.headers['x-evenkeel-client'] === 'tmsh';
        const known = user === 'root' ? fullAccess(user) : callerOf(request, user)?.access;
        if (known === undefined) return refused('Authentication failed.');
        return { ok: true, caller: { access: known, address: 'local', token: undefined, isTmsh } };
      }
      const value = request.headers['x-f5-auth-token'];
      if (value !== undefined) return byToken(request, tokens.find(value), callerOf);
      const basic = basicCredentials(request.headers['authorization']);
      if (basic === undefined) return refused(noCredentials(request));
      const answer = await verify(basic.user, basic.password, request.remoteAddress);
      if (answer === 'busy') {
        return { ok: false, status: 503, message: 'Too many logins at once, try again.' };
      }
      if (answer === 'locked') return refused(lockedMessage);
      const caller = answer === 'yes' ? callerOf(request, basic.user) : undefined;
      if (caller?.isTmsh === true && !mayUseTmsh(basic.user)) return refused(noConsole);
      if (caller !== undefined) return { ok: true, caller };
      return { ...refused('Authentication failed.'), failedUser: basic.user };
    },
  };
}

/** Is the password right? Asks whoever judges this user, unless it was right a moment ago. */
function createCheck({ store, passwords, clock, random, remote }: AccountOptions): Check {
  // Servers that stand still must not keep those out whom this device knows.
  const running = { here: 0, there: 0 };
  // Names that are no users take as long as those that are.
  const nobody = passwords.hash(Buffer.from(random.bytes(16)).toString('hex'));
  const remembered = rememberedChecks(random, clock);
  remote.onChange(remembered.forget);
  const hashOf = (user: string): string | undefined => {
    const held = store.view().get('auth user', user)?.properties['encrypted-password'];
    return typeof held === 'string' ? held : undefined;
  };

  const checkNow = async (
    user: string,
    password: string,
    address: string,
    held: string | undefined,
  ): Promise<boolean> => {
    if (remote.isAsked(user)) {
      const { kind } = await remote.check({ user, password, address });
      if (kind !== 'local') return kind === 'yes';
    }
    const isRight = await passwords.verify(password, held ?? (await nobody));
    return isRight && held !== undefined;
  };

  return async (user, password, address) => {
    const held = hashOf(user);
    // The stored hash is part of the key: a changed password or a deleted user misses at once.
    const key = JSON.stringify([user, held ?? '', password]);
    if (remembered.has(key)) return 'yes';
    const place = remote.isAsked(user) ? 'there' : 'here';
    if (running[place] >= maximumVerifications) return 'busy';
    running[place] += 1;
    try {
      if (!(await checkNow(user, password, address, held))) return 'no';
    } finally {
      running[place] -= 1;
    }
    remembered.add(key);
    return 'yes';
  };
}

/** Passwords that were right a moment ago, by a keyed hash. */
function rememberedChecks(
  random: Random,
  clock: Clock,
): { has(key: string): boolean; add(key: string): void; forget(): void } {
  const secret = Buffer.from(random.bytes(32)).toString('hex');
  const until = new Map<string, number>();
  // In one call: an Hmac object costs several times as much, on each request.
  const hashed = (key: string): string => hash('sha256', `${secret}${key}${secret}`, 'base64');
  return {
    has: (key) => (until.get(hashed(key)) ?? 0) > clock.monotonicMilliseconds(),
    add(key) {
      if (until.size >= maximumCached) until.clear();
      until.set(hashed(key), clock.monotonicMilliseconds() + cacheMilliseconds);
    },
    forget: () => until.clear(),
  };
}

type Check = (
  user: string,
  password: string,
  address: string,
) => Promise<Exclude<Verdict, 'locked'>>;

function withSlowDown(
  check: Check,
  clock: Clock,
  lockOut: LockOut | undefined,
): Accounts['verify'] {
  const failures = createFailedLogins(clock);
  const held = new Map<string, number>();
  let heldBack = 0;
  return async (user, password, address) => {
    if (failures.isLocked(user, address) || lockOut?.isLocked(user) === true) return 'locked';
    const answer = await check(user, password, address);
    if (answer === 'yes') {
      failures.succeeded(user, address);
      lockOut?.succeeded(user);
    }
    if (answer !== 'no') return answer;
    lockOut?.failed(user);
    const delay = failures.failed(user, address);
    if (delay === 0) return answer;
    // Whoever asks in parallel must not make this device hold thousands of answers, nor guess faster.
    const network = networkOf(address);
    const own = held.get(network) ?? 0;
    if (heldBack >= maximumHeldBack || own >= maximumHeldBackOfAddress) return 'busy';
    heldBack += 1;
    held.set(network, own + 1);
    await sleep(clock, delay);
    heldBack -= 1;
    const left = (held.get(network) ?? 1) - 1;
    if (left === 0) held.delete(network);
    else held.set(network, left);
    return answer;
  };
}

function byToken(
  request: HttpRequest,
  token: Token | undefined,
  callerOf: (request: HttpRequest, user: string, token?: Token) => Caller | undefined,
): Authentication {
  const caller = token === undefined ? undefined : callerOf(request, token.user, token);
  if (token === undefined || caller === undefined) {
    return refused('X-F5-Auth-Token does not exist.');
  }
  if (token.address !== request.remoteAddress) {
    return refused('Tokens are only valid to be used by the client of which they were issued.');
  }
  return { ok: true, caller };
}

function refused(message: string): Extract<Authentication, { readonly ok: false }> {
  return { ok: false, status: 401, message };
}

function noCredentials(request: HttpRequest): string {
  const { target, remoteAddress } = request;
  return (
    'Authorization failed: no user authentication header or token detected. ' +
    `Uri:http://localhost:8100${target} Referrer:${remoteAddress} Sender:${remoteAddress}`
  );
}

function basicCredentials(
  header: string | undefined,
): { readonly user: string; readonly password: string } | undefined {
  const encoded = /^Basic\s+([A-Za-z0-9+/=]+)\s*$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

function isSame(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
