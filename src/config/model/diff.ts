/** What lies between two commits, as if it had been one. Pure. */
import type { Change, Commit } from '../types.ts';
import { compareText, sameValue } from './values.ts';

/**
 * The net changes of consecutive commits, given from the newest down: an object that was made and deleted in
 * between, or changed and changed back, is left out.
 */
export class NetChanges {
  readonly #net = new Map<string, Change>();

  /** The commit before the oldest that was added. */
  addOlder({ changes }: Pick<Commit, 'changes'>): void {
    for (const change of changes) {
      const key = keyOf(change);
      const { after } = this.#net.get(key) ?? change;
      this.#net.set(key, { ...change, after });
    }
  }

  /** The commit after the newest that was added. */
  addNewer({ changes }: Pick<Commit, 'changes'>): void {
    for (const change of changes) {
      const key = keyOf(change);
      const { before } = this.#net.get(key) ?? change;
      this.#net.set(key, { ...change, before });
    }
  }

  /** By component and name. */
  changes(): readonly Change[] {
    return [...this.#net.values()]
      .filter(({ before, after }) => !sameValue(before?.properties, after?.properties))
      .toSorted((a, b) => compareText(a.component, b.component) || compareText(a.name, b.name));
  }
}

function keyOf({ component, name }: Change): string {
  return `${component}|${name}`;
}

export function reversed(changes: readonly Change[]): readonly Change[] {
  return changes.map((change) => ({ ...change, before: change.after, after: change.before }));
}
