/** Files of objects on their way into an archive and out of it. Pure. */
import { bytesOfContent, contentOfBytes } from '../../config/file-bytes.ts';
import type { ContentFile } from '../../config/load/file-contents.ts';
import type { ConfigView } from '../../config/types.ts';
import type { ArchiveEntry } from '../../platform/archive.ts';

/** As in BIG-IP's own archives. */
const store = 'var/tmp/filestore_temp/';
const manifest = 'SPEC-Manifest';

/** Who made the archive; always the first entry, so that none is empty. */
export function manifestEntry(lines: Readonly<Record<string, string>>): ArchiveEntry {
  const text = Object.entries(lines).map(([name, value]) => `${name}: ${value}\n`);
  return { name: manifest, bytes: Buffer.from(text.join('')) };
}

/** Keys are in clear only in an archive that is encrypted as a whole; else they are sealed, as they lie. */
export function archiveContents(
  view: ConfigView,
  files: readonly ContentFile[],
  passphrase: string | undefined,
): readonly ArchiveEntry[] {
  return files.map(({ name, text, isSecret }) => ({
    name: `${store}${name}`,
    bytes: bytesOfContent(isSecret && passphrase !== undefined ? view.plain(text) : text),
  }));
}

/** By name in the file store, wherever in the archive that is. */
export function contentsOf(entries: readonly ArchiveEntry[]): ReadonlyMap<string, string> {
  const contents = new Map<string, string>();
  for (const { name, bytes } of entries) {
    const inStore = /(?:^|\/)(files_d\/.*)$/.exec(name)?.[1];
    if (inStore !== undefined) contents.set(inStore, contentOfBytes(bytes));
  }
  return contents;
}
