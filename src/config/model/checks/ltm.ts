import { parseAddress } from '../../../base/address.ts';
import type { Fault } from '../../../base/fault.ts';
import type { EffectiveObject } from '../../types.ts';
import type { NamedIndex } from '../view.ts';
import { coded, configurationError, notFound } from '../faults.ts';
import { leafOf, splitMember } from '../names.ts';
import { itemsOf, nameOf } from '../values.ts';
import { type Check, type CheckContext, pathOf, twin } from './context.ts';

function text(object: EffectiveObject, property: string): string {
  return String(object.properties[property] ?? '');
}

const addressKey = (object: EffectiveObject): string | undefined => {
  const address = object.properties['address'];
  return address === undefined || address === 'any6' ? undefined : String(address);
};

export const nodeAddress: Check = (node, context) => {
  if (node.properties['address'] === undefined) {
    const hasName = node.stored.properties['fqdn'] !== undefined;
    return hasName ? [] : [notFound(node.component, node.name, pathOf(node, 'address'))];
  }
  if (twin(node, context, 'address', addressKey) === undefined) return [];
  const message = `Invalid Node, the IP address ${text(node, 'address')} already exists.`;
  return [coded('0107176c', message, pathOf(node, 'address'))];
};

/** One that floated would leave the device with its management, and HAProxy cannot share the port. */
function isManagement(address: EffectiveObject, context: CheckContext): boolean {
  const host = text(address, 'address');
  return context.after.list('cm device').some((device) => text(device, 'management-ip') === host);
}

export const virtualAddressUnique: Check = (address, context) => {
  const isFree = twin(address, context, 'address', addressKey) === undefined;
  if (isFree && !isManagement(address, context)) return [];
  const message = `Invalid Virtual Address, the IP address ${text(address, 'address')} already exists.`;
  return [coded('0107176c', message, pathOf(address, 'address'))];
};

function destinationHost(virtual: EffectiveObject, context: CheckContext): string {
  const { node } = splitMember(text(virtual, 'destination'));
  const named = context.after.get('ltm virtual-address', node);
  return named?.properties.address ?? leafOf(node);
}

/** Destination, mask and source are of one family. */
export const virtualAddresses: Check = (virtual, context) => {
  const host = destinationHost(virtual, context);
  const family = familyOf(host);
  const faults: Fault[] = [];
  const mask = text(virtual, 'mask');
  if (familyOf(mask) !== family) {
    const message = `The destination (${host}) address and mask (${mask}) for virtual server (${virtual.name}) must be be the same type (IPv4 or IPv6).`;
    faults.push(coded('0107028f', message, pathOf(virtual, 'mask')));
  }
  const source = text(virtual, 'source');
  if (familyOf(source.split('/')[0] ?? '') !== family) {
    const message = `The destination (${host}) and source (${source}) of virtual server (${virtual.name}) must be the same type (IPv4 or IPv6).`;
    faults.push(configurationError(message, pathOf(virtual, 'source')));
  }
  return faults;
};

function familyOf(address: string): 4 | 6 {
  if (address === 'any6') return 6;
  return parseAddress(address)?.family ?? 4;
}

const tupleKey = (object: EffectiveObject): string =>
  [
    text(object, 'destination'),
    text(object, 'mask'),
    text(object, 'source'),
    text(object, 'ip-protocol'),
    text(object, 'vlans-enabled'),
    JSON.stringify(object.properties['vlans'] ?? []),
    // Its lists stand for the destination then.
    text(object, 'traffic-matching-criteria'),
  ].join('|');

/** Of what there may be tens of thousands. */
export const largeIndexes: readonly NamedIndex[] = [
  { component: 'ltm node', id: 'address', key: addressKey },
  { component: 'ltm virtual-address', id: 'address', key: addressKey },
  { component: 'ltm virtual', id: 'tuple', key: tupleKey },
];

/** Two virtual servers never wait for the same packets. */
export const virtualTuple: Check = (virtual, context) => {
  const other = twin(virtual, context, 'tuple', tupleKey);
  if (other === undefined) return [];
  const message = `Virtual Server ${virtual.name} illegally shares destination address, source address, service port, ip-protocol, and vlan with Virtual Server ${other.name}.`;
  return [coded('01070333', message, pathOf(virtual, 'destination'))];
};

const sides = ['clientside', 'serverside'];
const exclusive = ['ltm profile tcp', 'ltm profile udp', 'ltm profile fastl4'];
const needTcp = ['ltm profile http', 'ltm profile client-ssl', 'ltm profile server-ssl'];

