import type { Cancel, Clock } from '../platform/clock.ts';
import type { EngineStatus } from '../platform/engines.ts';
import { readTextIfPresent, removeIfPresent, writeFileDurably } from '../platform/files.ts';
import type { Level, Log } from '../platform/log.ts';
import { isAlive, type ProcessIdentity, sendSignal, spawnDetached } from '../platform/processes.ts';
import { type BackOff, nextRestart, noFailures } from './back-off.ts';

/** One supervised process: a service of ours or an engine. */
export interface UnitSpec {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly oomScoreAdjust: number;
}

export interface UnitSurroundings {
  readonly pidFile: string;
  readonly logFile: string;
  readonly clock: Clock;
  readonly log: Log;
  /** It ended unasked; called at once, before any restart. */
  readonly onExit: (name: string, pid: number, status: string) => void;
  readonly onChange: () => void;
}

interface Running {
  readonly identity: ProcessIdentity;
  readonly since: number;
  readonly cancelWatch: Cancel;
}

/** An adopted process is nobody's child of ours: its end is seen by looking. */
const watchMilliseconds = 25;
const replaceLimitMilliseconds = 5_000;
const recordMilliseconds = 1_000;

export class Unit {
  readonly spec: UnitSpec;
  readonly #around: UnitSurroundings;
  readonly #waiting = new Set<() => void>();
  #running: Running | undefined;
  #exits = 0;
  #startedAt = 0;
  #backOff: BackOff = noFailures;
  #isWanted = false;
  #cancelRestart: Cancel = () => undefined;
  #cancelRecord: Cancel = () => undefined;
  #isUnrecorded = false;

  constructor(spec: UnitSpec, around: UnitSurroundings) {
    this.spec = spec;
    this.#around = around;
  }

