import type { HybridTime } from '../../base/hybrid-clock.ts';
import { finishAtOnce, type Sliced } from '../../base/slices.ts';
import type { Commit, CommitIdentity, ObjectKey, SharedObject } from '../../config/types.ts';
import {
  commitsLackedBy,
  contentAt,
  type Deletion,
  type Deletions,
  deletionsUnknownTo,
  isOwnLoad,
  type Journal,
  loadReason,
  unheldOf,
  winningChanges,
  withTold,
} from './content.ts';
import {
  changedSince,
  type ExactChange,
  goneThere,
  mergingChanges,
  replacingChanges,
} from './load-changes.ts';
import { syncedAt } from './members.ts';
import type { GroupStore, LoadContent } from './group-world.ts';
import { type StandIn, withStandIn } from './stand-ins.ts';
import {
  type BatchHead,
  type Head,
  type LastSyncType,
  type LoadHead,
  type MemberState,
  noHead,
} from './types.ts';
import {
  covers,
  includes,
  joinVersions,
  pushOrigin,
  type Versions,
  withPush,
  withVersion,
} from './versions.ts';

/** What this room needs of the configuration database, filtered to one group. */
export interface GroupDatabase {
  /** Of the newest commit in the journal, in scope or not. */
  sequence(): number;
  /** Sequence number of the oldest commit that is kept; older ones have been pruned. */
  oldest(): number;
  /** Newest first, from `before` (exclusive) down; changes out of scope left out. */
  history(limit: number, before?: number): readonly Commit[];
  objects(): readonly SharedObject[];
  stored(key: ObjectKey): SharedObject | undefined;
  hash(): string;
  /**
   * Makes these objects exactly so, their versions too, in one commit; "" or why not. Local properties
   * stay as they are here.
   */
  write(changes: readonly ExactChange[], commit: CommitMeta): string;
  /** The same in slices; undefined: somebody else wrote meanwhile, and nothing was done. */
  writing(changes: readonly ExactChange[], commit: CommitMeta): Sliced<string | undefined>;
  readState(): string | undefined;
  writeState(value: string): void;
}

export interface CommitMeta {
  readonly identity?: CommitIdentity;
  readonly user: string;
  readonly reason: string;
}

export interface OpenGroup {
  readonly store: GroupStore;
  readonly own: MemberState;
  /** A local commit in scope: the group's content from now on. */
  noteCommit(commit: Commit, own: MemberState): MemberState;
}

/** What survives a restart, beside the journal itself. */
interface GroupRecord {
  /** Guid of the trust domain: another domain, another history. */
  readonly epoch: string;
  readonly versions: Versions;
  readonly head: Head;
  readonly synced: Head | undefined;
  readonly hasPending: boolean;
  /** The journal tells of this domain from here on; records of an older version do not say. */
  readonly beginSequence?: number;
  /** The journal explains everything after this sequence number that `floor` does not include. */
  readonly floorSequence: number;
  readonly floor: Versions;
  /** Journal entries up to here are in `versions`. */
  readonly sequence: number;
  readonly lastSyncType?: LastSyncType;
  readonly lost?: HybridTime;
  readonly lostPush?: HybridTime;
  readonly standIns?: readonly StandIn[];
  /** Deletions that came by full loads: to be told on. */
  readonly deletions?: readonly Deletion[];
  readonly loading?: {
    readonly sequence: number;
    readonly versions: Versions;
    readonly head: Head;
  };
  /** What a peer with other software calls the content whose hash here is `own`. */
  readonly named?: { readonly own: string; readonly hash: string };
}

/** Commits sent at once at most; beyond it a full load is cheaper and safer. */
const maximumCommits = 512;
/** Most searches end at the newest commit or two, and one commit can be large. */
const largestPage = 64;

