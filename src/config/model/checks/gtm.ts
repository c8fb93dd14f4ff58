import { parseEndpoint } from '../../../base/address.ts';
import type { Fault } from '../../../base/fault.ts';
import { portOf } from '../../../catalogue/services.ts';
import type { EffectiveObject } from '../../types.ts';
import { coded, configurationError } from '../faults.ts';
import { leafOf, splitGtmMember } from '../names.ts';
import { itemsOf, nameOf } from '../values.ts';
import { type Check, pathOf, twin } from './context.ts';

/** Members exist on their servers; IPv4 in A pools, IPv6 in AAAA pools. */
export const gtmPoolMembers: Check = (pool, { after }) => {
  const family = pool.component === 'gtm pool a' ? 4 : 6;
  const faults: Fault[] = [];
  for (const member of itemsOf(pool.properties['members'])) {
    const { server, virtualServer } = splitGtmMember(nameOf(member));
    const object = after.get('gtm server', server);
    // A missing server is a missing reference, told already.
    if (object === undefined) continue;
    const target = itemsOf(object.properties['virtual-servers']).find(
      (candidate) => nameOf(candidate) === virtualServer,
    );
    const path = `${pathOf(pool, 'members')} ${nameOf(member)}`;
    if (target === undefined) {
      const message = `The requested Virtual Server (${server} ${virtualServer}) was not found.`;
      faults.push({ ...coded('01020036', message, path), status: 404 });
      continue;
    }
    const endpoint = parseEndpoint(String(target['destination']), portOf);
    if (endpoint !== undefined && endpoint.address.family !== family) {
      const message = `Pool ${pool.name}: the virtual server ${nameOf(member)} is IPv${endpoint.address.family}; pools of type ${pool.component.split(' ')[2]} take IPv${family}.`;
      faults.push(configurationError(message, path));
    }
  }
  return faults;
};

/** Servers that speak iQuery have devices; an address belongs to one of them. Members keep theirs. */
export const gtmServerDevices: Check = (server, { after }) => {
  const faults: Fault[] = [];
  const devices = itemsOf(server.properties['devices']);
  if (devices.every((device) => itemsOf(device['addresses']).length === 0)) {
    const message = `Server ${server.name} needs at least one device with an address.`;
    faults.push(configurationError(message, pathOf(server, 'devices')));
  }
  const own = new Set(
    devices.flatMap((device) => itemsOf(device['addresses']).map((item) => nameOf(item))),
  );
  for (const other of after.list('gtm server')) {
    if (other.name === server.name) continue;
    const theirs = itemsOf(other.properties['devices']).flatMap((device) =>
      itemsOf(device['addresses']).map((item) => nameOf(item)),
    );
    const shared = theirs.find((address) => own.has(address));
    if (shared === undefined) continue;
    const message = `Server ${server.name}: the address ${shared} is that of Server ${other.name} already.`;
    faults.push(configurationError(message, pathOf(server, 'devices')));
  }
  return [...faults, ...lostVirtualServers(server, after)];
};

/** A virtual server that pools use cannot go. */
function lostVirtualServers(
  server: EffectiveObject,
  after: Parameters<Check>[1]['after'],
): readonly Fault[] {
  const present = new Set(itemsOf(server.properties['virtual-servers']).map(nameOf));
  const pools = after
    .referrers(server.component, server.name)
    .filter((referrer) => referrer.component.startsWith('gtm pool '));
  const faults = new Map<string, Fault>();
  for (const { component, name } of pools) {
    const pool = after.get(component, name);
    for (const member of itemsOf(pool?.properties['members'])) {
      const split = splitGtmMember(nameOf(member));
      if (split.server !== server.name || present.has(split.virtualServer)) continue;
      const message = `The Virtual Server (${server.name} ${split.virtualServer}) cannot be deleted because it is in use by a Pool (${name}).`;
      faults.set(message, coded('01070265', message, pathOf(server, 'virtual-servers')));
    }
  }
  return [...faults.values()];
}

/** A name is one wide IP's, as its own or as an alias. */
export const wideIpAliases: Check = (wideip, context) => {
  const namesOf = (object: EffectiveObject): readonly string[] => {
    const aliases = object.properties['aliases'];
    return [leafOf(object.name), ...(Array.isArray(aliases) ? (aliases as string[]) : [])];
  };
  const owners = new Map<string, string>();
  for (const object of context.after.list(wideip.component)) {
    if (object.name === wideip.name) continue;
    for (const name of namesOf(object)) owners.set(name, object.name);
  }
  const taken = namesOf(wideip).find((name) => owners.has(name));
  if (taken === undefined) return [];
  const message = `Wide IP ${wideip.name}: the name ${taken} is that of Wide IP ${owners.get(taken)} already.`;
  return [configurationError(message, pathOf(wideip, 'aliases'))];
};

export const listenerTuple: Check = (listener, context) => {
  const key = (object: EffectiveObject): string =>
    `${String(object.properties['address'])}|${String(object.properties['port'])}|${String(object.properties['ip-protocol'])}`;
  const other = twin(listener, context, 'tuple', key);
  if (other === undefined) return [];
  const message = `Listener ${listener.name} illegally shares address, port and ip-protocol with Listener ${other.name}.`;
  return [coded('01070333', message, pathOf(listener, 'address'))];
};

/** TLS needs TCP, and DNS over HTTPS needs TLS. */
export const listenerProfiles: Check = (listener, { after }) => {
  const names = itemsOf(listener.properties['profiles']).map(nameOf);
  const find = (component: string): string | undefined =>
    names.find((name) => after.stored(component, name) !== undefined);
  const secure = find('ltm profile client-ssl');
  const https = find('ltm profile doh-server');
  const path = pathOf(listener, 'profiles');
  const isUdp = listener.properties['ip-protocol'] === 'udp';
  const needsTcp = isUdp ? (https ?? secure) : undefined;
  if (needsTcp !== undefined) {
    const message = `Listener ${listener.name}: profile ${needsTcp} requires ip-protocol tcp.`;
    return [configurationError(message, path)];
  }
  if (https === undefined || secure !== undefined) return [];
  const message = `Listener ${listener.name}: profile ${https} requires a client-ssl profile.`;
  return [configurationError(message, path)];
};
