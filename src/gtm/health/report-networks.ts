/** What a local device says of the networks that it stands in: those of its self IPs. Pure. */
import {
  addressOf,
  parseAddress,
  parsePrefix,
  prefixContains,
  printPrefix,
  type Prefix,
} from '../../base/address.ts';
import type { ConfigView } from '../../config/types.ts';
import type { NetworkHealth } from '../../iquery/types.ts';
import { itemsOf } from '../objects.ts';
import { textOf } from '../values.ts';

export type NetworkLoad = Omit<NetworkHealth, 'network' | 'gateways'>;

/** More would fill reports. */
const mostNetworks = 1_000;

export function reportNetworks(
  view: ConfigView,
  loadOf: (vlan: string) => NetworkLoad,
): readonly NetworkHealth[] {
  const routers = routersOf(view);
  const found = new Map<string, NetworkHealth>();
  for (const { properties } of view.list('net self')) {
    const prefix = parsePrefix(textOf(properties, 'address'));
    if (prefix === undefined || prefix.address.routeDomain !== 0) continue;
    const network = printPrefix(masked(prefix));
    // A floating address beside the device's own one says nothing new.
    if (found.has(network) || found.size >= mostNetworks) continue;
    const gateways = routers.filter((router) => {
      const address = parseAddress(router);
      return address !== undefined && prefixContains(prefix, address);
    });
    found.set(network, { network, gateways, ...loadOf(textOf(properties, 'vlan')) });
  }
  return [...found.values()];
}

const defaultNetworks = new Set(['default', 'default-inet6', 'any', 'any6', '0.0.0.0/0', '::/0']);

/** Next routers of default routes, one by one or as a pool. */
function routersOf(view: ConfigView): readonly string[] {
  const routers = view.list('net route').flatMap(({ name, properties }) => {
    const network = textOf(properties, 'network', name.slice(name.lastIndexOf('/') + 1));
    if (!defaultNetworks.has(network)) return [];
    const pool = view.get('ltm pool', textOf(properties, 'pool'));
    const members = itemsOf(pool?.properties ?? {}, 'members').map((member) =>
      textOf(member, 'address'),
    );
    return [textOf(properties, 'gw'), ...members];
  });
  return [...new Set(routers.flatMap((router) => parseAddress(router)?.text ?? []))];
}

function masked({ address, length }: Prefix): Prefix {
  const bytes = address.bytes.map((byte, index) => {
    const left = Math.min(8, Math.max(0, length - index * 8));
    return byte & (0xff << (8 - left)) & 0xff;
  });
  return { address: addressOf(bytes), length };
}
