/** Networks below IP, and what is let through them: kept, nothing follows these yet. */
import type { Component } from '../types.ts';
import {
  address,
  choice,
  description,
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
} from '../properties.ts';
import { foldered, singleton } from '../stored.ts';

const packetFilter = foldered({
  id: 'net packet-filter',
  noun: 'Packet Filter Rule',
  help: 'Packets that are let in or not.',
  scope: 'group',
  order: 46,
  stock: [],
  properties: [
    choice(
      'action',
      ['accept', 'continue', 'discard', 'reject'],
      'accept',
      'What happens to the packet.',
    ),
    toggle('logging', 'disabled', 'Log it.'),
    integer('order', [1, 999], undefined, 'Lower comes first.'),
    reference('rate-class', 'net rate-shaping class', 'How fast it may be.'),
    text('rule', 'Which packets, as tcpdump has it.'),
    reference('vlan', 'net vlan', 'Where they come in.'),
  ],
});

const packetFilterTrusted = singleton({
  id: 'net packet-filter-trusted',
  noun: 'packet filter exemptions',
  help: 'Who is let in whatever the packet filter says.',
  scope: 'group',
  properties: [
    list('ip-addresses', { kind: 'address' }, 'Addresses.'),
    texts('mac-addresses', 'MAC addresses.'),
    references('vlans', 'net vlan', 'VLANs.'),
  ],
});

const stp = foldered({
  id: 'net stp',
  noun: 'STP Instance',
  help: 'A spanning tree.',
  scope: 'local',
  order: 16,
  stock: [{ name: '/Common/cist', properties: { 'instance-id': 0 } }],
  properties: [
    integer('instance-id', [0, 4094], undefined, 'Its number.', { access: 'create-only' }),
    items('interfaces', 'Interfaces of it.', {
      properties: stored(
        integer('external-path-cost', [0, uint32], 20_000, 'Cost between regions.'),
        integer('internal-path-cost', [0, uint32], 20_000, 'Cost in the region.'),
        integer('priority', [0, 240], 128, 'Priority; lower is better.'),
      ),
      foldered: false,
      nameReference: { to: ['net interface'] },
      subCollection: false,
      noun: 'interface',
      ordered: false,
    }),
    integer('priority', [0, 61_440], 61_440, 'Priority of this bridge; lower is better.'),
    references('vlans', 'net vlan', 'VLANs of it.'),
  ],
});

const vlanGroup = foldered({
  id: 'net vlan-group',
  noun: 'VLAN Group',
  help: 'VLANs that are bridged.',
  scope: 'local',
  order: 13,
  stock: [],
  properties: [
    lastHop,
    toggle('bridge-in-standby', 'enabled', 'Bridge also while standing by.'),
    toggle('bridge-multicast', 'enabled', 'Bridge multicast.'),
    toggle('bridge-traffic', 'disabled', 'Bridge what is not IP.'),
    text('mac-masquerade', 'MAC address of floating addresses.'),
    references('members', 'net vlan', 'The VLANs.'),
    integer('migration-keepalive', [0, uint32], 0, 'Time between signs of life.', {
      unit: 'seconds',
    }),
    choice(
      'mode',
      ['opaque', 'translucent', 'transparent', 'virtual-wire'],
      'translucent',
      'Whose MAC addresses are seen.',
    ),
    list('proxy-excludes', { kind: 'address' }, 'Addresses not answered for.'),
  ],
});

const routerAdvertisement = foldered({
  id: 'net router-advertisement',
  noun: 'Router Advertisement',
  help: 'Tells IPv6 hosts of networks and routers (RFC 4861).',
  scope: 'group',
  order: 15,
  stock: [],
  properties: [
    toggle('enabled', 'enabled', 'Is it told?', { rest: 'state' }),
    integer('current-hop-limit', [0, 255], 0, 'Hop limit that hosts use.'),
    integer('lifetime', [0, 9000], 1800, 'Life of the router.', { unit: 'seconds' }),
    integer('max-interval', [4, 1800], 600, 'Longest time between messages.', { unit: 'seconds' }),
    integer('min-interval', [3, 1350], 200, 'Shortest time.', { unit: 'seconds' }),
    integer('mtu', [0, 65_535], 0, 'Largest packet; 0: not told.', { unit: 'bytes' }),
    integer('reachable-time', [0, uint32], 0, 'Life of neighbours.', { unit: 'milliseconds' }),
    integer('retransmit-timer', [0, uint32], 0, 'Time between questions.', {
      unit: 'milliseconds',
    }),
    items('prefixes', 'The networks.', {
      properties: stored(
        address('prefix', 'Network.'),
        integer('prefix-length', [0, 128], 64, 'Bits of the network.'),
        integer('valid-lifetime', [0, uint32], 2_592_000, 'Life.', { unit: 'seconds' }),
        integer('preferred-lifetime', [0, uint32], 604_800, 'Life of what hosts prefer.', {
          unit: 'seconds',
        }),
        description,
      ),
      foldered: false,
      subCollection: false,
      noun: 'prefix',
      ordered: false,
    }),
    reference('vlan', 'net vlan', 'Where it is told.'),
  ],
});

const wccp = foldered({
  id: 'net wccp',
  noun: 'WCCP Service Group',
  help: 'Routers that send traffic here.',
  scope: 'group',
  order: 46,
  stock: [],
  properties: [
    integer('cache-timeout', [0, uint32], 30, 'Life of a silent router.', { unit: 'seconds' }),
    items('services', 'Services by number.', {
      properties: stored(
        choice('hash-fields', ['dest-ip', 'dest-port', 'src-ip', 'src-port'], undefined, 'Hash.'),
        text('password', 'Secret that both know.', { secret: true }),
        integer('priority', [0, 255], 0, 'Priority.'),
        choice('protocol', ['tcp', 'udp'], 'tcp', 'Protocol.'),
        choice('redirection-method', ['gre', 'l2'], 'gre', 'How packets come.'),
        choice('return-method', ['gre', 'l2'], 'gre', 'How packets go back.'),
        choice('routing-assignment', ['hash', 'mask'], 'hash', 'How routers share.'),
        list('routers', { kind: 'address' }, 'The routers.'),
        address('tunnel-local-address', 'Own end of the tunnel.'),
        address('tunnel-remote-addresses', 'Other end of the tunnel.'),
      ),
      foldered: false,
      subCollection: false,
      noun: 'service',
      ordered: false,
    }),
  ],
});

export const netLinks: readonly Component[] = [
  packetFilter,
  packetFilterTrusted,
  routerAdvertisement,
  stp,
  vlanGroup,
  wccp,
];
