import type { Component } from '../types.ts';
import { storedMonitor } from '../monitor.ts';
import { address, choice, endpoint, integer, reference, text, uint32 } from '../properties.ts';

/** Monitors that are kept; nothing probes with them yet. */
export const ltmStoredMonitors: readonly Component[] = [
  storedMonitor('ltm', {
    name: 'diameter',
    help: 'Asks a Diameter server for its capabilities.',
    properties: [
      integer('interval', [0, 86400], 10, 'Time between probes.', { unit: 'seconds' }),
      choice(
        'manual-resume',
        ['enabled', 'disabled'],
        'disabled',
        'Stays down until somebody enables it.',
      ),
      text('origin-realm', 'Realm of the prober in requests.', { default: 'f5.com' }),
      text('product-name', 'Product name in requests.', {
        default: 'F5 BIGIP Diameter Health Monitoring',
      }),
      integer('time-until-up', [0, 86500], 0, 'Successes must last so long before it is up.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 31, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      integer('up-interval', [0, 86400], 0, 'Time between probes while up; 0: as interval.', {
        unit: 'seconds',
      }),
      text('vendor-id', 'Vendor number in requests.', { default: '3375' }),
      text('origin-host', 'Name of the prober in requests.'),
      text('host-ip-address', 'Address of the prober in requests.'),
      text('acct-application-id', 'Accounting application.'),
      text('auth-application-id', 'Authentication application.'),
      text('vendor-specific-acct-application-id', 'Accounting application of a vendor.'),
      text('vendor-specific-auth-application-id', 'Authentication application of a vendor.'),
      text('vendor-specific-vendor-id', 'Vendor that the applications are of.'),
    ],
    stock: [{ name: '/Common/diameter' }],
  }),
  storedMonitor('ltm', {
    name: 'dns',
    help: 'Asks a name server.',
    properties: [
      choice(
        'accept-rcode',
        ['no-error', 'anything'],
        'no-error',
        'Answer codes that count as success.',
      ),
      choice('adaptive', ['enabled', 'disabled'], 'disabled', 'Judge by response time.'),
      choice(
        'adaptive-divergence-type',
        ['relative', 'absolute'],
        'relative',
        'Percent or milliseconds.',
      ),
      integer(
        'adaptive-divergence-value',
        [0, 86400000],
        25,
        'Slower than the mean by this fails.',
      ),
      integer('adaptive-limit', [1, 10000], 200, 'Slower than this always fails.', {
        unit: 'milliseconds',
      }),
      integer('adaptive-sampling-timespan', [1, 86400], 300, 'Window of the mean.', {
        unit: 'seconds',
      }),
      choice(
        'answer-contains',
        ['query-type', 'any-type', 'anything'],
        'query-type',
        'Record types that must be in the answer.',
      ),
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      integer('interval', [0, 86400], 5, 'Time between probes.', { unit: 'seconds' }),
      choice(
        'manual-resume',
        ['enabled', 'disabled'],
        'disabled',
        'Stays down until somebody enables it.',
      ),
      choice('qtype', ['a', 'aaaa'], 'a', 'Record type asked for.'),
      choice('reverse', ['enabled', 'disabled'], 'disabled', 'A match marks it down.'),
      integer('time-until-up', [0, 86500], 0, 'Successes must last so long before it is up.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 16, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      choice(
        'transparent',
        ['enabled', 'disabled'],
        'disabled',
        'Probe the destination through the member.',
      ),
      integer('up-interval', [0, 86400], 0, 'Time between probes while up; 0: as interval.', {
        unit: 'seconds',
      }),
      text('qname', 'Name asked for.'),
      text('recv', 'Regular expression that the answer must match.'),
    ],
    stock: [{ name: '/Common/dns' }],
  }),
  storedMonitor('ltm', {
    name: 'external',
    help: 'Runs a program of yours.',
    properties: [
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      integer('interval', [0, 86400], 5, 'Time between probes.', { unit: 'seconds' }),
      choice(
        'manual-resume',
        ['enabled', 'disabled'],
        'disabled',
        'Stays down until somebody enables it.',
      ),
      integer('time-until-up', [0, 86500], 0, 'Successes must last so long before it is up.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 16, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      integer('up-interval', [0, 86400], 0, 'Time between probes while up; 0: as interval.', {
        unit: 'seconds',
      }),
      text('run', 'Program that is run.'),
      text('args', 'Arguments of the program.'),
      text('user-defined', 'Variables of the program, name and value.'),
    ],
    stock: [{ name: '/Common/external' }],
  }),
  storedMonitor('ltm', {
    name: 'firepass',
    help: 'Asks a FirePass for its load.',
    properties: [
      text('cipherlist', 'Ciphers offered.', { default: 'HIGH:!ADH' }),
      integer('concurrency-limit', [0, uint32], 95, 'Load at which it counts as full.', {
        unit: 'percent',
      }),
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      integer('interval', [0, 86400], 5, 'Time between probes.', { unit: 'seconds' }),
      integer('max-load-average', [0, uint32], 12, 'Load average at which it counts as full.'),
      integer('time-until-up', [0, 86500], 0, 'Successes must last so long before it is up.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 16, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      integer('up-interval', [0, 86400], 0, 'Time between probes while up; 0: as interval.', {
        unit: 'seconds',
      }),
      text('username', 'Name to log in with.', { default: 'gtmuser' }),
      text('password', 'Password to log in with.', { secret: true }),
    ],
    stock: [{ name: '/Common/firepass' }],
  }),
  storedMonitor('ltm', {
    name: 'ftp',
    help: 'Fetches a file over FTP.',
    properties: [
      choice('debug', ['yes', 'no'], 'no', 'Write a debug log.'),
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      integer('interval', [0, 86400], 10, 'Time between probes.', { unit: 'seconds' }),
      choice(
        'manual-resume',
        ['enabled', 'disabled'],
        'disabled',
        'Stays down until somebody enables it.',
      ),
      choice('mode', ['passive', 'port'], 'passive', 'Who opens the data connection.'),
      integer('time-until-up', [0, 86500], 0, 'Successes must last so long before it is up.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 31, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      integer('up-interval', [0, 86400], 0, 'Time between probes while up; 0: as interval.', {
        unit: 'seconds',
      }),
      text('filename', 'File to fetch.'),
      text('username', 'Name to log in with.'),
      text('password', 'Password to log in with.', { secret: true }),
    ],
    stock: [{ name: '/Common/ftp' }],
  }),
  storedMonitor('ltm', {
    name: 'imap',
    help: 'Opens a mailbox over IMAP.',
    properties: [
      choice('debug', ['yes', 'no'], 'no', 'Write a debug log.'),
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      text('folder', 'Mailbox to open.', { default: 'INBOX' }),
      integer('interval', [0, 86400], 10, 'Time between probes.', { unit: 'seconds' }),
      choice(
        'manual-resume',
        ['enabled', 'disabled'],
        'disabled',
        'Stays down until somebody enables it.',
      ),
      integer('time-until-up', [0, 86500], 0, 'Successes must last so long before it is up.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 31, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      integer('up-interval', [0, 86400], 0, 'Time between probes while up; 0: as interval.', {
        unit: 'seconds',
      }),
      text('username', 'Name to log in with.'),
      text('password', 'Password to log in with.', { secret: true }),
    ],
    stock: [{ name: '/Common/imap' }],
  }),
  storedMonitor('ltm', {
    name: 'inband',
    help: 'Watches the traffic of clients.',
    properties: [
      integer('failure-interval', [1, 86400], 30, 'Failures within this count together.', {
        unit: 'seconds',
      }),
      integer('failures', [0, uint32], 3, 'So many failures mark it down.'),
      integer('response-time', [0, 86400], 10, 'Answers later than this are failures.', {
        unit: 'seconds',
      }),
      integer('retry-time', [0, 86400], 300, 'Try again after this.', { unit: 'seconds' }),
    ],
    stock: [{ name: '/Common/inband' }],
  }),
  storedMonitor('ltm', {
    name: 'ldap',
    help: 'Searches a directory.',
    properties: [
      choice('chase-referrals', ['yes', 'no'], 'yes', 'Follow referrals.'),
      choice('debug', ['yes', 'no'], 'no', 'Write a debug log.'),
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      integer('interval', [0, 86400], 10, 'Time between probes.', { unit: 'seconds' }),
      choice(
        'manual-resume',
        ['enabled', 'disabled'],
        'disabled',
        'Stays down until somebody enables it.',
      ),
      integer('time-until-up', [0, 86500], 0, 'Successes must last so long before it is up.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 31, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      integer('up-interval', [0, 86400], 0, 'Time between probes while up; 0: as interval.', {
        unit: 'seconds',
      }),
      text('base', 'Where the search starts.'),
      text('filter', 'What is searched.'),
      choice('mandatory-attributes', ['yes', 'no'], undefined, 'Must the answer hold attributes?'),
      choice('security', ['none', 'ssl', 'tls'], undefined, 'Encryption of the connection.'),
      text('username', 'Name to log in with.'),
      text('password', 'Password to log in with.', { secret: true }),
    ],
    stock: [{ name: '/Common/ldap' }],
  }),
  storedMonitor('ltm', {
    name: 'module-score',
    help: 'Takes the score that a device reports.',
    properties: [
      choice('debug', ['yes', 'no'], 'no', 'Write a debug log.'),
      integer('interval', [0, 86400], 10, 'Time between probes.', { unit: 'seconds' }),
      text('snmp-community', 'Community of SNMP.', { default: 'public' }),
      integer('snmp-port', [0, 65535], 161, 'Port of SNMP.'),
      choice('snmp-version', ['v1', 'v2c'], 'v2c', 'Version of SNMP.'),
      integer('time-until-up', [0, 86500], 0, 'Successes must last so long before it is up.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 30, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      integer('up-interval', [0, 86400], 0, 'Time between probes while up; 0: as interval.', {
        unit: 'seconds',
      }),
      reference('pool', 'ltm pool', 'Pool whose members are scored.'),
      text('snmp-ip-address', 'Address of SNMP.'),
    ],
    stock: [{ name: '/Common/module_score' }],
  }),
  storedMonitor('ltm', {
    name: 'mqtt',
    help: 'Publishes to an MQTT broker.',
    properties: [
      choice('debug', ['yes', 'no'], 'no', 'Write a debug log.'),
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      integer('interval', [0, 86400], 5, 'Time between probes.', { unit: 'seconds' }),
      choice(
        'manual-resume',
        ['enabled', 'disabled'],
        'disabled',
        'Stays down until somebody enables it.',
      ),
      choice('mqtt-version', ['3.1', '3.1.1'], '3.1.1', 'Version of the protocol.'),
      integer('time-until-up', [0, 86500], 0, 'Successes must last so long before it is up.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 16, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      integer('up-interval', [0, 86400], 0, 'Time between probes while up; 0: as interval.', {
        unit: 'seconds',
      }),
      text('client-id', 'Identity of the prober.'),
      text('topic', 'Topic that is subscribed.'),
      text('message', 'Message that is published.'),
      text('username', 'Name to log in with.'),
      text('password', 'Password to log in with.', { secret: true }),
    ],
    stock: [{ name: '/Common/mqtt' }],
  }),
  storedMonitor('ltm', {
    name: 'mssql',
    help: 'Asks a Microsoft SQL server.',
    properties: [
      text('count', 'Probes on one connection; 0 keeps it.', { default: '0' }),
      choice('debug', ['yes', 'no'], 'no', 'Write a debug log.'),
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      integer('interval', [0, 86400], 30, 'Time between probes.', { unit: 'seconds' }),
      choice(
        'manual-resume',
        ['enabled', 'disabled'],
        'disabled',
        'Stays down until somebody enables it.',
      ),
      integer('time-until-up', [0, 86500], 0, 'Successes must last so long before it is up.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 91, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      integer('up-interval', [0, 86400], 0, 'Time between probes while up; 0: as interval.', {
        unit: 'seconds',
      }),
      text('username', 'Name to log in with.'),
      text('password', 'Password to log in with.', { secret: true }),
      text('database', 'Database to open.'),
      text('recv', 'Regular expression that the answer must match.'),
      text('recv-column', 'Column that must match.'),
      text('recv-row', 'Row that must match.'),
      text('send', 'What is sent; \\\\r and \\\\n as written.'),
    ],
    stock: [{ name: '/Common/mssql' }],
  }),
  storedMonitor('ltm', {
    name: 'mysql',
    help: 'Asks a MySQL server.',
    properties: [
      text('count', 'Probes on one connection; 0 keeps it.', { default: '0' }),
      choice('debug', ['yes', 'no'], 'no', 'Write a debug log.'),
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      integer('interval', [0, 86400], 30, 'Time between probes.', { unit: 'seconds' }),
      choice(
        'manual-resume',
        ['enabled', 'disabled'],
        'disabled',
        'Stays down until somebody enables it.',
      ),
      integer('time-until-up', [0, 86500], 0, 'Successes must last so long before it is up.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 91, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      integer('up-interval', [0, 86400], 0, 'Time between probes while up; 0: as interval.', {
        unit: 'seconds',
      }),
      text('username', 'Name to log in with.'),
      text('password', 'Password to log in with.', { secret: true }),
      text('database', 'Database to open.'),
      text('recv', 'Regular expression that the answer must match.'),
      text('recv-column', 'Column that must match.'),
      text('recv-row', 'Row that must match.'),
      text('send', 'What is sent; \\\\r and \\\\n as written.'),
    ],
    stock: [{ name: '/Common/mysql' }],
  }),
  storedMonitor('ltm', {
    name: 'nntp',
    help: 'Opens a news group.',
    properties: [
      choice('debug', ['yes', 'no'], 'no', 'Write a debug log.'),
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      integer('interval', [0, 86400], 5, 'Time between probes.', { unit: 'seconds' }),
      choice(
        'manual-resume',
        ['enabled', 'disabled'],
        'disabled',
        'Stays down until somebody enables it.',
      ),
      integer('time-until-up', [0, 86500], 0, 'Successes must last so long before it is up.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 16, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      integer('up-interval', [0, 86400], 0, 'Time between probes while up; 0: as interval.', {
        unit: 'seconds',
      }),
      text('newsgroup', 'Group that must exist.'),
      text('username', 'Name to log in with.'),
      text('password', 'Password to log in with.', { secret: true }),
    ],
    stock: [{ name: '/Common/nntp' }],
  }),
  storedMonitor('ltm', {
    name: 'none',
    help: 'Probes nothing.',
    properties: [
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:6666',
      }),
      choice(
        'ignore-down-response',
        ['enabled', 'disabled'],
        'disabled',
        'Wait for the timeout also after a failure.',
      ),
      integer('interval', [0, 86400], 0, 'Time between probes.', { unit: 'seconds' }),
      integer('probe-timeout', [0, 86400], 0, 'An answer later than this is a failure.', {
        unit: 'seconds',
      }),
      integer('time-until-up', [0, 86500], 86500, 'Successes must last so long before it is up.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 0, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      integer('up-interval', [0, 86400], 0, 'Time between probes while up; 0: as interval.', {
        unit: 'seconds',
      }),
    ],
    stock: [{ name: '/Common/none' }],
  }),
  storedMonitor('ltm', {
    name: 'oracle',
    help: 'Asks an Oracle server.',
    properties: [
      text('count', 'Probes on one connection; 0 keeps it.', { default: '0' }),
      text('database', 'Database to open.', { default: '%node_ip%:%node_port%:' }),
      choice('debug', ['yes', 'no'], 'no', 'Write a debug log.'),
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      integer('interval', [0, 86400], 30, 'Time between probes.', { unit: 'seconds' }),
      choice(
        'manual-resume',
        ['enabled', 'disabled'],
        'disabled',
        'Stays down until somebody enables it.',
      ),
      integer('time-until-up', [0, 86500], 0, 'Successes must last so long before it is up.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 91, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      integer('up-interval', [0, 86400], 0, 'Time between probes while up; 0: as interval.', {
        unit: 'seconds',
      }),
      text('username', 'Name to log in with.'),
      text('password', 'Password to log in with.', { secret: true }),
      text('recv', 'Regular expression that the answer must match.'),
      text('recv-column', 'Column that must match.'),
      text('recv-row', 'Row that must match.'),
      text('send', 'What is sent; \\\\r and \\\\n as written.'),
    ],
    stock: [{ name: '/Common/oracle' }],
  }),
  storedMonitor('ltm', {
    name: 'pop3',
    help: 'Opens a mailbox over POP3.',
    properties: [
      choice('debug', ['yes', 'no'], 'no', 'Write a debug log.'),
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      integer('interval', [0, 86400], 5, 'Time between probes.', { unit: 'seconds' }),
      choice(
        'manual-resume',
        ['enabled', 'disabled'],
        'disabled',
        'Stays down until somebody enables it.',
      ),
      integer('time-until-up', [0, 86500], 0, 'Successes must last so long before it is up.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 16, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      integer('up-interval', [0, 86400], 0, 'Time between probes while up; 0: as interval.', {
        unit: 'seconds',
      }),
      text('username', 'Name to log in with.'),
      text('password', 'Password to log in with.', { secret: true }),
    ],
    stock: [{ name: '/Common/pop3' }],
  }),
  storedMonitor('ltm', {
    name: 'postgresql',
    help: 'Asks a PostgreSQL server.',
    properties: [
      text('count', 'Probes on one connection; 0 keeps it.', { default: '0' }),
      choice('debug', ['yes', 'no'], 'no', 'Write a debug log.'),
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      integer('interval', [0, 86400], 30, 'Time between probes.', { unit: 'seconds' }),
      choice(
        'manual-resume',
        ['enabled', 'disabled'],
        'disabled',
        'Stays down until somebody enables it.',
      ),
      integer('time-until-up', [0, 86500], 0, 'Successes must last so long before it is up.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 91, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      integer('up-interval', [0, 86400], 0, 'Time between probes while up; 0: as interval.', {
        unit: 'seconds',
      }),
      text('username', 'Name to log in with.'),
      text('password', 'Password to log in with.', { secret: true }),
      text('database', 'Database to open.'),
      text('recv', 'Regular expression that the answer must match.'),
      text('recv-column', 'Column that must match.'),
      text('recv-row', 'Row that must match.'),
      text('send', 'What is sent; \\\\r and \\\\n as written.'),
    ],
    stock: [{ name: '/Common/postgresql' }],
  }),
  storedMonitor('ltm', {
    name: 'radius',
    help: 'Logs in at a RADIUS server.',
    properties: [
      choice('debug', ['yes', 'no'], 'no', 'Write a debug log.'),
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      integer('interval', [0, 86400], 10, 'Time between probes.', { unit: 'seconds' }),
      choice(
        'manual-resume',
        ['enabled', 'disabled'],
        'disabled',
        'Stays down until somebody enables it.',
      ),
      integer('time-until-up', [0, 86500], 0, 'Successes must last so long before it is up.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 31, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      integer('up-interval', [0, 86400], 0, 'Time between probes while up; 0: as interval.', {
        unit: 'seconds',
      }),
      text('secret', 'Shared secret.', { secret: true }),
      text('nas-ip-address', 'Address that the request names.'),
      text('username', 'Name to log in with.'),
      text('password', 'Password to log in with.', { secret: true }),
    ],
    stock: [{ name: '/Common/radius' }],
  }),
  storedMonitor('ltm', {
    name: 'radius-accounting',
    help: 'Tells a RADIUS server of a session.',
    properties: [
      choice('debug', ['yes', 'no'], 'no', 'Write a debug log.'),
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      integer('interval', [0, 86400], 10, 'Time between probes.', { unit: 'seconds' }),
      choice(
        'manual-resume',
        ['enabled', 'disabled'],
        'disabled',
        'Stays down until somebody enables it.',
      ),
      integer('time-until-up', [0, 86500], 0, 'Successes must last so long before it is up.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 31, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      integer('up-interval', [0, 86400], 0, 'Time between probes while up; 0: as interval.', {
        unit: 'seconds',
      }),
      text('secret', 'Shared secret.', { secret: true }),
      text('nas-ip-address', 'Address that the request names.'),
      text('session-id', 'Session that the request names.'),
      text('username', 'Name to log in with.'),
    ],
    stock: [{ name: '/Common/radius_accounting' }],
  }),
  storedMonitor('ltm', {
    name: 'real-server',
    help: 'Asks RealServer for its load.',
    properties: [
      text('agent', 'User agent in requests.', {
        default: 'Mozilla/4.0 (compatible: MSIE 5.0; Windows NT)',
      }),
      integer('interval', [0, 86400], 5, 'Time between probes.', { unit: 'seconds' }),
      choice('method', ['GET', 'POST'], 'GET', 'Method of requests.'),
      text('metrics', 'What is asked for.', {
        default: 'ServerBandwidth:1.5, CPUPercentUsage, MemoryUsage, TotalClientCount',
      }),
      integer('time-until-up', [0, 86500], 0, 'Successes must last so long before it is up.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 16, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      text('command', 'Command that is sent.', { rest: 'tmCommand', default: 'GetServerStats' }),
    ],
    stock: [{ name: '/Common/real_server' }],
  }),
  storedMonitor('ltm', {
    name: 'rpc',
    help: 'Asks a port mapper.',
    properties: [
      choice('debug', ['yes', 'no'], 'no', 'Write a debug log.'),
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      integer('interval', [0, 86400], 10, 'Time between probes.', { unit: 'seconds' }),
      choice(
        'manual-resume',
        ['enabled', 'disabled'],
        'disabled',
        'Stays down until somebody enables it.',
      ),
      choice('mode', ['tcp', 'udp'], 'tcp', 'Transport.'),
      integer('time-until-up', [0, 86500], 0, 'Successes must last so long before it is up.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 31, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      integer('up-interval', [0, 86400], 0, 'Time between probes while up; 0: as interval.', {
        unit: 'seconds',
      }),
      text('program-number', 'Program asked for.'),
      text('version-number', 'Version asked for.'),
    ],
    stock: [{ name: '/Common/rpc' }],
  }),
  storedMonitor('ltm', {
    name: 'sasp',
    help: 'Takes weights from a group workload manager.',
    properties: [
      integer(
        'interval',
        [0, 86400],
        'auto',
        'Time between questions; auto: told by the manager.',
        { unit: 'seconds', wire: 'string', words: ['auto'] },
      ),
      choice('mode', ['pull', 'push'], 'push', 'Who starts a message.'),
      choice('protocol', ['tcp', 'udp'], 'tcp', 'Transport.'),
      text('service', 'Port of the group manager.', { default: '3860' }),
      integer('time-until-up', [0, 86500], 0, 'Successes must last so long before it is up.', {
        unit: 'seconds',
      }),
      text('primary-address', 'First group manager.'),
      text('secondary-address', 'Second group manager.'),
    ],
    stock: [{ name: '/Common/sasp' }],
  }),
  storedMonitor('ltm', {
    name: 'scripted',
    help: 'Plays a script of sends and answers.',
    properties: [
      choice('debug', ['yes', 'no'], 'no', 'Write a debug log.'),
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      integer('interval', [0, 86400], 10, 'Time between probes.', { unit: 'seconds' }),
      choice(
        'manual-resume',
        ['enabled', 'disabled'],
        'disabled',
        'Stays down until somebody enables it.',
      ),
      integer('time-until-up', [0, 86500], 0, 'Successes must last so long before it is up.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 31, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      integer('up-interval', [0, 86400], 0, 'Time between probes while up; 0: as interval.', {
        unit: 'seconds',
      }),
      text('filename', 'File to fetch.'),
    ],
    stock: [{ name: '/Common/scripted' }],
  }),
  storedMonitor('ltm', {
    name: 'sip',
    help: 'Sends OPTIONS to a SIP server.',
    properties: [
      text('cipherlist', 'Ciphers offered.', { default: 'DEFAULT:+SHA:+3DES:+kEDH' }),
      choice('compatibility', ['enabled', 'disabled'], 'enabled', 'Work around old TLS servers.'),
      choice('debug', ['yes', 'no'], 'no', 'Write a debug log.'),
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      integer('interval', [0, 86400], 5, 'Time between probes.', { unit: 'seconds' }),
      choice(
        'manual-resume',
        ['enabled', 'disabled'],
        'disabled',
        'Stays down until somebody enables it.',
      ),
      choice('mode', ['udp', 'tcp', 'tls', 'sips'], 'udp', 'Transport.'),
      integer('time-until-up', [0, 86500], 0, 'Successes must last so long before it is up.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 16, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      integer('up-interval', [0, 86400], 0, 'Time between probes while up; 0: as interval.', {
        unit: 'seconds',
      }),
      text('cert', 'Client certificate.'),
      text('key', 'Key of the client certificate.'),
      text('filter', 'Answer codes that count as success.'),
      text('filter-neg', 'Answer codes that count as failure.'),
      text('headers', 'Headers added to requests.'),
      text('request', 'First line of requests.'),
    ],
    stock: [{ name: '/Common/sip' }],
  }),
  storedMonitor('ltm', {
    name: 'smb',
    help: 'Fetches a file over SMB.',
    properties: [
      choice('debug', ['yes', 'no'], 'no', 'Write a debug log.'),
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      integer('interval', [0, 86400], 10, 'Time between probes.', { unit: 'seconds' }),
      choice(
        'manual-resume',
        ['enabled', 'disabled'],
        'disabled',
        'Stays down until somebody enables it.',
      ),
      integer('time-until-up', [0, 86500], 0, 'Successes must last so long before it is up.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 31, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      integer('up-interval', [0, 86400], 0, 'Time between probes while up; 0: as interval.', {
        unit: 'seconds',
      }),
      text('get', 'File to fetch.'),
      text('server', 'Name of the server.'),
      text('service', 'Share to open.'),
      text('username', 'Name to log in with.'),
      text('password', 'Password to log in with.', { secret: true }),
    ],
    stock: [{ name: '/Common/smb' }],
  }),
  storedMonitor('ltm', {
    name: 'smtp',
    help: 'Greets a mail server.',
    properties: [
      choice('debug', ['yes', 'no'], 'no', 'Write a debug log.'),
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      integer('interval', [0, 86400], 5, 'Time between probes.', { unit: 'seconds' }),
      choice(
        'manual-resume',
        ['enabled', 'disabled'],
        'disabled',
        'Stays down until somebody enables it.',
      ),
      integer('time-until-up', [0, 86500], 0, 'Successes must last so long before it is up.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 16, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      integer('up-interval', [0, 86400], 0, 'Time between probes while up; 0: as interval.', {
        unit: 'seconds',
      }),
      text('domain', 'Domain that is greeted for.'),
    ],
    stock: [{ name: '/Common/smtp' }],
  }),
  storedMonitor('ltm', {
    name: 'snmp-dca',
    help: 'Asks an SNMP agent for its load.',
    properties: [
      choice('agent-type', ['UCD', 'WIN2000', 'GENERIC'], 'UCD', 'Agent that answers.'),
      text('community', 'Community that shares sessions.', { default: 'public' }),
      text('cpu-coefficient', 'Weight of the processor.', { default: '1.5' }),
      text('cpu-threshold', 'Load of the processor that counts as full.', { default: '80' }),
      text('disk-coefficient', 'Weight of the disk.', { default: '2.0' }),
      text('disk-threshold', 'Use of the disk that counts as full.', { default: '90' }),
      integer('interval', [0, 86400], 10, 'Time between probes.', { unit: 'seconds' }),
      text('memory-coefficient', 'Weight of memory.', { default: '1.0' }),
      text('memory-threshold', 'Use of memory that counts as full.', { default: '70' }),
      integer('time-until-up', [0, 86500], 0, 'Successes must last so long before it is up.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 30, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      choice('version', ['v1', 'v2c'], 'v1', 'Version of SNMP.'),
      text('user-defined', 'Variables of the program, name and value.'),
    ],
    stock: [{ name: '/Common/snmp_dca' }],
  }),
  storedMonitor('ltm', {
    name: 'snmp-dca-base',
    help: 'Asks an SNMP agent for values of your choice.',
    properties: [
      text('community', 'Community that shares sessions.', { default: 'public' }),
      integer('interval', [0, 86400], 10, 'Time between probes.', { unit: 'seconds' }),
      integer('time-until-up', [0, 86500], 0, 'Successes must last so long before it is up.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 30, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      choice('version', ['v1', 'v2c'], 'v1', 'Version of SNMP.'),
      text('user-defined', 'Variables of the program, name and value.'),
    ],
    stock: [{ name: '/Common/snmp_dca_base' }],
  }),
  storedMonitor('ltm', {
    name: 'soap',
    help: 'Calls a SOAP method.',
    properties: [
      choice('debug', ['yes', 'no'], 'no', 'Write a debug log.'),
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      choice('expect-fault', ['yes', 'no'], 'no', 'Is a fault the right answer?'),
      integer('interval', [0, 86400], 5, 'Time between probes.', { unit: 'seconds' }),
      choice(
        'manual-resume',
        ['enabled', 'disabled'],
        'disabled',
        'Stays down until somebody enables it.',
      ),
      choice('protocol', ['http', 'https'], 'http', 'Transport.'),
      integer('time-until-up', [0, 86500], 0, 'Successes must last so long before it is up.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 16, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      integer('up-interval', [0, 86400], 0, 'Time between probes while up; 0: as interval.', {
        unit: 'seconds',
      }),
      text('method', 'Method that is called.'),
      text('namespace', 'Name space of the method.'),
      text('parameter-name', 'Name of the parameter.'),
      choice('parameter-type', ['bool', 'int', 'long', 'string'], 'bool', 'Type of the parameter.'),
      text('parameter-value', 'Value of the parameter.'),
      choice(
        'return-type',
        ['bool', 'char', 'double', 'int', 'long', 'short', 'string'],
        'bool',
        'Type of the answer.',
      ),
      text('return-value', 'Value that the answer must have.'),
      text('soap-action', 'Action header.'),
      text('url-path', 'Path that is called.'),
      text('username', 'Name to log in with.'),
      text('password', 'Password to log in with.', { secret: true }),
    ],
    stock: [{ name: '/Common/soap' }],
  }),
  storedMonitor('ltm', {
    name: 'tcp-echo',
    help: 'Waits for an echo.',
    properties: [
      choice('adaptive', ['enabled', 'disabled'], 'disabled', 'Judge by response time.'),
      choice(
        'adaptive-divergence-type',
        ['relative', 'absolute'],
        'relative',
        'Percent or milliseconds.',
      ),
      integer(
        'adaptive-divergence-value',
        [0, 86400000],
        25,
        'Slower than the mean by this fails.',
      ),
      integer('adaptive-limit', [1, 10000], 200, 'Slower than this always fails.', {
        unit: 'milliseconds',
      }),
      integer('adaptive-sampling-timespan', [1, 86400], 300, 'Window of the mean.', {
        unit: 'seconds',
      }),
      address('destination', 'Whom to probe; `*`: the object itself.', {
        words: ['*'],
        default: '*',
      }),
      integer('interval', [0, 86400], 5, 'Time between probes.', { unit: 'seconds' }),
      choice(
        'manual-resume',
        ['enabled', 'disabled'],
        'disabled',
        'Stays down until somebody enables it.',
      ),
      integer('time-until-up', [0, 86500], 0, 'Successes must last so long before it is up.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 16, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      choice(
        'transparent',
        ['enabled', 'disabled'],
        'disabled',
        'Probe the destination through the member.',
      ),
      integer('up-interval', [0, 86400], 0, 'Time between probes while up; 0: as interval.', {
        unit: 'seconds',
      }),
    ],
    stock: [{ name: '/Common/tcp_echo' }],
  }),
  storedMonitor('ltm', {
    name: 'tcp-half-open',
    help: 'Opens half a connection.',
    properties: [
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      integer('interval', [0, 86400], 5, 'Time between probes.', { unit: 'seconds' }),
      choice(
        'manual-resume',
        ['enabled', 'disabled'],
        'disabled',
        'Stays down until somebody enables it.',
      ),
      integer('time-until-up', [0, 86500], 0, 'Successes must last so long before it is up.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 16, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      choice(
        'transparent',
        ['enabled', 'disabled'],
        'disabled',
        'Probe the destination through the member.',
      ),
      integer('up-interval', [0, 86400], 0, 'Time between probes while up; 0: as interval.', {
        unit: 'seconds',
      }),
    ],
    stock: [{ name: '/Common/tcp_half_open' }],
  }),
  storedMonitor('ltm', {
    name: 'udp',
    help: 'Sends a datagram and looks at the answer.',
    properties: [
      choice('adaptive', ['enabled', 'disabled'], 'disabled', 'Judge by response time.'),
      choice(
        'adaptive-divergence-type',
        ['relative', 'absolute'],
        'relative',
        'Percent or milliseconds.',
      ),
      integer(
        'adaptive-divergence-value',
        [0, 86400000],
        25,
        'Slower than the mean by this fails.',
      ),
      integer('adaptive-limit', [1, 10000], 200, 'Slower than this always fails.', {
        unit: 'milliseconds',
      }),
      integer('adaptive-sampling-timespan', [1, 86400], 300, 'Window of the mean.', {
        unit: 'seconds',
      }),
      choice('debug', ['yes', 'no'], 'no', 'Write a debug log.'),
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      integer('interval', [0, 86400], 5, 'Time between probes.', { unit: 'seconds' }),
      choice(
        'manual-resume',
        ['enabled', 'disabled'],
        'disabled',
        'Stays down until somebody enables it.',
      ),
      choice('reverse', ['enabled', 'disabled'], 'disabled', 'A match marks it down.'),
      text('send', 'What is sent; \\\\r and \\\\n as written.', { default: 'default send string' }),
      integer('time-until-up', [0, 86500], 0, 'Successes must last so long before it is up.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 16, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      choice(
        'transparent',
        ['enabled', 'disabled'],
        'disabled',
        'Probe the destination through the member.',
      ),
      integer('up-interval', [0, 86400], 0, 'Time between probes while up; 0: as interval.', {
        unit: 'seconds',
      }),
      text('recv', 'Regular expression that the answer must match.'),
      text('recv-disable', 'An answer that matches disables instead of marking down.'),
      integer('ip-dscp', [0, 63], 0, 'Differentiated services code point of probes.'),
    ],
    stock: [{ name: '/Common/udp' }],
  }),
  storedMonitor('ltm', {
    name: 'virtual-location',
    help: 'Tells where a migrating server is.',
    properties: [
      choice('debug', ['yes', 'no'], 'no', 'Write a debug log.'),
      integer('interval', [0, 86400], 5, 'Time between probes.', { unit: 'seconds' }),
      integer('time-until-up', [0, 86500], 0, 'Successes must last so long before it is up.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 16, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      integer('up-interval', [0, 86400], 0, 'Time between probes while up; 0: as interval.', {
        unit: 'seconds',
      }),
      reference('pool', 'ltm pool', 'Pool whose place is told.'),
    ],
    stock: [{ name: '/Common/virtual_location' }],
  }),
  storedMonitor('ltm', {
    name: 'wap',
    help: 'Asks a WAP gateway.',
    properties: [
      choice('debug', ['yes', 'no'], 'no', 'Write a debug log.'),
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      integer('interval', [0, 86400], 10, 'Time between probes.', { unit: 'seconds' }),
      choice(
        'manual-resume',
        ['enabled', 'disabled'],
        'disabled',
        'Stays down until somebody enables it.',
      ),
      integer('time-until-up', [0, 86500], 0, 'Successes must last so long before it is up.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 31, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      integer('up-interval', [0, 86400], 0, 'Time between probes while up; 0: as interval.', {
        unit: 'seconds',
      }),
      text('accounting-node', 'RADIUS server told of the session.'),
      text('accounting-port', 'Its port.'),
      text('call-id', 'Number of the caller.'),
      text('framed-address', 'Address of the caller.'),
      text('recv', 'Regular expression that the answer must match.'),
      text('secret', 'Shared secret.', { secret: true }),
      text('send', 'What is sent; \\\\r and \\\\n as written.'),
      text('server-id', 'Name of the gateway.'),
      text('session-id', 'Session that the request names.'),
    ],
    stock: [{ name: '/Common/wap' }],
  }),
  storedMonitor('ltm', {
    name: 'wmi',
    help: 'Asks a Windows server for its load.',
    properties: [
      text('agent', 'User agent in requests.', {
        default: 'Mozilla/4.0 (compatible: MSIE 5.0; Windows NT)',
      }),
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:80',
      }),
      integer('interval', [0, 86400], 5, 'Time between probes.', { unit: 'seconds' }),
      choice('method', ['GET', 'POST'], 'POST', 'Method of requests.'),
      text('metrics', 'What is asked for.', {
        default: 'LoadPercentage, DiskUsage, PhysicalMemoryUsage:1.5, VirtualMemoryUsage:2.0',
      }),
      text('post', 'Body of requests.', { default: 'RespFormat=HTML' }),
      integer('time-until-up', [0, 86500], 0, 'Successes must last so long before it is up.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 16, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      text('command', 'Command that is sent.', {
        rest: 'tmCommand',
        default: 'GetCPUInfo, GetDiskInfo, GetOSInfo',
      }),
      text('url', 'Path of requests.', { default: '/scripts/F5Isapi.dll' }),
      text('username', 'Name to log in with.'),
      text('password', 'Password to log in with.', { secret: true }),
    ],
    stock: [{ name: '/Common/wmi' }],
  }),
];
