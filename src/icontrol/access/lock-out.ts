/**
 * `auth password-policy max-login-failures`: who gave that many wrong passwords, from wherever, is locked
 * out for `lockout-duration`, or until an administrator resets it. `admin` never is, so that somebody is
 * left who can. Counts are of this device, and end with the process. Pure but for the clock.
 */
import type { Statistics } from '../../config/runtime-state.ts';
import type { Clock } from '../../platform/clock.ts';
import type { PasswordPolicy } from './password-policy.ts';

const alwaysLetIn = 'admin';

interface Failures {
  readonly count: number;
  /** Monotonic milliseconds. */
  readonly last: number;
  readonly wall: number;
}

export interface LockOut {
  isLocked(user: string): boolean;
  /** Counted for users there are: names that are none must not fill the memory. */
  failed(user: string): void;
  succeeded(user: string): void;
  /** `show auth login-failures`. */
  statistics(users: readonly string[]): Statistics;
}

export function createLockOut(
  clock: Clock,
  policy: () => PasswordPolicy,
  isUser: (name: string) => boolean,
): LockOut {
  const held = new Map<string, Failures>();
  const isLocked = (user: string): boolean => {
    const { isEnforced, maximumFailures, lockoutSeconds } = policy();
    const failures = held.get(user);
    if (!isEnforced || maximumFailures === 0 || failures === undefined) return false;
    if (user === alwaysLetIn || failures.count < maximumFailures) return false;
    if (lockoutSeconds === 0) return true;
    if (clock.monotonicMilliseconds() - failures.last < lockoutSeconds * 1000) return true;
    held.delete(user);
    return false;
  };
  return {
    isLocked,
    failed(user) {
      if (!isUser(user)) return;
      held.set(user, {
        count: (held.get(user)?.count ?? 0) + 1,
        last: clock.monotonicMilliseconds(),
        wall: clock.wallMilliseconds(),
      });
    },
    succeeded: (user) => void held.delete(user),
    statistics: (users) =>
      Object.fromEntries(
        users.map((username) => {
          const failures = held.get(username);
          return [
            username,
            {
              failTime: failures === undefined ? 'None' : new Date(failures.wall).toISOString(),
              lockedOut: isLocked(username) ? 'yes' : 'no',
              loginAttempts: failures?.count ?? 0,
              tty: ' ',
              username,
            },
          ];
        }),
      ),
  };
}
