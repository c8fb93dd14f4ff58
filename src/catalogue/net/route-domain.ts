import type { Component } from '../types.ts';
import {
  description,
  effective,
  integer,
  reference,
  references,
  stored,
  texts,
  toggle,
  uint32,
} from '../properties.ts';

export const netRouteDomain: Component = {
  id: 'net route-domain',
  noun: 'Route Domain',
  help: 'A routing table of its own; `%ID` after an address.',
  naming: { kind: 'foldered' },
  scope: 'local',
  order: 13,
  checks: ['route-domain-id'],
  stock: [{ name: '/Common/0', properties: { id: 0 } }],
  properties: [
    ...effective(
      integer('id', [0, 65_534], undefined, 'Number in addresses.', { access: 'create-only' }),
      references('vlans', ['net vlan', 'net tunnels tunnel'], 'VLANs and tunnels in it.'),
      description,
    ),
    ...stored(
      reference('parent', 'net route-domain', 'Domain that is asked next.'),
      toggle('strict', 'enabled', 'No traffic between domains.'),
      integer('connection-limit', [0, uint32], 0, 'Connections at once; 0 is unlimited.'),
      integer('throughput-capacity', [0, uint32], 'infinite', 'Bits a second.', {
        words: ['infinite'],
      }),
      texts('routing-protocol', 'Routing protocols.'),
      reference('bwc-policy', 'net bwc policy', 'How fast its traffic may be.'),
      reference('flow-eviction-policy', 'ltm eviction-policy', 'Which connections go first.'),
      reference('service-policy', 'net service-policy', 'Lives of its flows.'),
    ),
  ],
};
