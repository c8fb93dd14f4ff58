import { mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * A file that is replaced over and over by a process that must not stand still meanwhile: written, synced
 * and renamed in the background, one at a time; of several replacements in a row only the last is written.
 */
export interface ReplacedFile {
  /** `content` is called when its turn comes, unless a newer one came before. */
  replace(content: () => string): void;
  /** Resolves when nothing is left to write. */
  settled(): Promise<void>;
}

export function createReplacedFile(path: string, onError: (error: Error) => void): ReplacedFile {
  let next: (() => string) | undefined;
  let running: Promise<void> | undefined;
  const runAll = async (): Promise<void> => {
    while (next !== undefined) {
      const content = next;
      next = undefined;
      try {
        await write(path, content());
      } catch (error) {
        onError(error instanceof Error ? error : new Error(String(error)));
      }
    }
    running = undefined;
  };
  return {
    replace(content) {
      next = content;
      running ??= runAll();
    },
    settled: () => running ?? Promise.resolve(),
  };
}

async function write(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.new`;
  const file = await open(temporary, 'w', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}
