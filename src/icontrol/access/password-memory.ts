/**
 * When each password was set, and which ones were there before: hashes, in the database of the device,
 * beside the configuration. Every device of a group learns of a change by its commit, and remembers.
 */
import type { Fault } from '../../base/fault.ts';
import { type Json, isJsonObject } from '../../config/text/json.ts';
import type { Commit, ConfigStore, Operation } from '../../config/types.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Passwords } from './accounts.ts';
import {
  type PasswordPolicy,
  badPassword,
  isExpired,
  isTooYoung,
  passwordPolicy,
  passwordProblems,
} from './password-policy.ts';

/** As `password-memory` may be at most. */
const maximumRemembered = 127;
const hashName = 'encrypted-password';
/** `max-duration` as it comes: 273 years. */
const neverDays = 99_999;

interface Memory {
  readonly changedSeconds: number | undefined;
  /** Newest first. */
  readonly former: readonly string[];
}

export interface PasswordMemory {
  policy(): PasswordPolicy;
  /** What is wrong with the new passwords of these operations, which still hold them in clear. */
  faults(operations: readonly Operation[], isAdministrator: boolean): Promise<readonly Fault[]>;
  isExpired(user: string): boolean;
  close(): void;
}

export function createPasswordMemory(options: {
  readonly store: ConfigStore;
  readonly clock: Clock;
  readonly passwords: Passwords;
}): PasswordMemory {
  const { store, clock, passwords } = options;
  const nowSeconds = (): number => Math.floor(clock.wallMilliseconds() / 1000);
  const policy = (): PasswordPolicy =>
    passwordPolicy(store.view().get('auth password-policy', '')?.properties ?? {});
  const stop = store.onCommit((commit) => remember(store, commit, nowSeconds()));

  const problemsOf = async (
    user: string,
    password: string,
    isAdministrator: boolean,
  ): Promise<readonly string[]> => {
    const now = policy();
    const problems = [...passwordProblems(now, password)];
    const { changedSeconds, former } = read(store, user);
    if (!isAdministrator && isTooYoung(now, changedSeconds, nowSeconds())) {
      problems.push('You must wait longer to change your password');
    }
    if (!now.isEnforced || now.memory === 0) return problems;
    const held = store.view().get('auth user', user)?.properties[hashName];
    const known = [...(typeof held === 'string' ? [held] : []), ...former].slice(0, now.memory);
    for (const hash of known) {
      if (!(await passwords.verify(password, hash))) continue;
      problems.push('Password has been already used. Choose another.');
      break;
    }
    return problems;
  };

  return {
    policy,
    async faults(operations, isAdministrator) {
      const faults: Fault[] = [];
      for (const operation of operations) {
        if (operation.component !== 'auth user' || !('properties' in operation)) continue;
        const password = operation.properties?.['password'];
        if (typeof password !== 'string') continue;
        const problems = await problemsOf(operation.name, password, isAdministrator);
        if (problems.length > 0) faults.push(badPassword(operation.name, problems));
      }
      return faults;
    },
    isExpired(user) {
      const now = policy();
      // Asked for each request: the database is not, unless it matters.
      if (!now.isEnforced || now.maximumDays === neverDays) return false;
      return isExpired(now, read(store, user).changedSeconds, nowSeconds());
    },
    close: stop,
  };
}

const keyOf = (user: string): string => `password ${user}`;

function read(store: ConfigStore, user: string): Memory {
  const text = store.readState(keyOf(user));
  const value = text === undefined || text === '' ? undefined : (JSON.parse(text) as Json); // Nothing else comes out.
  if (!isJsonObject(value)) return { changedSeconds: undefined, former: [] };
  const { changedSeconds, former } = value;
  return {
    changedSeconds: typeof changedSeconds === 'number' ? changedSeconds : undefined,
    former: (Array.isArray(former) ? (former as readonly Json[]) : []).filter(
      (one) => typeof one === 'string',
    ),
  };
}

function remember(store: ConfigStore, commit: Commit, changedSeconds: number): void {
  for (const { component, name, before, after } of commit.changes) {
    if (component !== 'auth user') continue;
    const old = before?.properties[hashName];
    if (old === after?.properties[hashName]) continue;
    // A name that is given to somebody else begins anew.
    const former = after === undefined || before === undefined ? [] : read(store, name).former;
    const all = typeof old === 'string' && after !== undefined ? [old, ...former] : former;
    const value = { changedSeconds, former: all.slice(0, maximumRemembered) };
    store.writeState(keyOf(name), after === undefined ? '' : JSON.stringify(value));
  }
}
