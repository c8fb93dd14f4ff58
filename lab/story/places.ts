/** Addresses and names of the story on the topology two-sites. */
import { devicesOf } from '../lab.ts';
import type { Lab } from '../types.ts';
import { ipv4, ipv6, legOn } from '../topology.ts';

export const pair = ['nyc-a', 'nyc-b'] as const;
export const globals = ['gtm-1', 'gtm-2'] as const;
export const group = 'nyc_group';
export const trafficGroup = '/Common/traffic-group-1';

const octet = {
  nycExternal: 110,
  nycInternal: 111,
  nycHa: 112,
  lonExternal: 120,
  lonInternal: 121,
};
const virtualHost = 80;
const floatingHost = 10;

export const nycVirtual = {
  ipv4: ipv4(octet.nycExternal, virtualHost),
  ipv6: ipv6(octet.nycExternal, virtualHost),
};
export const lonVirtual = {
  ipv4: ipv4(octet.lonExternal, virtualHost),
  ipv6: ipv6(octet.lonExternal, virtualHost),
};
export const nycFloatingSelf = ipv4(octet.nycInternal, floatingHost);

export const nycServers = ['nyc-web-1', 'nyc-web-2'] as const;
export const lonServers = ['lon-web-1', 'lon-web-2'] as const;

export const wideIp = 'www.gslb.example.com';
export const zone = 'example.com.';

export const monitorIntervalSeconds = 1;
export const monitorTimeoutSeconds = 4;

/** Address on one of the story's networks. */
export function addressOn(lab: Lab, node: string, network: string): string {
  const leg = legOn(lab.node(node), network);
  const found = lab.topology.networks.find((candidate) => candidate.name === network);
  if (leg === undefined || found === undefined) throw new Error(`${node} has no leg on ${network}`);
  return ipv4(found.octet, leg.host);
}

export function externalAddress(lab: Lab, node: string): string {
  return addressOn(lab, node, `${lab.node(node).site}-ext`);
}

export function serverAddress(lab: Lab, server: string): string {
  return addressOn(lab, server, `${lab.node(server).site}-int`);
}

/** "nyc-a" → "nyc-a.example.net", the name of its `cm device` object. */
export function hostnameOf(lab: Lab, device: string): string {
  const found = devicesOf(lab.topology).find((candidate) => candidate.name === device);
  if (found === undefined) throw new Error(`${device} is not a device`);
  return found.hostname;
}

export function memberPath(lab: Lab, pool: string, server: string): string {
  return `/mgmt/tm/ltm/pool/~Common~${pool}/members/~Common~${serverAddress(lab, server)}:80`;
}
