/**
 * Properties computed from others: the netmask of one host, the traffic group of the folder. `inputs`
 * says what of other objects goes in, so that results can be kept as long as these stay. Pure.
 */
import { parseAddress } from '../../base/address.ts';
import { gtmGroup, trustGroup } from '../../catalogue/cm/device-group.ts';
import { localOnly } from '../../catalogue/net/self.ts';
import type { ComponentId, Properties, Value } from '../../catalogue/types.ts';
import type { EffectiveObject, StoredObject } from '../types.ts';
import { certificatePair } from './certificate-pair.ts';
import { addressesOfMembers, withEphemeralMembers } from './ephemeral.ts';
import { isDraftName, publishedNameOf } from './drafts.ts';
import { folderOf, leafOf, splitMember } from './names.ts';
import { itemsOf, nameOf } from './values.ts';

/** What derivations may look at. */
export interface Lookup {
  readonly deviceName: string;
  get(component: ComponentId, name: string): EffectiveObject | undefined;
  list(component: ComponentId): readonly EffectiveObject[];
}

export interface Derivation {
  readonly inputs: (object: StoredObject, lookup: Lookup) => readonly Value[];
  readonly compute: (
    properties: Properties,
    inputs: readonly Value[],
    object: StoredObject,
  ) => Properties;
}

export const noInputs: readonly Value[] = [];

/** Of what follows from the object itself. */
export const noInputsOf = (): readonly Value[] => noInputs;

function hostMask(address: string): string {
  const parsed = parseAddress(address);
  if (parsed === undefined) return address === 'any' || address === 'any6' ? address : 'any';
  const isWildcard = parsed.bytes.every((byte) => byte === 0);
  if (parsed.family === 4) return isWildcard ? 'any' : '255.255.255.255';
  return isWildcard ? 'any6' : 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff';
}

