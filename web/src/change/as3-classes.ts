/** Bodies of REST as AS3's classes. Pure. Undefined: AS3 has no plain form of it. */
import type { Json, JsonObject } from '../../../src/config/text/json.ts';
import { isObject } from '../catalogue/shape.ts';

/** An object of AS3; `left`: properties that it has no words for. */
export interface As3Object {
  readonly json: JsonObject;
  readonly left: readonly string[];
}

/** How one object names another: `use` when the same declaration makes it. */
export type Pointer = (path: string) => JsonObject;

/** A form has structures, also such as nobody filled in. */
function isNothing(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return typeof value === 'object' && Object.values(value).every(isNothing);
}

type Converted = Record<string, Json>;

/** Puts values of a body under AS3's names, and remembers which were asked for. */
class Taking {
  readonly json: Converted;
  readonly #body: JsonObject;
  readonly #taken = new Set(['name']);

  constructor(body: JsonObject, json: Converted) {
    this.#body = body;
    this.json = json;
  }

  get(name: string): Json | undefined {
    this.#taken.add(name);
    return this.#body[name] ?? undefined;
  }

  texts(name: string): readonly string[] {
    const value = this.get(name);
    const entries: readonly unknown[] = Array.isArray(value) ? value : [];
    return entries.map((entry) => (isObject(entry) ? String(entry['name']) : String(entry)));
  }

  /** As they are. */
  same(names: Readonly<Record<string, string>>): void {
    for (const [from, to] of Object.entries(names)) {
      const value = this.get(from);
      if (value !== undefined) this.json[to] = value;
    }
  }

  numbers(names: Readonly<Record<string, string>>): void {
    for (const [from, to] of Object.entries(names)) {
      const value = Number(this.get(from) ?? NaN);
      if (Number.isFinite(value)) this.json[to] = value;
    }
  }

