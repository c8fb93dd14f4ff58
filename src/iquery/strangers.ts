/**
 * What strangers may cost us. Pure. Each source has a bucket of connections that refills, and all unknown
 * sources together have one: a flood, from however many addresses, is dropped before a handshake. Each source
 * is logged once until it is welcome, and all of them only so often.
 */
export interface Strangers {
  /** May this source start a handshake now? `isKnown`: a member, or somebody whom we dial ourselves. */
  accept(source: string, isKnown: boolean, now: number): Acceptance;
  /** The first time for a source, and when lines may be written: how many went unmentioned since. */
  refused(source: string, now: number): { readonly unmentioned: number } | undefined;
  welcomed(source: string): void;
}

export interface Acceptance {
  readonly isAccepted: boolean;
  /** Connections of strangers that were dropped unanswered; told once a minute, else 0. */
  readonly dropped: number;
}

interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

interface Bucket {
  tokens: number;
  at: number;
}

const ofOneSource: Rate = { burst: 40, perSecond: 10 };
/** A handshake costs about 1 ms of the device's brain: strangers get a twentieth of it. */
const ofAllStrangers: Rate = { burst: 100, perSecond: 50 };
const ofLogLines: Rate = { burst: 20, perSecond: 1 / 3 };
const maximumSources = 4096;
const tellDroppedMilliseconds = 60_000;

export function createStrangers(): Strangers {
  const buckets = new Map<string, Bucket>();
  const logged = new Set<string>();
  const everybody: Bucket = { tokens: ofAllStrangers.burst, at: 0 };
  const lines: Bucket = { tokens: ofLogLines.burst, at: 0 };
  let unmentioned = 0;
  let dropped = 0;
  let toldAt = -tellDroppedMilliseconds;
  const drop = (now: number): Acceptance => {
    dropped += 1;
    if (now - toldAt < tellDroppedMilliseconds) return { isAccepted: false, dropped: 0 };
    toldAt = now;
    const told = dropped;
    dropped = 0;
    return { isAccepted: false, dropped: told };
  };
  return {
    accept(address, isKnown, now) {
      const source = sourceOf(address);
      const bucket = buckets.get(source) ?? { tokens: ofOneSource.burst, at: now };
      buckets.delete(source);
      buckets.set(source, bucket);
      forgetOldest(buckets);
      const isWithin = take(bucket, ofOneSource, now);
      if (isWithin && (isKnown || take(everybody, ofAllStrangers, now))) {
        return { isAccepted: true, dropped: 0 };
      }
      return drop(now);
    },
    refused(address, now) {
      const source = sourceOf(address);
      if (logged.has(source)) return undefined;
      logged.add(source);
      forgetOldest(logged);
      if (!take(lines, ofLogLines, now)) {
        unmentioned += 1;
        return undefined;
      }
      const told = { unmentioned };
      unmentioned = 0;
      return told;
    },
    welcomed(address) {
      const source = sourceOf(address);
      logged.delete(source);
      buckets.delete(source);
    },
  };
}

function take(bucket: Bucket, { burst, perSecond }: Rate, now: number): boolean {
  const earned = (Math.max(0, now - bucket.at) / 1000) * perSecond;
  const tokens = Math.min(burst, bucket.tokens + earned);
  bucket.at = now;
  bucket.tokens = tokens >= 1 ? tokens - 1 : tokens;
  return tokens >= 1;
}

/** One who has an IPv6 network has all of its addresses: the first 64 bits count. */
export function sourceOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const after = tail === '' ? 0 : tail.split(':').length;
    while (groups.length + after < 8) groups.push('0');
    if (tail !== '') groups.push(...tail.split(':'));
  }
  return `${groups.slice(0, 4).join(':')}::/64`;
}

function forgetOldest(entries: Map<string, unknown> | Set<string>): void {
  if (entries.size <= maximumSources) return;
  for (const oldest of entries.keys()) {
    entries.delete(oldest);
    return;
  }
}
