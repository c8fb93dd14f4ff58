import type { Component, Properties } from '../types.ts';
import type { Draft } from '../properties.ts';
import {
  address,
  blob,
  choice,
  description,
  enabledFlag,
  flags,
  integer,
  items,
  list,
  reference,
  effective,
  stored,
  text,
  texts,
  toggle,
  trueFalse,
  uint32,
} from '../properties.ts';
import { foldered, singleton } from '../stored.ts';
import { generate, signedScript } from '../signing.ts';
import { allLogDestinations } from './stored-services.ts';

const plain = { foldered: false, subCollection: false, ordered: false } as const;
const sub = { foldered: false, subCollection: true, ordered: false } as const;

const access: Draft = choice('access', ['ro', 'rw'], 'ro', 'What may be done.');
const subset: Draft = text('oid-subset', 'Part of the tree.');

const communities = items('communities', 'Who may ask, SNMP 1 and 2c.', {
  ...sub,
  properties: stored(
    access,
    text('community-name', 'The word that is asked with.'),
    toggle('ipv6', 'disabled', 'Over IPv6.'),
    subset,
    text('source', 'Network that may ask.'),
    description,
  ),
  noun: 'SNMP community',
});

const users = items('users', 'Who may ask, SNMP 3.', {
  ...sub,
  properties: stored(
    access,
    text('auth-password', 'Secret of authentication.', { secret: true }),
    choice('auth-protocol', ['none', 'md5', 'sha'], 'sha', 'Authentication.'),
    subset,
    text('privacy-password', 'Secret of encryption.', { secret: true }),
    choice('privacy-protocol', ['none', 'aes', 'des'], 'aes', 'Encryption.'),
    choice(
      'security-level',
      ['auth-no-privacy', 'auth-privacy', 'no-auth-no-privacy'],
      'auth-privacy',
      'What is needed.',
    ),
    text('username', 'Name of the user.'),
    description,
  ),
  noun: 'SNMP user',
});

const traps = items('traps', 'Who is told.', {
  ...sub,
  properties: stored(
    text('community', 'The word that is told with.'),
    text('host', 'Whom to tell.'),
    integer('port', [0, 65_535], 162, 'Port.'),
    choice('network', ['default', 'management', 'other'], 'default', 'Way.'),
    choice('version', ['1', '2c', '3'], '2c', 'Version.'),
    text('auth-password', 'Secret of authentication.', { secret: true }),
    choice('auth-protocol', ['none', 'md5', 'sha'], 'none', 'Authentication.'),
    text('engine-id', 'Engine of SNMP 3.'),
    text('privacy-password', 'Secret of encryption.', { secret: true }),
    choice('privacy-protocol', ['none', 'aes', 'des'], 'none', 'Encryption.'),
    choice(
      'security-level',
      ['no-auth-no-privacy', 'auth-no-privacy', 'auth-privacy'],
      'no-auth-no-privacy',
      'What is needed.',
    ),
    text('security-name', 'Name of the user.'),
    description,
  ),
  noun: 'SNMP trap',
});

const load = (minutes: number): Draft =>
  integer(`load-max${minutes}`, [0, 12], 12, `Load of ${minutes} minutes that is too much.`);

const watchedDisk = (name: string, path: string, minspace: number): Properties => ({
  name: `/Common/${name}`,
  minspace,
  'minspace-type': 'size',
  path,
});

const watchedProcess = (process: string, most: string): Properties => ({
  name: `/Common/${process}`,
  'max-processes': most,
  'min-processes': 1,
  process,
});

