/** (configuration) → network plan. Pure. */
import { type Prefix, parseAddress, parseEndpoint, parsePrefix } from '../base/address.ts';
import { masqueradeName } from '../base/interface-names.ts';
import {
  connectionMirrorPort,
  mirrorAddresses,
  recordMirrorPort,
} from '../config/mirror-addresses.ts';
import {
  itemsValue,
  lastPart,
  numberValue,
  textListValue,
  textValue,
} from '../config/property-values.ts';
import type { Change, ConfigView, EffectiveObject } from '../config/types.ts';
import { allowedServices } from './services.ts';
import type {
  AddressPlan,
  Exemption,
  LinkPlan,
  LockdownPlan,
  NetworkPlan,
  RoutePlan,
  SelfServices,
  Trusted,
  VlanDoor,
} from './types.ts';

export const localOnly = '/Common/traffic-group-local-only';
/** Commits that touch none of these leave the plan as it is. */
const planComponents: readonly string[] = [
  'net ',
  'gtm listener',
  'cm device',
  'cm traffic-group',
  'sys db',
];

export function concernsPlan(changes: readonly Change[], view: ConfigView): boolean {
  return changes.some((change) =>
    change.component === 'ltm virtual'
      ? movesVirtual(change) && meetsSelf(change, view)
      : planComponents.some((prefix) => change.component.startsWith(prefix)),
  );
}

/** Of a virtual server, where it listens counts, which few of its changes touch. */
function movesVirtual({ before, after }: Change): boolean {
  return ['destination', 'ip-protocol'].some(
    (name) => before?.properties[name] !== after?.properties[name],
  );
}

/** Ten thousand virtual servers have few self IPs among their addresses. */
function meetsSelf({ before, after }: Change, view: ConfigView): boolean {
  const hosts = view.list('net self').flatMap((self) => {
    const address = parsePrefix(textValue(self.properties, 'address') ?? '')?.address;
    return address === undefined ? [] : [address.text];
  });
  return [before, after].some((virtual) => {
    const destination = lastPart(String(virtual?.properties['destination'] ?? ''));
    return hosts.some((host) => destination.startsWith(host));
  });
}

/** IFNAMSIZ less the zero. */
const longestDevice = 15;

export function planNetwork(view: ConfigView): NetworkPlan {
  const problems: string[] = [];
  const links: LinkPlan[] = [];
  for (const vlan of view.list('net vlan')) {
    const link = planLink(view, vlan);
    if (typeof link === 'string') problems.push(link);
    else if (link !== undefined) links.push(link);
  }
  const deviceOf = new Map(links.map((link) => [link.vlan, link.device]));
  return {
    links,
    addresses: planAddresses(view, deviceOf, problems),
    routes: planRoutes(view, deviceOf, problems),
    lockdown: planLockdown(view, deviceOf),
    problems,
  };
}

/** Kernel interface of a VLAN: its untagged interface itself, or a device made on the tagged one. */
export function kernelInterface(view: ConfigView, vlan: string): string | undefined {
  const object = view.get('net vlan', vlan);
  const link = object === undefined ? undefined : planLink(view, object);
  return typeof link === 'object' ? link.device : undefined;
}

/** Undefined: a VLAN without interfaces, which is allowed and carries nothing. */
function planLink(view: ConfigView, vlan: EffectiveObject): LinkPlan | string | undefined {
  const interfaces = itemsValue(vlan.properties, 'interfaces');
  const [first] = interfaces;
  if (first === undefined) return undefined;
  if (interfaces.length > 1)
    return `Vlan ${vlan.name} has ${interfaces.length} interfaces; one is carried`;
  const port = view.get('net interface', first.name);
  const common = {
    vlan: vlan.name,
    mtu: numberValue(vlan.properties, 'mtu', 1500),
    isEnabled: port === undefined || textValue(port.properties, 'enabled') !== 'disabled',
  };
  if (textValue(first.properties, 'tagged') !== 'tagged') {
    return { ...common, device: first.name, tagged: undefined };
  }
  const tag = numberValue(vlan.properties, 'tag', 0);
  if (tag === 0) return `Vlan ${vlan.name} is tagged but has no tag`;
  const long = `${first.name}.${tag}`;
  const device = long.length > longestDevice ? `vlan${tag}` : long;
  return { ...common, device, tagged: { parent: first.name, tag } };
}

