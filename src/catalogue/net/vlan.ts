import type { Component } from '../types.ts';
import {
  choice,
  description,
  effective,
  flags,
  integer,
  items,
  lastHop,
  stored,
  toggle,
  uint32,
} from '../properties.ts';
import { sflow } from '../sflow.ts';

export const netVlan: Component = {
  id: 'net vlan',
  noun: 'Vlan',
  help: 'A network on interfaces of this device.',
  naming: { kind: 'foldered' },
  scope: 'local',
  statistics: true,
  order: 12,
  checks: ['vlan-interfaces'],
  properties: [
    ...effective(
      items('interfaces', 'Interfaces that carry it.', {
        properties: [
          ...effective(
            flags('tagged', ['untagged', 'tagged'], 'untagged', 'With or without 802.1Q tag.'),
          ),
          ...stored(
            choice('tag-mode', ['none', 'customer', 'service', 'double'], 'none', 'Q-in-Q.'),
          ),
        ],
        foldered: false,
        nameReference: { to: ['net interface'] },
        subCollection: true,
        noun: 'Vlan Member',
        ordered: false,
      }),
      integer('tag', [1, 4094], undefined, '802.1Q tag; chosen when not given.'),
      integer('mtu', [576, 9198], 1500, 'Largest packet.', { unit: 'bytes' }),
      toggle('failsafe', 'disabled', 'Fail over when the network is silent.'),
      choice(
        'failsafe-action',
        ['failover', 'failover-restart-tm', 'reboot', 'restart-all'],
        'failover-restart-tm',
        'What happens then.',
      ),
      integer('failsafe-timeout', [10, 3600], 90, 'Silence allowed.', { unit: 'seconds' }),
      description,
    ),
    ...effective(lastHop),
    ...stored(
      choice('cmp-hash', ['default', 'dst-ip', 'src-ip'], 'default', 'Spread over processors.'),
      toggle('dag-round-robin', 'disabled', 'Spread packets, not flows.'),
      choice('dag-tunnel', ['outer', 'inner'], 'outer', 'Header that is spread by.'),
      choice('fwd-mode', ['l3', 'l2', 'virtual-wire'], 'l3', 'Forwarding.'),
      toggle('hardware-syncookie', 'disabled', 'SYN cookies by the network card.'),
      integer('if-index', [0, uint32], undefined, 'SNMP index.', {
        access: 'read-only',
        runtime: true,
      }),
      choice(
        'learning',
        ['enable-forward', 'disable-forward', 'disable-drop'],
        'enable-forward',
        'Learning of MAC addresses.',
      ),
      sflow('packet'),
      toggle('source-checking', 'disabled', 'Drop packets whose way back is elsewhere.'),
      integer('syn-flood-rate-limit', [0, uint32], 1000, 'SYNs a second before cookies.'),
      integer('syncache-threshold', [0, uint32], 6000, 'Half-open connections before cookies.'),
    ),
  ],
};
