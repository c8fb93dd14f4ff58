/** Configuration → what the failover process of this device is to do. Pure. */
import { type Address, parseAddress, parsePrefix, prefixContains } from '../../../base/address.ts';
import { failoverGroup, membersOf } from '../../../config/failover-group.ts';
import {
  lastPart,
  numberValue,
  textListValue,
  textValue,
} from '../../../config/property-values.ts';
import type { Properties, Value } from '../../../catalogue/types.ts';
import type { ConfigView, EffectiveObject } from '../../../config/types.ts';
import { arbiterOf, gatewaysOf } from './third-parties.ts';
import {
  type FailoverConfig,
  type FloatingAddress,
  type GroupConfig,
  type MulticastHeartbeat,
  type Profile,
  profiles,
  type SocketAddress,
  type TrafficGroup,
  type Voter,
  type WitnessDuty,
} from '../types.ts';
import { watchedDaemons, watchedVlans } from '../failsafes/watched.ts';

const localOnly = '/Common/traffic-group-local-only';
/** Traffic group of what says nothing else. */
const firstGroup = '/Common/traffic-group-1';
const defaultPort = 1026;
/** Where an address lives that no VLAN's subnet contains, or that must not be answered for in ARP. */
const loopback = 'lo';

export interface PlanInputs {
  /** Own name, without folder. */
  /** Kernel interface of a VLAN; undefined when it carries nothing. */
  readonly interfaceOf: (view: ConfigView, vlan: string) => string | undefined;
  /** Where witnesses listen, by device name, as they last said. */
  readonly witnessAddresses: ReadonlyMap<string, readonly SocketAddress[]>;
  readonly witnessing: readonly WitnessDuty[];
  /** Undefined while nobody knows. */
  readonly mirrors?: boolean | undefined;
}

/** Whether a commit that changed these components can change the plan. */
export const failoverComponents: readonly string[] = [
  'cm device',
  'cm device-group',
  'cm traffic-group',
  'cm trust-domain',
  'net self',
  'net vlan',
  'net interface',
  'ltm virtual-address',
  'ltm snatpool',
  'ltm snat-translation',
  'sys daemon-ha',
  'sys file ssl-cert',
  'sys file ssl-key',
];

export function planFailover(view: ConfigView, inputs: PlanInputs): FailoverConfig {
  const { deviceName } = view;
  const group = failoverGroup(view);
  const devices =
    group === undefined ? [deviceName] : membersOf(group).toSorted((a, b) => (a < b ? -1 : 1));
  const witnesses = group === undefined ? [] : witnessesOf(group);
  const addresses = floatingAddresses(view, inputs);
  const own: GroupConfig = {
    device: deviceName,
    deviceGroup: group?.name ?? '',
    members: devices.map((device) => voterOf(view, device)),
    witnesses: witnesses.map((device) => ({
      device,
      addresses: inputs.witnessAddresses.get(device) ?? [],
    })),
    profile: profileOf(group),
    trafficGroups: trafficGroups(view, addresses),
    ...arbiterOf(view, group),
    ...gatewaysOf(view),
    capacity: Object.fromEntries(devices.map((device) => [device, capacityOf(view, device)])),
  };
  return {
    own,
    localAddresses: voterOf(view, deviceName).addresses,
    ...multicastOf(view, deviceName, inputs),
    key: heartbeatKey(view),
    fixedAddresses: addresses.get(localOnly) ?? [],
    witnessing: inputs.witnessing,
    selfAddresses: selfAddresses(view, inputs),
    vlanNames: vlanNames(view, inputs),
    watchedVlans: watchedVlans(view, inputs.interfaceOf),
    watchedDaemons: watchedDaemons(view),
    mirrors: inputs.mirrors,
  };
}

export function witnessesOf(group: EffectiveObject): readonly string[] {
  return textListValue(group.properties, 'witness').map(lastPart);
}

export function heartbeatKey(view: ConfigView): string {
  const root = view.get('cm trust-domain', '/Common/Root');
  return view.plain((root && textValue(root.properties, 'heartbeat-key')) ?? '');
}

export function profileNamed(name: string): Profile {
  // Any other word is not in the catalogue's list.
  return name === 'compatible' || name === 'fastest' ? profiles[name] : profiles.fast;
}

function profileOf(group: EffectiveObject | undefined): Profile {
  return profileNamed(
    (group === undefined ? undefined : textValue(group.properties, 'failover-profile')) ?? 'fast',
  );
}

function capacityOf(view: ConfigView, device: string): number {
  const found = view.get('cm device', `/Common/${device}`);
  return Math.max(1, found === undefined ? 1 : numberValue(found.properties, 'ha-capacity', 1));
}

