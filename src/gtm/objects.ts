/**
 * GTM objects of the configuration as this room thinks of them: references resolved to names, words to
 * types, members split into server and virtual server. Pure.
 */
import { parseAddress, parseEndpoint, printEndpoint, type Endpoint } from '../base/address.ts';
import type { Properties, Value } from '../catalogue/types.ts';
import type { ConfigView, EffectiveObject } from '../config/types.ts';
import { defaultDnsProfile, type DnsProfile, type SecureDoor } from './protocol.ts';
import { readSecureDoor } from './secure-door.ts';
import { limitOf, limitsOf, type GtmLimits } from './limits.ts';
import type { LinkTerms } from './link-load.ts';
import { readQosWeights } from './qos.ts';
import { numberOf, textOf } from './values.ts';
import type { GtmType, Method, PoolChoiceMode, QosWeights } from './decision/snapshot-types.ts';

export interface GtmDevice {
  readonly name: string;
  /** As to be dialled: the translation where there is one. */
  readonly addresses: readonly string[];
}

export interface GtmVirtualServer {
  readonly name: string;
  /** By which it is known among those of all servers (`virtualServerKey`). */
  readonly key: string;
  /** What clients are given. */
  readonly endpoint: Endpoint | undefined;
  /** `address:port` as its own device knows it, behind a translation. */
  readonly inside: string;
  readonly isTranslated: boolean;
  readonly ltmName: string;
  readonly enabled: boolean;
  /** Virtual servers that it needs, as `/Common/server:name`. */
  readonly dependsOn: readonly string[];
  /** Full name of the link that it is reached through, named or by its address (`bindToLinks`); empty: none. */
  readonly link: string;
  /** As it is named in the configuration; empty: none. */
  readonly explicitLink: string;
  readonly limits: GtmLimits;
  /** Monitors of it alone; empty: none. */
  readonly monitorRule: string;
}

export interface GtmServer {
  readonly name: string;
  /** Of what is a link, and its virtual servers the routers of it. */
  readonly linkName?: string;
  readonly linkTerms?: LinkTerms;
  readonly datacenter: string;
  readonly enabled: boolean;
  /** Speaks iQuery; anything else is not probed here and stays unknown. */
  readonly isBigip: boolean;
  readonly devices: readonly GtmDevice[];
  readonly virtualServers: readonly GtmVirtualServer[];
  /** It may be asked to measure ways to resolvers (`iq-allow-path`). */
  readonly measuresPaths: boolean;
  readonly discovery: 'disabled' | 'enabled' | 'enabled-no-delete';
  /** Of links, by the routers that its devices report. */
  readonly linkDiscovery: GtmServer['discovery'];
  /** As it is written. */
  readonly monitorRule: string;
  readonly limits: GtmLimits & {
    readonly cpuPercent: number | undefined;
    /** At least so much has to be free. */
    readonly memoryKilobytes: number | undefined;
  };
  /** Name and timing of its bigip monitor. */
  readonly monitor: {
    readonly name: string;
    readonly intervalSeconds: number;
    readonly timeoutSeconds: number;
  };
}

export interface GtmDatacenter {
  readonly name: string;
  readonly enabled: boolean;
}

export interface GtmPoolMember {
  /** `/Common/server:virtual-server`; in pools of names the name. */
  readonly name: string;
  /** Empty in pools of names. */
  readonly server: string;
  readonly virtualServer: string;
  /** `GtmVirtualServer.key` of it. */
  readonly virtualKey: string;
  /** Pools of names: the name, lower case; empty in pools of addresses. */
  readonly target: string;
  /** A plain name, and no wide IP: always available. */
  readonly isStatic: boolean;
  readonly limits: GtmLimits;
  /** `default`: that of the pool. */
  readonly monitorRule: string;
  readonly properties: Properties;
  readonly order: number;
  readonly ratio: number;
  readonly enabled: boolean;
}

export interface GtmPool {
  readonly name: string;
  readonly type: GtmType;
  readonly enabled: boolean;
  readonly preferred: Method;
  readonly alternate: Method;
  readonly fallback: Method;
  readonly fallbackIp: string | undefined;
  readonly ttlSeconds: number;
  readonly maxAnswers: number;
  readonly verifiesAvailability: boolean;
  /** Members that go down are disabled, until somebody enables them. */
  readonly resumesByHand: boolean;
  readonly isDynamicRatio: boolean;
  readonly qos: QosWeights;
  /** Members that have to be up for the pool to be. */
  readonly monitorRule: string;
  readonly least: { readonly mode: 'off' | 'number' | 'percent'; readonly value: number };
  readonly limits: GtmLimits;
  readonly members: readonly GtmPoolMember[];
}

