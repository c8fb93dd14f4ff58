import type { HybridTime } from '../../base/hybrid-clock.ts';
import { hybridReceive, hybridTick, hybridZero } from '../../base/hybrid-clock.ts';
import type { Change, Commit, ObjectKey, SharedObject, StoredObject } from '../../config/types.ts';
import { keyOf, sorted } from './content.ts';
import { createGroup, type Group } from './group.ts';
import {
  type CommitMeta,
  type ExactChange,
  type GroupDatabase,
  type OpenGroup,
  openGroup,
} from './group-store.ts';
import type { Side } from './merge.ts';
import { type HeldContent, mergeMany } from './merge-many.ts';
import type { Send } from './simulated-network.ts';
import type { GroupConfig } from './types.ts';
import { joinVersions, type Versions } from './versions.ts';

/** A device of the simulation: the real group on a database in memory, which can crash at each write. */
export interface SimulatedDevice {
  readonly name: string;
  readonly objects: ReadonlyMap<string, StoredObject>;
  readonly journal: readonly Commit[];
  readonly group: Group;
  /** Creates, changes or deletes one object; false: that would change nothing. */
  change(name: string, value: string | undefined): boolean;
  restart(): void;
  /** The power fails at the n-th write from now on (0: the next); what was written stays. */
  crashAt(writes: number): void;
  snapshot(): Disk;
  /** Restarts with what the disk held at the time of the snapshot. */
  restore(disk: Disk): void;
  /** What it answers to a device that holds this. */
  content(asker: string, held: Versions): HeldContent;
  /** As `config-sync merge GROUP prefer SIDE` does it; was there a base for each of the others? */
  merge(others: readonly HeldContent[], side: Side): boolean;
}

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

export interface Surroundings {
  wall(): number;
  readonly send: Send;
  /** What its hashes begin with: that of its program's way to write content. */
  readonly mark: string;
  readonly watch?: Watch;
}

export function createDevice(
  name: string,
  config: GroupConfig,
  { wall, send, mark, watch = () => undefined }: Surroundings,
): SimulatedDevice {
  const database = createDatabase(name, wall, watch, mark);
  let open: OpenGroup;
  const start = (): Group => {
    open = openGroup(database, name, 'domain');
    return createGroup(name, config, open.own, open.store, {
      send: (to, lane, kind, body) => send(name, to, lane, kind, body),
      outgoing: (_device, object) => object,
      incoming: (object) => object,
      log: () => undefined,
      now: () => database.tick(),
    });
  };
  let group = start();
  const commit = (changes: readonly ExactChange[]): Commit => {
    const done = database.commit(changes, { user: 'admin', reason: 'test' });
    group.committed(open.noteCommit(done, group.state().own));
    return done;
  };
  return {
    name,
    get objects() {
      return database.disk().map;
    },
    get journal() {
      return database.disk().journal;
    },
    get group() {
      return group;
    },
    change(object, value) {
      const key = { component: 'ltm pool', name: object };
      const here = database.stored(key);
      if (value === undefined ? here === undefined : here?.properties['description'] === value)
        return false;
      commit([{ ...key, after: value === undefined ? undefined : makeObject(object, value) }]);
      return true;
    },
    restart() {
      database.crashAt(undefined);
      group = start();
    },
    crashAt: (writes) => database.crashAt(writes),
    snapshot: () => database.disk(),
    restore(disk) {
      database.restore(disk);
      group = start();
    },
    content(asker, held) {
      group.compared(asker, held);
      return { objects: database.objects(), versions: group.state().own.versions };
    },
    merge(others, side) {
      const own = database.objects();
      const { versions } = group.state().own;
      const choices = { named: new Map<string, Side>(), otherwise: side };
      const baseOf = (have: Versions) => group.contentAt(have);
      const merged = mergeMany({ objects: own, versions }, others, baseOf, choices);
      const hasBase = merged.steps.every((step) => step.hasBase);
      const { own: state, peers } = group.state();
      const isKnown = Object.values(peers).every((peer) => peer.state?.hash === state.hash);
      if (merged.isNothing && isKnown) return hasBase;
      const changes = differences(own, merged.objects);
      const identity = changes.length === 0 ? undefined : commit(changes).identity;
      const head = identity && { id: identity.id, device: name, time: identity.time };
      group.merged(head, joinVersions(...others.map((one) => one.versions)));
      return hasBase;
    },
  };
}

function differences(
  before: readonly SharedObject[],
  after: readonly SharedObject[],
): readonly ExactChange[] {
  const kept = new Map(after.map((object) => [keyOf(object), object]));
  const known = new Map(before.map((object) => [keyOf(object), object]));
  const gone = before.filter((object) => !kept.has(keyOf(object)));
  const changed = after.filter((object) => known.get(keyOf(object)) !== object);
  return [
    ...gone.map(({ component, name }) => ({ component, name, after: undefined })),
    ...changed.map((object) => ({ component: object.component, name: object.name, after: object })),
  ];
}

function makeObject(name: string, description: string): StoredObject {
  const version = hybridZero;
  return { component: 'ltm pool', name, properties: { description }, generation: 1, version };
}

/** So few that the histories of a simulation are pruned. */
const keptCommits = 12;

interface MemoryDatabase extends GroupDatabase {
  tick(): HybridTime;
  commit(changes: readonly ExactChange[], meta: CommitMeta): Commit;
  crashAt(writes: number | undefined): void;
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

function createDatabase(
  device: string,
  wall: () => number,
  watch: Watch,
  mark: string,
): MemoryDatabase {
  let disk: Disk = { map: new Map(), journal: [], state: undefined, clock: hybridZero };
  let writesLeft: number | undefined;
  const write = (next: Disk): void => {
    if (writesLeft !== undefined) {
      writesLeft -= 1;
      if (writesLeft < 0) throw new PowerFailure();
    }
    disk = next;
  };
  const commit = (changes: readonly ExactChange[], meta: CommitMeta): Commit => {
    const { identity: given } = meta;
    const clock =
      given === undefined
        ? hybridTick(disk.clock, wall())
        : hybridReceive(disk.clock, given.time, wall());
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
    const journal = [...disk.journal, entry];
    write({ ...disk, map, journal, clock });
    watch(device, changes, meta);
    return entry;
  };
  const oldest = (): number => Math.max(1, disk.journal.length - keptCommits + 1);
  const objects = (): readonly StoredObject[] =>
    [...disk.map.values()].toSorted((one, two) => (one.name < two.name ? -1 : 1));
  return {
    tick() {
      const clock = hybridTick(disk.clock, wall());
      // Not durable by itself: a clock that was only looked at.
      disk = { ...disk, clock };
      return clock;
    },
    commit,
    crashAt: (writes) => void (writesLeft = writes),
    disk: () => disk,
    restore(older) {
      writesLeft = undefined;
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
    write(changes, meta) {
      commit(changes, meta);
      return '';
    },
    readState: () => disk.state,
    writeState: (value) => write({ ...disk, state: value }),
  };
}
