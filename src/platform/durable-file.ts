import { mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface DurableFile {
  /** Resolves when the content, or a newer one, is on disk; the caller goes on meanwhile. */
  write(content: string): Promise<void>;
}

/**
 * A small file replaced as `writeFileDurably` does, without holding up the caller: a disk that hangs must
 * not stop a heartbeat. Writes that overtake each other are merged into the newest.
 */
export function durableFile(path: string, mode = 0o600): DurableFile {
  let last: Promise<void> = Promise.resolve();
  let newest = '';
  let written = '';
  const replace = async (): Promise<void> => {
    if (written === newest) return;
    const content = newest;
    await mkdir(dirname(path), { recursive: true });
    const temporary = `${path}.${process.pid}.new`;
    const file = await open(temporary, 'w', mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    const folder = await open(dirname(path), 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
    written = content;
  };
  return {
    write(content) {
      newest = content;
      // A failed write must not keep the next from being tried.
      const attempt = last.then(replace, replace);
      last = attempt;
      return attempt;
    },
  };
}
