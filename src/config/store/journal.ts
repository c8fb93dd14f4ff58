/**
 * The journal on disk: commits up to a bound, the present objects for a fast start, and small state
 * values. One SQLite file; a commit is one transaction.
 */
import type { Properties } from '../../catalogue/types.ts';
import { type HybridTime, compareHybrid, hybridZero } from '../../base/hybrid-clock.ts';
import type { Database, SqlRow } from '../../platform/sqlite.ts';
import { conform } from '../model/conform.ts';
import type {
  Change,
  Commit,
  CommitOrigin,
  JournalExtent,
  KeptApart,
  StoredObject,
} from '../types.ts';
import { catalogueSum } from './catalogue-sum.ts';
import { migrate } from './schema.ts';

export interface Journal {
  /** Objects that differ from the stock as far as the catalogue takes them, in no order. */
  objects(): readonly StoredObject[];
  /** What `objects` left out when it was last called. */
  apart(): readonly KeptApart[];
  head(): JournalHead;
  /** Durable when it returns; throws when the disk refuses, with nothing written. */
  append(
    commit: Commit,
    isStock: (change: Change) => boolean,
    state: ReadonlyMap<string, string>,
  ): void;
  hasCommit(id: string): boolean;
  /** Newest first, below `before`. */
  history(limit: number, before: number): readonly Commit[];
  /** Secrets were sealed anew: what is held of commits in memory is not what the file has. */
  forgetNewest(): void;
  extent(): JournalExtent;
  readState(key: string): string | undefined;
  /** Never throws: what the disk refuses is written with the next thing it takes. */
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

/** Older commits are dropped beyond either; the newest one always stays. */
export interface JournalBounds {
  readonly commits: number;
  /** Of the changes as text. */
  readonly bytes: number;
}

export const journalBounds: JournalBounds = { commits: 20_000, bytes: 256 * 1024 ** 2 };

/** A commit can be 10 MB as text, and whoever asks what is new asks for the last ones: these are not parsed again. */
const heldCommits = 4;

/** State: the catalogue that all objects conform to. */
const catalogueKey = 'catalogue';

export function openJournal(database: Database, bounds = journalBounds): Journal {
  migrate(database);
  return new SqliteJournal(database, bounds);
}

class SqliteJournal implements Journal {
  readonly #database: Database;
  readonly #bounds: JournalBounds;
  /** State that the disk refused so far. */
  readonly #unsaved = new Map<string, string>();
  /** Newest first, without a gap. */
  #newest: readonly Commit[] = [];
  #apart: readonly KeptApart[] = [];
  #extent: JournalExtent;

  constructor(database: Database, bounds: JournalBounds) {
    this.#database = database;
    this.#bounds = bounds;
    this.#extent = extentOf(database);
  }

