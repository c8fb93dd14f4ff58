/**
 * The journal on disk: commits up to a bound, the present objects for a fast start, and small state
 * values. One SQLite file; a commit is one transaction.
 */
import type { Sliced } from '../../base/slices.ts';
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
import { ApartWriting } from './apart-writing.ts';
import {
  extentOf,
  insertCommit,
  insertState,
  type JournalBounds,
  prune,
  rowOf,
  writeObject,
} from './journal-rows.ts';
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
  /**
   * The same, a large commit without keeping others waiting; false: somebody else wrote meanwhile, and
   * nothing was done.
   */
  appending(
    commit: Commit,
    isStock: (change: Change) => boolean,
    state: ReadonlyMap<string, string>,
  ): Sliced<boolean>;
  /** Ends `appending` of somebody else: it was written, or it is not any more. */
  settle(): void;
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

export const journalBounds: JournalBounds = { commits: 20_000, bytes: 256 * 1024 ** 2 };

/**
 * A commit can be 10 MB as text, and whoever asks what is new asks for the last ones: these are not parsed again. So
 * many are held while they have not too many changes together, and some whatever they have.
 */
const heldCommits = { most: 512, changes: 4000, least: 4 };

/** State: the catalogue that all objects conform to. */
const catalogueKey = 'catalogue';

/** Texts of changes beyond this are written by a thread of their own. */
const largeCharacters = 256 * 1024;

export function openJournal(database: Database, file: JournalFile): Journal {
  migrate(database);
  return new SqliteJournal(database, file);
}

/** What another connection to the same file has to know. */
export interface JournalFile {
  readonly path: string;
  readonly maximumBytes: number;
  readonly bounds?: JournalBounds | undefined;
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
  readonly #file: JournalFile;
  #writing: { readonly writing: ApartWriting; readonly commit: Commit } | undefined;

  constructor(database: Database, file: JournalFile) {
    this.#database = database;
    this.#file = file;
    this.#bounds = file.bounds ?? journalBounds;
    this.#extent = extentOf(database);
    database.onBegin(() => this.settle());
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
    this.#write(commit, JSON.stringify(commit.changes), isStock, state);
  }

  *appending(
    commit: Commit,
    isStock: (change: Change) => boolean,
    state: ReadonlyMap<string, string>,
  ): Sliced<boolean> {
    const { changes, ...head } = commit;
    let texts: string[] = [];
    let first = 0;
    let size = 0;
    let writing: ApartWriting | undefined;
    const isOvertaken = (): boolean =>
      writing === undefined
        ? commit.sequence !== this.#extent.newest + 1
        : this.#writing?.writing !== writing;
    for (const [index, change] of changes.entries()) {
      const text = JSON.stringify(change);
      texts.push(text);
      size += text.length;
      yield;
      if (isOvertaken()) return false;
      if (size < largeCharacters) continue;
      writing ??= this.#open(commit, head, state);
      writing.add(texts, changes.slice(first, index + 1).map(isStock));
      texts = [];
      size = 0;
      first = index + 1;
    }
    if (writing === undefined) {
      if (isOvertaken()) return false;
      this.#write(commit, `[${texts.join(',')}]`, isStock, state);
      return true;
    }
    if (texts.length > 0) writing.add(texts, changes.slice(first).map(isStock));
    writing.end();
    yield writing.ended;
    writing.wait();
    if (!isOvertaken()) this.settle();
    const refusal = writing.refusal();
    if (refusal !== undefined) throw refusal;
    return writing.isWritten();
  }

  settle(): void {
    if (this.#writing === undefined) return;
    const { writing, commit } = this.#writing;
    writing.letGo();
    this.#writing = undefined;
    if (writing.isWritten()) this.#noted(commit, extentOf(this.#database));
  }

  #open(
    commit: Commit,
    head: Omit<Commit, 'changes'>,
    state: ReadonlyMap<string, string>,
  ): ApartWriting {
    this.settle();
    const { path, maximumBytes } = this.#file;
    const [extent, bounds] = [this.#extent, this.#bounds];
    const order = { path, maximumBytes, commit: head, state: [...state], extent, bounds };
    const writing = new ApartWriting(order);
    this.#writing = { writing, commit };
    return writing;
  }

  #noted(commit: Commit, extent: JournalExtent): void {
    this.#extent = extent;
    this.#newest = heldOf([commit, ...this.#newest]);
  }

  #write(
    commit: Commit,
    changes: string,
    isStock: (change: Change) => boolean,
    state: ReadonlyMap<string, string>,
  ): void {
    const extent = this.#database.transaction(() => {
      insertCommit(this.#database, commit, changes);
      for (const change of commit.changes) {
        writeObject(this.#database, rowOf(change, isStock(change)));
      }
      for (const [key, value] of this.#unsaved) insertState(this.#database, key, value);
      for (const [key, value] of state) insertState(this.#database, key, value);
      const bytes = Buffer.byteLength(changes);
      return prune(this.#database, this.#extent, this.#bounds, commit.sequence, bytes);
    });
    this.#unsaved.clear();
    this.#noted(commit, extent);
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
    if (all[0]?.sequence === this.#extent.newest) this.#newest = heldOf(all);
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
    this.settle();
    this.#database.close();
  }
}

function heldOf(newestFirst: readonly Commit[]): readonly Commit[] {
  const { most, changes, least } = heldCommits;
  let count = 0;
  const end = newestFirst.findIndex((commit, index) => {
    count += commit.changes.length;
    return index === most || (index >= least && count > changes);
  });
  return end < 0 ? newestFirst : newestFirst.slice(0, end);
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
