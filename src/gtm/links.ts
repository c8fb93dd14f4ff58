/** Which virtual servers are reached through which link, by the networks that devices stand in. Pure. */
import { prefixContains, type Prefix } from '../base/address.ts';
import type { NetworkHealth } from '../iquery/types.ts';
import { reportsOf, type DeviceReports } from './health/merge.ts';
import { prefixOf } from './link-load.ts';
import { endpointOf, type GtmServer } from './objects.ts';

/** The networks that devices of a data center stand in; the same network may come from several. */
export type NetworksOf = (datacenter: string) => readonly NetworkHealth[];

/**
 * Virtual servers that name no link belong to the one whose router stands in the network that their address is in,
 * as devices of the data center know their networks; the longest network counts, then the link's name.
 */
export function bindToLinks(
  servers: readonly GtmServer[],
  networksOf: NetworksOf,
): readonly GtmServer[] {
  const links = servers.filter(({ linkName }) => linkName !== undefined);
  if (links.length === 0) return servers;
  const places = new Map<string, readonly Place[]>();
  const placesOf = (datacenter: string): readonly Place[] => {
    const known = places.get(datacenter) ?? placesIn(datacenter, links, networksOf(datacenter));
    places.set(datacenter, known);
    return known;
  };
  return servers.map((server) => {
    const its = server.linkName === undefined ? placesOf(server.datacenter) : [];
    if (its.length === 0) return server;
    return {
      ...server,
      virtualServers: server.virtualServers.map((virtual) => {
        const { endpoint, inside, link } = virtual;
        if (link !== '' || endpoint === undefined) return virtual;
        const device = endpointOf(inside)?.address ?? endpoint.address;
        const found = its.find(
          ({ prefix }) =>
            prefixContains(prefix, endpoint.address) || prefixContains(prefix, device),
        );
        return found === undefined ? virtual : { ...virtual, link: found.link };
      }),
    };
  });
}

interface Place {
  readonly prefix: Prefix;
  readonly link: string;
}

/** Longest first. */
function placesIn(
  datacenter: string,
  links: readonly GtmServer[],
  networks: readonly NetworkHealth[],
): readonly Place[] {
  const here = links
    .filter((link) => link.datacenter === datacenter)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return networks
    .map(prefixOf)
    .flatMap((prefix) =>
      here
        .filter(({ virtualServers }) =>
          virtualServers.some(
            ({ endpoint }) => endpoint && prefixContains(prefix, endpoint.address),
          ),
        )
        .map(({ linkName = '' }) => ({ prefix, link: linkName })),
    )
    .toSorted((a, b) => b.prefix.length - a.prefix.length);
}

/** What the devices of each data center said last of their networks, however long ago: where things stand does not age. */
export function networksFrom(
  servers: readonly GtmServer[],
  devices: readonly DeviceReports[],
): NetworksOf {
  return (datacenter) => {
    const its = servers.filter((server) => server.isBigip && server.datacenter === datacenter);
    const reports = new Set(its.flatMap((server) => reportsOf(server, devices)));
    return [...reports].flatMap(({ networks }) => networks);
  };
}

/** Changes when something may belong to another link. */
export function networksKey(devices: readonly DeviceReports[]): string {
  return JSON.stringify(
    devices.map(({ device, networks }) => [device, networks.map(({ network }) => network)]),
  );
}
