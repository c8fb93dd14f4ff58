import type { Component } from '../types.ts';
import type { Draft } from '../properties.ts';
import {
  choice,
  description,
  integer,
  items,
  references,
  stored,
  text,
  texts,
  toggle,
  uint32,
} from '../properties.ts';
import { foldered } from '../stored.ts';

const debug: Draft = toggle('debug', 'disabled', 'Write a debug log.');
const servers: Draft = texts('servers', 'The servers.');

const directory: readonly Draft[] = [
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

const certificates: readonly Draft[] = [
  toggle('sso', 'disabled', 'Take the certificate as log in.'),
  text('ssl-cname-field', 'Field of the certificate that names the user.'),
  text('ssl-cname-otheroid', 'Identifier of that field.'),
];

function source(
  name: string,
  noun: string,
  help: string,
  properties: readonly Draft[],
  order = 20,
): Component {
  return foldered({
    id: `auth ${name}`,
    noun,
    help,
    scope: 'group',
    stock: [],
    order,
    properties,
  });
}

const roles: Component = {
  id: 'auth remote-role',
  noun: 'remote role',
  help: 'Roles of users who are not known here.',
  naming: { kind: 'singleton' },
  scope: 'group',
  properties: stored(
    items('role-info', 'Roles by attribute, in order.', {
      properties: stored(
        text('attribute', 'What the server says of the user.'),
        text('console', 'Shell: disable or tmsh.'),
        toggle('deny', 'disabled', 'Refuse these users.'),
        integer('line-order', [0, uint32], undefined, 'Place in the list; lower comes first.'),
        text('role', 'Role.'),
        text('user-partition', 'Partition of the role.'),
        description,
      ),
      foldered: false,
      subCollection: true,
      noun: 'remote role',
      ordered: false,
    }),
    description,
  ),
};

export const authStored: readonly Component[] = [
  source('cert-ldap', 'CERTLDAP configuration', 'Users by certificate, from a directory.', [
    ...directory,
    ...certificates,
  ]),
  source('ldap', 'LDAP configuration', 'Users of a directory.', directory),
  source('radius', 'RADIUS configuration', 'Users of RADIUS servers.', [
    toggle('accounting-bug', 'disabled', 'Do not check answers to accounting.'),
    text('client-id', 'Name of the device.'),
    debug,
    integer('retries', [0, uint32], 3, 'Times it asks again.'),
    references('servers', 'auth radius-server', 'The servers.', { ordered: true }),
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
  ]),
  source(
    'radius-server',
    'RADIUS server',
    'A RADIUS server.',
    [
      integer('port', [0, 65_535], 1812, 'Port.'),
      text('secret', 'Shared secret.', { secret: true }),
      text('server', 'Its address.', { required: true }),
      integer('timeout', [0, uint32], 3, 'Time for an answer.', { unit: 'seconds' }),
    ],
    19,
  ),
  roles,
  source('tacacs', 'TACACS+ configuration', 'Users of TACACS+ servers.', [
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
  ]),
];
