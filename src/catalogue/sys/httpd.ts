import type { Component } from '../types.ts';
import {
  choice,
  description,
  effective,
  integer,
  stored,
  text,
  texts,
  uint32,
} from '../properties.ts';

export const sysHttpd: Component = {
  id: 'sys httpd',
  noun: 'httpd',
  help: 'The web server of the device: iControl REST.',
  naming: { kind: 'singleton' },
  scope: 'group',
  properties: [
    ...effective(
      texts('allow', 'Networks that may come; All: everybody.', { default: ['All'] }),
      integer('auth-pam-idle-timeout', [120, 2147483647], 1200, 'Log out after this.', {
        unit: 'seconds',
      }),
      text('ssl-ciphersuite', 'Suites.', {
        default:
          'ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-SHA:ECDHE-RSA-AES256-SHA:ECDHE-RSA-AES128-SHA256:ECDHE-RSA-AES256-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA:ECDHE-ECDSA-AES128-SHA256:ECDHE-ECDSA-AES256-SHA384:AES128-GCM-SHA256:AES256-GCM-SHA384:AES128-SHA:AES256-SHA:AES128-SHA256:AES256-SHA256',
      }),
      text('ssl-protocol', 'Versions of TLS.', { default: 'all -SSLv2 -SSLv3 -TLSv1' }),
      integer('max-clients', [10, 256], 10, 'Requests of one user at once.'),
    ),
    ...stored(
      text('auth-name', 'Realm of log in.', { default: 'BIG-IP' }),
      choice('auth-pam-dashboard-timeout', ['on', 'off'], 'off', 'Does the dashboard time out?'),
      choice('auth-pam-validate-ip', ['on', 'off'], 'on', 'Is a session tied to its address?'),
      integer('fastcgi-timeout', [1, uint32], 300, 'Time for the interface.', { unit: 'seconds' }),
      integer('fips-cipher-version', [0, uint32], 0, 'Version of the suites.'),
      choice('hostname-lookup', ['on', 'off', 'double'], 'off', 'Look up the names of clients.'),
      choice(
        'log-level',
        ['alert', 'crit', 'debug', 'emerg', 'error', 'info', 'notice', 'warn'],
        'warn',
        'What is logged.',
      ),
      choice(
        'redirect-http-to-https',
        ['enabled', 'disabled'],
        'disabled',
        'Send port 80 to port 443.',
      ),
      integer('request-body-max-timeout', [0, uint32], 0, 'Longest time for a body; 0: any.', {
        unit: 'seconds',
      }),
      integer('request-body-min-rate', [0, uint32], 500, 'Slowest body, in bytes a second.'),
      integer('request-body-timeout', [0, uint32], 60, 'Time for the first bytes of a body.', {
        unit: 'seconds',
      }),
      integer('request-header-max-timeout', [0, uint32], 40, 'Longest time for headers.', {
        unit: 'seconds',
      }),
      integer('request-header-min-rate', [0, uint32], 500, 'Slowest headers, in bytes a second.'),
      integer('request-header-timeout', [0, uint32], 20, 'Time for the first bytes of headers.', {
        unit: 'seconds',
      }),
      text('ssl-certfile', 'Certificate.', { default: '/etc/httpd/conf/ssl.crt/server.crt' }),
      text('ssl-certkeyfile', 'Key of the certificate.', {
        default: '/etc/httpd/conf/ssl.key/server.key',
      }),
      text('ssl-ocsp-default-responder', 'OCSP responder.', { default: 'http://127.0.0.1' }),
      choice(
        'ssl-ocsp-enable',
        ['on', 'off', 'no-ocsp-uri', 'leaf'],
        'off',
        'Ask an OCSP responder.',
      ),
      choice('ssl-ocsp-override-responder', ['on', 'off'], 'off', 'Ask that responder always.'),
      integer('ssl-ocsp-responder-timeout', [0, uint32], 300, 'Time for its answer.', {
        unit: 'seconds',
      }),
      integer('ssl-ocsp-response-max-age', [-1, 2147483647], -1, 'Oldest answer taken; -1: any.'),
      integer('ssl-ocsp-response-time-skew', [0, uint32], 300, 'Difference of clocks.', {
        unit: 'seconds',
      }),
      integer('ssl-port', [0, 65535], 443, 'Port.'),
      choice(
        'ssl-verify-client',
        ['no', 'require', 'optional', 'optional-no-ca'],
        'no',
        'Client certificates.',
      ),
      integer('ssl-verify-depth', [0, uint32], 10, 'Longest chain of a client certificate.'),
      text('include', 'More settings.'),
      text('ssl-ca-cert-file', 'Authorities of client certificates.'),
      text('ssl-certchainfile', 'Certificates between it and the root.'),
      text('ssl-include', 'More settings of TLS.'),
      description,
    ),
  ],
};
