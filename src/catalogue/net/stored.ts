import type { Component, StockObject } from '../types.ts';
import type { Draft } from '../properties.ts';
import {
  address,
  choice,
  description,
  flags,
  integer,
  items,
  lastHop,
  list,
  reference,
  references,
  stored,
  text,
  texts,
  toggle,
  uint32,
  yesNo,
} from '../properties.ts';
import { addressList, portList } from '../address-lists.ts';
import { foldered } from '../stored.ts';

const plain = { properties: [], foldered: false, subCollection: false, ordered: false } as const;

const netTunnelTypes: readonly string[] = [
  'etherip',
  'fec',
  'geneve',
  'gre',
  'ipip',
  'ipsec',
  'lw4o6',
  'map',
  'ppp',
  'tcp-forward',
  'v6rd',
  'vxlan',
  'wccp',
].map((type) => `net tunnels ${type}`);

const readOnly = { access: 'read-only' } as const;

export const netTrunk: Component = {
  id: 'net trunk',
  noun: 'Trunk',
  help: 'Interfaces that are used as one.',
  naming: { kind: 'plain' },
  scope: 'local',
  order: 11,
  statistics: true,
  properties: stored(
    references('interfaces', 'net interface', 'The interfaces.'),
    choice(
      'distribution-hash',
      ['src-dst-ipport', 'src-dst-mac', 'dst-mac'],
      'src-dst-ipport',
      'What chooses the interface.',
    ),
    toggle('lacp', 'disabled', 'Speak LACP.'),
    choice('lacp-mode', ['active', 'passive'], 'active', 'Who speaks first.'),
    choice('lacp-timeout', ['long', 'short'], 'long', 'Life of what was heard.'),
    choice(
      'link-select-policy',
      ['auto', 'maximum-bandwidth'],
      'auto',
      'Which interfaces are used.',
    ),
    text('qinq-ethertype', 'Type of stacked tags.', { default: '0x8100' }),
    toggle('stp', 'enabled', 'Spanning tree.'),
    integer('bandwidth', [0, uint32], undefined, 'Speed, in Mbit/s.', readOnly),
    integer('cfg-mbr-count', [0, uint32], undefined, 'Interfaces configured.', readOnly),
    integer('working-mbr-count', [0, uint32], undefined, 'Interfaces in use.', readOnly),
    integer('id', [0, uint32], undefined, 'Its number.', readOnly),
    text('mac-address', 'MAC address.', readOnly),
    text('media', 'Speed in use.', readOnly),
    text('type', 'Kind.', readOnly),
    description,
  ),
};

const anyAddress = (name: string, help: string): Draft =>
  address(name, help, { words: ['any', 'any6'], default: 'any6' });

const builtIn = (name: string, words: string): StockObject => ({
  name: `/Common/${name}`,
  properties: { profile: '/Common/tcp-forward', description: words },
});

export const netTunnel: Component = foldered({
  id: 'net tunnels tunnel',
  noun: 'Tunnel',
  help: 'A way through another network.',
  scope: 'group',
  order: 13,
  stock: [
    builtIn('http-tunnel', 'Tunnel for http-explicit profile'),
    builtIn('socks-tunnel', 'Tunnel for socks profile'),
  ],
  properties: [
    reference('profile', netTunnelTypes, 'Encapsulation.'),
    anyAddress('local-address', 'Own end.'),
    anyAddress('remote-address', 'Other end.'),
    anyAddress('secondary-address', 'Second own end.'),
    lastHop,
    integer('idle-timeout', [0, uint32], 300, 'Idle flows end after this.', { unit: 'seconds' }),
    integer('if-index', [0, uint32], undefined, 'SNMP index.', readOnly),
    integer('key', [0, uint32], 0, 'Key, or network identifier.'),
    choice('mode', ['bidirectional', 'inbound', 'outbound'], 'bidirectional', 'Direction.'),
    integer('mtu', [0, 65_535], 0, 'Largest packet; 0: as the network.', { unit: 'bytes' }),
    text('tos', 'Type of service; preserve: that of the packet.', { default: 'preserve' }),
    toggle('transparent', 'disabled', 'Bridge instead of routing.'),
    toggle('use-pmtu', 'enabled', 'Learn the MTU of the path.'),
    reference('traffic-group', 'cm traffic-group', 'Who has it.'),
  ],
});

export const netArp: Component = {
  ...foldered({
    id: 'net arp',
    noun: 'ARP Entry',
    help: 'A MAC address that is told instead of asked for.',
    scope: 'local',
    order: 46,
    stock: [],
    properties: [
      address('ip-address', 'The address; the name when not given.'),
      text('mac-address', 'The MAC address.', { check: 'mac', required: true }),
    ],
  }),
  statistics: true,
  learns: true,
};

export const netNdp: Component = {
  ...foldered({
    id: 'net ndp',
    noun: 'NDP Entry',
    help: 'A MAC address of an IPv6 neighbour that is told instead of asked for.',
    scope: 'local',
    order: 46,
    stock: [],
    properties: [
      address('ip-address', 'The address; the name when not given.'),
      text('mac-address', 'The MAC address.', { check: 'mac', required: true }),
    ],
  }),
  statistics: true,
  learns: true,
};