  remark(): void {
    const text = this.get('description');
    if (typeof text !== 'string') return;
    // AS3 takes a short remark of one line.
    if (text.length <= 64 && !/["\\\p{Cc}]/u.test(text)) this.json['remark'] = text;
    else this.#taken.delete('description');
  }

  done(): As3Object {
    const left = Object.entries(this.#body)
      .filter(([name, value]) => !this.#taken.has(name) && !isNothing(value))
      .map(([name]) => name);
    return { json: this.json, left };
  }
}

/** "10.0.0.1:80", "fd00::1.80", with or without a folder before; `any` is 0. */
function endpointOf(text: string): { readonly address: string; readonly port: number } | undefined {
  const plain = text.slice(text.lastIndexOf('/') + 1);
  const match =
    /^((?:\d{1,3}\.){3}\d{1,3}(?:%\d+)?):(\d+|any|\*)$/.exec(plain) ??
    /^([0-9a-f:]*:[0-9a-f:.]*(?:%\d+)?)\.(\d+|any|\*)$/i.exec(plain);
  if (match === null) return undefined;
  const [, address = '', port = ''] = match;
  return { address, port: Number(port) || 0 };
}

export function poolOf(body: JsonObject, pointer: Pointer): As3Object | undefined {
  const taking = new Taking(body, { class: 'Pool', loadBalancingMode: 'round-robin' });
  taking.same({ loadBalancingMode: 'loadBalancingMode', serviceDownAction: 'serviceDownAction' });
  taking.numbers({
    minActiveMembers: 'minimumMembersActive',
    reselectTries: 'reselectTries',
    slowRampTime: 'slowRampTime',
  });
  taking.remark();
  const rule = taking.get('monitor');
  if (typeof rule === 'string') Object.assign(taking.json, monitorsOf(rule, pointer));
  const members = taking.get('members');
  if (Array.isArray(members)) {
    const converted = members.map((member) =>
      // What is no list and no leaf is an object of JSON.
      isObject(member) ? memberOf(member as JsonObject) : undefined,
    );
    if (converted.includes(undefined)) return undefined;
    taking.json['members'] = converted.filter((one) => one !== undefined);
  }
  return taking.done();
}

/** "/Common/http and /Common/tcp", or "min 1 of { /Common/http /Common/tcp }". */
function monitorsOf(rule: string, pointer: Pointer): JsonObject {
  const some = /^min (\d+) of \{?(.*?)\}?$/.exec(rule.trim());
  const names = (some?.[2] ?? rule).split(/\s+and\s+|\s+/).filter((word) => word !== '');
  return {
    monitors: names.map(pointer),
    ...(some !== null && { minimumMonitors: Number(some[1]) }),
  };
}

function memberOf(member: JsonObject): JsonObject | undefined {
  const endpoint = endpointOf(String(member['name']));
  const address = typeof member['address'] === 'string' ? member['address'] : endpoint?.address;
  // Names of nodes and of hosts are not addresses.
  if (endpoint === undefined || address === undefined || !isNothing(member['fqdn'])) {
    return undefined;
  }
  const taking = new Taking(member, {
    servicePort: endpoint.port,
    serverAddresses: [address],
  });
  taking.get('address');
  taking.numbers({
    priorityGroup: 'priorityGroup',
    ratio: 'ratio',
    connectionLimit: 'connectionLimit',
  });
  const isDown = taking.get('state') === 'user-down';
  if (isDown) taking.json['adminState'] = 'offline';
  else if (taking.get('session') === 'user-disabled') taking.json['adminState'] = 'disable';
  taking.get('session');
  const { json, left } = taking.done();
  return left.length === 0 ? json : undefined;
}

export function monitorOf(type: string, body: JsonObject): As3Object | undefined {
  const monitorType = type === 'gateway-icmp' ? 'icmp' : type;
  const taking = new Taking(body, { class: 'Monitor', monitorType });
  const parent = taking.get('defaultsFrom');
  const isStock =
    parent === undefined || String(parent).replace('/Common/', '') === type.replaceAll('-', '_');
  if (!isStock && parent !== `/Common/${type}`) return undefined;
  taking.numbers({
    interval: 'interval',
    timeout: 'timeout',
    timeUntilUp: 'timeUntilUp',
    upInterval: 'upInterval',
  });
  taking.same({ send: 'send', recv: 'receive', recvDisable: 'receiveDown' });
  taking.remark();
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

export function serviceOf(body: JsonObject, pointer: Pointer): As3Object | undefined {
  const destination = endpointOf(String(body['destination'] ?? ''));
  const taking = new Taking(body, {});
  const profiles = profilesOf(taking.texts('profiles'), String(taking.get('ipProtocol') ?? 'tcp'));
  if (destination === undefined || profiles === undefined) return undefined;
  taking.get('destination');
  const source = taking.get('source');
  const isEverybody = source === undefined || source === '0.0.0.0/0' || source === '::/0';
  Object.assign(taking.json, {
    class: profiles.service,
    virtualPort: destination.port,
    virtualAddresses: isEverybody ? [destination.address] : [[destination.address, source]],
    snat: snatOf(taking.get('sourceAddressTranslation'), pointer),
    persistenceMethods: taking.texts('persist').map(pointer),
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
    const names = taking.texts(name);
    if (names.length > 0) taking.json[to] = names.map(pointer);
  }
  taking.numbers({ connectionLimit: 'maxConnections' });
  if (taking.get('disabled') === true) taking.json['enable'] = false;
  taking.get('enabled');
  taking.remark();
  return taking.done();
}

function snatOf(value: Json | undefined, pointer: Pointer): Json {
  const { type, pool } = value !== undefined && isObject(value) ? value : {};
  if (type === 'automap') return 'auto';
  return type === 'snat' && typeof pool === 'string' ? pointer(pool) : 'none';
}

interface Profiles {
  readonly service: string;
  /** By AS3's property, full name of the profile. */
  readonly named: Readonly<Record<string, string>>;
}

function profilesOf(names: readonly string[], protocol: string): Profiles | undefined {
  const named: Record<string, string> = {};
  for (const name of names) {
    const short = name.replace(/^\/Common\//, '');
    const property = stockProfiles.find(([form]) => form.test(short))?.[1];
    if (property === undefined || property in named) return undefined;
    named[property] = `/Common/${short}`;
  }
  if ('profileL4' in named) return { service: 'Service_L4', named };
  if (protocol === 'udp') {
    return { service: 'Service_UDP', named: { profileUDP: '/Common/udp', ...named } };
  }
  if (protocol !== 'tcp') return undefined;
  const http = 'serverTLS' in named ? 'Service_HTTPS' : 'Service_HTTP';
  // BIG-IP gives each virtual server a profile of its protocol; AS3's own choice would be another one.
  return {
    service: 'profileHTTP' in named ? http : 'Service_TCP',
    named: { profileTCP: '/Common/tcp', ...named },
  };
}
