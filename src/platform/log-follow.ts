import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import type { Clock } from './clock.ts';

/** How soon a new line is seen, and how much of a file is read at once. */
const pollMilliseconds = 250;
const maximumBytes = 128 * 1024;

/**
 * Calls `onLine` with each whole line that is written to the files from now on, by whichever process. A
 * file that was rotated is read anew from its beginning.
 */
export function followFiles(
  paths: readonly string[],
  clock: Clock,
  onLine: (path: string, line: string) => void,
): () => void {
  const offsets = new Map(paths.map((path) => [path, sizeOf(path)]));
  const read = (path: string): void => {
    const size = sizeOf(path);
    const known = offsets.get(path) ?? 0;
    const from = size < known ? 0 : known;
    if (size === from) {
      offsets.set(path, from);
      return;
    }
    const bytes = bytesAt(path, from);
    // A line that is longer than what is read at once is passed on in parts.
    const end = bytes.length === maximumBytes ? bytes.length : 0;
    const whole = bytes.subarray(0, bytes.lastIndexOf(10) + 1 || end);
    offsets.set(path, from + whole.length);
    for (const line of whole.toString('utf8').split('\n')) if (line !== '') onLine(path, line);
  };
  return clock.every(pollMilliseconds, () => {
    for (const path of paths) read(path);
  });
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** Nothing when the file was put aside since it was looked at. */
function bytesAt(path: string, from: number): Buffer {
  const file = openIfPresent(path);
  if (file === undefined) return Buffer.alloc(0);
  try {
    const buffer = Buffer.alloc(Math.min(Math.max(fstatSync(file).size - from, 0), maximumBytes));
    return buffer.subarray(0, readSync(file, buffer, 0, buffer.length, from));
  } finally {
    closeSync(file);
  }
}

function openIfPresent(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    // Whoever writes to it has just put it aside.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
