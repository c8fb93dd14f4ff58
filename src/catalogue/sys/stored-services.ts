/** Services of the device that are kept and that nothing follows: scripts on events, sFlow, OCSP, … */
import type { Component, Property, SyncScope } from '../types.ts';
import type { Draft } from '../properties.ts';
import {
  address,
  blob,
  choice,
  flags,
  integer,
  reference,
  references,
  stored,
  text,
  texts,
  toggle,
  trueFalse,
  uint32,
} from '../properties.ts';
import { foldered, singleton } from '../stored.ts';

function kept(
  id: string,
  noun: string,
  help: string,
  properties: readonly Draft[],
  order = 50,
  acting: readonly Draft[] = [],
): Component {
  return foldered({ id, noun, help, scope: 'group', stock: [], order, properties, acting });
}

function setting(
  id: string,
  noun: string,
  help: string,
  properties: readonly Draft[],
  scope: SyncScope = 'group',
): Component {
  return singleton({ id, noun, help, scope, properties });
}

const script: Draft = reference('script', 'sys icall script', 'What is run.', { required: true });
const status: Draft = choice('status', ['active', 'inactive'], 'active', 'Does it run?');

const scripts: readonly Component[] = [
  kept(
    'sys icall script',
    'iCall Script',
    'A Tcl script that is run on an event.',
    [blob('definition', 'The script.'), text('events', 'Events that it waits for.')],
    30,
  ),
  kept('sys icall handler periodic', 'iCall Periodic Handler', 'Runs a script at times.', [
    integer('interval', [1, uint32], undefined, 'Time between runs.', {
      unit: 'seconds',
      required: true,
    }),
    text('first-occurrence', 'Time of the first run.'),
    text('last-occurrence', 'Time of the last run.'),
    script,
    status,
  ]),
  kept('sys icall handler perpetual', 'iCall Perpetual Handler', 'Runs a script for ever.', [
    script,
    status,
    texts('subscriptions', 'Events that it is told of.'),
  ]),
  kept('sys icall handler triggered', 'iCall Triggered Handler', 'Runs a script on an event.', [
    script,
    status,
    texts('subscriptions', 'Events that run it.'),
  ]),
  kept('sys icall istats-trigger', 'iStats Trigger', 'Makes an event of a statistic.', [
    text('event-name', 'The event.', { required: true }),
    text('istats-key', 'The statistic.', { required: true }),
    integer('duration', [0, uint32], undefined, 'How long the range is left.', { unit: 'seconds' }),
    integer('range-max', [0, uint32], undefined, 'Greatest value that makes no event.'),
    integer('range-min', [0, uint32], undefined, 'Least value that makes no event.'),
    integer('repeat', [0, uint32], undefined, 'Time between events.', { unit: 'seconds' }),
  ]),
];

const rates: readonly Draft[] = [
  integer('poll-interval', [0, uint32], 10, 'Time between readings of counters.', {
    unit: 'seconds',
  }),
];

const sampled: readonly Draft[] = [
  ...rates,
  integer('sampling-rate', [0, uint32], 2048, 'One of so many packets is sent.'),
];

const flows: readonly Component[] = [
  setting('sys sflow global-settings http', 'sFlow settings', 'Samples of HTTP.', [
    ...rates,
    integer('sampling-rate', [0, uint32], 1024, 'One of so many requests is sent.'),
  ]),
  setting(
    'sys sflow global-settings interface',
    'sFlow settings',
    'Counters of interfaces.',
    rates,
  ),
  setting('sys sflow global-settings system', 'sFlow settings', 'Counters of the device.', rates),
  setting('sys sflow global-settings vlan', 'sFlow settings', 'Samples of VLANs.', sampled),
  kept('sys sflow receiver', 'sFlow Receiver', 'Whom samples are sent to.', [
    address('address', 'Address.', { required: true }),
    integer('max-datagram-size', [200, 65_535], 1400, 'Largest datagram.', { unit: 'bytes' }),
    integer('port', [0, 65_535], 6343, 'Port.'),
    toggle('state', 'disabled', 'Is it sent to?'),
  ]),
];

