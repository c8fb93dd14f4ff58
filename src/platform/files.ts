import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/**
 * Replaces a file so that a crash at any instant leaves either the old or the new content: written
 * beside it, synced, renamed, folder synced.
 */
export function writeFileDurably(path: string, content: string | Uint8Array, mode = 0o600): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.new`;
  const file = openSync(temporary, 'w', mode);
  try {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    let written = 0;
    while (written < bytes.length) written += writeSync(file, bytes, written);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

export function isPresent(path: string): boolean {
  return existsSync(path);
}

export function readTextIfPresent(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** Throws when it is no file, may not be read, or is longer. */
export function readBytesIfPresent(path: string, maximumBytes?: number): Uint8Array | undefined {
  if (!existsSync(path)) return undefined;
  const { size } = statSync(path);
  if (maximumBytes !== undefined && size > maximumBytes) {
    throw new Error(`${path} has ${size} bytes, and may have ${maximumBytes}`);
  }
  return readFileSync(path);
}

export function removeIfPresent(path: string): void {
  if (existsSync(path)) unlinkSync(path);
}

export function makeFolder(path: string, mode = 0o700): void {
  mkdirSync(path, { recursive: true, mode });
}
