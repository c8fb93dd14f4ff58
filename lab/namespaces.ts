import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { spawn } from 'node:child_process';
import { run, runChecked, type RunResult } from '../src/platform/process.ts';
import { systemClock, waitUntil } from '../src/platform/clock.ts';

/** The lab's adapter: anything can be run inside a node as it would be run on a host. */
export function inNamespace(namespace: string, command: readonly string[]): readonly string[] {
  return ['netns', 'exec', namespace, ...command];
}

export function runIn(
  namespace: string,
  command: readonly string[],
  timeoutMilliseconds = 30_000,
): Promise<RunResult> {
  return run('ip', inNamespace(namespace, command), { timeoutMilliseconds });
}

/** Runs with our standard streams; resolves with its exit status. */
export function runAttached(
  namespace: string,
  command: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn('ip', inNamespace(namespace, command), {
      stdio: 'inherit',
      env: { ...process.env, ...environment },
    });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

export async function ipBatch(lines: readonly string[], namespace?: string): Promise<void> {
  const where = namespace === undefined ? [] : ['-n', namespace];
  await runChecked('ip', [...where, '-batch', '-'], { input: `${lines.join('\n')}\n` });
}

export async function setSysctls(namespace: string, settings: readonly string[]): Promise<void> {
  await runChecked('ip', inNamespace(namespace, ['sysctl', '-q', '-w', ...settings]));
}

export function listNamespaces(prefix: string): readonly string[] {
  try {
    return readdirSync('/run/netns').filter((name) => name.startsWith(prefix));
  } catch {
    return [];
  }
}

export async function pidsIn(namespace: string): Promise<readonly number[]> {
  const result = await run('ip', ['netns', 'pids', namespace]);
  return result.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map(Number);
}

/** Kills every process in the namespaces and removes them, cables included. */
export async function removeNamespaces(names: readonly string[]): Promise<void> {
  await Promise.all(names.map((name) => killAllIn(name)));
  const remove = names.map((name) => `netns del ${name}`);
  if (remove.length > 0)
    await run('ip', ['-force', '-batch', '-'], { input: `${remove.join('\n')}\n` });
}

const killLimitMilliseconds = 10_000;

async function killAllIn(namespace: string): Promise<void> {
  await waitUntil(
    systemClock,
    `processes of ${namespace} to end`,
    killLimitMilliseconds,
    async () => {
      const pids = (await pidsIn(namespace)).filter((pid) => !isZombie(pid));
      for (const pid of pids) signalIfThere(pid, 'SIGKILL');
      return pids.length === 0;
    },
  );
}

function isZombie(pid: number): boolean {
  try {
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return true;
  }
}

export function signalIfThere(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** Short name of a process as the kernel knows it; empty when it is gone. */
export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return '';
  }
}

/** What a process runs: for a Node process its script, for others the kernel's short name; empty when it is gone. */
export function programOf(pid: number): string {
  const name = commandOf(pid);
  if (!name.startsWith('node')) return name;
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    const script = words.find((word) => word.endsWith('.ts'));
    if (script === undefined) return name;
    const part = basename(script, '.ts');
    // `cli.ts device up --foreground` is the supervisor of a device.
    return part === 'cli' ? 'supervisor' : part;
  } catch {
    return '';
  }
}
