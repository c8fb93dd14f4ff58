/** The configuration database of a simulated device: in memory, and its power can fail at each write. */
import {
  compareHybrid,
  type HybridTime,
  hybridReceive,
  hybridStart,
  hybridTick,
  hybridZero,
} from '../../base/hybrid-clock.ts';
import type { Change, Commit, ObjectKey, StoredObject } from '../../config/types.ts';
import { keyOf, sorted } from './content.ts';
import type { CommitMeta, GroupDatabase } from './group-store.ts';
import type { ExactChange } from './load-changes.ts';

/** Thrown where the power fails: nothing of the write is done, nothing after it either. */
export class PowerFailure extends Error {}

export interface Disk {
  readonly map: ReadonlyMap<string, StoredObject>;
  readonly journal: readonly Commit[];
  readonly state: string | undefined;
  readonly clock: HybridTime;
}

/** Told of each write before it is done. */
export type Watch = (device: string, changes: readonly ExactChange[], meta: CommitMeta) => void;

/** So few that the histories of a simulation are pruned. */
const keptCommits = 12;

interface MemoryDatabase extends GroupDatabase {
  tick(): HybridTime;
  commit(changes: readonly ExactChange[], meta: CommitMeta): Commit;
  crashAt(writes: number): void;
  /** As at each start of a device: `fraction` is random, and the disk knows nothing of it. */
  start(fraction: number): void;
  /** Ends what `writing` is about to write; false: nothing. */
  land(): boolean;
  disk(): Disk;
  restore(disk: Disk): void;
}

function writeObject(
  map: Map<string, StoredObject>,
  { component, name, after }: ExactChange,
  isLocal: boolean,
  time: HybridTime,
): Change {
  const key = keyOf({ component, name });
  const before = map.get(key);
  const version = (isLocal ? time : after?.version) ?? time;
  const generation = (before?.generation ?? 0) + 1;
  const object = after && { ...after, version, generation };
  if (object === undefined) map.delete(key);
  else map.set(key, object);
  return { component, name, before, after: object };
}

function later(one: HybridTime, other: HybridTime): HybridTime {
  return compareHybrid(one, other) < 0 ? other : one;
}

function committed(
  disk: Disk,
  device: string,
  now: number,
  changes: readonly ExactChange[],
  meta: CommitMeta,
): { readonly disk: Disk; readonly entry: Commit } {
  const { identity: given } = meta;
  // As the store does: what is written here from now on is later than what it replaces.
  const newest = changes.reduce(
    (latest, { after }) => later(latest, after?.version ?? hybridZero),
    disk.clock,
  );
  const clock =
    given === undefined ? hybridTick(newest, now) : hybridReceive(disk.clock, given.time, now);
  const time = given?.time ?? clock;
  const isLocal = given === undefined && meta.reason === 'test';
  const map = new Map(disk.map);
  const done = changes.map((change) => writeObject(map, change, isLocal, time));
  const id = `${time.wall}.${time.counter}@${device}`;
  const entry: Commit = {
    sequence: disk.journal.length + 1,
    identity: given ?? { id, device, time, parent: '' },
    origin: { user: meta.user, source: isLocal ? 'rest' : 'sync', reason: meta.reason },
    changes: done,
  };
  return { disk: { ...disk, map, journal: [...disk.journal, entry], clock }, entry };
}

export function createDatabase(
  device: string,
  wall: () => number,
  watch: Watch,
  mark: string,
): MemoryDatabase {
  let disk: Disk = { map: new Map(), journal: [], state: undefined, clock: hybridZero };
  let writesLeft: number | undefined;
  let writing: { isLanded: boolean; readonly land: () => void } | undefined;
  const write = (next: Disk): void => {
    if (writesLeft !== undefined) {
      writesLeft -= 1;
      if (writesLeft < 0) throw new PowerFailure();
    }
    disk = next;
  };
  const commit = (changes: readonly ExactChange[], meta: CommitMeta): Commit => {
    const next = committed(disk, device, wall(), changes, meta);
    write(next.disk);
    // What was on its way to the disk is undone by it, as in the store.
    writing = undefined;
    watch(device, changes, meta);
    return next.entry;
  };
  const oldest = (): number => Math.max(1, disk.journal.length - keptCommits + 1);
  const objects = (): readonly StoredObject[] =>
    [...disk.map.values()].toSorted((one, two) => (one.name < two.name ? -1 : 1));
  return {
    // Not durable by itself: a clock that was only looked at.
    tick: () => (disk = { ...disk, clock: hybridTick(disk.clock, wall()) }).clock,
    commit,
    crashAt(writes) {
      writesLeft = writes;
    },
    start(fraction) {
      writesLeft = undefined;
      writing = undefined;
      disk = { ...disk, clock: hybridStart(disk.clock, fraction) };
    },
    land() {
      const own = writing;
      own?.land();
      if (own !== undefined) own.isLanded = true;
      return own !== undefined;
    },
    *writing(changes, meta) {
      const before = disk.journal.length;
      yield;
      if (disk.journal.length !== before) return undefined;
      const own = { isLanded: false, land: () => void commit(changes, meta) };
      writing = own;
      yield;
      if (own.isLanded) return '';
      if (disk.journal.length !== before) return undefined;
      own.land();
      return '';
    },
    disk: () => disk,
    restore(older) {
      disk = older;
    },
    sequence: () => disk.journal.length,
    oldest,
    history: (limit, before) =>
      disk.journal
        .slice(oldest() - 1, before === undefined ? undefined : before - 1)
        .toReversed()
        .slice(0, limit),
    objects,
    stored: (key: ObjectKey) => disk.map.get(keyOf(key)),
    hash: () =>
      mark + JSON.stringify(objects().map(({ name, properties }) => [name, sorted(properties)])),
    write: (changes, meta) => (commit(changes, meta), ''),
    readState: () => disk.state,
    writeState: (value) => write({ ...disk, state: value }),
  };
}
