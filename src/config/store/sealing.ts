/**
 * The secrets of a database: which key they are sealed with, and sealing all of them anew. The keys lie in
 * a file beside the database, which itself only says by its hash which of them it is sealed with: the
 * file is written first, so that a crash at any instant leaves a pair that fits.
 */
import { dirname, join } from 'node:path';
import type { ComponentId, Properties } from '../../catalogue/types.ts';
import { present } from '../../base/assert.ts';
import type { Database, SqlRow } from '../../platform/sqlite.ts';
import type { Random } from '../../platform/random.ts';
import { masterKeyBytes } from '../../platform/sealing.ts';
import { boxOf, readKeys, type RingKey, ringKey, withKey, writeKeys } from '../secrets/key-ring.ts';
import { isSealedText } from '../secrets/sealed-text.ts';
import type { SecretBox } from '../secrets/types.ts';
import { mapSecrets, resealing, type SecretMap } from '../secrets/walk.ts';
import type { Change } from '../types.ts';

/** What the database remembers of its key. */
interface KeyState {
  readonly hash: string;
  readonly previousHash: string;
}

const stateKey = 'master key';

export interface DatabaseSealing {
  readonly ring: readonly RingKey[];
  readonly previousHash: string;
  readonly box: SecretBox;
}

/** `…/data/config.db` → `…/data/secrets/master.key`. */
export function masterKeyPath(databasePath: string): string {
  return join(dirname(databasePath), 'secrets', 'master.key');
}

/**
 * Makes the key at first start, and seals what an earlier release left plain. Throws when the key that the
 * database was sealed with is gone.
 */
export function openSealing(database: Database, path: string, random: Random): DatabaseSealing {
  const keys = readKeys(path);
  const state = readState(database);
  if (state === undefined) {
    const ring = keys.length > 0 ? keys : [ringKey(random.bytes(masterKeyBytes))];
    if (keys.length === 0) writeKeys(path, ring);
    const wasPlain = reseal(database, ring, { hash: firstOf(ring).hash, previousHash: '' });
    // What was overwritten is still in free pages and in the log.
    if (wasPlain) database.scrub();
    return { ring, previousHash: '', box: boxOf(ring) };
  }
  const own = keys.find(({ hash }) => hash === state.hash);
  if (own === undefined) {
    throw new Error(
      `the configuration database is sealed with a master key (hash ${state.hash}) that ${path} does not hold: restore that file from a copy`,
    );
  }
  const ring = withKey(keys, own);
  return { ring, previousHash: state.previousHash, box: boxOf(ring) };
}

/** Everything sealed with `key` from now on. */
export function changeKey(
  database: Database,
  path: string,
  former: DatabaseSealing,
  key: RingKey,
): DatabaseSealing {
  const ring = withKey(former.ring, key);
  const previousHash = firstOf(former.ring).hash;
  writeKeys(path, ring);
  reseal(database, ring, { hash: key.hash, previousHash });
  return { ring, previousHash, box: boxOf(ring) };
}

export function firstOf(ring: readonly RingKey[]): RingKey {
  return present(ring[0], 'a master key');
}

/** True when something was there that was not sealed. */
function reseal(database: Database, ring: readonly RingKey[], state: KeyState): boolean {
  const seal = resealing(boxOf(ring));
  let wasPlain = false;
  const map: SecretMap = (value, place) => {
    wasPlain ||= !isSealedText(value);
    return seal(value, place);
  };
  const isSealed = readState(database) !== undefined;
  database.transaction(() => {
    resealObjects(database, map);
    resealCommits(database, map, isSealed);
    database.run(
      'INSERT INTO state (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
      stateKey,
      JSON.stringify(state),
    );
  });
  return wasPlain;
}

function resealObjects(database: Database, map: SecretMap): void {
  for (const row of database.all('SELECT component, name, properties FROM objects')) {
    const component: ComponentId = String(row['component']);
    const name = String(row['name']);
    // Written by the journal from Properties.
    const properties = JSON.parse(String(row['properties'])) as Properties;
    const next = mapSecrets({ component, name, properties }, map).properties;
    if (next === properties) continue;
    const text = JSON.stringify(next);
    database.run(
      'UPDATE objects SET properties = ? WHERE component = ? AND name = ?',
      text,
      component,
      name,
    );
  }
}

/** Rows read at a time: a history does not fit into memory at once. */
const pageRows = 256;

function resealCommits(database: Database, map: SecretMap, isSealed: boolean): void {
  // Most commits hold no secret; looking for one is quicker than reading the JSON.
  const only = isSealed ? "AND instr(changes, '$M$') > 0" : '';
  for (let last = 0; ;) {
    const rows: readonly SqlRow[] = database.all(
      `SELECT sequence, changes FROM commits WHERE sequence > ? ${only} ORDER BY sequence LIMIT ?`,
      last,
      pageRows,
    );
    if (rows.length === 0) return;
    for (const row of rows) {
      last = Number(row['sequence']);
      // Written by the journal.
      const changes = JSON.parse(String(row['changes'])) as readonly Change[];
      const next = changes.map((change) => resealChange(change, map));
      if (next.every((change, index) => change === changes[index])) continue;
      database.run('UPDATE commits SET changes = ? WHERE sequence = ?', JSON.stringify(next), last);
    }
  }
}

function resealChange(change: Change, map: SecretMap): Change {
  const before = change.before && mapSecrets(change.before, map);
  const after = change.after && mapSecrets(change.after, map);
  return before === change.before && after === change.after ? change : { ...change, before, after };
}

function readState(database: Database): KeyState | undefined {
  const text = database.all('SELECT value FROM state WHERE key = ?', stateKey)[0]?.['value'];
  // Written by `reseal`.
  return text === undefined ? undefined : (JSON.parse(String(text)) as KeyState);
}
