import type { Component } from '../types.ts';
import type { Draft } from '../properties.ts';
import {
  description,
  effective,
  integer,
  items,
  stored,
  text,
  toggle,
  uint32,
} from '../properties.ts';
import { directory, radiusClient, radiusServer, tacacsClient } from '../login-servers.ts';
import { foldered } from '../stored.ts';

const certificates: readonly Draft[] = [
  toggle('sso', 'disabled', 'Take the certificate as log in.'),
  text('ssl-cname-field', 'Field of the certificate that names the user.'),
  text('ssl-cname-otheroid', 'Identifier of that field.'),
];

/** Connections last for one login; nothing is written of it but what the audit log says. */
const directoryKept: readonly string[] = ['debug', 'idle-timeout', 'warnings'];

function source(
  name: string,
  noun: string,
  help: string,
  properties: readonly Draft[],
  kept: readonly string[],
  order = 20,
): Component {
  const isKept = ({ name }: Draft): boolean => kept.includes(name);
  return foldered({
    id: `auth ${name}`,
    noun,
    help,
    scope: 'group',
    stock: [],
    order,
    acting: properties.filter((one) => !isKept(one)),
    properties: properties.filter(isKept),
  });
}

const roles: Component = {
  id: 'auth remote-role',
  noun: 'remote role',
  help: 'Roles of users who are not known here.',
  naming: { kind: 'singleton' },
  scope: 'group',
  properties: [
    ...effective(
      items('role-info', 'Roles by attribute, in order.', {
        properties: [
          ...effective(
            text('attribute', 'What the server says of the user.'),
            text('console', 'Shell: disable or tmsh.'),
            toggle('deny', 'disabled', 'Refuse these users.'),
            integer('line-order', [0, uint32], undefined, 'Place in the list; lower comes first.'),
            text('role', 'Role.'),
            text('user-partition', 'Partition of the role.'),
          ),
          ...stored(description),
        ],
        foldered: false,
        subCollection: true,
        noun: 'remote role',
        ordered: false,
      }),
    ),
    ...stored(description),
  ],
};

export const authLoginServers: readonly Component[] = [
  source(
    'cert-ldap',
    'CERTLDAP configuration',
    'Users by certificate, from a directory.',
    [...directory, ...certificates],
    [...directoryKept, ...certificates.map(({ name }) => name)],
  ),
  source('ldap', 'LDAP configuration', 'Users of a directory.', directory, directoryKept),
  source(
    'radius',
    'RADIUS configuration',
    'Users of RADIUS servers.',
    radiusClient('auth radius-server'),
    ['accounting-bug', 'debug'],
  ),
  source('radius-server', 'RADIUS server', 'A RADIUS server.', radiusServer, [], 19),
  roles,
  source('tacacs', 'TACACS+ configuration', 'Users of TACACS+ servers.', tacacsClient, [
    'accounting',
    'debug',
  ]),
];