function planAddresses(
  view: ConfigView,
  deviceOf: ReadonlyMap<string, string>,
  problems: string[],
): readonly AddressPlan[] {
  return view.list('net self').flatMap((self) => {
    const prefix = parsePrefix(textValue(self.properties, 'address') ?? '');
    const vlan = textValue(self.properties, 'vlan') ?? '';
    const device = deviceOf.get(vlan);
    if (prefix === undefined || isFloating(self)) return [];
    if (prefix.address.routeDomain !== 0) {
      problems.push(
        `Self IP ${self.name}: route domain ${prefix.address.routeDomain} is not carried yet`,
      );
      return [];
    }
    if (device === undefined) {
      problems.push(`Self IP ${self.name}: Vlan ${vlan} has no interface`);
      return [];
    }
    const { text, family } = prefix.address;
    return [{ self: self.name, device, family, text: `${text}/${prefix.length}` }];
  });
}

function isFloating(self: EffectiveObject): boolean {
  return (textValue(self.properties, 'traffic-group') ?? localOnly) !== localOnly;
}

function planRoutes(
  view: ConfigView,
  deviceOf: ReadonlyMap<string, string>,
  problems: string[],
): readonly RoutePlan[] {
  return view.list('net route').flatMap((route) => {
    const planned = planRoute(route, deviceOf);
    if (typeof planned !== 'string') return [planned];
    problems.push(`Route ${route.name}: ${planned}`);
    return [];
  });
}

function planRoute(
  route: EffectiveObject,
  deviceOf: ReadonlyMap<string, string>,
): RoutePlan | string {
  const { properties, name } = route;
  const network = textValue(properties, 'network') ?? lastPart(name);
  const gateway = parseAddress(textValue(properties, 'gw') ?? '');
  const prefix =
    network === 'default' || network === 'default-inet6' ? undefined : parsePrefix(network);
  if (prefix === undefined && !network.startsWith('default')) return `network "${network}"?`;
  const family =
    prefix?.address.family ?? (network === 'default-inet6' ? 6 : (gateway?.family ?? 4));
  const common = {
    name,
    family,
    destination: prefix === undefined ? 'default' : kernelPrefix(prefix),
    mtu: numberValue(properties, 'mtu', 0),
  };
  const vlan = textValue(properties, 'interface');
  if (textValue(properties, 'blackhole') !== undefined)
    return { ...common, target: { kind: 'blackhole' } };
  if (gateway !== undefined)
    return { ...common, target: { kind: 'gateway', address: gateway.text } };
  if (vlan === undefined) return 'a pool of routers is not carried yet';
  const device = deviceOf.get(vlan);
  if (device === undefined) return `Vlan ${vlan} has no interface`;
  return { ...common, target: { kind: 'device', device } };
}

/** The kernel prints host routes without a length, and 0.0.0.0/0 as default. */
function kernelPrefix(prefix: Prefix): string {
  if (prefix.length === 0) return 'default';
  const isHost = prefix.length === prefix.address.bytes.length * 8;
  return isHost ? prefix.address.text : `${prefix.address.text}/${prefix.length}`;
}

function planLockdown(view: ConfigView, deviceOf: ReadonlyMap<string, string>): LockdownPlan {
  const selfs: SelfServices[] = view.list('net self').flatMap((self) => {
    const prefix = parsePrefix(textValue(self.properties, 'address') ?? '');
    if (prefix === undefined || prefix.address.routeDomain !== 0) return [];
    const allows = allowedServices(view, textListValue(self.properties, 'allow-service'));
    const { family, text } = prefix.address;
    return [{ self: self.name, family, address: text, allows }];
  });
  const own = [...new Set(selfs.map((self) => self.address))];
  const exempt = exemptions(view, own).filter((one) => own.includes(one.address));
  const vlanDoors = planVlanDoors(view, deviceOf);
  return { selfs, exempt, trusted: trustedAddresses(view), vlanDoors };
}

