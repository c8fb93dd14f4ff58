import { mkdir, open, readdir, rename, rm, stat, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Reading and writing files piece by piece, for transfers: none of it blocks the process. */

/** Writes at an offset; an offset of 0 begins the file anew. Rejects when that would leave a hole. */
export async function writeChunk(path: string, offset: number, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const size = await sizeOfFile(path);
  if (offset > (size ?? 0)) throw new RangeError(`nothing before byte ${offset} has arrived`);
  const file = await open(path, offset === 0 ? 'w' : 'r+', 0o600);
  try {
    let written = 0;
    while (written < bytes.length) {
      const step = await file.write(bytes, written, bytes.length - written, offset + written);
      written += step.bytesWritten;
    }
  } finally {
    await file.close();
  }
}

/** Bytes `first`…`last`, both included; fewer where the file ends. */
export async function readChunk(path: string, first: number, last: number): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(last - first + 1);
    let filled = 0;
    while (filled < buffer.length) {
      const step = await file.read(buffer, filled, buffer.length - filled, first + filled);
      if (step.bytesRead === 0) break;
      filled += step.bytesRead;
    }
    return buffer.subarray(0, filled);
  } finally {
    await file.close();
  }
}

/** Undefined when there is no such file, or when it is something else. */
export async function sizeOfFile(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true ? found.size : undefined;
}

export interface FileFacts {
  readonly bytes: number;
  /** Since 1970. */
  readonly modifiedMilliseconds: number;
}

/** Undefined when there is no such file, or when it is something else. */
export async function factsOfFile(path: string): Promise<FileFacts | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true
    ? { bytes: found.size, modifiedMilliseconds: found.mtimeMs }
    : undefined;
}

export async function cutFile(path: string, size: number): Promise<void> {
  await truncate(path, size);
}

export async function moveFile(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  await rename(from, to);
}

export async function removeFile(path: string): Promise<void> {
  await rm(path);
}

/** Names of files in a folder, sorted; none when there is no such folder. */
export async function listFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .toSorted();
}
