/**
 * Who may do what, in one place. Pure: a user's roles in partitions, and what is asked for. Everything that
 * answers a client asks here: endpoints that are made by hand, reads, operations of a write, commands.
 * What each role has is F5's (BIG-IP user account administration, "User roles"); docs/howto/roles.md says
 * it for people.
 */
import { dutiesOf } from '../../catalogue/duties.ts';
import type { Component, ComponentId, Properties, Property } from '../../catalogue/types.ts';
import type { Fault } from '../../base/fault.ts';
import { isList, isProperties, withChanges } from '../../config/text/changes.ts';
import { splitName } from '../../config/text/names.ts';
import type { Operation } from '../../config/types.ts';

export const roles = [
  'admin',
  'resource-admin',
  'user-manager',
  'auditor',
  'manager',
  'application-editor',
  'certificate-manager',
  'irule-manager',
  'web-application-security-administrator',
  'web-application-security-editor',
  'acceleration-policy-editor',
  'firewall-manager',
  'operator',
  'guest',
  'no-access',
] as const;

export type Role = (typeof roles)[number];

export const allPartitions = 'all-partitions';
/** The one component that roles are about: whoever changes users changes who may do what. */
const accounts: ComponentId = 'auth user';
/** Whoever has a role anywhere sees what lies here. */
const commonPartition = 'Common';

/** As the `partition-access` of a user says it, by partition. */
export type PartitionAccess = Readonly<Record<string, Role>>;

export interface Access {
  readonly user: string;
  /** "all-partitions" or the name of one → role. */
  readonly roles: ReadonlyMap<string, Role>;
}

export type Decision =
  | { readonly allowed: true }
  /** For the audit log; clients get BIG-IP's words. */
  | { readonly allowed: false; readonly reason: string };

const allowed: Decision = { allowed: true };

function denied(reason: string): Decision {
  return { allowed: false, reason };
}

/** From the `partition-access` of `auth user`; a role that is not known here gives no access. */
export function accessOf(user: string, properties: Properties): Access {
  return { user, roles: rolesOf(properties['partition-access']) };
}

/** Of a user whom only a login server knows. */
export function remoteAccess(user: string, given: PartitionAccess): Access {
  return { user, roles: new Map(Object.entries(given)) };
}

function rolesOf(entries: Properties[string] | null | undefined): ReadonlyMap<string, Role> {
  const found = new Map<string, Role>();
  for (const entry of isList(entries) ? entries : []) {
    if (!isProperties(entry)) continue;
    found.set(String(entry['name']), roles.find((role) => role === entry['role']) ?? 'no-access');
  }
  return found;
}

export function fullAccess(user: string): Access {
  return { user, roles: new Map([[allPartitions, 'admin']]) };
}

export function roleIn(access: Access, partition: string): Role {
  return access.roles.get(partition) ?? access.roles.get(allPartitions) ?? 'no-access';
}

function hasAnyOf(access: Access, wanted: readonly Role[]): boolean {
  return [...access.roles.values()].some((role) => wanted.includes(role));
}

/** What an endpoint made by hand asks of its caller. */
export type Need =
  /** Credentials that are right, whatever the role. */
  | 'credentials'
  /** Any role but no-access. */
  | 'reader'
  /** Looks back: admin, resource-admin, auditor. */
  | 'history'
  /** A role that configures the device as a whole: admin, resource-admin. */
  | 'device'
  | 'administrator';

export function decideEndpoint(access: Access, need: Need): Decision {
  const role = roleIn(access, allPartitions);
  switch (need) {
    case 'credentials':
      return allowed;
    case 'reader':
      return isReader(access) ? allowed : denied('no role in any partition');
    case 'history':
      return historyReaders.includes(role)
        ? allowed
        : denied('history is for admin, resource-admin and auditor');
    case 'device':
      return role === 'admin' || role === 'resource-admin'
        ? allowed
        : denied('only admin and resource-admin act on the whole device');
    case 'administrator':
      return role === 'admin' ? allowed : denied('administrators only');
  }
}

function isReader(access: Access): boolean {
  return [...access.roles.values()].some((role) => role !== 'no-access');
}

export function isAdministrator(access: Access): boolean {
  return roleIn(access, allPartitions) === 'admin';
}

/** These have nothing to do with traffic or the system: they see their own kind and what anybody may ask. */
const narrowRoles: readonly Role[] = [
  'web-application-security-administrator',
  'web-application-security-editor',
  'acceleration-policy-editor',
];

