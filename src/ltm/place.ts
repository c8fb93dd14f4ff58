/** Where a virtual server answers, and what becomes of it there. Pure. */
import { type Endpoint, parseAddress, parseEndpoint, parsePrefix } from '../base/address.ts';
import { lastPart, textValue } from '../config/property-values.ts';
import type { ConfigView, EffectiveObject } from '../config/types.ts';
import { localOnly } from '../catalogue/net/self.ts';
import { type Claim, isHost } from './classify.ts';
import { maskBits } from './plan-persistence.ts';
import { type Match, matchesOf } from './matching.ts';
import { dropsWhenDown } from './plan-limits.ts';
import { type OwnerMark, floatingGroups, mostMarked, ownerMarks } from '../config/owner-marks.ts';
import { portOf, splitMember } from './plan-pool.ts';
import { networkOf } from './plan-source.ts';
import type { Place, Placed } from './placed.ts';
import { profileKinds, targetOf } from './kind.ts';
import { interfacesOf, planPacket, planProxy } from './plan-virtual.ts';
import type { BackendPlan, DeviceFacts, PacketVirtual, VirtualPlan } from './types.ts';

export interface Placing {
  /** Or why it cannot be carried. */
  readonly place: Place | string;
  /** Names of the virtual addresses that were looked for. */
  readonly addresses: readonly string[];
}

/** What the engines are to do for one virtual server. */
export type Planned =
  | {
      readonly kind: 'proxy';
      readonly virtual: VirtualPlan;
      readonly backend: BackendPlan | undefined;
      readonly forwards: readonly BackendPlan[];
    }
  | { readonly kind: 'packet'; readonly packet: PacketVirtual }
  /** The classifier does all of it. */
  | { readonly kind: 'reject' }
  | { readonly kind: 'refused'; readonly reason: string };

export function planOne(view: ConfigView, virtual: EffectiveObject, place: Placed): Planned {
  if (place.target === 'reject') return { kind: 'reject' };
  const planned =
    place.target === 'proxy' ? planProxy(view, virtual, place) : planPacket(view, virtual, place);
  if (typeof planned === 'string') return { kind: 'refused', reason: planned };
  if ('packet' in planned) return { kind: 'packet', ...planned };
  return { kind: 'proxy', ...planned };
}

export function placeOf(view: ConfigView, facts: DeviceFacts, virtual: EffectiveObject): Placing {
  const text = textValue(virtual.properties, 'destination') ?? '';
  const { host } = splitMember(lastPart(text));
  const folder = text.slice(0, text.length - lastPart(text).length) || '/Common/';
  const addresses = [...new Set([`${folder}${host}`, `/Common/${host}`])];
  return { place: placed(view, facts, virtual, addresses), addresses };
}

/** Where the virtual server answers, or why it cannot be carried. */
function placed(
  view: ConfigView,
  facts: DeviceFacts,
  virtual: EffectiveObject,
  addresses: readonly string[],
): Place | string {
  const { properties, name } = virtual;
  const target = targetOf(view, virtual);
  if (target === undefined) return whyNotCarried(textValue(properties, 'virtual-type'));
  const matches = matchesOf(view, virtual);
  if (typeof matches === 'string') return matches;
  const text = textValue(properties, 'destination') ?? '';
  const { host, port } = splitMember(lastPart(text));
  const object = addresses
    .map((address) => view.get('ltm virtual-address', address))
    .find((found) => found !== undefined);
  const endpoint =
    listedEndpoint(matches) ??
    parseEndpoint(lastPart(text), portOf) ??
    endpointOf(anyAddress(host) ?? (object && addressText(object)), port);
  if (endpoint === undefined) return `destination "${text}" of ${name} has no address`;
  if (endpoint.address.routeDomain !== 0)
    return `route domain ${endpoint.address.routeDomain} is not carried yet`;
  const trafficGroup = groupOf(object);
  const isEnabled =
    textValue(properties, 'enabled') !== 'disabled' &&
    (object === undefined || textValue(object.properties, 'enabled') !== 'no');
  const source = parsePrefix(textValue(properties, 'source') ?? '');
  const match = {
    protocol: protocolOf(view, virtual, target),
    source: source === undefined || source.length === 0 ? undefined : source,
    interfaces: interfacesOf(view, facts, virtual),
    target,
    isEnabled,
    dropsWhenDown: dropsWhenDown(virtual),
  };
  const destination =
    matches?.[0]?.destination ??
    networkOf({ address: endpoint.address, length: maskLength(virtual, endpoint) });
  const networks = [destination, ...(matches ?? []).map((one) => one.destination)];
  const owner = networks.every(isHost) ? undefined : ownerOf(view, facts, trafficGroup);
  if (typeof owner === 'string') return owner;
  return {
    ...match,
    ...(matches !== undefined && { matches }),
    endpoint,
    trafficGroup,
    claim: {
      ...match,
      name,
      namesProtocol: (textValue(properties, 'ip-protocol') ?? 'any') !== 'any',
      destination,
      ...(owner !== undefined && { owner }),
      ...(matches !== undefined && { ports: matches[0]?.ports ?? [] }),
      port: endpoint.port,
      pool: textValue(properties, 'pool'),
    },
  };
}

