import { finishAtOnce, type Sliced } from '../../base/slices.ts';
import { type Disk, PowerFailure, type Watch } from './simulated-database.ts';
import { createDevice, type SimulatedDevice } from './simulated-device.ts';
import {
  createNetwork,
  type Dice,
  type Network,
  type Packet,
  type Weather,
} from './simulated-network.ts';
import type { Group } from './group.ts';
import type { GroupConfig } from './types.ts';

/**
 * A whole group under a virtual clock and a faulty network: the real machines and content rules on databases in
 * memory. Devices restart with what they had written.
 */
export interface Simulation {
  readonly devices: readonly SimulatedDevice[];
  now(): number;
  device(name: string): SimulatedDevice;
  /** As a user does it on the device; false: nothing was acknowledged. */
  change(device: string, name: string, value: string | undefined): boolean;
  push(device: string, isForced: boolean): void;
  pull(device: string, isForced: boolean): void;
  /** Whatever is done on a device: when its power fails at it, it restarts. False: it failed. */
  attempt(device: string, task: () => void): boolean;
  isConnected(one: string, other: string): boolean;
  connect(one: string, other: string): void;
  cut(one: string, other: string): void;
  mute(from: string, to: string): void;
  unmute(): void;
  setWeather(weather: Weather): void;
  jumpClock(device: string, milliseconds: number): void;
  restart(device: string): void;
  restore(device: string, disk: Disk): void;
  isQuiet(): boolean;
  /** Events so far. */
  steps(): number;
  /** Runs for so many virtual milliseconds. */
  run(milliseconds: number): void;
}

export interface SimulationOptions {
  /** Of their clocks, in milliseconds. */
  readonly skews?: Readonly<Record<string, number>>;
  /** Devices of another version, which write the same content in another way. */
  readonly newer?: readonly string[];
  readonly watch?: Watch;
}

const tickMilliseconds = 1000;

export function simulate(
  names: readonly string[],
  config: Omit<GroupConfig, 'members'>,
  dice: Dice,
  options: SimulationOptions = {},
): Simulation {
  const { skews = {}, newer = [], watch } = options;
  const network = createNetwork(dice);
  const offsets = new Map(Object.entries(skews));
  const attempt = (name: string, task: () => void): boolean => power.attempt(name, task);
  const devices = names.map((name) => {
    const wall = (): number => network.time + (offsets.get(name) ?? 0);
    const mark = newer.includes(name) ? 'newer ' : '';
    const drive = (work: Sliced<void>): void => driveSlowly(network, dice, name, work, attempt);
    const own = { wall, send: network.send, mark, dice, drive, ...(watch && { watch }) };
    return createDevice(name, { ...config, members: names }, own);
  });
  const find = (name: string): SimulatedDevice => {
    const device = devices.find((each) => each.name === name);
    if (device === undefined) throw new Error(`no device ${name}`);
    return device;
  };
  const power = createPower(network, names, find);
  const { cut, restart } = power;
  const clockwork: Clockwork = {
    nextTick: network.time + tickMilliseconds,
    tick() {
      for (const device of devices) attempt(device.name, () => device.group.tick());
    },
    deliver(packet) {
      // Put there by `driveSlowly`.
      if (packet.kind === 'work') (packet.body as () => void)();
      else attempt(packet.to, () => deliver(find(packet.to).group, packet));
    },
  };
  return {
    devices,
    now: () => network.time,
    device: find,
    change(device, name, value) {
      let isChanged = false;
      return attempt(device, () => (isChanged = find(device).change(name, value))) && isChanged;
    },
    push: (device, isForced) => void attempt(device, () => void find(device).group.push(isForced)),
    pull: (device, isForced) => void attempt(device, () => void find(device).group.pull(isForced)),
    attempt,
    isConnected: (one, other) => network.isOpen(one, other),
    connect(one, other) {
      if (!network.open(one, other)) return;
      const isAlike = newer.includes(one) === newer.includes(other);
      attempt(one, () => find(one).group.connected(other, true, isAlike));
      // A power failure at the first has closed it again.
      if (!network.isOpen(one, other)) return;
      attempt(other, () => find(other).group.connected(one, true, isAlike));
    },
    cut,
    mute: (from, to) => network.mute(from, to),
    unmute: () => network.unmute(),
    setWeather: (weather) => void (network.weather = weather),
    jumpClock: (device, milliseconds) =>
      void offsets.set(device, (offsets.get(device) ?? 0) + milliseconds),
    restart,
    restore(name, disk) {
      for (const other of names) cut(name, other);
      network.forgetWork(name);
      find(name).restore(disk);
    },
    isQuiet: () => network.isQuiet(),
    steps: () => power.steps(),
    run: (milliseconds) => advance(network, milliseconds, clockwork),
  };
}

const slowestMilliseconds = 60;
const mostPieces = 8;

/** Work in pieces, with all that else happens in between; or at once, as on an idle machine. */
function driveSlowly(
  network: Network,
  dice: Dice,
  name: string,
  work: Sliced<void>,
  attempt: (name: string, task: () => void) => boolean,
): void {
  if (dice() < 0.3) return finishAtOnce(work);
  const next = (): void => {
    for (let pieces = 1 + Math.floor(dice() * mostPieces); pieces > 0; pieces -= 1) {
      if (work.next().done === true) return;
    }
    network.later(name, dice() * slowestMilliseconds, () => attempt(name, next));
  };
  next();
}

interface Power {
  attempt(name: string, task: () => void): boolean;
  cut(one: string, other: string): void;
  restart(name: string): void;
  steps(): number;
}

/** Devices fail where their power does, and come back without their sessions. */
function createPower(
  network: Network,
  names: readonly string[],
  find: (name: string) => SimulatedDevice,
): Power {
  let steps = 0;
  const cut = (one: string, other: string): void => {
    if (!network.close(one, other)) return;
    attempt(one, () => find(one).group.disconnected(other));
    attempt(other, () => find(other).group.disconnected(one));
  };
  const restart = (name: string): void => {
    for (const other of names) cut(name, other);
    network.forgetWork(name);
    find(name).restart();
  };
  const attempt = (name: string, task: () => void): boolean => {
    steps += 1;
    try {
      task();
      return true;
    } catch (error) {
      if (!(error instanceof PowerFailure)) throw error;
      restart(name);
      return false;
    }
  };
  return { attempt, cut, restart, steps: () => steps };
}

interface Clockwork {
  nextTick: number;
  tick(): void;
  deliver(packet: Packet): void;
}

function advance(network: Network, milliseconds: number, clockwork: Clockwork): void {
  const end = network.time + milliseconds;
  for (;;) {
    const packet = network.next(Math.min(end, clockwork.nextTick));
    if (packet !== undefined) clockwork.deliver(packet);
    else if (clockwork.nextTick <= end) {
      network.time = clockwork.nextTick;
      clockwork.nextTick += tickMilliseconds;
      clockwork.tick();
    } else {
      network.time = end;
      return;
    }
  }
}

function deliver(group: Group, packet: Packet): void {
  // Made by the same types as the group sends; the network carries them as they are.
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

/** Every device hears every other one. */
export function connectAll(simulation: Simulation): void {
  for (const { name: one } of simulation.devices) {
    for (const { name: other } of simulation.devices) simulation.connect(one, other);
  }
}
