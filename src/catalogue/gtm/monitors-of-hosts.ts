import {
  asking,
  cert,
  community,
  compatibility,
  database,
  debug,
  filename,
  ignoreDownResponse,
  interval,
  key,
  password,
  probeAttempts,
  probeInterval,
  probeTimeout,
  recv,
  reverse,
  send,
  timeout,
  transparent,
  username,
  version,
} from '../monitor-properties.ts';
import {
  databaseQuery,
  externalExchange,
  firepassExchange,
  ftpExchange,
  imapExchange,
  ldapExchange,
  nntpExchange,
  noneExchange,
  oracleExchange,
  pop3Exchange,
  radiusAccountingExchange,
  radiusExchange,
  realServerExchange,
  sipExchange,
  soapExchange,
  udpExchange,
  wapExchange,
  wmiExchange,
} from '../monitor-exchanges.ts';
import type { Component } from '../types.ts';
import { storedMonitor } from '../monitor.ts';
import { address, integer, text } from '../properties.ts';

/** Types that the monitor process knows. */
const probed: ReadonlySet<string> = new Set([
  'external',
  'ftp',
  'gateway-icmp',
  'http',
  'https',
  'imap',
  'ldap',
  'mysql',
  'nntp',
  'pop3',
  'postgresql',
  'radius',
  'radius-accounting',
  'sip',
  'smtp',
  'snmp-link',
  'tcp',
  'tcp-half-open',
  'udp',
]);

/** What a probe does not heed. */
const kept: ReadonlySet<string> = new Set([
  'app-service',
  'chase-referrals',
  'compatibility',
  'count',
  'debug',
  'ignore-down-response',
  'mode',
  'probe-attempts',
  'probe-interval',
  'probe-timeout',
]);

function marked(component: Component): Component {
  if (!probed.has(component.id.replace('gtm monitor ', ''))) return component;
  const properties = component.properties.map((property) =>
    kept.has(property.name) ? property : { ...property, effect: 'effective' as const },
  );
  return { ...component, properties };
}

