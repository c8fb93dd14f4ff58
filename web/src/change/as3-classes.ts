/** Virtual servers, pools and monitors as AS3's classes. Pure. Undefined: AS3 has no plain form of it. */
import type { Component } from '../../../src/catalogue/types.ts';
import type { Json, JsonObject } from '../../../src/config/text/json.ts';
import { isObject } from '../catalogue/shape.ts';
import {
  type As3Context,
  type As3Object,
  Taking,
  endpointOf,
  fullName,
  isNothing,
  isStockParent,
  itemTypeOf,
  itemsAt,
  monitorsOf,
} from './as3-values.ts';

export function poolOf(
  component: Component,
  body: JsonObject,
  context: As3Context,
): As3Object | undefined {
  const taking = new Taking(
    component,
    body,
    { class: 'Pool', loadBalancingMode: 'round-robin' },
    { minActiveMembers: 1 },
  );
  taking.words(
    `description:remark load-balancing-mode min-active-members:minimumMembersActive# reselect-tries#
    service-down-action slow-ramp-time# allow-nat:allowNATEnabled? allow-snat:allowSNATEnabled?`,
    context,
  );
  const rule = taking.get('monitor');
  if (typeof rule === 'string' && !isNothing(rule))
    Object.assign(taking.json, monitorsOf(rule, context));
  taking.get('members');
  const type = itemTypeOf(component, 'members');
  const members = itemsAt(body, 'members').map((member) => memberOf(type, member));
  const known = members.filter((one) => one !== undefined);
  if (known.length < members.length) return undefined;
  if (known.length > 0) taking.json['members'] = known.map(({ json }) => json);
  const made = taking.done();
  const left = new Set(known.flatMap((one) => one.left.map((name) => `members ${name}`)));
  return { json: made.json, left: [...made.left, ...left] };
}

function memberOf(type: Pick<Component, 'properties'>, member: JsonObject): As3Object | undefined {
  const { fqdn } = member;
  const host =
    fqdn !== undefined && isObject(fqdn) && !isNothing(fqdn['tmName']) ? fqdn : undefined;
  const name = String(member['name']);
  const endpoint = endpointOf(name);
  const port = endpoint?.port ?? Number(/[:.](\d+)$/.exec(name)?.[1] ?? NaN);
  const address = typeof member['address'] === 'string' ? member['address'] : endpoint?.address;
  if (
    Number.isNaN(port) ||
    (host === undefined && (endpoint === undefined || address === undefined))
  )
    return undefined;
  const json: Converted =
    host === undefined
      ? { servicePort: port, serverAddresses: [String(address)] }
      : {
          servicePort: port,
          addressDiscovery: 'fqdn',
          hostname: String(host['tmName']),
          autoPopulate: host['autopopulate'] === 'enabled',
        };
  const taking = new Taking(type, member, json);
  for (const known of ['address', 'fqdn', 'ephemeral', 'monitorStatus', 'parent'])
    taking.get(known);
  taking.words('priority-group# ratio# connection-limit#', { pointer: () => ({}) });
  if (taking.get('state') === 'user-down') taking.json['adminState'] = 'offline';
  else if (taking.get('session') === 'user-disabled') taking.json['adminState'] = 'disable';
  taking.get('session');
  if (taking.get('monitor') !== 'default' && !isNothing(member['monitor'])) taking.leave('monitor');
  return taking.done();
}

type Converted = Record<string, Json>;