  objects(): readonly StoredObject[] {
    const objectOf = objectReader();
    const stored = this.#database
      .all('SELECT component, name, properties, generation, wall, counter, created FROM objects')
      .map((row) => objectOf(row));
    // Looked through only when they were written under another catalogue.
    if (this.readState(catalogueKey) === catalogueSum) return stored;
    const conformed = stored.map(conform);
    this.#apart = conformed.flatMap(({ apart }) => (apart === undefined ? [] : [apart]));
    // Nothing is dropped from the database; until all of it is usable each start looks again.
    if (this.#apart.length === 0) this.writeState(catalogueKey, catalogueSum);
    return conformed.flatMap(({ object }) => (object === undefined ? [] : [object]));
  }

  apart(): readonly KeptApart[] {
    return this.#apart;
  }

  head(): JournalHead {
    return headOf(this.#database);
  }

  append(
    commit: Commit,
    isStock: (change: Change) => boolean,
    state: ReadonlyMap<string, string>,
  ): void {
    const changes = JSON.stringify(commit.changes);
    const extent = this.#database.transaction(() => {
      insertCommit(this.#database, commit, changes);
      for (const change of commit.changes) writeObject(this.#database, change, isStock(change));
      for (const [key, value] of this.#unsaved) insertState(this.#database, key, value);
      for (const [key, value] of state) insertState(this.#database, key, value);
      return this.#prune(commit.sequence, Buffer.byteLength(changes));
    });
    this.#unsaved.clear();
    this.#extent = extent;
    this.#newest = [commit, ...this.#newest].slice(0, heldCommits);
  }

  hasCommit(id: string): boolean {
    return this.#database.all('SELECT 1 FROM commits WHERE id = ?', id).length > 0;
  }

  history(limit: number, before: number): readonly Commit[] {
    const { oldest } = this.#extent;
    const held = this.#newest
      .filter(({ sequence }) => sequence < before && sequence >= oldest)
      .slice(0, limit);
    if (held.length === limit) return held;
    const below = Math.min(before, this.#newest.at(-1)?.sequence ?? before);
    const sql = 'SELECT * FROM commits WHERE sequence < ? ORDER BY sequence DESC LIMIT ?';
    const read = this.#database.all(sql, below, limit - held.length).map(commitOf);
    const all = [...held, ...read];
    if (all[0]?.sequence === this.#extent.newest) this.#newest = all.slice(0, heldCommits);
    return all;
  }

  forgetNewest(): void {
    this.#newest = [];
  }

  extent(): JournalExtent {
    return this.#extent;
  }

  readState(key: string): string | undefined {
    const unsaved = this.#unsaved.get(key);
    if (unsaved !== undefined) return unsaved;
    return text(this.#database.all('SELECT value FROM state WHERE key = ?', key)[0], 'value');
  }

  writeState(key: string, value: string): void {
    this.#unsaved.set(key, value);
    try {
      this.#database.transaction(() => {
        for (const [name, held] of this.#unsaved) insertState(this.#database, name, held);
      });
      this.#unsaved.clear();
    } catch {
      // Held until there is room; whoever commits meanwhile is told that the disk is full.
    }
  }

  close(): void {
    this.#database.close();
  }

  /** What is kept after the commit; in the steady state one row goes for each that comes. */
  #prune(newest: number, added: number): JournalExtent {
    const { commits, bytes } = this.#extent;
    let next = {
      oldest: commits === 0 ? newest : this.#extent.oldest,
      newest,
      commits: commits + 1,
      bytes: bytes + added,
    };
    while (
      next.commits > 1 &&
      (next.commits > this.#bounds.commits || next.bytes > this.#bounds.bytes)
    ) {
      const freed = sizeOf(this.#database, next.oldest);
      this.#database.run('DELETE FROM commits WHERE sequence = ?', next.oldest);
      next = {
        ...next,
        oldest: next.oldest + 1,
        commits: next.commits - 1,
        bytes: next.bytes - freed,
      };
    }
    return next;
  }
}

/** octet_length needs the head of a row only, however long its changes are. */
function extentOf(database: Database): JournalExtent {
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

function insertCommit(database: Database, commit: Commit, changes: string): void {
  const { sequence, identity, origin } = commit;
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

function writeObject(database: Database, change: Change, isStock: boolean): void {
  const { component, name, after } = change;
  if (after === undefined || isStock) {
    database.run('DELETE FROM objects WHERE component = ? AND name = ?', component, name);
    return;
  }
  database.run(
    'INSERT OR REPLACE INTO objects (component, name, properties, generation, wall, counter, created) VALUES (?, ?, ?, ?, ?, ?, ?)',
    component,
    name,
    JSON.stringify(after.properties),
    after.generation,
    after.version.wall,
    after.version.counter,
    after.created ?? null,
  );
}

function insertState(database: Database, key: string, value: string): void {
  database.run(
    'INSERT INTO state (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    key,
    value,
  );
}

/** Rows of one commit share its time, those of one component its name: each is held once. */
function objectReader(): (row: SqlRow) => StoredObject {
  const components = new Map<string, string>();
  let last: HybridTime = hybridZero;
  return (row) => {
    const word = String(row['component']);
    const component = components.get(word) ?? word;
    components.set(component, component);
    const version = timeOf(row);
    if (compareHybrid(version, last) !== 0) last = version;
    return {
      component,
      name: String(row['name']),
      // Written by `append` from Properties.
      properties: JSON.parse(String(row['properties'])) as Properties,
      generation: Number(row['generation']),
      version: last,
      ...(row['created'] !== null && { created: Number(row['created']) }),
    };
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
