/** How much uploads may leave behind. Pure. */
import type { FileFacts } from '../../platform/file-chunks.ts';

export interface UploadedFile extends FileFacts {
  readonly name: string;
}

/** Beside the file until the last piece is there. */
export const partSuffix = '.part';

/** Of one file. */
export const maximumFileBytes = 1024 * 1024 * 1024;
/** Of all files in one folder for uploads. */
export const maximumFolderBytes = 4 * maximumFileBytes;
/** An upload of which nothing came for so long has no client any more; the slowest piece takes minutes. */
const abandonedMilliseconds = 60 * 60 * 1000;

/** Names of unfinished uploads that nobody goes on with. */
export function abandonedParts(files: readonly UploadedFile[], now: number): readonly string[] {
  return files
    .filter(({ name, modifiedMilliseconds }) => {
      const age = now - modifiedMilliseconds;
      return name.endsWith(partSuffix) && age > abandonedMilliseconds;
    })
    .map(({ name }) => name);
}

/**
 * May a file of `total` bytes come? What it takes the place of counts until it is whole. Undefined: yes; else how
 * many bytes are left.
 */
export function missingRoom(
  files: readonly UploadedFile[],
  name: string,
  total: number,
): number | undefined {
  const others = files.filter((file) => file.name !== `${name}${partSuffix}`);
  const left = maximumFolderBytes - others.reduce((sum, { bytes }) => sum + bytes, 0);
  return total <= left ? undefined : Math.max(left, 0);
}