/** `type`: "http" of "ltm monitor http". */
export function monitorOf(
  component: Component,
  body: JsonObject,
  context: As3Context,
): As3Object | undefined {
  const type = component.id.slice('ltm monitor '.length);
  const monitorType = type === 'gateway-icmp' ? 'icmp' : type;
  if (!isStockParent(component.id, body['defaultsFrom'])) return undefined;
  const taking = new Taking(component, body, { class: 'Monitor', monitorType });
  taking.get('defaultsFrom');
  taking.words(
    `description:remark interval# timeout# time-until-up# up-interval# send recv:receive recv-disable:receiveDown
    reverse? transparent? ip-dscp:dscp# adaptive? username ssl-profile:clientTLS@ domain cipherlist:ciphers qname:queryName qtype:queryType
    answer-contains accept-rcode:acceptRCODE filename mode:protocol database count# recv-column:receiveColumn
    recv-row:receiveRow base chase-referrals? mandatory-attributes? security request headers`,
    context,
  );
  const adaptive = `adaptive-divergence-type adaptive-divergence-value:adaptiveDivergencePercentage#
    adaptive-limit:adaptiveLimitMilliseconds# adaptive-sampling-timespan:adaptiveWindow#`;
  if (body['adaptive'] === 'enabled') taking.words(adaptive, context);
  for (const name of ['DivergenceType', 'DivergenceValue', 'Limit', 'SamplingTimespan'])
    taking.get(`adaptive${name}`);
  const target = taking.get('destination');
  if (target !== undefined && target !== '*:*' && target !== '*') {
    const endpoint = endpointOf(String(target).replace(/^\*[:.]/, '0.0.0.0:'));
    if (endpoint === undefined) return undefined;
    if (endpoint.address !== '0.0.0.0') taking.json['targetAddress'] = endpoint.address;
    taking.json['targetPort'] = endpoint.port;
  }
  return taking.done();
}

/** AS3's property for a stock profile: of others the name does not tell what they are. */
const stockProfiles: readonly (readonly [RegExp, string])[] = [
  [/^http$/, 'profileHTTP'],
  [
    /^(f5-)?tcp(-lan|-wan|-mobile|-progressive|-legacy|-(lan|wan|mobile)-optimized)?$/,
    'profileTCP',
  ],
  [/^udp(_decrement_ttl|_gtm_dns|_preserve_ttl)?$/, 'profileUDP'],
  [/^(fastL4|full_acceleration)$/, 'profileL4'],
  [/^clientssl$/, 'serverTLS'],
  [/^serverssl$/, 'clientTLS'],
  [/^oneconnect$/, 'profileMultiplex'],
  [/^httpcompression$/, 'profileHTTPCompression'],
  [/^http2$/, 'profileHTTP2'],
  [/^websocket$/, 'profileWebSocket'],
];

/** AS3's property of a service for a profile of each component. */
export const profileProperties: Readonly<Record<string, string>> = {
  'ltm profile http': 'profileHTTP',
  'ltm profile http2': 'profileHTTP2',
  'ltm profile tcp': 'profileTCP',
  'ltm profile udp': 'profileUDP',
  'ltm profile fastl4': 'profileL4',
  'ltm profile client-ssl': 'serverTLS',
  'ltm profile server-ssl': 'clientTLS',
  'ltm profile one-connect': 'profileMultiplex',
  'ltm profile http-compression': 'profileHTTPCompression',
  'ltm profile web-acceleration': 'profileHTTPAcceleration',
  'ltm profile websocket': 'profileWebSocket',
  'ltm profile ftp': 'profileFTP',
  'ltm profile stream': 'profileStream',
  'ltm profile dns': 'profileDNS',
};

