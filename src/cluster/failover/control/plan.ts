/** Configuration → what the failover process of this device is to do. Pure. */
import { parseAddress, parsePrefix } from '../../../base/address.ts';
import { failoverGroup, membersOf } from '../../../config/failover-group.ts';
import {
  lastPart,
  numberValue,
  textListValue,
  textValue,
} from '../../../config/property-values.ts';
import type { Properties, Value } from '../../../catalogue/types.ts';
import type { ConfigView, EffectiveObject } from '../../../config/types.ts';
import { localOnlyGroup } from '../addresses.ts';
import { AddressBook, type InterfaceOf } from './floating.ts';
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

const defaultPort = 1026;

export interface PlanInputs {
  readonly interfaceOf: InterfaceOf;
  /** Where witnesses listen, by device name, as they last said. */
  readonly witnessAddresses: ReadonlyMap<string, readonly SocketAddress[]>;
  readonly witnessing: readonly WitnessDuty[];
  /** Undefined while nobody knows. */
  readonly mirrors?: boolean | undefined;
  /** Traffic groups that users made on this device since it was started. */
  readonly madeHere?: ReadonlySet<string>;
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
  'ltm traffic-matching-criteria',
  'ltm snatpool',
  'ltm snat-translation',
  'sys daemon-ha',
  'sys file ssl-cert',
  'sys file ssl-key',
];

/** The whole plan at once; the book keeps its addresses up. */
export function planFailover(
  view: ConfigView,
  inputs: PlanInputs,
  book: AddressBook = new AddressBook(view, inputs.interfaceOf),
): FailoverConfig {
  const { deviceName } = view;
  const group = failoverGroup(view);
  const devices =
    group === undefined ? [deviceName] : membersOf(group).toSorted((a, b) => (a < b ? -1 : 1));
  const witnesses = group === undefined ? [] : witnessesOf(group);
  const own: GroupConfig = {
    device: deviceName,
    deviceGroup: group?.name ?? '',
    members: devices.map((device) => voterOf(view, device)),
    witnesses: witnesses.map((device) => ({
      device,
      addresses: inputs.witnessAddresses.get(device) ?? [],
    })),
    profile: profileOf(group),
    trafficGroups: trafficGroups(view, book, inputs.madeHere ?? new Set()),
    ...arbiterOf(view, group),
    ...gatewaysOf(view),
    capacity: Object.fromEntries(devices.map((device) => [device, capacityOf(view, device)])),
  };
  return {
    own,
    localAddresses: voterOf(view, deviceName).addresses,
    ...multicastOf(view, deviceName, inputs),
    key: heartbeatKey(view),
    fixedAddresses: book.groups.get(localOnlyGroup) ?? [],
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
  book: Pick<AddressBook, 'groups' | 'networks'>,
  madeHere: ReadonlySet<string>,
): readonly TrafficGroup[] {
  return view
    .list('cm traffic-group')
    .filter((group) => group.name !== localOnlyGroup)
    .map((group) => {
      const properties: Properties = group.properties;
      return {
        name: group.name,
        addresses: book.groups.get(group.name) ?? [],
        haOrder: textListValue(properties, 'ha-order').map(lastPart),
        ...(textValue(properties, 'failover-method') === 'ha-score' && {
          isByScore: true as const,
        }),
        autoFailback: textValue(properties, 'auto-failback-enabled') === 'true',
        autoFailbackSeconds: numberValue(properties, 'auto-failback-time', 60),
        loadFactor: numberValue(properties, 'ha-load-factor', 1),
        ...(book.networks.has(group.name) && { hasNetworks: true as const }),
        ...masquerade(textValue(properties, 'mac')),
        ...(madeHere.has(group.name) && { isMadeHere: true }),
      };
    });
}

function masquerade(mac: string | undefined): { readonly mac?: string } {
  return mac === undefined || mac === 'none' ? {} : { mac: mac.toLowerCase() };
}

function selfAddresses(view: ConfigView, inputs: PlanInputs): readonly FloatingAddress[] {
  return view.list('net self').flatMap((self) => {
    const properties: Properties = self.properties;
    const isFixed = (textValue(properties, 'traffic-group') ?? localOnlyGroup) === localOnlyGroup;
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
