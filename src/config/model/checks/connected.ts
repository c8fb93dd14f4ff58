/** What has to be, and what must not be, on the networks that the device itself is in. Pure. */
import {
  type Address,
  type Prefix,
  parseAddress,
  parsePrefix,
  prefixContains,
} from '../../../base/address.ts';
import type { Fault } from '../../../base/fault.ts';
import type { EffectiveObject } from '../../types.ts';
import { coded } from '../faults.ts';
import type { IndexKey, TreeView } from '../view.ts';
import { type Check, pathOf } from './context.ts';

function networksOf(view: TreeView): readonly Prefix[] {
  return view
    .list('net self')
    .map((self) => parsePrefix(self.properties.address ?? ''))
    .filter((prefix) => prefix !== undefined);
}

/** fe80::/10: on every link. */
function isLinkLocal({ family, bytes }: Address): boolean {
  return family === 6 && bytes[0] === 0xfe && ((bytes[1] ?? 0) & 0xc0) === 0x80;
}

function isConnected(gateway: Address, networks: readonly Prefix[]): boolean {
  if (isLinkLocal(gateway)) return true;
  return networks.some(
    (network) =>
      network.address.routeDomain === gateway.routeDomain && prefixContains(network, gateway),
  );
}

function gatewayOf(route: EffectiveObject): Address | undefined {
  const gateway = route.properties['gw'];
  return gateway === undefined ? undefined : parseAddress(String(gateway));
}

function unreachable(route: EffectiveObject, networks: readonly Prefix[]): readonly Fault[] {
  const gateway = gatewayOf(route);
  if (gateway === undefined || isConnected(gateway, networks)) return [];
  const text = `Static route gateway ${String(route.properties['gw'])} is not directly connected via an interface.`;
  return [coded('01070330', text, pathOf(route, 'gw'))];
}

/** A router is a neighbour. */
export const routeGateway: Check = (route, { after }) => unreachable(route, networksOf(after));

/** The last self IP of a network does not go while a route needs it; what was broken before may stay so. */
export const selfOfRoutes: Check = (_self, { before, after }) => {
  const former = networksOf(before);
  const left = networksOf(after);
  return after.list('net route').flatMap((route) => {
    const gateway = gatewayOf(route);
    const wasConnected = gateway !== undefined && isConnected(gateway, former);
    return wasConnected ? unreachable(route, left) : [];
  });
};

const hostOf: IndexKey = (object) => {
  const address = object.properties['address'];
  return address === undefined ? undefined : (String(address).split('/')[0] ?? '');
};

function isLoopback({ family, bytes }: Address): boolean {
  if (family === 4) return bytes[0] === 127;
  return bytes.every((byte, index) => byte === (index === 15 ? 1 : 0));
}

function takenBySelf(address: string, path: string): Fault {
  return coded(
    '01070080',
    `The node address ${address} is already in use as a self IP address.`,
    path,
  );
}

/** Nobody balances traffic to the device itself. */
export const nodeElsewhere: Check = (node, { after }) => {
  const host = hostOf(node);
  const address = host === undefined ? undefined : parseAddress(host);
  if (host === undefined || address === undefined) return [];
  const path = pathOf(node, 'address');
  if (isLoopback(address)) {
    return [coded('01020061', `IP Address ${host} is invalid, loopback not allowed.`, path)];
  }
  const selves = after.namesWith('net self', 'address', hostOf, host);
  return selves.length > 0 ? [takenBySelf(host, path)] : [];
};

/** The same, when it is the self IP that is new there. */
export const selfElsewhere: Check = (self, { before, after }) => {
  const host = hostOf(self);
  const former = before.get('net self', self.name);
  if (host === undefined || (former !== undefined && hostOf(former) === host)) return [];
  const nodes = after.namesWith('ltm node', 'address', hostOf, host);
  return nodes.length > 0 ? [takenBySelf(host, pathOf(self, 'address'))] : [];
};
