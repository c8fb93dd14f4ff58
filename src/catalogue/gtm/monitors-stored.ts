import type { Component } from '../types.ts';
import { storedMonitor } from '../monitor.ts';
import { address, choice, endpoint, integer, text, uint32 } from '../properties.ts';

/** Monitors that are kept; nothing probes with them yet. */
export const gtmStoredMonitors: readonly Component[] = [
  storedMonitor('gtm', {
    name: 'bigip-link',
    help: 'Takes the state of a link from its device.',
    properties: [
      address('destination', 'Whom to probe; `*`: the object itself.', {
        words: ['*'],
        default: '*',
      }),
      choice(
        'ignore-down-response',
        ['enabled', 'disabled'],
        'disabled',
        'Wait for the timeout also after a failure.',
      ),
      integer('interval', [0, 86400], 10, 'Time between probes.', { unit: 'seconds' }),
      integer('timeout', [0, 86500], 30, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
    ],
    stock: [{ name: '/Common/bigip_link' }],
  }),
  storedMonitor('gtm', {
    name: 'external',
    help: 'Runs a program of yours.',
    properties: [
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      choice(
        'ignore-down-response',
        ['enabled', 'disabled'],
        'disabled',
        'Wait for the timeout also after a failure.',
      ),
      integer('interval', [0, 86400], 30, 'Time between probes.', { unit: 'seconds' }),
      integer('probe-timeout', [0, 86400], 5, 'An answer later than this is a failure.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 120, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      text('run', 'Program that is run.'),
      text('args', 'Arguments of the program.'),
      text('user-defined', 'Variables of the program, name and value.'),
    ],
    stock: [{ name: '/Common/external' }],
  }),
  storedMonitor('gtm', {
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
      choice(
        'ignore-down-response',
        ['enabled', 'disabled'],
        'disabled',
        'Wait for the timeout also after a failure.',
      ),
      integer('interval', [0, 86400], 30, 'Time between probes.', { unit: 'seconds' }),
      integer('max-load-average', [0, uint32], 12, 'Load average at which it counts as full.'),
      integer('probe-timeout', [0, 86400], 5, 'An answer later than this is a failure.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 90, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      text('username', 'Name to log in with.', { default: 'gtmuser' }),
      text('password', 'Password to log in with.', { secret: true }),
    ],
    stock: [{ name: '/Common/firepass_gtm' }],
  }),
  storedMonitor('gtm', {
    name: 'ftp',
    help: 'Fetches a file over FTP.',
    properties: [
      choice('debug', ['yes', 'no'], 'no', 'Write a debug log.'),
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      choice(
        'ignore-down-response',
        ['enabled', 'disabled'],
        'disabled',
        'Wait for the timeout also after a failure.',
      ),
      integer('interval', [0, 86400], 10, 'Time between probes.', { unit: 'seconds' }),
      choice('mode', ['passive', 'port'], 'passive', 'Who opens the data connection.'),
      integer('probe-timeout', [0, 86400], 5, 'An answer later than this is a failure.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 31, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      text('filename', 'File to fetch.'),
      text('username', 'Name to log in with.'),
      text('password', 'Password to log in with.', { secret: true }),
    ],
    stock: [{ name: '/Common/ftp' }],
  }),
  storedMonitor('gtm', {
    name: 'gateway-icmp',
    help: 'Pings routers and servers.',
    properties: [
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      choice(
        'ignore-down-response',
        ['enabled', 'disabled'],
        'disabled',
        'Wait for the timeout also after a failure.',
      ),
      integer('interval', [0, 86400], 30, 'Time between probes.', { unit: 'seconds' }),
      integer('probe-attempts', [0, 10], 3, 'Probes in a round.'),
      integer('probe-interval', [0, 86400], 1, 'Time between the probes of a round.', {
        unit: 'seconds',
      }),
      integer('probe-timeout', [0, 86400], 5, 'An answer later than this is a failure.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 120, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      choice(
        'transparent',
        ['enabled', 'disabled'],
        'disabled',
        'Probe the destination through the member.',
      ),
    ],
    stock: [{ name: '/Common/gateway_icmp' }],
  }),
  storedMonitor('gtm', {
    name: 'gtp',
    help: 'Sends echo requests of GTP.',
    properties: [
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      choice(
        'ignore-down-response',
        ['enabled', 'disabled'],
        'disabled',
        'Wait for the timeout also after a failure.',
      ),
      integer('interval', [0, 86400], 30, 'Time between probes.', { unit: 'seconds' }),
      integer('probe-attempts', [0, 10], 3, 'Probes in a round.'),
      integer('probe-interval', [0, 86400], 1, 'Time between the probes of a round.', {
        unit: 'seconds',
      }),
      integer('probe-timeout', [0, 86400], 5, 'An answer later than this is a failure.', {
        unit: 'seconds',
      }),
      integer('protocol-version', [1, 2], 1, 'Version of GTP.'),
      integer('timeout', [0, 86500], 120, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
    ],
    stock: [{ name: '/Common/gtp' }],
  }),
  storedMonitor('gtm', {
    name: 'http',
    help: 'Asks a web server and looks at its answer.',
    properties: [
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      choice(
        'ignore-down-response',
        ['enabled', 'disabled'],
        'disabled',
        'Wait for the timeout also after a failure.',
      ),
      integer('interval', [0, 86400], 30, 'Time between probes.', { unit: 'seconds' }),
      integer('probe-timeout', [0, 86400], 5, 'An answer later than this is a failure.', {
        unit: 'seconds',
      }),
      choice('reverse', ['enabled', 'disabled'], 'disabled', 'A match marks it down.'),
      text('send', 'What is sent; \\\\r and \\\\n as written.', { default: 'GET /' }),
      integer('timeout', [0, 86500], 120, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      choice(
        'transparent',
        ['enabled', 'disabled'],
        'disabled',
        'Probe the destination through the member.',
      ),
      text('recv', 'Regular expression that the answer must match.'),
      text('username', 'Name to log in with.'),
      text('password', 'Password to log in with.', { secret: true }),
    ],
    stock: [
      { name: '/Common/http' },
      {
        name: '/Common/http_head_f5',
        properties: {
          'defaults-from': '/Common/http',
          recv: 'Server\\:',
          send: 'HEAD / HTTP/1.0\\r\\n\\r\\n',
        },
      },
    ],
  }),
  storedMonitor('gtm', {
    name: 'https',
    help: 'Asks a web server over TLS and looks at its answer.',
    properties: [
      text('cipherlist', 'Ciphers offered.', { default: 'DEFAULT:!EXPORT' }),
      choice('compatibility', ['enabled', 'disabled'], 'enabled', 'Work around old TLS servers.'),
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      choice(
        'ignore-down-response',
        ['enabled', 'disabled'],
        'disabled',
        'Wait for the timeout also after a failure.',
      ),
      integer('interval', [0, 86400], 30, 'Time between probes.', { unit: 'seconds' }),
      integer('probe-timeout', [0, 86400], 5, 'An answer later than this is a failure.', {
        unit: 'seconds',
      }),
      choice('reverse', ['enabled', 'disabled'], 'disabled', 'A match marks it down.'),
      text('send', 'What is sent; \\\\r and \\\\n as written.', { default: 'GET /' }),
      integer('timeout', [0, 86500], 120, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      choice(
        'transparent',
        ['enabled', 'disabled'],
        'disabled',
        'Probe the destination through the member.',
      ),
      text('recv', 'Regular expression that the answer must match.'),
      text('cert', 'Client certificate.'),
      text('key', 'Key of the client certificate.'),
      text('username', 'Name to log in with.'),
      text('password', 'Password to log in with.', { secret: true }),
    ],
    stock: [
      { name: '/Common/https' },
      {
        name: '/Common/https_head_f5',
        properties: {
          'defaults-from': '/Common/https',
          recv: 'Server\\:',
          send: 'HEAD / HTTP/1.0\\r\\n\\r\\n',
        },
      },
    ],
  }),
  storedMonitor('gtm', {
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
      choice(
        'ignore-down-response',
        ['enabled', 'disabled'],
        'disabled',
        'Wait for the timeout also after a failure.',
      ),
      integer('interval', [0, 86400], 10, 'Time between probes.', { unit: 'seconds' }),
      integer('probe-timeout', [0, 86400], 5, 'An answer later than this is a failure.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 31, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      text('username', 'Name to log in with.'),
      text('password', 'Password to log in with.', { secret: true }),
    ],
    stock: [{ name: '/Common/imap' }],
  }),
  storedMonitor('gtm', {
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
      choice(
        'ignore-down-response',
        ['enabled', 'disabled'],
        'disabled',
        'Wait for the timeout also after a failure.',
      ),
      integer('interval', [0, 86400], 10, 'Time between probes.', { unit: 'seconds' }),
      integer('probe-timeout', [0, 86400], 5, 'An answer later than this is a failure.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 31, 'Down when nothing succeeded for so long.', {
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
  storedMonitor('gtm', {
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
      choice(
        'ignore-down-response',
        ['enabled', 'disabled'],
        'disabled',
        'Wait for the timeout also after a failure.',
      ),
      integer('interval', [0, 86400], 30, 'Time between probes.', { unit: 'seconds' }),
      integer('probe-timeout', [0, 86400], 5, 'An answer later than this is a failure.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 91, 'Down when nothing succeeded for so long.', {
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
  storedMonitor('gtm', {
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
      choice(
        'ignore-down-response',
        ['enabled', 'disabled'],
        'disabled',
        'Wait for the timeout also after a failure.',
      ),
      integer('interval', [0, 86400], 30, 'Time between probes.', { unit: 'seconds' }),
      integer('probe-timeout', [0, 86400], 5, 'An answer later than this is a failure.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 91, 'Down when nothing succeeded for so long.', {
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
  storedMonitor('gtm', {
    name: 'nntp',
    help: 'Opens a news group.',
    properties: [
      choice('debug', ['yes', 'no'], 'no', 'Write a debug log.'),
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      choice(
        'ignore-down-response',
        ['enabled', 'disabled'],
        'disabled',
        'Wait for the timeout also after a failure.',
      ),
      integer('interval', [0, 86400], 30, 'Time between probes.', { unit: 'seconds' }),
      integer('probe-timeout', [0, 86400], 5, 'An answer later than this is a failure.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 120, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      text('newsgroup', 'Group that must exist.'),
      text('username', 'Name to log in with.'),
      text('password', 'Password to log in with.', { secret: true }),
    ],
    stock: [{ name: '/Common/nntp' }],
  }),
  storedMonitor('gtm', {
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
  storedMonitor('gtm', {
    name: 'oracle',
    help: 'Asks an Oracle server.',
    properties: [
      text('count', 'Probes on one connection; 0 keeps it.', { default: '0' }),
      choice('debug', ['yes', 'no'], 'no', 'Write a debug log.'),
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      choice(
        'ignore-down-response',
        ['enabled', 'disabled'],
        'disabled',
        'Wait for the timeout also after a failure.',
      ),
      integer('interval', [0, 86400], 30, 'Time between probes.', { unit: 'seconds' }),
      integer('probe-timeout', [0, 86400], 5, 'An answer later than this is a failure.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 91, 'Down when nothing succeeded for so long.', {
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
    stock: [{ name: '/Common/oracle' }],
  }),
  storedMonitor('gtm', {
    name: 'pop3',
    help: 'Opens a mailbox over POP3.',
    properties: [
      choice('debug', ['yes', 'no'], 'no', 'Write a debug log.'),
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      choice(
        'ignore-down-response',
        ['enabled', 'disabled'],
        'disabled',
        'Wait for the timeout also after a failure.',
      ),
      integer('interval', [0, 86400], 30, 'Time between probes.', { unit: 'seconds' }),
      integer('probe-timeout', [0, 86400], 5, 'An answer later than this is a failure.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 120, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      text('username', 'Name to log in with.'),
      text('password', 'Password to log in with.', { secret: true }),
    ],
    stock: [{ name: '/Common/pop3' }],
  }),
  storedMonitor('gtm', {
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
      choice(
        'ignore-down-response',
        ['enabled', 'disabled'],
        'disabled',
        'Wait for the timeout also after a failure.',
      ),
      integer('interval', [0, 86400], 30, 'Time between probes.', { unit: 'seconds' }),
      integer('probe-timeout', [0, 86400], 5, 'An answer later than this is a failure.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 91, 'Down when nothing succeeded for so long.', {
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
  storedMonitor('gtm', {
    name: 'radius',
    help: 'Logs in at a RADIUS server.',
    properties: [
      choice('debug', ['yes', 'no'], 'no', 'Write a debug log.'),
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      choice(
        'ignore-down-response',
        ['enabled', 'disabled'],
        'disabled',
        'Wait for the timeout also after a failure.',
      ),
      integer('interval', [0, 86400], 10, 'Time between probes.', { unit: 'seconds' }),
      integer('probe-timeout', [0, 86400], 5, 'An answer later than this is a failure.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 31, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      text('secret', 'Shared secret.', { secret: true }),
      text('nas-ip-address', 'Address that the request names.'),
      text('username', 'Name to log in with.'),
      text('password', 'Password to log in with.', { secret: true }),
    ],
    stock: [{ name: '/Common/radius' }],
  }),
  storedMonitor('gtm', {
    name: 'radius-accounting',
    help: 'Tells a RADIUS server of a session.',
    properties: [
      choice('debug', ['yes', 'no'], 'no', 'Write a debug log.'),
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      choice(
        'ignore-down-response',
        ['enabled', 'disabled'],
        'disabled',
        'Wait for the timeout also after a failure.',
      ),
      integer('interval', [0, 86400], 10, 'Time between probes.', { unit: 'seconds' }),
      integer('probe-timeout', [0, 86400], 5, 'An answer later than this is a failure.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 31, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      text('secret', 'Shared secret.', { secret: true }),
      text('nas-ip-address', 'Address that the request names.'),
      text('session-id', 'Session that the request names.'),
      text('username', 'Name to log in with.'),
    ],
    stock: [{ name: '/Common/radius_accounting' }],
  }),
  storedMonitor('gtm', {
    name: 'real-server',
    help: 'Asks RealServer for its load.',
    properties: [
      text('agent', 'User agent in requests.', {
        default: 'Mozilla/4.0 (compatible: MSIE 5.0; Windows NT)',
      }),
      choice(
        'ignore-down-response',
        ['enabled', 'disabled'],
        'disabled',
        'Wait for the timeout also after a failure.',
      ),
      integer('interval', [0, 86400], 30, 'Time between probes.', { unit: 'seconds' }),
      choice('method', ['GET', 'POST'], 'GET', 'Method of requests.'),
      text('metrics', 'What is asked for.', {
        default: 'ServerBandwidth:1.5, CPUPercentUsage, MemoryUsage, TotalClientCount',
      }),
      integer('probe-timeout', [0, 86400], 5, 'An answer later than this is a failure.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 120, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      text('command', 'Command that is sent.', { rest: 'tmCommand', default: 'GetServerStats' }),
    ],
    stock: [{ name: '/Common/real_server' }],
  }),
  storedMonitor('gtm', {
    name: 'scripted',
    help: 'Plays a script of sends and answers.',
    properties: [
      choice('debug', ['yes', 'no'], 'no', 'Write a debug log.'),
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      choice(
        'ignore-down-response',
        ['enabled', 'disabled'],
        'disabled',
        'Wait for the timeout also after a failure.',
      ),
      integer('interval', [0, 86400], 10, 'Time between probes.', { unit: 'seconds' }),
      integer('probe-timeout', [0, 86400], 5, 'An answer later than this is a failure.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 31, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      text('filename', 'File to fetch.'),
    ],
    stock: [{ name: '/Common/scripted' }],
  }),
  storedMonitor('gtm', {
    name: 'sip',
    help: 'Sends OPTIONS to a SIP server.',
    properties: [
      choice('compatibility', ['enabled', 'disabled'], 'enabled', 'Work around old TLS servers.'),
      choice('debug', ['yes', 'no'], 'no', 'Write a debug log.'),
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      choice(
        'ignore-down-response',
        ['enabled', 'disabled'],
        'disabled',
        'Wait for the timeout also after a failure.',
      ),
      integer('interval', [0, 86400], 30, 'Time between probes.', { unit: 'seconds' }),
      choice('mode', ['udp', 'tcp', 'tls', 'sips'], 'udp', 'Transport.'),
      integer('probe-timeout', [0, 86400], 5, 'An answer later than this is a failure.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 120, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      text('cert', 'Client certificate.'),
      text('key', 'Key of the client certificate.'),
      text('filter', 'Answer codes that count as success.'),
      text('headers', 'Headers added to requests.'),
      text('request', 'First line of requests.'),
    ],
    stock: [{ name: '/Common/sip' }],
  }),
  storedMonitor('gtm', {
    name: 'smtp',
    help: 'Greets a mail server.',
    properties: [
      choice('debug', ['yes', 'no'], 'no', 'Write a debug log.'),
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      choice(
        'ignore-down-response',
        ['enabled', 'disabled'],
        'disabled',
        'Wait for the timeout also after a failure.',
      ),
      integer('interval', [0, 86400], 30, 'Time between probes.', { unit: 'seconds' }),
      integer('probe-timeout', [0, 86400], 5, 'An answer later than this is a failure.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 120, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      text('domain', 'Domain that is greeted for.'),
    ],
    stock: [{ name: '/Common/smtp' }],
  }),
  storedMonitor('gtm', {
    name: 'snmp',
    help: 'Asks an SNMP agent for its load.',
    properties: [
      text('community', 'Community that shares sessions.', { default: 'public' }),
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      choice(
        'ignore-down-response',
        ['enabled', 'disabled'],
        'disabled',
        'Wait for the timeout also after a failure.',
      ),
      integer('interval', [0, 86400], 90, 'Time between probes.', { unit: 'seconds' }),
      integer('port', [0, 65535], 161, 'Port of SNMP.'),
      integer('probe-attempts', [0, 10], 3, 'Probes in a round.'),
      integer('probe-interval', [0, 86400], 1, 'Time between the probes of a round.', {
        unit: 'seconds',
      }),
      integer('probe-timeout', [0, 86400], 5, 'An answer later than this is a failure.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 180, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      choice('version', ['v1', 'v2c'], 'v1', 'Version of SNMP.'),
    ],
    stock: [{ name: '/Common/snmp_gtm' }],
  }),
  storedMonitor('gtm', {
    name: 'snmp-link',
    help: 'Asks a router for the load of a link.',
    properties: [
      text('community', 'Community that shares sessions.', { default: 'public' }),
      address('destination', 'Whom to probe; `*`: the object itself.', {
        words: ['*'],
        default: '*',
      }),
      choice(
        'ignore-down-response',
        ['enabled', 'disabled'],
        'disabled',
        'Wait for the timeout also after a failure.',
      ),
      integer('interval', [0, 86400], 10, 'Time between probes.', { unit: 'seconds' }),
      integer('port', [0, 65535], 161, 'Port of SNMP.'),
      integer('probe-attempts', [0, 10], 3, 'Probes in a round.'),
      integer('probe-interval', [0, 86400], 1, 'Time between the probes of a round.', {
        unit: 'seconds',
      }),
      integer('probe-timeout', [0, 86400], 5, 'An answer later than this is a failure.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 30, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      choice('version', ['v1', 'v2c'], 'v1', 'Version of SNMP.'),
    ],
    stock: [{ name: '/Common/snmp_link' }],
  }),
  storedMonitor('gtm', {
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
      choice(
        'ignore-down-response',
        ['enabled', 'disabled'],
        'disabled',
        'Wait for the timeout also after a failure.',
      ),
      integer('interval', [0, 86400], 30, 'Time between probes.', { unit: 'seconds' }),
      integer('probe-timeout', [0, 86400], 5, 'An answer later than this is a failure.', {
        unit: 'seconds',
      }),
      choice('protocol', ['http', 'https'], 'http', 'Transport.'),
      integer('timeout', [0, 86500], 120, 'Down when nothing succeeded for so long.', {
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
  storedMonitor('gtm', {
    name: 'tcp',
    help: 'Connects, and if told to sends and matches.',
    properties: [
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      choice(
        'ignore-down-response',
        ['enabled', 'disabled'],
        'disabled',
        'Wait for the timeout also after a failure.',
      ),
      integer('interval', [0, 86400], 30, 'Time between probes.', { unit: 'seconds' }),
      integer('probe-timeout', [0, 86400], 5, 'An answer later than this is a failure.', {
        unit: 'seconds',
      }),
      choice('reverse', ['enabled', 'disabled'], 'disabled', 'A match marks it down.'),
      integer('timeout', [0, 86500], 120, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      choice(
        'transparent',
        ['enabled', 'disabled'],
        'disabled',
        'Probe the destination through the member.',
      ),
      text('send', 'What is sent; \\\\r and \\\\n as written.'),
      text('recv', 'Regular expression that the answer must match.'),
    ],
    stock: [{ name: '/Common/tcp' }],
  }),
  storedMonitor('gtm', {
    name: 'tcp-half-open',
    help: 'Opens half a connection.',
    properties: [
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      choice(
        'ignore-down-response',
        ['enabled', 'disabled'],
        'disabled',
        'Wait for the timeout also after a failure.',
      ),
      integer('interval', [0, 86400], 30, 'Time between probes.', { unit: 'seconds' }),
      integer('probe-attempts', [0, 10], 3, 'Probes in a round.'),
      integer('probe-interval', [0, 86400], 1, 'Time between the probes of a round.', {
        unit: 'seconds',
      }),
      integer('probe-timeout', [0, 86400], 5, 'An answer later than this is a failure.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 120, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      choice(
        'transparent',
        ['enabled', 'disabled'],
        'disabled',
        'Probe the destination through the member.',
      ),
    ],
    stock: [{ name: '/Common/tcp_half_open' }],
  }),
  storedMonitor('gtm', {
    name: 'udp',
    help: 'Sends a datagram and looks at the answer.',
    properties: [
      choice('debug', ['yes', 'no'], 'no', 'Write a debug log.'),
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      choice(
        'ignore-down-response',
        ['enabled', 'disabled'],
        'disabled',
        'Wait for the timeout also after a failure.',
      ),
      integer('interval', [0, 86400], 30, 'Time between probes.', { unit: 'seconds' }),
      integer('probe-attempts', [0, 10], 3, 'Probes in a round.'),
      integer('probe-interval', [0, 86400], 1, 'Time between the probes of a round.', {
        unit: 'seconds',
      }),
      integer('probe-timeout', [0, 86400], 5, 'An answer later than this is a failure.', {
        unit: 'seconds',
      }),
      choice('reverse', ['enabled', 'disabled'], 'disabled', 'A match marks it down.'),
      text('send', 'What is sent; \\\\r and \\\\n as written.', { default: 'default send string' }),
      integer('timeout', [0, 86500], 120, 'Down when nothing succeeded for so long.', {
        unit: 'seconds',
      }),
      choice(
        'transparent',
        ['enabled', 'disabled'],
        'disabled',
        'Probe the destination through the member.',
      ),
      text('recv', 'Regular expression that the answer must match.'),
    ],
    stock: [{ name: '/Common/udp' }],
  }),
  storedMonitor('gtm', {
    name: 'wap',
    help: 'Asks a WAP gateway.',
    properties: [
      choice('debug', ['yes', 'no'], 'no', 'Write a debug log.'),
      endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
        folder: false,
        wildcards: true,
        default: '*:*',
      }),
      choice(
        'ignore-down-response',
        ['enabled', 'disabled'],
        'disabled',
        'Wait for the timeout also after a failure.',
      ),
      integer('interval', [0, 86400], 10, 'Time between probes.', { unit: 'seconds' }),
      integer('probe-timeout', [0, 86400], 5, 'An answer later than this is a failure.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 31, 'Down when nothing succeeded for so long.', {
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
  storedMonitor('gtm', {
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
      choice(
        'ignore-down-response',
        ['enabled', 'disabled'],
        'disabled',
        'Wait for the timeout also after a failure.',
      ),
      integer('interval', [0, 86400], 30, 'Time between probes.', { unit: 'seconds' }),
      choice('method', ['GET', 'POST'], 'POST', 'Method of requests.'),
      text('metrics', 'What is asked for.', {
        default: 'LoadPercentage, DiskUsage, PhysicalMemoryUsage:1.5, VirtualMemoryUsage:2.0',
      }),
      text('post', 'Body of requests.', { default: 'RespFormat=HTML' }),
      integer('probe-timeout', [0, 86400], 5, 'An answer later than this is a failure.', {
        unit: 'seconds',
      }),
      integer('timeout', [0, 86500], 120, 'Down when nothing succeeded for so long.', {
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