/** A device without unicast addresses is reached at its management address. */
export function voterOf(view: ConfigView, device: string): Voter {
  const found = view.get('cm device', `/Common/${device}`);
  if (found === undefined) return { device, addresses: [] };
  const properties: Properties = found.properties;
  const management = textValue(properties, 'management-ip') ?? '';
  const unicast = structs(properties['unicast-address']).flatMap((one) => {
    const word = textValue(one, 'effective-ip') ?? textValue(one, 'ip') ?? '';
    const ip = textValue(one, 'ip') ?? word;
    const named = word === '' || parseAddress(word) === undefined ? ip : word;
    const address = named === 'management-ip' ? management : named;
    const port = numberValue(one, 'effective-port', numberValue(one, 'port', defaultPort));
    const parsed = parseAddress(address);
    return parsed === undefined ? [] : [{ address: parsed.text, port }];
  });
  const group = multicastGroup(properties);
  const multicast = group === undefined ? {} : { multicast: group.address };
  if (unicast.length > 0) return { device, addresses: unicast, ...multicast };
  const parsed = parseAddress(management);
  return {
    device,
    ...multicast,
    addresses: parsed === undefined ? [] : [{ address: parsed.text, port: defaultPort }],
  };
}

function multicastGroup(device: Properties): SocketAddress | undefined {
  const group = parseAddress(textValue(device, 'multicast-ip') ?? '');
  const port = numberValue(device, 'multicast-port', 0);
  return group === undefined || port === 0 ? undefined : { address: group.text, port };
}

/** `multicast-interface` is a VLAN; everything else ("eth0", "mgmt", nothing) is the management network. */
function multicastOf(
  view: ConfigView,
  device: string,
  inputs: PlanInputs,
): { readonly multicast?: MulticastHeartbeat } {
  const properties: Properties = view.get('cm device', `/Common/${device}`)?.properties ?? {};
  const group = multicastGroup(properties);
  if (group === undefined) return {};
  const named = textValue(properties, 'multicast-interface') ?? '';
  const vlan = named.startsWith('/') ? named : `/Common/${named}`;
  const link = inputs.interfaceOf(view, vlan);
  if (group.address.includes(':')) {
    return link === undefined ? {} : { multicast: { ...group, local: `::%${link}` } };
  }
  const own = selfAddresses(view, inputs).find(
    (one) => one.interface === link && !one.address.includes(':'),
  );
  const management = textValue(properties, 'management-ip') ?? '';
  const local = link === undefined ? management : own?.address;
  return local === undefined || local === '' ? {} : { multicast: { ...group, local } };
}

function structs(value: Value | undefined): readonly Properties[] {
  if (!Array.isArray(value)) return [];
  return value.filter((one): one is Properties => typeof one === 'object' && !Array.isArray(one));
}

function trafficGroups(
  view: ConfigView,
  addresses: ReadonlyMap<string, readonly FloatingAddress[]>,
): readonly TrafficGroup[] {
  return view
    .list('cm traffic-group')
    .filter((group) => group.name !== localOnly)
    .map((group) => {
      const properties: Properties = group.properties;
      return {
        name: group.name,
        addresses: addresses.get(group.name) ?? [],
        haOrder: textListValue(properties, 'ha-order').map(lastPart),
        autoFailback: textValue(properties, 'auto-failback-enabled') === 'true',
        autoFailbackSeconds: numberValue(properties, 'auto-failback-time', 60),
        loadFactor: numberValue(properties, 'ha-load-factor', 1),
        ...masquerade(textValue(properties, 'mac')),
      };
    });
}

function masquerade(mac: string | undefined): { readonly mac?: string } {
  return mac === undefined || mac === 'none' ? {} : { mac: mac.toLowerCase() };
}

