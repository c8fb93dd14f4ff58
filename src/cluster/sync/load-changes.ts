import { flatMapSliced, type Sliced } from '../../base/slices.ts';
import { sameValue } from '../../config/model/values.ts';
import type { ObjectKey, SharedObject } from '../../config/types.ts';
import {
  commitsLackedBy,
  type Deletions,
  isNewer,
  type Journal,
  keyOf,
  maximumLookedAt,
} from './content.ts';
import type { LoadContent } from './group-world.ts';
import type { Versions } from './versions.ts';

/** What a full load changes here. Pure. */

export interface ExactChange extends ObjectKey {
  readonly after: SharedObject | undefined;
}

interface Held {
  objects(): readonly SharedObject[];
}

function byKey(objects: readonly SharedObject[]): ReadonlyMap<string, SharedObject> {
  return new Map(objects.map((object) => [keyOf(object), object]));
}

export function* replacingChanges(
  database: Held,
  content: LoadContent,
): Sliced<readonly ExactChange[]> {
  const wanted = byKey(content.objects);
  yield;
  const ours = byKey(database.objects());
  yield;
  const gone = [...ours.values()].filter((object) => !wanted.has(keyOf(object)));
  const changed = yield* flatMapSliced(content.objects, (object) =>
    isEqual(ours.get(keyOf(object)), object) ? [] : [object],
  );
  return [
    ...gone.map(({ component, name }) => ({ component, name, after: undefined })),
    ...changed.map((after) => ({ component: after.component, name: after.name, after })),
  ];
}

/** What was changed here that the holder of `have` does not know; undefined: the journal cannot tell. */
export function changedSince(
  have: Versions,
  mine: Versions,
  journal: Journal,
): ReadonlySet<string> | undefined {
  const lacked = commitsLackedBy(have, mine, journal, maximumLookedAt);
  return lacked && new Set(lacked.flatMap(({ changes }) => changes.map(keyOf)));
}

/**
 * What the sender had and has no more: it was deleted there, however long ago that was. Only what was changed here
 * since is unknown to it, and stays.
 */
export function goneThere(
  database: Held,
  { objects, deletions }: LoadContent,
  changedHere: ReadonlySet<string> | undefined,
): readonly ExactChange[] {
  if (changedHere === undefined) return [];
  const known = new Set([...objects, ...deletions].map(keyOf));
  const gone = database
    .objects()
    .filter((object) => !known.has(keyOf(object)) && !changedHere.has(keyOf(object)));
  return gone.map(({ component, name }) => ({ component, name, after: undefined }));
}

/** Of each object the newest of both; objects that only one has stay, unless the other deleted them. */
export function mergingChanges(
  database: Held,
  content: LoadContent,
  deletedHere: Deletions,
): readonly ExactChange[] {
  const ours = byKey(database.objects());
  const renewed = content.objects.filter((after) => {
    const here = ours.get(keyOf(after));
    if (here !== undefined && isEqual(here, after)) return false;
    const time = here?.version ?? deletedHere.get(keyOf(after))?.version;
    return isNewer({ time: after.version, object: after }, { time, object: here });
  });
  const deleted = content.deletions.filter((deletion) => {
    const here = ours.get(keyOf(deletion));
    if (here === undefined) return false;
    const there = { time: deletion.version, object: undefined };
    return isNewer(there, { time: here.version, object: here });
  });
  return [
    ...deleted.map(({ component, name }) => ({ component, name, after: undefined })),
    ...renewed.map((after) => ({ component: after.component, name: after.name, after })),
  ];
}

function isEqual(one: SharedObject | undefined, other: SharedObject): boolean {
  if (one === undefined) return false;
  return sameValue(one.properties, other.properties);
}
