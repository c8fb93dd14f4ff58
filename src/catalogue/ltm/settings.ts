import type { Component } from '../types.ts';
import {
  choice,
  integer,
  reference,
  stored,
  struct,
  toggle,
  trueFalse,
  uint32,
} from '../properties.ts';
import { foldered, singleton } from '../stored.ts';

/** Settings of all local traffic: kept, nothing follows them yet but what `acting` lists. */
export const ltmSettings: readonly Component[] = [
  singleton({
    id: 'ltm global-settings connection',
    noun: 'connection settings',
    help: 'Limits of connections.',
    scope: 'group',
    acting: [toggle('auto-last-hop', 'enabled', 'Answer through the router the packet came from.')],
    properties: [
      integer(
        'adaptive-reaper-hiwater',
        [0, 100],
        95,
        'Memory use at which all idle connections go.',
        { unit: 'percent' },
      ),
      integer(
        'adaptive-reaper-lowater',
        [0, 100],
        85,
        'Memory use at which old connections begin to go.',
        { unit: 'percent' },
      ),
      integer(
        'default-vs-syn-challenge-threshold',
        [0, uint32],
        'infinite',
        'Half-open connections of a virtual server before cookies.',
        { wire: 'string', words: ['infinite'] },
      ),
      reference(
        'global-flow-eviction-policy',
        'ltm eviction-policy',
        'Which connections go first.',
        { default: '/Common/default-eviction-policy' },
      ),
      integer(
        'global-syn-challenge-threshold',
        [0, uint32],
        64000,
        'Half-open connections of all before cookies.',
        { wire: 'string' },
      ),
      integer('syncookies-threshold', [0, uint32], 16384, 'Half-open connections before cookies.'),
      toggle('vlan-keyed-conn', 'enabled', 'Connections are told apart by VLAN.'),
      toggle('vlan-syn-cookie', 'enabled', 'Cookies by VLAN.'),
    ],
  }),
  singleton({
    id: 'ltm global-settings general',
    noun: 'general settings',
    help: 'Manners of local traffic.',
    scope: 'group',
    properties: [
      integer('gratuitous-arp-rate', [0, uint32], 0, 'Announcements a second; 0: any.'),
      integer('l2-cache-timeout', [0, uint32], 300, 'Life of learnt addresses.', {
        unit: 'seconds',
      }),
      toggle('maintenance-mode', 'disabled', 'Take no new connections.'),
      toggle(
        'mgmt-auto-last-hop',
        'enabled',
        'Answer management through the router the packet came from.',
      ),
      choice(
        'share-single-mac',
        ['unique', 'global', 'vmw-compat'],
        'vmw-compat',
        'Which VLANs share a MAC address.',
      ),
      toggle('snat-packet-forward', 'disabled', 'Forward other packets of translated clients.'),
    ],
  }),
  singleton({
    id: 'ltm global-settings rule',
    noun: 'rule settings',
    help: 'Manners of rules.',
    scope: 'group',
    properties: [
      integer('rule-aborted-log-ratio', [0, uint32], 1, 'One of so many aborted rules is logged.'),
    ],
  }),
  singleton({
    id: 'ltm global-settings traffic-control',
    noun: 'traffic control settings',
    help: 'Packets that are taken and refused.',
    scope: 'group',
    properties: [
      toggle('accept-ip-options', 'disabled', 'Take packets with options.'),
      toggle('accept-ip-source-route', 'disabled', 'Take packets that say their way.'),
      toggle('allow-ip-source-route', 'disabled', 'Forward packets that say their way.'),
      toggle('continue-matching', 'disabled', 'Try a wider virtual server when one is down.'),
      integer('max-icmp-rate', [0, uint32], 100, 'ICMP answers a second.'),
      integer('max-reject-rate', [0, uint32], 250, 'Resets a second.'),
      integer('max-reject-rate-timeout', [0, uint32], 30, 'Life of a refused peer.', {
        unit: 'seconds',
      }),
      integer('min-path-mtu', [68, 1500], 296, 'Smallest path MTU believed.', { unit: 'bytes' }),
      toggle('path-mtu-discovery', 'enabled', 'Learn the MTU of paths.'),
      integer('port-find-linear', [0, uint32], 16, 'Ports tried in a row.'),
      integer('port-find-random', [0, uint32], 16, 'Ports tried at random.'),
      integer('port-find-threshold-timeout', [0, uint32], 30, 'Life of a warning.', {
        unit: 'seconds',
      }),
      integer('port-find-threshold-trigger', [0, uint32], 8, 'Tries that warn.'),
      toggle('port-find-threshold-warning', 'enabled', 'Warn when ports run short.'),
      toggle('reject-unmatched', 'enabled', 'Reset what no virtual server takes.'),
    ],
  }),
  singleton({
    id: 'ltm persistence global-settings',
    noun: 'persistence settings',
    help: 'Limits of persistence.',
    scope: 'group',
    properties: [
      choice(
        'dest-addr-limit-mode',
        ['timeout', 'maxcount'],
        'timeout',
        'How the number of entries is bounded.',
      ),
      integer('dest-addr-max', [0, uint32], 2048, 'Most entries for destinations.'),
      reference('proxy-group', 'ltm data-group internal', 'Data group of known proxies.', {
        default: '/Common/aol',
      }),
    ],
  }),
  singleton({
    id: 'ltm dns analytics global-settings',
    noun: 'DNS analytics settings',
    help: 'What is counted of DNS.',
    scope: 'group',
    properties: [
      toggle('collect-client-ip', 'enabled', 'Count by client.'),
      toggle('collect-query-name', 'enabled', 'Count by name.'),
    ],
  }),
  foldered({
    id: 'ltm eviction-policy',
    noun: 'Eviction Policy',
    help: 'Which connections go when memory is short.',
    scope: 'group',
    properties: [
      integer('high-water', [0, 100], 95, 'Use at which it evicts as much as it can.', {
        unit: 'percent',
      }),
      integer('low-water', [0, 100], 85, 'Use at which it begins.', { unit: 'percent' }),
      struct(
        'slow-flow',
        'Connections that are slow.',
        stored(
          trueFalse('enabled', 'false', 'Is it on?'),
          choice('eviction-type', ['percent', 'count'], 'percent', 'How the maximum counts.'),
          integer('grace-period', [0, uint32], 10, 'Slow for so long.', { unit: 'seconds' }),
          integer('maximum', [0, uint32], 100, 'Most slow connections.'),
          integer('threshold-bps', [0, uint32], 32, 'Slower than this, in bits a second.'),
          choice('throttling', ['enabled', 'disabled'], 'disabled', 'Hold back new connections.'),
        ),
      ),
      struct(
        'strategies',
        'Which connections go first.',
        stored(
          struct(
            'bias-bytes',
            'Those with few bytes.',
            stored(
              integer('delay', [0, uint32], 0, 'Younger ones are spared.', { unit: 'seconds' }),
              trueFalse('enabled', 'false', 'Is it on?'),
            ),
          ),
          struct(
            'bias-fast',
            'The fast ones.',
            stored(
              integer('delay', [0, uint32], 0, 'Younger ones are spared.', { unit: 'seconds' }),
              trueFalse('enabled', 'false', 'Is it on?'),
            ),
          ),
          struct('bias-idle', 'The idle ones.', stored(trueFalse('enabled', 'true', 'Is it on?'))),
          struct('bias-oldest', 'The old ones.', stored(trueFalse('enabled', 'true', 'Is it on?'))),
          struct(
            'bias-slow',
            'The slow ones.',
            stored(
              integer('delay', [0, uint32], 0, 'Younger ones are spared.', { unit: 'seconds' }),
              trueFalse('enabled', 'false', 'Is it on?'),
            ),
          ),
          struct(
            'low-priority-geographies',
            'Those of some countries.',
            stored(trueFalse('enabled', 'false', 'Is it on?')),
          ),
          struct(
            'low-priority-port',
            'Those of some ports.',
            stored(trueFalse('enabled', 'false', 'Is it on?')),
          ),
          struct(
            'low-priority-route-domain',
            'Those of some route domains.',
            stored(trueFalse('enabled', 'false', 'Is it on?')),
          ),
          struct(
            'low-priority-virtual-server',
            'Those of some virtual servers.',
            stored(trueFalse('enabled', 'false', 'Is it on?')),
          ),
        ),
      ),
    ],
    stock: [{ name: '/Common/default-eviction-policy' }],
    order: 12,
  }),
];
