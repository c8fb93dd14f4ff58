import type { Component } from '../types.ts';
import {
  choice,
  description,
  effective,
  enabledFlag,
  integer,
  stored,
  text,
  uint32,
} from '../properties.ts';

export const netInterface: Component = {
  id: 'net interface',
  noun: 'Interface',
  help: "A network interface: the kernel's name is its name.",
  naming: { kind: 'plain' },
  scope: 'local',
  statistics: true,
  order: 10,
  properties: [
    ...effective(enabledFlag('Is the link up?'), description),
    ...stored(
      integer('if-index', [0, uint32], undefined, 'SNMP index.', {
        access: 'read-only',
        runtime: true,
      }),
      text('mac-address', 'MAC address.', { access: 'read-only', runtime: true }),
      text('media-active', 'Speed in use.', { access: 'read-only', runtime: true }),
      text('media-max', 'Fastest speed.', { access: 'read-only', runtime: true }),
      integer('mtu', [0, 65_535], undefined, 'Largest packet.', {
        access: 'read-only',
        runtime: true,
        unit: 'bytes',
      }),
      choice('flow-control', ['tx-rx', 'tx', 'rx', 'none'], 'tx-rx', 'Pause frames.'),
      choice('lldp-admin', ['disable', 'txonly', 'rxonly', 'txrx'], 'txonly', 'LLDP.'),
      choice('stp', ['enabled', 'disabled'], 'enabled', 'Spanning tree.'),
    ),
  ],
};
