import type { Component } from '../types.ts';
import {
  choice,
  description,
  effective,
  enabledFlag,
  integer,
  items,
  list,
  metadata,
  monitorRule,
  reference,
  references,
  stored,
  text,
  toggle,
  uint32,
} from '../properties.ts';
import { limits } from './limits.ts';
import { gtmMonitors } from './monitor.ts';

const plain = { foldered: false, subCollection: false, ordered: false } as const;
const foldered = { naming: { kind: 'foldered' }, scope: 'gtm' } as const;

export const gtmRegion: Component = {
  ...foldered,
  id: 'gtm region',
  noun: 'Region',
  help: 'Places by network, country, provider or site.',
  order: 62,
  properties: effective(
    items('region-members', 'The places, as `subnet 10.0.0.0/8` or `not country DE`.', {
      ...plain,
      properties: [],
      noun: 'region member',
      nameCheck: 'place',
    }),
    description,
  ),
};

export const gtmTopology: Component = {
  id: 'gtm topology',
  noun: 'Topology Record',
  help: 'How well a place of resolvers fits a place of servers; the name says both.',
  naming: { kind: 'plain', nameCheck: 'topology' },
  scope: 'gtm',
  order: 68,
  properties: effective(
    integer('order', [0, uint32], 0, 'Place in the list; lower is looked at first.'),
    integer('score', [0, uint32], 1, 'How well they fit.'),
    description,
  ),
};

export const gtmProberPool: Component = {
  ...foldered,
  id: 'gtm prober-pool',
  noun: 'Prober Pool',
  help: 'Servers that probe for others.',
  order: 61,
  statistics: true,
  properties: effective(
    items('members', 'The servers.', {
      properties: effective(
        integer('order', [0, uint32], 0, 'Place in the list; 0 is first.'),
        enabledFlag('May it probe?'),
        description,
      ),
      foldered: true,
      nameReference: { to: ['gtm server'] },
      subCollection: true,
      noun: 'Prober Pool Member',
      ordered: true,
    }),
    choice(
      'load-balancing-mode',
      ['global-availability', 'round-robin'],
      'global-availability',
      'Who probes.',
    ),
    enabledFlag('May it probe?'),
    description,
  ),
};

export const gtmLink: Component = {
  ...foldered,
  id: 'gtm link',
  noun: 'Link',
  help: 'A way into the network of a data centre.',
  order: 61,
  statistics: true,
  properties: [
    ...effective(
      reference('datacenter', 'gtm datacenter', 'Where it ends.', { required: true }),
      items('router-addresses', 'Addresses of its routers.', {
        ...plain,
        properties: stored(text('translation', 'Address on the other side of a NAT.')),
        noun: 'IP',
        nameCheck: 'address',
      }),
      monitorRule('monitor', gtmMonitors, 'Monitors of the link: of each of its routers.'),
      toggle('duplex-billing', 'enabled', 'Is the larger direction billed?'),
      integer('limit-max-inbound-bps', [0, uint32], 0, 'Most bits a second inwards.'),
      toggle('limit-max-inbound-bps-status', 'disabled', 'Does that limit hold?'),
      integer('limit-max-outbound-bps', [0, uint32], 0, 'Most bits a second outwards.'),
      toggle('limit-max-outbound-bps-status', 'disabled', 'Does that limit hold?'),
      integer('link-ratio', [0, uint32], 1, 'Weight among links.'),
      integer('prepaid-segment', [0, uint32], 0, 'Bits a second that are paid for.'),
      items('cost-segments', 'What traffic costs, by the bits a second that each reaches up to.', {
        ...plain,
        properties: effective(
          integer('dollars-per-mbps', [0, uint32], 0, 'Price of one megabit a second more.'),
        ),
        noun: 'cost segment',
        nameCheck: 'bits-per-second',
      }),
      choice('weighting', ['ratio', 'price-dynamic'], 'ratio', 'How links are compared.'),
      ...limits.filter(({ name }) => !name.startsWith('limit-max-connections')),
      enabledFlag('Does it take part in answers?'),
      description,
    ),
    ...stored(
      text('isp', 'Provider.'),
      text('uplink-address', 'Address of the router above.'),
      ...limits.filter(({ name }) => name.startsWith('limit-max-connections')),
      metadata,
    ),
  ],
};

export const gtmDistributedApp: Component = {
  ...foldered,
  id: 'gtm distributed-app',
  noun: 'Distributed Application',
  help: 'Wide IPs that are up and down together.',
  order: 68,
  statistics: true,
  properties: effective(
    references('wideips', ['gtm wideip a', 'gtm wideip aaaa'], 'The wide IPs.'),
    choice(
      'dependency-level',
      ['none', 'datacenter', 'link', 'server', 'wideip'],
      'none',
      'What has to be up as a whole.',
    ),
    references('disabled-contexts', ['gtm datacenter', 'gtm server', 'gtm link'], 'Left out.'),
    toggle('persistence', 'disabled', 'A resolver stays in one data centre.'),
    integer('persist-cidr-ipv4', [0, 32], 32, 'Resolvers that count as one, IPv4.'),
    integer('persist-cidr-ipv6', [0, 128], 128, 'Resolvers that count as one, IPv6.'),
    integer('ttl-persistence', [0, uint32], 3600, 'How long it stays.', { unit: 'seconds' }),
    enabledFlag('Does it take part in answers?'),
    description,
  ),
};

export const gtmMetricsExclusions: Component = {
  id: 'gtm global-settings metrics-exclusions',
  noun: 'metrics exclusions',
  help: 'Resolvers whose distance is not measured.',
  naming: { kind: 'singleton' },
  scope: 'gtm',
  properties: effective(list('addresses', { kind: 'prefix' }, 'Their networks.')),
};
