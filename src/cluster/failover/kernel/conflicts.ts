/**
 * Addresses of ours that somebody else claims: whom to name, when to defend them (RFC 5227 §2.4 c: announced again,
 * at most once in ten seconds). Pure; times are monotonic milliseconds.
 */

export interface Claim {
  /** As the configuration has it. */
  readonly address: string;
  readonly hardware: string;
  readonly isProbe: boolean;
}

export interface Conflict extends Claim {
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly loggedAt: number;
  readonly defendedAt: number;
}

/** By address and hardware address. */
export type Conflicts = ReadonlyMap<string, Conflict>;

export interface Reaction {
  readonly conflicts: Conflicts;
  readonly logs: boolean;
  readonly defends: boolean;
}

const defendMilliseconds = 10_000;
const logMilliseconds = 60_000;
/** A hostile host cannot fill the memory: the oldest is forgotten. */
const mostConflicts = 256;
export const rememberedMilliseconds = 300_000;

export function noteClaim(conflicts: Conflicts, claim: Claim, now: number): Reaction {
  const key = `${claim.address} ${claim.hardware}`;
  const known = conflicts.get(key);
  const since = (at: number | undefined): number => now - (at ?? Number.NEGATIVE_INFINITY);
  const logs = since(known?.loggedAt) >= logMilliseconds;
  // A probe is answered by the kernel, which ends it; a claim has to be contradicted.
  const defends =
    !claim.isProbe && since(lastDefence(conflicts, claim.address)) >= defendMilliseconds;
  const next = new Map(conflicts);
  next.delete(key);
  next.set(key, {
    ...claim,
    count: (known?.count ?? 0) + 1,
    firstAt: known?.firstAt ?? now,
    lastAt: now,
    loggedAt: logs ? now : (known?.loggedAt ?? now),
    defendedAt: defends ? now : (known?.defendedAt ?? Number.NEGATIVE_INFINITY),
  });
  for (const [oldest, { lastAt }] of next) {
    if (next.size <= mostConflicts && now - lastAt < rememberedMilliseconds) break;
    next.delete(oldest);
  }
  return { conflicts: next, logs, defends };
}

function lastDefence(conflicts: Conflicts, address: string): number {
  let last = Number.NEGATIVE_INFINITY;
  for (const one of conflicts.values()) {
    if (one.address === address) last = Math.max(last, one.defendedAt);
  }
  return last;
}
