/** Files beside the configuration, named by their content: the same path always holds the same. Pure. */
import { contentHash } from '../engine-names.ts';

export interface FileSet {
  /** The path of a file with that content. */
  add(content: string, extension: 'pem' | 'crl' | 'list' | 'http'): string;
  readonly all: ReadonlyMap<string, string>;
}

export function fileSet(folder: string): FileSet {
  const all = new Map<string, string>();
  return {
    all,
    add(content, extension) {
      const path = `${folder}/${contentHash(content)}.${extension}`;
      all.set(path, content);
      return path;
    },
  };
}
