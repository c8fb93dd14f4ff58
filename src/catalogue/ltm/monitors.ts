import type { Component, StockObject } from '../types.ts';
import { probeNow } from '../monitor.ts';
import type { Draft } from '../properties.ts';
import { adaptive } from '../monitor-properties.ts';
import {
  choice,
  applicationService,
  description,
  effective,
  endpoint,
  address,
  integer,
  reference,
  stored,
  text,
  toggle,
} from '../properties.ts';

const timing: readonly Draft[] = [
  integer('interval', [1, 86_400], 5, 'Time between probes.', {
    unit: 'seconds',
    listed: true,
  }),
  integer('timeout', [1, 86_400], 16, 'Down when nothing succeeded for so long.', {
    unit: 'seconds',
    listed: true,
  }),
  integer('up-interval', [0, 86_400], 0, 'Time between probes while up; 0: as interval.', {
    unit: 'seconds',
  }),
  integer('time-until-up', [0, 86_400], 0, 'Successes must last so long before it is up.', {
    unit: 'seconds',
    listed: true,
  }),
  toggle('manual-resume', 'disabled', 'Stays down until somebody enables it.'),
];

const destination: Draft = endpoint('destination', "Where to probe; `*:*`: the member's own.", {
  folder: false,
  wildcards: true,
  default: '*:*',
  listed: true,
});

const conversation: readonly Draft[] = [
  text('send', 'What is sent; \\r and \\n as written.', { listed: true }),
  text('recv', 'Regular expression that the answer must match.', { listed: true }),
  text('recv-disable', 'An answer that matches disables the member instead of marking it down.', {
    listed: true,
  }),
  toggle('reverse', 'disabled', 'A match marks it down.'),
];

const transparent = toggle('transparent', 'disabled', 'Probe the destination through the member.');
const dscp = integer('ip-dscp', [0, 63], 0, 'Differentiated services code point of probes.', {
  listed: true,
});

interface Outline {
  readonly name: string;
  readonly help: string;
  readonly effective: readonly Draft[];
  readonly stored: readonly Draft[];
  readonly stock: readonly StockObject[];
}

function monitor(outline: Outline): Component {
  const id = `ltm monitor ${outline.name}`;
  return {
    id,
    noun: 'monitor',
    help: outline.help,
    naming: { kind: 'foldered' },
    scope: 'group',
    inherits: true,
    order: 20,
    stock: outline.stock,
    actions: probeNow,
    statistics: true,
    properties: [
      ...effective(
        reference('defaults-from', id, 'Monitor that gives what is not set here.', {
          access: 'create-only',
        }),
        ...timing,
        ...outline.effective,
        ...adaptive,
        description,
      ),
      ...stored(...outline.stored, applicationService),
    ],
  };
}

const headRequest = { send: 'HEAD / HTTP/1.0\\r\\n\\r\\n', recv: 'Server\\:' };
const credentials: readonly Draft[] = [
  text('username', 'Name for basic authentication.'),
  text('password', 'Password for basic authentication.', { secret: true }),
];

export const ltmMonitorHttp = monitor({
  name: 'http',
  help: 'Asks a web server and looks at its answer.',
  effective: [destination, ...conversation, ...credentials, dscp, transparent],
  stored: [],
  stock: [
    { name: '/Common/http', properties: { send: 'GET /\\r\\n' } },
    {
      name: '/Common/http_head_f5',
      properties: { 'defaults-from': '/Common/http', ...headRequest },
    },
  ],
});

export const ltmMonitorHttps = monitor({
  name: 'https',
  help: 'Asks a web server over TLS and looks at its answer.',
  effective: [
    destination,
    ...conversation,
    ...credentials,
    text('cipherlist', 'Ciphers offered.'),
    text('cert', 'Client certificate.'),
    text('key', 'Key of the client certificate.'),
    text('ssl-profile', 'Server TLS profile that gives the TLS settings.'),
    dscp,
    transparent,
  ],
  stored: [
    choice('compatibility', ['enabled', 'disabled'], undefined, 'Work around old TLS servers.'),
  ],
  stock: [
    { name: '/Common/https', properties: { send: 'GET /\\r\\n' } },
    {
      name: '/Common/https_443',
      properties: { 'defaults-from': '/Common/https', destination: '*:443' },
    },
    {
      name: '/Common/https_head_f5',
      properties: { 'defaults-from': '/Common/https', ...headRequest },
    },
  ],
});

export const ltmMonitorTcp = monitor({
  name: 'tcp',
  help: 'Connects, and if told to sends and matches.',
  effective: [destination, ...conversation, dscp, transparent],
  stored: [],
  stock: [{ name: '/Common/tcp' }],
});

export const ltmMonitorIcmp = monitor({
  name: 'icmp',
  help: 'Pings a node.',
  effective: [
    address('destination', 'Whom to ping; `*`: the node.', { words: ['*'], default: '*' }),
    transparent,
  ],
  stored: [],
  stock: [{ name: '/Common/icmp' }],
});

export const ltmMonitorGatewayIcmp = monitor({
  name: 'gateway-icmp',
  help: 'Pings; for pools of routers, and members without a port.',
  effective: [destination, transparent],
  stored: [],
  stock: [{ name: '/Common/gateway_icmp' }],
});
