/**
 * Persistence records: which member a resolver's network was last given for a wide IP. Bounded: the
 * oldest record gives way. Pure but for the table itself; times are monotonic milliseconds.
 */

const maximumRecords = 100_000;

export interface PersistenceRecord {
  readonly wideIp: string;
  readonly type: string;
  /** For people: `198.51.100.7/24`. */
  readonly network: string;
  readonly pool: string;
  readonly member: string;
  readonly expires: number;
}

export interface PersistenceTable {
  find(key: string, now: number): PersistenceRecord | undefined;
  keep(key: string, record: PersistenceRecord): void;
  /** Those that hold still. */
  list(now: number): readonly (readonly [key: string, record: PersistenceRecord])[];
  remove(key: string): void;
  size(): number;
}

export function createPersistenceTable(limit = maximumRecords): PersistenceTable {
  const records = new Map<string, PersistenceRecord>();
  return {
    find(key, now) {
      const record = records.get(key);
      if (record === undefined || record.expires > now) return record;
      records.delete(key);
      return undefined;
    },
    keep(key, record) {
      records.delete(key);
      records.set(key, record);
      if (records.size <= limit) return;
      const oldest = records.keys().next();
      if (oldest.done !== true) records.delete(oldest.value);
    },
    list: (now) => [...records].filter(([, record]) => record.expires > now),
    remove: (key) => void records.delete(key),
    size: () => records.size,
  };
}
