/**
 * Tokens of `/mgmt/shared/authn/login` (icontrol.md 2.1): bounded in number and in life. They outlive a
 * restart of control: what is kept is a hash of each, so that nobody finds a token on the disk.
 */
import { createHash } from 'node:crypto';
import type { Cancel, Clock } from '../../platform/clock.ts';
import type { Random } from '../../platform/random.ts';
import type { JsonObject } from '../../config/text/json.ts';
import { host } from '../wire/paths.ts';
import type { PartitionAccess } from './roles.ts';

export interface Token {
  /** What it is called; for one that was kept over a restart, until it is used, a name that opens nothing. */
  value: string;
  readonly user: string;
  readonly address: string;
  /** Of a user whom a login server knows, and this device does not. */
  readonly partitionAccess?: PartitionAccess;
  /** Wall milliseconds, for showing. */
  readonly issued: number;
  /** Monotonic milliseconds. */
  readonly born: number;
  timeoutSeconds: number;
  /** Monotonic milliseconds. */
  expires: number;
}

export const defaultTimeoutSeconds = 1200;
export const maximumTimeoutSeconds = 36_000;
const maximumTokensPerUser = 100;
/** BIG-IP sets `admin` no limit; some there must be. */
const maximumTokensOfAdmin = 1000;
const maximumTokens = 10_000;
/** Logins in quick succession are written together. */
const saveMilliseconds = 200;

export interface TokenExtras {
  /** Chosen by an administrator. */
  readonly value?: string | undefined;
  readonly partitionAccess?: PartitionAccess | undefined;
}

/** Where hashes of tokens are kept while control is away. */
export interface TokenMemory {
  load(): string | undefined;
  save(text: string): void;
}

export interface Tokens {
  /** The user's own oldest makes room; undefined when others have taken all there is. */
  issue(user: string, address: string, more?: TokenExtras): Token | undefined;
  /** By the value that a request carries. */
  find(value: string): Token | undefined;
  /** By what a list of tokens calls it. */
  named(name: string): Token | undefined;
  of(user: string | undefined): readonly Token[];
  /** False when the token's absolute life would be exceeded. */
  extend(token: Token, timeoutSeconds: number): boolean;
  remove(token: Token): void;
  removeUser(user: string): void;
  /** Of all whom only login servers know. */
  removeRemote(): void;
  /** Writes what is not written yet. */
  close(): void;
}

/** `lifeSeconds`: how long a new token lives while nobody extends it. */
export function createTokens(
  clock: Clock,
  random: Random,
  memory?: TokenMemory,
  lifeSeconds: () => number = () => defaultTimeoutSeconds,
): Tokens {
  const held = restored(memory?.load(), clock);
  const now = (): number => clock.monotonicMilliseconds();
  let saving: Cancel | undefined;
  const save = (): void => {
    saving?.();
    saving = undefined;
    memory?.save(kept(held, clock));
  };
  const saveSoon = (): void => {
    if (memory !== undefined) saving ??= clock.after(saveMilliseconds, save);
  };
  const dropExpired = (): void => {
    for (const [key, token] of held) if (token.expires <= now()) held.delete(key);
  };
  const alive = (token: Token | undefined): Token | undefined =>
    token !== undefined && token.expires > now() ? token : undefined;
  const drop = (unwanted: (token: Token) => boolean): void => {
    for (const [key, token] of held) if (unwanted(token)) held.delete(key);
    saveSoon();
  };
  return {
    issue(user, address, { value: given, partitionAccess } = {}) {
      dropExpired();
      // A Map keeps the order of insertion: the first of the user's is the oldest.
      const own = [...held].filter(([, token]) => token.user === user);
      const limit = user === 'admin' ? maximumTokensOfAdmin : maximumTokensPerUser;
      const oldest = own[0];
      if (own.length >= limit || held.size >= maximumTokens) {
        if (oldest === undefined) return undefined;
        held.delete(oldest[0]);
      }
      const value = given ?? base32(random.bytes(17)).slice(0, 26);
      const timeoutSeconds = lifeSeconds();
      const token = fresh({ value, user, address, timeoutSeconds, partitionAccess }, clock);
      held.set(keyOf(token.value), token);
      saveSoon();
      return token;
    },
    find(value) {
      const token = alive(held.get(keyOf(value)));
      if (token !== undefined) token.value = value;
      return token;
    },
    named: (name) =>
      alive(held.get(keyOf(name)) ?? [...held.values()].find(({ value }) => value === name)),
    of(user) {
      dropExpired();
      return [...held.values()].filter((token) => user === undefined || token.user === user);
    },
    extend(token, timeoutSeconds) {
      if (timeoutSeconds > maximumTimeoutSeconds) return false;
      token.timeoutSeconds = timeoutSeconds;
      const last = token.born + maximumTimeoutSeconds * 1000;
      token.expires = Math.min(now() + timeoutSeconds * 1000, last);
      saveSoon();
      return true;
    },
    remove: (token) => drop((one) => one === token),
    removeUser: (user) => drop((one) => one.user === user),
    removeRemote: () => drop((one) => one.partitionAccess !== undefined),
    close() {
      if (saving !== undefined) save();
    },
  };
}

