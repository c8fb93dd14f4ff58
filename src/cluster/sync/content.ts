import { compareHybrid, type HybridTime } from '../../base/hybrid-clock.ts';
import type { Change, Commit, ObjectKey, SharedObject } from '../../config/types.ts';
import { hasCommit, type StandIn } from './stand-ins.ts';
import type { Unheld } from './types.ts';
import { includes, pushOrigin, type Versions } from './versions.ts';

/** Which commits another device lacks, and what of theirs is newer than ours. Pure. */

export function keyOf(object: ObjectKey): string {
  return `${object.component} ${object.name}`;
}

/** The part of the journal that explains a group's versions: everything beyond `floor` is in it. */
export interface Journal {
  /** Filtered to the group, without what the floor includes. */
  newestFirst(): Iterable<Commit>;
  /** Older commits, which would be part of it, have been pruned. */
  readonly isCut: boolean;
  readonly floor: Versions;
  /** Newest first, from the beginning of the domain's history, what the floor includes as well. */
  everNewestFirst(): Iterable<Commit>;
  /** Deletions that full loads told of: no commit here says when they were made. */
  readonly told: readonly Deletion[];
}

/** Journal entries looked at before a full load is the cheaper answer. */
export const maximumLookedAt = 4096;

/**
 * The commits that a holder of `have` lacks of `mine`, oldest first. Undefined when the journal cannot
 * tell, or more than `limit` are lacking: then a full load is due. Commits of one origin stand in the
 * journal in the order of their times, so that the first one that is known ends the search for it.
 */
export function commitsLackedBy(
  have: Versions,
  mine: Versions,
  journal: Journal,
  limit: number,
): readonly Commit[] | undefined {
  const open = new Set<string>();
  for (const [origin, time] of Object.entries(mine)) {
    if (!includes(have, origin, time)) open.add(origin);
  }
  const lacked: Commit[] = [];
  let looked = 0;
  for (const commit of journal.newestFirst()) {
    if (open.size === 0) return lacked.toReversed();
    looked += 1;
    if (looked > maximumLookedAt) return undefined;
    if (isOwnLoad(commit)) continue;
    const { device, time } = commit.identity;
    if (includes(have, device, time)) open.delete(device);
    else if (commit.changes.length > 0 && includes(mine, device, time)) lacked.push(commit);
    if (lacked.length > limit) return undefined;
  }
  if (open.size > 0 && journal.isCut) return undefined;
  for (const origin of open) {
    const time = journal.floor[origin];
    if (time !== undefined && !includes(have, origin, time)) return undefined;
  }
  return lacked.toReversed();
}

/** What a full load changed here is told by the load's own versions, not as a change of ours. */
export function isOwnLoad(commit: Commit): boolean {
  return commit.origin.source === 'sync' && commit.origin.reason === loadReason;
}

/** Content with some objects made so, or gone. */
export function applyChanges(
  objects: readonly SharedObject[],
  changes: readonly (ObjectKey & { readonly after: SharedObject | undefined })[],
): readonly SharedObject[] {
  if (changes.length === 0) return objects;
  const content = new Map(objects.map((object) => [keyOf(object), object]));
  for (const change of changes) {
    if (change.after === undefined) content.delete(keyOf(change));
    else content.set(keyOf(change), change.after);
  }
  return [...content.values()];
}

export const loadReason = 'full load';

export interface Deletion extends ObjectKey {
  readonly version: HybridTime;
  /** Who made it; members of an older version do not say. */
  readonly device?: string;
}

/** Told deletions that are remembered: the newest ones, as those of commits end with the journal. */
const maximumTold = 1024;

export function withTold(
  known: readonly Deletion[],
  told: readonly Deletion[],
): readonly Deletion[] {
  if (told.length === 0) return known;
  const newest = new Map<string, Deletion>();
  for (const one of [...known, ...told]) {
    const other = newest.get(keyOf(one));
    if (other === undefined || compareHybrid(one.version, other.version) > 0)
      newest.set(keyOf(one), one);
  }
  return [...newest.values()]
    .toSorted((one, other) => compareHybrid(other.version, one.version))
    .slice(0, maximumTold);
}

export type Deletions = ReadonlyMap<string, Deletion>;