/** A VLAN that is not there carries nothing: enabled on it alone, a listener is reached by nobody. */
function planVlanDoors(
  view: ConfigView,
  deviceOf: ReadonlyMap<string, string>,
): readonly VlanDoor[] {
  return view.list('gtm listener').flatMap(({ properties }): readonly VlanDoor[] => {
    const isOnly = textValue(properties, 'vlans-enabled') === 'vlans-enabled';
    const vlans = textListValue(properties, 'vlans').flatMap((vlan) => deviceOf.get(vlan) ?? []);
    const address = parseAddress(textValue(properties, 'address') ?? '');
    if (address === undefined || (!isOnly && vlans.length === 0)) return [];
    // What goes to a traffic group's own hardware address comes in by an interface of its own.
    const groups = view.list('cm traffic-group').map(({ name }) => name);
    const devices = vlans.flatMap((device) => [
      device,
      ...groups.map((group) => masqueradeName(group, device)),
    ]);
    const { bytes, family, text } = address;
    return [
      {
        family,
        address: bytes.every((byte) => byte === 0) ? undefined : text,
        protocol: textValue(properties, 'ip-protocol') === 'tcp' ? 'tcp' : 'udp',
        port: numberValue(properties, 'port', 53),
        devices,
        isOnly,
      },
    ];
  });
}

/** "CMI 4353 ignores port lockdown, iQuery does not": only members of the domain are let in by their address. */
function trustedAddresses(view: ConfigView): readonly Trusted[] {
  const others = view.list('cm device').filter(({ name }) => lastPart(name) !== view.deviceName);
  const words = others.flatMap(({ properties }) => [
    properties['configsync-ip'],
    properties['management-ip'],
    ...(properties['unicast-address'] ?? []).map(({ ip }) => ip),
  ]);
  const found = [...new Set(words)].flatMap((word): readonly Trusted[] => {
    const address = word === undefined ? undefined : parseAddress(word);
    return address === undefined ? [] : [{ family: address.family, address: address.text }];
  });
  return found.toSorted((a, b) => (a.address < b.address ? -1 : 1));
}

/** Of those that begin with one of the addresses, at least. */
function exemptions(view: ConfigView, own: readonly string[]): readonly Exemption[] {
  const all = own.length === 0 ? [] : view.list('ltm virtual');
  const virtuals = all.flatMap((virtual): readonly Exemption[] => {
    const destination = lastPart(textValue(virtual.properties, 'destination') ?? '');
    // Ten thousand virtual servers have few self IPs among their addresses.
    if (!own.some((address) => destination.startsWith(address))) return [];
    const endpoint = parseEndpoint(destination, portOf);
    if (endpoint === undefined) return [];
    const protocol = textValue(virtual.properties, 'ip-protocol') === 'udp' ? 'udp' : 'tcp';
    const { family, text } = endpoint.address;
    return [{ family, address: text, protocol, port: endpoint.port }];
  });
  const listeners = view.list('gtm listener').flatMap((listener): readonly Exemption[] => {
    const address = parseAddress(textValue(listener.properties, 'address') ?? '');
    if (address === undefined) return [];
    const protocol = textValue(listener.properties, 'ip-protocol') === 'tcp' ? 'tcp' : 'udp';
    const port = numberValue(listener.properties, 'port', 53);
    return [{ family: address.family, address: address.text, protocol, port }];
  });
  return [...virtuals, ...listeners, ...mirroringExemptions(view)];
}

/** As on BIG-IP, mirroring needs no word of `allow-service`; its own filter lets in the peer only. */
function mirroringExemptions(view: ConfigView): readonly Exemption[] {
  return mirrorAddresses(view, view.deviceName).flatMap((address): readonly Exemption[] => {
    if (address === undefined) return [];
    const at = { family: address.family, address: address.text };
    return [
      { ...at, protocol: 'udp', port: connectionMirrorPort(view) },
      { ...at, protocol: 'tcp', port: recordMirrorPort(view) },
    ];
  });
}

function portOf(text: string): number | undefined {
  if (text === 'any' || text === '*') return 0;
  return /^\d{1,5}$/.test(text) ? Number(text) : undefined;
}