export interface GtmWideIp {
  readonly name: string;
  readonly type: GtmType;
  readonly domain: string;
  readonly aliases: readonly string[];
  readonly enabled: boolean;
  readonly mode: PoolChoiceMode;
  /** Of its own type, or of type cname. */
  readonly pools: readonly {
    readonly type: GtmType;
    readonly name: string;
    readonly ratio: number;
  }[];
  readonly lastResort: { readonly type: string; readonly name: string } | undefined;
  readonly properties: Properties;
}

export const gtmTypes: readonly GtmType[] = ['a', 'aaaa', 'cname', 'mx', 'naptr', 'srv'];

export function itemsOf(properties: Properties, name: string): readonly Properties[] {
  const value = properties[name];
  return Array.isArray(value) ? (value as readonly Value[]).filter(isProperties) : [];
}

function isProperties(value: Value): value is Properties {
  return typeof value === 'object' && !Array.isArray(value);
}

export function isEnabled(properties: Properties): boolean {
  return properties['enabled'] !== 'disabled';
}

/** "80", "any": BIG-IP's words for ports that reach us unresolved count as no port. */
export function portOf(text: string): number | undefined {
  if (text === 'any' || text === '*') return 0;
  return /^\d{1,5}$/.test(text) ? Number(text) : undefined;
}

export function endpointOf(text: string): Endpoint | undefined {
  return parseEndpoint(text.slice(text.lastIndexOf('/') + 1), portOf);
}

/** The same for the same address and port, however they were written; route domains do not matter here. */
export function endpointKey(endpoint: Endpoint): string {
  return printEndpoint({ ...endpoint, address: { ...endpoint.address, routeDomain: 0 } });
}

export function readDatacenters(view: ConfigView): readonly GtmDatacenter[] {
  return view
    .list('gtm datacenter')
    .map(({ name, properties }) => ({ name, enabled: isEnabled(properties) }));
}

const bigipProducts = ['bigip', 'redundant-bigip', 'single-bigip'];

export function readServers(view: ConfigView): readonly GtmServer[] {
  return view.list('gtm server').map(({ name, properties }) => ({
    name,
    datacenter: textOf(properties, 'datacenter'),
    enabled: isEnabled(properties),
    isBigip: bigipProducts.includes(textOf(properties, 'product', 'bigip')),
    devices: itemsOf(properties, 'devices').map(readDevice),
    virtualServers: itemsOf(properties, 'virtual-servers').map((item) =>
      readVirtualServer(name, item),
    ),
    measuresPaths: textOf(properties, 'iq-allow-path', 'yes') === 'yes',
    discovery: discoveryOf(textOf(properties, 'virtual-server-discovery', 'disabled')),
    linkDiscovery: discoveryOf(textOf(properties, 'link-discovery', 'disabled')),
    monitor: readMonitor(view, textOf(properties, 'monitor')),
    monitorRule: textOf(properties, 'monitor'),
    limits: {
      ...limitsOf(properties),
      cpuPercent: limitOf(properties, 'limit-cpu-usage', 'limit-cpu-usage-status'),
      memoryKilobytes: limitOf(properties, 'limit-mem-avail', 'limit-mem-avail-status'),
    },
  }));
}

function discoveryOf(word: string): GtmServer['discovery'] {
  return word === 'enabled' || word === 'enabled-no-delete' ? word : 'disabled';
}

function readDevice(properties: Properties): GtmDevice {
  const addresses = itemsOf(properties, 'addresses').map((address) => {
    const translation = textOf(address, 'translation', 'none');
    return translation === 'none' ? textOf(address, 'name') : translation;
  });
  return { name: textOf(properties, 'name'), addresses: addresses.map(canonicalAddress) };
}

export function canonicalAddress(text: string): string {
  return parseAddress(text)?.text ?? text;
}

