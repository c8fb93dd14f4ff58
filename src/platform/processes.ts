import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { spawn } from 'node:child_process';

/**
 * Long-lived processes: started in sessions of their own so that they outlive whoever started them, found
 * again by pid and start time (a pid alone may have been given to somebody else meanwhile).
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot, field 22 of /proc/PID/stat. */
  readonly startTicks: number;
  /** Start times of another boot mean nothing. */
  readonly bootId: string;
}

export interface DetachedOptions {
  /** Standard output and error are appended here, so that no reader's death can hurt the process. */
  readonly logFile: string;
  /** -1000 (never killed for memory) … 1000; left alone where the kernel refuses. */
  readonly oomScoreAdjust?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

/** `ended` is called once with "status 1", "signal SIGKILL" or why it could not be started. */
export function spawnDetached(
  program: string,
  args: readonly string[],
  options: DetachedOptions,
  ended: (status: string) => void,
): ProcessIdentity | undefined {
  mkdirSync(dirname(options.logFile), { recursive: true });
  const log = openSync(options.logFile, 'a', 0o600);
  const child = spawn(program, args, {
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...process.env, ...options.environment },
  });
  closeSync(log);
  child.once('error', (error) => ended(`cannot be started: ${error.message}`));
  child.once('exit', (code, signal) =>
    ended(signal === null ? `status ${code}` : `signal ${signal}`),
  );
  if (child.pid === undefined) return undefined;
  child.unref();
  if (options.oomScoreAdjust !== undefined) adjustOomScore(child.pid, options.oomScoreAdjust);
  return identify(child.pid);
}

function adjustOomScore(pid: number, score: number): void {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, String(score));
  } catch {
    // In containers without CAP_SYS_RESOURCE the score cannot be lowered; the device works without.
  }
}

interface ProcessStat {
  readonly state: string;
  readonly parent: number;
  readonly startTicks: number;
}

function readStat(pid: number): ProcessStat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The command name may hold spaces and parentheses; the fields begin after the last one.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', parent: Number(fields[1]), startTicks: Number(fields[19]) };
}

let knownBootId: string | undefined;

function bootId(): string {
  knownBootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return knownBootId;
}

/** Undefined when no such process lives (a zombie counts as dead). */
export function identify(pid: number): ProcessIdentity | undefined {
  const stat = readStat(pid);
  if (stat === undefined || stat.state === 'Z' || stat.state === 'X') return undefined;
  return { pid, startTicks: stat.startTicks, bootId: bootId() };
}

export function isAlive(identity: ProcessIdentity): boolean {
  const found = identify(identity.pid);
  return found?.startTicks === identity.startTicks && found.bootId === identity.bootId;
}

/**
 * False when it was gone already. With a negative pid, the whole process group. 0 and ±1 are refused: to the
 * kernel they mean our own group, init and every process there is, and come from a lookup that failed.
 */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  if (!Number.isInteger(pid) || Math.abs(pid) <= 1) return false;
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** Full path of a program, looked for in PATH and in the sbin folders that users' paths lack. */
export function findProgram(name: string): string | undefined {
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    '/usr/local/sbin',
    '/usr/sbin',
    '/sbin',
    '/usr/bin',
    '/bin',
  ];
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}

export function isRoot(): boolean {
  return process.geteuid?.() === 0;
}
