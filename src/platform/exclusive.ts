import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { readTextIfPresent, removeIfPresent } from './files.ts';
import { identify, isAlive, type ProcessIdentity } from './processes.ts';

/**
 * A pid file that only one living process can hold: created with O_EXCL, taken over only when the process
 * named in it is gone. Undefined when this process has it now, else the holder.
 */
export function takePidFile(path: string): ProcessIdentity | undefined {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const own = JSON.stringify(identify(process.pid));
  for (let attempt = 0; attempt < maximumAttempts; attempt += 1) {
    try {
      writeFileSync(path, own, { flag: 'wx', mode: 0o600 });
      return undefined;
    } catch (error) {
      // Node's fs errors carry `code`; anything but "exists" is a real failure.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = readPidFile(path);
    if (holder !== undefined && isAlive(holder)) return holder;
    removeIfPresent(path);
  }
  throw new Error(`cannot take ${path}: another process takes it again and again`);
}

const maximumAttempts = 5;

/** What the file says; undefined when it is absent or torn. */
export function readPidFile(path: string): ProcessIdentity | undefined {
  const text = readTextIfPresent(path);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isIdentity(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isIdentity(value: unknown): value is ProcessIdentity {
  return (
    typeof value === 'object' &&
    value !== null &&
    'pid' in value &&
    typeof value.pid === 'number' &&
    'startTicks' in value &&
    'bootId' in value
  );
}