export function openGroup(database: GroupDatabase, self: string, epoch: string): OpenGroup {
  let record = readRecord(database, epoch);
  const hash = (): string => {
    const held = database.hash();
    return record.named?.own === held ? record.named.hash : held;
  };
  const own = restore(database, record, self, hash());
  record = withStandIns(record, own.standIns);
  const journal = (): Journal => journalOf(database, record);
  const keep = (next: GroupRecord): void => {
    record = next;
    database.writeState(JSON.stringify(record));
  };
  // Apart from the record: what it says of versions belongs to its sequence, and what comes after is read again.
  // What the journal told of after a crash it also explains: else a device that was set back would claim it all.
  let explained = joinVersions(record.versions, own.explained);
  const explain = (versions: Versions): void => {
    explained = joinVersions(explained, versions);
  };
  const save = (next: GroupRecord): void => {
    keep(next);
    explained = next.versions;
  };
  const taking = takingWith(database, journal, explain);
  const store: GroupStore = {
    contentAt(have, mine) {
      const { lost, standIns = [] } = record;
      const at = { mine, have, self, wasSetBack: lost !== undefined, standIns };
      return contentAt(database.objects(), at, journal());
    },
    hash,
    unnamedHash: () => database.hash(),
    unheld: (mine, theirs) => unheldOf(mine, theirs, journal()),
    nameContent(name) {
      record = { ...record, named: { own: database.hash(), hash: name } };
    },
    clearCache({ versions }) {
      const sequence = database.sequence();
      save({ ...record, versions, floorSequence: sequence, floor: versions, sequence });
    },
    commitsFor: (have, mine) => commitsLackedBy(have, mine, journal(), maximumCommits),
    objects: () => database.objects(),
    takeCommits: (commits, mine, batch) => finishAtOnce(taking(commits, mine, batch)) ?? '',
    takingCommits: taking,
    deletions: () => deletionsHere(database, journal()),
    takingObjects: (content, load, from, common) =>
      takingObjects(
        database,
        { record: () => record, keep, journal },
        { content, load, from, common },
      ),
    save: (state) => save(noted(record, explained, state, database.sequence())),
  };
  if (own.isNew) store.save(own.state);
  return {
    store,
    own: own.state,
    noteCommit(commit, state) {
      const head = headOf(commit);
      const versions = withOwnCommit(state, self, head.time);
      const around = [state.versions, versions] as const;
      record = withStandIns(record, withStandIn(record.standIns, self, head.id, around));
      explain(versions);
      return { ...state, versions, head, hash: hash(), hasPending: true };
    },
  };
}

type Taking = (
  commits: readonly Commit[],
  mine: Versions,
  batch: BatchHead,
  taken?: (commit: Commit) => void,
) => Sliced<string | undefined>;

/** `explain` is told what the journal tells of from now on. */
function takingWith(
  database: GroupDatabase,
  journal: () => Journal,
  explain: (versions: Versions) => void,
): Taking {
  return function* (commits, mine, batch, taken) {
    const note = (commit: Commit): void => {
      explain({ [commit.identity.device]: commit.identity.time });
      taken?.(commit);
    };
    const lacked = lackedOf(commits, mine);
    const error = yield* takingCommits(database, lacked, batch, journal, taken && note);
    if (error === '') explain(batch.versions);
    return error;
  };
}

function withStandIns(record: GroupRecord, standIns: GroupRecord['standIns']): GroupRecord {
  return standIns === undefined ? record : { ...record, standIns };
}

interface GroupRecords {
  record(): GroupRecord;
  keep(next: GroupRecord): void;
  journal(): Journal;
}

interface IncomingObjects {
  readonly content: LoadContent;
  readonly load: LoadHead;
  readonly from: string;
  readonly common: Versions | undefined;
}

function* takingObjects(
  database: GroupDatabase,
  { record, keep, journal }: GroupRecords,
  { content, load, from, common }: IncomingObjects,
): Sliced<string | undefined> {
  const before = database.sequence();
  const changes = load.isMerge
    ? [
        ...goneThere(database, content, common && changedSince(load.versions, common, journal())),
        ...mergingChanges(database, content, deletionsUnknownTo(load.versions, journal())),
      ]
    : yield* replacingChanges(database, content);
  if (database.sequence() !== before) return undefined;
  const former = record().deletions;
  const deletions = withTold(former ?? [], content.deletions);
  if (deletions !== former) keep({ ...record(), deletions });
  if (changes.length === 0) return '';
  const { versions, head } = load;
  if (load.isMerge) {
    // One that was overtaken left its word here.
    const { loading, ...rest } = record();
    if (loading !== undefined) keep(rest);
  } else {
    // What the load makes of us, should we not live to note it: the commit of this number is the load.
    keep({ ...record(), loading: { sequence: before + 1, versions, head } });
  }
  return yield* database.writing(changes, { user: `sync:${from}`, reason: loadReason });
}

function journalOf(database: GroupDatabase, record: GroupRecord): Journal {
  const { beginSequence, floorSequence, floor, deletions = [] } = record;
  return {
    newestFirst: () => entries(database, floorSequence),
    everNewestFirst: () => entries(database, beginSequence ?? floorSequence),
    isCut: database.oldest() > floorSequence + 1,
    floor,
    told: deletions,
  };
}

/** Of what is not there again. */
function deletionsHere(database: GroupDatabase, journal: Journal): readonly Deletion[] {
  const deletions = [...deletionsUnknownTo({}, journal).values()];
  return deletions.filter((deletion) => database.stored(deletion) === undefined);
}

/** What is kept of `state` now that the journal ends with `sequence`. */
function noted(
  record: GroupRecord,
  explained: Versions,
  state: MemberState,
  sequence: number,
): GroupRecord {
  const { versions, head, synced, hasPending, lastSyncType, lost, lostPush } = state;
  const { epoch, named, deletions, beginSequence, standIns } = record;
  // Versions learnt otherwise than by commits: the journal explains only what comes after.
  const isExplained = covers(explained, versions);
  return {
    epoch,
    versions,
    head,
    synced,
    hasPending,
    floorSequence: isExplained ? record.floorSequence : sequence,
    floor: isExplained ? record.floor : versions,
    sequence,
    lastSyncType,
    ...(named && { named }),
    ...(deletions && { deletions }),
    ...(beginSequence !== undefined && { beginSequence }),
    ...(lost && { lost }),
    ...(lostPush && { lostPush }),
    ...(standIns && isExplained && { standIns }),
  };
}

