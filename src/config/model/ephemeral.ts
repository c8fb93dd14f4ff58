/**
 * Addresses that a name has: BIG-IP's ephemeral nodes and members. A node with a name keeps what this device found
 * out (`fqdn-addresses`); nodes and members follow from it. They are this device's own, never saved. Pure.
 */
import type { Properties } from '../../catalogue/types.ts';
import type { Draft } from './draft.ts';
import { commonFolder, folderOf, leafOf, qualify, splitMember } from './names.ts';
import { isStruct, nameOf } from './values.ts';

const prefix = '_auto_';

/** As BIG-IP names them, in whatever folder the node with the name is. */
export function ephemeralNode(address: string): string {
  return qualify(`${prefix}${address}`, commonFolder);
}

export function isEphemeral(name: string): boolean {
  return leafOf(name).startsWith(prefix);
}

/** Of a node that is a name; the first alone unless it populates pools by itself. */
export function resolvedAddresses(node: Properties | undefined): readonly string[] {
  const addresses = node?.['fqdn-addresses'];
  if (!Array.isArray(addresses) || !hasName(node)) return [];
  const all = addresses.map(String);
  return populates(node) ? all : all.slice(0, 1);
}

/** It is a name to be resolved rather than an address. */
export function hasName(node: Properties | undefined): boolean {
  const name = fqdnOf(node)['tm-name'];
  return !hasAddress(node) && name !== undefined && name !== '' && name !== 'none';
}

/** A member that stands for the addresses of its node's name. */
export function isNameMember(member: Properties, node: Properties | undefined): boolean {
  return !hasAddress(member) && hasName(node);
}

/** `any6` is what BIG-IP shows of one that is a name. */
function hasAddress(object: Properties | undefined): boolean {
  return object?.['address'] !== undefined && object['address'] !== 'any6';
}

export function fqdnOf(object: Properties | undefined): Properties {
  const fqdn = object?.['fqdn'];
  return isStruct(fqdn) ? fqdn : {};
}

function populates(object: Properties | undefined): boolean {
  return fqdnOf(object)['autopopulate'] === 'enabled';
}

/** `nodes`: addresses by the place of the member that they are of. */
export function withEphemeralMembers(
  members: readonly Properties[],
  nodes: readonly (readonly string[])[],
): readonly Properties[] {
  const taken = new Set(members.map(nameOf));
  const made: Properties[] = [];
  for (const [index, template] of members.entries()) {
    const found = nodes[index] ?? [];
    for (const address of populates(template) ? found : found.slice(0, 1)) {
      const { port } = splitMember(nameOf(template));
      const separator = address.includes(':') ? '.' : ':';
      const name = `${ephemeralNode(address)}${separator}${port}`;
      if (taken.has(name)) continue;
      taken.add(name);
      made.push({ ...template, name, address, ephemeral: 'true' });
    }
  }
  return made.length === 0 ? members : [...members, ...made];
}

/** Ephemeral ones are not the client's to list: who sends back what it read changes nothing. */
export function withoutEphemeral(members: readonly Properties[]): readonly Properties[] {
  return members.some((member) => isEphemeral(nameOf(member)))
    ? members.filter((member) => !isEphemeral(nameOf(member)))
    : members;
}

/** The nodes of all addresses that names have now, and no others; where an address has a node already, that is it. */
export function settleEphemeralNodes(draft: Draft): void {
  const concerns = draft
    .touched()
    .filter(({ component }) => component === 'ltm node')
    .some(({ name }) => {
      if (isEphemeral(name)) return true;
      const before = draft.base.get('ltm node', name)?.properties;
      return hasName(before) || hasName(draft.get('ltm node', name));
    });
  if (!concerns) return;
  const wanted = new Map<string, Properties>();
  const fixed = new Set<string>();
  const present: string[] = [];
  for (const name of draft.names('ltm node')) {
    const node = draft.get('ltm node', name);
    if (isEphemeral(name)) present.push(name);
    else if (hasName(node)) {
      for (const address of resolvedAddresses(node)) wanted.set(address, node ?? {});
    } else fixed.add(String(node?.['address'] ?? leafOf(name)));
  }
  const names = new Set<string>();
  for (const [address, template] of wanted) {
    const name = ephemeralNode(address);
    if (fixed.has(address)) continue;
    names.add(name);
    if (!draft.has('ltm node', name)) draft.set('ltm node', name, madeOf(template, address));
  }
  for (const name of present) if (!names.has(name)) draft.set('ltm node', name, undefined);
}

const handedOn = [
  'session',
  'state',
  'monitor',
  'connection-limit',
  'ratio',
  'dynamic-ratio',
  'rate-limit',
  'logging',
];

function madeOf(template: Properties, address: string): Properties {
  const own = Object.entries(template).filter(([name]) => handedOn.includes(name));
  const { autopopulate: _autopopulate, ...fqdn } = fqdnOf(template);
  return { ...Object.fromEntries(own), address, ephemeral: 'true', fqdn };
}

/** Of the members of a pool, each: the addresses that its node's name has. */
export function addressesOfMembers(
  members: readonly Properties[],
  pool: string,
  nodeOf: (name: string) => Properties | undefined,
): readonly (readonly string[])[] {
  return members.map((member) => {
    if (hasAddress(member)) return [];
    const { node } = splitMember(nameOf(member));
    return resolvedAddresses(nodeOf(qualify(node, folderOf(pool) ?? commonFolder)));
  });
}

/** Whether pools look different by the change of the node. */
export function changesMembers(
  before: Properties | undefined,
  after: Properties | undefined,
): boolean {
  if (!hasName(before) && !hasName(after)) return false;
  return resolvedAddresses(before).join(' ') !== resolvedAddresses(after).join(' ');
}