/** Profiles that cannot go together. */
export const virtualProfiles: Check = (virtual, context) => {
  const used = itemsOf(virtual.properties['profiles']).map((item) => ({
    name: nameOf(item),
    context: String(item['context']),
    component: [...exclusive, ...needTcp, 'ltm profile one-connect'].find(
      (id) => context.after.stored(id, nameOf(item)) !== undefined,
    ),
  }));
  const has = (id: string): boolean => used.some((profile) => profile.component === id);
  const faults: Fault[] = [];
  const clash = (message: string): void => {
    faults.push(configurationError(message, pathOf(virtual, 'profiles')));
  };
  const transports = exclusive.filter(has);
  if (transports.length > 1) {
    clash(`Virtual Server ${virtual.name} has more than one transport profile.`);
  }
  for (const id of needTcp) {
    if (has(id) && !has('ltm profile tcp')) {
      const profile = used.find((entry) => entry.component === id)?.name;
      clash(`Virtual Server ${virtual.name}: profile ${profile} requires a TCP profile.`);
    }
  }
  const protocol = text(virtual, 'ip-protocol');
  if (has('ltm profile tcp') && protocol === 'udp') {
    clash(`Virtual Server ${virtual.name}: a TCP profile does not go with ip-protocol udp.`);
  }
  if (has('ltm profile udp') && protocol === 'tcp') {
    clash(`Virtual Server ${virtual.name}: a UDP profile does not go with ip-protocol tcp.`);
  }
  const isTwice = exclusive.some((id) =>
    sides.some((side) => {
      const there = used.filter(
        (profile) => profile.component === id && [side, 'all'].includes(profile.context),
      );
      return there.length > 1;
    }),
  );
  if (isTwice) {
    const message = `Virtual server ${virtual.name} lists duplicate profiles.`;
    faults.push(coded('01070097', message, pathOf(virtual, 'profiles')));
  }
  return [...faults, ...cookieWithoutHttp(virtual, context), ...sniDefaults(virtual, context)];
};

/** A cookie can be read and written only where HTTP is. */
function cookieWithoutHttp(virtual: EffectiveObject, context: CheckContext): Fault[] {
  const uses = (property: string, ids: readonly string[]): boolean =>
    itemsOf(virtual.properties[property]).some((item) =>
      ids.some((id) => context.after.stored(id, nameOf(item)) !== undefined),
    );
  if (!uses('persist', ['ltm persistence cookie'])) return [];
  if (uses('profiles', ['ltm profile http', 'ltm profile fasthttp'])) return [];
  const message =
    'Cookie persistence requires an HTTP or FastHTTP profile to be associated with the virtual server.';
  return [coded('01070309', message, pathOf(virtual, 'persist'))];
}

function sniDefaults(virtual: EffectiveObject, context: CheckContext): Fault[] {
  const profiles = itemsOf(virtual.properties['profiles']);
  const isTwice = ['ltm profile client-ssl', 'ltm profile server-ssl'].some((id) => {
    const defaults = profiles.filter(
      (item) => context.after.get(id, nameOf(item))?.properties['sni-default'] === 'true',
    );
    return defaults.length > 1;
  });
  if (!isTwice) return [];
  const message = `Virtual Server ${virtual.name} has more than one clientssl/serverssl profile that is default for SNI.`;
  return [coded('01071809', message, pathOf(virtual, 'profiles'))];
}

/** Type snat needs a pool. */
export const virtualSnat: Check = (virtual) => {
  // A struct by its type.
  const translation = virtual.properties['source-address-translation'] as
    | Record<string, unknown>
    | undefined;
  if (translation?.['type'] !== 'snat' || translation['pool'] !== undefined) return [];
  const message = `Virtual Server ${virtual.name}: source address translation snat requires a SNAT pool.`;
  return [configurationError(message, pathOf(virtual, 'source-address-translation'))];
};

/** What is only being written acts on nobody's traffic. */
export const virtualPolicies: Check = (virtual, context) =>
  itemsOf(virtual.properties['policies']).flatMap((item) => {
    const policy = context.after.get('ltm policy', nameOf(item));
    if (policy?.properties.status !== 'draft') return [];
    const message = `Virtual Server ${virtual.name} refers to the draft policy ${policy.name}; publish it first.`;
    return [configurationError(message, pathOf(virtual, 'policies'))];
  });
