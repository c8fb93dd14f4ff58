import { createHash } from 'node:crypto';
import { canonicalText, groupObjects } from '../model/scope.ts';
import { mapSecrets } from '../secrets/walk.ts';
import type { ConfigView } from '../types.ts';

/** SHA-256 of the group's content, hexadecimal: equal when the group is in sync. */
export function contentHash(view: ConfigView, group: string): string {
  const hash = createHash('sha256');
  for (const object of groupObjects(view, group)) {
    // Secrets count by what they say: devices may hold different keys for a while.
    const opened = mapSecrets(object, (text) => view.plain(text));
    hash.update(canonicalText(opened)).update('\n');
  }
  return hash.digest('hex');
}
