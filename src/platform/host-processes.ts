import { readdirSync, readFileSync, statfsSync } from 'node:fs';
import { join } from 'node:path';

/** One process as the kernel accounts for it. */
export interface HostProcess {
  readonly pid: number;
  /** The script of a Node process, else the kernel's name for it. */
  readonly name: string;
  /** Clock ticks (100 a second) since it was started. */
  readonly userTicks: number;
  readonly systemTicks: number;
  readonly startTicks: number;
  readonly residentBytes: number;
  readonly virtualBytes: number;
}

const pageBytes = 4096;
/** A device has a dozen; a folder that half the machine names is somebody else's. */
const maximumProcesses = 200;

/** Processes whose command line has `word` in it: those of one device name its folder. */
export function processesNaming(word: string): readonly HostProcess[] {
  const found: HostProcess[] = [];
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    const command = readProc(pid, 'cmdline')?.split('\0') ?? [];
    if (!command.some((argument) => argument.includes(word))) continue;
    const one = describe(pid, command);
    if (one !== undefined) found.push(one);
    if (found.length >= maximumProcesses) break;
  }
  return found;
}

function describe(pid: number, command: readonly string[]): HostProcess | undefined {
  const text = readProc(pid, 'stat');
  if (text === undefined) return undefined;
  // The name may hold spaces and parentheses; the numbers begin after the last one.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const script = command.find((argument) => /\/[\w-]+\.ts$/.test(argument));
  return {
    pid,
    name: /\/([\w-]+)\.ts$/.exec(script ?? '')?.[1] ?? /\((.*)\)/.exec(text)?.[1] ?? String(pid),
    userTicks: Number(fields[11]),
    systemTicks: Number(fields[12]),
    startTicks: Number(fields[19]),
    virtualBytes: Number(fields[20]),
    residentBytes: Number(fields[21]) * pageBytes,
  };
}

function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(join('/proc', String(pid), file), 'utf8');
  } catch {
    // It ended while we looked.
    return undefined;
  }
}

export interface DiskRoom {
  readonly totalBytes: number;
  readonly freeBytes: number;
}

/** Of the file system that holds the folder. */
export function diskRoom(folder: string): DiskRoom {
  const { blocks, bsize, bavail } = statfsSync(folder);
  return { totalBytes: blocks * bsize, freeBytes: bavail * bsize };
}
