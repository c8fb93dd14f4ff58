import type { Component } from '../types.ts';
import {
  address,
  blob,
  choice,
  description,
  effective,
  integer,
  list,
  port,
  stored,
  text,
  texts,
  trueFalse,
} from '../properties.ts';
import { bigipBuild, bigipVersion } from '../version.ts';

export const cmDevice: Component = {
  id: 'cm device',
  noun: 'device',
  help: 'A device of the trust domain: its addresses, and what it is.',
  naming: { kind: 'foldered' },
  scope: 'trust',
  order: 5,
  checks: ['common-only'],
  actions: [
    {
      command: 'mv',
      help: 'Renames a device.',
      parameters: effective(
        text('name', 'Present name.', { required: true }),
        text('target', 'New name.', { required: true, positional: true }),
      ),
    },
  ],
  properties: [
    ...effective(
      address('configsync-ip', 'Own address that peers synchronise with.', {
        words: ['none'],
        default: 'none',
      }),
      list(
        'unicast-address',
        {
          kind: 'struct',
          properties: effective(
            address('ip', 'Address.', { words: ['management-ip'] }),
            port('port', 1026, 'UDP port.'),
            address('effective-ip', 'Address that peers see.', { words: ['management-ip'] }),
            port('effective-port', 1026, 'UDP port that peers see.'),
          ),
        },
        'Addresses that take heartbeats.',
      ),
      address('management-ip', 'Address of the management interface.'),
      text('hostname', 'Full name of the device.'),
      blob('certificate', 'Certificate that it shows to its peers, PEM. Not in BIG-IP.', {
        operatorState: true,
      }),
      text('certificate-expiration', 'When that certificate ends. Not in BIG-IP.', {
        access: 'read-only',
        runtime: true,
      }),
      text('version', 'Version that its interface speaks.', { default: bigipVersion }),
      integer('ha-capacity', [0, 100_000], 0, 'Relative size, for load-aware failover.'),
      choice(
        'failover-state',
        ['active', 'standby', 'offline', 'forced-offline', 'unknown'],
        'unknown',
        'What it does now.',
        {
          access: 'read-only',
          runtime: true,
        },
      ),
      trueFalse('self-device', 'false', 'Is it this device?', {
        access: 'read-only',
        derived: true,
      }),
      text(
        'multicast-interface',
        'VLAN of multicast heartbeats; the management network otherwise.',
      ),
      address('multicast-ip', 'Group for multicast heartbeats.', {
        words: ['any', 'any6'],
        default: 'any6',
      }),
      port('multicast-port', 0, 'Port for multicast heartbeats.'),
      address('mirror-ip', 'Address for connection mirroring.', {
        words: ['any6'],
        default: 'any6',
      }),
      address('mirror-secondary-ip', 'Second address for mirroring.', {
        words: ['any6'],
        default: 'any6',
      }),
      description,
    ),
    ...stored(
      texts('active-modules', 'Licensed modules.'),
      address('alternate-ip', 'Address of another kind.', { words: ['none'], default: 'none' }),
      text('base-mac', 'MAC address that others derive from.'),
      text('build', 'Build of the software.', { default: bigipBuild }),
      text('cert', 'Certificate of the device.'),
      text('chassis-id', 'Identity of the machine.'),
      text('chassis-type', 'Kind of the machine.', { default: 'individual' }),
      text('comment', 'Free text for people.'),
      text('contact', 'Whom to ask.'),
      text('edition', 'Edition of the software.', { default: 'Final' }),
      text('key', 'Key of the device.'),
      text('location', 'Where it stands.'),
      text('marketing-name', 'Product name.', { default: 'Evenkeel' }),
      texts('optional-modules', 'Modules that could be licensed.'),
      choice(
        'mgmt-unicast-mode',
        ['both', 'ipv4', 'ipv6'],
        'both',
        'Management addresses for heartbeats.',
      ),
      text('platform-id', 'Platform.', { default: 'Z100' }),
      text('product', 'Product.', { default: 'BIG-IP' }),
      texts('time-limited-modules', 'Modules licensed for some time.'),
      text('time-zone', 'Time zone.', { default: 'UTC' }),
    ),
  ],
};
