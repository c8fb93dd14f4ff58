import type { Component, Property } from '../types.ts';
import type { Draft } from '../properties.ts';
import {
  address,
  choice,
  description,
  effective,
  enabledFlag,
  endpoint,
  integer,
  items,
  metadata,
  monitorRule,
  port,
  reference,
  stored,
  text,
  toggle,
  uint32,
  yesNo,
} from '../properties.ts';
import { gtmMonitors } from './monitor.ts';
import { limits } from './limits.ts';

const translation: Draft = address('translation', 'Its address on the other side of a NAT.', {
  words: ['none'],
  default: 'none',
});

const deviceProperties: readonly Property[] = effective(
  items('addresses', 'Addresses that the device speaks iQuery on.', {
    properties: effective(translation),
    foldered: false,
    subCollection: false,
    noun: 'IP',
    ordered: false,
    nameCheck: 'address',
  }),
  description,
);

const virtualServerProperties: readonly Property[] = [
  ...effective(
    endpoint('destination', 'Address and port.', {
      folder: false,
      wildcards: false,
      required: true,
    }),
    address('translation-address', 'Its address on the other side of a NAT.', {
      words: ['none'],
      default: 'none',
    }),
    port('translation-port', 0, 'Its port on the other side of a NAT.'),
    monitorRule('monitor', gtmMonitors, 'Monitors of it alone.'),
    text('ltm-name', 'Full name on the local device, when it differs.'),
    enabledFlag('Does it take part in answers?'),
    items('depends-on', 'Virtual servers that it needs.', {
      properties: [],
      foldered: false,
      subCollection: false,
      noun: 'dependency',
      ordered: true,
    }),
    text('explicit-link-name', 'Link that it is reached through; none: by its address.'),
    ...limits,
    description,
  ),
];

const discovery = (name: string, what: string): Draft =>
  choice(
    name,
    [
      { value: 'disabled', help: 'By hand only.' },
      { value: 'enabled', help: 'Added, changed and removed as the device reports.' },
      { value: 'enabled-no-delete', help: 'Added and changed as the device reports.' },
    ],
    'disabled',
    what,
  );

export const gtmServer: Component = {
  id: 'gtm server',
  noun: 'Server',
  help: 'A local device (with its peers), or another host, and the virtual servers on it.',
  naming: { kind: 'foldered' },
  scope: 'gtm',
  statistics: true,
  order: 62,
  checks: ['gtm-server-devices'],
  properties: [
    ...effective(
      reference('datacenter', 'gtm datacenter', 'Where it stands.', { required: true }),
      items('devices', 'Devices of the server: a pair is one server with two.', {
        properties: deviceProperties,
        foldered: false,
        subCollection: true,
        noun: 'Server Device',
        ordered: false,
      }),
      items('virtual-servers', 'Virtual servers on it.', {
        properties: virtualServerProperties,
        foldered: false,
        subCollection: true,
        noun: 'Virtual Server',
        ordered: false,
        statistics: true,
      }),
      items(
        'addresses',
        'Older way to write devices: address, device name and translation.',
        {
          properties: effective(text('device-name', 'Device that has the address.'), translation),
          foldered: false,
          subCollection: false,
          noun: 'IP',
          ordered: false,
          nameCheck: 'address',
        },
        { filled: true },
      ),
      choice(
        'product',
        [
          { value: 'bigip', help: 'Speaks iQuery and reports health itself.' },
          { value: 'generic-host', help: 'Anything else.' },
          { value: 'redundant-bigip', help: 'Older word for bigip.' },
          { value: 'single-bigip', help: 'Older word for bigip.' },
          ...[
            'generic-load-balancer',
            'alteon-ace-director',
            'cacheflow',
            'cisco-css',
            'cisco-local-director-v2',
            'cisco-local-director-v3',
            'cisco-server-load-balancer',
            'extreme',
            'foundry-server-iron',
            'netapp',
            'radware-wsd',
            'sun-solaris',
            'windows-2000-server',
            'windows-nt-4.0',
          ].map((value) => ({ value })),
        ],
        'bigip',
        'What it is.',
      ),
      monitorRule('monitor', gtmMonitors, 'Monitors of all its virtual servers.'),
      discovery('virtual-server-discovery', 'Take virtual servers from the device.'),
      discovery('link-discovery', 'Take links from the device: routers of its default routes.'),
      ...limits,
      integer('limit-cpu-usage', [0, 100], 0, 'Most processor use.', { unit: 'percent' }),
      toggle('limit-cpu-usage-status', 'disabled', 'Does the limit on processor use hold?'),
      integer('limit-mem-avail', [0, uint32], 0, 'Least memory free.', { unit: 'kilobytes' }),
      toggle('limit-mem-avail-status', 'disabled', 'Does the limit on memory hold?'),
      choice(
        'prober-preference',
        ['inherit', 'inside-datacenter', 'outside-datacenter', 'pool'],
        'inherit',
        'Who probes first.',
      ),
      choice(
        'prober-fallback',
        ['inherit', 'any-available', 'inside-datacenter', 'outside-datacenter', 'pool', 'none'],
        'inherit',
        'Who probes else.',
      ),
      reference('prober-pool', 'gtm prober-pool', 'Probers.'),
      yesNo('iq-allow-path', 'yes', 'May it probe paths?'),
      enabledFlag('Does it take part in answers?'),
      description,
    ),
    ...stored(
      yesNo('expose-route-domains', 'no', 'Take virtual servers of all route domains.'),
      yesNo('iq-allow-service-check', 'yes', 'May it check services?'),
      yesNo('iq-allow-snmp', 'yes', 'May it ask by SNMP?'),
      metadata,
    ),
  ],
};