const snmp: Component = singleton({
  id: 'sys snmp',
  noun: 'snmp',
  help: 'The SNMP agent of the device.',
  scope: 'group',
  properties: [
    texts('agent-addresses', 'Where it listens.', { default: ['tcp6:161', 'udp6:161'] }),
    toggle('agent-trap', 'enabled', 'Tell when it starts and stops.'),
    list('allowed-addresses', { kind: 'string' }, 'Networks that may ask.', {
      default: ['127.0.0.0/8'],
    }),
    toggle('auth-trap', 'disabled', 'Tell of wrong words.'),
    toggle('bigip-traps', 'enabled', 'Tell of events of the device.'),
    communities,
    items(
      'disk-monitors',
      'Disks that must have room.',
      {
        ...plain,
        properties: stored(
          integer('minspace', [0, uint32], 2000, 'Least room.'),
          choice('minspace-type', ['percent', 'size'], 'size', 'How it counts.'),
          text('path', 'Where the disk is.'),
        ),
        noun: 'disk monitor',
      },
      { default: [watchedDisk('root', '/', 2000), watchedDisk('var', '/var', 10_000)] },
    ),
    text('include', 'More settings.'),
    load(1),
    load(5),
    load(15),
    items(
      'process-monitors',
      'Processes that must run.',
      {
        ...plain,
        properties: stored(
          text('max-processes', 'Most of them.'),
          integer('min-processes', [0, uint32], 1, 'Least of them.'),
          text('process', 'Name of the process.'),
        ),
        noun: 'process monitor',
      },
      {
        default: [
          ...['bigd', 'httpd', 'tmm'].map((name) => watchedProcess(name, 'infinity')),
          ...['chmand', 'mcpd', 'sod'].map((name) => watchedProcess(name, '1')),
        ],
      },
    ),
    choice('snmpv1', ['enable', 'disable'], 'enable', 'Speak version 1.'),
    choice('snmpv2c', ['enable', 'disable'], 'enable', 'Speak version 2c.'),
    text('sys-contact', 'Whom to ask.', { default: 'Customer Name <admin@customer.com>' }),
    text('sys-location', 'Where the device is.', { default: 'Network Closet 1' }),
    integer('sys-services', [0, 127], 78, 'Layers that it serves.'),
    text('trap-community', 'The word that is told with.', { default: 'public' }),
    address('trap-source', 'Address that tells.', { words: ['none'], default: 'none' }),
    traps,
    users,
  ],
});

const managementIp: Component = {
  id: 'sys management-ip',
  noun: 'management IP',
  help: 'Address of the management interface, with its prefix; the name is the address. Shown only: the host has it from its own tools.',
  naming: { kind: 'plain', nameCheck: 'prefix' },
  scope: 'local',
  order: 4,
  properties: stored(description),
};

const managementRoute: Component = foldered({
  id: 'sys management-route',
  noun: 'Management Route',
  help: 'A route of the management interface. Shown only: the host has its routes from its own tools.',
  scope: 'local',
  stock: [],
  properties: [
    text('network', 'Network that is reached; the name when not given.'),
    address('gateway', 'Next router.'),
    integer('mtu', [0, 65_535], 0, 'Largest packet; 0: as the interface.', { unit: 'bytes' }),
    flags('type', ['interface', 'blackhole'], undefined, 'Instead of a router.'),
  ],
});

const logDestinations = [
  'alertd',
  'local-database',
  'local-syslog',
  'remote-high-speed-log',
  'remote-syslog',
] as const;
const facilities = ['local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7'];
const severities = ['alert', 'crit', 'debug', 'emerg', 'err', 'info', 'notice', 'warn'];
const labels: readonly Draft[] = [
  choice('default-facility', facilities, 'local0', 'Facility of lines without one.'),
  choice('default-severity', severities, 'info', 'Severity of lines without one.'),
];

const destinationProperties: Readonly<Record<(typeof logDestinations)[number], readonly Draft[]>> =
  {
    alertd: [],
    'local-database': [],
    'local-syslog': labels,
    'remote-high-speed-log': [],
    'remote-syslog': labels,
  };

/** What leads to log servers. */
const actingDestinations: Readonly<Record<string, readonly Draft[]>> = {
  'remote-high-speed-log': [
    reference('pool-name', 'ltm pool', 'Log servers.', { required: true }),
    choice('distribution', ['adaptive', 'balanced', 'replicated'], 'adaptive', 'How they share.'),
    choice('protocol', ['tcp', 'udp'], 'tcp', 'Transport.'),
  ],
  'remote-syslog': [
    choice('format', ['legacy-bigip', 'rfc3164', 'rfc5424'], 'rfc3164', 'Shape of lines.'),
    reference(
      'remote-high-speed-log',
      'sys log-config destination remote-high-speed-log',
      'Log servers.',
      { required: true },
    ),
  ],
};

const stockDestinations: Readonly<Record<string, string>> = {
  alertd: '/Common/alertd',
  'local-database': '/Common/local-db',
  'local-syslog': '/Common/local-syslog',
};