/** Who looks back: history names other users, their addresses and what they changed in all partitions. */
const historyReaders: readonly Role[] = ['admin', 'resource-admin', 'auditor'];

/** May anything of the component be read at all? Of what may, `maySee` says which objects. */
export function decideRead(access: Access, component: Component): Decision {
  if (!isReader(access)) return denied('no role in any partition');
  const { readers, narrowReaders } = dutiesOf(component);
  if (readers === 'history' && !hasAnyOf(access, historyReaders)) {
    return denied('history is for admin, resource-admin and auditor');
  }
  if (readers === 'everybody') return allowed;
  for (const role of access.roles.values()) {
    if (role === 'no-access') continue;
    if (!narrowRoles.includes(role) || narrowReaders.includes(role)) return allowed;
  }
  return denied('the role has no access to this component');
}

const seeUsers: readonly Role[] = ['admin', 'resource-admin', 'user-manager', 'auditor'];

/** True when there is nothing that this user does not see; then nothing has to be filtered. */
export function seesEverything(access: Access): boolean {
  return seeUsers.includes(roleIn(access, allPartitions));
}

/** With a role in one partition one sees that one and Common; objects without a partition everybody sees. */
export function maySee(access: Access, component: Component, name: string): boolean {
  if (seesEverything(access)) return true;
  if (component.id === accounts) return name === access.user || hasAnyOf(access, seeUsers);
  const partition = partitionOf(component, name);
  if (partition === undefined || partition === commonPartition) return true;
  return roleIn(access, partition) !== 'no-access';
}

/** Undefined for what lives in none. "/" is everybody's. */
export function partitionOf(component: Component, name: string): string | undefined {
  const { are } = dutiesOf(component);
  if (are === 'partitions') return name;
  if (component.naming.kind !== 'foldered') return undefined;
  // A folder directly below / is its partition.
  const [, first = ''] = are === 'folders' ? name.split('/') : [];
  const partition = first === '' ? splitName(name).partition : first;
  return partition === '' ? undefined : partition;
}

/** What a write has to know besides the operation. */
export interface WriteFacts {
  component(id: ComponentId): Component | undefined;
  /** What is stored now under the name; for users, whose roles count. */
  stored(component: ComponentId, name: string): Properties | undefined;
}

/** May this user commit this operation? */
export function decideWrite(access: Access, operation: Operation, facts: WriteFacts): Decision {
  const component = facts.component(operation.component);
  if (component === undefined) return denied('no such component');
  if (isOwnPassword(access, operation)) {
    return isReader(access) ? allowed : denied('no role in any partition');
  }
  const partition = partitionOf(component, operation.name) ?? allPartitions;
  // Users lie in no partition, and yet whoever manages those of one has this role only there.
  const isOfUsers = component.id === accounts && hasAnyOf(access, ['user-manager']);
  const role = isOfUsers ? 'user-manager' : roleIn(access, partition);
  const decide = writers[role];
  const where = partition === allPartitions ? 'what lies in no partition' : partition;
  return decide({ access, operation, component, facts })
    ? allowed
    : denied(`the role ${role} does not allow this in ${where}`);
}

interface Question {
  readonly access: Access;
  readonly operation: Operation;
  readonly component: Component;
  readonly facts: WriteFacts;
}

type Writer = (question: Question) => boolean;

const never: Writer = () => false;

const writers: Readonly<Record<Role, Writer>> = {
  admin: () => true,
  // Everything but accounts and how users are authenticated.
  'resource-admin': ({ component }) => !dutiesOf(component).isAccounts,
  'user-manager': managesUser,
  auditor: never,
  manager: (question) => isManaged(question.component) && !isStock(question),
  'application-editor': (question) => isEdit(question) && !isStock(question),
  'certificate-manager': makes('certificate-manager'),
  'irule-manager': makes('irule-manager'),
  'web-application-security-administrator': makes('web-application-security-administrator'),
  'web-application-security-editor': makes('web-application-security-editor'),
  'acceleration-policy-editor': (question) =>
    makes('acceleration-policy-editor')(question) && !isStock(question),
  'firewall-manager': makes('firewall-manager'),
  operator: isOperation,
  guest: never,
  'no-access': never,
};

/** Objects of what the role has to do with; no settings of the device. */
function makes(role: Role): Writer {
  return ({ component }) =>
    component.naming.kind !== 'singleton' && dutiesOf(component).makers.includes(role);
}

