/** Who clients are, asked of other servers: kept, no virtual server asks yet. */
import type { Component } from '../types.ts';
import type { Draft } from '../properties.ts';
import {
  choice,
  integer,
  reference,
  references,
  text,
  texts,
  toggle,
  uint32,
  yesNo,
} from '../properties.ts';
import { directory, radiusClient, radiusServer, tacacsClient } from '../login-servers.ts';
import { foldered } from '../stored.ts';

function configuration(
  name: string,
  noun: string,
  help: string,
  properties: readonly Draft[],
  order = 20,
): Component {
  const id = `ltm auth ${name}`;
  return foldered({ id, noun, help, scope: 'group', stock: [], order, properties });
}

const seconds = (name: string, preset: number, help: string): Draft =>
  integer(name, [0, uint32], preset, help, { unit: 'seconds' });
const servers: Draft = texts('servers', 'The servers.');
const searchKey = (name: string, help: string): Draft => text(name, help);

const crldpServer = configuration(
  'crldp-server',
  'CRLDP Server',
  'A server of revocation lists.',
  [
    text('base-dn', 'Where the search begins.'),
    text('host', 'Its address.'),
    integer('port', [0, 65_535], 389, 'Its port.'),
    toggle('reverse-dn', 'disabled', 'Is the name in the certificate written backwards?'),
  ],
  19,
);

const kerberosDelegation = configuration(
  'kerberos-delegation',
  'Kerberos Delegation',
  'Tickets that are asked for in the name of clients.',
  [
    text('client-principal-name', 'Name of this device.'),
    toggle('debug-logging', 'disabled', 'Write a debug log.'),
    toggle('protocol-transition', 'disabled', 'Clients need no ticket themselves.'),
    text('server-principal-name', 'Name of the servers.'),
  ],
);

const ldap = configuration('ldap', 'LDAP configuration', 'Clients of a directory.', directory);

const ocspResponder = configuration(
  'ocsp-responder',
  'OCSP Responder',
  'Somebody who says whether certificates were revoked.',
  [
    toggle('allow-certs', 'enabled', 'Answers may carry certificates.'),
    text('ca-file', 'Authorities that are trusted.'),
    text('ca-path', 'Folder of authorities.'),
    choice('cert-id-digest', ['md5', 'sha1'], 'sha1', 'Hash that names certificates.'),
    toggle('chain', 'enabled', 'Build a chain of the certificates of an answer.'),
    toggle('check-certs', 'enabled', 'Check the certificates of an answer.'),
    toggle('explicit', 'enabled', 'The signer must be trusted for OCSP.'),
    toggle('ignore-aia', 'disabled', 'Ask this responder, whatever the certificate names.'),
    toggle('intern', 'enabled', 'Use the certificates of an answer.'),
    toggle('nonce', 'enabled', 'Questions carry a random number.'),
    choice('sign-digest', ['md5', 'sha1'], 'sha1', 'Hash of signatures of questions.'),
    text('sign-key', 'Key that signs questions.'),
    text('sign-key-pass-phrase', 'Passphrase of the key.', { secret: true }),
    text('sign-other', 'Certificates that are sent with questions.'),
    text('signer', 'Certificate of the key.'),
    seconds('status-age', 0, 'Oldest answer that counts.'),
    toggle('trust-other', 'disabled', 'Trust the certificates of verify-other.'),
    text('url', 'Where it is asked.'),
    text('va-file', 'Certificates whose answers need no check.'),
    seconds('validity-period', 300, 'Clocks may differ so much.'),
    toggle('verify', 'enabled', 'Check answers.'),
    toggle('verify-cert', 'enabled', 'Check the signer of answers.'),
    text('verify-other', 'Certificates to look for the signer in.'),
    toggle('verify-sig', 'enabled', 'Check the signature of answers.'),
  ],
  19,
);

const radius = configuration(
  'radius',
  'RADIUS configuration',
  'Clients of RADIUS servers.',
  radiusClient('ltm auth radius-server'),
);

const radiusServers = configuration(
  'radius-server',
  'RADIUS server',
  'A RADIUS server.',
  radiusServer,
  19,
);

