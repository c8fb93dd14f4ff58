/**
 * The failover process: starts alone from its last configuration, speaks UDP 1026 with the other voters,
 * serves control on a Unix socket, and goes on when control is gone.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../platform/clock.ts';
import { durableFile } from '../../platform/durable-file.ts';
import type { EngineClient } from '../../platform/engines.ts';
import { readTextIfPresent } from '../../platform/files.ts';
import { type LocalPeer, serveLocal } from '../../platform/local-channel.ts';
import type { Log } from '../../platform/log.ts';
import { createDriver, type Driver } from './driver.ts';
import { createImpairments } from './impairments.ts';
import { createKernel, type Kernel, type Tools } from './kernel.ts';
import { canSplit, isStandalone } from './lease.ts';
import type { Durable } from './machine.ts';
import { decodeMessage, encodeMessage } from './message.ts';
import { createPaths } from './paths.ts';
import type { FailoverStatus, FromFailover, ToFailover } from './protocol.ts';
import { fitnessOf } from './rank.ts';
import { seal, unseal } from './seal.ts';
import { groupStatuses, peerStatuses, statusKey } from './status.ts';
import type { FailoverConfig, GroupConfig, Message, SocketAddress } from './types.ts';

const secondMilliseconds = 1000;
const shownHistory = 50;
/** Strangers are named once each, and no more than this many. */
const maximumStrangers = 64;

export interface ProcessParts {
  readonly socketPath: string;
  /** Configuration and what must survive a restart; readable by root only, it has the key. */
  readonly file: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly tools: Tools;
  readonly engines: EngineClient;
  readonly isRealTime: boolean;
}

export interface FailoverProcess {
  /** Hands over what it has, closes the fence, removes the addresses. */
  leave(): void;
  close(): void;
}

interface Saved {
  readonly config: FailoverConfig;
  /** Of the group that `config` is in. */
  readonly durable: Durable;
}

interface Machine {
  readonly driver: Driver;
  key: Buffer;
  deviceGroup: string;
}

