import type { Database } from '../../platform/sqlite.ts';

/** Each step makes the next version of the schema; a new file goes through all of them. */
const steps: readonly (readonly string[])[] = [
  [
    `CREATE TABLE commits (
       sequence INTEGER PRIMARY KEY,
       id TEXT NOT NULL UNIQUE,
       device TEXT NOT NULL,
       wall INTEGER NOT NULL,
       counter INTEGER NOT NULL,
       parent TEXT NOT NULL,
       origin TEXT NOT NULL,
       changes TEXT NOT NULL
     ) STRICT`,
    `CREATE TABLE objects (
       component TEXT NOT NULL,
       name TEXT NOT NULL,
       properties TEXT NOT NULL,
       generation INTEGER NOT NULL,
       wall INTEGER NOT NULL,
       counter INTEGER NOT NULL,
       PRIMARY KEY (component, name)
     ) STRICT, WITHOUT ROWID`,
    'CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID',
  ],
  ['CREATE INDEX commits_time ON commits (wall, counter)'],
  [
    'ALTER TABLE objects ADD COLUMN created INTEGER',
    // As far back as the history goes.
    `WITH made AS (
       SELECT json_extract(value, '$.component') AS component, json_extract(value, '$.name') AS name, max(wall) AS wall
       FROM commits, json_each(changes)
       WHERE json_extract(value, '$.before') IS NULL
       GROUP BY 1, 2
     )
     UPDATE objects SET created = made.wall FROM made
     WHERE objects.component = made.component AND objects.name = made.name`,
  ],
];

export const schemaVersion = steps.length;

/** Throws when the file is of a later version than this program knows. */
export function migrate(database: Database): void {
  database.run('CREATE TABLE IF NOT EXISTS schema (version INTEGER NOT NULL) STRICT');
  const row = database.all('SELECT version FROM schema')[0];
  const present = Number(row?.['version'] ?? 0);
  if (present > schemaVersion) {
    throw new Error(
      `the configuration database has schema version ${present}, this program knows ${schemaVersion}: start the newer program`,
    );
  }
  if (present === schemaVersion) return;
  database.transaction(() => {
    for (const step of steps.slice(present)) for (const sql of step) database.run(sql);
    database.run('DELETE FROM schema');
    database.run('INSERT INTO schema (version) VALUES (?)', schemaVersion);
  });
}
