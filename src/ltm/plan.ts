/**
 * (configuration, device) → traffic plan. Pure: the same input gives the same plan on every device of a
 * group, so that a standby holds what the active one holds.
 */
import { type Endpoint, parseAddress, parseEndpoint, parsePrefix } from '../base/address.ts';
import { lastPart, textValue } from '../config/property-values.ts';
import type { Change, ConfigView, EffectiveObject } from '../config/types.ts';
import { type Claim, classifiedNames, inPrecedence, marksOf } from './classify.ts';
import { maskBits } from './plan-persistence.ts';
import { planPools, portOf, splitMember } from './plan-pool.ts';
import { networkOf } from './plan-source.ts';
import { interfacesOf, planPacket, planProxy, profilesOf } from './plan-virtual.ts';
import type { BackendPlan, DeviceFacts, PacketVirtual, Refusal, TrafficPlan } from './types.ts';
import type { VirtualPlan } from './types.ts';

/** Commits that touch none of these leave the plan as it is. */
const planComponents: readonly string[] = ['ltm ', 'net self', 'net vlan', 'sys file '];

export function concernsPlan(changes: readonly Change[]): boolean {
  return changes.some((change) =>
    planComponents.some((prefix) => change.component.startsWith(prefix)),
  );
}

export function planTraffic(view: ConfigView, facts: DeviceFacts): TrafficPlan {
  const virtuals: VirtualPlan[] = [];
  const packetVirtuals: PacketVirtual[] = [];
  const backends = new Map<string, BackendPlan>();
  const refusals: Refusal[] = [];
  const carried = new Set<string>();
  const placed = placeAll(view, facts, refusals);
  for (const { virtual, place } of placed) {
    const planned =
      place.target === 'reject'
        ? undefined
        : place.target === 'proxy'
          ? planProxy(view, virtual, place)
          : planPacket(view, virtual, place);
    if (typeof planned === 'string') {
      refusals.push({ virtual: virtual.name, reason: planned });
      continue;
    }
    carried.add(virtual.name);
    if (planned === undefined) continue;
    if ('packet' in planned) packetVirtuals.push(planned.packet);
    else {
      virtuals.push(planned.virtual);
      const { backend } = planned;
      if (backend !== undefined) backends.set(`${backend.pool} ${backend.way}`, backend);
    }
  }
  const claims = placed
    .filter(({ virtual, place }) => place.isClassified && carried.has(virtual.name))
    .map(({ place }) => place.claim);
  const marks = new Map(placed.map(({ place }) => [place.claim.name, place.mark]));
  return {
    sequence: view.sequence,
    maximumConnections: facts.maximumConnections,
    pools: planPools(view),
    virtuals,
    backends: [...backends.values()],
    packetVirtuals,
    classified: inPrecedence(claims).map((claim) => ({
      ...claim,
      mark: marks.get(claim.name) ?? 0,
    })),
    refusals,
  };
}

export interface Place extends Pick<Claim, 'source' | 'interfaces' | 'protocol' | 'target'> {
  readonly endpoint: Endpoint;
  readonly trafficGroup: string;
  /** Of the virtual and of its address together. */
  readonly isEnabled: boolean;
  readonly claim: Claim;
}

export interface Placed extends Place {
  readonly mark: number;
  readonly isClassified: boolean;
}

function placeAll(
  view: ConfigView,
  facts: DeviceFacts,
  refusals: Refusal[],
): readonly { readonly virtual: EffectiveObject; readonly place: Placed }[] {
  const places = view.list('ltm virtual').flatMap((virtual) => {
    const place = placeOf(view, facts, virtual);
    if (typeof place !== 'string') return [{ virtual, place }];
    refusals.push({ virtual: virtual.name, reason: place });
    return [];
  });
  const marks = marksOf(places.map(({ virtual }) => virtual.name));
  const names = classifiedNames(places.map(({ place }) => place.claim));
  return places.map(({ virtual, place }) => ({
    virtual,
    place: {
      ...place,
      mark: marks.get(virtual.name) ?? 0,
      isClassified: names.has(virtual.name),
    },
  }));
}

/** Where the virtual server answers, or why it cannot be carried. */
function placeOf(view: ConfigView, facts: DeviceFacts, virtual: EffectiveObject): Place | string {
  const { properties, name } = virtual;
  const target = targetOf(view, virtual);
  if (target === undefined)
    return `type ${textValue(properties, 'virtual-type')} is not carried yet`;
  const text = textValue(properties, 'destination') ?? '';
  const { host, port } = splitMember(lastPart(text));
  const folder = text.slice(0, text.length - lastPart(text).length) || '/Common/';
  const object =
    view.get('ltm virtual-address', `${folder}${host}`) ??
    view.get('ltm virtual-address', `/Common/${host}`);
  const endpoint =
    parseEndpoint(lastPart(text), portOf) ??
    endpointOf(anyAddress(host) ?? (object && addressText(object)), port);
  if (endpoint === undefined) return `destination "${text}" of ${name} has no address`;
  if (endpoint.address.routeDomain !== 0)
    return `route domain ${endpoint.address.routeDomain} is not carried yet`;
  const group = object === undefined ? undefined : textValue(object.properties, 'traffic-group');
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
  };
  return {
    ...match,
    endpoint,
    trafficGroup: group === undefined || group === 'default' ? '/Common/traffic-group-1' : group,
    claim: {
      ...match,
      name,
      destination: networkOf({ address: endpoint.address, length: maskLength(virtual, endpoint) }),
      port: endpoint.port,
      pool: textValue(properties, 'pool'),
    },
  };
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

/** A virtual without any profile is FastL4, as one made by tmsh without profiles is. */
function targetOf(view: ConfigView, virtual: EffectiveObject): Claim['target'] | undefined {
  switch (textValue(virtual.properties, 'virtual-type')) {
    case undefined: {
      if (textValue(virtual.properties, 'ip-protocol') === 'udp') return 'packet';
      const kinds = profileKinds(view, virtual);
      const isPacket =
        kinds.size === 0 || kinds.has('ltm profile udp') || kinds.has('ltm profile fastl4');
      return isPacket ? 'packet' : 'proxy';
    }
    case 'ip-forward':
      return 'forward';
    case 'reject':
      return 'reject';
    default:
      return undefined;
  }
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

function profileKinds(view: ConfigView, virtual: EffectiveObject): ReadonlySet<string> {
  return new Set(profilesOf(view, virtual).map((profile) => profile.component));
}
