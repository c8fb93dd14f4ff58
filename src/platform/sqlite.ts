import { DatabaseSync } from 'node:sqlite';
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * SQLite as the configuration store uses it: one writer, write-ahead log, every transaction synced to
 * disk before it returns. Synchronous, since a commit is answered only when it is durable.
 */
export type SqlValue = string | number | null;
export type SqlRow = Readonly<Record<string, SqlValue>>;

export interface Database {
  run(sql: string, ...values: readonly SqlValue[]): void;
  all(sql: string, ...values: readonly SqlValue[]): readonly SqlRow[];
  /** All or nothing; what `work` throws is thrown again after everything was undone. */
  transaction<T>(work: () => T): T;
  /** Called before a transaction begins: whoever holds the write lock on another connection lets go of it. */
  onBegin(task: () => void): void;
  /** Nothing of what was overwritten or deleted is left in the files. Takes as long as copying them. */
  scrub(): void;
  close(): void;
}

/** As a thread of its own uses it, for one transaction over many turns. */
export interface OpenedDatabase extends Database {
  begin(): void;
  commit(): void;
  /** Brings the write-ahead log into the file, as far as no reader needs it. */
  checkpoint(): void;
}

const pageBytes = 4096;
const busyMilliseconds = 5000;
const keptStatements = 64;

export function openDatabase(path: string, maximumBytes: number): OpenedDatabase {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const isNew = !existsSync(path);
  const database = new DatabaseSync(path, { timeout: busyMilliseconds });
  // Keys and hashes of passwords are in it.
  if (isNew) chmodSync(path, 0o600);
  database.exec(`PRAGMA page_size = ${pageBytes}`);
  database.exec('PRAGMA journal_mode = WAL');
  database.exec('PRAGMA synchronous = FULL');
  database.exec('PRAGMA foreign_keys = ON');
  database.exec(`PRAGMA max_page_count = ${Math.ceil(maximumBytes / pageBytes)}`);
  const statements = new Map<string, ReturnType<DatabaseSync['prepare']>>();
  const prepare = (sql: string): ReturnType<DatabaseSync['prepare']> => {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    if (statements.size >= keptStatements) statements.clear();
    const statement = database.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  let letGo = (): void => undefined;
  return {
    run: (sql, ...values) => void prepare(sql).run(...values),
    // Our columns are texts and integers below 2^53.
    all: (sql, ...values) => prepare(sql).all(...values) as unknown as readonly SqlRow[],
    onBegin(task) {
      letGo = task;
    },
    begin: () => database.exec('BEGIN IMMEDIATE'),
    commit: () => database.exec('COMMIT'),
    checkpoint: () => database.exec('PRAGMA wal_checkpoint(PASSIVE)'),
    transaction(work) {
      letGo();
      database.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        database.exec('COMMIT');
        return result;
      } catch (error) {
        if (database.isTransaction) database.exec('ROLLBACK');
        throw error;
      }
    },
    scrub() {
      letGo();
      database.exec('VACUUM');
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    },
    close: () => database.close(),
  };
}