/** When objects that are gone were deleted, as far as the sender cannot know of it. */
export function deletionsUnknownTo(theirs: Versions, journal: Journal): Deletions {
  const deletions = new Map<string, Deletion>();
  let looked = 0;
  for (const commit of journal.everNewestFirst()) {
    looked += 1;
    if (looked > maximumLookedAt) break;
    if (isOwnLoad(commit)) continue;
    if (includes(theirs, commit.identity.device, commit.identity.time)) continue;
    for (const change of commit.changes) {
      const key = keyOf(change);
      if (change.after === undefined && !deletions.has(key)) {
        const { component, name } = change;
        const { device, time } = commit.identity;
        deletions.set(key, { component, name, version: time, device });
      }
    }
  }
  for (const told of journal.told) {
    if (told.device !== undefined && includes(theirs, told.device, told.version)) continue;
    const other = deletions.get(keyOf(told));
    if (other === undefined || compareHybrid(told.version, other.version) > 0)
      deletions.set(keyOf(told), told);
  }
  return deletions;
}

export interface ContentAt {
  readonly mine: Versions;
  readonly have: Versions;
  readonly self: string;
  /** It was set back once: what it made until it had its own commits again stands as pushes of its own. */
  readonly wasSetBack: boolean;
  /** Which pushes these are. */
  readonly standIns: readonly StandIn[];
}

/**
 * Content as it was before the commits that `have` does not include. Undefined when these cannot be undone
 * one by one: they are no longer kept, or came in a full load. A push of `self` changed nothing here, unless
 * it stands for commits.
 */
export function contentAt(
  objects: readonly SharedObject[],
  { mine, have, self, wasSetBack, standIns }: ContentAt,
  journal: Journal,
): readonly SharedObject[] | undefined {
  const own = wasSetBack ? undefined : pushOrigin(self);
  const lacks = ([origin, time]: readonly [string, HybridTime]): boolean =>
    origin !== own && !includes(have, origin, time);
  if (Object.entries(journal.floor).some(lacks)) return undefined;
  const open = new Set(
    Object.entries(mine)
      .filter(lacks)
      .map(([origin]) => origin),
  );
  const content = new Map(objects.map((object) => [keyOf(object), object]));
  let looked = 0;
  for (const commit of journal.newestFirst()) {
    looked += 1;
    if (looked > maximumLookedAt) return undefined;
    if (isOwnLoad(commit)) {
      if (commit.changes.length > 0) return undefined;
      continue;
    }
    if (hasCommit(have, commit.identity, self, standIns)) {
      open.delete(commit.identity.device);
      continue;
    }
    for (const { component, name, before } of commit.changes) {
      if (before === undefined) content.delete(keyOf({ component, name }));
      else content.set(keyOf(before), before);
    }
  }
  return journal.isCut && open.size > 0 ? undefined : [...content.values()];
}

/**
 * Authors of whom `mine` claims a commit that `theirs` ends with, and that is not in the journal; with their
 * newest commit before it. A journal that is cut cannot tell, and believes.
 */
export function unheldOf(mine: Versions, theirs: Versions, journal: Journal): Unheld {
  const unheld: Record<string, HybridTime | undefined> = {};
  for (const [origin, time] of Object.entries(theirs)) {
    const own = mine[origin];
    if (own === undefined || compareHybrid(own, time) <= 0 || origin.endsWith('#push')) continue;
    if (journal.isCut || includes(journal.floor, origin, time)) continue;
    let before: HybridTime | undefined = journal.floor[origin];
    let isHeld = false;
    let looked = 0;
    for (const { identity } of journal.newestFirst()) {
      looked += 1;
      isHeld = looked > maximumLookedAt;
      if (isHeld) break;
      if (identity.device !== origin) continue;
      const order = compareHybrid(identity.time, time);
      isHeld = order === 0;
      if (order < 0) before = identity.time;
      if (order <= 0) break;
    }
    if (!isHeld) unheld[origin] = before;
  }
  return unheld;
}

/** Of two changes of one object made apart the newer one; both ends choose the same. */
export function isNewer(
  theirs: { readonly time: HybridTime; readonly object: SharedObject | undefined },
  ours: { readonly time: HybridTime | undefined; readonly object: SharedObject | undefined },
): boolean {
  if (ours.time === undefined) return true;
  const order = compareHybrid(theirs.time, ours.time);
  if (order !== 0) return order > 0;
  return textOf(theirs.object) > textOf(ours.object);
}

function textOf(object: SharedObject | undefined): string {
  return object === undefined ? '' : JSON.stringify(sorted(object.properties));
}

/** The same text for the same value, whatever the order of its keys. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([one], [two]) => (one < two ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, sorted(inner)]));
}

/** The changes of a commit made apart that win here. */
export function winningChanges(
  commit: Commit,
  local: (key: ObjectKey) => SharedObject | undefined,
  deletions: Deletions,
): readonly Change[] {
  return commit.changes.filter((change) => {
    const object = local(change);
    const time = object?.version ?? deletions.get(keyOf(change))?.version;
    return isNewer({ time: commit.identity.time, object: change.after }, { time, object });
  });
}