/** Where BIG-IP would get its authorities from. */
const bundleUrl = 'https://cdn.f5.com/product/ca-bundle/blended-bundle.crt';

const validators: readonly Component[] = [
  kept('sys crypto cert-validator crl', 'CRL validator', 'Asks lists of revoked certificates.', [
    reference('dns-resolver', 'net dns-resolver', 'Who finds names.'),
    reference('internal-proxy', 'sys internal-proxy', 'Proxy on the way.'),
    toggle('strict-revocation-check', 'disabled', 'Refuse what cannot be checked.'),
  ]),
  kept(
    'sys crypto cert-validator ocsp',
    'OCSP validator',
    'Asks OCSP responders.',
    [
      integer('concurrent-connections-limit', [1, uint32], 50, 'Questions at once.'),
      reference('dns-resolver', 'net dns-resolver', 'Who finds names.'),
      reference('proxy-server-pool', 'ltm pool', 'Proxy on the way.'),
      reference('route-domain', 'net route-domain', 'Where the responder is.'),
      choice('sign-hash', ['sha1', 'sha256'], 'sha256', 'Hash of signed questions.'),
      reference('signer-cert', 'sys file ssl-cert', 'Certificate that signs questions.'),
      reference('signer-key', 'sys file ssl-key', 'Its key.'),
      text('signer-key-passphrase', 'Passphrase of the key.', { secret: true }),
      toggle('strict-resp-cert-check', 'enabled', 'Check the certificate of the answer closely.'),
    ],
    50,
    [
      integer('cache-error-timeout', [0, uint32], 3600, 'Errors are kept so long.', {
        unit: 'seconds',
      }),
      integer('cache-timeout', [0, uint32], 'indefinite', 'Answers are kept so long.', {
        unit: 'seconds',
        wire: 'string',
        words: ['indefinite'],
      }),
      integer('clock-skew', [0, uint32], 300, 'Difference of clocks.', { unit: 'seconds' }),
      text('responder-url', 'Whom to ask; the certificate says it when not given.'),
      integer('status-age', [0, uint32], 0, 'Oldest answer taken; 0: any.', { unit: 'seconds' }),
      integer('timeout', [1, 300], 8, 'Time for an answer.', { unit: 'seconds' }),
      reference('trusted-responders', 'sys file ssl-cert', 'Who may sign answers.'),
    ],
  ),
  foldered({
    id: 'sys crypto ca-bundle-manager',
    noun: 'CA bundle manager',
    help: 'Keeps bundles of authorities new.',
    scope: 'group',
    stock: [{ name: '/Common/ca-bundle', properties: { 'include-url': [bundleUrl] } }],
    order: 50,
    properties: [
      references('exclude-bundle', 'sys file ssl-cert', 'Certificates left out.'),
      texts('exclude-url', 'Addresses of certificates left out.'),
      references('include-bundle', 'sys file ssl-cert', 'Certificates put in.'),
      texts('include-url', 'Addresses of certificates put in.'),
      text('proxy-ip', 'Proxy on the way.'),
      integer('proxy-port', [0, 65_535], 3128, 'Its port.'),
      integer('time-out', [1, uint32], 8, 'Time for a download.', { unit: 'seconds' }),
      reference('trusted-ca-bundle', 'sys file ssl-cert', 'Who may sign the other end.'),
      integer('update-interval', [0, uint32], 0, 'Days between downloads; 0: never.'),
    ],
  }),
  setting('sys crypto allow-key-export', 'key export', 'May keys leave the device?', [
    toggle('value', 'enabled', 'May keys leave the device?'),
  ]),
];

