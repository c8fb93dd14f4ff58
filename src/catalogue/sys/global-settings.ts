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

const hiddenFolders = [
  '/shared/3dns/',
  '/shared/bin/',
  '/shared/core/',
  '/appdata/core/',
  '/shared/datasync/',
  '/shared/em/',
  '/shared/GeoIP/',
  '/shared/images/',
  '/shared/lib/',
  '/shared/lib64/',
  '/shared/log/',
  '/shared/lost+found/',
  '/shared/mgmt/',
  '/shared/nfb/',
  '/shared/ssh/',
  '/shared/statsd/',
  '/shared/tmstat/',
  '/shared/vadc/',
  '/config/aaa/',
  '/config/big3d/',
  '/config/bigip/',
  '/config/filestore/',
  '/config/gtm/',
  '/config/httpd/',
  '/config/ntp.conf',
  '/config/rndc.key',
  '/config/ssh/',
  '/config/ssl/',
];
const readableFolders = ['/var/local/scf', '/tmp/', '/shared/', '/config/', '/usr/share/aws/'];

/** One text, as BIG-IP writes paths: `{/shared/} {/tmp/}`. */
function inBraces(paths: readonly string[]): string {
  return paths.map((path) => `{${path}}`).join(' ');
}

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
      ...(
        [
          ['file-blacklist-path-prefix', 'Folders that nobody reads.', hiddenFolders],
          ['file-blacklist-read-only-path-prefix', 'Files that nobody writes.', ['/etc/shadow']],
          ['file-local-path-prefix', 'Folders of `file:` sources.', ['/shared/', '/tmp/']],
          ['file-whitelist-path-prefix', 'Folders that may be read.', readableFolders],
        ] as const
      ).map(([name, help, paths]) => text(name, help, { default: inBraces(paths) })),
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
