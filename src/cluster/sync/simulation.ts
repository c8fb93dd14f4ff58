import type { HybridTime } from '../../base/hybrid-clock.ts';
import { hybridReceive, hybridTick, hybridZero } from '../../base/hybrid-clock.ts';
import type { Change, Commit, ObjectKey, StoredObject } from '../../config/types.ts';
import type { IqueryBodies } from '../../iquery/types.ts';
import { keyOf, sorted } from './content.ts';
import { createGroup, type Group } from './group.ts';
import {
  type CommitMeta,
  type ExactChange,
  type GroupDatabase,
  type OpenGroup,
  openGroup,
} from './group-store.ts';
import type { GroupConfig } from './types.ts';

/**
 * A whole group under a virtual clock and a faulty network, from one seed: the real machines and content
 * rules on databases in memory. Sessions break with what was on its way, devices restart with what they
 * had written; commits are made everywhere.
 */
export interface SimulatedDevice {
  readonly name: string;
  readonly objects: Map<string, StoredObject>;
  readonly journal: Commit[];
  group: Group;
}

interface Packet {
  readonly from: string;
  readonly to: string;
  readonly kind: keyof IqueryBodies;
  readonly body: unknown;
  readonly lane: string;
  readonly due: number;
}

export interface Simulation {
  readonly devices: readonly SimulatedDevice[];
  now(): number;
  /** Creates, changes or deletes one object on one device. */
  change(device: string, name: string, value: string | undefined): void;
  push(device: string, isForced: boolean): void;
  connect(one: string, other: string): void;
  cut(one: string, other: string): void;
  restart(device: string): void;
  /** Runs for so many virtual milliseconds. */
  run(milliseconds: number): void;
}

export type Dice = () => number;