const settings: readonly Component[] = [
  setting(
    'sys aom',
    'AOM',
    'Board that watches the hardware; none here.',
    ['ipmi', 'media-redirection', 'readonly', 'vkvm', 'webui'].map((name) =>
      toggle(name, 'disabled', 'Way to the board.'),
    ),
    'local',
  ),
  setting('sys daemon-log-settings icr-eventd', 'icr-eventd log settings', 'Events of changes.', [
    choice(
      'log-level',
      ['alert', 'crit', 'debug', 'emerg', 'err', 'info', 'notice', 'warning'],
      'notice',
      'What is logged.',
    ),
  ]),
  setting(
    'sys datastor',
    'datastor',
    'Store of caches; none here.',
    [
      integer('cache-size', [0, uint32], 0, 'Size in memory.'),
      integer('dedup-cache-weight', [0, 100], 10, 'Share of deduplication.'),
      toggle('disk', 'enabled', 'On disk too?'),
      integer('high-water-mark', [0, 100], 90, 'Emptied above this.', { unit: 'percent' }),
      integer('low-water-mark', [0, 100], 80, 'Emptied down to this.', { unit: 'percent' }),
      integer('store-size', [0, uint32], 0, 'Size on disk.'),
      integer('web-cache-weight', [0, 100], 10, 'Share of the web cache.'),
    ],
    'local',
  ),
  setting(
    'sys diags ihealth',
    'iHealth',
    'Diagnosis service of F5; nothing is sent there.',
    [
      integer('expiration', [1, uint32], 30, 'Days that results are kept.'),
      text('user', 'User there.'),
      text('password', 'Password there.', { secret: true }),
    ],
    'local',
  ),
  setting(
    'sys diags ihealth-request',
    'iHealth request',
    'Diagnosis that was asked for; none is.',
    [
      text('error', 'What went wrong.', { default: 'none', access: 'read-only' }),
      ...[
        'ihealth-finish-time',
        'ihealth-start-time',
        'progress',
        'qk-progress',
        'qkview-date',
        'qkview-size',
        'tcpdump-date',
        'tcpdump-size',
      ].map((name) => integer(name, [0, uint32], 0, 'Progress.', { access: 'read-only' })),
      text('status', 'How far it is.', { default: 'none', access: 'read-only' }),
      text('type', 'What was asked for.', { default: 'none', access: 'read-only' }),
    ],
    'local',
  ),
  setting('sys dynad key', 'dynad key', 'Key of dynamic extensions; none run here.', []),
  setting('sys dynad settings', 'dynad settings', 'Dynamic extensions; none run here.', [
    trueFalse('development-mode', 'false', 'Take unsigned ones.'),
  ]),
  setting('sys ecm config', 'ecm settings', 'Machines made in clouds; none are made here.', [
    integer('max-num-nodes', [0, uint32], 0, 'Most machines.'),
    toggle('nodes-dyn-disc', 'enabled', 'Find machines.'),
    toggle('nodes-dyn-disc-upd', 'disabled', 'Follow machines.'),
    text('seed-ip', 'First machine.', { default: 'ecm.f5aas.com' }),
    text('ssl-key-pair-name', 'Key.', { default: 'ecm-ssl-key' }),
    text('tenant-id', 'Tenant.', { default: 'default' }),
    integer('transport-manager-max-connections', [0, uint32], 0, 'Most connections.'),
  ]),
  setting(
    'sys fpga firmware-config',
    'FPGA firmware',
    'Programmable hardware; none here.',
    [text('type', 'Firmware.', { default: 'standard-balanced-fpga' })],
    'local',
  ),
  setting('sys management-ovsdb', 'OVSDB management', 'Tunnels made by a controller.', [
    flags('bfd', ['bfd-enabled', 'bfd-disabled'], 'bfd-disabled', 'Watch the tunnels.'),
    flags('enabled', ['enabled', 'disabled'], 'disabled', 'Listen to controllers.'),
    choice('flooding-type', ['replicator', 'multipoint'], 'replicator', 'Unknown addresses.'),
    choice('log-level', ['off', 'emer', 'err', 'warn', 'info', 'dbg'], 'info', 'What is logged.'),
    choice('logical-routing-type', ['none', 'backhaul'], 'none', 'Routing between networks.'),
    integer('port', [0, 65_535], 6640, 'Port of the controller.'),
    texts('controller-addresses', 'Controllers.'),
    address('tunnel-local-address', 'Own end of tunnels.', { words: ['any6'], default: 'any6' }),
    choice('tunnel-maintenance-mode', ['active', 'passive'], 'active', 'Who looks after tunnels.'),
  ]),
  kept('sys management-proxy-config', 'management proxy', 'Proxy for what the device fetches.', [
    text('proxy-ip-addr', 'Address.'),
    integer('proxy-port', [0, 65_535], 8080, 'Port.'),
    choice('proxy-protocol', ['http', 'https'], 'http', 'Protocol.'),
    text('username', 'User.'),
    text('password', 'Password.', { secret: true }),
  ]),
  setting('sys turboflex profile-config', 'TurboFlex profile', 'Hardware; none here.', [
    text('type', 'Profile.'),
  ]),
];