const firstGroup = '/Common/traffic-group-1';

function groupOf(virtualAddress: EffectiveObject | undefined): string {
  const group = virtualAddress && textValue(virtualAddress.properties, 'traffic-group');
  return group?.startsWith('/') === true ? group : firstGroup;
}

/** The fence does not stop what is for a network: its packets have to be marked as ours. */
function ownerOf(
  view: ConfigView,
  facts: DeviceFacts,
  group: string,
): OwnerMark | string | undefined {
  if (facts.hasOwnerMarks !== true || group === localOnly) return undefined;
  return ownerMarks(floatingGroups(view)).get(group) ?? `${group}: ${mostMarked}`;
}

/** In the words of what is missing; docs/howto/virtual-servers.md says more. */
function whyNotCarried(type: string | undefined): string {
  switch (type) {
    case 'stateless':
      return 'a stateless virtual server carries UDP only (ip-protocol udp)';
    case 'internal':
      return 'an internal virtual server takes only what adapt profiles of others send it, and those are not carried';
    case 'l2-forward':
      return 'forwarding at layer 2 goes between the VLANs of a VLAN group, which are not bridged here; ip-forward routes';
    case 'dhcp-relay':
      return 'DHCP is not relayed; a relay agent of the host can do it';
    default:
      return `type ${type} is not carried`;
  }
}

/** Several ports are like any: a member without one gets what the client asked for. */
function listedEndpoint(matches: readonly Match[] | undefined): Endpoint | undefined {
  const first = matches?.[0];
  if (first === undefined) return undefined;
  const [port = 0, ...others] = first.ports;
  return { address: first.destination.address, port: others.length === 0 ? port : 0 };
}

function anyAddress(host: string): string | undefined {
  if (host === 'any') return '0.0.0.0';
  return host === 'any6' ? '::' : undefined;
}

function addressText(object: EffectiveObject): string {
  return textValue(object.properties, 'address') ?? lastPart(object.name);
}

function endpointOf(text: string | undefined, port: number | undefined): Endpoint | undefined {
  const address = text === undefined ? undefined : parseAddress(text);
  return address === undefined || port === undefined ? undefined : { address, port };
}

function maskLength(virtual: EffectiveObject, endpoint: Endpoint): number {
  const { bytes } = endpoint.address;
  if (bytes.every((byte) => byte === 0)) return 0;
  const text = textValue(virtual.properties, 'mask') ?? '';
  if (text.startsWith('any')) return 0;
  const mask = parseAddress(text);
  return mask === undefined ? bytes.length * 8 : maskBits(mask.bytes);
}

/** A pool's members are reached by TCP or UDP; forwarding and rejecting also goes for all protocols. */
function protocolOf(
  view: ConfigView,
  virtual: EffectiveObject,
  target: Claim['target'],
): Claim['protocol'] {
  const protocol = textValue(virtual.properties, 'ip-protocol');
  if (protocol === 'udp' || profileKinds(view, virtual).has('ltm profile udp')) return 'udp';
  const isForAll = (target === 'forward' || target === 'reject') && protocol !== 'tcp';
  return isForAll ? 'any' : 'tcp';
}
