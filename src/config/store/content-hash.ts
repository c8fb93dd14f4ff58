import { createHash } from 'node:crypto';
import { canonicalText, groupObjects } from '../model/scope.ts';
import type { ConfigView } from '../types.ts';

/** SHA-256 of the group's content, hexadecimal: equal when the group is in sync. */
export function contentHash(view: ConfigView, group: string): string {
  const hash = createHash('sha256');
  for (const object of groupObjects(view, group)) hash.update(canonicalText(object)).update('\n');
  return hash.digest('hex');
}
