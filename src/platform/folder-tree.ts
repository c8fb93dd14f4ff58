/** Folders of texts that people keep: read whole, and brought up to date without touching what is not ours. */
import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeFileDurably } from './files.ts';

/** More is no configuration. */
const maximumFiles = 50_000;
const maximumBytes = 256 * 1024 * 1024;

/** By path below the folder, in order; hidden files and links aside. Throws when it is no folder, or too large. */
export function readTree(folder: string): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  let bytes = 0;
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
  for (const path of paths) {
    if (/(?:^|\/)\./.test(path) || !lstatSync(join(folder, path)).isFile()) continue;
    const content = readFileSync(join(folder, path));
    bytes += content.length;
    if (files.size >= maximumFiles || bytes > maximumBytes) {
      throw new Error(`${folder} holds more than ${maximumFiles} files or ${maximumBytes} bytes`);
    }
    files.set(path, content);
  }
  return files;
}

/** Writes what differs, removes `stale`; answers how many files it touched. For their owner's eyes only. */
export function writeTree(
  folder: string,
  files: ReadonlyMap<string, Uint8Array>,
  stale: readonly string[],
): number {
  mkdirSync(folder, { recursive: true });
  let touched = 0;
  for (const [path, content] of files) {
    const target = join(folder, path);
    if (existsSync(target) && readFileSync(target).equals(content)) continue;
    mkdirSync(dirname(target), { recursive: true });
    writeFileDurably(target, content);
    touched += 1;
  }
  for (const path of stale) {
    if (!existsSync(join(folder, path))) continue;
    rmSync(join(folder, path));
    touched += 1;
  }
  return touched;
}
