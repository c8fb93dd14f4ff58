/** What a monitor type sends and expects, the same for local and for global traffic. */
import type { Draft } from './properties.ts';
import { choice, endpoint, integer, text, uint32 } from './properties.ts';
import {
  agent,
  cert,
  compatibility,
  count,
  database,
  debug,
  filename,
  ignoreDownResponse,
  interval,
  key,
  nasIpAddress,
  password,
  probeTimeout,
  recv,
  recvColumn,
  recvRow,
  reverse,
  secret,
  send,
  sessionId,
  timeUntilUp,
  timeout,
  transparent,
  upInterval,
  userDefined,
  username,
} from './monitor-properties.ts';

export const externalExchange: readonly Draft[] = [
  text('run', 'Program that is run.'),
  text('args', 'Arguments of the program.'),
  userDefined,
];

export const firepassExchange: readonly Draft[] = [
  text('cipherlist', 'Ciphers offered.', { default: 'HIGH:!ADH' }),
  integer('concurrency-limit', [0, uint32], 95, 'Load at which it counts as full.', {
    unit: 'percent',
  }),
  integer('max-load-average', [0, uint32], 12, 'Load average at which it counts as full.'),
  text('username', 'Name to log in with.', { default: 'gtmuser' }),
  password,
];

export const ftpExchange: readonly Draft[] = [
  debug,
  choice('mode', ['passive', 'port'], 'passive', 'Who opens the data connection.'),
  filename,
  username,
  password,
];

export const imapExchange: readonly Draft[] = [
  debug,
  text('folder', 'Mailbox to open.', { default: 'INBOX' }),
  username,
  password,
];

export const ldapExchange: readonly Draft[] = [
  choice('chase-referrals', ['yes', 'no'], 'yes', 'Follow referrals.'),
  debug,
  text('base', 'Where the search starts.'),
  text('filter', 'What is searched.'),
  choice('mandatory-attributes', ['yes', 'no'], undefined, 'Must the answer hold attributes?'),
  choice('security', ['none', 'ssl', 'tls'], undefined, 'Encryption of the connection.'),
  username,
  password,
];

export const databaseQuery: readonly Draft[] = [
  count,
  debug,
  username,
  password,
  database,
  recv,
  recvColumn,
  recvRow,
  send,
];

export const nntpExchange: readonly Draft[] = [
  debug,
  text('newsgroup', 'Group that must exist.'),
  username,
  password,
];

export const noneExchange: readonly Draft[] = [
  endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
    folder: false,
    wildcards: true,
    default: '*:6666',
  }),
  ignoreDownResponse,
  interval(0),
  probeTimeout(0),
  timeUntilUp(86500),
  timeout(0),
  upInterval,
];

export const oracleExchange: readonly Draft[] = [
  count,
  debug,
  username,
  password,
  recv,
  recvColumn,
  recvRow,
  send,
];

export const pop3Exchange: readonly Draft[] = [debug, username, password];

export const radiusExchange: readonly Draft[] = [debug, secret, nasIpAddress, username, password];

export const radiusAccountingExchange: readonly Draft[] = [
  debug,
  secret,
  nasIpAddress,
  sessionId,
  username,
];

export const realServerExchange: readonly Draft[] = [
  agent,
  choice('method', ['GET', 'POST'], 'GET', 'Method of requests.'),
  text('metrics', 'What is asked for.', {
    default: 'ServerBandwidth:1.5, CPUPercentUsage, MemoryUsage, TotalClientCount',
  }),
  text('command', 'Command that is sent.', { rest: 'tmCommand', default: 'GetServerStats' }),
];

export const sipExchange: readonly Draft[] = [
  compatibility,
  debug,
  choice('mode', ['udp', 'tcp', 'tls', 'sips'], 'udp', 'Transport.'),
  cert,
  key,
  text('filter', 'Answer codes that count as success.'),
  text('headers', 'Headers added to requests.'),
  text('request', 'First line of requests.'),
];

export const soapExchange: readonly Draft[] = [
  debug,
  choice('expect-fault', ['yes', 'no'], 'no', 'Is a fault the right answer?'),
  choice('protocol', ['http', 'https'], 'http', 'Transport.'),
  text('method', 'Method that is called.'),
  text('namespace', 'Name space of the method.'),
  text('parameter-name', 'Name of the parameter.'),
  choice('parameter-type', ['bool', 'int', 'long', 'string'], undefined, 'Type of the parameter.'),
  text('parameter-value', 'Value of the parameter.'),
  choice(
    'return-type',
    ['bool', 'char', 'double', 'int', 'long', 'short', 'string'],
    undefined,
    'Type of the answer.',
  ),
  text('return-value', 'Value that the answer must have.'),
  text('soap-action', 'Action header.'),
  text('url-path', 'Path that is called.'),
  username,
  password,
];

export const udpExchange: readonly Draft[] = [
  debug,
  reverse,
  text('send', 'What is sent; \\\\r and \\\\n as written.', { default: 'default send string' }),
  transparent,
  recv,
];

export const wapExchange: readonly Draft[] = [
  debug,
  text('accounting-node', 'RADIUS server told of the session.'),
  text('accounting-port', 'Its port.'),
  text('call-id', 'Number of the caller.'),
  text('framed-address', 'Address of the caller.'),
  recv,
  secret,
  send,
  text('server-id', 'Name of the gateway.'),
  sessionId,
];

export const wmiExchange: readonly Draft[] = [
  agent,
  endpoint('destination', 'Where to probe; `*:*`: the object itself.', {
    folder: false,
    wildcards: true,
    default: '*:80',
  }),
  choice('method', ['GET', 'POST'], 'POST', 'Method of requests.'),
  text('metrics', 'What is asked for.', {
    default: 'LoadPercentage, DiskUsage, PhysicalMemoryUsage:1.5, VirtualMemoryUsage:2.0',
  }),
  text('post', 'Body of requests.', { default: 'RespFormat=HTML' }),
  text('command', 'Command that is sent.', {
    rest: 'tmCommand',
    default: 'GetCPUInfo, GetDiskInfo, GetOSInfo',
  }),
  text('url', 'Path of requests.', { default: '/scripts/F5Isapi.dll' }),
  username,
  password,
];