const syslogDestinations = [
  'alertd',
  'local-database',
  'local-syslog',
  'remote-high-speed-log',
  'remote-syslog',
].map((name) => `sys log-config destination ${name}`);

const forwarded: Draft = reference(
  'forward-to',
  ['remote-high-speed-log', 'remote-syslog', 'local-syslog', 'management-port'].map(
    (name) => `sys log-config destination ${name}`,
  ),
  'Destination that takes the lines.',
);

/** Destinations that nothing writes to yet; the others are in stored.ts. */
const logDestinations: readonly Component[] = [
  kept(
    'sys log-config destination arcsight',
    'Log Destination',
    'Lines in the form of ArcSight.',
    [forwarded],
    36,
  ),
  kept(
    'sys log-config destination splunk',
    'Log Destination',
    'Lines in the form of Splunk.',
    [forwarded],
    36,
  ),
  kept(
    'sys log-config destination ipfix',
    'Log Destination',
    'IPFIX collectors.',
    [
      reference('pool-name', 'ltm pool', 'The collectors.'),
      choice('protocol-version', ['ipfix', 'netflow-9'], 'ipfix', 'Version.'),
      reference('serverssl-profile', 'ltm profile server-ssl', 'TLS to the collectors.'),
      integer('template-delete-delay', [1, uint32], 5, 'Until a template may come again.', {
        unit: 'seconds',
      }),
      integer('template-retransmit-interval', [1, uint32], 30, 'Between templates.', {
        unit: 'seconds',
      }),
      reference(
        'transport-profile',
        ['ltm profile udp', 'ltm profile tcp'],
        'Transport to the collectors.',
        { default: '/Common/udp' },
      ),
    ],
    36,
  ),
  kept(
    'sys log-config destination management-port',
    'Log Destination',
    'A log server that the management port reaches.',
    [],
    31,
    [
      address('ip-address', 'Its address.'),
      integer('port', [0, 65_535], undefined, 'Its port.'),
      choice('protocol', ['tcp', 'udp'], 'tcp', 'Transport.'),
    ],
  ),
];

export const allLogDestinations: readonly string[] = [
  ...syslogDestinations,
  ...logDestinations.map(({ id }) => id),
];

export const sysStoredServices: readonly Component[] = [
  ...scripts,
  ...flows,
  ...validators,
  ...settings,
  ...logDestinations,
];

/** Restrictions of `sys ntp`: who may ask this device for the time. */
export const ntpRestrictions: readonly Property[] = stored(
  text('address', 'Network that may ask.'),
  text('mask', 'Its mask.'),
  ...[
    'default-entry',
    'ignore',
    'kod',
    'limited',
    'low-priority-trap',
    'no-modify',
    'no-peer',
    'no-query',
    'no-serve-packets',
    'no-trap',
    'no-trust',
    'non-ntp-port',
    'ntp-port',
    'version',
  ].map((name) => toggle(name, 'disabled', 'Flag of ntpd of the same name.')),
);