function forwarding(
  kind: 'vlan' | 'tunnel',
  record: readonly Draft[],
  stock: readonly StockObject[] = [],
): Component {
  const inside = kind === 'vlan' ? 'VLAN' : 'tunnel';
  return foldered({
    id: `net fdb ${kind}`,
    noun: 'FDB Entry',
    help: `Where MAC addresses of a ${inside} are; it has the name of the ${inside}.`,
    scope: 'local',
    order: 46,
    stock,
    properties: [
      items('records', 'The MAC addresses.', {
        ...plain,
        properties: stored(...record, description),
        subCollection: true,
        noun: 'FDB Record',
        nameCheck: 'mac',
      }),
    ],
  });
}

export const netFdbVlan: Component = forwarding('vlan', [
  reference('interface', 'net interface', 'Interface it is behind.', { rest: 'tmInterface' }),
  reference('trunk', 'net trunk', 'Trunk it is behind.'),
]);

export const netFdbTunnel: Component = forwarding(
  'tunnel',
  [address('endpoint', 'End of the tunnel it is behind.')],
  [{ name: '/Common/http-tunnel' }, { name: '/Common/socks-tunnel' }],
);

export const netPortList: Component = portList(
  'net port-list',
  [
    {
      name: '/Common/_sys_self_allow_tcp_defaults',
      properties: {
        ports: ['22', '53', '161', '443', '1029-1043', '4353'].map((name) => ({ name })),
      },
    },
    {
      name: '/Common/_sys_self_allow_udp_defaults',
      properties: { ports: ['53', '161', '520', '1026', '4353'].map((name) => ({ name })) },
    },
  ],
  true,
);

export const netAddressList: Component = addressList('net address-list', true);

export const netDnsResolver: Component = foldered({
  id: 'net dns-resolver',
  noun: 'DNS Resolver',
  help: 'Resolves names for traffic.',
  scope: 'group',
  order: 15,
  stock: [],
  properties: [
    yesNo('answer-default-zones', 'no', 'Answer for localhost and private addresses.'),
    integer('cache-size', [0, uint32], 5_767_168, 'Cache of answers.', { unit: 'bytes' }),
    yesNo('randomize-query-name-case', 'yes', 'Mix capitals into questions.'),
    reference('route-domain', 'net route-domain', 'Route domain.', { default: '/Common/0' }),
    yesNo('use-ipv4', 'yes', 'Ask over IPv4.'),
    yesNo('use-ipv6', 'yes', 'Ask over IPv6.'),
    yesNo('use-tcp', 'yes', 'Ask over TCP.'),
    yesNo('use-udp', 'yes', 'Ask over UDP.'),
    items('forward-zones', 'Zones that are asked elsewhere.', {
      ...plain,
      properties: stored(
        items('nameservers', 'Whom to ask, as address and port.', { ...plain, noun: 'nameserver' }),
      ),
      noun: 'forward zone',
    }),
  ],
});

const timed: readonly Draft[] = [
  choice(
    'ip-protocol',
    ['all-other', 'tcp', 'udp', 'sctp', 'icmp', 'any'],
    'all-other',
    'Protocol.',
  ),
  items('destination-ports', 'Ports.', { ...plain, noun: 'Port' }),
  items('timers', 'Times of life.', {
    ...plain,
    properties: stored(text('value', 'Seconds, or one of indefinite, immediate, unspecified.')),
    noun: 'timer',
  }),
];

export const netTimerPolicy: Component = foldered({
  id: 'net timer-policy',
  noun: 'Timer Policy',
  help: 'Lives of flows by protocol and port.',
  scope: 'group',
  order: 12,
  stock: [],
  properties: [
    items('rules', 'The rules.', {
      ...plain,
      properties: stored(...timed, description),
      noun: 'rule',
      ordered: true,
    }),
  ],
});

export const netServicePolicy: Component = foldered({
  id: 'net service-policy',
  noun: 'Service Policy',
  help: 'Policies for services of the network.',
  scope: 'group',
  order: 13,
  stock: [],
  properties: [
    reference('timer-policy', 'net timer-policy', 'Lives of flows.'),
    text('port-misuse-policy', 'Protocols that ports are for.'),
  ],
});

const neighbour: readonly Draft[] = [
  integer('remote-as', [0, uint32], undefined, 'Number of its system.'),
  text('password', 'Secret of the session.', { secret: true }),
  address('update-source', 'Own address of the session.'),
  integer('ebgp-multihop', [0, 255], 0, 'Hops to a neighbour that is not next to us.'),
  toggle('next-hop-self', 'disabled', 'Say that the way is through us.'),
  text('route-map-in', 'What is taken.'),
  text('route-map-out', 'What is told.'),
  description,
];

export const netRoutingBgp: Component = foldered({
  id: 'net routing bgp',
  noun: 'BGP',
  help: 'Routes learnt from and told to neighbours (RFC 4271).',
  scope: 'local',
  order: 46,
  stock: [],
  properties: [
    integer('local-as', [1, uint32], undefined, 'Number of our system.', { required: true }),
    address('router-id', 'Name of this router.', { words: ['none'] }),
    reference('route-domain', 'net route-domain', 'Route domain.', { default: '/Common/0' }),
    integer('hold-time', [0, 65_535], 90, 'Life of a silent neighbour.', { unit: 'seconds' }),
    integer('keep-alive', [0, 65_535], 30, 'Time between signs of life.', { unit: 'seconds' }),
    flags('enabled', ['enabled', 'disabled'], 'enabled', 'Is it spoken?'),
    items('neighbor', 'The neighbours.', {
      ...plain,
      properties: stored(...neighbour),
      subCollection: true,
      noun: 'BGP neighbor',
      nameCheck: 'address',
    }),
    list('network', { kind: 'prefix' }, 'Networks that are told.'),
    texts('redistribute', 'Other routes that are told: kernel, static, connected.'),
  ],
});