/** "2026-11-21T15:23:58Z" */
export function secondsText(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

function folderName(object: StoredObject): string {
  return folderOf(object.name) ?? '/';
}

function folderTrafficGroup(folder: string, lookup: Lookup): Value {
  return lookup.get('sys folder', folder)?.properties['traffic-group'] ?? '';
}

function unitOf(trafficGroup: Value | undefined, lookup: Lookup): Value {
  const group = lookup.get('cm traffic-group', String(trafficGroup ?? ''));
  return group?.properties['unit-id'] ?? 0;
}

/** The sync-failover group that this device is in. */
function ownFailoverGroup(lookup: Lookup): string {
  const self = `/Common/${lookup.deviceName}`;
  const own = lookup
    .list('cm device-group')
    .filter((group) => group.name !== trustGroup && group.name !== gtmGroup)
    .filter((group) => group.properties['type'] === 'sync-failover')
    .find((group) => itemsOf(group.properties['devices']).some((item) => nameOf(item) === self));
  return own?.name ?? 'none';
}

/**
 * BIG-IP's two ways to say the same: `cert` and `key` of a profile are a chain with one link; of a chain the first
 * link is shown as `cert` and `key`.
 */
function certificatePairs(properties: Properties): Properties {
  const first = itemsOf(properties['cert-key-chain'])[0];
  const own = pairOf(properties);
  const hasOwn = own['cert'] !== undefined || own['key'] !== undefined;
  if (first === undefined) {
    return hasOwn ? { 'cert-key-chain': [{ name: 'default', ...own, usage: 'SERVER' }] } : {};
  }
  return hasOwn ? {} : { ...pairOf(first), ...own };
}

function pairOf(properties: Properties): Properties {
  const names: readonly string[] = certificatePair;
  return Object.fromEntries(Object.entries(properties).filter(([name]) => names.includes(name)));
}

const isSet = (value: Value | undefined): boolean => value !== undefined && value !== 'default';

const derivations: Readonly<Record<ComponentId, Derivation>> = {
  'ltm virtual': {
    inputs: noInputsOf,
    compute(properties, _inputs, { created, version }) {
      const host = leafOf(splitMember(String(properties['destination'])).node);
      const isIpv6 = host.includes(':') || host === 'any6';
      return {
        ...(properties['mask'] === undefined && { mask: hostMask(host) }),
        ...(properties['source'] === undefined && { source: isIpv6 ? '::/0' : '0.0.0.0/0' }),
        ...(created !== undefined && { 'creation-time': secondsText(created) }),
        ...(version.wall > 0 && { 'last-modified-time': secondsText(version.wall) }),
      };
    },
  },
  'ltm virtual-address': {
    inputs: (object, lookup) => {
      const own = object.properties['traffic-group'];
      const group = isSet(own) ? own : folderTrafficGroup(folderName(object), lookup);
      return [group ?? '', unitOf(group, lookup)];
    },
    compute(properties, [group = '', unit = 0], object) {
      const address = properties['address'] ?? leafOf(object.name);
      return {
        address,
        ...(properties['mask'] === undefined && { mask: hostMask(String(address)) }),
        'traffic-group': group,
        'inherited-traffic-group': isSet(properties['traffic-group']) ? 'false' : 'true',
        floating: group === localOnly ? 'disabled' : 'enabled',
        unit,
      };
    },
  },
  // Members that are names have others, one for each address.
  'ltm pool': {
    inputs: ({ name, properties }, lookup) => {
      const found = addressesOfMembers(
        itemsOf(properties['members']),
        name,
        (node) => lookup.get('ltm node', node)?.properties,
      );
      return found.some((addresses) => addresses.length > 0)
        ? found.map((addresses) => addresses.join(' '))
        : [];
    },
    compute: (properties, inputs) =>
      inputs.length === 0
        ? {}
        : {
            members: withEphemeralMembers(
              itemsOf(properties['members']),
              inputs.map((words) => (words === '' ? [] : String(words).split(' '))),
            ),
          },
  },
  // The older form, which clients still compare with: one line an address.
  'gtm server': {
    inputs: noInputsOf,
    compute: (properties) => ({
      addresses: itemsOf(properties['devices']).flatMap((device) =>
        itemsOf(device['addresses']).map((address) => ({
          name: nameOf(address),
          'device-name': nameOf(device),
          translation: address['translation'] ?? 'none',
        })),
      ),
    }),
  },
  'ltm profile client-ssl': {
    inputs: noInputsOf,
    compute: (properties) => certificatePairs(properties),
  },
  'ltm node': {
    inputs: noInputsOf,
    compute: (properties, _inputs, object) =>
      properties['address'] === undefined && parseAddress(leafOf(object.name)) !== undefined
        ? { address: leafOf(object.name) }
        : {},
  },
  'ltm policy': {
    inputs: (object, lookup) => {
      const published = isDraftName(object.name) ? publishedNameOf(object.name) : '';
      return [lookup.get('ltm policy', published) === undefined ? '' : published];
    },
    compute: (_properties, [published = ''], { version }) => ({
      ...(published !== '' && { 'published-copy': published }),
      ...(version.wall > 0 && {
        'last-modified': secondsText(version.wall),
      }),
    }),
  },
  'net self': {
    inputs: (object, lookup) => [unitOf(object.properties['traffic-group'] ?? localOnly, lookup)],
    compute: (properties, [unit = 0]) => ({
      floating: properties['traffic-group'] === localOnly ? 'disabled' : 'enabled',
      unit,
    }),
  },
  'cm device': {
    inputs: (_object, lookup) => [lookup.deviceName],
    compute: (_properties, [deviceName], object) => ({
      'self-device': object.name === `/Common/${deviceName}` ? 'true' : 'false',
    }),
  },
  'cm traffic-group': {
    inputs: noInputsOf,
    compute: (_properties, _inputs, object) => ({
      'is-floating': object.name === localOnly ? 'false' : 'true',
    }),
  },
  'sys folder': {
    inputs: (object, lookup) => {
      const parent = folderOf(object.name);
      const above = parent === undefined ? undefined : lookup.get('sys folder', parent)?.properties;
      if (above === undefined) return [ownFailoverGroup(lookup), '/Common/traffic-group-1'];
      return [above['device-group'] ?? 'none', above['traffic-group'] ?? ''];
    },
    compute(properties, [deviceGroup = 'none', trafficGroup = ''], object) {
      const isRoot = object.name === '/';
      const hasOwnGroup = isSet(properties['device-group']);
      const hasOwnTraffic = isSet(properties['traffic-group']);
      return {
        ...(!hasOwnGroup && { 'device-group': deviceGroup }),
        ...(!hasOwnTraffic && { 'traffic-group': trafficGroup }),
        'inherited-devicegroup': hasOwnGroup || isRoot ? 'false' : 'true',
        'inherited-traffic-group': hasOwnTraffic || isRoot ? 'false' : 'true',
      };
    },
  },
  'gtm listener': {
    inputs: noInputsOf,
    compute: (properties) =>
      properties['mask'] === undefined ? { mask: hostMask(String(properties['address'])) } : {},
  },
};

/** Components that objects of others take something from. */
export const derivationSources: ReadonlySet<ComponentId> = new Set([
  'sys folder',
  'cm traffic-group',
  'cm device-group',
  'ltm policy',
]);

export function derivationOf(component: ComponentId): Derivation | undefined {
  return derivations[component];
}