const sslCcLdap = configuration(
  'ssl-cc-ldap',
  'SSL CC LDAP configuration',
  'Clients whose certificates a directory knows.',
  [
    text('admin-dn', 'Name to log in with.'),
    text('admin-password', 'Password to log in with.', { secret: true }),
    integer('cache-size', [0, uint32], 20_000, 'Largest cache.', { unit: 'bytes' }),
    seconds('cache-timeout', 300, 'Life of what is cached.'),
    searchKey('certmap-base', 'Where certificates are searched.'),
    searchKey('certmap-key', 'Attribute that holds certificates.'),
    yesNo('certmap-user-serial', 'no', "Search by the certificate's serial number."),
    searchKey('group-base', 'Where groups are searched.'),
    searchKey('group-key', 'Attribute that names groups.'),
    searchKey('group-member-key', 'Attribute that lists members.'),
    searchKey('role-key', 'Attribute that holds roles.'),
    choice('search-type', ['user', 'cert', 'certmap'], 'user', 'What is searched for.'),
    yesNo('secure', 'no', 'Ask over TLS.'),
    servers,
    searchKey('user-base', 'Where users are searched.'),
    searchKey('user-class', 'Class of users.'),
    searchKey('user-key', 'Attribute that names users.'),
    texts('valid-groups', 'Groups that are let in.'),
    texts('valid-roles', 'Roles that are let in.'),
  ],
);

const sslCrldp = configuration(
  'ssl-crldp',
  'SSL CRLDP configuration',
  'Clients whose certificates are on no revocation list.',
  [
    seconds('cache-timeout', 86_400, 'Life of a list.'),
    seconds('connection-timeout', 15, 'Time to connect.'),
    references('servers', 'ltm auth crldp-server', 'The servers.', { ordered: true }),
    seconds('update-interval', 0, 'Time between lists; 0: as the lists say.'),
    toggle('use-issuer', 'disabled', 'Search by who issued the certificate.'),
  ],
);

const sslOcsp = configuration(
  'ssl-ocsp',
  'SSL OCSP configuration',
  'Clients whose certificates a responder knows.',
  [references('responders', 'ltm auth ocsp-responder', 'Who is asked.', { ordered: true })],
);

const tacacs = configuration(
  'tacacs',
  'TACACS+ configuration',
  'Clients of TACACS+ servers.',
  tacacsClient,
);

const configurations = [kerberosDelegation, ldap, radius, sslCcLdap, sslCrldp, sslOcsp, tacacs];

/** What BIG-IP has from the start: one of each type, without the servers. */
const stockProfiles = [
  ['krbdelegate', 'krbdelegate'],
  ['ldap', 'ldap'],
  ['radius', 'radius'],
  ['ssl_cc_ldap', 'ssl-cc-ldap'],
  ['ssl_crldp', 'ssl-crldp'],
  ['ssl_ocsp', 'ssl-ocsp'],
  ['tacacs', 'tacacs'],
] as const;

const profile = foldered({
  id: 'ltm auth profile',
  noun: 'Authentication Profile',
  help: 'Lets a virtual server ask who its clients are.',
  scope: 'group',
  order: 51,
  inherits: true,
  stock: stockProfiles.map(([name, type]) => ({
    name: `/Common/${name}`,
    properties: {
      type,
      ...(type === 'krbdelegate' ? {} : { rule: `/Common/_sys_auth_${name}` }),
    },
  })),
  properties: [
    reference(
      'configuration',
      configurations.map(({ id }) => id),
      'Whom it asks, and how.',
    ),
    text('cookie-key', 'Key of the cookie.', { default: 'abc123' }),
    text('cookie-name', 'Name of the cookie.', { default: 'f5auth' }),
    choice('credential-source', ['http-basic-auth'], 'http-basic-auth', 'Where names come from.'),
    yesNo('enabled', 'yes', 'Does it ask?'),
    text('file-name', 'Service file.', { access: 'read-only' }),
    seconds('idle-timeout', 300, 'Life of an idle session.'),
    reference('rule', 'ltm rule', 'iRule that asks.'),
    choice(
      'type',
      [...stockProfiles.map(([, type]) => type), 'generic'],
      undefined,
      'What it asks.',
      { access: 'create-only' },
    ),
  ],
});

export const ltmAuth: readonly Component[] = [
  crldpServer,
  ...configurations,
  ocspResponder,
  profile,
  radiusServers,
];
