/**
 * (configuration, device) → traffic plan. Pure: the same input gives the same plan on every device of a
 * group, so that a standby holds what the active one holds.
 */
import { type Endpoint, parseAddress, parseEndpoint, printEndpoint } from '../base/address.ts';
import { lastPart, textValue } from '../config/property-values.ts';
import type { ConfigView, EffectiveObject } from '../config/types.ts';
import { planPools, portOf, splitMember } from './plan-pool.ts';
import { planPacket, planProxy, profilesOf } from './plan-virtual.ts';
import type { BackendPlan, DeviceFacts, PacketVirtual, Refusal, TrafficPlan } from './types.ts';
import type { VirtualPlan } from './types.ts';

/** Commits that touch none of these leave the plan as it is. */
export const planComponents: readonly string[] = ['ltm ', 'net self', 'net vlan', 'sys file '];

export function planTraffic(view: ConfigView, facts: DeviceFacts): TrafficPlan {
  const virtuals: VirtualPlan[] = [];
  const packetVirtuals: PacketVirtual[] = [];
  const backends = new Map<string, BackendPlan>();
  const refusals: Refusal[] = [];
  const taken = new Map<string, string>();
  for (const virtual of view.list('ltm virtual')) {
    const refuse = (reason: string): void => void refusals.push({ virtual: virtual.name, reason });
    const place = placeOf(view, virtual);
    if (typeof place === 'string') {
      refuse(place);
      continue;
    }
    const kind = kindOf(view, virtual);
    const protocol = kind === 'udp' ? 'udp' : 'tcp';
    const key = `${protocol} ${printEndpoint(place.endpoint)}`;
    const other = taken.get(key);
    if (other !== undefined) {
      refuse(`destination ${printEndpoint(place.endpoint)} is carried by ${other} already`);
      continue;
    }
    const planned =
      kind === 'proxy'
        ? planProxy(view, facts, virtual, place)
        : planPacket(view, facts, virtual, place, protocol);
    if (typeof planned === 'string') {
      refuse(planned);
      continue;
    }
    taken.set(key, virtual.name);
    if ('packet' in planned) packetVirtuals.push(planned.packet);
    else {
      virtuals.push(planned.virtual);
      const { backend } = planned;
      if (backend !== undefined) backends.set(`${backend.pool} ${backend.way}`, backend);
    }
  }
  return {
    sequence: view.sequence,
    maximumConnections: facts.maximumConnections,
    pools: planPools(view),
    virtuals,
    backends: [...backends.values()],
    packetVirtuals,
    refusals,
  };
}

export interface Place {
  readonly endpoint: Endpoint;
  readonly trafficGroup: string;
  /** Of the virtual and of its address together. */
  readonly isEnabled: boolean;
}

/** Where the virtual server answers, or why it cannot be carried. */
function placeOf(view: ConfigView, virtual: EffectiveObject): Place | string {
  const { properties, name } = virtual;
  const type = textValue(properties, 'virtual-type');
  if (type !== undefined) return `type ${type} is not carried yet`;
  const text = textValue(properties, 'destination') ?? '';
  const { host, port } = splitMember(lastPart(text));
  const folder = text.slice(0, text.length - lastPart(text).length) || '/Common/';
  const object =
    view.get('ltm virtual-address', `${folder}${host}`) ??
    view.get('ltm virtual-address', `/Common/${host}`);
  const endpoint =
    parseEndpoint(lastPart(text), portOf) ?? endpointOf(object && addressText(object), port);
  if (endpoint === undefined) return `destination "${text}" of ${name} has no address`;
  if (endpoint.address.routeDomain !== 0)
    return `route domain ${endpoint.address.routeDomain} is not carried yet`;
  if (endpoint.address.bytes.every((byte) => byte === 0) || !isHostMask(virtual))
    return `destination ${lastPart(text)}: networks and wildcards are not carried yet`;
  const group = object === undefined ? undefined : textValue(object.properties, 'traffic-group');
  return {
    endpoint,
    trafficGroup: group === undefined || group === 'default' ? '/Common/traffic-group-1' : group,
    isEnabled:
      textValue(properties, 'enabled') !== 'disabled' &&
      (object === undefined || textValue(object.properties, 'enabled') !== 'no'),
  };
}

function addressText(object: EffectiveObject): string {
  return textValue(object.properties, 'address') ?? lastPart(object.name);
}

function endpointOf(text: string | undefined, port: number | undefined): Endpoint | undefined {
  const address = text === undefined ? undefined : parseAddress(text);
  return address === undefined || port === undefined ? undefined : { address, port };
}

function isHostMask(virtual: EffectiveObject): boolean {
  const mask = parseAddress(textValue(virtual.properties, 'mask') ?? '');
  return mask === undefined || mask.bytes.every((byte) => byte === 255);
}

/** A virtual without any profile is FastL4, as one made by tmsh without profiles is. */
function kindOf(view: ConfigView, virtual: EffectiveObject): 'proxy' | 'packet' | 'udp' {
  const protocol = textValue(virtual.properties, 'ip-protocol');
  if (protocol === 'udp') return 'udp';
  const kinds = profileKinds(view, virtual);
  if (kinds.has('ltm profile udp')) return 'udp';
  return kinds.size === 0 || kinds.has('ltm profile fastl4') ? 'packet' : 'proxy';
}

function profileKinds(view: ConfigView, virtual: EffectiveObject): ReadonlySet<string> {
  return new Set(profilesOf(view, virtual).map((profile) => profile.component));
}