/** By traffic group; an address appears once, with the first that names it. */
function floatingAddresses(
  view: ConfigView,
  inputs: PlanInputs,
): ReadonlyMap<string, readonly FloatingAddress[]> {
  const subnets = subnetsOf(view, inputs);
  const seen = new Set<string>();
  const result = new Map<string, FloatingAddress[]>();
  const add = (group: string, address: Address, fixedInterface?: string): void => {
    if (seen.has(address.text)) return;
    seen.add(address.text);
    const home = subnets.find((subnet) => prefixContains(subnet.prefix, address));
    const list = result.get(group) ?? [];
    list.push({ address: address.text, interface: fixedInterface ?? home?.interface ?? loopback });
    result.set(group, list);
  };
  for (const self of view.list('net self')) {
    const properties: Properties = self.properties;
    const group = textValue(properties, 'traffic-group') ?? localOnly;
    const prefix = parsePrefix(textValue(properties, 'address') ?? '');
    // The network room places the ones that do not float.
    if (prefix === undefined || group === localOnly) continue;
    add(group, prefix.address, inputs.interfaceOf(view, textValue(properties, 'vlan') ?? ''));
  }
  for (const one of view.list('ltm virtual-address')) {
    const properties: Properties = one.properties;
    const address = hostAddress(properties);
    if (address === undefined) continue;
    const isSilent = textValue(properties, 'arp') === 'disabled';
    add(groupOf(properties), address, isSilent ? loopback : undefined);
  }
  for (const { name, properties } of view.list('ltm snat-translation')) {
    const address = parseAddress(textValue(properties, 'address') ?? lastPart(name));
    const isSilent = textValue(properties, 'arp') === 'disabled';
    if (address === undefined) continue;
    add(groupOfTranslation(view, name), address, isSilent ? loopback : undefined);
  }
  for (const pool of view.list('ltm snatpool')) {
    for (const member of textListValue(pool.properties, 'members')) {
      const address = parseAddress(lastPart(member));
      if (address !== undefined) add(groupOfTranslation(view, member), address);
    }
  }
  return result;
}

/** Of the translation with the member's name when there is one, else its folder's. */
function groupOfTranslation(view: ConfigView, member: string): string {
  const own = textValue(
    view.get('ltm snat-translation', member)?.properties ?? {},
    'traffic-group',
  );
  if (own?.startsWith('/') === true) return own;
  const folder = member.slice(0, Math.max(1, member.lastIndexOf('/')));
  return groupOf(view.get('sys folder', folder)?.properties ?? {});
}

function groupOf(properties: Properties): string {
  const group = textValue(properties, 'traffic-group') ?? firstGroup;
  return group.startsWith('/') ? group : firstGroup;
}

/** Of ten thousand virtual addresses one changes at a time. */
const hostAddresses = new WeakMap<Properties, { readonly address: Address | undefined }>();

function hostAddress(properties: Properties): Address | undefined {
  const known = hostAddresses.get(properties);
  if (known !== undefined) return known.address;
  const address = parseHostAddress(properties);
  hostAddresses.set(properties, { address });
  return address;
}

/** Undefined for a network or "any": nobody answers ARP for those. */
function parseHostAddress(properties: Properties): Address | undefined {
  const address = parseAddress(textValue(properties, 'address') ?? '');
  if (address === undefined) return undefined;
  const mask = textValue(properties, 'mask') ?? '';
  const bytes = parseAddress(mask)?.bytes;
  const isHost =
    bytes === undefined ? !mask.startsWith('any') : bytes.every((byte) => byte === 255);
  return isHost ? address : undefined;
}

function selfAddresses(view: ConfigView, inputs: PlanInputs): readonly FloatingAddress[] {
  return view.list('net self').flatMap((self) => {
    const properties: Properties = self.properties;
    const isFixed = (textValue(properties, 'traffic-group') ?? localOnly) === localOnly;
    const address = parsePrefix(textValue(properties, 'address') ?? '')?.address;
    const device = inputs.interfaceOf(view, textValue(properties, 'vlan') ?? '');
    if (!isFixed || address === undefined || device === undefined) return [];
    return [{ address: address.text, interface: device }];
  });
}

/** BIG-IP's log has the tag; an untagged VLAN of ours may have none. */
function vlanNames(view: ConfigView, inputs: PlanInputs): Readonly<Record<string, string>> {
  const names: Record<string, string> = {};
  for (const { name, properties } of view.list('net vlan')) {
    const device = inputs.interfaceOf(view, name);
    const tag = numberValue(properties, 'tag', 0);
    if (device !== undefined) names[device] = tag === 0 ? lastPart(name) : String(tag);
  }
  return names;
}

interface Subnet {
  readonly prefix: NonNullable<ReturnType<typeof parsePrefix>>;
  readonly interface: string;
}

/** Longest first. */
function subnetsOf(view: ConfigView, inputs: PlanInputs): readonly Subnet[] {
  const subnets = view.list('net self').flatMap((self): Subnet[] => {
    const properties: Properties = self.properties;
    const prefix = parsePrefix(textValue(properties, 'address') ?? '');
    const device = inputs.interfaceOf(view, textValue(properties, 'vlan') ?? '');
    return prefix === undefined || device === undefined ? [] : [{ prefix, interface: device }];
  });
  return subnets.toSorted((a, b) => b.prefix.length - a.prefix.length);
}
