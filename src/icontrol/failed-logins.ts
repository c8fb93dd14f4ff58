/**
 * Wrong passwords cost time, and too many of them the way in. Counted per user and address, so that a
 * stranger elsewhere cannot lock the user out at home; forgotten after a while. Pure but for the clock.
 */
import type { Clock } from '../platform/clock.ts';

/** So many wrong ones are free: people mistype. */
const freeFailures = 2;
const firstDelayMilliseconds = 250;
const maximumDelayMilliseconds = 4000;
/** As BIG-IP's `auth password-policy max-login-failures` would say it; there 0 is the default. */
const maximumFailures = 10;
const lockMilliseconds = 60_000;
const forgetMilliseconds = 300_000;
/** Of users and addresses that are remembered; the oldest go first. */
const maximumRemembered = 10_000;

interface Record {
  count: number;
  last: number;
}

export interface FailedLogins {
  isLocked(user: string, address: string): boolean;
  /** How long the answer to this failure is to be held back, in milliseconds. */
  failed(user: string, address: string): number;
  succeeded(user: string, address: string): void;
}

export function createFailedLogins(clock: Clock): FailedLogins {
  const records = new Map<string, Record>();
  const key = (user: string, address: string): string => JSON.stringify([user, address]);
  const find = (name: string): Record | undefined => {
    const record = records.get(name);
    if (record === undefined) return undefined;
    const age = clock.monotonicMilliseconds() - record.last;
    const limit = record.count >= maximumFailures ? lockMilliseconds : forgetMilliseconds;
    if (age < limit) return record;
    records.delete(name);
    return undefined;
  };
  return {
    isLocked: (user, address) => (find(key(user, address))?.count ?? 0) >= maximumFailures,
    failed(user, address) {
      const name = key(user, address);
      const count = (find(name)?.count ?? 0) + 1;
      // Anew, so that the map stays in the order of last use.
      records.delete(name);
      if (records.size >= maximumRemembered) {
        const [oldest] = records.keys();
        if (oldest !== undefined) records.delete(oldest);
      }
      records.set(name, { count, last: clock.monotonicMilliseconds() });
      if (count <= freeFailures) return 0;
      const delay = firstDelayMilliseconds * 2 ** (count - freeFailures - 1);
      return Math.min(delay, maximumDelayMilliseconds);
    },
    succeeded: (user, address) => void records.delete(key(user, address)),
  };
}