const destinations: readonly Component[] = logDestinations.map((name, index) => {
  const stock = stockDestinations[name];
  return foldered({
    id: `sys log-config destination ${name}`,
    noun: 'Log Destination',
    help: 'Where log lines go.',
    scope: 'group',
    order: 31 + index,
    stock: stock === undefined ? [] : [{ name: stock }],
    acting: actingDestinations[name] ?? [],
    properties: destinationProperties[name],
  });
});

const publish = (name: string, ...to: readonly string[]) => ({
  name: `/Common/${name}`,
  properties: { destinations: to.map((leaf) => ({ name: `/Common/${leaf}` })) },
});

const publisher: Component = foldered({
  id: 'sys log-config publisher',
  noun: 'Log Publisher',
  help: 'Destinations of log lines under one name.',
  scope: 'group',
  order: 40,
  stock: [
    publish('default-ipsec-log-publisher', 'local-syslog'),
    publish('default-mgmt-acl-log-publisher'),
    publish('local-db-publisher', 'local-db'),
    publish('sys-db-access-publisher', 'local-db', 'local-syslog'),
    publish('sys-sslo-publisher', 'local-syslog'),
    publish('sys-sso-access-publisher', 'local-syslog'),
  ],
  properties: [],
  acting: [
    items('destinations', 'Where the lines go.', {
      properties: [],
      foldered: true,
      nameReference: { to: allLogDestinations },
      subCollection: false,
      noun: 'Log Destination',
      ordered: false,
    }),
  ],
});

const filter: Component = foldered({
  id: 'sys log-config filter',
  noun: 'Log Filter',
  help: 'Which log lines go to a publisher.',
  scope: 'group',
  order: 41,
  stock: [],
  properties: [],
  acting: [
    choice(
      'level',
      ['alert', 'crit', 'debug', 'emerg', 'err', 'info', 'notice', 'warn'],
      'debug',
      'Least severity.',
    ),
    text('message-id', 'Number of the message.'),
    reference('publisher', 'sys log-config publisher', 'Where they go.'),
    text('source', 'Who writes them.', { default: 'all' }),
  ],
});

const weighed = (noun: string, to: string) => ({
  properties: effective(
    integer('weight', [10, 100], 10, 'Points when all are up.'),
    integer('minimum-threshold', [0, uint32], 0, 'Fewer up count as none.'),
    integer('sufficient-threshold', [0, uint32], 0, 'So many up count as all.'),
  ),
  foldered: to !== 'net trunk',
  nameReference: { to: [to] },
  subCollection: false,
  noun,
  ordered: false,
});

const haGroup: Component = {
  id: 'sys ha-group',
  noun: 'HA Group',
  help: 'What a device has to offer, in points.',
  naming: { kind: 'plain' },
  scope: 'local',
  order: 56,
  statistics: true,
  properties: [
    ...effective(
      integer('active-bonus', [0, 100], 10, 'Points for being active.'),
      items('pools', 'Pools that count.', weighed('Pool', 'ltm pool')),
      items('trunks', 'Trunks that count.', weighed('Trunk', 'net trunk')),
      enabledFlag('Does it count?'),
      description,
    ),
    ...stored(
      items('clusters', 'Blades that count; there are none here.', weighed('Cluster', 'net trunk')),
    ),
  ],
};

const templateParts: Component = foldered({
  id: 'sys application template',
  noun: 'application template',
  help: 'Questions and a script that makes objects of the answers.',
  scope: 'group',
  stock: [],
  order: 30,
  properties: [
    items('actions', 'What it can do; `definition` makes the objects.', {
      ...plain,
      properties: stored(
        blob('implementation', 'Script that makes the objects.'),
        blob('presentation', 'Questions.'),
        blob('html-help', 'Explanation.'),
        text('role-acl', 'Who may use it.'),
        text('macro', 'Commands.'),
      ),
      noun: 'action',
    }),
    text('requires-bigip-version-max', 'Newest version that it is for.'),
    text('requires-bigip-version-min', 'Oldest version that it is for.'),
    texts('requires-modules', 'Modules that it needs.'),
    text('prerequisite-errors', 'What is missing for it.', { access: 'read-only' }),
  ],
});

const template: Component = {
  ...templateParts,
  actions: [generate],
  properties: [...templateParts.properties, ...signedScript('tmpl')],
};

const script: Component = {
  id: 'sys application apl-script',
  noun: 'APL script',
  help: 'Parts of questions that templates share.',
  naming: { kind: 'foldered' },
  scope: 'group',
  order: 29,
  actions: [generate],
  properties: [
    ...stored(blob('api-anonymous', 'The script.', { required: true })),
    ...signedScript('apl'),
  ],
};