const outlines: readonly Component[] = [
  storedMonitor('gtm', {
    name: 'bigip-link',
    help: 'Takes the state of a link from its device.',
    properties: [
      address('destination', 'Whom to probe; `*`: the object itself.', {
        words: ['*'],
        default: '*',
      }),
      ignoreDownResponse,
      interval(10),
      timeout(30),
    ],
    stock: [{ name: '/Common/bigip_link' }],
  }),
  storedMonitor('gtm', {
    name: 'external',
    help: 'Runs a program of yours.',
    properties: [...asking(30, 5, 120), ...externalExchange],
    stock: [{ name: '/Common/external' }],
  }),
  storedMonitor('gtm', {
    name: 'firepass',
    help: 'Asks a FirePass for its load.',
    properties: [...asking(30, 5, 90), ...firepassExchange],
    stock: [{ name: '/Common/firepass_gtm' }],
  }),
  storedMonitor('gtm', {
    name: 'ftp',
    help: 'Fetches a file over FTP.',
    properties: [...asking(10, 5, 31), ...ftpExchange],
    stock: [{ name: '/Common/ftp' }],
  }),
  storedMonitor('gtm', {
    name: 'gateway-icmp',
    help: 'Pings routers and servers.',
    properties: [...asking(30, 5, 120), probeAttempts, probeInterval, transparent],
    stock: [{ name: '/Common/gateway_icmp' }],
  }),
  storedMonitor('gtm', {
    name: 'gtp',
    help: 'Sends echo requests of GTP.',
    properties: [
      ...asking(30, 5, 120),
      probeAttempts,
      probeInterval,
      integer('protocol-version', [1, 2], 1, 'Version of GTP.'),
    ],
    stock: [{ name: '/Common/gtp' }],
  }),
  storedMonitor('gtm', {
    name: 'http',
    help: 'Asks a web server and looks at its answer.',
    properties: [
      ...asking(30, 5, 120),
      reverse,
      text('send', 'What is sent; \\\\r and \\\\n as written.', { default: 'GET /' }),
      transparent,
      recv,
      username,
      password,
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
      ...asking(30, 5, 120),
      text('cipherlist', 'Ciphers offered.', { default: 'DEFAULT:!EXPORT' }),
      compatibility,
      reverse,
      text('send', 'What is sent; \\\\r and \\\\n as written.', { default: 'GET /' }),
      transparent,
      recv,
      cert,
      key,
      username,
      password,
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
    properties: [...asking(10, 5, 31), ...imapExchange],
    stock: [{ name: '/Common/imap' }],
  }),
  storedMonitor('gtm', {
    name: 'ldap',
    help: 'Searches a directory.',
    properties: [...asking(10, 5, 31), ...ldapExchange],
    stock: [{ name: '/Common/ldap' }],
  }),
  storedMonitor('gtm', {
    name: 'mssql',
    help: 'Asks a Microsoft SQL server.',
    properties: [...asking(30, 5, 91), ...databaseQuery],
    stock: [{ name: '/Common/mssql' }],
  }),
  storedMonitor('gtm', {
    name: 'mysql',
    help: 'Asks a MySQL server.',
    properties: [...asking(30, 5, 91), ...databaseQuery],
    stock: [{ name: '/Common/mysql' }],
  }),
  storedMonitor('gtm', {
    name: 'nntp',
    help: 'Opens a news group.',
    properties: [...asking(30, 5, 120), ...nntpExchange],
    stock: [{ name: '/Common/nntp' }],
  }),
  storedMonitor('gtm', {
    name: 'none',
    help: 'Probes nothing.',
    properties: [...noneExchange],
    stock: [{ name: '/Common/none' }],
  }),
  storedMonitor('gtm', {
    name: 'oracle',
    help: 'Asks an Oracle server.',
    properties: [...asking(30, 5, 91), ...oracleExchange, database],
    stock: [{ name: '/Common/oracle' }],
  }),
  storedMonitor('gtm', {
    name: 'pop3',
    help: 'Opens a mailbox over POP3.',
    properties: [...asking(30, 5, 120), ...pop3Exchange],
    stock: [{ name: '/Common/pop3' }],
  }),
  storedMonitor('gtm', {
    name: 'postgresql',
    help: 'Asks a PostgreSQL server.',
    properties: [...asking(30, 5, 91), ...databaseQuery],
    stock: [{ name: '/Common/postgresql' }],
  }),
  storedMonitor('gtm', {
    name: 'radius',
    help: 'Logs in at a RADIUS server.',
    properties: [...asking(10, 5, 31), ...radiusExchange],
    stock: [{ name: '/Common/radius' }],
  }),
  storedMonitor('gtm', {
    name: 'radius-accounting',
    help: 'Tells a RADIUS server of a session.',
    properties: [...asking(10, 5, 31), ...radiusAccountingExchange],
    stock: [{ name: '/Common/radius_accounting' }],
  }),
  storedMonitor('gtm', {
    name: 'real-server',
    help: 'Asks RealServer for its load.',
    properties: [
      ...realServerExchange,
      ignoreDownResponse,
      interval(30),
      probeTimeout(5),
      timeout(120),
    ],
    stock: [{ name: '/Common/real_server' }],
  }),
  storedMonitor('gtm', {
    name: 'scripted',
    help: 'Plays a script of sends and answers.',
    properties: [...asking(10, 5, 31), debug, filename],
    stock: [{ name: '/Common/scripted' }],
  }),
  storedMonitor('gtm', {
    name: 'sip',
    help: 'Sends OPTIONS to a SIP server.',
    properties: [...asking(30, 5, 120), ...sipExchange],
    stock: [{ name: '/Common/sip' }],
  }),
  storedMonitor('gtm', {
    name: 'smtp',
    help: 'Greets a mail server.',
    properties: [...asking(30, 5, 120), debug, text('domain', 'Domain that is greeted for.')],
    stock: [{ name: '/Common/smtp' }],
  }),
  storedMonitor('gtm', {
    name: 'snmp',
    help: 'Asks an SNMP agent for its load.',
    properties: [
      ...asking(90, 5, 180),
      community,
      integer('port', [0, 65535], 161, 'Port of SNMP.'),
      probeAttempts,
      probeInterval,
      version,
    ],
    stock: [{ name: '/Common/snmp_gtm' }],
  }),
  storedMonitor('gtm', {
    name: 'snmp-link',
    help: 'Asks the SNMP agent of a router whether it is there.',
    properties: [
      community,
      address('destination', 'Whom to probe; `*`: the object itself.', {
        words: ['*'],
        default: '*',
      }),
      ignoreDownResponse,
      interval(10),
      integer('port', [0, 65535], 161, 'Port of SNMP.'),
      probeAttempts,
      probeInterval,
      probeTimeout(5),
      timeout(30),
      version,
    ],
    stock: [{ name: '/Common/snmp_link' }],
  }),
  storedMonitor('gtm', {
    name: 'soap',
    help: 'Calls a SOAP method.',
    properties: [...asking(30, 5, 120), ...soapExchange],
    stock: [{ name: '/Common/soap' }],
  }),
  storedMonitor('gtm', {
    name: 'tcp',
    help: 'Connects, and if told to sends and matches.',
    properties: [...asking(30, 5, 120), reverse, transparent, send, recv],
    stock: [{ name: '/Common/tcp' }],
  }),
  storedMonitor('gtm', {
    name: 'tcp-half-open',
    help: 'Opens half a connection.',
    properties: [...asking(30, 5, 120), probeAttempts, probeInterval, transparent],
    stock: [{ name: '/Common/tcp_half_open' }],
  }),
  storedMonitor('gtm', {
    name: 'udp',
    help: 'Sends a datagram and looks at the answer.',
    properties: [...asking(30, 5, 120), ...udpExchange, probeAttempts, probeInterval],
    stock: [{ name: '/Common/udp' }],
  }),
  storedMonitor('gtm', {
    name: 'wap',
    help: 'Asks a WAP gateway.',
    properties: [...asking(10, 5, 31), ...wapExchange],
    stock: [{ name: '/Common/wap' }],
  }),
  storedMonitor('gtm', {
    name: 'wmi',
    help: 'Asks a Windows server for its load.',
    properties: [...wmiExchange, ignoreDownResponse, interval(30), probeTimeout(5), timeout(120)],
    stock: [{ name: '/Common/wmi' }],
  }),
];

/** Monitors of hosts that speak no iQuery; those of types that nobody probes with are only kept. */
export const gtmHostMonitors: readonly Component[] = outlines.map(marked);
