/**
 * Logins that servers elsewhere decide: `auth source`. BIG-IP's rules: `admin` is always this device's
 * own; whoever else comes is asked for there, and here only when nobody there answers and `fallback` is
 * true. A user of the device with the same name lends the role.
 */
import type { ConfigStore } from '../../config/types.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { Random } from '../../platform/random.ts';
import type { Credentials, LoginAnswer } from './answer.ts';
import { askDirectory } from './ldap.ts';
import { askRadius } from './radius.ts';
import {
  type RemoteAccount,
  type RoleRules,
  remoteAccount,
  roleRules,
  wantedAttributes,
} from './remote-roles.ts';
import { type LoginSource, loginSource } from './settings.ts';
import { askTacacs } from './tacacs.ts';

export type RemoteVerdict =
  | { readonly kind: 'yes'; readonly account: RemoteAccount }
  | { readonly kind: 'no' }
  /** The device's own users are asked. */
  | { readonly kind: 'local' };

export interface RemoteLogins {
  /** Is this user's password somebody else's to judge? */
  isAsked(user: string): boolean;
  check(credentials: Credentials): Promise<RemoteVerdict>;
  /** Of who logged in last under this name. */
  account(user: string): RemoteAccount | undefined;
  /** What was remembered is not true any more: servers or roles are others now. */
  onChange(listener: () => void): void;
  close(): void;
}

/** BIG-IP's primary administrator, and names that mean the device itself in the audit log. */
const ownUsers: readonly string[] = ['admin', 'root', 'system'];
const maximumNameLength = 256;
const maximumRemembered = 10_000;

const followed: ReadonlySet<string> = new Set([
  'auth source',
  'auth ldap',
  'auth cert-ldap',
  'auth radius',
  'auth radius-server',
  'auth tacacs',
  'auth remote-role',
  'auth remote-user',
]);

export function createRemoteLogins(options: {
  readonly store: ConfigStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}): RemoteLogins {
  const { store, log } = options;
  const accounts = new Map<string, RemoteAccount>();
  const listeners: (() => void)[] = [];
  let changes = 0;
  const stop = store.onCommit((commit) => {
    if (!commit.changes.some(({ component }) => followed.has(component))) return;
    changes += 1;
    accounts.clear();
    for (const listener of listeners) listener();
  });
  const remember = (account: RemoteAccount): void => {
    accounts.delete(account.user);
    const [oldest] = accounts.keys();
    if (accounts.size >= maximumRemembered && oldest !== undefined) accounts.delete(oldest);
    accounts.set(account.user, account);
  };
  const check: RemoteLogins['check'] = async (credentials) => {
    const { user, password } = credentials;
    const asOf = changes;
    const view = store.view();
    const source = loginSource(view);
    if (source === undefined || ownUsers.includes(user)) return { kind: 'local' };
    // An empty password is an anonymous login to a directory, which lets anybody in (RFC 4513, 5.1.2).
    if (password === '' || !isPlausible(user)) return { kind: 'no' };
    const rules = roleRules(view);
    const answer = await ask(source, credentials, rules, options);
    // Servers or roles are others since: what was said before does not count.
    if (changes !== asOf) return check(credentials);
    const verdict = decide(source, answer, rules, user, log);
    if (verdict.kind === 'yes') remember(verdict.account);
    return verdict;
  };
  return {
    isAsked: (user) => !ownUsers.includes(user) && loginSource(store.view()) !== undefined,
    check,
    account: (user) => accounts.get(user),
    onChange: (listener) => void listeners.push(listener),
    close: stop,
  };
}

function isPlausible(user: string): boolean {
  // Control characters belong to nobody's name, and would spoil logs and packets.
  return user !== '' && user.length <= maximumNameLength && !/\p{Cc}/u.test(user);
}

function ask(
  { servers, object }: LoginSource,
  credentials: Credentials,
  rules: RoleRules,
  doors: { readonly clock: Clock; readonly random: Random },
): Promise<LoginAnswer> {
  switch (servers?.kind) {
    case 'directory':
      return askDirectory(servers, credentials, wantedAttributes(rules));
    case 'radius':
      return askRadius(servers, credentials, doors);
    case 'tacacs':
      return askTacacs(servers, credentials, doors.random);
    case undefined:
      return Promise.resolve({ kind: 'unavailable', reason: `there is no ${object}` });
  }
}

const denied: RemoteVerdict = { kind: 'no' };
const local: RemoteVerdict = { kind: 'local' };

function decide(
  source: LoginSource,
  answer: LoginAnswer,
  rules: RoleRules,
  user: string,
  log: Log,
): RemoteVerdict {
  const { servers, type, fallsBack } = source;
  const isDirectory = servers?.kind === 'directory';
  const say = (level: 'warning' | 'notice', what: string): void =>
    log.write(level, `auth source ${type}: user ${user}: ${what}`);
  switch (answer.kind) {
    case 'yes': {
      const account = remoteAccount(rules, user, answer.attributes, answer.sameCase);
      if (account !== undefined) return { kind: 'yes', account };
      say('notice', 'a line of auth remote-role denies the login');
      return denied;
    }
    case 'no':
      say('notice', answer.reason);
      return denied;
    case 'unknown':
      say('notice', 'is not known there');
      return isDirectory && servers.ignoresUnknown ? local : denied;
    case 'unavailable': {
      const isLocal = fallsBack || (isDirectory && servers.ignoresAbsence);
      const then = isLocal ? 'asked here' : 'refused; auth source fallback is false';
      say('warning', `nobody answers (${answer.reason}); ${then}`);
      return isLocal ? local : denied;
    }
  }
}