export function serviceOf(
  component: Component,
  body: JsonObject,
  context: As3Context,
): As3Object | undefined {
  const { pointer } = context;
  const destination = endpointOf(String(body['destination'] ?? ''));
  const taking = new Taking(component, body, {});
  taking.get('profiles');
  const names = itemsAt(body, 'profiles').map(fullName);
  const profiles = profilesOf(names, String(taking.get('ipProtocol') ?? 'tcp'), context);
  if (destination === undefined || profiles === undefined) return undefined;
  taking.get('destination');
  // These kinds of virtual servers are other classes, or none.
  if (
    ['l2Forward', 'internal', 'reject', 'stateless', 'dhcpRelay'].some(
      (kind) => body[kind] === true,
    )
  )
    return undefined;
  const isForwarding = taking.get('ipForward') === true;
  const address = `${destination.address}${prefixOf(taking.get('mask'))}`;
  const source = taking.get('source');
  const isEverybody = source === undefined || source === '0.0.0.0/0' || source === '::/0';
  Object.assign(taking.json, {
    class: isForwarding ? 'Service_Forwarding' : profiles.service,
    ...(isForwarding && { forwardingType: 'ip' }),
    ...(profiles.layer4 !== undefined && { layer4: profiles.layer4 }),
    virtualPort: destination.port,
    virtualAddresses: isEverybody ? [address] : [[address, source]],
    snat: snatOf(taking.get('sourceAddressTranslation'), pointer),
    ...(!isForwarding && {
      persistenceMethods: namesIn(taking, body, 'persist').map(pointer),
    }),
    ...(profiles.service === 'Service_HTTPS' && { redirect80: false }),
    ...Object.fromEntries(
      Object.entries(profiles.named).map(([name, profile]) => [name, pointer(profile)]),
    ),
  });
  for (const [name, to] of [
    ['pool', 'pool'],
    ['fallbackPersistence', 'fallbackPersistenceMethod'],
  ] as const) {
    const value = taking.get(name);
    if (typeof value === 'string' && value !== 'none') taking.json[to] = pointer(value);
  }
  for (const [name, to] of [
    ['rules', 'iRules'],
    ['policies', 'policyEndpoint'],
  ] as const) {
    const names = namesIn(taking, body, name);
    if (names.length > 0) taking.json[to] = names.map(pointer);
  }
  for (const name of ['creationTime', 'lastModifiedTime']) taking.get(name);
  // What is forwarded keeps its address, there as here.
  if (isForwarding) for (const name of ['translateAddress', 'translatePort']) taking.get(name);
  else
    taking.words(
      'translate-address:translateServerAddress? translate-port:translateServerPort?',
      context,
    );
  taking.words(
    `description:remark connection-limit:maxConnections# nat64:nat64Enabled? last-hop-pool:lastHop@`,
    context,
  );
  if (taking.isDisabled()) taking.json['enable'] = false;
  return taking.done();
}

/** "/24"; nothing for one host, or when nobody said. */
function prefixOf(mask: Json | undefined): string {
  const text = String(mask ?? '');
  if (!/^\d+\.\d+\.\d+\.\d+$/.test(text) || text === '255.255.255.255') return '';
  const bits = text
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('');
  return `/${bits.lastIndexOf('1') + 1}`;
}

/** Of items, or of a plain list, here or below. */
function namesIn(taking: Taking, body: JsonObject, name: string): readonly string[] {
  const below = itemsAt(body, name).map(fullName);
  return below.length > 0 ? (taking.get(name), below) : taking.texts(name);
}

function snatOf(value: Json | undefined, pointer: As3Context['pointer']): Json {
  const { type, pool } = value !== undefined && isObject(value) ? value : {};
  if (type === 'automap') return 'auto';
  return type === 'snat' && typeof pool === 'string' ? pointer(pool) : 'none';
}

interface Profiles {
  readonly service: string;
  /** Where the class does not tell. */
  readonly layer4?: string;
  /** By AS3's property, full name of the profile. */
  readonly named: Readonly<Record<string, string>>;
}

function profilesOf(
  names: readonly string[],
  protocol: string,
  { profileKind }: As3Context,
): Profiles | undefined {
  const named: Record<string, string> = {};
  for (const name of names.filter((one) => one.replace('/Common/', '') !== 'ipother')) {
    const full = name.startsWith('/') ? name : `/Common/${name}`;
    const stock = stockProfiles.find(([form]) => form.test(full.replace(/^\/Common\//, '')))?.[1];
    const property = profileProperties[profileKind(full) ?? ''] ?? stock;
    if (property === undefined || property in named) return undefined;
    named[property] = full;
  }
  if ('profileL4' in named)
    return { service: 'Service_L4', named, ...(protocol !== 'tcp' && { layer4: protocol }) };
  if (protocol === 'udp') {
    return { service: 'Service_UDP', named: { profileUDP: '/Common/udp', ...named } };
  }
  if (protocol === 'any' && Object.keys(named).length === 0)
    return { service: 'Service_Generic', named };
  if (protocol !== 'tcp') return undefined;
  const http = 'serverTLS' in named ? 'Service_HTTPS' : 'Service_HTTP';
  // BIG-IP gives each virtual server a profile of its protocol; AS3's own choice would be another one.
  return {
    service: 'profileHTTP' in named ? http : 'Service_TCP',
    named: { profileTCP: '/Common/tcp', ...named },
  };
}