function readVirtualServer(server: string, properties: Properties): GtmVirtualServer {
  const endpoint = endpointOf(textOf(properties, 'destination'));
  const translated = parseAddress(textOf(properties, 'translation-address', 'none'));
  const translatedPort = numberOf(properties, 'translation-port', 0);
  const inside = endpoint && {
    address: translated ?? endpoint.address,
    port: translatedPort === 0 ? endpoint.port : translatedPort,
  };
  const name = textOf(properties, 'name');
  const explicitLink = linkOf(textOf(properties, 'explicit-link-name', 'none'));
  return {
    name,
    key: virtualServerKey(server, name),
    endpoint,
    inside: inside === undefined ? '' : endpointKey(inside),
    isTranslated: translated !== undefined || translatedPort !== 0,
    ltmName: textOf(properties, 'ltm-name'),
    enabled: isEnabled(properties),
    dependsOn: itemsOf(properties, 'depends-on').map((item) => {
      const { server, virtualServer } = splitMember(textOf(item, 'name'));
      return virtualServerKey(server, virtualServer);
    }),
    link: explicitLink,
    explicitLink,
    limits: limitsOf(properties),
    monitorRule: textOf(properties, 'monitor'),
  };
}

function linkOf(text: string): string {
  if (text === 'none' || text === '') return '';
  return text.startsWith('/') ? text : `/Common/${text}`;
}

const defaultMonitor = '/Common/bigip';

function readMonitor(view: ConfigView, rule: string): GtmServer['monitor'] {
  // A rule may join several; the first is the bigip monitor that a server of this product must have.
  const name = /\/[^\s{}]+/.exec(rule)?.[0] ?? defaultMonitor;
  const properties = view.get('gtm monitor bigip', name)?.properties ?? {};
  return {
    name,
    intervalSeconds: numberOf(properties, 'interval', 30),
    timeoutSeconds: numberOf(properties, 'timeout', 90),
  };
}

export function readPools(view: ConfigView): readonly GtmPool[] {
  return gtmTypes.flatMap((type) =>
    view.list(`gtm pool ${type}`).map((pool) => readPool(pool, type)),
  );
}

function readPool({ name, properties }: EffectiveObject, type: GtmType): GtmPool {
  const fallbackIp = textOf(properties, 'fallback-ip', 'any');
  // The catalogue allows only these words.
  const method = (property: string, preset: Method): Method =>
    textOf(properties, property, preset) as Method;
  return {
    name,
    type,
    enabled: isEnabled(properties),
    preferred: method('load-balancing-mode', 'round-robin'),
    alternate: method('alternate-mode', 'round-robin'),
    fallback: method('fallback-mode', 'return-to-dns'),
    fallbackIp: fallbackIp.startsWith('any') ? undefined : fallbackIp,
    ttlSeconds: numberOf(properties, 'ttl', 30),
    maxAnswers: numberOf(properties, 'max-answers-returned', 1),
    verifiesAvailability: textOf(properties, 'verify-member-availability', 'enabled') === 'enabled',
    resumesByHand: textOf(properties, 'manual-resume', 'disabled') === 'enabled',
    isDynamicRatio: textOf(properties, 'dynamic-ratio', 'disabled') === 'enabled',
    qos: readQosWeights(properties),
    monitorRule: textOf(properties, 'monitor'),
    least: {
      mode: leastMode(textOf(properties, 'min-members-up-mode', 'off')),
      value: numberOf(properties, 'min-members-up-value', 0),
    },
    limits: limitsOf(properties),
    // Sorting is stable: members of one order stay as they were written.
    members: itemsOf(properties, 'members')
      .map((member) => readMember(member, type))
      .toSorted((a, b) => a.order - b.order),
  };
}

function leastMode(word: string): GtmPool['least']['mode'] {
  return word === 'number' || word === 'percent' ? word : 'off';
}

function readMember(properties: Properties, type: GtmType): GtmPoolMember {
  const name = textOf(properties, 'name');
  const isName = type !== 'a' && type !== 'aaaa';
  const { server, virtualServer } = isName ? noVirtualServer : splitMember(name);
  return {
    name,
    server,
    virtualServer,
    virtualKey: isName ? '' : virtualServerKey(server, virtualServer),
    target: isName ? domainOf(name.slice(name.lastIndexOf('/') + 1)) : '',
    monitorRule: textOf(properties, 'monitor', 'default'),
    isStatic: type === 'cname' && textOf(properties, 'static-target', 'no') === 'yes',
    limits: limitsOf(properties),
    properties,
    order: numberOf(properties, 'member-order', 0),
    ratio: numberOf(properties, 'ratio', 1),
    enabled: isEnabled(properties),
  };
}