/** mulberry32: small, seeded, good enough to pick faults. */
export function seededDice(seed: number): Dice {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const tickMilliseconds = 1000;

export function simulate(
  names: readonly string[],
  config: Omit<GroupConfig, 'members'>,
  dice: Dice,
  skews: Readonly<Record<string, number>> = {},
): Simulation {
  const network = createNetwork(dice);
  const devices = names.map((name) => {
    const wall = (): number => network.time + (skews[name] ?? 0);
    return createDevice(name, { ...config, members: names }, wall, network.send);
  });
  const find = (name: string): Simulated => {
    const device = devices.find((each) => each.name === name);
    if (device === undefined) throw new Error(`no device ${name}`);
    return device;
  };
  const cut = (one: string, other: string): void => {
    if (!network.close(one, other)) return;
    find(one).group.disconnected(other);
    find(other).group.disconnected(one);
  };
  let nextTick = network.time + tickMilliseconds;
  return {
    devices,
    now: () => network.time,
    change: (device, name, value) => find(device).change(name, value),
    push: (device, isForced) => void find(device).group.push(isForced),
    connect(one, other) {
      if (!network.open(one, other)) return;
      find(one).group.connected(other, true, true);
      find(other).group.connected(one, true, true);
    },
    cut,
    restart(name) {
      for (const other of names) cut(name, other);
      find(name).restart();
    },
    run(milliseconds) {
      const end = network.time + milliseconds;
      for (;;) {
        const packet = network.next(Math.min(end, nextTick));
        if (packet !== undefined) {
          deliver(find(packet.to).group, packet);
        } else if (nextTick <= end) {
          network.time = nextTick;
          nextTick += tickMilliseconds;
          for (const device of devices) device.group.tick();
        } else {
          network.time = end;
          return;
        }
      }
    },
  };
}

interface Network {
  time: number;
  readonly send: Send;
  open(one: string, other: string): boolean;
  close(one: string, other: string): boolean;
  /** Takes the next packet that is due until then, and sets the time to it. */
  next(until: number): Packet | undefined;
}

type Send = (
  from: string,
  to: string,
  lane: string,
  kind: keyof IqueryBodies,
  body: unknown,
) => void;

function createNetwork(dice: Dice): Network {
  let packets: Packet[] = [];
  const sessions = new Set<string>();
  const pair = (one: string, other: string): string =>
    one < other ? `${one} ${other}` : `${other} ${one}`;
  const network: Network = {
    time: 1_000_000,
    send(from, to, lane, kind, body) {
      if (!sessions.has(pair(from, to))) return;
      // Each lane keeps its order; there is none between the lanes.
      const last = packets.findLast(
        (packet) => packet.from === from && packet.to === to && packet.lane === lane,
      );
      const due = Math.max(network.time + 1 + dice() * 40, last?.due ?? 0);
      packets.push({ from, to, lane, kind, body: structuredClone(body), due });
    },
    open(one, other) {
      if (one === other || sessions.has(pair(one, other))) return false;
      sessions.add(pair(one, other));
      return true;
    },
    close(one, other) {
      packets = packets.filter(({ from, to }) => pair(from, to) !== pair(one, other));
      return sessions.delete(pair(one, other));
    },
    next(until) {
      let first: Packet | undefined;
      for (const packet of packets) {
        if (packet.due <= until && (first === undefined || packet.due < first.due)) first = packet;
      }
      if (first === undefined) return undefined;
      packets.splice(packets.indexOf(first), 1);
      network.time = Math.max(network.time, first.due);
      return first;
    },
  };
  return network;
}

function deliver(group: Group, packet: Packet): void {
  // Made by the same types above; the network carries them as they are.
  const body = packet.body as never;
  switch (packet.kind) {
    case 'groupState':
      return group.receiveState(packet.from, body);
    case 'commitBatch':
      return group.receiveBatch(packet.from, body);
    case 'fullLoad':
      return group.receiveLoad(packet.from, body);
    case 'loadRequest':
      return group.receiveRequest(packet.from, body);
    case 'syncResult':
      return group.receiveResult(packet.from, body);
    default:
      throw new Error(`unexpected ${packet.kind}`);
  }
}

interface Simulated extends SimulatedDevice {
  change(name: string, value: string | undefined): void;
  restart(): void;
}

function createDevice(
  name: string,
  config: GroupConfig,
  wall: () => number,
  send: (from: string, to: string, lane: string, kind: keyof IqueryBodies, body: unknown) => void,
): Simulated {
  const database = createDatabase(name, wall);
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
  const device: Simulated = {
    name,
    objects: database.map,
    journal: database.journal,
    group: start(),
    change(object, value) {
      const key = { component: 'ltm pool', name: object };
      const here = database.stored(key);
      if (value === undefined ? here === undefined : here?.properties['description'] === value)
        return;
      const commit = database.commit(
        [{ ...key, after: value === undefined ? undefined : makeObject(object, value) }],
        { user: 'admin', reason: 'test' },
      );
      device.group.committed(open.noteCommit(commit, device.group.state().own));
    },
    restart() {
      device.group = start();
    },
  };
  return device;
}

function makeObject(name: string, description: string): StoredObject {
  const version = hybridZero;
  return { component: 'ltm pool', name, properties: { description }, generation: 1, version };
}

/** So few that the histories of a simulation are pruned. */
const keptCommits = 12;

interface MemoryDatabase extends GroupDatabase {
  readonly map: Map<string, StoredObject>;
  readonly journal: Commit[];
  tick(): HybridTime;
  commit(changes: readonly ExactChange[], meta: CommitMeta): Commit;
}

function createDatabase(device: string, wall: () => number): MemoryDatabase {
  const map = new Map<string, StoredObject>();
  const journal: Commit[] = [];
  let clock = hybridZero;
  let saved: string | undefined;
  const commit = (changes: readonly ExactChange[], meta: CommitMeta): Commit => {
    clock =
      meta.identity === undefined
        ? hybridTick(clock, wall())
        : hybridReceive(clock, meta.identity.time, wall());
    const time = meta.identity?.time ?? clock;
    const done: Change[] = changes.map(({ component, name, after }) => {
      const key = keyOf({ component, name });
      const before = map.get(key);
      const version = meta.reason === 'test' ? time : after?.version;
      const generation = (before?.generation ?? 0) + 1;
      const object = after && { ...after, version: version ?? time, generation };
      if (object === undefined) map.delete(key);
      else map.set(key, object);
      return { component, name, before, after: object };
    });
    const identity = meta.identity ?? {
      id: `${time.wall}.${time.counter}@${device}`,
      device,
      time,
      parent: '',
    };
    const isLocal = meta.identity === undefined && meta.reason === 'test';
    const source = isLocal ? 'rest' : 'sync';
    const entry: Commit = {
      sequence: journal.length + 1,
      identity,
      origin: { user: meta.user, source, reason: meta.reason },
      changes: done,
    };
    journal.push(entry);
    return entry;
  };
  const oldest = (): number => Math.max(1, journal.length - keptCommits + 1);
  const objects = (): StoredObject[] =>
    [...map.values()].toSorted((one, two) => (one.name < two.name ? -1 : 1));
  return {
    map,
    journal,
    tick: () => (clock = hybridTick(clock, wall())),
    commit,
    sequence: () => journal.length,
    oldest,
    history: (limit, before) =>
      journal
        .slice(0, before === undefined ? undefined : before - 1)
        .filter(({ sequence }) => sequence >= oldest())
        .toReversed()
        .slice(0, limit),
    objects,
    stored: (key: ObjectKey) => map.get(keyOf(key)),
    hash: () => JSON.stringify(objects().map(({ name, properties }) => [name, sorted(properties)])),
    write(changes, meta) {
      commit(changes, meta);
      return '';
    },
    readState: () => saved,
    writeState: (value) => void (saved = value),
  };
}
