import type { Server } from 'node:net';
import { join } from 'node:path';
import type { Clock } from '../platform/clock.ts';
import type { DevicePaths } from '../platform/device-paths.ts';
import type {
  EngineSpec,
  FromSupervisor,
  ServiceOrder,
  ToSupervisor,
} from '../platform/engines.ts';
import { readTextIfPresent, writeFileDurably } from '../platform/files.ts';
import { type LocalPeer, serveLocal } from '../platform/local-channel.ts';
import { type Log, silentLog } from '../platform/log.ts';
import { isAlive, type ProcessIdentity } from '../platform/processes.ts';
import { endProcess, readRecord, Unit, type UnitSpec } from './unit.ts';

export interface SupervisorOptions {
  readonly paths: DevicePaths;
  /** Started in this order. */
  readonly services: readonly UnitSpec[];
  readonly clock: Clock;
  readonly log: Log;
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

export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #peers = new Set<LocalPeer<FromSupervisor>>();
  readonly #services: readonly Unit[];
  readonly #engines = new Map<string, Unit>();
  /** One order after the other for each engine: a start never meets the end of its predecessor. */
  readonly #orders = new Map<string, Promise<void>>();
  /** Stopped by somebody's order: not started until he says so. */
  readonly #held = new Set<string>();
  #server: Server | undefined;
  #isStopping = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#services = options.services.map((spec) => this.#unitOf(spec));
  }

  async start(): Promise<void> {
    const { paths } = this.#options;
    this.#server = await serveLocal<ToSupervisor, FromSupervisor>(paths.supervisorSocket, {
      onOpen: (peer) => {
        this.#peers.add(peer);
        peer.send(this.#status());
      },
      onMessage: (message) => this.#obey(message),
      onClose: (peer) => void this.#peers.delete(peer),
    });
    for (const unit of this.#services) await unit.start();
    for (const engine of readWanted(paths, this.#options.log)) await this.#ensure(engine);
  }

  /** Stops everything, in order; resolves when all of it is gone. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const names of stopOrder) {
      const units = this.#services.filter((unit) => names.includes(unit.spec.name));
      await Promise.all(units.map((unit) => unit.stop(serviceStopLimitMilliseconds)));
    }
    const engines = [...this.#engines.values()];
    await Promise.all(engines.map((unit) => unit.stop(engineStopLimitMilliseconds)));
    for (const peer of this.#peers) peer.close();
    this.#server?.close();
  }

  #obey(message: ToSupervisor): void {
    const name = message.type === 'ensure' ? message.engine.name : message.name;
    const before = this.#orders.get(name) ?? Promise.resolve();
    const done = before.then(() => {
      if (message.type === 'ensure') return this.#ensure(message.engine);
      return message.type === 'stop' ? this.#stopEngine(name) : this.#order(name, message.order);
    });
    const { log } = this.#options;
    this.#orders.set(
      name,
      done.catch((error: unknown) => log.write('err', `${message.type} ${name}: ${String(error)}`)),
    );
  }

  async #ensure(engine: EngineSpec): Promise<void> {
    const present = this.#engines.get(engine.name);
    if (this.#isStopping || (present !== undefined && isSame(specOf(present), engine))) return;
    if (present === undefined && this.#engines.size >= maximumEngines) {
      const { log } = this.#options;
      return log.write('err', `engine ${engine.name} refused: ${maximumEngines} run already`);
    }
    const unit = this.#unitOf({ ...specCopy(engine), oomScoreAdjust: engineOomScoreAdjust });
    this.#engines.set(engine.name, unit);
    this.#saveWanted();
    await present?.stop(engineStopLimitMilliseconds);
    if (!this.#held.has(engine.name)) await unit.start();
  }

  async #order(name: string, order: ServiceOrder): Promise<void> {
    const service = this.#services.find((unit) => unit.spec.name === name);
    const unit = service ?? this.#engines.get(name);
    if (this.#isStopping || unit === undefined) return;
    this.#options.log.write('notice', `${order} ${name}: ordered`);
    if (order === 'start') this.#held.delete(name);
    else {
      this.#held.add(name);
      const { pid } = unit.status();
      await unit.stop(
        service === undefined ? engineStopLimitMilliseconds : serviceStopLimitMilliseconds,
      );
      // What it held is lost as after a crash: whoever fills it has to know.
      if (pid !== 0) this.#tellAll({ type: 'exited', name, pid, status: `${order} ordered` });
      if (order === 'restart') this.#held.delete(name);
    }
    if (order !== 'stop' && !this.#isStopping) await unit.start();
    this.#tellAll(this.#status());
  }

  async #stopEngine(name: string): Promise<void> {
    const unit = this.#engines.get(name);
    if (this.#isStopping || unit === undefined) return;
    this.#engines.delete(name);
    this.#held.delete(name);
    this.#saveWanted();
    await unit.stop(engineStopLimitMilliseconds);
    this.#tellAll(this.#status());
  }

  #unitOf(spec: UnitSpec): Unit {
    const { paths, clock, log } = this.#options;
    return new Unit(spec, {
      pidFile: pidFileOf(paths, spec.name),
      logFile: join(paths.logs, `${spec.name}.out`),
      clock,
      log,
      onExit: (name, pid, status) => this.#tellAll({ type: 'exited', name, pid, status }),
      onChange: () => this.#tellAll(this.#status()),
    });
  }

  #status(): FromSupervisor {
    return {
      type: 'engines',
      services: this.#services.map((unit) => unit.status()),
      engines: [...this.#engines.values()].map((unit) => unit.status()),
    };
  }

  #tellAll(message: FromSupervisor): void {
    for (const peer of this.#peers) peer.send(message);
  }

  #saveWanted(): void {
    const wanted = [...this.#engines.values()].map((unit) => specOf(unit));
    const { paths, log } = this.#options;
    try {
      writeFileDurably(engineFile(paths), JSON.stringify(wanted));
    } catch (error) {
      // A full disk: only the next supervisor would miss it, and control orders its engines again there.
      log.write('err', `cannot keep the list of engines: ${String(error)}`);
    }
  }
}

/** What a dead supervisor left running, in the order in which it is to be stopped, group after group. */
export function findLeftovers(paths: DevicePaths): readonly (readonly Leftover[])[] {
  const engines = readWanted(paths, silentLog).map((engine) => engine.name);
  return [...stopOrder, engines].map((names) =>
    names.flatMap((name) => {
      const identity = readRecord(pidFileOf(paths, name));
      return identity !== undefined && isAlive(identity) ? [{ name, identity }] : [];
    }),
  );
}

export interface Leftover {
  readonly name: string;
  readonly identity: ProcessIdentity;
}

/** Ends what a dead supervisor left running; how many processes that were. */
export async function stopLeftovers(paths: DevicePaths, clock: Clock): Promise<number> {
  const groups = findLeftovers(paths);
  for (const left of groups) {
    await Promise.all(left.map(({ identity }) => endProcess(identity, clock)));
  }
  return groups.flat().length;
}

function pidFileOf(paths: DevicePaths, name: string): string {
  return join(paths.run, `${name}.pid`);
}

function engineFile(paths: DevicePaths): string {
  return join(paths.run, 'engines.json');
}

/** Empty when it is damaged: control orders its engines again as soon as it is connected. */
function readWanted(paths: DevicePaths, log: Log): readonly EngineSpec[] {
  const text = readTextIfPresent(engineFile(paths));
  if (text === undefined) return [];
  try {
    const wanted: unknown = JSON.parse(text);
    if (Array.isArray(wanted) && wanted.every(isEngineSpec)) return wanted;
    log.write('err', `${engineFile(paths)} is damaged and not used`);
  } catch (error) {
    log.write('err', `${engineFile(paths)} is damaged and not used: ${String(error)}`);
  }
  return [];
}

function isEngineSpec(value: unknown): value is EngineSpec {
  if (typeof value !== 'object' || value === null) return false;
  // An object by the line above; its fields are checked one by one.
  const { name, program, args } = value as Record<keyof EngineSpec, unknown>;
  const areTexts = [name, program].every((text) => typeof text === 'string' && text !== '');
  return areTexts && Array.isArray(args) && args.every((one) => typeof one === 'string');
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
