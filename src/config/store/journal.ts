/**
 * The journal on disk: every commit, the present objects for a fast start, and small state values. One
 * SQLite file; a commit is one transaction.
 */
import type { Properties } from '../../catalogue/types.ts';
import { type HybridTime, hybridZero } from '../../base/hybrid-clock.ts';
import type { Database, SqlRow } from '../../platform/sqlite.ts';
import type { Change, Commit, CommitOrigin, StoredObject } from '../types.ts';
import { migrate } from './schema.ts';

export interface Journal {
  /** Objects that differ from the stock, in no order. */
  objects(): readonly StoredObject[];
  head(): JournalHead;
  /** Durable when it returns; throws when the disk refuses, with nothing written. */
  append(commit: Commit, isStock: (change: Change) => boolean): void;
  hasCommit(id: string): boolean;
  /** Newest first, below `before`. */
  history(limit: number, before: number): readonly Commit[];
  readState(key: string): string | undefined;
  writeState(key: string, value: string): void;
  close(): void;
}

export interface JournalHead {
  /** 0: no commit yet. */
  readonly sequence: number;
  readonly id: string;
  /** The latest time in it, of whatever device. */
  readonly time: HybridTime;
}

export function openJournal(database: Database): Journal {
  migrate(database);
  return {
    objects: () =>
      database
        .all('SELECT component, name, properties, generation, wall, counter FROM objects')
        .map(objectOf),
    head: () => headOf(database),
    append: (commit, isStock) => append(database, commit, isStock),
    hasCommit: (id) => database.all('SELECT 1 FROM commits WHERE id = ?', id).length > 0,
    history: (limit, before) =>
      database
        .all(
          'SELECT * FROM commits WHERE sequence < ? ORDER BY sequence DESC LIMIT ?',
          before,
          limit,
        )
        .map(commitOf),
    readState: (key) =>
      text(database.all('SELECT value FROM state WHERE key = ?', key)[0], 'value'),
    writeState(key, value) {
      database.run(
        'INSERT INTO state (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
        key,
        value,
      );
    },
    close: () => database.close(),
  };
}

function headOf(database: Database): JournalHead {
  const last = database.all('SELECT sequence, id FROM commits ORDER BY sequence DESC LIMIT 1')[0];
  const latest = database.all(
    'SELECT wall, counter FROM commits ORDER BY wall DESC, counter DESC LIMIT 1',
  )[0];
  return {
    sequence: Number(last?.['sequence'] ?? 0),
    id: text(last, 'id') ?? '',
    time: latest === undefined ? hybridZero : timeOf(latest),
  };
}

function append(database: Database, commit: Commit, isStock: (change: Change) => boolean): void {
  const { sequence, identity, origin, changes } = commit;
  database.transaction(() => {
    database.run(
      'INSERT INTO commits (sequence, id, device, wall, counter, parent, origin, changes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      sequence,
      identity.id,
      identity.device,
      identity.time.wall,
      identity.time.counter,
      identity.parent,
      JSON.stringify(origin),
      JSON.stringify(changes),
    );
    for (const change of changes) {
      const { component, name, after } = change;
      if (after === undefined || isStock(change)) {
        database.run('DELETE FROM objects WHERE component = ? AND name = ?', component, name);
        continue;
      }
      database.run(
        'INSERT OR REPLACE INTO objects (component, name, properties, generation, wall, counter) VALUES (?, ?, ?, ?, ?, ?)',
        component,
        name,
        JSON.stringify(after.properties),
        after.generation,
        after.version.wall,
        after.version.counter,
      );
    }
  });
}

function objectOf(row: SqlRow): StoredObject {
  return {
    component: String(row['component']),
    name: String(row['name']),
    // Written by `append` from Properties.
    properties: JSON.parse(String(row['properties'])) as Properties,
    generation: Number(row['generation']),
    version: timeOf(row),
  };
}

function commitOf(row: SqlRow): Commit {
  return {
    sequence: Number(row['sequence']),
    identity: {
      id: String(row['id']),
      device: String(row['device']),
      time: timeOf(row),
      parent: String(row['parent']),
    },
    // Written by `append`.
    origin: JSON.parse(String(row['origin'])) as CommitOrigin,
    changes: JSON.parse(String(row['changes'])) as readonly Change[],
  };
}

function timeOf(row: SqlRow): HybridTime {
  return { wall: Number(row['wall']), counter: Number(row['counter']) };
}

function text(row: SqlRow | undefined, column: string): string | undefined {
  const value = row?.[column];
  return value === undefined || value === null ? undefined : String(value);
}
