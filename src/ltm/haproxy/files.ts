/** Files beside the configuration, named by their content: the same path always holds the same. Pure. */
import { contentHash } from '../engine-names.ts';
import type { StaplePlan } from '../types.ts';

export interface FileSet {
  /** The path of a file with that content. */
  add(content: string, extension: 'pem' | 'crl' | 'list' | 'http' | 'lua'): string;
  /** The path of a certificate that answers about it are shown with. */
  addStapled(pem: string, staple: StaplePlan): string;
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
    addStapled(pem, staple) {
      const { path, files } = stapledFiles(folder, pem, staple);
      for (const [name, content] of files) all.set(name, content);
      return path;
    },
  };
}

export interface StapledFiles {
  readonly path: string;
  readonly files: ReadonlyMap<string, string>;
}

/**
 * Beside the certificate: who signed it, and an empty file, by which HAProxy takes an answer at run time (configuration
 * manual 2.6, `crt`). A certificate is one in memory, with all that stands beside it: this one has a name of its own.
 */
export function stapledFiles(
  folder: string,
  pem: string,
  { issuer, trusted }: StaplePlan,
): StapledFiles {
  const path = `${folder}/${contentHash([pem, issuer, trusted ?? ''].join('\0'))}.pem`;
  const files = new Map([
    [path, pem],
    [`${path}.issuer`, issuer],
    [`${path}.ocsp`, ''],
  ]);
  if (trusted !== undefined) files.set(`${path}.trusted`, trusted);
  return { path, files };
}
