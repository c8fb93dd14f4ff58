/**
 * Wrong passwords cost time, and too many of them the way in. Locked is a user at an address, for a minute, so
 * that a stranger elsewhere cannot lock the user out at home, and nobody for good. An address that tries many
 * users is slowed down for all of them, and never locked: others may sit behind it. Forgotten after a while.
 * Pure but for the clock.
 */
import type { Clock } from '../../platform/clock.ts';

/** So many wrong ones are free: people mistype. */
const freeFailures = 2;
/** Of one address, whatever the user: several people, and their scripts, may share it. */
const freeOfAddress = 20;
const firstDelayMilliseconds = 250;
const maximumDelayMilliseconds = 4000;
/** As BIG-IP's `auth password-policy max-login-failures` would say it; there 0 is the default. */
const maximumFailures = 10;
const lockMilliseconds = 60_000;
const forgetMilliseconds = 300_000;
/** Of users at addresses, and of addresses, that are remembered; the oldest go first. */
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
  const ofUsers = createMemory(clock, (count) =>
    count >= maximumFailures ? lockMilliseconds : forgetMilliseconds,
  );
  const ofAddresses = createMemory(clock, () => forgetMilliseconds);
  const key = (user: string, address: string): string => JSON.stringify([user, address]);
  return {
    isLocked: (user, address) => ofUsers.count(key(user, address)) >= maximumFailures,
    failed(user, address) {
      const own = ofUsers.add(key(user, address)) - freeFailures;
      const all = ofAddresses.add(networkOf(address)) - freeOfAddress;
      return delayOf(Math.max(own, all));
    },
    succeeded: (user, address) => ofUsers.forget(key(user, address)),
  };
}

function delayOf(failures: number): number {
  if (failures <= 0) return 0;
  return Math.min(firstDelayMilliseconds * 2 ** (failures - 1), maximumDelayMilliseconds);
}

/** Whoever has an IPv6 address has the 2^64 beside it. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const known = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = tail === undefined ? 0 : 8 - groups.length - known.length;
  const whole = [...groups, ...Array.from({ length: missing }, () => '0'), ...known];
  return whole.slice(0, 4).join(':');
}

interface Memory {
  count(name: string): number;
  /** Counts one more, and gives the new count. */
  add(name: string): number;
  forget(name: string): void;
}

/** `life`: for how many milliseconds a count is remembered. */
function createMemory(clock: Clock, life: (count: number) => number): Memory {
  const records = new Map<string, Record>();
  const count = (name: string): number => {
    const record = records.get(name);
    if (record === undefined) return 0;
    if (clock.monotonicMilliseconds() - record.last < life(record.count)) return record.count;
    records.delete(name);
    return 0;
  };
  return {
    count,
    add(name) {
      const next = count(name) + 1;
      // Anew, so that the map stays in the order of last use.
      records.delete(name);
      if (records.size >= maximumRemembered) {
        const [oldest] = records.keys();
        if (oldest !== undefined) records.delete(oldest);
      }
      records.set(name, { count: next, last: clock.monotonicMilliseconds() });
      return next;
    },
    forget: (name) => void records.delete(name),
  };
}
