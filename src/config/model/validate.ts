/** Is the next configuration whole? References, parents, folders, names in use, then named checks. Pure. */
import { componentById } from '../../catalogue/index.ts';
import type { ComponentId } from '../../catalogue/types.ts';
import type { Fault } from '../../base/fault.ts';
import { type Sliced, flatMapSliced } from '../../base/slices.ts';
import { checks } from './checks/index.ts';
import type { CheckContext } from './checks/context.ts';
import { script } from './checks/script.ts';
import { coded, configurationError, inUse, notFound, nounOf } from './faults.ts';
import { folderOf, partitionOf } from './names.ts';
import { type Reference, referencesOf } from './references.ts';
import type { Tree, TreeChange } from './tree.ts';
import type { TreeView } from './view.ts';

/** References, folders, names in use. */
export function* validateStructure(
  changes: readonly TreeChange[],
  after: Tree,
): Sliced<readonly Fault[]> {
  return yield* flatMapSliced(changes, (change) =>
    change.after === undefined
      ? [...stillInUse(change, after), ...notEmpty(change, after)]
      : brokenReferences(change, after),
  );
}

/** Must hold before effective properties can be computed at all. */
export function validateParents(changes: readonly TreeChange[], after: Tree): readonly Fault[] {
  return changes.flatMap((change) =>
    change.after === undefined ? [] : circularParents(change, after),
  );
}

export function* validateChecks(
  changes: readonly TreeChange[],
  before: TreeView,
  after: TreeView,
): Sliced<readonly Fault[]> {
  const context: CheckContext = { before, after };
  return yield* flatMapSliced(changes, (change) => {
    const { component, name } = change;
    if (change.after === undefined) return removalFaults(change, context);
    const object = after.get(component, name);
    if (object === undefined) return [];
    const names = componentById(component)?.checks ?? [];
    const found = names.flatMap((name) => checks[name]?.(object, context) ?? []);
    return [...found, ...script(object, context)];
  });
}

function removalFaults({ component, name }: TreeChange, context: CheckContext): readonly Fault[] {
  const names = componentById(component)?.removalChecks ?? [];
  const object = names.length === 0 ? undefined : context.before.get(component, name);
  if (object === undefined) return [];
  return names.flatMap((check) => checks[check]?.(object, context) ?? []);
}

function brokenReferences(change: TreeChange, after: Tree): Fault[] {
  const { component, name } = change;
  const own = change.after?.properties ?? {};
  return referencesOf(component, own)
    .filter((reference) => !reference.isSoft)
    .flatMap((reference) => {
      const path = `${component} ${name} ${reference.property}`;
      if (!reference.to.some((id) => after.get(id, reference.name) !== undefined)) {
        return [missing(component, name, reference, path)];
      }
      return mayReach(name, reference.name) ? [] : [outOfReach(component, name, reference, path)];
    });
}

function missing(component: ComponentId, name: string, reference: Reference, path: string): Fault {
  if (component === 'ltm virtual' && reference.property === 'vlans') {
    const text = `Virtual Server ${name} refers to nonexistent Vlan ${reference.name}`;
    return coded('01070335', text, path);
  }
  const target = reference.to.length === 1 ? (reference.to[0] ?? '') : commonNoun(reference.to);
  return notFound(target, reference.name, path);
}

/** One of several kinds of profile: "profile". */
function commonNoun(to: readonly ComponentId[]): string {
  const kinds = new Set(to.map((id) => id.split(' ')[1] ?? id));
  const kind = kinds.size === 1 ? [...kinds][0] : undefined;
  if (kind === 'persistence') return 'persistence profile';
  return kind ?? nounOf(to[0] ?? '');
}

/** Objects may name those of their own partition and of /Common. */
function mayReach(name: string, target: string): boolean {
  if (!name.startsWith('/') || !target.startsWith('/')) return true;
  const partition = partitionOf(target);
  return partition === 'Common' || partition === '' || partition === partitionOf(name);
}

function outOfReach(
  component: ComponentId,
  name: string,
  reference: Reference,
  path: string,
): Fault {
  if (component === 'ltm virtual' && reference.property === 'rules') {
    const text = `A virtual server may only reference rules in the same partition or the common partition (${name}:${reference.name})`;
    return coded('01070726', text, path);
  }
  const from = `${nounOf(component)} ${name} in partition ${partitionOf(name)}`;
  const to = `${nounOf(reference.to[0] ?? '')} ${reference.name} in partition ${partitionOf(reference.name)}`;
  return coded('01070726', `${from} cannot reference ${to}`, path);
}

function stillInUse(change: TreeChange, after: Tree): Fault[] {
  const { component, name } = change;
  const user = after.referrers(component, name).find((referrer) => {
    // The same name may belong to another component that the reference allows.
    const properties = after.get(referrer.component, referrer.name)?.properties ?? {};
    return referencesOf(referrer.component, properties).some(
      (reference) =>
        reference.name === name &&
        reference.to.includes(component) &&
        !reference.to.some((id) => id !== component && after.get(id, name) !== undefined),
    );
  });
  return user === undefined ? [] : [inUse(component, name, user.component, user.name)];
}

/** Partitions and folders are deleted last. */
function notEmpty(change: TreeChange, after: Tree): Fault[] {
  if (change.component !== 'sys folder' && change.component !== 'auth partition') return [];
  const isPartition = change.component === 'auth partition';
  const folder = isPartition ? `/${change.name}` : change.name;
  const inside = after.firstIn(folder);
  if (inside === undefined) return [];
  const path = `${change.component} ${change.name}`;
  if (folderOf(folder) === '/') {
    const partition = partitionOf(folder);
    const text = `You must remove all objects from a partition before removing the partition (${partition}), type ID (${inside.component})`;
    return isPartition ? [coded('0107082a', text, path)] : [];
  }
  const text = `The folder (${folder}) is not empty: it holds the ${nounOf(inside.component)} (${inside.name}).`;
  return [configurationError(text, path)];
}

const longestChain = 32;

function circularParents(change: TreeChange, after: Tree): Fault[] {
  const { component, name } = change;
  if (componentById(component)?.inherits !== true) return [];
  const path = `${component} ${name} defaults-from`;
  let parent = change.after?.properties['defaults-from'];
  const kind = component.includes(' monitor ') ? 'monitor' : 'profile';
  if (parent === name) {
    return [configurationError(`A ${kind} may not default from itself "${name}"`, path)];
  }
  for (let depth = 0; parent !== undefined && parent !== 'none'; depth += 1) {
    if (parent === name || depth > longestChain) {
      return [configurationError(`The parents of ${kind} "${name}" form a circle`, path)];
    }
    parent = after.get(component, String(parent))?.properties['defaults-from'];
  }
  return [];
}
