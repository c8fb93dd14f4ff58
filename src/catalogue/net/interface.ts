import type { Component } from '../types.ts';
import {
  choice,
  description,
  effective,
  enabledFlag,
  integer,
  stored,
  text,
  trueFalse,
  uint32,
} from '../properties.ts';
import { sflowCounters } from '../sflow.ts';

/** What a virtual edition says of the parts that it has none of. */
const ofHardware = [
  text('bundle', 'Several links as one.', { default: 'not-supported' }),
  text('bundle-speed', 'Speed of such links.', { default: 'not-supported' }),
  choice('force-gigabit-fiber', ['enabled', 'disabled'], 'disabled', 'Fibre at 1 Gbit/s.'),
  text('forward-error-correction', 'Error correction.', { default: 'not-supported' }),
  text('media-fixed', 'Speed of a copper link.', { default: 'auto' }),
  text('media-sfp', 'Speed of a module.', { default: 'auto' }),
  text('module-description', 'The module.', { access: 'read-only' }),
  choice('prefer-port', ['sfp', 'fixed'], 'sfp', 'Which of two links is used.'),
  text('serial', 'Serial number of the module.', { access: 'read-only' }),
  text('vendor', 'Maker of the module.', { access: 'read-only' }),
  text('vendor-oui', 'Number of the maker.', { access: 'read-only' }),
  text('vendor-partnum', 'Part number of the module.', { access: 'read-only' }),
  text('vendor-revision', 'Revision of the module.', { access: 'read-only' }),
];

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
      ...ofHardware,
      integer('lldp-tlvmap', [0, 1_048_575], 130_943, 'What LLDP tells, as bits.'),
      choice(
        'port-fwd-mode',
        ['l3', 'passive', 'virtual-wire'],
        'l3',
        'How packets are passed on.',
      ),
      text('qinq-ethertype', 'Type of stacked tags.', { default: '0x8100' }),
      sflowCounters,
      choice('stp', ['enabled', 'disabled'], 'enabled', 'Spanning tree.'),
      choice('stp-auto-edge-port', ['enabled', 'disabled'], 'enabled', 'Find out about the edge.'),
      trueFalse('stp-edge-port', 'true', 'Is it at the edge?'),
      choice('stp-link-type', ['auto', 'p2p', 'shared'], 'auto', 'Kind of link.'),
    ),
  ],
};
