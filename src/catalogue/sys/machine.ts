/** Disk, software and processes of this device: they are there, nobody makes them. */
import type { Action, Component, Properties, StockObject } from '../types.ts';
import type { Draft } from '../properties.ts';
import {
  choice,
  effective,
  flags,
  integer,
  items,
  stored,
  text,
  texts,
  toggle,
  uint32,
} from '../properties.ts';

const shown = { access: 'read-only', runtime: true } as const;
const amount = (name: string, help: string): Draft => integer(name, [0, uint32], 0, help, shown);

const volume: Component = {
  id: 'sys software volume',
  noun: 'software volume',
  help: 'Boot volumes: the one that runs.',
  naming: { kind: 'plain' },
  scope: 'local',
  fixed: true,
  stock: [{ name: 'HD1.1' }],
  properties: effective(
    flags('active', ['active'], undefined, 'Does it run?', shown),
    text('basebuild', 'Build of the version.', shown),
    text('build', 'Build.', shown),
    items(
      'media',
      'Disks that it is on.',
      {
        properties: effective(
          flags('default-boot-location', ['default-boot-location'], undefined, 'Is it started?'),
          text('media', 'Kind of disk.'),
          text('size', 'Size.'),
        ),
        foldered: false,
        subCollection: false,
        noun: 'media',
        ordered: false,
      },
      shown,
    ),
    text('product', 'Product.', shown),
    text('status', 'Is it whole?', shown),
    text('version', 'Version.', shown),
  ),
};

const disk: Component = {
  id: 'sys disk logical-disk',
  noun: 'logical disk',
  help: 'The disk that the device keeps its files on; megabytes.',
  naming: { kind: 'plain' },
  scope: 'local',
  fixed: true,
  stock: [{ name: 'HD1' }],
  properties: [
    ...stored(choice('mode', ['mixed', 'control', 'none'], 'mixed', 'What it is for.')),
    ...effective(
      amount('size', 'Size.'),
      amount('vg-free', 'Room.'),
      amount('vg-in-use', 'Used.'),
      amount('vg-reserved', 'Kept for others.'),
    ),
  ],
};

/** BIG-IP's names for what runs here, with what each of them is. */
export const serviceNames: Readonly<Record<string, string>> = {
  alertd: 'control',
  bigd: 'monitor',
  big3d: 'control',
  csyncd: 'control',
  gtmd: 'control',
  httpd: 'control',
  icrd: 'control',
  mcpd: 'control',
  named: 'named',
  restjavad: 'control',
  restnoded: 'control',
  scriptd: 'control',
  sod: 'failover',
  statsd: 'control',
  tmm: 'haproxy',
  tomcat: 'control',
  zrd: 'control',
};

/** BIG-IP's names for what belongs to the host here: its own tools start and stop it. */
export const hostServices: readonly string[] = [
  'chmand',
  'crond',
  'lacpd',
  'lldpd',
  'mysql',
  'ntpd',
  'snmpd',
  'sshd',
  'stpd',
  'syscalld',
  'syslog-ng',
  'tmrouted',
];

const serviceOrder = (command: string, help: string): Action => ({
  command,
  help,
  parameters: effective(
    text('name', 'Service, or "all".', { required: true }),
    texts('names', 'More of them.', { positional: true }),
  ),
});

const service: Component = {
  id: 'sys service',
  noun: 'service',
  help: "Services by BIG-IP's names; what runs is the supervisor's to keep running.",
  naming: { kind: 'plain' },
  scope: 'local',
  fixed: true,
  statistics: true,
  stock: Object.keys(serviceNames).map((name) => ({ name })),
  properties: [],
  actions: [
    serviceOrder('start', 'Starts what was stopped.'),
    serviceOrder('stop', 'Stops it until it is started, or the device is.'),
    serviceOrder('restart', 'Ends it and starts it again.'),
  ],
};

const failureActions = [
  'none',
  'failover',
  'failover-restart-tm',
  'go-active',
  'go-offline',
  'go-offline-abort-tm',
  'go-offline-downlinks',
  'go-offline-downlinks-restart',
  'go-offline-restart',
  'go-offline-restart-tm',
  'reboot',
  'restart',
  'restart-all',
];

const mustRun: Properties = { running: 'enabled' };
const engine: Properties = {
  ...mustRun,
  'heartbeat-action': 'go-offline-downlinks-restart',
  'running-timeout': 2,
};

const numbered = (name: string, from: number, to: number): readonly string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `${name}${from + index}`);

