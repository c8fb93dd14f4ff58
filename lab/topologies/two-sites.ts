import type { DeviceNode, HostNode, Topology } from '../topology.ts';

/**
 *                               client .10
 *                                 | client-net 198.18.100.0/24
 *                                wan .1
 *            nyc-ext 198.18.110 /   \ lon-ext 198.18.120
 *      +-----------+-----------+     +-----------+
 *    nyc-a .11   nyc-b .12  gtm-1 .31  lon-a .21  gtm-2 .32
 *      |  \  nyc-ha 112  /  |            |
 *      |   +-----------+    |            |
 *      +-----------+--------+            |
 *        nyc-int 198.18.111        lon-int 198.18.121
 *       nyc-web-1 .101  -2 .102   lon-web-1 .101  -2 .102
 *
 * Every device has a leg in mgmt (198.18.<slot>.0/24) too. nyc-a and nyc-b are the pair, gtm-1 its witness.
 * IPv6 beside it everywhere: fd00:198:18:110::11 for 198.18.110.11.
 */
const octets = {
  'client-net': 100,
  'nyc-ext': 110,
  'nyc-int': 111,
  'nyc-ha': 112,
  'lon-ext': 120,
  'lon-int': 121,
  'lon-ha': 122,
} as const;

const routerHost = 1;

function localDevice(name: string, site: string, host: number): DeviceNode {
  return {
    role: 'device',
    name,
    site,
    hostname: `${name}.example.net`,
    legs: [
      { interface: 'mgmt', network: 'mgmt', host },
      { interface: '1.1', network: `${site}-ext`, host, gateway: routerHost },
      { interface: '1.2', network: `${site}-int`, host },
      { interface: '1.3', network: `${site}-ha`, host },
    ],
  };
}

function globalDevice(name: string, site: string, host: number): DeviceNode {
  return {
    role: 'device',
    name,
    site,
    hostname: `${name}.example.net`,
    legs: [
      { interface: 'mgmt', network: 'mgmt', host },
      { interface: '1.1', network: `${site}-ext`, host, gateway: routerHost },
    ],
  };
}

function webServer(name: string, site: string, host: number): HostNode {
  const legs = [{ interface: 'eth0', network: `${site}-int`, host }];
  return { role: 'web-server', name, site, legs };
}

export const twoSites: Topology = {
  name: 'two-sites',
  help: 'site nyc with a pair, site lon with one device, two DNS devices, two web servers a site',
  networks: Object.entries(octets).map(([name, octet]) => ({ name, octet })),
  nodes: [
    localDevice('nyc-a', 'nyc', 11),
    localDevice('nyc-b', 'nyc', 12),
    localDevice('lon-a', 'lon', 21),
    globalDevice('gtm-1', 'nyc', 31),
    globalDevice('gtm-2', 'lon', 32),
    webServer('nyc-web-1', 'nyc', 101),
    webServer('nyc-web-2', 'nyc', 102),
    webServer('lon-web-1', 'lon', 101),
    webServer('lon-web-2', 'lon', 102),
    {
      role: 'client',
      name: 'client',
      site: 'internet',
      legs: [{ interface: 'eth0', network: 'client-net', host: 10, gateway: routerHost }],
    },
    {
      role: 'router',
      name: 'wan',
      site: 'internet',
      legs: [
        { interface: 'client', network: 'client-net', host: routerHost },
        { interface: 'nyc', network: 'nyc-ext', host: routerHost },
        { interface: 'lon', network: 'lon-ext', host: routerHost },
      ],
    },
  ],
};
