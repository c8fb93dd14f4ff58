import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';

/** The last `bytes` of a text file from the first whole line on; undefined when there is no file. */
export function readEndIfPresent(path: string, bytes: number): string | undefined {
  if (!existsSync(path)) return undefined;
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const from = Math.max(size - bytes, 0);
    const buffer = Buffer.alloc(size - from);
    const length = readSync(file, buffer, 0, buffer.length, from);
    const text = buffer.subarray(0, length).toString('utf8');
    return from === 0 ? text : text.slice(text.indexOf('\n') + 1);
  } finally {
    closeSync(file);
  }
}
