import type { Component } from '../types.ts';
import {
  address,
  description,
  effective,
  flags,
  integer,
  prefix,
  reference,
  stored,
} from '../properties.ts';

export const netRoute: Component = {
  id: 'net route',
  noun: 'Route',
  help: 'Where packets for a network go.',
  naming: { kind: 'foldered' },
  scope: 'group',
  order: 45,
  statistics: true,
  learns: true,
  checks: ['route-target', 'route-network', 'route-gateway'],
  properties: [
    ...effective(
      prefix('network', 'Network that is reached; the name when not given.', {
        words: ['default', 'default-inet6'],
        access: 'create-only',
      }),
      address('gw', 'Next router.'),
      reference('interface', 'net vlan', 'VLAN that the network is in.', { rest: 'tmInterface' }),
      flags('blackhole', ['blackhole'], undefined, 'Packets are dropped.'),
      integer('mtu', [0, 65_535], 0, 'Largest packet; 0: as the VLAN.', { unit: 'bytes' }),
      description,
    ),
    ...stored(reference('pool', 'ltm pool', 'Routers, as a pool.')),
  ],
};
