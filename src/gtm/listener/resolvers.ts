/** Resolvers that asked (BIG-IP: LDNS), bounded: who asked longest ago gives way. Pure state. */

const maximumResolvers = 100_000;

export interface Resolver {
  queries: number;
  /** Monotonic milliseconds. */
  lastAt: number;
}

export interface Resolvers {
  saw(client: string, now: number): void;
  /** Latest first. */
  list(most: number): readonly (readonly [client: string, resolver: Resolver])[];
  size(): number;
}

export function createResolvers(limit = maximumResolvers): Resolvers {
  // Two generations, so that a query costs one look-up: the elder is forgotten when the younger is full.
  let young = new Map<string, Resolver>();
  let old = new Map<string, Resolver>();
  return {
    saw(client, now) {
      const known = young.get(client);
      if (known !== undefined) {
        known.queries += 1;
        known.lastAt = now;
        return;
      }
      const before = old.get(client);
      old.delete(client);
      young.set(client, { queries: (before?.queries ?? 0) + 1, lastAt: now });
      if (young.size * 2 <= limit) return;
      old = young;
      young = new Map();
    },
    list: (most) =>
      [...young, ...old].toSorted(([, a], [, b]) => b.lastAt - a.lastAt).slice(0, most),
    size: () => young.size + old.size,
  };
}
