import type { Cancel, Clock } from '../platform/clock.ts';
import type { EngineStatus } from '../platform/engines.ts';
import { readTextIfPresent, removeIfPresent, writeFileDurably } from '../platform/files.ts';
import type { Log } from '../platform/log.ts';
import { isAlive, type ProcessIdentity, sendSignal, spawnDetached } from '../platform/processes.ts';
import { type BackOff, nextRestart, noFailures } from './back-off.ts';

/** One supervised process: a service of ours or an engine. */
export interface UnitSpec {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly oomScoreAdjust: number;
}

export interface Unit {
  readonly spec: UnitSpec;
  /** Adopts the process of an earlier supervisor when it still runs as wanted, else starts one. */
  start(): Promise<void>;
  /** SIGTERM, then SIGKILL after `limit` milliseconds; resolves when it is gone. */
  stop(limit: number): Promise<void>;
  status(): EngineStatus;
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

export function createUnit(spec: UnitSpec, around: UnitSurroundings): Unit {
  const { clock, log } = around;
  let running: Running | undefined;
  let exits = 0;
  let startedAt = 0;
  let backOff: BackOff = noFailures;
  let isWanted = false;
  let cancelRestart: Cancel = () => undefined;
  const waiting = new Set<() => void>();

  const ended = (identity: ProcessIdentity | undefined, status: string): void => {
    if (running?.identity !== identity) return;
    const ran = running === undefined ? 0 : clock.monotonicMilliseconds() - running.since;
    running?.cancelWatch();
    running = undefined;
    removeIfPresent(around.pidFile);
    for (const resolve of waiting) resolve();
    waiting.clear();
    if (!isWanted) return around.onChange();
    exits += 1;
    around.onExit(spec.name, identity?.pid ?? 0, status);
    // Workers of a dead master must not hold its ports.
    if (identity !== undefined) sendSignal(-identity.pid, 'SIGKILL');
    const restart = nextRestart(backOff, ran);
    backOff = restart.after;
    log.write('err', `${spec.name} ended: ${status}; restart in ${restart.delayMilliseconds} ms`);
    cancelRestart = clock.after(restart.delayMilliseconds, spawnNow);
    around.onChange();
  };

  const took = (identity: ProcessIdentity, cancelWatch: Cancel): void => {
    running = { identity, since: clock.monotonicMilliseconds(), cancelWatch };
    startedAt = clock.wallMilliseconds();
    around.onChange();
  };

  function spawnNow(): void {
    if (!isWanted || running !== undefined) return;
    let identity: ProcessIdentity | undefined;
    const { logFile } = around;
    const options = { logFile, oomScoreAdjust: spec.oomScoreAdjust };
    identity = spawnDetached(spec.program, spec.args, options, (status) => ended(identity, status));
    if (identity === undefined) return;
    const record: PidRecord = { ...identity, program: spec.program, args: spec.args };
    writeFileDurably(around.pidFile, JSON.stringify(record));
    log.write('notice', `${spec.name} started, pid ${identity.pid}`);
    took(identity, () => undefined);
  }

  const adopt = (identity: ProcessIdentity): void => {
    log.write('notice', `${spec.name} runs already, pid ${identity.pid}: adopted`);
    const cancel = clock.every(watchMilliseconds, () => {
      if (!isAlive(identity)) ended(identity, 'status unknown (adopted process)');
    });
    took(identity, cancel);
  };

  return {
    spec,
    async start() {
      if (isWanted) return;
      isWanted = true;
      const found = readRecord(around.pidFile);
      if (found === undefined || !isAlive(found)) return spawnNow();
      if (isSameCommand(found, spec)) return adopt(found);
      await endProcess(found, clock);
      spawnNow();
    },
    async stop(limit) {
      isWanted = false;
      cancelRestart();
      if (running === undefined) return;
      const { identity } = running;
      const gone = new Promise<void>((resolve) => waiting.add(resolve));
      sendSignal(identity.pid, 'SIGTERM');
      // A stopped process would see the SIGTERM only when somebody continues it.
      sendSignal(identity.pid, 'SIGCONT');
      const cancelKill = clock.after(limit, () => {
        log.write('warning', `${spec.name} did not end within ${limit} ms: killed`);
        sendSignal(-identity.pid, 'SIGKILL');
      });
      await gone;
      cancelKill();
      sendSignal(-identity.pid, 'SIGKILL');
      log.write('notice', `${spec.name} stopped`);
    },
    status: () => ({
      name: spec.name,
      pid: running?.identity.pid ?? 0,
      state: running !== undefined ? 'running' : isWanted ? 'restarting' : 'stopped',
      exits,
      startedAt,
    }),
  };
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
