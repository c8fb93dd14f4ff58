/** Servers that are asked who somebody is: users of the device (auth) and clients (ltm auth). */
import type { ComponentId } from './types.ts';
import type { Draft } from './properties.ts';
import { choice, integer, list, references, text, toggle, uint32 } from './properties.ts';

const debug: Draft = toggle('debug', 'disabled', 'Write a debug log.');
const servers: Draft = list(
  'servers',
  { kind: 'string' },
  'The servers, in the order in which they are asked.',
  {
    ordered: true,
  },
);

/** A directory (LDAP). */
export const directory: readonly Draft[] = [
  text('bind-dn', 'Whom to log in as.'),
  text('bind-pw', 'Password of that.', { secret: true }),
  integer('bind-timeout', [0, uint32], 30, 'Time to log in.', { unit: 'seconds' }),
  toggle('check-host-attr', 'disabled', 'Must the user be allowed on this host?'),
  toggle('check-roles-group', 'disabled', 'Look at groups for roles.'),
  debug,
  text('filter', 'Which entries count.'),
  text('group-dn', 'Group that users must be in.'),
  text('group-member-attribute', 'Attribute that names members.'),
  integer('idle-timeout', [0, uint32], 3600, 'Close after this.', { unit: 'seconds' }),
  toggle('ignore-auth-info-unavail', 'disabled', 'Go on when the server does not answer.'),
  toggle('ignore-unknown-user', 'disabled', 'Go on with users it does not know.'),
  text('login-attribute', 'Attribute that names users.'),
  integer('port', [0, 65_535], 389, 'Port.'),
  choice('scope', ['base', 'one', 'sub'], 'sub', 'How deep it searches.'),
  text('search-base-dn', 'Where the search starts.'),
  integer('search-timeout', [0, uint32], 30, 'Time of a search.', { unit: 'seconds' }),
  servers,
  choice('ssl', ['disabled', 'enabled', 'start-tls'], 'disabled', 'Encryption.'),
  text('ssl-ca-cert-file', 'Authorities that are trusted.'),
  choice('ssl-check-peer', ['disabled', 'enabled'], 'disabled', 'Is the server checked?'),
  text('ssl-ciphers', 'Suites.'),
  text('ssl-client-cert', 'Client certificate.'),
  text('ssl-client-key', 'Key of the client certificate.'),
  text('user-template', 'Name of the entry of a user.'),
  integer('version', [2, 3], 3, 'Version of the protocol.'),
  toggle('warnings', 'enabled', 'Log warnings.'),
];

/** A device that asks RADIUS servers, which are objects of a component. */
export const radiusClient = (servers: ComponentId): readonly Draft[] => [
  toggle('accounting-bug', 'disabled', 'Do not check answers to accounting.'),
  text('client-id', 'Name of the device.'),
  debug,
  integer('retries', [0, uint32], 3, 'Times it asks again.'),
  references('servers', servers, 'The servers.', { ordered: true }),
  choice(
    'service-type',
    [
      'default',
      'administrative',
      'authenticate-only',
      'call-check',
      'callback-administrative',
      'callback-framed',
      'callback-login',
      'callback-nas-prompt',
      'framed',
      'login',
      'nas-prompt',
      'outbound',
    ],
    'default',
    'What it asks for.',
  ),
];

export const radiusServer: readonly Draft[] = [
  integer('port', [0, 65_535], 1812, 'Port.'),
  text('secret', 'Shared secret.', { secret: true }),
  text('server', 'Its address.', { required: true }),
  integer('timeout', [0, uint32], 3, 'Time for an answer.', { unit: 'seconds' }),
];

export const tacacsClient: readonly Draft[] = [
  choice(
    'accounting',
    ['send-to-first-server', 'send-to-all-servers'],
    'send-to-first-server',
    'Who is told.',
  ),
  choice(
    'authentication',
    ['use-first-server', 'use-all-servers'],
    'use-first-server',
    'Who is asked.',
  ),
  debug,
  toggle('encryption', 'enabled', 'Encrypt.'),
  text('protocol', 'Protocol that is asked for.'),
  text('secret', 'Shared secret.', { secret: true }),
  servers,
  text('service', 'Service that is asked for.'),
  integer('timeout', [1, 255], 10, 'Time for an answer.', { unit: 'seconds' }),
];
