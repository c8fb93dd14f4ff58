import type { Component } from '../types.ts';
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

/** Encapsulations of tunnels: kept, no tunnel is built yet. */
export const netTunnelProfiles: readonly Component[] = [
  foldered({
    id: 'net tunnels etherip',
    noun: 'Tunnel Profile',
    help: 'Encapsulation of tunnels: Ethernet in IP.',
    scope: 'group',
    properties: [],
    stock: [{ name: '/Common/etherip' }],
    order: 12,
    inherits: true,
  }),
  foldered({
    id: 'net tunnels fec',
    noun: 'Tunnel Profile',
    help: 'Encapsulation of tunnels: Packets with repair.',
    scope: 'group',
    properties: [
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
    stock: [{ name: '/Common/fec' }],
    order: 12,
    inherits: true,
  }),
  foldered({
    id: 'net tunnels geneve',
    noun: 'Tunnel Profile',
    help: 'Encapsulation of tunnels: Geneve (RFC 8926).',
    scope: 'group',
    properties: [
      choice(
        'flooding-type',
        ['none', 'multicast', 'multipoint', 'replicator'],
        'multipoint',
        'Where unknown addresses go.',
      ),
      integer('port', [0, 65535], 6081, 'UDP port.'),
    ],
    stock: [{ name: '/Common/geneve' }],
    order: 12,
    inherits: true,
  }),
  foldered({
    id: 'net tunnels gre',
    noun: 'Tunnel Profile',
    help: 'Encapsulation of tunnels: GRE (RFC 2784).',
    scope: 'group',
    properties: [
      choice('encapsulation', ['standard', 'nvgre'], 'standard', 'Kind of header.'),
      choice('flooding-type', ['none', 'multipoint'], 'none', 'Where unknown addresses go.'),
      choice('rx-csum', ['enabled', 'disabled'], 'disabled', 'Check received sums.'),
      choice('tx-csum', ['enabled', 'disabled'], 'disabled', 'Send sums.'),
    ],
    stock: [
      { name: '/Common/gre' },
      {
        name: '/Common/nvgre',
        properties: { 'defaults-from': '/Common/gre', encapsulation: 'nvgre' },
      },
    ],
    order: 12,
    inherits: true,
  }),
  foldered({
    id: 'net tunnels ipip',
    noun: 'Tunnel Profile',
    help: 'Encapsulation of tunnels: IP in IP.',
    scope: 'group',
    properties: [
      choice('ds-lite', ['enabled', 'disabled'], 'disabled', 'Dual-stack lite.'),
      choice('proto', ['IPv4', 'IPv6'], 'IPv4', 'What is carried.'),
    ],
    stock: [
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
    order: 12,
    inherits: true,
  }),
  foldered({
    id: 'net tunnels ipsec',
    noun: 'Tunnel Profile',
    help: 'Encapsulation of tunnels: IPsec.',
    scope: 'group',
    properties: [
      reference('traffic-selector', 'net ipsec traffic-selector', 'Traffic that is protected.', {
        default: '/Common/default-traffic-selector-interface',
      }),
    ],
    stock: [{ name: '/Common/ipsec' }],
    order: 18,
    inherits: true,
  }),
  foldered({
    id: 'net tunnels lw4o6',
    noun: 'Tunnel Profile',
    help: 'Encapsulation of tunnels: lightweight IPv4 over IPv6 (RFC 7596).',
    scope: 'group',
    properties: [
      toggle('all-protocols-pass', 'disabled', 'Let other protocols through.'),
      integer('psid-length', [0, 16], 0, 'Bits of the port set.'),
      text('lwtable', 'Table of clients.'),
    ],
    stock: [{ name: '/Common/lw4o6' }],
    order: 12,
    inherits: true,
  }),
  foldered({
    id: 'net tunnels map',
    noun: 'Tunnel Profile',
    help: 'Encapsulation of tunnels: MAP-E (RFC 7597).',
    scope: 'group',
    properties: [
      integer('ea-bits-length', [0, 48], 32, 'Bits of the address that are embedded.'),
      prefix('ip4-prefix', 'IPv4 network.', { default: '0.0.0.0/8' }),
      prefix('ip6-prefix', 'IPv6 network.', { default: '::/48' }),
      integer('port-offset', [0, 15], 6, 'Bits before the port set.'),
    ],
    stock: [{ name: '/Common/map' }],
    order: 12,
    inherits: true,
  }),
  foldered({
    id: 'net tunnels ppp',
    noun: 'Tunnel Profile',
    help: 'Encapsulation of tunnels: PPP.',
    scope: 'group',
    properties: [
      choice('ipcp', ['enabled', 'disabled'], 'enabled', 'Speak IPv4.'),
      choice('ipv6cp', ['enabled', 'disabled'], 'enabled', 'Speak IPv6.'),
      integer('lcp-echo-failure', [0, uint32], 4, 'Lost echoes that end it.'),
      integer('lcp-echo-interval', [0, uint32], 30, 'Time between echoes.', { unit: 'seconds' }),
      choice('vj', ['enabled', 'disabled'], 'disabled', 'Compress headers.'),
    ],
    stock: [{ name: '/Common/ppp' }],
    order: 12,
    inherits: true,
  }),
  foldered({
    id: 'net tunnels tcp-forward',
    noun: 'Tunnel Profile',
    help: 'Encapsulation of tunnels: TCP of proxies.',
    scope: 'group',
    properties: [],
    stock: [
      {
        name: '/Common/tcp-forward',
        properties: { description: 'TCP forwarding without encapsulation' },
      },
    ],
    order: 12,
    inherits: true,
  }),
  foldered({
    id: 'net tunnels v6rd',
    noun: 'Tunnel Profile',
    help: 'Encapsulation of tunnels: IPv6 over IPv4 of a provider (RFC 5969).',
    scope: 'group',
    properties: [
      address('ipv4prefix', 'IPv4 prefix.', { words: ['any'], default: 'any' }),
      integer('ipv4prefixlen', [0, 32], 0, 'Its length.'),
      address('v6rdprefix', 'IPv6 prefix.', { words: ['any6'], default: 'any6' }),
      integer('v6rdprefixlen', [0, 128], 56, 'Its length.'),
    ],
    stock: [{ name: '/Common/v6rd' }],
    order: 12,
    inherits: true,
  }),
  foldered({
    id: 'net tunnels vxlan',
    noun: 'Tunnel Profile',
    help: 'Encapsulation of tunnels: VXLAN (RFC 7348).',
    scope: 'group',
    properties: [
      choice('encapsulation-type', ['vxlan', 'vxlan-gpe'], 'vxlan', 'Kind of header.'),
      choice(
        'flooding-type',
        ['none', 'multicast', 'multipoint', 'replicator'],
        'multicast',
        'Where unknown addresses go.',
      ),
      integer('port', [0, 65535], 4789, 'UDP port.'),
    ],
    stock: [
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
    order: 12,
    inherits: true,
  }),
  foldered({
    id: 'net tunnels wccp',
    noun: 'Tunnel Profile',
    help: 'Encapsulation of tunnels: WCCP.',
    scope: 'group',
    properties: [
      choice('rx-csum', ['enabled', 'disabled'], 'disabled', 'Check received sums.'),
      choice('tx-csum', ['enabled', 'disabled'], 'disabled', 'Send sums.'),
      integer('wccp-version', [1, 2], 2, 'Version of the protocol.', { wire: 'string' }),
    ],
    stock: [{ name: '/Common/wccpgre' }],
    order: 12,
    inherits: true,
  }),
];
