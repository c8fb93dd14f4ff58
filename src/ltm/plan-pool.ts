/** Pools and members as plain data. Pure. */
import { type Address, parseAddress, parseEndpoint } from '../base/address.ts';
import type { ConfigView, EffectiveObject } from '../config/types.ts';
import {
  type Item,
  itemsValue,
  lastPart,
  numberValue,
  textValue,
} from '../config/property-values.ts';
import { parseMonitorRule } from '../monitor/rule.ts';
import { cookieValue } from './persistence.ts';
import type { MemberPlan, Method, PoolPlan } from './types.ts';

export function planPool(view: ConfigView, pool: EffectiveObject): PoolPlan {
  const action = textValue(pool.properties, 'service-down-action');
  const mode = textValue(pool.properties, 'load-balancing-mode') ?? 'round-robin';
  const method = methodOf(mode);
  return {
    name: pool.name,
    method,
    isByNode: mode.endsWith('-node'),
    queueMilliseconds: queueOf(pool),
    queueDepth: numberValue(pool.properties, 'queue-depth-limit', 0),
    reselectTries: numberValue(pool.properties, 'reselect-tries', 0),
    // A member without connections would get all new ones; where turns are taken it gets no more than its own.
    slowRampSeconds: method.endsWith('least-connections')
      ? numberValue(pool.properties, 'slow-ramp-time', 0)
      : 0,
    minActiveMembers: numberValue(pool.properties, 'min-active-members', 0),
    serviceDownAction:
      action === 'reset' || action === 'drop' || action === 'reselect' ? action : 'none',
    ...(isWatched(view, pool) && { isWatched: true as const }),
    members: itemsValue(pool.properties, 'members').flatMap((item) => {
      const member = planMember(view, item, mode);
      return member === undefined ? [] : [member];
    }),
  };
}

function isWatched(view: ConfigView, pool: EffectiveObject): boolean {
  const all = [pool, ...itemsValue(pool.properties, 'members')];
  return all.some(({ properties }) =>
    parseMonitorRule(textValue(properties, 'monitor') ?? '')?.monitors.some(
      (name) => view.get('ltm monitor inband', name) !== undefined,
    ),
  );
}

const queueForEver = 3_600_000;

function queueOf(pool: EffectiveObject): number {
  if (textValue(pool.properties, 'queue-on-connection-limit') !== 'enabled') return 0;
  return numberValue(pool.properties, 'queue-time-limit', 0) || queueForEver;
}

/** Weighted least connections goes by the limits, as on BIG-IP; the node methods by the node. */
function ratioOf(item: Item, node: EffectiveObject | undefined, mode: string): number {
  if (mode.startsWith('weighted')) {
    const limits = { connectionLimit: limitOf(item), nodeLimit: limitOf(node) };
    return Math.max(1, tightestLimit(limits));
  }
  const from = mode.endsWith('-node') && node !== undefined ? node : item;
  // Until a performance monitor says more.
  if (mode.startsWith('dynamic')) return numberValue(from.properties, 'dynamic-ratio', 1) || 1;
  return numberValue(from.properties, 'ratio', 1);
}

function limitOf(object: Pick<Item, 'properties'> | undefined): number {
  return object === undefined ? 0 : numberValue(object.properties, 'connection-limit', 0);
}

/** What a member could take at most, were it alone on its node; 0: unlimited. */
export function tightestLimit(member: Pick<MemberPlan, 'connectionLimit' | 'nodeLimit'>): number {
  const set = [member.connectionLimit, member.nodeLimit].filter((limit) => limit > 0);
  return set.length === 0 ? 0 : Math.min(...set);
}

/**
 * `fastest` is BIG-IP's fewest outstanding requests (F5 article K6406), which is what HAProxy counts for least
 * connections where it sees requests.
 */
function methodOf(mode: string): Method {
  if (mode.startsWith('ratio-least-connections') || mode.startsWith('weighted-least-connections'))
    return 'ratio-least-connections';
  if (mode.startsWith('ratio')) return 'ratio';
  if (mode.startsWith('dynamic-ratio')) return 'dynamic-ratio';
  if (mode.startsWith('least') || mode.startsWith('fastest')) return 'least-connections';
  if (mode.startsWith('observed')) return 'observed';
  return mode.startsWith('predictive') ? 'predictive' : 'round-robin';
}

function planMember(view: ConfigView, item: Item, mode: string): MemberPlan | undefined {
  const { host, port } = splitMember(lastPart(item.name));
  if (port === undefined) return undefined;
  const folder = item.name.slice(0, item.name.length - lastPart(item.name).length);
  const nodeName = `${folder}${host}`;
  const node = view.get('ltm node', nodeName);
  const address = memberAddress(item, node, host);
  if (address === undefined) return undefined;
  return {
    name: item.name,
    node: nodeName,
    address,
    port,
    ratio: ratioOf(item, node, mode),
    connectionLimit: limitOf(item),
    nodeLimit: limitOf(node),
    priorityGroup: numberValue(item.properties, 'priority-group', 0),
    operator: operatorOf(item, node),
    cookie: cookieValue(address, port),
  };
}

/** A member of a node that is still a bare name (FQDN) has no address yet and gets no traffic. */
function memberAddress(
  item: Item,
  node: EffectiveObject | undefined,
  host: string,
): Address | undefined {
  for (const text of [
    textValue(item.properties, 'address'),
    node === undefined ? undefined : textValue(node.properties, 'address'),
    host,
  ]) {
    const address = text === undefined ? undefined : parseAddress(text);
    if (address !== undefined) return address;
  }
  return undefined;
}

function operatorOf(item: Item, node: EffectiveObject | undefined): MemberPlan['operator'] {
  const has = (name: string, value: string): boolean =>
    textValue(item.properties, name) === value ||
    (node !== undefined && textValue(node.properties, name) === value);
  if (has('state', 'user-down')) return 'user-down';
  return has('session', 'user-disabled') ? 'user-disabled' : 'enabled';
}

/** `web1:80`, `10.0.0.1:any`, `2001:db8::1.80`. */
export function splitMember(text: string): { host: string; port: number | undefined } {
  const endpoint = parseEndpoint(text, portOf);
  if (endpoint !== undefined) {
    const separator = endpoint.address.family === 4 ? text.lastIndexOf(':') : text.lastIndexOf('.');
    return { host: text.slice(0, separator), port: endpoint.port };
  }
  const colon = text.lastIndexOf(':');
  return { host: text.slice(0, colon), port: portOf(text.slice(colon + 1)) };
}

/** The store keeps ports as numbers; 0, any and * are every port. */
export function portOf(text: string): number | undefined {
  if (text === 'any' || text === '*') return 0;
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined;
}
