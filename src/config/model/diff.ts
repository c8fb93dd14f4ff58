/** What lies between two commits, as if it had been one. Pure. */
import type { Change, Commit } from '../types.ts';
import { compareText, sameValue } from './values.ts';

/**
 * The net changes of consecutive commits, oldest first (`history` gives them newest first): an object
 * that was made and deleted in between, or changed and changed back, is left out.
 */
export function netChanges(commits: readonly Commit[]): readonly Change[] {
  const net = new Map<string, Change>();
  for (const change of commits.flatMap((commit) => commit.changes)) {
    const key = `${change.component}|${change.name}`;
    const before = net.has(key) ? net.get(key)?.before : change.before;
    net.set(key, { ...change, before });
  }
  return [...net.values()]
    .filter(({ before, after }) => !sameValue(before?.properties, after?.properties))
    .toSorted((a, b) => compareText(a.component, b.component) || compareText(a.name, b.name));
}