function fresh(
  {
    partitionAccess,
    ...given
  }: Pick<Token, 'value' | 'user' | 'address' | 'timeoutSeconds'> &
    Pick<TokenExtras, 'partitionAccess'>,
  clock: Clock,
): Token {
  const born = clock.monotonicMilliseconds();
  const expires = born + given.timeoutSeconds * 1000;
  return {
    ...given,
    ...(partitionAccess !== undefined && { partitionAccess }),
    issued: clock.wallMilliseconds(),
    born,
    expires,
  };
}

/** 128 random bits need no salt and no slow hash. */
function keyOf(value: string): string {
  return createHash('sha256').update(value).digest('base64url');
}

interface KeptToken {
  readonly key: string;
  readonly user: string;
  readonly address: string;
  readonly partitionAccess?: PartitionAccess;
  readonly issued: number;
  readonly timeoutSeconds: number;
  /** Wall milliseconds: the other clock starts anew with the machine. */
  readonly expires: number;
}

function kept(held: ReadonlyMap<string, Token>, clock: Clock): string {
  const toWall = clock.wallMilliseconds() - clock.monotonicMilliseconds();
  const tokens = [...held].map(
    ([key, { user, address, partitionAccess, issued, timeoutSeconds, expires }]): KeptToken => ({
      key,
      user,
      address,
      ...(partitionAccess !== undefined && { partitionAccess }),
      issued,
      timeoutSeconds,
      expires: Math.round(expires + toWall),
    }),
  );
  return JSON.stringify(tokens);
}

/** A wall clock that was set back meanwhile gives no token more than its timeout. */
function restored(text: string | undefined, clock: Clock): Map<string, Token> {
  const held = new Map<string, Token>();
  const wall = clock.wallMilliseconds();
  const monotonic = clock.monotonicMilliseconds();
  // Only `kept` writes this.
  for (const one of text === undefined ? [] : (JSON.parse(text) as readonly KeptToken[])) {
    const left = Math.min(one.expires - wall, one.timeoutSeconds * 1000);
    if (left <= 0) continue;
    const { key, user, address, partitionAccess, issued, timeoutSeconds } = one;
    const born = monotonic - Math.max(0, wall - issued);
    held.set(key, {
      value: standIn(key),
      user,
      address,
      ...(partitionAccess !== undefined && { partitionAccess }),
      issued,
      born,
      timeoutSeconds,
      expires: monotonic + left,
    });
  }
  return held;
}

/** Looks like a token, is known to nobody else, and is the hash of none. */
function standIn(key: string): string {
  return base32(createHash('sha256').update(`name of ${key}`).digest()).slice(0, 26);
}

/** RFC 4648 alphabet, without padding: what BIG-IP's tokens look like. */
function base32(bytes: Uint8Array): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet[(value >> bits) & 31] ?? '';
    }
    value &= (1 << bits) - 1;
  }
  return text;
}

/** Who judged the password: BIG-IP's name for servers elsewhere is "tmos". */
export function providerOf(partitionAccess: PartitionAccess | undefined): 'local' | 'tmos' {
  return partitionAccess === undefined ? 'local' : 'tmos';
}

export function tokenJson(token: Token): JsonObject {
  return {
    token: token.value,
    name: token.value,
    userName: token.user,
    authProviderName: providerOf(token.partitionAccess),
    user: { link: `${host}/mgmt/shared/authz/users/${token.user}` },
    groupReferences: [],
    timeout: token.timeoutSeconds,
    startTime: new Date(token.issued).toISOString(),
    address: token.address,
    partition: '[All]',
    generation: 1,
    lastUpdateMicros: token.issued * 1000,
    expirationMicros: Math.round(token.issued + (token.expires - token.born)) * 1000,
    kind: 'shared:authz:tokens:authtokenitemstate',
    selfLink: `${host}/mgmt/shared/authz/tokens/${token.value}`,
  };
}
