/**
 * Link discovery: the routers that devices' default routes lead to become links of their data center, named by their
 * address. `enabled` also deletes what is gone, `enabled-no-delete` does not. Pure.
 */
import { parseAddress } from '../../base/address.ts';
import type { Operation } from '../../config/types.ts';
import type { Properties } from '../../catalogue/types.ts';
import type { GtmServer } from '../objects.ts';
import { freshUntil, reportsOf, type DeviceReports } from './merge.ts';

/** Most links that one data center takes from its devices. */
const mostDiscovered = 100;
/** As BIG-IP gives it to links that it finds. */
const linkMonitor = '/Common/bigip_link';

/** `inUse`: somebody names the link. */
export function discoverLinks(
  servers: readonly GtmServer[],
  devices: readonly DeviceReports[],
  inUse: (link: string) => boolean,
  now: number,
): readonly Operation[] {
  const willing = servers.filter(
    ({ isBigip, linkDiscovery }) => isBigip && linkDiscovery !== 'disabled',
  );
  const datacenters = [...new Set(willing.map(({ datacenter }) => datacenter))];
  return datacenters.flatMap((datacenter) => {
    const its = willing.filter((server) => server.datacenter === datacenter);
    const links = servers.filter(({ linkName }) => linkName !== undefined);
    return discoverIn(datacenter, its, links, devices, inUse, now);
  });
}

function discoverIn(
  datacenter: string,
  servers: readonly GtmServer[],
  links: readonly GtmServer[],
  devices: readonly DeviceReports[],
  inUse: (link: string) => boolean,
  now: number,
): readonly Operation[] {
  const heard = servers.map((server) => {
    const fresh = reportsOf(server, devices).filter(
      (reports) => reports.isOpen && freshUntil(reports, server.monitor.timeoutSeconds) > now,
    );
    return { server, fresh };
  });
  const reported = new Set(
    heard.flatMap(({ fresh }) =>
      fresh.flatMap(({ networks }) => networks.flatMap(({ gateways }) => gateways)),
    ),
  );
  const known = new Set(links.flatMap(routersOf));
  const operations: Operation[] = [...reported]
    .filter((router) => parseAddress(router) !== undefined && !known.has(router))
    .slice(0, mostDiscovered)
    .map((router) => ({
      kind: 'create',
      component: 'gtm link',
      name: linkNameOf(router),
      properties: propertiesOf(datacenter, router),
    }));
  // One silent device proves nothing about what is gone.
  const mayDelete = heard.every(
    ({ fresh, server }) =>
      server.linkDiscovery === 'enabled' &&
      fresh.length > 0 &&
      fresh.length >= server.devices.length,
  );
  if (!mayDelete) return operations;
  for (const link of links) {
    const { linkName: name = '' } = link;
    const [router = '', ...others] = routersOf(link);
    // Only what was found like this: somebody else's links have names of their own.
    const isFound =
      link.datacenter === datacenter && others.length === 0 && name === linkNameOf(router);
    if (isFound && !reported.has(router) && !inUse(name)) {
      operations.push({ kind: 'delete', component: 'gtm link', name });
    }
  }
  return operations;
}

function propertiesOf(datacenter: string, router: string): Properties {
  return { datacenter, monitor: linkMonitor, 'router-addresses': [{ name: router }] };
}

function routersOf(link: GtmServer): readonly string[] {
  return link.virtualServers.map(({ name }) => parseAddress(name)?.text ?? name);
}

/** Colons are not for names. */
function linkNameOf(router: string): string {
  return `/Common/${router.replaceAll(':', '_')}`;
}
