import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface DurableFile {
  /** Resolves when the content, or a newer one, is on disk; the caller goes on meanwhile. */
  write(content: string | Uint8Array): Promise<void>;
}

let writes = 0;

async function writeSynced(
  path: string,
  content: string | Uint8Array,
  mode: number,
): Promise<void> {
  const file = await open(path, 'w', mode);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * A file replaced as `writeFileDurably` does, without holding up the caller: a disk that hangs must
 * not stop a heartbeat. Writes that overtake each other are merged into the newest.
 */
export function durableFile(path: string, mode = 0o600): DurableFile {
  let last: Promise<void> = Promise.resolve();
  let newest: string | Uint8Array = '';
  let written: string | Uint8Array | undefined;
  const replace = async (): Promise<void> => {
    if (written === newest) return;
    const content = newest;
    await mkdir(dirname(path), { recursive: true });
    // Two may write the same file at once; the last one that is whole stays.
    writes += 1;
    const temporary = `${path}.${process.pid}.${writes}.new`;
    try {
      await writeSynced(temporary, content, mode);
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
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
