import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Programs of users: in a group of their own, as nobody where we are root, with bounds on processor time, memory,
 * processes and files, and killed with everything that they started when they are no longer wanted.
 */
export interface BoundedProgram {
  /** The program itself, text or binary; `#!` says who runs it. */
  readonly content: string;
  /** Where it is kept to be run. */
  readonly folder: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly maximumOutputBytes: number;
  /** Of standard output. */
  onOutput(part: Uint8Array): void;
  /** Once; "" when it ended well, else how, with the last it wrote to standard error. */
  onEnd(how: string): void;
}

const nobody = 65_534;
const bounds = ['--cpu=30', '--as=1073741824', '--nproc=256', '--nofile=256', '--fsize=16777216'];
const maximumComplaint = 200;

/** The result ends it and everything it started; no callback comes after that. */
export function runBounded(program: BoundedProgram): () => void {
  const path = kept(program.folder, program.content);
  const child = spawn('prlimit', ['--core=0', ...bounds, '--', path, ...program.args], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: '/',
    // Nothing of ours is its business.
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LANG: 'C.UTF-8', ...program.environment },
    ...(process.getuid?.() === 0 && { uid: nobody, gid: nobody }),
  });
  let isOver = false;
  let written = 0;
  let complaint = '';
  const finish = (report: () => void): void => {
    if (isOver) return;
    isOver = true;
    killGroup(child.pid);
    report();
  };
  child.stdout.on('data', (part: Buffer) => {
    const room = program.maximumOutputBytes - written;
    written += part.length;
    if (!isOver && room > 0) program.onOutput(part.subarray(0, room));
  });
  child.stderr.on('data', (part: Buffer) => {
    complaint = `${complaint}${part.toString()}`.slice(-maximumComplaint);
  });
  child.once('error', (error) => finish(() => program.onEnd(`cannot be run: ${error.message}`)));
  child.once('close', (code, signal) => {
    finish(() => program.onEnd(code === 0 ? '' : howEnded(code, signal, complaint)));
  });
  return () => finish(() => undefined);
}

function howEnded(code: number | null, signal: string | null, complaint: string): string {
  const last = complaint.trim().split('\n').at(-1) ?? '';
  const how = signal === null ? `ended with status ${code ?? '?'}` : `was ended by ${signal}`;
  return last === '' ? how : `${how}: ${last}`;
}

/** What it started is in its group, unless it left that on purpose; then the bounds remain. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}

const known = new Map<string, string>();
const maximumKnown = 1000;

/** Named by its content, so that one that is running is never written over. */
function kept(folder: string, content: string): string {
  const key = `${folder}\0${content}`;
  const before = known.get(key);
  if (before !== undefined && existsSync(before)) return before;
  const path = join(folder, createHash('sha256').update(content).digest('hex').slice(0, 32));
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    // Whoever runs it is nobody.
    chmodSync(folder, 0o755);
    const draft = `${path}.new`;
    writeFileSync(draft, content, { mode: 0o755 });
    chmodSync(draft, 0o755);
    renameSync(draft, path);
  }
  if (known.size >= maximumKnown) known.clear();
  known.set(key, path);
  return path;
}
