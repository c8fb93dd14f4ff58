/**
 * Whose answers leave by the way their questions came (BIG-IP's auto last hop, F5 article K13876; last hop pools). Asked
 * of connections that come to a VLAN from beyond its networks. The virtual server says it, else the VLAN, else the device. Pure.
 */
import { type Prefix, parseAddress, parsePrefix } from '../../base/address.ts';
import { masqueradeName } from '../../base/interface-names.ts';
import { textValue } from '../../config/property-values.ts';
import type { Change, ConfigView, EffectiveObject } from '../../config/types.ts';
import type { HealthTable } from '../../monitor/health.ts';
import { type Claim, inPrecedence } from '../classify.ts';
import { placeOf } from '../place.ts';
import { planPool } from '../plan-pool.ts';
import type { DeviceFacts } from '../types.ts';

export interface LastHopPlan {
  readonly lans: readonly Lan[];
  /** Addresses of the device itself: what is asked of them is answered as the routing table says. */
  readonly own: readonly Prefix[];
  /** Virtual servers that say it themselves, first match first. */
  readonly exceptions: readonly Exception[];
  /** Addresses of other devices of the domain: they are no routers, though they may pass packets on. */
  readonly devices: ReadonlySet<string>;
}

export interface Lan {
  readonly device: string;
  /** The device, and those of traffic groups with a hardware address of their own on it. */
  readonly names: readonly string[];
  readonly isOn: boolean;
  /** Networks that are reached without a router. */
  readonly connected: readonly Prefix[];
}

export interface Exception {
  readonly claim: Claim;
  /** `routers`: one of these in place of the one that the packet came from. */
  readonly way: 'on' | 'off' | { readonly routers: readonly string[] };
}

/** Commits that touch none of these leave the plan as it is; of virtual servers, `saysLastHop` counts. */
const components: readonly string[] = [
  'net vlan',
  'net self',
  'net route',
  'net interface',
  'cm device',
  'cm traffic-group',
  'ltm global-settings connection',
];
/** Where virtual servers say it themselves. */
const places: readonly string[] = [
  'net address-list',
  'net port-list',
  'ltm pool',
  'ltm virtual-address',
  'ltm traffic-matching-criteria',
];

/** `isSaid`: by some virtual server. */
export function concernsLastHop({ component, name }: Change, isSaid: boolean): boolean {
  return (
    components.includes(component) ||
    (isSaid && places.includes(component)) ||
    (component === 'sys db' && name === deviceVariable)
  );
}

const deviceVariable = 'connection.autolasthop';

/** The virtual server does not leave it to its VLANs. */
export function saysLastHop({ properties }: Pick<EffectiveObject, 'properties'>): boolean {
  return (
    (textValue(properties, 'auto-lasthop') ?? 'default') !== 'default' ||
    textValue(properties, 'last-hop-pool') !== undefined
  );
}

/** `saying`: names of virtual servers for which `saysLastHop`. */
export function planLastHop(
  view: ConfigView,
  facts: DeviceFacts,
  health: Pick<HealthTable, 'get'>,
  saying: Iterable<string>,
): LastHopPlan {
  const selfs = view.list('net self').flatMap(({ properties }) => {
    const network = parsePrefix(textValue(properties, 'address') ?? '');
    if (network === undefined || network.address.routeDomain !== 0) return [];
    return [{ network, vlan: textValue(properties, 'vlan') ?? '' }];
  });
  const groups = view.names('cm traffic-group');
  const isOnByDefault = isDeviceOn(view);
  const lans = view.list('net vlan').flatMap((vlan): readonly Lan[] => {
    const device = facts.interfaceOf(vlan.name);
    if (device === undefined) return [];
    const connected = selfs.filter((self) => self.vlan === vlan.name).map((self) => self.network);
    const said = textValue(vlan.properties, 'auto-lasthop') ?? 'default';
    return [
      {
        device,
        names: [device, ...groups.map((group) => masqueradeName(group, device))],
        // A VLAN without an address has nobody who answers.
        isOn: connected.length > 0 && (said === 'default' ? isOnByDefault : said === 'enabled'),
        connected,
      },
    ];
  });
  return {
    lans,
    own: selfs.map(({ network }) => network),
    exceptions: exceptions(view, facts, health, saying),
    devices: new Set(view.list('cm device').flatMap((device) => addressesOf(device))),
  };
}

/** Both say it on BIG-IP: the setting, and the variable that older releases had for it. */
function isDeviceOn(view: ConfigView): boolean {
  const general = view.get('ltm global-settings connection', '')?.properties ?? {};
  const variable = view.get('sys db', deviceVariable)?.properties ?? {};
  return (
    textValue(general, 'auto-last-hop') !== 'disabled' && textValue(variable, 'value') !== 'disable'
  );
}

const deviceAddresses = ['configsync-ip', 'mirror-ip', 'mirror-secondary-ip'] as const;

function addressesOf({ properties }: EffectiveObject): readonly string[] {
  const unicast = properties['unicast-address'];
  const heard = (Array.isArray(unicast) ? unicast : []).map((one) =>
    typeof one === 'object' && 'ip' in one ? one['ip'] : undefined,
  );
  return [...deviceAddresses.map((name) => properties[name]), ...heard].flatMap((text) => {
    const address = typeof text === 'string' ? parseAddress(text) : undefined;
    return address === undefined ? [] : [address.text];
  });
}

function exceptions(
  view: ConfigView,
  facts: DeviceFacts,
  health: Pick<HealthTable, 'get'>,
  saying: Iterable<string>,
): readonly Exception[] {
  const found = new Map<Claim, Exception['way']>();
  for (const name of saying) {
    const virtual = view.get('ltm virtual', name);
    if (virtual === undefined || !saysLastHop(virtual)) continue;
    const { place } = placeOf(view, facts, virtual);
    if (typeof place === 'string') continue;
    const way = wayOf(view, virtual, health);
    const claims = place.matches?.map(({ destination, ports }) => ({
      ...place.claim,
      destination,
      ports,
      port: ports[0] ?? 0,
    })) ?? [place.claim];
    for (const claim of claims) found.set(claim, way);
  }
  return inPrecedence([...found.keys()]).map((claim) => ({ claim, way: found.get(claim) ?? 'on' }));
}

function wayOf(
  view: ConfigView,
  { properties }: EffectiveObject,
  health: Pick<HealthTable, 'get'>,
): Exception['way'] {
  const pool = textValue(properties, 'last-hop-pool');
  if (pool === undefined)
    return textValue(properties, 'auto-lasthop') === 'disabled' ? 'off' : 'on';
  const object = view.get('ltm pool', pool);
  const members = object === undefined ? [] : planPool(view, object).members;
  const all = members.map(({ name, address }) => {
    const isUp = health.get(`member ${pool} ${name}`)?.usable !== false;
    return { text: address.text, isUp };
  });
  const up = all.filter(({ isUp }) => isUp);
  // Nobody left: one that may be up all the same is better than none.
  return { routers: (up.length > 0 ? up : all).map(({ text }) => text) };
}
