/**
 * The configuration for a version control system: one text a partition and module, and the files of objects
 * beside them. Equal configurations give equal files. Pure.
 */
import { splitName } from '../text/names.ts';
import type { PrintedStanza } from './print.ts';
import { asText } from './print.ts';

export interface ModuleFile {
  /** "Common/ltm.conf" */
  readonly path: string;
  readonly text: string;
}

/** What has no partition stands with Common. */
export function asModuleFiles(
  stanzas: readonly PrintedStanza[],
  version: string,
): readonly ModuleFile[] {
  const byPath = Map.groupBy(stanzas, pathOf);
  return [...byPath]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, inFile]) => ({ path, text: asText(inFile, version) }));
}

function pathOf({ file, text }: PrintedStanza): string {
  const partition = splitName(
    file.startsWith('partitions/') ? `/${file.slice(11)}` : '/',
  ).partition;
  const module = /^[\w-]+/.exec(text)?.[0] ?? 'other';
  return `${partition === '' ? 'Common' : partition}/${module}.conf`;
}
