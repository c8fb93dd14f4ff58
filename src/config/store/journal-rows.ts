/** The rows of a commit, whoever writes them: this thread, or one of their own for a large commit. */
import type { Properties } from '../../catalogue/types.ts';
import type { Database } from '../../platform/sqlite.ts';
import type { Commit, JournalExtent } from '../types.ts';

/** Older commits are dropped beyond either; the newest one always stays. */
export interface JournalBounds {
  readonly commits: number;
  /** Of the changes as text. */
  readonly bytes: number;
}

/** What the object tables need of a change; `properties` as text, undefined where there is no row any more. */
export interface ObjectRow {
  readonly component: string;
  readonly name: string;
  readonly properties: string | undefined;
  readonly generation: number;
  readonly wall: number;
  readonly counter: number;
  readonly created: number | null;
}

interface ChangedObject {
  readonly component: string;
  readonly name: string;
  readonly after:
    | {
        readonly properties: Properties;
        readonly generation: number;
        readonly version: { readonly wall: number; readonly counter: number };
        readonly created?: number;
      }
    | undefined;
}

export function rowOf({ component, name, after }: ChangedObject, isStock: boolean): ObjectRow {
  return {
    component,
    name,
    properties: after === undefined || isStock ? undefined : JSON.stringify(after.properties),
    generation: after?.generation ?? 0,
    wall: after?.version.wall ?? 0,
    counter: after?.version.counter ?? 0,
    created: after?.created ?? null,
  };
}

export function insertCommit(
  database: Database,
  { sequence, identity, origin }: Omit<Commit, 'changes'>,
  changes: string,
): void {
  database.run(
    'INSERT INTO commits (sequence, id, device, wall, counter, parent, origin, changes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    sequence,
    identity.id,
    identity.device,
    identity.time.wall,
    identity.time.counter,
    identity.parent,
    JSON.stringify(origin),
    changes,
  );
}

export function writeObject(database: Database, row: ObjectRow): void {
  const { component, name, properties } = row;
  if (properties === undefined) {
    database.run('DELETE FROM objects WHERE component = ? AND name = ?', component, name);
    return;
  }
  database.run(
    'INSERT OR REPLACE INTO objects (component, name, properties, generation, wall, counter, created) VALUES (?, ?, ?, ?, ?, ?, ?)',
    component,
    name,
    properties,
    row.generation,
    row.wall,
    row.counter,
    row.created,
  );
}

export function insertState(database: Database, key: string, value: string): void {
  database.run(
    'INSERT INTO state (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    key,
    value,
  );
}

/** What is kept after the commit; in the steady state one row goes for each that comes. */
export function prune(
  database: Database,
  extent: JournalExtent,
  bounds: JournalBounds,
  newest: number,
  added: number,
): JournalExtent {
  let next = {
    oldest: extent.commits === 0 ? newest : extent.oldest,
    newest,
    commits: extent.commits + 1,
    bytes: extent.bytes + added,
  };
  while (next.commits > 1 && (next.commits > bounds.commits || next.bytes > bounds.bytes)) {
    const freed = sizeOf(database, next.oldest);
    database.run('DELETE FROM commits WHERE sequence = ?', next.oldest);
    next = {
      ...next,
      oldest: next.oldest + 1,
      commits: next.commits - 1,
      bytes: next.bytes - freed,
    };
  }
  return next;
}

/** octet_length needs the head of a row only, however long its changes are. */
export function extentOf(database: Database): JournalExtent {
  const row = database.all(
    'SELECT min(sequence) AS oldest, max(sequence) AS newest, count(*) AS commits, sum(octet_length(changes)) AS bytes FROM commits',
  )[0];
  const number = (column: string): number => Number(row?.[column] ?? 0);
  return {
    oldest: number('oldest'),
    newest: number('newest'),
    commits: number('commits'),
    bytes: number('bytes'),
  };
}

function sizeOf(database: Database, sequence: number): number {
  const sql = 'SELECT octet_length(changes) AS bytes FROM commits WHERE sequence = ?';
  return Number(database.all(sql, sequence)[0]?.['bytes'] ?? 0);
}
