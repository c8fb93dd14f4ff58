/**
 * What strangers may cost us. Pure. Each source has a bucket of connections that refills, so that a flood
 * is dropped before a handshake; each source is logged once until it is welcome.
 */
export interface Strangers {
  /** May this source start a handshake now? */
  accept(source: string, now: number): boolean;
  /** True the first time for a source. */
  refused(source: string): boolean;
  welcomed(source: string): void;
}

const burst = 40;
const refillPerSecond = 10;
const maximumSources = 4096;

export function createStrangers(): Strangers {
  const buckets = new Map<string, { tokens: number; at: number }>();
  const logged = new Set<string>();
  return {
    accept(source, now) {
      const bucket = buckets.get(source) ?? { tokens: burst, at: now };
      const earned = ((now - bucket.at) / 1000) * refillPerSecond;
      const tokens = Math.min(burst, bucket.tokens + earned);
      buckets.delete(source);
      buckets.set(source, { tokens: Math.max(0, tokens - 1), at: now });
      forgetOldest(buckets);
      return tokens >= 1;
    },
    refused(source) {
      if (logged.has(source)) return false;
      logged.add(source);
      forgetOldest(logged);
      return true;
    },
    welcomed(source) {
      logged.delete(source);
      buckets.delete(source);
    },
  };
}

function forgetOldest(entries: Map<string, unknown> | Set<string>): void {
  if (entries.size <= maximumSources) return;
  for (const oldest of entries.keys()) {
    entries.delete(oldest);
    return;
  }
}
