/**
 * BIG-IP's folders for files of clients (`/var/config/rest/downloads/x`), kept below the device's own
 * folder. A name outside of them, or one that climbs, has no place. Pure.
 */

/** The folders that clients use, as they name them. */
export const fileFolders = [
  '/config',
  '/shared/images',
  '/tmp',
  '/var/config/rest/bulk',
  '/var/config/rest/downloads',
  '/var/config/rest/madm',
  '/var/local/scf',
  '/var/local/ucs',
  '/var/tmp',
] as const;

export type FileFolder = (typeof fileFolders)[number];

/** `config.POST` ends here; longer ones would not fit beside a suffix of ours. */
const maximumNameLength = 200;

export function isFileName(name: string): boolean {
  return (
    name.length <= maximumNameLength && /^[\w@%+=: ~,-][\w@%+=:. ~,-]*$/.test(name) && name !== '~'
  );
}

/** `/var/tmp/x` → `ROOT/var/tmp/x`; undefined when it is no file of a client, or in none of `folders`. */
export function filePath(
  root: string,
  path: string,
  folders: readonly FileFolder[] = fileFolders,
): string | undefined {
  const clean = path.replace(/\/{2,}/g, '/');
  const slash = clean.lastIndexOf('/');
  const folder = clean.slice(0, slash);
  const name = clean.slice(slash + 1);
  if (!folders.some((known) => known === folder) || !isFileName(name)) return undefined;
  return `${root}${folder}/${name}`;
}

export function folderPath(root: string, path: string): string | undefined {
  const folder = path.replace(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '');
  return fileFolders.some((known) => known === folder) ? `${root}${folder}` : undefined;
}
