import type { Component, StockObject } from '../types.ts';
import type { Draft } from '../properties.ts';
import {
  address,
  choice,
  integer,
  prefix,
  reference,
  text,
  toggle,
  uint32,
} from '../properties.ts';
import { foldered } from '../stored.ts';

function tunnelProfile(
  name: string,
  what: string,
  properties: readonly Draft[],
  stock: readonly StockObject[],
  order = 12,
): Component {
  return foldered({
    id: `net tunnels ${name}`,
    noun: 'Tunnel Profile',
    help: `Encapsulation of tunnels: ${what}`,
    scope: 'group',
    properties,
    stock,
    order,
    inherits: true,
  });
}

/** Encapsulations of tunnels: kept, no tunnel is built yet. */
export const netTunnelProfiles: readonly Component[] = [
  tunnelProfile('etherip', 'Ethernet in IP.', [], [{ name: '/Common/etherip' }]),
  tunnelProfile(
    'fec',
    'Packets with repair.',
    [
      integer('decode-idle-timeout', [0, uint32], 1500, 'Life of an idle decoder.', {
        unit: 'milliseconds',
      }),
      integer('decode-max-packets', [0, uint32], 512, 'Packets kept to repair.'),
      integer('decode-queues', [0, uint32], 32, 'Decoders at once.'),
      integer('encode-max-delay', [0, uint32], 500, 'Longest wait of a packet.'),
      integer('keepalive-interval', [0, uint32], 5, 'Time between signs of life.', {
        unit: 'seconds',
      }),
      choice('lzo', ['enabled', 'disabled'], 'enabled', 'Compress.'),
      choice('repair-adaptive', ['enabled', 'disabled'], 'enabled', 'Repair as needed.'),
      integer('repair-packets', [0, uint32], 15, 'Packets that repair.'),
      choice('source-adaptive', ['enabled', 'disabled'], 'enabled', 'Group packets as needed.'),
      integer('source-packets', [0, uint32], 15, 'Packets of a group.'),
      integer('udp-port', [0, 65535], 8288, 'UDP port.'),
    ],
    [{ name: '/Common/fec' }],
  ),
  tunnelProfile(
    'geneve',
    'Geneve (RFC 8926).',
    [
      choice(
        'flooding-type',
        ['none', 'multicast', 'multipoint', 'replicator'],
        'multipoint',
        'Where unknown addresses go.',
      ),
      integer('port', [0, 65535], 6081, 'UDP port.'),
    ],
    [{ name: '/Common/geneve' }],
  ),
  tunnelProfile(
    'gre',
    'GRE (RFC 2784).',
    [
      choice('encapsulation', ['standard', 'nvgre'], 'standard', 'Kind of header.'),
      choice('flooding-type', ['none', 'multipoint'], 'none', 'Where unknown addresses go.'),
      choice('rx-csum', ['enabled', 'disabled'], 'disabled', 'Check received sums.'),
      choice('tx-csum', ['enabled', 'disabled'], 'disabled', 'Send sums.'),
    ],
    [
      { name: '/Common/gre' },
      {
        name: '/Common/nvgre',
        properties: { 'defaults-from': '/Common/gre', encapsulation: 'nvgre' },
      },
    ],
  ),
  tunnelProfile(
    'ipip',
    'IP in IP.',
    [
      choice('ds-lite', ['enabled', 'disabled'], 'disabled', 'Dual-stack lite.'),
      choice('proto', ['IPv4', 'IPv6'], 'IPv4', 'What is carried.'),
    ],
    [
      { name: '/Common/ipip' },
      {
        name: '/Common/dslite',
        properties: {
          description: 'Dual-stack lite IPv4 in IPv6',
          'defaults-from': '/Common/ip4ip6',
          'ds-lite': 'enabled',
        },
      },
      {
        name: '/Common/ip4ip4',
        properties: {
          description: 'IPv4 in IPv4',
          'defaults-from': '/Common/ipip',
        },
      },
      {
        name: '/Common/ip4ip6',
        properties: { description: 'IPv4 in IPv6', 'defaults-from': '/Common/ipip' },
      },
      {
        name: '/Common/ip6ip4',
        properties: { description: 'IPv6 in IPv4', 'defaults-from': '/Common/ipip', proto: 'IPv6' },
      },
      {
        name: '/Common/ip6ip6',
        properties: { description: 'IPv6 in IPv6', 'defaults-from': '/Common/ipip', proto: 'IPv6' },
      },
    ],
  ),
  tunnelProfile(
    'ipsec',
    'IPsec.',
    [
      reference('traffic-selector', 'net ipsec traffic-selector', 'Traffic that is protected.', {
        default: '/Common/default-traffic-selector-interface',
      }),
    ],
    [{ name: '/Common/ipsec' }],
    18,
  ),
  tunnelProfile(
    'lw4o6',
    'lightweight IPv4 over IPv6 (RFC 7596).',
    [
      toggle('all-protocols-pass', 'disabled', 'Let other protocols through.'),
      integer('psid-length', [0, 16], 0, 'Bits of the port set.'),
      text('lwtable', 'Table of clients.'),
    ],
    [{ name: '/Common/lw4o6' }],
  ),
  tunnelProfile(
    'map',
    'MAP-E (RFC 7597).',
    [
      integer('ea-bits-length', [0, 48], 32, 'Bits of the address that are embedded.'),
      prefix('ip4-prefix', 'IPv4 network.', { default: '0.0.0.0/8' }),
      prefix('ip6-prefix', 'IPv6 network.', { default: '::/48' }),
      integer('port-offset', [0, 15], 6, 'Bits before the port set.'),
    ],
    [{ name: '/Common/map' }],
  ),
  tunnelProfile(
    'ppp',
    'PPP.',
    [
      choice('ipcp', ['enabled', 'disabled'], 'enabled', 'Speak IPv4.'),
      choice('ipv6cp', ['enabled', 'disabled'], 'enabled', 'Speak IPv6.'),
      integer('lcp-echo-failure', [0, uint32], 4, 'Lost echoes that end it.'),
      integer('lcp-echo-interval', [0, uint32], 30, 'Time between echoes.', { unit: 'seconds' }),
      choice('vj', ['enabled', 'disabled'], 'disabled', 'Compress headers.'),
    ],
    [{ name: '/Common/ppp' }],
  ),
  tunnelProfile(
    'tcp-forward',
    'TCP of proxies.',
    [],
    [
      {
        name: '/Common/tcp-forward',
        properties: { description: 'TCP forwarding without encapsulation' },
      },
    ],
  ),
  tunnelProfile(
    'v6rd',
    'IPv6 over IPv4 of a provider (RFC 5969).',
    [
      address('ipv4prefix', 'IPv4 prefix.', { words: ['any'], default: 'any' }),
      integer('ipv4prefixlen', [0, 32], 0, 'Its length.'),
      address('v6rdprefix', 'IPv6 prefix.', { words: ['any6'], default: 'any6' }),
      integer('v6rdprefixlen', [0, 128], 56, 'Its length.'),
    ],
    [{ name: '/Common/v6rd' }],
  ),
  tunnelProfile(
    'vxlan',
    'VXLAN (RFC 7348).',
    [
      choice('encapsulation-type', ['vxlan', 'vxlan-gpe'], 'vxlan', 'Kind of header.'),
      choice(
        'flooding-type',
        ['none', 'multicast', 'multipoint', 'replicator'],
        'multicast',
        'Where unknown addresses go.',
      ),
      integer('port', [0, 65535], 4789, 'UDP port.'),
    ],
    [
      { name: '/Common/vxlan' },
      {
        name: '/Common/vxlan-gpe',
        properties: {
          'defaults-from': '/Common/vxlan',
          'encapsulation-type': 'vxlan-gpe',
          'flooding-type': 'multipoint',
          port: 4790,
        },
      },
      {
        name: '/Common/vxlan-multipoint',
        properties: { 'defaults-from': '/Common/vxlan', 'flooding-type': 'multipoint' },
      },
      {
        name: '/Common/vxlan-ovsdb',
        properties: { 'defaults-from': '/Common/vxlan', 'flooding-type': 'replicator' },
      },
      {
        name: '/Common/vxlan-ovsdb-multipoint',
        properties: { 'defaults-from': '/Common/vxlan', 'flooding-type': 'multipoint' },
      },
      {
        name: '/Common/vxlan-ovsdb-no-flooding',
        properties: { 'defaults-from': '/Common/vxlan', 'flooding-type': 'none' },
      },
    ],
  ),
  tunnelProfile(
    'wccp',
    'WCCP.',
    [
      choice('rx-csum', ['enabled', 'disabled'], 'disabled', 'Check received sums.'),
      choice('tx-csum', ['enabled', 'disabled'], 'disabled', 'Send sums.'),
      integer('wccp-version', [1, 2], 2, 'Version of the protocol.', { wire: 'string' }),
    ],
    [{ name: '/Common/wccpgre' }],
  ),
];