/** All that BIG-IP watches, by what it does differently: clients change some of them by name. */
const watchedDaemons: readonly StockObject[] = [
  ...[
    'admd bigd cbrd dedup_admin dosl7d guestagentd hostagentd keymgmtd md scriptd sdmd snmpd',
    'tmrouted vcmpd wamd wccpd wocd wocplugin',
  ].flatMap((names) => names.split(' ').map((name) => ({ name }))),
  ...numbered('rewrite', 0, 11).map((name) => ({ name })),
  ...['bd', 'datasyncd', 'fpuserd', 'mcpd'].map((name) => ({ name, properties: mustRun })),
  ...['tmm', ...numbered('tmm', 1, 23)].map((name) => ({ name, properties: engine })),
  { name: 'bcm56xxd', properties: { ...mustRun, 'running-timeout': 4 } },
  { name: 'clusterd', properties: { ...engine, 'running-timeout': 10 } },
  {
    name: 'gtmd',
    properties: { 'heartbeat-action': 'go-offline-restart', 'running-timeout': 60 },
  },
  { name: 'named', properties: { ...mustRun, heartbeat: 'disabled' } },
  { name: 'sod', properties: { 'heartbeat-action': 'restart-all' } },
];

const daemonHa: Component = {
  id: 'sys daemon-ha',
  noun: 'daemon',
  help: 'What happens when a service is gone: the supervisor restarts it, or the device fails over too.',
  naming: { kind: 'plain' },
  scope: 'local',
  fixed: true,
  stock: watchedDaemons,
  properties: [
    ...effective(
      choice('not-running-action', failureActions, 'go-offline-downlinks', 'When it is gone.'),
      toggle('running', 'disabled', 'Must it run?'),
      integer('running-timeout', [0, uint32], 10, 'Given so long.', { unit: 'seconds' }),
    ),
    ...stored(
      toggle('heartbeat', 'enabled', 'Is it watched?'),
      choice('heartbeat-action', failureActions, 'restart', 'When it hangs.'),
    ),
  ],
};

export const sysMachine: readonly Component[] = [daemonHa, disk, service, volume];

/** What a certificate says of itself, read from its text. */
export const certificateFacts: readonly Draft[] = [
  text('certificate-key-curve-name', 'Curve of its key.', shown),
  integer('certificate-key-size', [0, uint32], undefined, 'Bits of its key.', shown),
  integer('expiration-date', [0, 253_402_300_799], undefined, 'End, in seconds of 1970.', shown),
  text('expiration-string', 'End.', shown),
  text('email', 'Address of whose it is.', shown),
  text('fingerprint', 'SHA256 fingerprint.', shown),
  choice('is-bundle', ['true', 'false'], undefined, 'Are there several?', shown),
  text('issuer', 'Who signed it.', shown),
  text('key-type', 'Kind of its key.', shown),
  text('serial-number', 'Number at the issuer.', shown),
  text('subject', 'Whose it is.', shown),
  text('subject-alternative-name', 'Other names.', shown),
  integer('version', [0, 255], undefined, 'Version of X.509.', shown),
];

/** What a key says of itself. */
export const keyFacts: readonly Draft[] = [
  text('curve-name', 'Curve.', shown),
  integer('key-size', [0, uint32], undefined, 'Bits.', shown),
  text('key-type', 'Kind.', shown),
  text('security-type', 'normal, or password when it needs a passphrase.', shown),
];

/** Who put the file here, and when; the number grows with each change. */
export const fileFacts: readonly Draft[] = [
  text('create-time', 'When it came.', shown),
  text('created-by', 'Who brought it.', shown),
  text('last-update-time', 'When it changed.', shown),
  integer('mode', [0, uint32], undefined, 'Rights.', shown),
  text('updated-by', 'Who changed it.', shown),
  text('system-path', 'Path of a file that comes with the device.', shown),
];

const contentFacts: readonly Draft[] = [
  text('checksum', 'SHA1, length and hash of the file.', shown),
  integer('revision', [0, uint32], undefined, 'Number of the change.', shown),
  integer('size', [0, uint32], undefined, 'Length.', { unit: 'bytes', ...shown }),
];

const trustCertificate: Component = {
  id: 'cm cert',
  noun: 'device certificate',
  help: 'Certificates of the trust domain and of this device.',
  naming: { kind: 'foldered' },
  scope: 'local',
  fixed: true,
  stock: ['dtca-bundle.crt', 'dtca.crt', 'dtdi.crt'].map((name) => ({ name: `/Common/${name}` })),
  properties: effective(...certificateFacts, ...contentFacts, ...fileFacts),
};

const trustKey: Component = {
  id: 'cm key',
  noun: 'device key',
  help: 'Keys of the trust domain and of this device; they are never shown.',
  naming: { kind: 'foldered' },
  scope: 'local',
  fixed: true,
  stock: ['dtca.key', 'dtdi.key'].map((name) => ({ name: `/Common/${name}` })),
  properties: effective(...keyFacts, ...contentFacts, ...fileFacts),
};

export const cmCertificates: readonly Component[] = [trustCertificate, trustKey];
