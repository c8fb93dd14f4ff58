import type { Component } from '../types.ts';
import type { Draft } from '../properties.ts';
import { address, choice, integer, text, texts, uint32 } from '../properties.ts';
import { foldered, singleton } from '../stored.ts';

const daemonLogLevel: Draft = choice(
  'log-level',
  [
    'alert',
    'critical',
    'debug',
    'emergency',
    'error',
    'informational',
    'notice',
    'warning',
    'panic',
  ],
  'notice',
  'What is logged.',
);

/** Services of the device: kept, nothing follows them yet but what `acting` lists. */
export const sysSettings: readonly Component[] = [
  singleton({
    id: 'sys sshd',
    noun: 'sshd',
    help: 'The SSH server of the device; acts on a host that the device owns (ownsHost).',
    scope: 'group',
    acting: [
      texts('allow', 'Networks that may come; ALL: everybody.', { default: ['ALL'] }),
      choice('banner', ['enabled', 'disabled'], 'enabled', 'Show a text before log in.'),
      text('banner-text', 'That text.'),
      integer('inactivity-timeout', [0, uint32], 0, 'Log out after this; 0: never.', {
        unit: 'seconds',
      }),
      choice(
        'log-level',
        ['debug', 'debug1', 'debug2', 'debug3', 'error', 'fatal', 'info', 'quiet', 'verbose'],
        'info',
        'What is logged.',
      ),
      choice('login', ['enabled', 'disabled'], 'enabled', 'May anybody log in?'),
      integer('port', [0, 65535], 22, 'Port.'),
      text('include', 'More settings.'),
    ],
    properties: [integer('fips-cipher-version', [0, uint32], 0, 'Version of the suites.')],
  }),
  singleton({
    id: 'sys icontrol-soap',
    noun: 'iControl SOAP',
    help: 'The old interface.',
    scope: 'group',
    properties: [texts('allow', 'Networks that may come; All: everybody.', { default: ['All'] })],
  }),
  singleton({
    id: 'sys log-rotate',
    noun: 'log rotation',
    help: 'How long logs are kept.',
    scope: 'local',
    properties: [
      integer('common-backlogs', [0, uint32], 24, 'Old logs kept.'),
      integer('ilx-rotations', [0, uint32], 10, 'Old logs of ILX kept.', { wire: 'string' }),
      choice(
        'ilx-schedule',
        ['daily', 'weekly', 'monthly', 'hourly'],
        'daily',
        'How often logs of ILX turn.',
      ),
      integer('ilx-size', [0, uint32], 10240, 'Size at which logs of ILX turn.', {
        unit: 'kilobytes',
        wire: 'string',
      }),
      integer('max-file-size', [0, uint32], 1024000, 'Size at which logs turn.', {
        unit: 'kilobytes',
      }),
      text('common-include', 'More settings of all logs.'),
    ],
  }),
  singleton({
    id: 'sys outbound-smtp',
    noun: 'outbound mail',
    help: 'Mail that the device sends.',
    scope: 'group',
    properties: [
      choice(
        'from-line-override',
        ['enabled', 'disabled'],
        'disabled',
        'May mails name their sender?',
      ),
      text('mailhub', 'Mail server.', { default: 'localhost' }),
      text('rewrite-domain', 'Domain of senders.'),
    ],
  }),
  singleton({
    id: 'sys scriptd',
    noun: 'script daemon',
    help: 'Limits of scripts.',
    scope: 'group',
    properties: [
      choice(
        'log-level',
        ['alert', 'crit', 'debug', 'emerg', 'err', 'info', 'notice', 'warning'],
        'notice',
        'What is logged.',
      ),
      integer('max-script-run-time', [0, uint32], 300, 'Longest run of a script.', {
        unit: 'seconds',
      }),
    ],
  }),
  singleton({
    id: 'sys state-mirroring',
    noun: 'state mirroring',
    help: 'Addresses that connections are mirrored between.',
    scope: 'local',
    properties: [
      address('addr', 'Own address.', { words: ['none', 'any6'], default: 'none' }),
      address('peer-addr', 'Address of the peer.', { words: ['none', 'any6'], default: 'none' }),
      address('secondary-addr', 'Second own address.', {
        words: ['none', 'any6'],
        default: 'none',
      }),
      address('secondary-peer-addr', 'Second address of the peer.', {
        words: ['none', 'any6'],
        default: 'none',
      }),
      choice('state', ['enabled', 'disabled'], 'enabled', 'Is state mirrored?'),
    ],
  }),
  singleton({
    id: 'sys software update',
    noun: 'software update',
    help: 'Looks for new software.',
    scope: 'local',
    properties: [
      choice('auto-check', ['enabled', 'disabled'], 'enabled', 'Look for new software.'),
      choice('auto-phonehome', ['enabled', 'disabled'], 'enabled', 'Send data about the device.'),
      choice('frequency', ['daily', 'weekly', 'monthly'], 'weekly', 'How often.'),
      text('check-status', 'How the last look went.', { default: 'none', access: 'read-only' }),
      integer('errors', [0, uint32], 0, 'Looks that failed.', { access: 'read-only' }),
    ],
  }),
  singleton({
    id: 'sys daemon-log-settings icrd',
    noun: 'icrd log settings',
    help: 'What the REST interface logs.',
    scope: 'group',
    properties: [
      choice(
        'audit',
        ['none', 'modifications', 'all'],
        'modifications',
        'Which changes are logged.',
      ),
    ],
  }),
  singleton({
    id: 'sys daemon-log-settings mcpd',
    noun: 'mcpd log settings',
    help: 'What the configuration database logs.',
    scope: 'group',
    properties: [
      choice('audit', ['enabled', 'disabled', 'verbose', 'all'], 'enabled', 'Are changes logged?'),
      daemonLogLevel,
    ],
  }),
  singleton({
    id: 'sys daemon-log-settings tmm',
    noun: 'tmm log settings',
    help: 'What traffic logs.',
    scope: 'group',
    properties: [
      choice(
        'arp-log-level',
        ['debug', 'error', 'informational', 'notice', 'warning'],
        'warning',
        'What is logged, ARP.',
      ),
      choice(
        'http-compression-log-level',
        ['debug', 'error', 'informational', 'notice', 'warning'],
        'error',
        'What is logged, compression.',
      ),
      choice(
        'http-log-level',
        ['debug', 'error', 'informational', 'notice', 'warning'],
        'error',
        'What is logged, HTTP.',
      ),
      choice(
        'ip-log-level',
        ['debug', 'informational', 'notice', 'warning'],
        'warning',
        'What is logged, IP.',
      ),
      choice(
        'irule-log-level',
        ['debug', 'error', 'informational', 'notice', 'warning'],
        'informational',
        'What is logged, rules.',
      ),
      choice(
        'layer4-log-level',
        ['debug', 'informational', 'notice'],
        'notice',
        'What is logged, connections.',
      ),
      choice(
        'net-log-level',
        ['critical', 'debug', 'error', 'informational', 'notice', 'warning'],
        'warning',
        'What is logged, network.',
      ),
      choice(
        'os-log-level',
        ['alert', 'critical', 'debug', 'emergency', 'error', 'informational', 'notice', 'warning'],
        'notice',
        'What is logged, system.',
      ),
      choice(
        'pva-log-level',
        ['debug', 'informational', 'notice'],
        'informational',
        'What is logged, acceleration.',
      ),
      choice(
        'ssl-log-level',
        ['alert', 'critical', 'debug', 'emergency', 'error', 'informational', 'notice', 'warning'],
        'warning',
        'What is logged, TLS.',
      ),
    ],
  }),
  singleton({
    id: 'sys daemon-log-settings lind',
    noun: 'lind log settings',
    help: 'What software installation logs.',
    scope: 'group',
    properties: [daemonLogLevel],
  }),
  singleton({
    id: 'sys daemon-log-settings csyncd',
    noun: 'csyncd log settings',
    help: 'What file synchronisation logs.',
    scope: 'group',
    properties: [daemonLogLevel],
  }),
  singleton({
    id: 'sys daemon-log-settings clusterd',
    noun: 'clusterd log settings',
    help: 'What clusters of blades log.',
    scope: 'group',
    properties: [daemonLogLevel],
  }),
  foldered({
    id: 'sys management-dhcp',
    noun: 'management DHCP',
    help: 'What is asked for by DHCP.',
    scope: 'local',
    properties: [
      texts('request-options', 'What is asked for.', {
        default: [
          'subnet-mask',
          'broadcast-address',
          'routers',
          'domain-name',
          'domain-name-servers',
          'host-name',
          'ntp-servers',
          'interface-mtu',
        ],
      }),
    ],
    stock: [{ name: '/Common/sys-mgmt-dhcp-config' }],
  }),
];