  /** Adopts the process of an earlier supervisor when it still runs as wanted, else starts one. */
  async start(): Promise<void> {
    if (this.#isWanted) return;
    this.#isWanted = true;
    const found = readRecord(this.#around.pidFile);
    if (found === undefined || !isAlive(found)) return this.#spawn();
    if (isSameCommand(found, this.spec)) return this.#adopt(found);
    await endProcess(found, this.#around.clock);
    this.#spawn();
  }

  /** SIGTERM, then SIGKILL after `limit` milliseconds; resolves when it is gone. */
  async stop(limit: number): Promise<void> {
    this.#isWanted = false;
    this.#cancelRestart();
    if (this.#running === undefined) return;
    const { pid } = this.#running.identity;
    const gone = new Promise<void>((resolve) => this.#waiting.add(resolve));
    sendSignal(pid, 'SIGTERM');
    // A stopped process would see the SIGTERM only when somebody continues it.
    sendSignal(pid, 'SIGCONT');
    const cancelKill = this.#around.clock.after(limit, () => {
      this.#log('warning', `did not end within ${limit} ms: killed`);
      sendSignal(-pid, 'SIGKILL');
    });
    await gone;
    cancelKill();
    sendSignal(-pid, 'SIGKILL');
    this.#log('notice', 'stopped');
  }

  status(): EngineStatus {
    const isRunning = this.#running !== undefined;
    return {
      name: this.spec.name,
      pid: this.#running?.identity.pid ?? 0,
      state: isRunning ? 'running' : this.#isWanted ? 'restarting' : 'stopped',
      exits: this.#exits,
      startedAt: this.#startedAt,
    };
  }

  #spawn(): void {
    if (!this.#isWanted || this.#running !== undefined) return;
    const { program, args, oomScoreAdjust } = this.spec;
    const options = { logFile: this.#around.logFile, oomScoreAdjust };
    let identity: ProcessIdentity | undefined;
    try {
      identity = spawnDetached(program, args, options, (status) => this.#ended(identity, status));
    } catch (error) {
      return this.#ended(undefined, `cannot be started: ${String(error)}`);
    }
    if (identity === undefined) return;
    this.#log('notice', `started, pid ${identity.pid}`);
    // Before anybody is told: who hears of the process may look for its record.
    this.#record({ ...identity, program, args });
    this.#took(identity, () => undefined);
  }

  /** A full disk must not take the supervisor down: tried again until it is written or the process ended. */
  #record(record: PidRecord): void {
    try {
      writeFileDurably(this.#around.pidFile, JSON.stringify(record));
    } catch (error) {
      if (!this.#isUnrecorded) this.#log('err', `cannot be recorded: ${String(error)}`);
      this.#isUnrecorded = true;
      this.#cancelRecord = this.#around.clock.after(recordMilliseconds, () => this.#record(record));
      return;
    }
    this.#isUnrecorded = false;
  }

  #adopt(identity: ProcessIdentity): void {
    this.#log('notice', `runs already, pid ${identity.pid}: adopted`);
    const cancel = this.#around.clock.every(watchMilliseconds, () => {
      if (!isAlive(identity)) this.#ended(identity, 'status unknown (adopted process)');
    });
    this.#took(identity, cancel);
  }

  #took(identity: ProcessIdentity, cancelWatch: Cancel): void {
    const { clock } = this.#around;
    this.#running = { identity, since: clock.monotonicMilliseconds(), cancelWatch };
    this.#startedAt = clock.wallMilliseconds();
    this.#around.onChange();
  }

  #ended(identity: ProcessIdentity | undefined, status: string): void {
    const running = this.#running;
    if (running?.identity !== identity) return;
    const { clock } = this.#around;
    const ran = running === undefined ? 0 : clock.monotonicMilliseconds() - running.since;
    running?.cancelWatch();
    this.#cancelRecord();
    this.#running = undefined;
    removeIfPresent(this.#around.pidFile);
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
    if (this.#isWanted) this.#restart(identity, status, ran);
    this.#around.onChange();
  }

  #restart(identity: ProcessIdentity | undefined, status: string, ran: number): void {
    this.#exits += 1;
    this.#around.onExit(this.spec.name, identity?.pid ?? 0, status);
    // Workers of a dead master must not hold its ports.
    if (identity !== undefined) sendSignal(-identity.pid, 'SIGKILL');
    const { after, delayMilliseconds } = nextRestart(this.#backOff, ran);
    this.#backOff = after;
    this.#log('err', `ended: ${status}; restart in ${delayMilliseconds} ms`);
    this.#cancelRestart = this.#around.clock.after(delayMilliseconds, () => this.#spawn());
  }

  #log(level: Level, message: string): void {
    this.#around.log.write(level, `${this.spec.name} ${message}`);
  }
}

interface PidRecord extends ProcessIdentity {
  readonly program: string;
  readonly args: readonly string[];
}

/** Undefined when there is none or it was torn by a crash. */
export function readRecord(pidFile: string): PidRecord | undefined {
  const text = readTextIfPresent(pidFile);
  if (text === undefined) return undefined;
  try {
    // Written by this file only; a torn one fails to parse or lacks its pid.
    const record = JSON.parse(text) as PidRecord;
    return Number.isInteger(record.pid) && Array.isArray(record.args) ? record : undefined;
  } catch {
    return undefined;
  }
}

function isSameCommand(record: PidRecord, spec: UnitSpec): boolean {
  return (
    JSON.stringify([record.program, record.args]) === JSON.stringify([spec.program, spec.args])
  );
}

/** Ends a process that is no unit of ours (any more): SIGTERM, after a bound SIGKILL to its group. */
export function endProcess(identity: ProcessIdentity, clock: Clock): Promise<void> {
  sendSignal(identity.pid, 'SIGTERM');
  sendSignal(identity.pid, 'SIGCONT');
  const end = clock.monotonicMilliseconds() + replaceLimitMilliseconds;
  return new Promise((resolve) => {
    const cancel = clock.every(watchMilliseconds, () => {
      if (isAlive(identity)) {
        if (clock.monotonicMilliseconds() > end) sendSignal(-identity.pid, 'SIGKILL');
        return;
      }
      cancel();
      sendSignal(-identity.pid, 'SIGKILL');
      resolve();
    });
  });
}
