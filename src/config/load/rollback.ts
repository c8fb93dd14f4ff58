/** Back to an earlier commit, as operations of a new one. Pure. */
import { componentById } from '../../catalogue/index.ts';
import type { ComponentId, Properties } from '../../catalogue/types.ts';
import { sameValue } from '../model/values.ts';
import type { Change, ObjectKey, Operation } from '../types.ts';
import { belongsToTrust } from './kept.ts';

export interface Rollback {
  readonly operations: readonly Operation[];
  /** Changed since, and left as they are. */
  readonly kept: readonly KeptChange[];
}

export interface KeptChange extends ObjectKey {
  /** Absent: the whole object. */
  readonly property?: string;
}

/** `since`: the net changes from the wanted commit to now. */
export function rollbackOf(since: readonly Change[]): Rollback {
  const operations: Operation[] = [];
  const kept: KeptChange[] = [];
  for (const change of since) {
    const { component, name, before, after } = change;
    if (isKept(component, name)) {
      kept.push({ component, name });
      continue;
    }
    const names = before === undefined || after === undefined ? [] : keptProperties(component);
    const left = names.filter(
      (property) => !sameValue(before?.properties[property], after?.properties[property]),
    );
    kept.push(...left.map((property) => ({ component, name, property })));
    const properties = withKept(before?.properties, after?.properties ?? {}, left);
    operations.push({ kind: 'restore', component, name, properties });
  }
  return { operations, kept };
}

/**
 * Who this device is, whom it trusts and with whom it shares what: undone here alone, the others would
 * hold what they cannot have any more, and nobody would accept our certificate.
 */
function isKept(component: ComponentId, name: string): boolean {
  const isShared = component === 'cm device' || component === 'cm device-group';
  return isShared || belongsToTrust(component, name);
}

/**
 * Passwords: one that was changed, perhaps because it leaked, does not come back by this way. And the
 * device group of a folder.
 */
function keptProperties(component: ComponentId): readonly string[] {
  if (component === 'sys folder') return ['device-group'];
  const shape = componentById(component)?.properties ?? [];
  return shape.filter((one) => one.hashed === true).map(({ name }) => name);
}

function withKept(
  before: Properties | undefined,
  after: Properties,
  names: readonly string[],
): Properties | undefined {
  if (before === undefined || names.length === 0) return before;
  const rest = Object.entries(before).filter(([name]) => !names.includes(name));
  const kept = Object.entries(after).filter(([name]) => names.includes(name));
  return Object.fromEntries([...rest, ...kept]);
}
