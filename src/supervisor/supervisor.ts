import { join } from 'node:path';
import type { Clock } from '../platform/clock.ts';
import type { DevicePaths } from '../platform/device-paths.ts';
import type {
  EngineSpec,
  EngineStatus,
  FromSupervisor,
  ToSupervisor,
} from '../platform/engines.ts';
import { readTextIfPresent, writeFileDurably } from '../platform/files.ts';
import { type LocalPeer, serveLocal } from '../platform/local-channel.ts';
import type { Log } from '../platform/log.ts';
import { isAlive } from '../platform/processes.ts';
import { createUnit, endProcess, readRecord, type Unit, type UnitSpec } from './unit.ts';

export interface SupervisorOptions {
  readonly paths: DevicePaths;
  /** Started in this order. */
  readonly services: readonly UnitSpec[];
  readonly clock: Clock;
  readonly log: Log;
}

export interface Supervisor {
  status(): {
    readonly services: readonly EngineStatus[];
    readonly engines: readonly EngineStatus[];
  };
  /** Stops everything, in order; resolves when all of it is gone. */
  stop(): Promise<void>;
}

/**
 * The brain first, so that it orders nothing more; then the failover process, which hands its addresses
 * over while the engines still answer; then the engines.
 */
const stopOrder: readonly (readonly string[])[] = [['control'], ['dns', 'monitor'], ['failover']];
const serviceStopLimitMilliseconds = 5_000;
const engineStopLimitMilliseconds = 3_000;
const engineOomScoreAdjust = -500;
const maximumEngines = 32;

export async function startSupervisor(options: SupervisorOptions): Promise<Supervisor> {
  const { paths, clock, log } = options;
  const peers = new Set<LocalPeer<FromSupervisor>>();
  const engines = new Map<string, Unit>();
  const services = new Map<string, Unit>();
  let isStopping = false;

  const status = (): { services: EngineStatus[]; engines: EngineStatus[] } => ({
    services: [...services.values()].map((unit) => unit.status()),
    engines: [...engines.values()].map((unit) => unit.status()),
  });
  const tellAll = (message: FromSupervisor): void => {
    for (const peer of peers) peer.send(message);
  };
  const unitOf = (spec: UnitSpec): Unit =>
    createUnit(spec, {
      pidFile: pidFileOf(paths, spec.name),
      logFile: join(paths.logs, `${spec.name}.out`),
      clock,
      log,
      onExit: (name, pid, reason) => tellAll({ type: 'exited', name, pid, status: reason }),
      onChange: () => tellAll({ type: 'engines', ...status() }),
    });
  const saveWanted = (): void => {
    const wanted = [...engines.values()].map((unit) => specOf(unit));
    writeFileDurably(engineFile(paths), JSON.stringify(wanted));
  };

  const ensure = async (engine: EngineSpec): Promise<void> => {
    const present = engines.get(engine.name);
    if (isStopping || (present !== undefined && isSame(specOf(present), engine))) return;
    if (present === undefined && engines.size >= maximumEngines) {
      return log.write('err', `engine ${engine.name} refused: ${maximumEngines} run already`);
    }
    const unit = unitOf({ ...specCopy(engine), oomScoreAdjust: engineOomScoreAdjust });
    engines.set(engine.name, unit);
    saveWanted();
    await present?.stop(engineStopLimitMilliseconds);
    await unit.start();
  };
  const stopEngine = async (name: string): Promise<void> => {
    const unit = engines.get(name);
    if (isStopping || unit === undefined) return;
    engines.delete(name);
    saveWanted();
    await unit.stop(engineStopLimitMilliseconds);
    tellAll({ type: 'engines', ...status() });
  };
  // One order after the other for each engine, so that a start never meets the end of its predecessor.
  const orders = new Map<string, Promise<void>>();
  const obey = (message: ToSupervisor): void => {
    const name = message.type === 'ensure' ? message.engine.name : message.name;
    const act = (): Promise<void> =>
      message.type === 'ensure' ? ensure(message.engine) : stopEngine(name);
    const done = (orders.get(name) ?? Promise.resolve()).then(act);
    orders.set(
      name,
      done.catch((error: unknown) => log.write('err', `${message.type} ${name}: ${String(error)}`)),
    );
  };

  const server = await serveLocal<ToSupervisor, FromSupervisor>(paths.supervisorSocket, {
    onOpen(peer) {
      peers.add(peer);
      peer.send({ type: 'engines', ...status() });
    },
    onMessage: (message) => obey(message),
    onClose: (peer) => void peers.delete(peer),
  });
  for (const spec of options.services) {
    const unit = unitOf(spec);
    services.set(spec.name, unit);
    await unit.start();
  }
  for (const engine of readWanted(paths)) await ensure(engine);

  return {
    status,
    async stop() {
      isStopping = true;
      for (const names of stopOrder) {
        await Promise.all(
          names.map((name) => services.get(name)?.stop(serviceStopLimitMilliseconds)),
        );
      }
      await Promise.all(
        [...services.values()].map((unit) => unit.stop(serviceStopLimitMilliseconds)),
      );
      await Promise.all(
        [...engines.values()].map((unit) => unit.stop(engineStopLimitMilliseconds)),
      );
      for (const peer of peers) peer.close();
      server.close();
    },
  };
}

/** What a dead supervisor left running, ended in the same order; how many processes that were. */
export async function stopLeftovers(paths: DevicePaths, clock: Clock): Promise<number> {
  let ended = 0;
  const engines = readWanted(paths).map((engine) => engine.name);
  for (const names of [...stopOrder, engines]) {
    const left = names
      .map((name) => readRecord(pidFileOf(paths, name)))
      .filter((record) => record !== undefined)
      .filter((record) => isAlive(record));
    await Promise.all(left.map((record) => endProcess(record, clock)));
    ended += left.length;
  }
  return ended;
}

function pidFileOf(paths: DevicePaths, name: string): string {
  return join(paths.run, `${name}.pid`);
}

function engineFile(paths: DevicePaths): string {
  return join(paths.run, 'engines.json');
}

function readWanted(paths: DevicePaths): readonly EngineSpec[] {
  const text = readTextIfPresent(engineFile(paths));
  // Written by saveWanted only, durably, so it is whole.
  return text === undefined ? [] : (JSON.parse(text) as EngineSpec[]);
}

function specOf(unit: Unit): EngineSpec {
  return specCopy(unit.spec);
}

/** Messages may carry more than the contract; only its fields are kept. */
function specCopy({ name, program, args }: EngineSpec): EngineSpec {
  return { name, program, args };
}

function isSame(a: EngineSpec, b: EngineSpec): boolean {
  return a.program === b.program && JSON.stringify(a.args) === JSON.stringify(b.args);
}
