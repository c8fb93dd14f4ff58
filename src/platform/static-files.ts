/** A folder of files that never change while they are served: read whole, once. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export interface StaticFile {
  readonly bytes: Uint8Array;
  /** The same, made small when the folder was made: `x.js.br` beside `x.js`. */
  readonly brotli: Uint8Array | undefined;
}

/** More than this is no built GUI. */
const maximumFiles = 1000;
const smallSuffix = '.br';

/** By path below the folder, with slashes. Undefined when there is no such folder. */
export function readStaticFiles(folder: string): ReadonlyMap<string, StaticFile> | undefined {
  if (!existsSync(folder)) return undefined;
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(smallSuffix))
    .slice(0, maximumFiles)
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  return new Map(
    names.map((name) => {
      const path = join(folder, name);
      const small = path + smallSuffix;
      const brotli = existsSync(small) ? readFileSync(small) : undefined;
      return [name, { bytes: readFileSync(path), brotli }];
    }),
  );
}