export async function runFailover(parts: ProcessParts): Promise<FailoverProcess> {
  const { clock, log } = parts;
  const kernel = createKernel(parts.tools);
  const file = durableFile(parts.file);
  const peers = new Set<LocalPeer<FromFailover>>();
  const strangers = new Set<string>();
  const instance = clock.wallMilliseconds();
  let saved = readSaved(parts);
  let own: Machine | undefined;
  let witnessed: Machine[] = [];
  let lastKey = '';

  const persist = (next: Saved): Promise<void> => {
    saved = next;
    return file.write(JSON.stringify(next));
  };

  const send = (machine: () => Machine | undefined, to: string, message: Message): void => {
    const key = machine()?.key;
    if (key !== undefined && key.length > 0) paths.send(seal(encodeMessage(message), key), to);
  };

  const paths = createPaths(clock, log, (datagram, from) => receive(datagram, from));

  const receive = (datagram: Buffer, from: SocketAddress): void => {
    const machines = [own, ...witnessed].filter((one) => one !== undefined && one.key.length > 0);
    // `filter` keeps only machines; the key length check needs them to be there.
    const opened = unseal(datagram, machines as Machine[]);
    const message = opened === undefined ? undefined : decodeMessage(opened.text);
    if (opened === undefined || message === undefined) {
      if (strangers.size < maximumStrangers && !strangers.has(from.address)) {
        strangers.add(from.address);
        log.write('warning', `Failover message from ${from.address} refused: not from this group`);
      }
      return;
    }
    const machine = (machines as Machine[]).find(
      (one) => one.deviceGroup === message.deviceGroup && one.key.equals(opened.holder.key),
    );
    if (machine === undefined) return;
    paths.note(message.from, from.address);
    machine.driver.happen({ type: 'message', message });
  };

  const status = (): FailoverStatus | undefined => {
    if (own === undefined) return undefined;
    const state = own.driver.state();
    const now = clock.monotonicMilliseconds();
    const wallOffset = clock.wallMilliseconds() - now;
    return {
      device: state.config.device,
      deviceGroup: state.config.deviceGroup,
      profile: state.config.profile.name,
      fitness: fitnessOf(state, now),
      impairments: state.impairments,
      mode: state.mode,
      canSplit: canSplit(state),
      groups: groupStatuses(state, now, wallOffset),
      peers: peerStatuses(state, now),
      paths: paths.status(),
      history: own.driver.history
        .slice(-shownHistory)
        .map((entry) => ({ ...entry, wall: Math.round(entry.at + wallOffset) })),
      worstLateness: Math.round(own.driver.worstLateness()),
      isRealTime: parts.isRealTime,
      witnessFor: witnessed.map((machine) => machine.deviceGroup),
    };
  };

  const tell = (): void => {
    const shown = status();
    if (shown === undefined) return;
    for (const peer of peers) peer.send({ type: 'status', status: shown });
  };

  const changed = (): void => {
    if (own === undefined || peers.size === 0) return;
    const key = statusKey(own.driver.state(), clock.monotonicMilliseconds());
    if (key === lastKey) return;
    lastKey = key;
    tell();
  };

  const startMachine = (group: GroupConfig, keyText: string, isOwn: boolean): Machine => {
    const durable = isOwn && saved !== undefined ? saved.durable : noDurable;
    const machine: Machine = {
      key: Buffer.from(keyText, 'base64'),
      deviceGroup: group.deviceGroup,
      driver: createDriver(group, {
        clock,
        log,
        kernel: isOwn ? kernel : undefined,
        instance,
        durable,
        send: (to, message) => send(() => machine, to, message),
        persist: (next) =>
          isOwn && saved !== undefined ? persist({ ...saved, durable: next }) : Promise.resolve(),
        changed,
      }),
    };
    return machine;
  };

  const configure = (config: FailoverConfig): void => {
    if (own !== undefined && isDeepStrictEqual(saved?.config, config)) return;
    // The agreement about a witness belongs to one device group.
    const isSameGroup = saved?.config.own.deviceGroup === config.own.deviceGroup;
    const before = saved?.durable ?? noDurable;
    const durable = isSameGroup ? before : { ...before, mode: undefined };
    void persist({ config, durable }).catch((error: unknown) =>
      log.write('err', `cannot keep the failover configuration: ${String(error)}`),
    );
    apply(config);
  };

  const apply = (config: FailoverConfig): void => {
    const duties = config.witnessing;
    const voters = [config.own, ...duties.map((duty) => duty.group)].flatMap(others);
    const byDevice = new Map(voters.map((voter) => [voter.device, voter]));
    paths.configure(config.localAddresses, [...byDevice.values()]);
    if (own === undefined) {
      own = startOwn(config, kernel, startMachine);
    } else {
      own.key = Buffer.from(config.key, 'base64');
      own.deviceGroup = config.own.deviceGroup;
      const { driver } = own;
      putFenceUp(kernel, config.own, driver, log);
      driver.happen({ type: 'configure', config: config.own });
    }
    kernel.placeFixed(config.fixedAddresses);
    const former = witnessed;
    witnessed = duties.map((duty) => {
      const key = Buffer.from(duty.key, 'base64');
      // Two domains may have groups of the same name; their keys differ.
      const known = witnessed.find(
        (one) => one.deviceGroup === duty.group.deviceGroup && one.key.equals(key),
      );
      if (known === undefined) {
        const machine = startMachine(duty.group, duty.key, false);
        machine.driver.happen({ type: 'tick' });
        return machine;
      }
      known.driver.happen({ type: 'configure', config: duty.group });
      return known;
    });
    for (const machine of former) if (!witnessed.includes(machine)) machine.driver.close();
    tell();
  };

  const impairments = createImpairments({
    clock,
    engines: parts.engines,
    changed: (by) => own?.driver.happen({ type: 'impaired', by }),
  });

  const server = await serveLocal<ToFailover, FromFailover>(parts.socketPath, {
    onOpen(peer) {
      peers.add(peer);
      impairments.control(true);
      tell();
    },
    onMessage(message, peer) {
      if (message.type === 'configure') {
        configure(message.config);
        return;
      }
      const refusal =
        own === undefined
          ? 'the failover process has no configuration yet'
          : own.driver.happen({ type: 'command', command: message.command });
      peer.send({ type: 'result', id: message.id, reason: refusal });
      tell();
    },
    onClose(peer) {
      peers.delete(peer);
      impairments.control(peers.size > 0);
    },
  });

  if (saved !== undefined) apply(saved.config);

  const stop = clock.every(secondMilliseconds, () => {
    paths.check();
    if (own !== undefined) {
      // Interfaces come and go; the fence must be on each.
      putFenceUp(kernel, own.driver.state().config, own.driver, log);
      kernel.renewAddresses();
    }
    tell();
  });

  return {
    leave: () => void own?.driver.happen({ type: 'command', command: { kind: 'leave' } }),
    close() {
      stop();
      impairments.close();
      own?.driver.close();
      for (const machine of witnessed) machine.driver.close();
      paths.close();
      for (const peer of peers) peer.close();
      server.close();
    },
  };
}

const noDurable: Durable = { mode: undefined, forcedOffline: false };

function others(group: GroupConfig): GroupConfig['members'] {
  const all = [...group.members, ...group.witnesses];
  return all.filter((voter) => voter.device !== group.device);
}

function readSaved(parts: ProcessParts): Saved | undefined {
  const text = readTextIfPresent(parts.file);
  if (text === undefined) return undefined;
  try {
    // Written by this program, durably; a file of another shape is caught by what uses it.
    return JSON.parse(text) as Saved;
  } catch (error) {
    parts.log.write('err', `${parts.file} is damaged and not used: ${String(error)}`);
    return undefined;
  }
}

/**
 * Whatever an older process left: the fence is replaced by a closed one and the addresses are taken away
 * before anything is said on the network. A standalone device has no peer to wait for: it goes on open.
 */
function startOwn(
  config: FailoverConfig,
  kernel: Kernel,
  startMachine: (group: GroupConfig, key: string, isOwn: boolean) => Machine,
): Machine {
  const groups = config.own.trafficGroups;
  const isOpen = isStandalone(config.own);
  const open = new Map(isOpen ? groups.map((group) => [group.name, Infinity]) : []);
  kernel.install(groups, open, config.own.profile.permit);
  if (!isOpen) for (const group of groups) kernel.remove(group.name);
  const machine = startMachine(config.own, config.key, true);
  machine.driver.happen({ type: 'tick' });
  return machine;
}

function putFenceUp(kernel: Kernel, config: GroupConfig, driver: Driver, log: Log): void {
  const open = new Map<string, number>();
  for (const group of driver.state().groups.values()) {
    if (group.role === 'owner' && group.fenceUntil > 0) open.set(group.name, group.fenceUntil);
  }
  try {
    kernel.install(config.trafficGroups, open, config.profile.permit);
  } catch (error) {
    log.write('err', `cannot put the fence up: ${String(error)}`);
  }
}
