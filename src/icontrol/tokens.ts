/** Tokens of `/mgmt/shared/authn/login` (icontrol.md 2.1): bounded in number and in life. */
import type { Clock } from '../platform/clock.ts';
import type { Random } from '../platform/random.ts';
import type { JsonObject } from '../config/text/json.ts';
import { host } from './paths.ts';

export interface Token {
  readonly value: string;
  readonly user: string;
  readonly address: string;
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
const maximumTokens = 10_000;

export interface Tokens {
  /** Undefined when the user has as many as allowed. */
  issue(user: string, address: string): Token | undefined;
  find(value: string): Token | undefined;
  of(user: string | undefined): readonly Token[];
  /** False when the token's absolute life would be exceeded. */
  extend(token: Token, timeoutSeconds: number): boolean;
  remove(value: string): void;
  removeUser(user: string): void;
}

export function createTokens(clock: Clock, random: Random): Tokens {
  const held = new Map<string, Token>();
  const dropExpired = (): void => {
    const now = clock.monotonicMilliseconds();
    for (const [value, token] of held) if (token.expires <= now) held.delete(value);
  };
  return {
    issue(user, address) {
      dropExpired();
      const own = [...held.values()].filter((token) => token.user === user).length;
      if (held.size >= maximumTokens) return undefined;
      if (own >= maximumTokensPerUser && user !== 'admin') return undefined;
      const born = clock.monotonicMilliseconds();
      const token: Token = {
        value: base32(random.bytes(17)).slice(0, 26),
        user,
        address,
        issued: clock.wallMilliseconds(),
        born,
        timeoutSeconds: defaultTimeoutSeconds,
        expires: born + defaultTimeoutSeconds * 1000,
      };
      held.set(token.value, token);
      return token;
    },
    find(value) {
      const token = held.get(value);
      return token !== undefined && token.expires > clock.monotonicMilliseconds()
        ? token
        : undefined;
    },
    of(user) {
      dropExpired();
      return [...held.values()].filter((token) => user === undefined || token.user === user);
    },
    extend(token, timeoutSeconds) {
      const expires = clock.monotonicMilliseconds() + timeoutSeconds * 1000;
      if (timeoutSeconds > maximumTimeoutSeconds) return false;
      token.timeoutSeconds = timeoutSeconds;
      token.expires = Math.min(expires, token.born + maximumTimeoutSeconds * 1000);
      return true;
    },
    remove: (value) => void held.delete(value),
    removeUser(user) {
      for (const [value, token] of held) if (token.user === user) held.delete(value);
    },
  };
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

export function tokenJson(token: Token): JsonObject {
  return {
    token: token.value,
    name: token.value,
    userName: token.user,
    authProviderName: 'local',
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
