import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
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
    const text = textAt(path, from);
    const end = text.lastIndexOf('\n') + 1;
    offsets.set(path, from + Buffer.byteLength(text.slice(0, end)));
    for (const line of text.slice(0, end).split('\n')) if (line !== '') onLine(path, line);
  };
  return clock.every(pollMilliseconds, () => {
    for (const path of paths) read(path);
  });
}

function sizeOf(path: string): number {
  return existsSync(path) ? statSync(path).size : 0;
}

function textAt(path: string, from: number): string {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(Math.min(Math.max(fstatSync(file).size - from, 0), maximumBytes));
    return buffer.toString('utf8', 0, readSync(file, buffer, 0, buffer.length, from));
  } finally {
    closeSync(file);
  }
}
