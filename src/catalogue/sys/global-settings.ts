import type { Component } from '../types.ts';
import {
  address,
  choice,
  effective,
  integer,
  stored,
  text,
  toggle,
  uint32,
} from '../properties.ts';

export const sysGlobalSettings: Component = {
  id: 'sys global-settings',
  noun: 'global-settings',
  help: 'Name and manners of this device.',
  naming: { kind: 'singleton' },
  scope: 'local',
  order: 2,
  properties: [
    ...effective(text('hostname', 'Full name of the device.', { check: 'hostname' })),
    ...stored(
      text('gui-security-banner-text', 'That text.', {
        default:
          'Welcome to the BIG-IP Configuration Utility.\n\nLog in with your username and password using the fields on the left.',
      }),
      toggle('gui-security-banner', 'enabled', 'Show a text before log in.'),
      integer('aws-api-max-concurrency', [1, uint32], 1, 'Calls at once.'),
      integer('console-inactivity-timeout', [0, uint32], 0, 'Log out after this; 0: never.', {
        unit: 'seconds',
      }),
      address('custom-addr', 'Address of the device, with host-addr-mode custom.', {
        words: ['none'],
        default: 'none',
      }),
      choice(
        'failsafe-action',
        ['go-offline-restart-tm', 'reboot', 'restart', 'restart-all', 'failover-restart-tm'],
        'go-offline-restart-tm',
        'When the traffic engine fails.',
      ),
      ...[
        ['file-blacklist-path-prefix', 'Folders that nobody reads.'],
        ['file-blacklist-read-only-path-prefix', 'Files that nobody writes.'],
        ['file-local-path-prefix', 'Folders of `file:` sources.'],
        ['file-whitelist-path-prefix', 'Folders that may be read.'],
      ].map(([name = '', help = '']) => text(name, help)),
      toggle('gui-audit', 'disabled', 'Log what is done in the GUI.'),
      toggle('gui-setup', 'disabled', 'Show the setup assistant.'),
      choice(
        'host-addr-mode',
        ['management', 'state-mirror', 'custom'],
        'management',
        'Address of the device.',
      ),
      toggle('lcd-display', 'enabled', 'Panel.'),
      toggle('led-locator', 'disabled', 'Blink.'),
      choice(
        'mgmt-dhcp',
        ['enabled', 'disabled', 'dhcpv4', 'dhcpv6'],
        'disabled',
        'Management address by DHCP.',
      ),
      toggle('net-reboot', 'disabled', 'Start from the network.'),
      text('password-prompt', 'Prompt for passwords.', { default: 'Password' }),
      toggle('quiet-boot', 'enabled', 'Start quietly.'),
      text('username-prompt', 'Prompt for names.', { default: 'Username' }),
    ),
  ],
};
