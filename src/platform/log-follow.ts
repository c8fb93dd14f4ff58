import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import type { Clock } from './clock.ts';

/** How soon a new line is seen, and how much of a file is read at once. */
const pollMilliseconds = 250;
const maximumBytes = 128 * 1024;

/**
 * Calls `onLine` with each whole line that is written to the files from now on, by whichever process. A
 * file that was put aside (as `FILE.1`) is read to its end before the new one is begun.
 */
export function followFiles(
  paths: readonly string[],
  clock: Clock,
  onLine: (path: string, line: string) => void,
): () => void {
  const places = new Map(paths.map((path) => [path, placeAt(path)]));
  const read = (path: string): void => {
    const { source, from, inode } = next(path, places.get(path) ?? nowhere);
    const bytes = bytesAt(source, from);
    // A line that is longer than what is read at once is passed on in parts.
    const end = bytes.length === maximumBytes ? bytes.length : 0;
    const whole = bytes.subarray(0, bytes.lastIndexOf(10) + 1 || end);
    places.set(path, { inode, offset: from + whole.length });
    for (const line of whole.toString('utf8').split('\n')) if (line !== '') onLine(path, line);
  };
  return clock.every(pollMilliseconds, () => {
    for (const path of paths) read(path);
  });
}

/** What was read of a file, whatever it is called by now. */
interface ReadPlace {
  readonly inode: number;
  readonly offset: number;
}

const nowhere: ReadPlace = { inode: 0, offset: 0 };

function placeAt(path: string): ReadPlace {
  const found = statSync(path, { throwIfNoEntry: false });
  return { inode: found?.ino ?? 0, offset: found?.size ?? 0 };
}

function next(
  path: string,
  { inode, offset }: ReadPlace,
): { readonly source: string; readonly from: number; readonly inode: number } {
  const present = placeAt(path);
  if (present.inode === inode) {
    return { source: path, from: present.offset < offset ? 0 : offset, inode };
  }
  const former = placeAt(`${path}.1`);
  if (inode !== 0 && former.inode === inode && former.offset > offset) {
    return { source: `${path}.1`, from: offset, inode };
  }
  return { source: path, from: 0, inode: present.inode };
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
