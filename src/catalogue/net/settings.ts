import type { Component } from '../types.ts';
import { choice, flags, integer, text, texts, uint32 } from '../properties.ts';
import { singleton } from '../stored.ts';

/** Settings of the network: kept; nothing but port lockdown follows them yet. */
export const netSettings: readonly Component[] = [
  singleton({
    id: 'net dag-globals',
    noun: 'DAG settings',
    help: 'How traffic is spread over processors.',
    scope: 'local',
    properties: [
      integer(
        'dag-ipv6-prefix-len',
        [0, 128],
        128,
        'Bits of IPv6 addresses that choose a processor.',
      ),
      choice('icmp-hash', ['icmp', 'ipicmp'], 'icmp', 'How ICMP chooses a processor.'),
      choice('round-robin-mode', ['global', 'local'], 'global', 'Who takes turns.'),
    ],
  }),
  singleton({
    id: 'net lldp-globals',
    noun: 'LLDP settings',
    help: 'Manners of LLDP.',
    scope: 'local',
    properties: [
      flags('enabled', ['enabled', 'disabled'], 'disabled', 'Is it spoken?'),
      integer('max-neighbors-per-port', [0, 65535], 10, 'Neighbours kept of a port.'),
      integer('reinit-delay', [0, uint32], 2, 'Wait before it starts again.', { unit: 'seconds' }),
      integer('tx-delay', [0, uint32], 2, 'Shortest time between messages.', { unit: 'seconds' }),
      integer('tx-hold', [0, uint32], 4, 'Life of a message, in intervals.'),
      integer('tx-interval', [0, uint32], 30, 'Time between messages.', { unit: 'seconds' }),
    ],
  }),
  singleton({
    id: 'net multicast-globals',
    noun: 'multicast settings',
    help: 'Limits of multicast.',
    scope: 'group',
    properties: [
      integer('max-pending-packets', [0, uint32], 16, 'Packets waiting for a route.'),
      integer('max-pending-routes', [0, uint32], 256, 'Routes waiting.'),
      choice('rate-limit', ['enabled', 'disabled'], 'enabled', 'Bound the questions for routes.'),
      integer('route-lookup-timeout', [0, uint32], 2, 'Life of a question for a route.', {
        unit: 'seconds',
      }),
    ],
  }),
  singleton({
    id: 'net stp-globals',
    noun: 'spanning tree settings',
    help: 'Manners of spanning tree.',
    scope: 'local',
    properties: [
      integer('config-revision', [0, 65535], 0, 'Revision of the region.'),
      integer('fwd-delay', [4, 30], 15, 'Wait before forwarding.', { unit: 'seconds' }),
      integer('hello-time', [1, 10], 2, 'Time between messages.', { unit: 'seconds' }),
      integer('max-age', [6, 40], 20, 'Life of what was heard.', { unit: 'seconds' }),
      integer('max-hops', [1, 255], 20, 'Farthest bridge.'),
      choice(
        'mode',
        ['disabled', 'mstp', 'passthru', 'rstp', 'stp'],
        'passthru',
        'Kind of spanning tree.',
      ),
      integer('transmit-hold', [1, 10], 6, 'Messages a second.'),
      text('config-name', 'Name of the region.'),
    ],
  }),
  singleton({
    id: 'net self-allow',
    noun: 'default services',
    help: 'Services of self IPs that say `default`.',
    scope: 'group',
    properties: [],
    acting: [
      texts('defaults', 'Services of self IPs that say `default`.', {
        default: [
          'igmp:0',
          'ospf:0',
          'pim:0',
          'tcp:161',
          'tcp:22',
          'tcp:4353',
          'tcp:443',
          'tcp:53',
          'udp:1026',
          'udp:161',
          'udp:4353',
          'udp:520',
          'udp:53',
        ],
      }),
    ],
  }),
];
