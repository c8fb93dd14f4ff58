import { hybridZero } from '../../base/hybrid-clock.ts';
import type { Sliced } from '../../base/slices.ts';
import type { Commit, SharedObject, StoredObject } from '../../config/types.ts';
import { keyOf } from './content.ts';
import { createGroup, type Group } from './group.ts';
import { type OpenGroup, openGroup } from './group-store.ts';
import type { ExactChange } from './load-changes.ts';
import type { Side } from './merge.ts';
import { type HeldContent, mergeMany } from './merge-many.ts';
import { createDatabase, type Disk, type Watch } from './simulated-database.ts';
import { type Dice, seededDice, type Send } from './simulated-network.ts';
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

export interface Surroundings {
  wall(): number;
  readonly send: Send;
  /** What its hashes begin with: that of its program's way to write content. */
  readonly mark: string;
  readonly dice: Dice;
  readonly drive: (work: Sliced<void>) => void;
  readonly watch?: Watch;
}

export function createDevice(
  name: string,
  config: GroupConfig,
  { wall, send, mark, dice, drive, watch = () => undefined }: Surroundings,
): SimulatedDevice {
  const database = createDatabase(name, wall, watch, mark);
  let open: OpenGroup;
  // Apart from the dice of the story: what is only unique shall not change it.
  const incarnations = seededDice(name.charCodeAt(0));
  const start = (): Group => {
    database.start(incarnations());
    open = openGroup(database, name, 'domain');
    return createGroup(name, config, open.own, open.store, {
      send: (to, lane, kind, body) => send(name, to, lane, kind, body),
      outgoing: (_device, object) => object,
      incoming: (object) => object,
      log: () => undefined,
      now: () => database.tick(),
      longBatch: 1,
      drive,
    });
  };
  let group = start();
  const commit = (changes: readonly ExactChange[]): Commit => {
    // A load that is on its way to the disk is undone by it, or turns out to be there already.
    if (dice() < 0.5 && database.land()) group.finishTaking();
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
      group.finishTaking();
      return mergeWith(others, side, { name, group, objects: database.objects(), commit });
    },
  };
}

interface Merging {
  readonly name: string;
  readonly group: Group;
  readonly objects: readonly SharedObject[];
  commit(changes: readonly ExactChange[]): Commit;
}

function mergeWith(
  others: readonly HeldContent[],
  side: Side,
  { name, group, objects: own, commit }: Merging,
): boolean {
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
