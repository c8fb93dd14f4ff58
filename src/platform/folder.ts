import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface FolderFile {
  readonly path: string;
  readonly bytes: number;
  /** Wall clock. */
  readonly modifiedMilliseconds: number;
}

/** Files whose name ends so, by name; none when the folder is not there. */
export function filesIn(folder: string, ending: string): readonly FolderFile[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .toSorted()
    .flatMap((name) => {
      const path = join(folder, name);
      const found = statSync(path, { throwIfNoEntry: false });
      if (found?.isFile() !== true) return [];
      return [{ path, bytes: found.size, modifiedMilliseconds: found.mtimeMs }];
    });
}
