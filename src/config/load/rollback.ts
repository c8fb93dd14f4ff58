/** Back to an earlier commit, as operations of a new one. Pure. */
import { componentById } from '../../catalogue/index.ts';
import type { ComponentId, Properties } from '../../catalogue/types.ts';
import type { Change, ObjectKey, Operation } from '../types.ts';
import { belongsToTrust } from './kept.ts';

export interface Rollback {
  readonly operations: readonly Operation[];
  /** Changed since, and left as they are. */
  readonly kept: readonly ObjectKey[];
}

/** `since`: the net changes from the wanted commit to now. */
export function rollbackOf(since: readonly Change[]): Rollback {
  const operations: Operation[] = [];
  const kept: ObjectKey[] = [];
  for (const change of since) {
    const { component, name } = change;
    if (isKept(component, name)) kept.push({ component, name });
    else operations.push({ kind: 'restore', component, name, properties: restored(change) });
  }
  return { operations, kept };
}

/** Passwords stay: one that was changed, perhaps because it leaked, does not come back by this way. */
function restored({ component, before, after }: Change): Properties | undefined {
  if (before === undefined || after === undefined) return before?.properties;
  const hashed = (componentById(component)?.properties ?? []).filter((one) => one.hashed === true);
  if (hashed.length === 0) return before.properties;
  const names = new Set(hashed.map(({ name }) => name));
  const rest = Object.entries(before.properties).filter(([name]) => !names.has(name));
  const passwords = Object.entries(after.properties).filter(([name]) => names.has(name));
  return Object.fromEntries([...rest, ...passwords]);
}

/**
 * Who this device is and whom it trusts: undone, it would leave its trust domain without telling the
 * others, with certificates that nobody accepts.
 */
function isKept(component: ComponentId, name: string): boolean {
  return component === 'cm device' || belongsToTrust(component, name);
}
