/** Who may do what, in one place. Pure: a user's access and the operations of a request. */
import type { Component, ComponentId, Properties, Property } from '../catalogue/types.ts';
import { isList, isProperties } from '../config/text/changes.ts';
import { splitName } from '../config/text/names.ts';
import type { Operation } from '../config/types.ts';

export type Role = 'admin' | 'resource-admin' | 'manager' | 'operator' | 'guest' | 'no-access';

export interface Access {
  readonly user: string;
  /** "all-partitions" or the name of one → role. */
  readonly roles: ReadonlyMap<string, Role>;
}

const known: readonly Role[] = [
  'admin',
  'resource-admin',
  'manager',
  'operator',
  'guest',
  'no-access',
];

/** From the `partition-access` of `auth user`; roles that are not ours to enforce count as guest. */
export function accessOf(user: string, properties: Properties): Access {
  const roles = new Map<string, Role>();
  const entries = properties['partition-access'];
  for (const entry of isList(entries) ? entries : []) {
    if (!isProperties(entry)) continue;
    const role = known.find((word) => word === entry['role']) ?? 'guest';
    roles.set(String(entry['name']), role);
  }
  return { user, roles };
}

export function fullAccess(user: string): Access {
  return { user, roles: new Map([['all-partitions', 'admin']]) };
}

export function roleIn(access: Access, partition: string): Role {
  return access.roles.get(partition) ?? access.roles.get('all-partitions') ?? 'no-access';
}

/** Anybody with a role somewhere may read; secrets are never printed. */
export function mayRead(access: Access): boolean {
  return [...access.roles.values()].some((role) => role !== 'no-access');
}

/** Commands (sync, failover, trust, load) act on the whole device. */
export function mayCommand(access: Access): boolean {
  const role = roleIn(access, 'all-partitions');
  return role === 'admin' || role === 'resource-admin';
}

export function isAdministrator(access: Access): boolean {
  return roleIn(access, 'all-partitions') === 'admin';
}

/** What a manager keeps: traffic objects of the partitions that are theirs. */
const managedModules: readonly string[] = ['ltm', 'gtm'];

export function mayOperate(
  access: Access,
  operation: Operation,
  component: (id: ComponentId) => Component | undefined,
): boolean {
  const entry = component(operation.component);
  if (entry === undefined) return false;
  const isFoldered = entry.naming.kind === 'foldered';
  const partition = isFoldered ? splitName(operation.name).partition : 'all-partitions';
  switch (roleIn(access, partition)) {
    case 'admin':
      return true;
    case 'resource-admin':
      return !operation.component.startsWith('auth ') || isOwnPassword(access, operation);
    case 'manager':
      return (
        managedModules.includes(operation.component.split(' ')[0] ?? '') ||
        isOwnPassword(access, operation)
      );
    case 'operator':
      return isOperatorState(operation, entry) || isOwnPassword(access, operation);
    case 'guest':
      return isOwnPassword(access, operation);
    case 'no-access':
      return false;
  }
}

function isOwnPassword(access: Access, operation: Operation): boolean {
  return (
    operation.kind === 'modify' &&
    operation.component === 'auth user' &&
    operation.name === access.user &&
    Object.keys(operation.properties).every(
      (name) => name === 'password' || name === 'encrypted-password',
    )
  );
}

/** Only user-up, user-down, user-enabled, … of existing objects. */
function isOperatorState(operation: Operation, component: Component): boolean {
  if (operation.kind === 'modify') {
    return onlyOperatorState(component.properties, Object.keys(operation.properties));
  }
  if (operation.kind !== 'modify-item') return false;
  const items = component.properties.find(({ name }) => name === operation.property);
  return (
    items?.type.kind === 'items' &&
    onlyOperatorState(items.type.properties, Object.keys(operation.properties))
  );
}

function onlyOperatorState(properties: readonly Property[], names: readonly string[]): boolean {
  return names.every((name) =>
    properties.some((property) => property.name === name && property.operatorState === true),
  );
}