const pairs = (name: string, help: string, more: readonly Draft[] = []): Draft =>
  items(name, help, {
    ...plain,
    properties: stored(text('value', 'The value.'), ...more),
    noun: 'variable',
  });

/** Every BIG-IP has them; here they have no script, and what they made is taken as it stands. */
const f5Templates = [
  'bea_weblogic cifs citrix_presentation_server citrix_xen_app diameter dns ftp http ip_forwarding ldap',
  'microsoft_exchange_2010 microsoft_exchange_owa_2007 microsoft_iis microsoft_lync_server_2010',
  'microsoft_ocs_2007_r2 microsoft_sharepoint_2007 microsoft_sharepoint_2010 npath oracle_as_10g',
  'oracle_ebs peoplesoft_9 radius replication sap_enterprise_portal sap_erp vmware_view vmware_vmotion',
].flatMap((names) => names.split(' ').map((name) => `/Common/f5.${name}`));

const service: Component = {
  id: 'sys application service',
  noun: 'application service',
  help: 'Objects that a template made.',
  naming: { kind: 'foldered' },
  scope: 'group',
  order: 31,
  properties: stored(
    reference('template', 'sys application template', 'The template.', { words: f5Templates }),
    text('template-modified', 'Was the template changed since?', { access: 'read-only' }),
    reference('device-group', 'cm device-group', 'Who shares the objects.', {
      words: ['none', 'default'],
    }),
    reference('traffic-group', 'cm traffic-group', 'Who answers.', { words: ['default'] }),
    trueFalse('inherited-devicegroup', 'true', 'Is it the device group of the folder?'),
    trueFalse('inherited-traffic-group', 'true', 'Is it the traffic group of the folder?'),
    toggle('strict-updates', 'enabled', 'Objects are changed by the template only.'),
    text('execute-action', 'What the template is told to do.'),
    pairs('variables', 'Answers.', [toggle('encrypted', 'disabled', 'Is it a secret?')]),
    items('lists', 'Answers that are lists.', {
      ...plain,
      properties: stored(
        texts('value', 'The values.'),
        toggle('encrypted', 'disabled', 'Are they secrets?'),
      ),
      noun: 'list',
    }),
    items('tables', 'Answers that are tables.', {
      ...plain,
      properties: stored(
        texts('column-names', 'Names of the columns.'),
        toggle('encrypted', 'disabled', 'Are they secrets?'),
        list(
          'rows',
          {
            kind: 'struct',
            properties: stored(texts('row', 'The values.')),
          },
          'The rows.',
          { ordered: true },
        ),
      ),
      noun: 'table',
    }),
    pairs('metadata', 'Name and value pairs kept for automation tools.', [
      trueFalse('persist', 'true', 'Is the pair saved with the configuration?'),
    ]),
    description,
  ),
};

const smtpServer: Component = foldered({
  id: 'sys smtp-server',
  noun: 'SMTP Server',
  help: 'A mail server that takes mail of the device.',
  scope: 'group',
  order: 15,
  stock: [],
  properties: [
    flags(
      'authentication',
      ['authentication-enabled', 'authentication-disabled'],
      'authentication-disabled',
      'Is there a log in?',
    ),
    choice('encrypted-connection', ['none', 'ssl', 'tls'], 'none', 'Encryption.'),
    text('from-address', 'Sender.'),
    text('local-host-name', 'Name that is greeted with.'),
    text('password', 'Password.', { secret: true }),
    text('smtp-server-host-name', 'Name of the server.'),
    integer('smtp-server-port', [0, 65_535], 25, 'Its port.'),
    text('username', 'Name to log in with.'),
  ],
});

const featureModule: Component = {
  id: 'sys feature-module',
  noun: 'feature module',
  help: 'Features that are switched on apart from modules.',
  naming: { kind: 'plain' },
  scope: 'local',
  fixed: true,
  stock: [{ name: 'cgnat' }],
  properties: stored(flags('enabled', ['enabled', 'disabled'], 'disabled', 'Is it on?')),
};

export const sysStored: readonly Component[] = [
  script,
  service,
  template,
  featureModule,
  haGroup,
  ...destinations,
  filter,
  publisher,
  managementIp,
  managementRoute,
  smtpServer,
  snmp,
];