/**
 * A device that lacks commits of its own makes others as events that are told whole: later than the pushes it
 * lost, or those who have these would seem to have the event.
 */
function withOwnCommit(
  { versions, lost, lostPush }: Pick<MemberState, 'versions' | 'lost' | 'lostPush'>,
  self: string,
  time: HybridTime,
): Versions {
  if (lost === undefined || includes(versions, self, lost)) {
    return withVersion(versions, self, time);
  }
  return withPush(versions, self, time, lostPush && [{ [pushOrigin(self)]: lostPush }]);
}

function pushesOf(self: string, versions: Versions): Versions {
  const origin = pushOrigin(self);
  const time = versions[origin];
  return time === undefined ? {} : { [origin]: time };
}

function headOf(commit: Commit): Head {
  const { id, device, time } = commit.identity;
  return { id, device, time };
}

function readRecord(database: GroupDatabase, epoch: string): GroupRecord {
  const text = database.readState();
  // Written by `save` above.
  const record = text === undefined ? undefined : (JSON.parse(text) as GroupRecord);
  if (record !== undefined && record.epoch === epoch) return record;
  const sequence = database.sequence();
  const floor = {};
  return {
    epoch,
    versions: floor,
    head: noHead,
    synced: undefined,
    hasPending: false,
    beginSequence: sequence,
    floorSequence: sequence,
    floor,
    sequence,
  };
}

interface Restored {
  readonly state: MemberState;
  readonly explained: Versions;
  readonly standIns: readonly StandIn[] | undefined;
  readonly isNew: boolean;
}

/** The record and the commits that came after it: a crash between the two loses nothing. */
function restore(
  database: GroupDatabase,
  record: GroupRecord,
  self: string,
  hash: string,
): Restored {
  const { lost, lostPush, loading } = record;
  let explained: Versions = {};
  let { versions, head, hasPending, synced, standIns } = record;
  for (const commit of [...entries(database, record.sequence)].toReversed()) {
    if (commit.sequence === loading?.sequence && isOwnLoad(commit)) {
      versions = joinVersions(versions, loading.versions);
      ({ head } = loading);
      synced = syncedAt(head);
      hasPending = false;
      continue;
    }
    if (commit.changes.length === 0 || isOwnLoad(commit)) continue;
    const { device, time } = commit.identity;
    if (includes(versions, device, time)) continue;
    const isOwn = device === self;
    const before = versions;
    versions = isOwn
      ? withOwnCommit({ versions, lost, lostPush }, self, time)
      : withVersion(versions, device, time);
    explained = withVersion(explained, device, time);
    head = headOf(commit);
    if (!isOwn) continue;
    explained = joinVersions(explained, pushesOf(self, versions));
    standIns = withStandIn(standIns, self, head.id, [before, versions]);
    hasPending = true;
  }
  const { lastSyncType = 'none' } = record;
  const back = { lost, lostPush };
  const state = { versions, head, synced, lastSyncType, ...back, hasPending, hash, lastError: '' };
  const isNew = database.readState() === undefined || head !== record.head;
  return { state, explained, standIns, isNew };
}

function* entries(database: GroupDatabase, floorSequence: number): Generator<Commit> {
  let before: number | undefined;
  for (let size = 1; ; size = Math.min(2 * size, largestPage)) {
    const page = database.history(size, before);
    for (const commit of page) {
      if (commit.sequence <= floorSequence) return;
      yield commit;
    }
    before = page.at(-1)?.sequence;
    if (before === undefined) return;
  }
}

function lackedOf(commits: readonly Commit[], mine: Versions): readonly Commit[] {
  return commits.filter(({ identity: { device, time } }) => !includes(mine, device, time));
}

/** One commit here for each commit there, with its identity; in slices where `taken` is told of each. */
function* takingCommits(
  database: GroupDatabase,
  commits: readonly Commit[],
  batch: BatchHead,
  journal: () => Journal,
  taken?: (commit: Commit) => void,
): Sliced<string | undefined> {
  // Also those that the sender knows: a commit in its journal may be what lost to them there.
  const deletions: Deletions = batch.isMerge ? deletionsUnknownTo({}, journal()) : new Map();
  for (const commit of commits) {
    const changes = batch.isMerge
      ? winningChanges(commit, (key) => database.stored(key), deletions)
      : commit.changes;
    if (changes.length === 0) {
      taken?.(commit);
      continue;
    }
    const { user, reason = `synchronised from ${commit.identity.device}` } = commit.origin;
    const meta = { identity: commit.identity, user, reason };
    const error = taken ? yield* database.writing(changes, meta) : database.write(changes, meta);
    if (error !== '') return error;
    taken?.(commit);
  }
  return '';
}
