import type { Topology } from '../topology.ts';
import { twoSites } from './two-sites.ts';

const networks = ['client-net', 'nyc-ext', 'nyc-int', 'nyc-ha'];
const nodes = ['nyc-a', 'nyc-b', 'nyc-web-1', 'nyc-web-2', 'client', 'wan'];

/**
 * Site nyc of `two-sites` by itself: the pair, its servers and the client.
 *
 *      client .10 -- client-net 198.18.100.0/24 -- wan .1
 *                                                   | nyc-ext 198.18.110
 *                                      +------------+-----------+
 *                                    nyc-a .11 --- nyc-ha --- nyc-b .12
 *                                      +------------+-----------+
 *                                                   | nyc-int 198.18.111
 *                                         nyc-web-1 .101  -2 .102
 */
export const pair: Topology = {
  name: 'pair',
  help: 'a pair, two web servers, a client behind a router',
  networks: twoSites.networks.filter(({ name }) => networks.includes(name)),
  nodes: twoSites.nodes
    .filter(({ name }) => nodes.includes(name))
    .map((node) => ({
      ...node,
      legs: node.legs.filter(({ network }) => network === 'mgmt' || networks.includes(network)),
    })),
};