const noVirtualServer = { server: '', virtualServer: '' };

export function virtualServerKey(server: string, virtualServer: string): string {
  return `${server}:${virtualServer}`;
}

/** `/Common/server:virtual-server`, the latter often a path itself. */
export function splitMember(name: string): { server: string; virtualServer: string } {
  const colon = name.indexOf(':');
  const server = colon < 0 ? name : name.slice(0, colon);
  return {
    server: server.startsWith('/') ? server : `/Common/${server}`,
    virtualServer: colon < 0 ? '' : name.slice(colon + 1),
  };
}

export function readWideIps(view: ConfigView): readonly GtmWideIp[] {
  return gtmTypes.flatMap((type) =>
    view.list(`gtm wideip ${type}`).map((wideIp) => readWideIp(wideIp, type)),
  );
}

function readWideIp({ name, properties }: EffectiveObject, type: GtmType): GtmWideIp {
  const aliases = properties['aliases'];
  const [lastType, lastName] = textOf(properties, 'last-resort-pool').split(/\s+/);
  return {
    name,
    type,
    domain: domainOf(name.slice(name.lastIndexOf('/') + 1)),
    aliases: Array.isArray(aliases) ? aliases.map((alias) => domainOf(String(alias))) : [],
    enabled: isEnabled(properties),
    // The catalogue allows only these words.
    mode: textOf(properties, 'pool-lb-mode', 'round-robin') as PoolChoiceMode,
    pools: [
      ...itemsOf(properties, 'pools').map((pool, index) => poolUse(pool, index, type)),
      ...itemsOf(properties, 'pools-cname').map((pool, index) => poolUse(pool, index, 'cname')),
    ].toSorted((a, b) => a.order - b.order),
    lastResort: lastType && lastName ? { type: lastType, name: lastName } : undefined,
    properties,
  };
}

function poolUse(
  pool: Properties,
  index: number,
  type: GtmType,
): GtmWideIp['pools'][number] & { readonly order: number } {
  const order = numberOf(pool, 'order', index);
  return { type, name: textOf(pool, 'name'), ratio: numberOf(pool, 'ratio', 1), order };
}

function domainOf(text: string): string {
  return text.toLowerCase().replace(/\.$/, '');
}

export interface GtmListener {
  readonly name: string;
  readonly enabled: boolean;
  readonly spec: {
    readonly address: string;
    readonly port: number;
    readonly protocol: 'udp' | 'tcp';
    readonly profile: DnsProfile;
    readonly secure?: SecureDoor;
  };
}

export function readListeners(view: ConfigView): readonly GtmListener[] {
  return view.list('gtm listener').map(({ name, properties }) => {
    const protocol = textOf(properties, 'ip-protocol', 'udp') === 'tcp' ? 'tcp' : 'udp';
    const secure = protocol === 'tcp' ? readSecureDoor(view, properties) : undefined;
    return {
      name,
      enabled: isEnabled(properties),
      spec: {
        address: canonicalAddress(textOf(properties, 'address')),
        port: numberOf(properties, 'port', 53),
        protocol,
        profile: readDnsProfile(view, properties),
        ...(secure !== undefined && { secure }),
      },
    };
  });
}

function readDnsProfile(view: ConfigView, listener: Properties): DnsProfile {
  const properties = itemsOf(listener, 'profiles')
    .map((item) => view.get('ltm profile dns', textOf(item, 'name'))?.properties)
    .find((found) => found !== undefined);
  if (properties === undefined) return defaultDnsProfile;
  const action = textOf(properties, 'unhandled-query-action', 'allow');
  return {
    answersWideIps: textOf(properties, 'enable-gtm', 'yes') === 'yes',
    usesBind: textOf(properties, 'use-local-bind', 'yes') === 'yes',
    holdsZones: textOf(properties, 'enable-dns-express', 'yes') === 'yes',
    takesRecursion: textOf(properties, 'process-rd', 'yes') === 'yes',
    signs: textOf(properties, 'enable-dnssec', 'yes') === 'yes',
    unhandled: unhandledActions.find((word) => word === action) ?? 'allow',
  };
}

const unhandledActions = ['allow', 'drop', 'hint', 'noerror', 'reject'] as const;
