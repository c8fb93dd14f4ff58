import {
  existsSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { writeFileDurably } from './files.ts';

/** Files of the host that the device runs on; `root` is "/" but for tests and images. */
export interface HostFiles {
  readonly root: string;
  has(path: string): boolean;
  read(path: string): string | undefined;
  /** World-readable, as files of a host are. */
  write(path: string, text: string): void;
  remove(path: string): void;
  /** Makes `path` a symbolic link to `target`; true when it was none to there. */
  link(path: string, target: string): boolean;
}

export function hostFiles(root: string): HostFiles {
  const at = (path: string): string => join(root, path);
  return {
    root,
    has: (path) => existsSync(at(path)),
    read: (path) => (existsSync(at(path)) ? readFileSync(at(path), 'utf8') : undefined),
    write(path, text) {
      try {
        writeFileDurably(at(path), text, 0o644);
      } catch (error) {
        // In a container it is mounted by itself, and cannot be replaced.
        const code = error instanceof Error && 'code' in error ? error.code : undefined;
        if (code !== 'EBUSY') throw error;
        rmSync(`${at(path)}.${process.pid}.new`, { force: true });
        writeFileSync(at(path), text);
      }
    },
    remove: (path) => rmSync(at(path), { force: true }),
    link(path, target) {
      if (linkOf(at(path)) === target) return false;
      rmSync(at(path), { force: true });
      symlinkSync(target, at(path));
      return true;
    },
  };
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