/** Traffic objects in folders, what they are made of, and folders themselves. */
function isManaged(component: Component): boolean {
  return component.naming.kind === 'foldered' && dutiesOf(component).makers.includes('manager');
}

function isStock({ component, operation }: Question): boolean {
  return component.stock?.some(({ name }) => name === operation.name) === true;
}

/** Nodes, pools with their members, and monitors, as far as they exist. */
function isEdit({ component, operation }: Question): boolean {
  if (operation.kind === 'create' || operation.kind === 'delete') return false;
  return dutiesOf(component).changers.includes('application-editor');
}

function isOperation({ component, operation }: Question): boolean {
  if (operation.kind !== 'modify' && operation.kind !== 'modify-item') return false;
  const { switches } = dutiesOf(component);
  const items = operation.kind === 'modify-item' ? operation.property : '';
  const names = Object.keys(operation.properties);
  return (
    switches?.items === items &&
    names.length > 0 &&
    names.every((name) => switches.properties.includes(name))
  );
}

function isOwnPassword(access: Access, operation: Operation): boolean {
  const names = operation.kind === 'modify' ? Object.keys(operation.properties) : [];
  return (
    operation.component === accounts &&
    operation.name === access.user &&
    names.length > 0 &&
    names.every((name) => name === 'password')
  );
}

/** In the history and the audit log these are the device's own shell and the device itself. */
const reservedUsers: readonly string[] = ['root', 'system'];

/**
 * Users who are, and would be, only where the manager manages. No administrators, nor managers of users
 * elsewhere; and nobody gives himself a role.
 */
function managesUser({ access, operation, component, facts }: Question): boolean {
  if (component.id !== accounts || operation.name === access.user) return false;
  if (reservedUsers.includes(operation.name)) return false;
  const before = facts.stored(component.id, operation.name)?.['partition-access'];
  return [rolesOf(before), rolesGiven(operation)].every((given) =>
    [...given].every(([partition, role]) => managesRole(access, partition, role)),
  );
}

function rolesGiven(operation: Operation): ReadonlyMap<string, Role> {
  if (operation.kind === 'create-item' || operation.kind === 'modify-item') {
    return rolesOf([{ ...withChanges({}, operation.properties), name: operation.item }]);
  }
  const given = 'properties' in operation ? operation.properties : undefined;
  return rolesOf(given?.['partition-access']);
}

function managesRole(access: Access, partition: string, role: Role): boolean {
  if (role === 'admin') return false;
  return roleIn(access, partition) === 'user-manager';
}

/**
 * Commands act on the whole device, with one exception: what a manager has, a manager publishes.
 * `name` is the object that the command is about, where it is about one.
 */
export function decideCommand(
  access: Access,
  component: Component,
  name: Properties[string] | undefined,
): Decision {
  const wide = decideEndpoint(access, 'device');
  const isAccounts = dutiesOf(component).isAccounts;
  if (wide.allowed) return isAccounts ? decideEndpoint(access, 'administrator') : allowed;
  const partition = typeof name === 'string' ? partitionOf(component, name) : undefined;
  const isOwn = partition !== undefined && roleIn(access, partition) === 'manager';
  return isOwn && isManaged(component) ? allowed : wide;
}

function verbOf(kind: Operation['kind']): string {
  if (kind === 'create' || kind === 'create-item') return 'create';
  return kind === 'delete' || kind === 'delete-item' ? 'delete' : 'modify';
}

/**
 * BIG-IP's answer to a write that a role does not allow: 400 `01070822:3: Access Denied: user (olga) does
 * not have modify access to object (pool_member)`. Seen in F5Networks/f5-common-python issue 1516,
 * f5-ansible issues 313 and 1175, k8s-bigip-ctlr issue 691.
 */
export function accessDenied(
  access: Access,
  operation: Operation,
  component: Component | undefined,
): Fault {
  const property = 'property' in operation ? operation.property : undefined;
  const items = component?.properties.find(({ name }) => name === property);
  const noun = itemNoun(items) ?? component?.noun ?? operation.component;
  const object = noun.toLowerCase().replace(/[^a-z0-9]+/g, '_');
  const message = `Access Denied: user (${access.user}) does not have ${verbOf(operation.kind)} access to object (${object})`;
  return { status: 400, code: '01070822', message };
}

function itemNoun(property: Property | undefined): string | undefined {
  return property?.type.kind === 'items' ? property.type.noun : undefined;
}
